"""Monotone constraints of the trees: stated directions of numbers, and rising codes of categories."""

from features.spec import FeatureCatalogue, FeatureMeta


def tree_directions(catalogue: FeatureCatalogue) -> tuple[int, ...]:
    """Constraints in column order: a category's risk rises with its code, since its code is its bad rate.

    Without it, trees that isolate one level could read from its cross-fitted codes which fold a row is in: a
    fold with more bads than usual has a lower code. Cross-validated AUC with it, as against the same codes
    without: german +0.0052, credit_data −0.0005 (experiments/LOG.md).
    """
    return tuple(_direction(meta) for meta in catalogue.features)


def _direction(meta: FeatureMeta) -> int:
    return 1 if meta.kind == "category" else meta.direction
