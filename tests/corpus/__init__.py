"""Malformed workbooks: a sound form, what can be done to it, and what must be answered."""
