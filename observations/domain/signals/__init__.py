"""Signals: when a rule gives one, the board, the talk about it, and how it ends (DOMAIN "Signals")."""
