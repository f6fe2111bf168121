"""How a model is found: category codes, tuning, fit, calibration, and the scorecard beside it."""
