"""Training configurations: the schema and the reader of files."""
