"""Evaluation: metrics, comparison of models, and the promotion gate."""
