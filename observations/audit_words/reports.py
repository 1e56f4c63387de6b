"""What the events of reports are called."""
