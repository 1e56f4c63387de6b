"""Views of observations."""
