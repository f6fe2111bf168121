"""How a model earns its place: cohorts, splits, tuning, fit, calibration, evaluation, gate, tracking."""
