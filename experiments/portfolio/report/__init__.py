"""`make portfolio-report`: the world held against published figures, and the randomised test against the truth."""
