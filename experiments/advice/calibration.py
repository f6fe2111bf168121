"""How sure is a path? Weights of the confidence, measured on accounts that the report is not proved on."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rich.table import Table

from experiments.advice.figures import Figure, wilson
from experiments.advice.logistic import fit, probability
from experiments.advice.path_outcomes import kind_of
from experiments.advice.sample import AdvisedAccount, held_accounts, moments
from experiments.advice.scenario_outcomes import Tried, tried
from features import paths
from features.arrays import Floats
from features.provenance import git_revision
from serving.advice import AdviceSettings
from serving.advice.confidence import drivers
from serving.advice.settings import Confidence
from training.reporting import report as reports
from training.reporting.console import Stages

MONTHS_BEFORE_END = (12, 18, 24)
GOAL = 0.96
"""Share of chosen paths that must come true: above the promised 95 %, so that chance does not break it."""
GRID = tuple(float(t) for t in np.round(np.arange(0.86, 0.985, 0.005), 3))
LINKS = ("link", "link_slack")
OWN = tuple(name for name in Confidence.model_fields if name not in ("least", *LINKS))


@dataclass(frozen=True)
class Chosen:
    """What a bar on the confidence would give.

    Attributes:
        least: the bar.
        accounts: accounts that could have got a path.
        paths: accounts that would get one.
        better: of these, how many came out better.
    """

    least: float
    accounts: int
    paths: int
    better: int

    @property
    def share(self) -> float:
        """Share that came true."""
        return self.better / self.paths if self.paths else 1.0


def measure(subject: AdvisedAccount, n: int, settings: AdviceSettings, stages: Stages) -> Confidence:
    """Measures the weights and the bar, prints them as they stand in `advice.toml`, and writes a report."""
    when = moments(subject.config, MONTHS_BEFORE_END)
    with stages.stage("accounts", "finding accounts"):
        sample = held_accounts(subject, when, n, measured=True)
    with stages.stage("tried", "trying courses and living them"):
        found = [t for t in tried(subject, sample.cases, settings) if np.isfinite(t.trial.slack)]
    weights = fitted(found)
    bars = crossed(found)
    least = next((bar.least for bar in bars if bar.share >= GOAL), GRID[-1])
    measured = Confidence(least=least, **weights)
    stages.console.print(errors_table(found), bars_table(bars))
    stages.console.print("[confidence]", markup=False)
    for name, value in measured.model_dump().items():
        stages.console.print(f"{name} = {value:.3f}", highlight=False)
    reports.write_to(paths.reports() / "advice-confidence.json", _figures(subject, measured, bars, found))
    return measured


def fitted(found: Sequence[Tried]) -> dict[str, float]:
    """The weights: of courses that rest on the person alone, then what a source adds that shows enough."""
    own = [t for t in found if t.condition_met is None]
    weights = dict(zip(OWN, fit(_columns(own, OWN), _better(own)), strict=True))
    linked = [t for t in found if t.condition_met]
    offset = _columns(linked, OWN) @ np.array(list(weights.values()))
    added = fit(_columns(linked, LINKS), _better(linked), offset=offset)
    return {
        name: round(float(value), 3)
        for name, value in {**weights, **dict(zip(LINKS, added, strict=True))}.items()
    }


def crossed(found: Sequence[Tried]) -> list[Chosen]:
    """What each bar would give: weights fitted on one half of the accounts, paths chosen on the other."""
    own = [t for t in found if t.condition_met is None]
    halves = [[t for t in own if _half(t) == half] for half in (0, 1)]
    stated = [_confidence(halves[1 - half], halves[half]) for half in (0, 1)]
    return [_chosen(least, halves, stated) for least in GRID]


def _half(one: Tried) -> int:
    return hashlib.sha256(f"half:{one.person.account_id}".encode()).digest()[0] % 2


def _confidence(taught: Sequence[Tried], judged: Sequence[Tried]) -> Floats:
    return probability(_columns(judged, OWN), fit(_columns(taught, OWN), _better(taught)))


def _chosen(least: float, halves: Sequence[Sequence[Tried]], stated: Sequence[Floats]) -> Chosen:
    """The cheapest course of each account and moment that reaches the bar, a single lever before several."""
    accounts, paths_given, better = set(), 0, 0
    for half, sure in zip(halves, stated, strict=True):
        by_account: dict[tuple[int, object], list[Tried]] = defaultdict(list)
        for one, p in zip(half, sure, strict=True):
            accounts.add((one.person.account_id, one.person.as_of))
            if p >= least:
                by_account[one.person.account_id, one.person.as_of].append(one)
        picked = [min(mine, key=_first) for mine in by_account.values()]
        paths_given += len(picked)
        better += sum(one.better for one in picked)
    return Chosen(least, len(accounts), paths_given, better)


def _first(one: Tried) -> tuple[bool, float]:
    return len(one.trial.levers) > 1, one.cost


def _columns(found: Sequence[Tried], names: Sequence[str]) -> Floats:
    rows = [drivers(one.trial, one.person) for one in found]
    return np.array([[row[name] for name in names] for row in rows], float).reshape(len(rows), len(names))


def _better(found: Sequence[Tried]) -> Floats:
    return np.array([one.better for one in found], float)


def errors_table(found: Sequence[Tried]) -> Table:
    """Log-odds by which the world turned out riskier than projected, by kind and months."""
    table = Table("course", "months", "n", "mean", "median", "95 %", "better", title="Riskier than projected")
    groups: dict[tuple[str, int], list[Tried]] = defaultdict(list)
    for one in found:
        if one.trial.months in (1, 3, 6, 12):
            groups[kind_of(one.trial.levers), one.trial.months].append(one)
    for (kind, months), mine in sorted(groups.items()):
        error = np.array([_logit(one.pd) - _logit(one.trial.outcome.pd) for one in mine])
        table.add_row(
            kind, str(months), str(len(mine)), f"{error.mean():+.2f}", f"{np.median(error):+.2f}",
            f"{np.quantile(error, 0.95):+.2f}", f"{np.mean([one.better for one in mine]):.1%}",
        )  # fmt: skip
    return table


def bars_table(bars: Sequence[Chosen]) -> Table:
    """What each bar would give."""
    table = Table("at least", "paths", "came true", "95 % interval", title="Bars on the confidence")
    for bar in bars:
        low, high = wilson(bar.better, bar.paths)
        table.add_row(f"{bar.least:.3f}", str(bar.paths), f"{bar.share:.1%}", f"{low:.1%} to {high:.1%}")
    return table


def _figures(
    subject: AdvisedAccount, measured: Confidence, bars: Sequence[Chosen], found: Sequence[Tried]
) -> Mapping[str, Figure]:
    at = next(bar for bar in bars if bar.least == measured.least)
    return {
        "bundle_sha256": subject.judge.bundle_sha256,
        "data_fingerprint": subject.store.fingerprint,
        "git_revision": git_revision(),
        "courses": len(found),
        "paths_at_least": at.paths,
        "paths_at_least_better_share": at.share,
        **{f"confidence_{name}": value for name, value in measured.model_dump().items()},
    }


def _logit(pd: float) -> float:
    return float(np.log(pd / (1.0 - pd)))
