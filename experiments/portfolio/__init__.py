"""A portfolio with known truth: people, economy, an incumbent lender, and the tables that it would see."""
