"""What a training shows and keeps: MLflow, plots, tables, the report, the console."""
