"""Reports about children and groups: for parents, internal support, the team and the next school (REG-8)."""
