"""Source profiles: quantiles of the reference, as known at each account's moment, the same from a bundle."""

import json
from datetime import datetime

import polars as pl

from features.tables import Tables
from serving.advice.profile import MIN_ACCOUNTS, from_json, profiles_of, to_json

AS_OF = datetime(2025, 7, 1)
N = 100


def scored() -> Tables:
    """Account k shows k points, and later ten thousand that are not known yet."""
    seen, later = datetime(2025, 6, 1), datetime(2025, 7, 1)
    rows = [(k, at, float(score)) for k in range(N) for at, score in ((seen, k), (later, 10_000))]
    frame = pl.DataFrame(rows, schema=["account_id", "scored_at", "score"], orient="row")
    return Tables({"third_party_scores": frame.with_columns(known_at=pl.col("scored_at"))})


def reference(n: int) -> pl.DataFrame:
    return pl.DataFrame({"account_id": list(range(n)), "as_of": [AS_OF] * n})


def test_a_level_is_the_share_of_accounts_that_show_less() -> None:
    profiles = profiles_of(scored(), reference(N))
    assert profiles.n == {"third_party": N}
    assert profiles.values["third_party"] == {
        0.1: {"score": 10.0}, 0.25: {"score": 25.0}, 0.5: {"score": 50.0}, 0.9: {"score": 89.0}
    }  # fmt: skip


def test_too_few_accounts_give_no_profile() -> None:
    assert profiles_of(scored(), reference(MIN_ACCOUNTS - 1)).values == {}


def test_profiles_survive_json() -> None:
    profiles = profiles_of(scored(), reference(N))
    again = from_json(json.loads(json.dumps(to_json(profiles))))
    assert again is not None
    assert again.values == {source: dict(levels) for source, levels in profiles.values.items()}
    assert from_json(None) is None
