"""`make fidelity`: the champion's reasons put to every test, and twenty decisions to read."""
