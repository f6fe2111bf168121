"""Does advice work? Paths for held accounts, lived in the simulated world and decided anew."""
