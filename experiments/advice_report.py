"""`make advice`: does the advice work? Paths for held accounts, enacted in the world, decided anew."""

import argparse
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
from rich.console import Console
from rich.progress import track
from rich.table import Table

from experiments.advice_world import BOOKED, Enacted, enact
from experiments.portfolio.config import WorldConfig, from_origin
from features import paths
from features.cli import run
from features.engine import FeatureSet, build
from features.errors import DataError
from features.matrix import Observations
from features.tables import Tables, TableStore
from serving.advice import (
    Advice,
    AdviceSettings,
    Decide,
    NoPath,
    Outcome,
    Path,
    SourceProfiles,
    advise,
    profiles_of,
)
from serving.advice.judged import cautious_with, decide_with, features_of
from serving.advice.settings import packaged
from serving.bundle import BundleStore
from serving.decision import Judge
from serving.policy import packaged as packaged_policy
from serving.scorer import Scorer
from serving.types import Decision


@dataclass(frozen=True)
class Followed:
    """One path and what came of it.

    Attributes:
        account_id: whose.
        path: what was advised.
        world: the decision in the world under the advised behaviour, at the path's date.
        idle: the decision in the world without any change, at the same date.
        kept: whether the world let the person keep to it: no payment missed where it asks for payments.
    """

    account_id: int
    path: Path
    world: Outcome
    idle: Outcome
    kept: bool

    @property
    def better(self) -> bool:
        """Whether the decision got better."""
        return self.world.better_than(self.path.before)


@dataclass(frozen=True)
class AdviceReport:
    """Advice for n held accounts.

    Attributes:
        as_of: moment of advice.
        advice: one an account.
        followed: every path that rests on the person alone, enacted.
        seconds: time of each search.
        decided: accounts decided to find the held ones.
    """

    as_of: datetime
    advice: tuple[Advice, ...]
    followed: tuple[Followed, ...]
    seconds: tuple[float, ...]
    decided: int

    def flat(self) -> dict[str, float | int | str]:
        """Flat figures with units in their names."""
        answers = [a.answer for a in self.advice]
        found = [a for a in answers if isinstance(a, Path)]
        waits = [f for f in self.followed if not f.path.steps]
        acts = [f for f in self.followed if f.path.steps]
        n = max(1, len(self.advice))
        return {
            "as_of": self.as_of.isoformat(),
            "accounts_decided": self.decided,
            "accounts_held": len(self.advice),
            "share_with_path": len(found) / n,
            "share_wait_only": len(waits) / n,
            "share_with_levers": len(acts) / n,
            "share_nothing_in_12_months": sum(isinstance(a, NoPath) for a in answers) / n,
            "share_only_if_linked": sum(
                isinstance(a.answer, NoPath) and a.if_linked is not None for a in self.advice
            )
            / n,
            "median_cost_months": _median([p.cost for p in found]),
            "median_cost_levers_months": _median([p.cost for p in found if p.steps]),
            "median_months": _median([float(p.months) for p in found]),
            "median_extra_cny": _median([p.extra_cny for p in found if p.steps]),
            "paths_enacted": len(self.followed),
            "better_in_world_share": _share([f.better for f in self.followed]),
            "better_in_world_levers_share": _share([f.better for f in acts]),
            "better_in_world_wait_share": _share([f.better for f in waits]),
            "better_in_world_kept_share": _share([f.better for f in self.followed if f.kept]),
            "paths_not_kept": sum(not f.kept for f in self.followed),
            "better_without_change_share": _share([f.idle.better_than(f.path.before) for f in acts]),
            "better_on_rerun_share": _share([p.after.better_than(p.before) for p in found]),
            "median_plans": _median([float(a.plans) for a in self.advice]),
            "search_p50_seconds": _median(list(self.seconds)),
            "search_p95_seconds": float(np.quantile(self.seconds, 0.95)) if self.seconds else 0.0,
        }


