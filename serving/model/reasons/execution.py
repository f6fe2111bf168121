"""Runs the kernels on trees and programs, which are plain data."""

import numpy as np

from features.arrays import Codes, Floats
from serving.model.reasons.kernels import encode as encoding
from serving.model.reasons.kernels import walk as walking
from serving.model.reasons.program import Program
from serving.model.reasons.trees import TreeEnsemble, as_rows


def margin(ensemble: TreeEnsemble, rows: Floats) -> Floats:
    """Log-odds margin of (n, n_features) rows, NaN = absent; equals `Booster.predict(raw_score=True)`, (n,).

    Raises:
        BundleError: rows of another width than the model reads.
    """
    checked = as_rows(rows, ensemble.n_features)
    out = np.zeros(len(checked))
    walking.walk(checked, ensemble.walked, out)
    return out


def encode(program: Program, rows: Floats, width: int) -> Codes:
    """Codes of (n, n_features) rows, in blocks: (⌈n / width⌉, c, width), the last filled up with 0."""
    codes = np.zeros((-(-len(rows) // width), len(program.columns), width), dtype=np.uint16)
    encoding.encode(rows, program.coding, codes)
    return codes
