"""Features of observations: history, nightly batch and live, computed by the same code."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from math import isnan

import numpy as np
import polars as pl

from features.arrays import NULL, Floats, Ints
from features.buckets import bucket_of
from features.contract.registry import ACCOUNT_TABLES
from features.engine import interpreter, kernels, ticks
from features.engine.columns import ColumnReader
from features.engine.compiler import FeaturePlan, Stage
from features.engine.consent import ConsentIndex
from features.engine.featureset import FeatureSet
from features.engine.rows import SortedRows, arrange
from features.engine.views.registry import VIEWS
from features.matrix import KEYS, FeatureMatrix, Observations
from features.tables import Tables, TableStore

Progress = Callable[[int, int], None]
"""Called with the buckets done and the buckets in all."""

CHUNK = 16_384
"""Observations computed at a time: bounds the memory of the aggregate matrix."""


@dataclass(frozen=True)
class _Prepared:
    """Sorted rows of every view that a plan reads or counts the events of, and the consents."""

    rows: Mapping[str, SortedRows]
    consents: ConsentIndex


@dataclass(frozen=True)
class _Chunk:
    """n observations computed together.

    Attributes:
        account: (n,) accounts.
        as_of: (n,) microseconds.
        moments: (n, d) the moments that windows are measured from, see `ticks`.
    """

    account: Ints
    as_of: Ints
    moments: Ints


def build(tables: Tables, observations: Observations, features: FeatureSet) -> FeatureMatrix:
    """Features of any mix of accounts and moments over one bucket's tables, a row an observation."""
    account, as_of = _columns(observations)
    prepared = _prepare(tables, features.plan)
    parts = [
        _compute(prepared, features.plan, account[i : i + CHUNK], as_of[i : i + CHUNK])
        for i in range(0, max(len(account), 1), CHUNK)
    ]
    columns = np.concatenate(parts, axis=1) if len(parts) > 1 else parts[0]
    numbers = pl.DataFrame(dict(zip(features.catalogue.names, columns, strict=True)))
    frame = observations.frame.select(KEYS).hstack(numbers.with_columns(pl.all().fill_nan(None)))
    return FeatureMatrix(frame, features.catalogue)


def build_aggregates(tables: Tables, observations: Observations, features: FeatureSet) -> Ints:
    """The aggregates of the features, (q, n) in the order of `features.plan.aggregates`; `NULL` for null."""
    account, as_of = _columns(observations)
    return _aggregate(_prepare(tables, features.plan), features.plan, account, as_of)


def build_live(tables: Tables, account_id: int, as_of: datetime, features: FeatureSet) -> FeatureMatrix:
    """Features of one account at one moment; only the frame around the numbers is made differently.

    Polars costs more than the features here, so the frame is made in the cheapest way there is.
    """
    moment = np.array([as_of], dtype="M8[us]").view(np.int64)
    account = np.array([account_id], dtype=np.int64)
    numbers = _compute(_prepare(tables, features.plan), features.plan, account, moment)[:, 0]
    known = pl.Series("", [None if isnan(x) else x for x in numbers.tolist()], dtype=pl.Float64)
    keys = pl.DataFrame([pl.Series("account_id", account), pl.Series("as_of", moment.view("M8[us]"))])
    wide = known.to_frame().transpose(column_names=list(features.catalogue.names))
    return FeatureMatrix(keys.hstack(wide), features.catalogue)


def warm_up(features: FeatureSet) -> None:
    """Loads the compiled loops and compiles the plan, so that the first live answer is no slower."""
    build_live(Tables(), 0, datetime(2026, 1, 1), features)


def build_by_bucket(
    store: TableStore,
    observations: Observations | Callable[[int, Tables], Observations],
    features: FeatureSet,
    *,
    progress: Progress | None = None,
    threads: int = 2,
) -> Iterator[FeatureMatrix]:
    """Features of a data set, one matrix a bucket, in bucket order.

    Never more than `threads` + 1 buckets are in memory.

    Args:
        store: the tables.
        observations: all observations, or what to observe given a bucket's number and tables.
        features: what to compute.
        progress: called after each bucket.
        threads: buckets computed side by side; the compiled loops release the interpreter lock.
    """
    buckets = list(store.buckets())
    wanted = [table for table in features.tables if table in ACCOUNT_TABLES]
    observe = (
        _by_bucket(observations, len(buckets)) if isinstance(observations, Observations) else observations
    )

    def one(bucket: int) -> FeatureMatrix:
        tables = store.read(bucket, wanted)
        return build(tables, observe(bucket, tables), features)

    _ = store.shared
    with ThreadPoolExecutor(threads) as pool:
        waiting = [pool.submit(one, bucket) for bucket in buckets[:threads]]
        for done in range(1, len(buckets) + 1):
            matrix = waiting.pop(0).result()
            waiting += [pool.submit(one, bucket) for bucket in buckets[done + threads - 1 : done + threads]]
            if progress:
                progress(done, len(buckets))
            yield matrix


