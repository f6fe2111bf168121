"""Outcomes of plans in the simulated portfolio: simulation, booking of payments, decisions made anew."""
