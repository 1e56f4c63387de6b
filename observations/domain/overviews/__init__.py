"""Overviews: a group's children by their lines, what is still to be registered, and the first page (REG-7, UX-4)."""
