"""Plots a person would open, one concept a file, drawn off screen."""
