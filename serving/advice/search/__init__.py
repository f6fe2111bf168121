"""Scenarios, their confidence and cost, and the search for the cheapest plan that works."""
