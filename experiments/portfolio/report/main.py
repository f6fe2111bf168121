"""Runs every check of the report: tables on the terminal, JSON and plots under `var/reports`."""

import polars as pl
from rich.console import Console

from experiments.portfolio.config import SimulationConfig
from experiments.portfolio.measure import write_report
from experiments.portfolio.report import plots, response, terminal
from experiments.portfolio.report.effects import EffectEstimate, effects
from experiments.portfolio.report.marginals import consent_by_source, marginals
from experiments.portfolio.report.panel import Panel, read_panel
from experiments.portfolio.report.stuck import stuck_good_rate
from experiments.portfolio.truth import config_of
from features import paths
from features.tables import TableStore

Figures = dict[str, float | int | str | bool]
Estimates = dict[str, dict[str, EffectEstimate]]


def report(store: TableStore) -> Figures:
    """Validates a simulated data set; returns what `var/reports/portfolio.json` then holds."""
    config, console = config_of(store), Console(width=130)
    with console.status("reading the tables"):
        panel = read_panel(store, config)
        found, consents = marginals(panel, store), consent_by_source(store)
    with console.status("simulating potential outcomes in the test's three arms"):
        estimates = _estimates(panel, config)
        stuck, n_good = stuck_good_rate(panel, config)
    figures: Figures = {"n_accounts": config.n_accounts, "n_months": config.n_months, "seed": config.seed}
    figures |= {m.name: round(m.simulated, 5) for m in found}
    figures |= _effect_figures(estimates) | _consent_figures(consents)
    figures |= {"stuck_good_rate": round(stuck, 4), "stuck_good_n": n_good}
    figures["data_fingerprint"] = store.fingerprint
    _draw(panel, estimates, consents)
    write_report("portfolio", figures)
    terminal.show(console, found, estimates, consents)
    terminal.show_stuck_good_rate(console, stuck, n_good)
    return figures


def _estimates(panel: Panel, config: SimulationConfig) -> Estimates:
    """By estimate, an effect an outcome; the names are keys of the report."""
    true = response.true_potential_outcomes(config)
    groups = response.by_reliance_on_credit(true)
    return {
        "randomised": effects(response.randomised(panel), adjusted=True),
        "naive": effects(response.naive(panel)),
        "truth": effects(true),
        **{f"truth_{name}": effects(group) for name, group in groups.items()},
    }


def _effect_figures(estimates: Estimates) -> Figures:
    flat: Figures = {}
    for name, by_outcome in estimates.items():
        for outcome, effect in by_outcome.items():
            key = f"{name}_{outcome}_per_100pct"
            flat |= {key: round(effect.value, 5), f"{key}_low": round(effect.low, 5)}
            flat |= {f"{key}_high": round(effect.high, 5), f"{key}_n": effect.n}
            flat[f"{key}_agrees_with_truth"] = effect.covers(estimates["truth"][outcome].value)
    return flat


def _consent_figures(consents: pl.DataFrame) -> Figures:
    return {
        f"{row['source']}_{name}": round(row[name], 4)
        for row in consents.to_dicts()
        for name in ("consented", "withdrew", "with_rows", "rows_without_consent")
    }


def _draw(panel: Panel, estimates: Estimates, consents: pl.DataFrame) -> None:
    folder = paths.reports()
    plots.plot_curves(panel, folder / "portfolio-vintages.png")
    plots.plot_rolls(panel, folder / "portfolio-rolls.png")
    plots.plot_use(panel, folder / "portfolio-use.png")
    plots.plot_response(estimates, folder / "portfolio-response.png")
    shares = {row["source"]: (row["consented"], row["with_rows"]) for row in consents.to_dicts()}
    plots.plot_sources(shares, folder / "portfolio-sources.png")
