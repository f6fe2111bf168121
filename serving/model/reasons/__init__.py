"""Exact Shapley values by theme: compiled into tables in training, looked up when deciding."""
