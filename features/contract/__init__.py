"""The data contract: the schema of every table, and the check that sets bad rows aside by name."""
