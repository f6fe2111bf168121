"""LightGBM's model text, as far as trees of numeric splits need it; anything else is refused by name."""

from dataclasses import dataclass

import numpy as np

from features.arrays import Floats, Ints
from features.errors import BundleError


@dataclass(frozen=True)
class TreeText:
    """One tree as written.

    Attributes:
        split_feature: (s,) feature of each split.
        threshold: (s,) thresholds.
        decision_type: (s,) bit 0 categorical, bit 1 default left, bits 2 and 3 the kind of missing value.
        left: (s,) left child, `~leaf` when negative.
        right: (s,) right child.
        leaf_value: (s + 1,) margins.
    """

    split_feature: Ints
    threshold: Floats
    decision_type: Ints
    left: Ints
    right: Ints
    leaf_value: Floats


@dataclass(frozen=True)
class ModelText:
    """The header's facts and the trees.

    Attributes:
        n_features: width of a row.
        trees: in order.
    """

    n_features: int
    trees: tuple[TreeText, ...]


def read(text: str) -> ModelText:
    """Reads `Booster.model_to_string()`.

    Raises:
        BundleError: not a LightGBM model, several outputs a row, no tree, or a tree of a refused shape.
    """
    body = text.split("\nend of trees", 1)[0]
    header, *blocks = body.split("\nTree=")
    facts = _pairs(header)
    if "max_feature_idx" not in facts or not blocks:
        raise BundleError("booster text: no LightGBM header or no tree in it; write it with save_model()")
    if facts.get("num_tree_per_iteration", "1") != "1":
        raise BundleError(f"booster text: {facts['num_tree_per_iteration']} outputs a row, expected 1")
    if "average_output" in header.splitlines():
        raise BundleError("booster text: a random forest, whose trees are averaged; train with boosting=gbdt")
    return ModelText(int(facts["max_feature_idx"]) + 1, tuple(_tree(block) for block in blocks))


def _tree(block: str) -> TreeText:
    number, _, rest = block.partition("\n")
    facts = _pairs(rest)
    _refuse_shape(number, facts)
    tree = TreeText(
        split_feature=_ints(facts.get("split_feature", "")),
        threshold=_floats(facts.get("threshold", "")),
        decision_type=_ints(facts.get("decision_type", "")),
        left=_ints(facts.get("left_child", "")),
        right=_ints(facts.get("right_child", "")),
        leaf_value=_floats(facts.get("leaf_value", "")),
    )
    _refuse_damage(number, tree)
    return tree


def _refuse_shape(number: str, facts: dict[str, str]) -> None:
    if facts.get("num_cat", "0") != "0":
        raise BundleError(
            f"tree {number}: {facts['num_cat']} native categorical splits; encode categories as numbers"
        )
    if facts.get("is_linear", "0") != "0":
        raise BundleError(f"tree {number}: linear leaves; train with linear_tree=false")


def _refuse_damage(number: str, tree: TreeText) -> None:
    splits = len(tree.leaf_value) - 1
    sizes = {
        len(tree.split_feature),
        len(tree.threshold),
        len(tree.decision_type),
        len(tree.left),
        len(tree.right),
    }
    if sizes != {splits}:
        raise BundleError(
            f"tree {number}: {splits + 1} leaves do not fit {sorted(sizes)} splits; the text is damaged"
        )
    order = np.arange(splits)
    for child in (tree.left, tree.right):
        inner = np.where(child < 0, order + 1, child)
        if (inner <= order).any() or (child >= splits).any() or (child < -(splits + 1)).any():
            raise BundleError(f"tree {number}: children out of order; the text is damaged")
    if not np.isfinite(tree.leaf_value).all():
        raise BundleError(f"tree {number}: a leaf value is not finite; the text is damaged")


def _pairs(lines: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in lines.splitlines() if "=" in line)


def _ints(text: str) -> Ints:
    return np.array(text.split(), dtype=np.int64)


def _floats(text: str) -> Floats:
    return np.array(text.split(), dtype=np.float64)