def report_advice(
    judge: Judge, store: TableStore, *, n: int = 500, as_of: datetime | None = None, quiet: bool = True
) -> AdviceReport:
    """Advises n held accounts of the simulated portfolio and enacts every path in the world.

    Args:
        judge: model and policy.
        store: tables of a simulated world.
        n: held accounts, taken in the order of their buckets.
        as_of: moment of advice; by default a year before the world ends, so that all of it can be lived.
        quiet: whether to show no progress.

    Raises:
        DataError: the store holds no simulated world.
    """
    config, settings = _world(store), packaged()
    moment = as_of or _year_before_end(config, settings)
    decide, cautious, features = decide_with(judge), cautious_with(judge), features_of(judge)
    sample = _held(store, moment, decide, features, n, quiet)
    advice, seconds = [], []
    for account in track(sample.held, "advice", disable=quiet):
        started = time.perf_counter()
        tables = _alone(sample.tables[account], account)
        advice.append(
            advise(
                tables,
                account,
                moment,
                decide,
                features,
                cautious=cautious,
                profiles=sample.profiles,
                settings=settings,
            )
        )
        seconds.append(time.perf_counter() - started)
    followed = _follow(config, advice, moment, decide, features, settings)
    return AdviceReport(moment, tuple(advice), tuple(followed), tuple(seconds), sample.decided)


@dataclass(frozen=True)
class _Sample:
    """Held accounts with their bucket's tables, and what sources show among those that were raised."""

    held: tuple[int, ...]
    tables: dict[int, Tables]
    profiles: SourceProfiles
    decided: int


def _world(store: TableStore) -> WorldConfig:
    if "settings" not in store.info.origin:
        raise DataError(f"{store.root}: not a simulated world, so advice cannot be enacted; `make portfolio`")
    return from_origin(dict(store.info.origin))


def _year_before_end(config: WorldConfig, settings: AdviceSettings) -> datetime:
    day = config.month_start(config.span - settings.longest)
    return datetime(day.year, day.month, 1)


def _held(  # noqa: PLR0917
    store: TableStore, moment: datetime, decide: Decide, features: FeatureSet, n: int, quiet: bool
) -> _Sample:
    held: list[int] = []
    tables: dict[int, Tables] = {}
    raised: list[Decision] = []
    decided, profiles = 0, None
    for bucket in track(store.buckets(), "held accounts", disable=quiet):
        here = store.read(bucket)
        decisions = decide(build(here, _open(here, moment), features))
        decided += len(decisions)
        raised = [d for d in decisions if d.eligible]
        profiles = profiles or profiles_of(
            here, pl.Series([d.account_id for d in raised], dtype=pl.Int64), moment
        )
        for decision in decisions:
            if not decision.eligible and len(held) < n:
                held.append(decision.account_id)
                tables[decision.account_id] = here
        if len(held) >= n:
            break
    return _Sample(tuple(held), tables, profiles or SourceProfiles(0.25), decided)


def _open(tables: Tables, moment: datetime) -> Observations:
    open_now = tables["accounts"].filter(pl.col("known_at") < moment).sort("account_id")
    return Observations(open_now.select("account_id", as_of=pl.lit(moment).cast(pl.Datetime("us"))))


def _alone(tables: Tables, account: int) -> Tables:
    frames = {
        name: frame.filter(pl.col("account_id") == account) if "account_id" in frame.columns else frame
        for name, frame in tables.frames.items()
    }
    return Tables(frames)


def _follow(  # noqa: PLR0917
    config: WorldConfig, advice: Sequence[Advice], moment: datetime, decide: Decide, features: FeatureSet,
    settings: AdviceSettings,
) -> list[Followed]:  # fmt: skip
    """Enacts every path that rests on the person alone; beside it the same people without change."""
    taken = [(a.account_id, a.answer) for a in advice if isinstance(a.answer, Path)]
    if not taken:
        return []
    acting = [Enacted(account, path.levers, path.before.new_limit_cny) for account, path in taken]
    idle = [Enacted(account, (), path.before.new_limit_cny) for account, path in taken]
    lived = enact(config, acting, moment, settings)
    hooks_only = enact(config, acting, moment, settings, booked=False)
    then = [(account, path.until) for account, path in taken]
    after = _decided(lived, then, decide, features)
    without = _decided(enact(config, idle, moment, settings), then, decide, features)
    return [
        Followed(account, path, after[i], without[i], _kept(hooks_only, account, path, moment))
        for i, (account, path) in enumerate(taken)
    ]


