"""`make portfolio-report`: the world against published figures, the randomised test against the truth."""
