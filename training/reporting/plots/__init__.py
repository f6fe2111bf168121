"""Plots of a training, one subject a file, drawn off screen."""
