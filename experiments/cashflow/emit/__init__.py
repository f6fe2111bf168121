"""Simulated days as contract tables: what the lender observes, and when it learns of it."""
