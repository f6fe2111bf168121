"""Reads and validates a training configuration; errors name the key, the value and the nearest known key."""

import hashlib
import tomllib
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from features.errors import ConfigError
from features.spelling import nearest_name
from training.config.schema import CONFIGS, DATA_SECTIONS, TrainConfig

M = TypeVar("M", bound=BaseModel)


def load_config(name_or_path: str, folder: Path = CONFIGS) -> TrainConfig:
    """A shipped configuration by name, or any other by path (anything that ends in `.toml`).

    Raises:
        ConfigError: there is no such file, it is not TOML, a key is unknown or a value does not fit.
    """
    path = Path(name_or_path) if name_or_path.endswith(".toml") else folder / f"{name_or_path}.toml"
    if not path.exists():
        raise ConfigError(f"no configuration {name_or_path!r} at {path}; {_shipped(folder)}")
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
    return parse_config({"name": path.stem, **raw}, str(path))


def parse_config(raw: dict[str, Any], origin: str = "configuration") -> TrainConfig:
    """Validates settings as read from TOML; the adapter decides which keys `[data]` may have."""
    data = dict(raw.get("data", {}))
    adapter = data.pop("adapter", None)
    if adapter not in DATA_SECTIONS:
        hint = _nearest(str(adapter), DATA_SECTIONS)
        raise ConfigError(
            f"{origin}: [data] adapter is {adapter!r}{hint}; it must be one of {sorted(DATA_SECTIONS)}"
        )
    section = _validated(DATA_SECTIONS[adapter], data, origin, "data.")
    return _validated(TrainConfig, {**raw, "adapter": adapter, "data": section}, origin, "")


def config_hash(config: TrainConfig) -> str:
    """SHA-256 of every setting."""
    return hashlib.sha256(config.model_dump_json().encode()).hexdigest()


def flat_settings(config: TrainConfig) -> dict[str, str]:
    """Every setting under a dotted name, for MLflow; values longer than 200 characters are left out."""
    flat: dict[str, str] = {}
    for section, values in config.model_dump(mode="json").items():
        for name, value in _flatten(section, values):
            flat[name] = str(value)
    return {name: value for name, value in flat.items() if len(value) <= 200}


def _flatten(prefix: str, value: Any) -> list[tuple[str, Any]]:
    if not isinstance(value, dict) or prefix.count(".") > 1:
        return [(prefix, value)]
    return [pair for name, inner in value.items() for pair in _flatten(f"{prefix}.{name}", inner)]


def _validated(model: type[M], raw: dict[str, Any], origin: str, prefix: str) -> M:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        lines = [_message(detail, model, prefix) for detail in error.errors()]
        raise ConfigError(f"{origin}: " + "; ".join(lines)) from None


def _message(detail: ErrorDetails, model: type[BaseModel], prefix: str) -> str:
    where = prefix + ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        known = _keys_at(model, detail["loc"][:-1])
        return f"unknown key {where}{_nearest(str(detail['loc'][-1]), known)}; known here: {sorted(known)}"
    if detail["type"] == "missing":
        return f"{where} is missing: write it into the file"
    message = detail["msg"].removeprefix("Value error, ")
    value = "" if isinstance(detail["input"], dict) else f" = {detail['input']!r}"
    return f"{where}{value}: {message[0].lower()}{message[1:]}"


def _keys_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    current: Any = model
    for part in loc:
        field = current.model_fields.get(part) if _is_model(current) else None
        current = _model_in(field.annotation) if field else current
    return list(current.model_fields) if _is_model(current) else []


def _model_in(annotation: Any) -> Any:
    if _is_model(annotation):
        return annotation
    return next((inner for arg in get_args(annotation) if (inner := _model_in(arg))), None)


def _is_model(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, BaseModel)


def _nearest(key: str, known: Any) -> str:
    near = nearest_name(key, known)
    return "" if near is None else f" (did you mean {near!r}?)"


def _shipped(folder: Path) -> str:
    names = sorted(path.stem for path in folder.glob("*.toml"))
    return f"shipped ones are {names}; your own is named by its path, such as my/file.toml"
