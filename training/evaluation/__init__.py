"""How good a model is: metrics, comparison of models, and the gate."""
