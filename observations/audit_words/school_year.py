"""What the events of the move to a new school year are called."""
