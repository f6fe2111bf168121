"""Reporting of a training: MLflow, plots, tables, the JSON report, the console."""
