"""What the events of the archive are called."""
