"""Model training: cohorts, splits, tuning, fit, calibration, evaluation, bundling, gate, reporting."""
