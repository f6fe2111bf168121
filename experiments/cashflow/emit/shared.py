"""Shared tables: the company registry, macro indicators, the industry outlook."""

import numpy as np
import polars as pl

from experiments.cashflow import kernels
from experiments.cashflow.config import BURN_IN, CashflowConfig
from experiments.cashflow.economy import INDUSTRIES, Economy
from experiments.cashflow.emit.clock import HOUR, Clock, dates, moments
from features.arrays import Floats, Ints
from features.calendar import DAY


def shared_tables(config: CashflowConfig, economy: Economy) -> dict[str, pl.DataFrame]:
    """The shared tables, by name."""
    clock = Clock(config)
    return {
        "employers": employers(config, economy, clock),
        "macro": macro(config, economy, clock),
        "industry_outlook": industry_outlook(config, economy, clock),
    }


def employers(config: CashflowConfig, economy: Economy, clock: Clock) -> pl.DataFrame:
    """Registry states, learned weeks after the firm's trouble began."""
    n = np.arange(config.n_employers)
    start, u = np.full(len(n), int(clock.starts[0])), _uniform(economy, n, 10)
    failed = np.nonzero(economy.failed >= 0)[0]
    noticed = clock.starts[economy.failed[failed]] + (15 + 35 * u[failed]).astype(np.int64) * DAY
    gone = failed[economy.gone[failed] < len(clock.starts)]
    final = np.where(u[gone] < 0.4, "revoked", "deregistered").tolist()
    states = [
        _states(economy, n, start, status="active", learned_days=0),
        _states(economy, failed, noticed, status="abnormal", learned_days=5),
        _states(economy, gone, clock.starts[economy.gone[gone]] + 8 * DAY, status=final, learned_days=5),
    ]
    return pl.concat(states).filter(pl.col("known_at") < _moment(clock.shown_until))


def _states(
    economy: Economy, who: Ints, at: Ints, *, status: str | list[str], learned_days: int
) -> pl.DataFrame:
    capital = np.round(np.exp(14.5 + 1.6 * (2.0 * _uniform(economy, who, 11) - 1.0)), -4)
    names = np.array([i.name for i in INDUSTRIES])[economy.employer_industry[who]]
    return pl.DataFrame(
        {
            "employer_id": who.astype(np.int64),
            "known_at": moments(at + learned_days * DAY),
            "recorded_at": moments(at),
            "industry": pl.Series(names.tolist(), dtype=pl.String),
            "status": pl.Series([status] * len(who) if isinstance(status, str) else status, dtype=pl.String),
            "registered_capital_cny": capital,
        }
    )


def macro(config: CashflowConfig, economy: Economy, clock: Clock) -> pl.DataFrame:
    """Monthly indicators, published in the middle of the next month; levels near China's of 2022 to 2025."""
    t = np.arange(config.span)
    stress = economy.environment.stress[: config.span]
    ahead = economy.environment.stress[1 : config.span + 1]
    noise = [2.0 * _uniform(economy, t, 20 + k) - 1.0 for k in range(4)]
    return _published(
        {
            "month": dates(clock.starts[: config.span]),
            "known_at": moments(clock.starts[1 : config.span + 1] + 15 * DAY + 10 * HOUR),
            "unemployment": np.round(5.0 + 1.6 * stress + 0.08 * noise[0], 1),
            "cpi_yoy": np.round(1.2 - 1.0 * stress + 0.3 * noise[1], 1),
            "retail_sales_yoy": np.round(5.0 - 9.0 * stress + 0.9 * noise[2], 1),
            "pmi": np.round(50.4 - 3.5 * ahead + 0.3 * noise[3], 1),
            "lpr_1y": np.round((3.65 - 0.55 * np.maximum.accumulate(stress)) * 20.0) / 20.0,
        },
        clock,
    )


def industry_outlook(config: CashflowConfig, economy: Economy, clock: Clock) -> pl.DataFrame:
    """Prosperity by industry, 100 = neutral, published three weeks after the month."""
    frames = []
    for number, industry in enumerate(INDUSTRIES):
        stress = economy.environment.industry[number, : config.span]
        noise = 2.0 * _uniform(economy, np.arange(config.span) + 1_000 * number, 30) - 1.0
        frame = {
            "month": dates(clock.starts[: config.span]),
            "industry": pl.Series([industry.name] * config.span, dtype=pl.String),
            "known_at": moments(clock.starts[1 : config.span + 1] + 20 * DAY + 10 * HOUR),
            "prosperity": np.round(112.0 - 26.0 * stress + 2.0 * noise, 1),
        }
        frames.append(_published(frame, clock))
    return pl.concat(frames)


def _published(columns: dict[str, object], clock: Clock) -> pl.DataFrame:
    """Rows learned before the end, from a year before the first month shown."""
    frame = pl.DataFrame(columns)
    first = _moment(int(clock.starts[BURN_IN - 12]))
    return frame.filter(
        (pl.col("month") >= first.cast(pl.Date)) & (pl.col("known_at") < _moment(clock.shown_until))
    )


def _moment(microseconds: int) -> pl.Expr:
    return pl.lit(microseconds).cast(pl.Datetime("us"))


def _uniform(economy: Economy, index: Ints, stream: int) -> Floats:
    keys = kernels.account_keys(economy.key, index)
    return np.asarray(kernels.uniforms(keys, np.zeros(len(index), np.int64), stream, 0))
