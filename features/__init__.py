"""What was known about an account at a moment: tables, their contract, point-in-time features, adapters."""
