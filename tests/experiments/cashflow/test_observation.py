"""What the lender observes: consent is selective, feeds fail, parameters are checked."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from experiments.cashflow.config import CashflowConfig
from experiments.cashflow.economy import INDUSTRIES, downturn
from experiments.cashflow.emit.clock import NEVER, Clock
from experiments.cashflow.emit.consents import consent
from experiments.cashflow.emit.feed import outages
from experiments.cashflow.emit.tables import account_tables
from experiments.cashflow.parameters import CASHFLOW_TOML, read_parameters
from experiments.cashflow.population import make_people
from experiments.cashflow.simulation import Trajectories, simulate_accounts
from features.calendar import DAY
from features.errors import ConfigError
from features.sources.registry import LINKED
from tests.experiments.cashflow.conftest import ACCOUNTS, CONFIG


def test_those_in_arrears_elsewhere_link_less() -> None:
    config = CashflowConfig(n_accounts=4_500, n_months=12)
    everyone = simulate_accounts(config, np.arange(1, 4_501), until=config.day_index(config.month_start(26)))
    clock = Clock(config)
    opened = clock.month_of(clock.day(everyone.people["opened"]))
    before = everyone.months[np.arange(4_500), np.clip(opened - 1, 0, 25)]
    seen = (opened > 0) & (opened < 26)
    hides = seen & ((before["late_elsewhere"] > 0) | (before["payments"] > 0.35 * everyone.people["wage"]))
    linked = np.mean([consent(everyone, clock, source).granted != NEVER for source in LINKED], axis=0)
    assert hides.sum() > 50
    assert linked[hides].mean() < 0.75 * linked[seen & ~hides].mean()


def test_nothing_arrives_without_consent_or_during_an_outage(factual: Trajectories) -> None:
    clock, tables = Clock(CONFIG), account_tables(factual)
    for number, (key, source) in enumerate(LINKED.items()):
        frame, held, failing = (
            tables[source.table],
            consent(factual, clock, key),
            outages(factual, clock, number),
        )
        rows = frame["account_id"].to_numpy() - 1
        column = "known_at" if "month" in frame.columns else source.event
        at = frame[column].to_physical().to_numpy()
        assert held.covers(rows, at).all(), key
        assert not failing.fails(rows, at).any(), key
        assert (failing.start != NEVER).sum() > 10


def test_an_outage_lasts_until_its_end() -> None:
    clock = Clock(CONFIG)
    some = simulate_accounts(CONFIG, ACCOUNTS[:50], until=40)
    failing = outages(some, clock, 0)
    row, month = (int(v[0]) for v in np.nonzero(failing.start != NEVER))
    start, end = failing.start[row, month], failing.end[row, month]
    at = np.array([start, start + DAY, end - 1])
    assert (failing.ends(np.full(3, row), at) >= end).all()
    assert 14 <= (end - start) // DAY < 70


def test_social_security_follows_formal_jobs(factual: Trajectories) -> None:
    tables = account_tables(factual)
    frame = tables["social_security"].filter(pl.col("employer_id").is_not_null())
    starts = pl.Series([CONFIG.month_start(t) for t in range(CONFIG.span)])
    month = np.searchsorted(starts.to_physical().to_numpy(), frame["month"].to_physical().to_numpy())
    rows = frame["account_id"].to_numpy() - 1
    assert (factual.months["employed"][rows, month] == 1).all()
    assert (factual.months["employer"][rows, month] == frame["employer_id"].to_numpy()).all()
    assert (factual.people["kind"][rows] == 0).all()


def test_orders_of_priority_are_permutations_and_differ() -> None:
    people = make_people(CONFIG, ACCOUNTS)
    assert (np.sort(people["rank"], axis=1) == np.arange(4)).all()
    assert len(np.unique(people["rank"], axis=0)) > 10
    assert set(people["bill_day"]) <= set(range(1, 29))


def test_the_downturn_comes_fast_and_goes_slowly() -> None:
    path = downturn(np.arange(72), CashflowConfig())
    peak = int(path.argmax())
    assert path[: peak - 4].max() == 0.0
    assert path[peak + 7] > 0.4
    assert sum(i.share for i in INDUSTRIES) == pytest.approx(1.0)


def test_an_unknown_or_missing_parameter_is_named(tmp_path: Path) -> None:
    text = CASHFLOW_TOML.read_text()
    broken = tmp_path / "broken.toml"
    broken.write_text(text.replace("rehire = ", "rehired = "))
    with pytest.raises(ConfigError, match=r"income\.rehire"):
        read_parameters(broken)
    broken.write_text(text.replace("[household]", "[home]"))
    with pytest.raises(ConfigError, match="household"):
        read_parameters(broken)
    with pytest.raises(ConfigError, match="no \\['rehired'\\]"):
        read_parameters().with_values(rehired=1.0)
