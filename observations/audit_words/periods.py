"""What the events of planning registration periods are called."""
