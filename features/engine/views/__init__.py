"""Views: rows of contract tables, sorted and typed for aggregation."""
