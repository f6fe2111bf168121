"""From a fitted model to the published bundle: reference set, imputation, assembly, publication."""
