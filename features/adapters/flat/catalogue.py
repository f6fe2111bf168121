"""Names, themes and directions of the columns of a flat file."""

from collections.abc import Sequence

from features.adapters.flat.absence import meanings
from features.adapters.flat.config import FlatColumn, FlatConfig, FlatTheme
from features.adapters.flat.values import Values
from features.spec import FILE, FeatureCatalogue, FeatureMeta, LevelText
from features.themes import Theme


def catalogue(columns: Sequence[Values], config: FlatConfig) -> FeatureCatalogue:
    """The catalogue of these columns; themes in the order of the configuration, then of first use."""
    metas = tuple(_meta(column, config) for column in columns)
    used = {meta.theme for meta in metas}
    keys = [key for key in config.themes if key in used]
    keys += list(dict.fromkeys(meta.theme for meta in metas if meta.theme not in config.themes))
    return FeatureCatalogue(metas, tuple(_theme(key, i, config) for i, key in enumerate(keys, start=1)))


def _meta(column: Values, config: FlatConfig) -> FeatureMeta:
    named = column.absence_of or column.name
    about = config.about(named)
    en = about.en or named
    if column.absence_of:
        about = FlatColumn(theme=about.theme, zh=about.zh, en=about.en)
    return FeatureMeta(
        name=column.name,
        kind=column.kind,
        theme=about.theme or named,
        source=FILE,
        direction=about.direction,
        actionable=about.actionable,
        unit=about.unit,
        window="",
        zh=about.zh or en,
        en=en,
        low=about.low,
        high=about.high,
        absence_of=column.absence_of,
        levels=_level_texts(column, config),
    )


def _level_texts(column: Values, config: FlatConfig) -> tuple[LevelText, ...]:
    if not column.absence_of:
        return ()
    found = meanings(column.absence_of, config)
    return tuple(LevelText(code, text.zh or text.en, text.en or text.zh) for code, text in found.items())


def _theme(key: str, number: int, config: FlatConfig) -> Theme:
    own = config.about(key)
    about = config.themes.get(key) or FlatTheme(zh=own.zh, en=own.en, actionable=own.actionable)
    en = about.en or key
    return Theme(key, about.code or f"F{number:02d}", FILE, about.actionable, about.zh or en, en)
