"""Names, labels and expressions of windows agree for every feature, or the exception has its reason here."""

import re
from datetime import datetime, timedelta

import polars as pl
import pytest

from features.contract.registry import TABLES
from features.definitions import PORTFOLIO
from features.definitions.account import LIMIT_NOW
from features.engine import FeatureSet, FeatureSpec, build
from features.engine.lookback import window_label
from features.matrix import Observations
from features.tables import Tables
from tests.features.worlds import world

SPECS = (*PORTFOLIO.specs, LIMIT_NOW)
MONTH_OF_DAYS = {"3m": "90d", "6m": "180d", "12m": "365d", "24m": "730d"}
OVER_LIMIT = {"180d"}
"""What else a feature over the average limit reads."""
ADDED_TO = "what a bill adds to the one before it: that one is read as well"
COMPARED = "named by the distance of the two values compared"
REPORTS = "the older value is looked for among reports of 180 to 730 days ago"
TWICE = "the last 180 days and the 180 before"
IN_REPORT = "named by the span that the report itself covers; the latest report is read"
DIFFERENT: dict[str, tuple[str, str]] = {
    **{f"charged_m{k}": (f"issued:{k}-{k + 1}+180d", ADDED_TO) for k in range(1, 6)},
    **{f"charged_{which}_5m": ("issued:1-6+180d", ADDED_TO) for which in ("avg", "max")},
    "unemployment_change_6m": ("macro:7", COMPARED),
    "unemployment_change_12m": ("macro:13", COMPARED),
    "lpr_change_12m": ("macro:13", COMPARED),
    "third_party_change_6m": ("730d", REPORTS),
    "spent_growth_12m": ("360d", TWICE),
    **{f"{state}_months_1m": ("month_ends:1", "") for state in ("no_use", "paid_in_full", "revolving")},
    **dict.fromkeys(
        (
            "inquiries_3m",
            "inquiries_12m",
            "other_new_accounts_12m",
            "other_worst_dpd_24m",
            "other_overdue_months_24m",
        ),
        ("latest", IN_REPORT),
    ),
}
"""Features whose name does not follow from what they read: label of what is read, and the reason."""
WITHOUT_SPAN = {
    "latest": """balance_last cpi_yoy current_limit employer_capital employer_troubled industry_prosperity
        limit_initial lpr_1y other_accounts other_balance other_balance_per_lender other_lenders other_limit
        other_oldest_months other_payment other_utilisation pmi retail_sales_yoy third_party_score
        inquiries_recent_share unemployment""",
    "all": """bureau_report_age current_streak days_since_order days_since_payment dpd_max_all
        employer_age_months employer_state_months hf_gap_days hf_history_months hf_months late_streak
        limit_growth months_since_cut months_since_first_order months_since_late months_since_raise
        no_use_streak paid_in_full_streak revolving_streak ss_gap_days ss_history_months ss_months
        status_age_days tenure_months third_party_age""",
    "due:1-2+all": "overdue_now_cny",
    "month_ends:1-2": "dpd_step",
    "month_ends:1-4": "dpd_recent_over_older",
    "issued:1": "minimum_due_last",
    "180d": "other_balance_to_limit",
    "issued:1-2+180d": "utilisation_step",
    "issued:1-6+180d": "utilisation_trend",
    "issued:1-3+365d": "balance_to_hf balance_to_ss_base",
    "365d": "hf_contribution limit_to_ss_base spent_to_ss_base ss_base third_party_trend",
    "industry:1-12": "industry_trend",
    "housing_fund:13+365d": "hf_growth",
    "social_security:13+365d": "ss_base_growth",
    "730d": "other_balance_growth other_lenders_growth",
}
"""Features whose name states no span, by the label of what they read."""


def stated(name: str) -> str | None:
    """What a name promises: `90d`, `6m` for six cycles or their days, `m2` for the second newest event."""
    found = re.search(r"_(m\d+|\d+[dm])$", name)
    return found[1] if found else None


def keeps(label: str, promise: str) -> bool:
    """Whether one part of a label is what a name promises, and the rest is the average limit."""
    parts = set(label.split("+"))
    kept = {part for part in parts if _is(part, promise)}
    return bool(kept) and parts - kept <= OVER_LIMIT


def _is(part: str, promise: str) -> bool:
    if promise.startswith("m"):
        return part.endswith(f":{promise[1:]}")
    return part in (promise, MONTH_OF_DAYS.get(promise)) or part.endswith(f":1-{promise[:-1]}")


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.meta.name)
def test_the_label_is_what_the_name_states_and_what_the_expression_reads(spec: FeatureSpec) -> None:
    name, label = spec.meta.name, spec.meta.window
    assert label == window_label(spec.aggregates)
    promise = stated(name)
    if name in DIFFERENT:
        assert label == DIFFERENT[name][0]
        assert promise is None or not keeps(label, promise), f"{name} needs no exception"
    elif promise is None:
        assert name in WITHOUT_SPAN.get(label, "").split()
    else:
        assert keeps(label, promise)


