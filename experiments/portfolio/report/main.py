"""Runs every check of the report: figures on the terminal, JSON and plots under `var/reports`."""

import polars as pl
from rich.console import Console
from rich.table import Table

from experiments.portfolio.config import WorldConfig
from experiments.portfolio.measure import write_report
from experiments.portfolio.report import plots, response
from experiments.portfolio.report.marginals import Marginal, consent_by_source, marginals
from experiments.portfolio.report.panel import Panel, read_panel
from experiments.portfolio.report.response import Slope
from experiments.portfolio.report.stuck import stuck_good_rate
from experiments.portfolio.truth import config_of
from features import paths
from features.tables import TableStore

Figures = dict[str, float | int | str | bool]


def report(store: TableStore) -> Figures:
    """Checks a simulated data set; returns what `var/reports/portfolio.json` then holds."""
    config = config_of(store)
    console = Console(width=130)
    with console.status("reading the tables"):
        panel = read_panel(store, config)
        found = marginals(panel, store)
        consents = consent_by_source(store)
    with console.status("living the test's three arms for the truth"):
        estimates = _estimates(panel, config)
        stuck, n_good = stuck_good_rate(panel, config)
    figures: Figures = {"n_accounts": config.n_accounts, "n_months": config.n_months, "seed": config.seed}
    figures |= {m.name: round(m.simulated, 5) for m in found}
    figures |= _flat(estimates) | _consent_figures(consents)
    figures |= {
        "stuck_good_rate": round(stuck, 4),
        "stuck_good_n": n_good,
        "data_fingerprint": store.fingerprint,
    }
    _draw(panel, estimates, consents)
    write_report("portfolio", figures)
    _print(console, found, estimates, consents, stuck=stuck, n_good=n_good)
    return figures


def _estimates(panel: Panel, config: WorldConfig) -> dict[str, dict[str, Slope]]:
    true = response.truth(config)
    groups = {f"truth_{name}": response.slopes(part) for name, part in response.split_by_need(true).items()}
    return {
        "randomised": response.slopes(response.randomised(panel), adjusted=True),
        "naive": response.slopes(response.naive(panel)),
        "truth": response.slopes(true),
        **groups,
    }


def _flat(estimates: dict[str, dict[str, Slope]]) -> Figures:
    flat: Figures = {}
    for name, slopes in estimates.items():
        for outcome, slope in slopes.items():
            key = f"{name}_{outcome}_per_100pct"
            flat |= {key: round(slope.value, 5), f"{key}_low": round(slope.low, 5)}
            flat |= {f"{key}_high": round(slope.high, 5), f"{key}_n": slope.n}
            flat[f"{key}_agrees_with_truth"] = slope.agrees(estimates["truth"][outcome].value)
    return flat


def _consent_figures(consents: pl.DataFrame) -> Figures:
    return {
        f"{row['source']}_{name}": round(row[name], 4)
        for row in consents.to_dicts()
        for name in ("consented", "withdrew", "with_rows", "rows_without_consent")
    }


def _draw(panel: Panel, estimates: dict[str, dict[str, Slope]], consents: pl.DataFrame) -> None:
    folder = paths.reports()
    folder.mkdir(parents=True, exist_ok=True)
    plots.plot_curves(panel, folder / "portfolio-vintages.png")
    plots.plot_rolls(panel, folder / "portfolio-rolls.png")
    plots.plot_use(panel, folder / "portfolio-use.png")
    plots.plot_response(estimates, folder / "portfolio-response.png")
    shares = {row["source"]: (row["consented"], row["with_rows"]) for row in consents.to_dicts()}
    plots.plot_sources(shares, folder / "portfolio-sources.png")


def _print(
    console: Console,
    found: list[Marginal],
    estimates: dict[str, dict[str, Slope]],
    consents: pl.DataFrame,
    *,
    stuck: float,
    n_good: int,
) -> None:
    table = Table("figure", "simulated", "published", "by", title="marginals")
    for m in found:
        table.add_row(m.name, f"{m.simulated:,.4f}", m.published, m.source)
    console.print(table)
    console.print(_response_table(estimates))
    table = Table(*consents.columns, title="sources by consent")
    for row in consents.iter_rows():
        table.add_row(*(f"{x:.3f}" if isinstance(x, float) else str(x) for x in row))
    console.print(table)
    console.print(
        f"stuck-good rate of the incumbent: {stuck:.1%} of {n_good} accounts that would stay good at 1.5×"
    )
    console.print(f"written: {paths.reports() / 'portfolio.json'} and portfolio-*.png beside it")


def _response_table(estimates: dict[str, dict[str, Slope]]) -> Table:
    title = "change in the next twelve months for each +100 % of limit, with 95 % interval"
    table = Table(
        "answer", "mean bill, CNY", "holds the truth", "chance of bad", "holds the truth", title=title
    )
    for name, slopes in estimates.items():
        cells = []
        for outcome, form in (("balance_cny", ",.0f"), ("bad", "+.4f")):
            s, t = slopes[outcome], estimates["truth"][outcome]
            cells.append(f"{s.value:{form}} [{s.low:{form}}, {s.high:{form}}]")
            cells.append(("yes" if s.agrees(t.value) else "NO") if name in ("randomised", "naive") else "")
        table.add_row(name, *cells)
    return table