def _decided(
    tables: Tables, when: Sequence[tuple[int, datetime]], decide: Decide, features: FeatureSet
) -> list[Outcome]:
    frame = pl.DataFrame(
        {"account_id": [a for a, _ in when], "as_of": [m for _, m in when]},
        schema={"account_id": pl.Int64, "as_of": pl.Datetime("us")},
    )
    return [Outcome.of(decision) for decision in decide(build(tables, Observations(frame), features))]


def _kept(tables: Tables, account: int, path: Path, moment: datetime) -> bool:
    """Whether no month end stood past due in the world itself, where the path asks for payments."""
    if not any(lever.kind in BOOKED for lever in path.levers):
        return True
    ends = tables["delinquency"].filter(
        (pl.col("account_id") == account)
        & (pl.col("known_at") >= moment)
        & (pl.col("known_at") < path.until)
        & (pl.col("days_past_due") > 0)
    )
    return ends.height == 0


def _share(flags: Sequence[bool]) -> float:
    return float(np.mean(flags)) if flags else float("nan")


def _median(values: Sequence[float]) -> float:
    return float(np.median(values)) if values else float("nan")


def kinds(report: AdviceReport) -> Counter[str]:
    """How often each kind of path was given."""
    return Counter(_kind(f.path) for f in report.followed)


def _kind(path: Path) -> str:
    return " + ".join(lever.kind.value for lever in path.levers) or "wait"


def judge_of(config: str) -> Judge:
    """The champion of a configuration under the packaged policy.

    Raises:
        DataError: there is none.
    """
    bundles = BundleStore(paths.var() / "bundles")
    pointer = bundles.champion(config)
    if pointer is None:
        raise DataError(f"no champion for {config!r}: `make train CONFIG={config}` makes one")
    return Judge(Scorer(bundles.load(pointer.sha256), threads=2), pointer.sha256, packaged_policy())


def write(report: AdviceReport) -> None:
    """Writes `var/reports/advice.json`."""
    folder = paths.reports()
    folder.mkdir(parents=True, exist_ok=True)
    flat = report.flat() | {f"paths_{k.replace(' + ', '_and_')}": v for k, v in kinds(report).items()}
    (folder / "advice.json").write_text(json.dumps(flat, indent=1, ensure_ascii=False))


def show(report: AdviceReport, console: Console) -> None:
    """The figures, and each kind of path with what came of it."""
    table = Table("figure", "value", title="Advice")
    for name, value in report.flat().items():
        table.add_row(name, f"{value:.3f}" if isinstance(value, float) else str(value))
    console.print(table)
    by_kind = Table(
        "path", "given", "better in the world", "better anyway", "median cost, months", title="Paths"
    )
    for kind, count in kinds(report).most_common():
        mine = [f for f in report.followed if _kind(f.path) == kind]
        by_kind.add_row(
            kind,
            str(count),
            f"{_share([f.better for f in mine]):.1%}",
            f"{_share([f.idle.better_than(f.path.before) for f in mine]):.1%}",
            f"{_median([f.path.cost for f in mine]):.1f}",
        )
    console.print(by_kind)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="experiments.advice_report", description=__doc__)
    parser.add_argument("--config", default="portfolio", help="whose champion decides")
    parser.add_argument("--accounts", type=int, default=500, help="held accounts to advise")
    arguments = parser.parse_args()
    judge = judge_of(arguments.config)
    report = report_advice(judge, TableStore(paths.dataset("simulated")), n=arguments.accounts, quiet=False)
    write(report)
    show(report, Console())


if __name__ == "__main__":
    run(main)
