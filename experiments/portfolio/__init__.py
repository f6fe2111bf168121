"""The simulated portfolio: people, economy, an incumbent lender, its tables, and their ground truth."""
