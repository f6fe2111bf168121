"""`make fidelity`: all fidelity tests of the champion's reasons, and twenty decisions to read."""
