"""Looks at a raw file: how it is written, what its columns hold, and what must be known before training."""
