"""The tables of the report on the terminal."""

from collections.abc import Mapping, Sequence

import polars as pl
from rich.console import Console
from rich.table import Table

from experiments.portfolio.report.effects import EffectEstimate
from experiments.portfolio.report.marginals import ABN_NOTE, Marginal
from features import paths

ESTIMATES = {
    "randomised": "randomised test",
    "naive": "naive comparison",
    "truth": "true effect",
    "truth_thin": "true, reliant on credit",
    "truth_comfortable": "true, not reliant on credit",
}
"""Names of the estimates, by key of the report."""
FORMATS = {"balance_cny": ",.0f", "bad": "+.4f"}


def show(
    console: Console,
    found: Sequence[Marginal],
    estimates: Mapping[str, Mapping[str, EffectEstimate]],
    consents: pl.DataFrame,
) -> None:
    """Prints marginals, effects of the limit, and consent by source."""
    console.print(_marginal_table(found))
    console.print(_effect_table(estimates))
    console.print(_consent_table(consents))


def show_stuck_good_rate(console: Console, stuck: float, n_good: int) -> None:
    """Prints the stuck-good rate, and where the report is."""
    console.print(
        f"stuck-good rate under the incumbent policy: {stuck:.1%} of the {n_good:,} accounts that would stay "
        "good at 1.5 times the limit had no raise for 12 months"
    )
    console.print(f"written: {paths.reports() / 'portfolio.json'} and portfolio-*.png beside it")


def _marginal_table(found: Sequence[Marginal]) -> Table:
    title = "Marginals against published figures"
    table = Table("figure", "simulated", "published", "source", title=title, caption=ABN_NOTE)
    for m in found:
        table.add_row(m.name, f"{m.simulated:,.4f}", m.published, m.source)
    return table


def _effect_table(estimates: Mapping[str, Mapping[str, EffectEstimate]]) -> Table:
    title = "Effect of each +100 % of limit on the next twelve months, with 95 % interval"
    covers = "covers true"
    table = Table("estimate", "mean bill, CNY", covers, "probability of bad", covers, title=title)
    for name, effects in estimates.items():
        cells = []
        for outcome, form in FORMATS.items():
            effect, true = effects[outcome], estimates["truth"][outcome]
            cells.append(f"{effect.value:{form}} [{effect.low:{form}}, {effect.high:{form}}]")
            verdict = "yes" if effect.covers(true.value) else "NO"
            cells.append(verdict if name in ("randomised", "naive") else "")
        table.add_row(ESTIMATES[name], *cells)
    return table


def _consent_table(consents: pl.DataFrame) -> Table:
    """Shares of accounts by source; rows known without consent must be 0."""
    heads = (name.replace("_", " ") for name in consents.columns)
    table = Table(*heads, title="Consent by source: shares of accounts; number of rows without consent")
    for row in consents.iter_rows():
        table.add_row(*(f"{x:.3f}" if isinstance(x, float) else str(x) for x in row))
    return table
