"""Training configurations: their schema, and how a file is read."""
