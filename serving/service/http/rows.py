"""Validates rows of features sent by a client: every feature named, every value of its type and range."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

from features.errors import RequestError
from features.spec import FeatureMeta
from serving.model.encoder import Value
from serving.model.types import ModelSpec

SHOWN = 10
LONGEST_TEXT = 200


class RowReader:
    """Validates rows against one model's features.

    A feature must be named in every row: `null` means that it is absent, a missing key that it was forgotten.
    """

    def __init__(self, spec: ModelSpec, max_rows: int) -> None:
        self._metas = spec.catalogue.features
        self._names = frozenset(spec.catalogue.names)
        self._max_rows = max_rows

    def read(self, body: Any) -> list[Mapping[str, Value]]:
        """The rows of `{"rows": [{feature: value, …}, …]}`.

        Raises:
            RequestError: 422, naming the first invalid field.
        """
        rows = only_keys(body, required=("rows",))["rows"]
        if not isinstance(rows, list):
            raise invalid("rows", "must be a list of objects")
        if not rows:
            raise invalid("rows", "must hold at least one row")
        if len(rows) > self._max_rows:
            raise invalid("rows", f"holds {len(rows)} rows, at most {self._max_rows} are answered at a time")
        return [self._row(row, f"rows[{i}]") for i, row in enumerate(rows)]

    def _row(self, row: Any, where: str) -> Mapping[str, Value]:
        if not isinstance(row, dict):
            raise invalid(where, "must be an object of features")
        if row.keys() != self._names:
            self._raise_names(row, where)
        return {meta.name: _value(row[meta.name], meta, where) for meta in self._metas}

    def _raise_names(self, row: Mapping[str, Any], where: str) -> None:
        missing = [meta.name for meta in self._metas if meta.name not in row]
        if missing:
            raise invalid(
                f"{where}.{missing[0]}", f"missing: {_listed(missing)}; send null for an absent value"
            )
        unknown = sorted(row.keys() - self._names)
        raise invalid(f"{where}.{unknown[0][:60]}", "unknown feature; GET /v1/features lists the known ones")


def only_keys(body: Any, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> Mapping[str, Any]:
    """A JSON object with these keys and no others.

    Raises:
        RequestError: 422, naming the key that is missing or unknown.
    """
    if not isinstance(body, dict):
        raise invalid("", f"the body must be an object with {', '.join(required)}")
    for name in required:
        if name not in body:
            raise invalid(name, "missing")
    for name in body:
        if name not in required and name not in optional:
            raise invalid(name[:60], f"unknown field; known: {', '.join((*required, *optional))}")
    return body


def invalid(field: str, message: str) -> RequestError:
    """A 422 that names the field."""
    return RequestError(message, field=field, status=422)


def _value(value: Any, meta: FeatureMeta, where: str) -> Value:
    if value is None:
        return None
    field = f"{where}.{meta.name}"
    if meta.kind == "category":
        return _text(value, field)
    number = _number(value, field)
    if meta.low is not None and number < meta.low:
        raise invalid(field, f"lies below the smallest possible value {meta.low:g}")
    if meta.high is not None and number > meta.high:
        raise invalid(field, f"lies above the largest possible value {meta.high:g}")
    return number


def _number(value: Any, field: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise invalid(field, f"must be a number or null, not {_kind(value)}")
    try:
        number = float(value)
    except OverflowError:
        number = float("inf")
    if not isfinite(number):
        raise invalid(field, "must be a finite number")
    return number


def _text(value: Any, field: str) -> str:
    if not isinstance(value, str):
        raise invalid(field, f"must be a string or null, not {_kind(value)}")
    if len(value) > LONGEST_TEXT:
        raise invalid(field, f"is longer than {LONGEST_TEXT} characters")
    return value


def _kind(value: Any) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list"}
    return names.get(type(value), "an object")


def _listed(names: list[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")
