"""What a model learns from: sources, labels, cohorts, splits, leakage checks."""
