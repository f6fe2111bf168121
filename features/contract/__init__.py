"""The data contract: the schema of every table, and the check that sets rows aside by broken rule."""
