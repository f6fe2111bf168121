"""Base points and theme points sum to the score, for every row, alone or in a batch."""

from dataclasses import fields

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from serving.model.points import share_out
from serving.model.scorer import Scorer
from serving.model.types import Scaling, Scored
from tests.serving import toy

WIDTH = len(toy.FEATURES)
VALUES = st.one_of(st.just(float("nan")), st.floats(-1e6, 1e6), st.sampled_from([0.0, 1.0, 2.0, -0.0]))
ROWS = st.integers(1, 20).flatmap(lambda n: arrays(np.float64, (n, WIDTH), elements=VALUES))


@settings(max_examples=150, deadline=None)
@given(rows=ROWS)
def test_points_sum_to_the_score_for_every_row(rows: np.ndarray) -> None:
    scored = Scorer(toy.bundle()).score(rows)
    assert np.array_equal(scored.base_points + scored.theme_points.sum(axis=1), scored.score)


@settings(max_examples=50, deadline=None)
@given(rows=ROWS)
def test_a_row_is_scored_to_the_same_bytes_alone_and_in_a_batch(rows: np.ndarray) -> None:
    scorer = Scorer(toy.bundle())
    together, alone = scorer.score(rows), [scorer.score(rows[i : i + 1]) for i in range(len(rows))]
    for field in fields(Scored):
        parts = np.concatenate([getattr(one, field.name) for one in alone])
        assert parts.tobytes() == getattr(together, field.name).tobytes(), field.name


@settings(max_examples=300, deadline=None)
@given(
    contributions=st.tuples(st.integers(1, 6), st.integers(1, 16)).flatmap(
        lambda shape: arrays(np.float64, shape, elements=st.one_of(st.just(0.0), st.floats(-8, 8)))
    ),
    base=st.floats(-12, 12),
)
def test_whole_points_stay_within_one_of_the_exact_ones_and_nothing_gets_no_point(
    contributions: np.ndarray, base: float
) -> None:
    scaling = Scaling()
    shares = share_out(scaling, np.full(len(contributions), base), contributions)
    exact = -scaling.factor * contributions
    assert np.array_equal(shares.base + shares.themes.sum(axis=1), shares.score)
    assert np.abs(shares.themes - exact).max() <= 1.0 + 1e-9
    assert not shares.themes[exact == 0.0].any()


def test_the_score_is_the_scaled_probability() -> None:
    scored = Scorer(toy.bundle()).score(toy.codes(toy.frame(200)))
    exact = toy.bundle().spec.scaling.score(np.log(scored.pd / (1 - scored.pd)))
    assert np.abs(scored.score - exact).max() <= 0.5 + 1e-6
