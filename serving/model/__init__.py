"""The model as it is served: bundle, encoder, scorer, points and reasons."""
