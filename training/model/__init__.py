"""Model training: category codes, tuning, fit, calibration, recalibration, and the scorecard."""