def test_no_exception_outlives_its_feature() -> None:
    names = {spec.meta.name for spec in SPECS}
    listed = [*DIFFERENT, *(name for text in WITHOUT_SPAN.values() for name in text.split())]
    assert set(listed) <= names
    assert len(listed) == len(set(listed))


AS_OF = datetime(2026, 2, 28)
WORLDS = [world(seed, 40, rows) for seed, rows in ((51, 30), (52, 3), (53, 12), (54, 3), (55, 6))]
STATES = ("accounts", "limit_changes", "consents", "employers")
"""Tables whose rows hold until the next: what was in force when a window began was set before it."""
CLOCK_TABLES = {
    "issued": ("statements", "statement_on"),
    "due": ("statements", "due_on"),
    "month_ends": ("delinquency", "month_end"),
    "social_security": ("social_security", "month"),
    "housing_fund": ("housing_fund", "month"),
}
"""Table and column of the events that a clock counts, account by account."""
TEN_YEARS = timedelta(days=3650)


def moved(frame: pl.DataFrame, old: pl.Expr, columns: set[str]) -> pl.DataFrame:
    """The same rows, the old ones ten years further back: still known, and in the same order."""
    back = [
        pl.when(old).then((pl.col(c) - TEN_YEARS).cast(frame.schema[c])).otherwise(pl.col(c)).alias(c)
        for c in sorted(columns & set(frame.columns))
    ]
    return frame.with_columns(back)


def earlier_by_days(tables: Tables, n: int) -> Tables:
    """Whatever happened more than n days before the moment of observation happened earlier still."""
    start = AS_OF - timedelta(days=n)
    frames = {}
    for name, frame in tables.frames.items():
        event = TABLES[name].event
        dates = {event, "statement_on"} - {"known_at"}
        frames[name] = frame if name in STATES else moved(frame, pl.col(event) < start, dates)
    return Tables(frames)


def without_older(tables: Tables, clock: str, n: int) -> Tables:
    """Nothing is on record beyond the n-th newest event that a clock counts, account by account."""
    table, event = CLOCK_TABLES[clock]
    counted = tables[table]
    if clock == "due":
        counted = counted.sort("known_at", "balance_cny").unique(["account_id", "statement_on"], keep="first")
    over = pl.col(event).cast(pl.Datetime("us")) + timedelta(days=1 if clock == "due" else 0)
    seen = counted.filter(pl.col("known_at") < AS_OF, over <= AS_OF if clock == "due" else over < AS_OF)
    ticks = seen.select("account_id", tick=event).unique()
    oldest = ticks.group_by("account_id").agg(pl.col("tick").top_k(n).min())
    joined = tables[table].join(oldest, on="account_id", how="left")
    kept = joined.filter(pl.col("tick").is_null() | (pl.col(event) >= pl.col("tick")))
    return tables.replace(**{table: kept.drop("tick")})


def differing(features: FeatureSet, changed: list[Tables]) -> set[str]:
    """Features that are not the same on other tables."""
    found = set()
    for w, after in zip(WORLDS, changed, strict=True):
        rows = Observations(w.observations.frame.filter(pl.col("as_of") == AS_OF))
        one, other = (build(tables, rows, features).frame for tables in (w.tables, after))
        found |= {name for name in features.catalogue.names if not one[name].equals(other[name])}
    return found


def days_of(label: str) -> int | None:
    """Days from the moment of observation to the start of what is read, of a label in days alone."""
    found = re.fullmatch(r"(?:d\d+-)?(\d+)d?", label)
    return int(found[1]) if found else None


def cycles_of(label: str) -> tuple[str, int] | None:
    """Clock and its oldest event that is read."""
    found = re.search(r"(\w+):(?:\d+-)?(\d+)", label)
    return (found[1], int(found[2])) if found and found[1] in CLOCK_TABLES else None


LABELS = {spec.meta.window for spec in SPECS}
SPANS = sorted({n for label in LABELS if (n := days_of(label)) is not None})
CYCLES = sorted({c for label in LABELS if (c := cycles_of(label)) is not None})


@pytest.mark.parametrize("n", SPANS)
def test_no_feature_reads_further_back_than_the_days_that_its_label_states(n: int) -> None:
    features = FeatureSet(tuple(spec for spec in SPECS if days_of(spec.meta.window) == n))
    assert differing(features, [earlier_by_days(w.tables, n) for w in WORLDS]) == set()
    assert differing(features, [earlier_by_days(w.tables, n * 9 // 10) for w in WORLDS])


MOST_EVENTS = 20
"""No account of these worlds has as many events of a clock, so none is left out."""


@pytest.mark.parametrize(("clock", "n"), CYCLES)
def test_no_feature_counts_further_back_than_the_cycles_that_its_label_states(clock: str, n: int) -> None:
    specs = tuple(spec for spec in SPECS if cycles_of(spec.meta.window) == (clock, n))
    features = FeatureSet(specs)
    assert differing(features, [without_older(w.tables, clock, n) for w in WORLDS]) == set()
    if 1 < n < MOST_EVENTS:
        assert differing(features, [without_older(w.tables, clock, n - 1) for w in WORLDS])
