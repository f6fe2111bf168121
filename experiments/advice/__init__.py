"""Evaluation of the advice: its paths for declined accounts, simulated and decided anew."""
