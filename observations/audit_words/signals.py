"""What the events of signals are called."""
