"""Instruments as data: files, checks, publishing, reading."""
