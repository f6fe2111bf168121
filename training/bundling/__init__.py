"""From a fitted model to the bundle that is served: reference, completion, assembly."""
