"""`make load`: checks a lender's own tables against the contract and writes them as a data set."""
