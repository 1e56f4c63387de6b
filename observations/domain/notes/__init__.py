"""Observation notes and sensitive remarks."""
