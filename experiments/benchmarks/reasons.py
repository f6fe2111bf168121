"""`make bench-reasons`: compiled reasons against `shap` and LightGBM's `pred_contrib`, in one run.

The model has the size that the reasons are made for: 300 trees of depth 6 and up to 63 leaves, on the
project's own features of a small simulated portfolio, explained by theme against 1,000 accounts.
The rivals explain by feature: `shap`'s interventional explainer, exact as ours, against the 100 reference
rows beyond which it samples, and `pred_contrib`, which is path-dependent, another quantity, but the usual
choice for batches. They take turns, round after round, so that whatever else the machine does falls on all.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
from rich.console import Console

from experiments.benchmarks.reasons_model import BenchmarkModel, subject
from features import cli, paths
from features.arrays import Floats
from serving.model.reasons.compile import Reference, fill
from serving.model.reasons.explain import Contributions, explain, warm
from serving.model.reasons.layout import plan
from serving.model.reasons.tables import ReasonTables
from serving.model.reasons.trees import parse
from training.evaluation.explain import MAX_REFERENCE, oracle
from training.reporting.console import Stages, table

Figures = dict[str, float | int | bool]

ROUNDS = 5
ONE = 200
ONE_SHAP = 20
BATCH = 20_000
BATCH_RIVAL = 400


@dataclass(frozen=True)
class Compiled:
    """Tables and what they cost.

    Attributes:
        tables: by theme, against the whole reference.
        parse_seconds: reading the trees.
        plan_seconds: laying the tables out, once a model.
        fill_seconds: filling them, once a reference.
    """

    tables: ReasonTables
    parse_seconds: float
    plan_seconds: float
    fill_seconds: float


def compiled(given: BenchmarkModel) -> Compiled:
    """Compiles the reasons of the benchmark's model, timed step by step, the kernels loaded before."""
    text, themes = given.booster.model_to_string(), given.catalogue.theme_index
    warm(fill(plan(parse(text), themes, len(given.catalogue.themes)), Reference(given.reference[:10])))
    clock = [time.perf_counter()]
    ensemble = parse(text)
    clock.append(time.perf_counter())
    layout = plan(ensemble, themes, len(given.catalogue.themes))
    clock.append(time.perf_counter())
    tables = fill(layout, Reference(given.reference))
    clock.append(time.perf_counter())
    return Compiled(tables, *np.diff(clock).tolist())


def seconds_each(call: Callable[[Floats], object], rows: Floats) -> list[float]:
    """Wall seconds of each row, one call a row."""
    found = []
    for i in range(len(rows)):
        started = time.perf_counter()
        call(rows[i : i + 1])
        found.append(time.perf_counter() - started)
    return found


def rows_per_second(call: Callable[[Floats], object], rows: Floats) -> float:
    """Throughput of one call with all rows."""
    started = time.perf_counter()
    call(rows)
    return len(rows) / (time.perf_counter() - started)


def single(given: BenchmarkModel, tables: ReasonTables) -> Figures:
    """One account a call."""
    by_shap = oracle(given.booster, given.reference[:MAX_REFERENCE])
    by_shap(given.accounts[:1])
    ours, theirs, predicted = [], [], []
    for number in range(ROUNDS):
        rows = given.accounts[number * ONE : (number + 1) * ONE]
        ours += seconds_each(lambda row: explain(tables, row), rows)
        theirs += seconds_each(by_shap, rows[:ONE_SHAP])
        predicted += seconds_each(lambda row: given.booster.predict(row, num_threads=1), rows)
    one, shap = float(np.median(ours)) * 1e3, float(np.median(theirs)) * 1e3
    return {
        "one_account_p50_ms": one,
        "one_account_p99_ms": float(np.quantile(ours, 0.99)) * 1e3,
        "one_account_best_ms": min(ours) * 1e3,
        "shap_interventional_100_p50_ms": shap,
        "times_as_fast_as_shap": shap / one,
        "lightgbm_predict_p50_ms": float(np.median(predicted)) * 1e3,
    }


