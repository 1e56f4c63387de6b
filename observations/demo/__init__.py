"""Demonstration data: an invented municipality with two childcare organisations, a school and a BSO (docs/demo.md).

Pure modules make everything from a seed and a day, ``loading`` writes it with the product's own functions.
"""
