"""Ensemble of boosters with several seeds as one booster: all trees, leaf values divided by their number.

The margin of the ensemble is the mean of the margins, so it stays additive, monotone where all members are,
and serialisable as one LightGBM text. LightGBM itself offers no such average.
"""

import re
from collections.abc import Sequence

import lightgbm as lgb

from features.errors import DataError

TREES = re.compile(r"^Tree=\d+$", re.MULTILINE)
SCALED = ("leaf_value", "internal_value")


def average(boosters: Sequence[lgb.Booster]) -> lgb.Booster:
    """One booster whose raw score is the mean of the given ones.

    Raises:
        DataError: the boosters do not share their features.
    """
    if len(boosters) == 1:
        return lgb.Booster(model_str=boosters[0].model_to_string())
    if len({tuple(booster.feature_name()) for booster in boosters}) != 1:
        raise DataError("cannot average boosters that were trained on different features")
    texts = [booster.model_to_string() for booster in boosters]
    trees = [_scaled(tree, 1 / len(texts)) for text in texts for tree in _trees(text)]
    return _assembled(texts[0], trees)


def with_trees(booster: lgb.Booster, trees: Sequence[str]) -> lgb.Booster:
    """A booster with further trees behind its own.

    Args:
        booster: any booster.
        trees: LightGBM's text of each, from `num_leaves=` to the blank lines at its end.
    """
    text = booster.model_to_string()
    return _assembled(text, [*_trees(text), *trees])


def _assembled(text: str, trees: Sequence[str]) -> lgb.Booster:
    """The model of a text with other trees in place of its own."""
    blocks = [f"Tree={i}\n{tree}" for i, tree in enumerate(trees)]
    head, tail = _head(text), text[text.index("end of trees") :]
    sizes = " ".join(str(len(block.encode())) for block in blocks)
    head = re.sub(r"^tree_sizes=.*$", f"tree_sizes={sizes}", head, flags=re.MULTILINE)
    return lgb.Booster(model_str=head + "".join(blocks) + tail)


def _head(text: str) -> str:
    found = TREES.search(text)
    assert found is not None
    return text[: found.start()]


def _trees(text: str) -> list[str]:
    body = text[: text.index("end of trees")]
    starts = [*TREES.finditer(body)]
    ends = [*(match.start() for match in starts[1:]), len(body)]
    return [body[match.end() + 1 : end] for match, end in zip(starts, ends, strict=True)]


def _scaled(tree: str, factor: float) -> str:
    return "\n".join(_scaled_line(line, factor) for line in tree.split("\n"))


def _scaled_line(line: str, factor: float) -> str:
    key, _, values = line.partition("=")
    if key not in SCALED or not values:
        return line
    return f"{key}=" + " ".join(repr(float(value) * factor) for value in values.split(" "))
