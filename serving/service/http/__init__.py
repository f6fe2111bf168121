"""Validation of requests, error bodies and metrics."""
