"""Sources of facts beside the lender's own books: what each is called, and whose consent it needs."""
