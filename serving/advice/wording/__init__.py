"""Advice in words: paths, and why there is none."""
