"""Timings of compiled reasons and of their baselines, one account a call and in batches."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np

from experiments.benchmarks.reasons_model import BenchmarkModel
from features.arrays import Floats
from serving.model.reasons.compile import Reference, fill
from serving.model.reasons.explain import Contributions, explain, warm
from serving.model.reasons.layout import plan
from serving.model.reasons.tables import ReasonTables
from serving.model.reasons.trees import parse
from training.evaluation.explain import MAX_REFERENCE, oracle

Figures = dict[str, float | int | bool]

ROUNDS = 5
SINGLE_ROWS, SINGLE_ROWS_SHAP = 200, 20
"""Accounts a round, one call each."""
BATCH_ROWS, BATCH_ROWS_CONTRIB = 20_000, 400
"""Accounts a round, one call for all."""


@dataclass(frozen=True)
class CompiledReasons:
    """Compiled tables, and the time of each step.

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


def compile_timed(given: BenchmarkModel) -> CompiledReasons:
    """Compiles the reasons of the benchmark's model, timed step by step; the kernels are loaded before."""
    text, themes = given.booster.model_to_string(), given.catalogue.theme_index
    warm(fill(plan(parse(text), themes, len(given.catalogue.themes)), Reference(given.reference[:10])))
    clock = [time.perf_counter()]
    ensemble = parse(text)
    clock.append(time.perf_counter())
    layout = plan(ensemble, themes, len(given.catalogue.themes))
    clock.append(time.perf_counter())
    tables = fill(layout, Reference(given.reference))
    clock.append(time.perf_counter())
    return CompiledReasons(tables, *np.diff(clock).tolist())


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
    shap_values = oracle(given.booster, given.reference[:MAX_REFERENCE])
    shap_values(given.accounts[:1])
    compiled, shap, predicted = [], [], []
    for number in range(ROUNDS):
        rows = given.accounts[number * SINGLE_ROWS : (number + 1) * SINGLE_ROWS]
        compiled += seconds_each(lambda row: explain(tables, row), rows)
        shap += seconds_each(shap_values, rows[:SINGLE_ROWS_SHAP])
        predicted += seconds_each(lambda row: given.booster.predict(row, num_threads=1), rows)
    compiled_ms, shap_ms = float(np.median(compiled)) * 1e3, float(np.median(shap)) * 1e3
    return {
        "one_account_p50_ms": compiled_ms,
        "one_account_p99_ms": float(np.quantile(compiled, 0.99)) * 1e3,
        "one_account_best_ms": min(compiled) * 1e3,
        "shap_interventional_100_p50_ms": shap_ms,
        "times_as_fast_as_shap": shap_ms / compiled_ms,
        "lightgbm_predict_p50_ms": float(np.median(predicted)) * 1e3,
    }


def batch(given: BenchmarkModel, tables: ReasonTables, threads: int) -> Figures:
    """Many accounts a call, all on the same number of threads."""
    rows = np.resize(given.accounts, (BATCH_ROWS, given.accounts.shape[1]))

    def pred_contrib(some: Floats) -> object:
        return given.booster.predict(some, pred_contrib=True, num_threads=threads)

    pred_contrib(rows[:10])
    compiled, contrib = [], []
    for _ in range(ROUNDS):
        compiled.append(rows_per_second(lambda some: explain(tables, some, threads=threads), rows))
        contrib.append(rows_per_second(pred_contrib, rows[:BATCH_ROWS_CONTRIB]))
    fast, slow = float(np.median(compiled)), float(np.median(contrib))
    return {
        "threads": threads,
        "batch_rows_per_second": fast,
        "pred_contrib_rows_per_second": slow,
        "times_as_fast_as_pred_contrib": fast / slow,
    }


def describe(given: BenchmarkModel, made: CompiledReasons) -> Figures:
    """Size of model and tables, time of compilation, and the completeness of the values."""
    values = explain(made.tables, given.accounts)
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
        "completeness_gap": completeness_gap(given.booster, values, given.accounts),
    }


def completeness_gap(booster: lgb.Booster, values: Contributions, rows: Floats) -> float:
    """Largest difference of base plus values from the booster's own margin, log-odds."""
    margin = np.asarray(booster.predict(rows, raw_score=True))
    return float(np.abs(values.base + values.values.sum(axis=1) - margin).max())


def targets_met(figures: Figures) -> Figures:
    """Whether each target of the benchmark is met."""
    return {
        "one_account_within_half_ms": figures["one_account_p50_ms"] <= 0.5,
        "fifteen_times_shap": figures["times_as_fast_as_shap"] >= 15,
        "three_times_pred_contrib": figures["times_as_fast_as_pred_contrib"] >= 3,
    }
