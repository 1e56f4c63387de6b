"""Scoring rules: pure functions."""
