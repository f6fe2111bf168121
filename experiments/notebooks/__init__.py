"""Notebooks, and the functions that they call: a notebook holds calls and text, no logic of its own."""
