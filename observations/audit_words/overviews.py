"""What the events of group overviews and what is to be done are called."""
