"""Credit demand next month, probability and amount, on the JD contest tables."""
