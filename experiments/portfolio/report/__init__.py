"""`make portfolio-report`: marginals against published figures, randomised test against true effects."""
