"""A second simulated portfolio: cash flow decides which bills are paid; no score of risk exists in it."""
