"""The move to a new school year, and undoing it (CHD-4)."""
