"""Training data: sources, labels, cohorts, splits, leakage checks."""
