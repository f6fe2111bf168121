"""Serialises a bundle to named files and back. Equal bundles give equal bytes: the hash is the identity."""

import io
from collections.abc import Mapping
from dataclasses import fields
from math import isfinite
from typing import Any

import msgspec
import numpy as np
import polars as pl

from features.arrays import Floats
from features.errors import BundleError
from features.matrix import KEYS
from serving.model.bundle.model import ModelBundle
from serving.model.reasons.tables import Frames, ReasonTables
from serving.model.types import ModelSpec

BOOSTER, SPEC, REFERENCE = "booster.txt", "spec.json", "reference.parquet"
PROGRAM, VALUES, EXTRA = "reasons/program.parquet", "reasons/values.parquet", "extra/"
Files = Mapping[str, bytes]


def to_files(bundle: ModelBundle) -> dict[str, bytes]:
    """Every file of a bundle but the manifest, by its path in the folder.

    Raises:
        BundleError: a metric is not a finite number, which JSON cannot hold.
    """
    _finite_metrics(bundle.spec)
    files = {
        BOOSTER: bundle.booster_text.encode(),
        SPEC: _json(bundle.spec),
        REFERENCE: _parquet(_reference_frame(bundle)),
    }
    frames = bundle.reasons.to_frames()
    files[PROGRAM], files[VALUES] = _parquet(frames.program), _parquet(frames.values)
    for name, report in bundle.extra.items():
        files[f"{EXTRA}{name}.json"] = _json(report)
    return files


def from_files(files: Files) -> ModelBundle:
    """The bundle that `to_files` wrote.

    Raises:
        BundleError: a file that a bundle needs is missing or cannot be read.
    """
    spec = _read_spec(_need(files, SPEC))
    frame = _frame(_need(files, REFERENCE), REFERENCE)
    tables = Frames(_frame(_need(files, PROGRAM), PROGRAM), _frame(_need(files, VALUES), VALUES))
    extra = {
        _stem(name): msgspec.json.decode(files[name]) for name in sorted(files) if name.startswith(EXTRA)
    }
    return ModelBundle(
        spec=spec,
        booster_text=_need(files, BOOSTER).decode(),
        reference=_reference_values(frame, spec),
        reference_keys=frame.select(KEYS),
        reasons=ReasonTables.from_frames(tables),
        extra=extra,
    )


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=1) + b"\n"


def _parquet(frame: pl.DataFrame) -> bytes:
    target = io.BytesIO()
    frame.write_parquet(target, compression="zstd", compression_level=3, statistics=False)
    return target.getvalue()


def _frame(content: bytes, name: str) -> pl.DataFrame:
    try:
        return pl.read_parquet(io.BytesIO(content), hive_partitioning=False)
    except pl.exceptions.PolarsError as error:
        raise BundleError(f"{name} is not parquet: {str(error).partition(chr(10))[0]}") from error


def _read_spec(content: bytes) -> ModelSpec:
    try:
        return msgspec.json.decode(content, type=ModelSpec)
    except msgspec.MsgspecError as error:
        raise BundleError(f"{SPEC} does not describe a model: {error}") from error


def _need(files: Files, name: str) -> bytes:
    if name not in files:
        raise BundleError(f"{name} is not in the bundle; it holds {sorted(files)}")
    return files[name]


def _stem(name: str) -> str:
    return name[len(EXTRA) :].rpartition(".")[0]


def _reference_frame(bundle: ModelBundle) -> pl.DataFrame:
    values = pl.DataFrame(bundle.reference, schema=list(bundle.spec.catalogue.names), orient="row")
    return bundle.reference_keys.hstack(values.fill_nan(None).get_columns())


def _reference_values(frame: pl.DataFrame, spec: ModelSpec) -> Floats:
    names = spec.catalogue.names
    if frame.columns != [*KEYS, *names]:
        raise BundleError(
            f"{REFERENCE}: columns {frame.columns[:6]}… are not the keys and the model's features"
        )
    filled = frame.select(pl.col(names).cast(pl.Float64).fill_null(float("nan")))
    return np.ascontiguousarray(filled.to_numpy(), dtype=np.float64)


def _finite_metrics(spec: ModelSpec) -> None:
    for name, value in spec.info.metrics.items():
        if not isfinite(value):
            raise BundleError(f"metric {name} is {value}; leave out what could not be measured")
    for part in (spec.calibration, spec.scaling):
        for item in fields(part):
            if not isfinite(getattr(part, item.name)):
                raise BundleError(f"{type(part).__name__}.{item.name} is {getattr(part, item.name)}")