def build_history(
    store: TableStore, observations: Observations, features: FeatureSet, *, progress: Progress | None = None
) -> FeatureMatrix:
    """Features of all observations, computed bucket by bucket, in the order of the observations."""
    buckets = bucket_of(observations.frame["account_id"], len(store.buckets()))
    order = np.argsort(buckets.to_numpy(), kind="stable")
    parts = [matrix.frame for matrix in build_by_bucket(store, observations, features, progress=progress)]
    back = np.empty(len(order), np.int64)
    back[order] = np.arange(len(order))
    return FeatureMatrix(pl.concat(parts)[back], features.catalogue)


def _by_bucket(observations: Observations, n_buckets: int) -> Callable[[int, Tables], Observations]:
    frame = observations.frame
    parts = frame.with_columns(bucket_of(frame["account_id"], n_buckets)).partition_by(
        "bucket", as_dict=True, maintain_order=True, include_key=False
    )
    return lambda bucket, _: Observations(parts.get((bucket,), frame.clear()))


def _columns(observations: Observations) -> tuple[Ints, Ints]:
    frame = observations.frame
    as_of = frame["as_of"].to_numpy().astype("M8[us]").view(np.int64)
    return frame["account_id"].to_numpy().astype(np.int64), as_of


def _prepare(tables: Tables, plan: FeaturePlan) -> _Prepared:
    reader = ColumnReader(tables)
    rows = {s.view.name: arrange(s.view.make(reader), list(s.view.columns), s.filters) for s in plan.stages}
    for name in set(plan.clocks) - set(rows):
        rows[name] = arrange(VIEWS[name].make(reader), list(VIEWS[name].columns), ())
    return _Prepared(rows, ConsentIndex.read(reader))


def _compute(prepared: _Prepared, plan: FeaturePlan, account: Ints, as_of: Ints) -> Floats:
    """Numbers of every feature, (f, n), NaN for null."""
    aggregates = _aggregate(prepared, plan, account, as_of)
    p = plan.instructions
    numbers: Floats = interpreter.evaluate(p.ops, p.x, p.y, p.z, p.constants, aggregates, as_of, p.results)
    return numbers


def _aggregate(prepared: _Prepared, plan: FeaturePlan, account: Ints, as_of: Ints) -> Ints:
    """Every aggregate of every observation, (q, n), `NULL` for null."""
    moments = np.full((len(as_of), ticks.n_moments(plan.clocks)), NULL)
    moments[:, ticks.AS_OF] = as_of
    chunk = _Chunk(account, as_of, moments)
    aggregates = np.empty((len(plan.aggregates), len(account)), np.int64)
    for stage in plan.stages:
        _run_stage(stage, prepared, chunk, aggregates)
    return aggregates


def _run_stage(stage: Stage, prepared: _Prepared, chunk: _Chunk, out: Ints) -> None:
    rows, key = prepared.rows[stage.view.name], _key(stage, chunk, out)
    start, stop = rows.ranges(key)
    for clock in stage.clocks:
        _read_clock(clock, prepared.rows[clock.view], key, chunk.moments)
    longest = int((stop - start).max(initial=1))
    withheld = ~prepared.consents.given(stage.view.source, chunk.account, chunk.as_of)
    kernels.aggregate(
        start, stop, chunk.moments, withheld, stage.ends,
        rows.event, rows.known, rows.values, rows.masks, stage.view.revisable, stage.view.null_when_empty,
        stage.ops, stage.columns, stage.masks, stage.windows, stage.places, out,
        np.empty(longest, np.int64),
    )  # fmt: skip


def _read_clock(clock: ticks.Clock, rows: SortedRows, key: Ints, moments: Ints) -> None:
    start, stop = rows.ranges(key)
    kernels.newest_events(start, stop, rows.event, rows.known, clock.place, clock.depth, moments)


def _key(stage: Stage, chunk: _Chunk, out: Ints) -> Ints:
    if stage.key_place is not None:
        looked_up: Ints = out[stage.key_place].copy()
        return looked_up
    if stage.view.key == "account":
        return chunk.account
    return np.zeros(len(chunk.account), np.int64)


__all__ = [
    "Progress",
    "build",
    "build_aggregates",
    "build_by_bucket",
    "build_history",
    "build_live",
    "warm_up",
]
