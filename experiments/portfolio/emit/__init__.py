"""From lived months to the tables of the contract: what the lender saw, and when it learned it."""
