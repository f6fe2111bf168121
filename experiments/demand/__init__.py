"""Who will borrow next month, and how much: the customer's side of an offer, on JD's contest tables."""
