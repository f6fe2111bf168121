"""Turn public and user-supplied data into the tables of the contract."""
