"""The fidelity of reasons: every test that a stated reason must survive, on a trained champion."""
