"""Registering development: answers, closing, results, overviews."""
