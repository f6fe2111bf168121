"""How a model earns its place: cohorts, splits, tuning, fitting, calibration, evaluation, the gate, tracking."""
