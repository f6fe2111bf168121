"""`manifest.toml` of a lender's folder: until when each table is complete, and what stands for now."""

import tomllib
from collections.abc import Collection
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from features.errors import ConfigError
from features.feeds import Feeds

FILE = "manifest.toml"
KEYS = ("present", "complete_until")


def read(folder: Path, tables: Collection[str], wall: datetime) -> Feeds:
    """What the folder's manifest states; nothing where it has none.

    Args:
        folder: of the lender's files.
        tables: tables found there.
        wall: the wall clock.

    Raises:
        ConfigError: the file is not TOML, names a table that is not there or an unknown key, or states a
            moment that has a time zone or lies ahead.
    """
    path = folder / FILE
    if not path.exists():
        return Feeds()
    given = _parsed(path)
    unknown = sorted(given.keys() - set(KEYS))
    if unknown:
        raise ConfigError(f"{path}: unknown {unknown}; it may state {list(KEYS)}")
    present = _moment(given["present"], f"{path}: present", wall) if "present" in given else None
    stated = given.get("complete_until", {})
    if not isinstance(stated, dict):
        raise ConfigError(f"{path}: complete_until = {stated!r} must be a section with a moment a table")
    absent = sorted(stated.keys() - set(tables))
    if absent:
        raise ConfigError(f"{path}: complete_until names {absent}, which are not in the folder")
    latest = wall if present is None else present
    return Feeds({t: _moment(v, f"{path}: complete_until.{t}", latest) for t, v in stated.items()}, present)


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not TOML: {error}") from None


def _moment(value: object, where: str, latest: datetime) -> datetime:
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime) or value.tzinfo is not None:
        raise ConfigError(f"{where} = {value}: write a moment without a zone, such as 2026-11-26T02:00:00")
    if value > latest:
        raise ConfigError(f"{where} = {value} lies ahead of the present, {latest:%Y-%m-%d %H:%M:%S}")
    return value
