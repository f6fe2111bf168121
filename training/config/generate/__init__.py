"""`make config`: writes a training configuration for a raw file that nobody has described yet."""
