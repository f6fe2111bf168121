"""From a score to a decision: policy, principal reasons, wording."""
