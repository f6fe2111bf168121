"""Fidelity of the reasons: exactness, faithfulness, stability and sanity checks on a trained model."""
