"""What the events of group plans are called."""
