"""What the events of imports and exports are called."""
