"""`make load`: a lender's own tables, checked against the contract and laid out."""
