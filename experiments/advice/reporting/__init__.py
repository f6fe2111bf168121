"""Metrics, tables, plots and examples of the evaluation."""
