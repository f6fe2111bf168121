"""Names, labels and expressions of windows agree for every feature, or the exception has its reason here."""

import re
from datetime import datetime, timedelta

import polars as pl
import pytest

from features.calendar import add_months
from features.contract.registry import TABLES
from features.definitions import PORTFOLIO
from features.definitions.account import LIMIT_NOW
from features.engine import FeatureSet, FeatureSpec, build
from features.engine.lookback import window_label
from features.engine.window import month_back
from features.matrix import Observations
from features.tables import Tables
from tests.features.worlds import world

SPECS = (*PORTFOLIO.specs, LIMIT_NOW)
OVER_LIMIT = "bills and payments of fewer months, over the average limit of 6 months"
AGAINST_BILL = "a month's payment over the bill of the month before it"
FIVE_PAIRS = "five payments, each with the bill of the month before it: six months are read"
COMPARED = (
    "named by the distance of the two values compared; the older one is looked for in a year of reports"
)
IN_REPORT = "named by the span that the report itself covers; the latest report is read"
DIFFERENT: dict[str, tuple[str, str]] = {
    "utilisation_avg_3m": ("6m", OVER_LIMIT),
    **{f"utilisation_m{k}": ("6m", OVER_LIMIT) for k in range(1, 7)},
    **{f"paid_to_limit_m{k}": ("6m", OVER_LIMIT) for k in range(1, 7)},
    **{f"carried_m{k}": ("6m", OVER_LIMIT) for k in range(1, 6)},
    **{f"charged_m{k}": ("6m", OVER_LIMIT) for k in range(1, 6)},
    "payment_ratio_m1": ("2m", AGAINST_BILL),
    **{f"payment_ratio_m{k}": (f"m{k}-{k + 1}", AGAINST_BILL) for k in range(2, 6)},
    **{f"payment_ratio_{which}_5m": ("6m", FIVE_PAIRS) for which in ("avg", "min")},
    **{f"carried_{which}_5m": ("6m", FIVE_PAIRS) for which in ("avg", "min")},
    **{f"charged_{which}_5m": ("6m", FIVE_PAIRS) for which in ("avg", "max")},
    "full_payments_5m": ("6m", FIVE_PAIRS),
    "unemployment_change_6m": ("18m", COMPARED),
    "unemployment_change_12m": ("24m", COMPARED),
    "lpr_change_12m": ("24m", COMPARED),
    "third_party_change_6m": ("18m", COMPARED),
    "pmi_avg_3m": ("4m", "three months are known of the last four: an index is published after its month"),
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
        employer_age_months employer_state_months hf_gap_days hf_history_months late_streak limit_growth
        months_since_cut months_since_first_order months_since_late months_since_raise no_use_streak
        paid_in_full_streak revolving_streak ss_gap_days ss_history_months tenure_months third_party_age""",
    "2m": "dpd_step",
    "3m": "minimum_due_last",
    "4m": "dpd_recent_over_older",
    "6m": "other_balance_to_limit utilisation_step utilisation_trend",
    "12m": """balance_to_hf balance_to_ss_base hf_contribution industry_trend limit_to_ss_base
        spent_to_ss_base ss_base third_party_trend""",
    "24m": "hf_growth other_balance_growth other_lenders_growth ss_base_growth",
}
"""Features whose name states no span of time, by the label of what they read."""


def stated(name: str) -> str | None:
    """The label that a name promises: `90d`, `6m`, or `m2` for the second month back."""
    found = re.search(r"_(m\d+|\d+[dm])$", name)
    if found is None:
        return None
    return month_back(int(found[1][1:])).label if found[1].startswith("m") else found[1]


def length(label: str) -> str:
    """`m2-4` spans three months, as `3m` does."""
    found = re.fullmatch(r"m(\d+)-(\d+)", label)
    return f"{int(found[2]) - int(found[1]) + 1}m" if found else label


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.meta.name)
def test_the_label_is_what_the_name_states_and_what_the_expression_reads(spec: FeatureSpec) -> None:
    name, label = spec.meta.name, spec.meta.window
    assert label == window_label(spec.aggregates)
    if name in DIFFERENT:
        assert label == DIFFERENT[name][0]
        assert length(label) != stated(name), f"{name} needs no exception"
    elif stated(name) is None:
        assert name in WITHOUT_SPAN[label].split()
    else:
        assert length(label) == stated(name)


BY_MONTH = {spec: int(found[1]) for spec in SPECS if (found := re.search(r"_m(\d+)$", spec.meta.name))}


@pytest.mark.parametrize("spec", BY_MONTH, ids=lambda spec: spec.meta.name)
def test_a_feature_named_by_a_month_reads_that_month(spec: FeatureSpec) -> None:
    assert month_back(BY_MONTH[spec]) in {aggregate.window for aggregate in spec.aggregates}


def test_no_exception_outlives_its_feature() -> None:
    names = {spec.meta.name for spec in SPECS}
    listed = [*DIFFERENT, *(name for text in WITHOUT_SPAN.values() for name in text.split())]
    assert set(listed) <= names
    assert len(listed) == len(set(listed))


AS_OF = datetime(2026, 2, 28)
WORLDS = [world(seed, 40, rows) for seed, rows in ((51, 30), (52, 3), (53, 12), (54, 3), (55, 6))]
STATES = ("accounts", "limit_changes", "consents", "employers")
"""Tables whose rows hold until the next: what was in force when a window began was set before it."""


def months_of(label: str) -> int | None:
    """Calendar months from the moment of observation to the start of what is read."""
    found = re.fullmatch(r"(?:m\d+-|m)?(\d+)m?", label)
    return int(found[1]) if found else None


SPANS = sorted({n for spec in SPECS if (n := months_of(spec.meta.window)) is not None})


def earlier(tables: Tables, start: datetime) -> Tables:
    """The same rows, those from before a moment moved ten years further back: still known, and in order."""
    frames = {}
    for name, frame in tables.frames.items():
        old = pl.col(TABLES[name].event) < start
        dates = {TABLES[name].event, "statement_on"} & set(frame.columns) - {"known_at"}
        back = [(pl.col(c) - timedelta(days=3650)).cast(frame.schema[c]) for c in sorted(dates)]
        moved = frame.with_columns(
            pl.when(old).then(b).otherwise(pl.col(b.meta.output_name())).alias(b.meta.output_name())
            for b in back
        )
        frames[name] = frame if name in STATES else moved
    return Tables(frames)


def changed(features: FeatureSet, start: datetime) -> set[str]:
    """Features that change when everything before a moment happened earlier still."""
    found = set()
    for w in WORLDS:
        frame = w.observations.frame.filter(pl.col("as_of") == AS_OF)
        before, after = (
            build(tables, Observations(frame), features).frame
            for tables in (w.tables, earlier(w.tables, start))
        )
        found |= {name for name in features.catalogue.names if not before[name].equals(after[name])}
    return found


@pytest.mark.parametrize("n", SPANS)
def test_no_feature_reads_further_back_than_its_label_states(n: int) -> None:
    features = FeatureSet(tuple(spec for spec in SPECS if months_of(spec.meta.window) == n))
    assert changed(features, add_months(AS_OF, -n)) == set()
    assert changed(features, add_months(AS_OF, 1 - n)), "moving the first month of the window changes nothing"
