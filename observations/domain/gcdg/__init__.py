"""The research data set that can be read in."""