def batch(given: BenchmarkModel, tables: ReasonTables, threads: int) -> Figures:
    """Many accounts a call, all on the same number of threads."""
    rows = np.resize(given.accounts, (BATCH, given.accounts.shape[1]))

    def contrib(some: Floats) -> object:
        return given.booster.predict(some, pred_contrib=True, num_threads=threads)

    contrib(rows[:10])
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(rows_per_second(lambda some: explain(tables, some, threads=threads), rows))
        theirs.append(rows_per_second(contrib, rows[:BATCH_RIVAL]))
    fast, slow = float(np.median(ours)), float(np.median(theirs))
    return {
        "threads": threads,
        "batch_rows_per_second": fast,
        "pred_contrib_rows_per_second": slow,
        "times_as_fast_as_pred_contrib": fast / slow,
    }


def described(given: BenchmarkModel, made: Compiled) -> Figures:
    """The size of it all, and that it is right."""
    told = explain(made.tables, given.accounts)
    program = made.tables.program
    return {
        "trees": program.ensemble.n_trees,
        "depth": int(program.ensemble.depths.max()),
        "leaves": int(sum(program.ensemble.is_leaf(i) for i in range(len(program.ensemble.value)))),
        "features": given.accounts.shape[1],
        "features_split_on": len(np.unique(program.columns[:, 0])),
        "themes": made.tables.n_players,
        "reference_rows": len(given.reference),
        "parse_seconds": made.parse_seconds,
        "plan_seconds": made.plan_seconds,
        "fill_seconds": made.fill_seconds,
        "compile_seconds": made.parse_seconds + made.plan_seconds + made.fill_seconds,
        "tables_mb": made.tables.n_bytes / 1e6,
        "lookups_per_account": len(program.groups),
        "completeness_gap": gap(given.booster, told, given.accounts),
    }


def gap(booster: lgb.Booster, told: Contributions, rows: Floats) -> float:
    """Largest difference of base and values from the booster's own margin."""
    margin = np.asarray(booster.predict(rows, raw_score=True))
    return float(np.abs(told.base + told.values.sum(axis=1) - margin).max())


def judged(figures: Figures) -> Figures:
    """Whether each target of the benchmark is met."""
    return {
        "one_account_within_half_ms": figures["one_account_p50_ms"] <= 0.5,
        "fifteen_times_shap": figures["times_as_fast_as_shap"] >= 15,
        "three_times_pred_contrib": figures["times_as_fast_as_pred_contrib"] >= 3,
    }


def main() -> None:
    """Command line of `make bench-reasons`."""
    parser = argparse.ArgumentParser(prog="experiments.benchmarks.reasons", description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    threads = parser.parse_args().threads
    stages = Stages(Console())
    with stages.stage("model", "portfolio, features, 300 trees") as bar:
        given = subject(bar, threads)
    with stages.stage("compile", "compiling reasons"):
        made = compiled(given)
        figures = described(given, made)
    with stages.stage("one", "one account: tables, shap, predict"):
        figures |= single(given, made.tables)
    with stages.stage("batch", "batch: tables, pred_contrib"):
        figures |= batch(given, made.tables, threads)
    figures |= judged(figures)
    stages.console.print(table("Reasons", {name: _shown(value) for name, value in figures.items()}))
    paths.reports().mkdir(parents=True, exist_ok=True)
    path = paths.reports() / "bench-reasons.json"
    path.write_text(json.dumps(figures, indent=1) + "\n")
    stages.console.print(f"report {path}", soft_wrap=True)


def _shown(value: float) -> str:
    if isinstance(value, bool):
        return "yes" if value else "NO"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}" if value < 100 else f"{value:,.0f}"


if __name__ == "__main__":
    cli.run(main)
