"""Names, themes and directions of the columns of a flat file."""

from collections.abc import Sequence

from features.adapters.flat.config import FlatConfig, FlatTheme
from features.adapters.flat.values import Values
from features.spec import FeatureCatalogue, FeatureMeta
from features.themes import Theme

SOURCE = "file"


def catalogue(columns: Sequence[Values], config: FlatConfig) -> FeatureCatalogue:
    """The catalogue of these columns; themes in the order of the configuration, then of first use."""
    metas = tuple(_meta(column, config) for column in columns)
    used = {meta.theme for meta in metas}
    keys = [key for key in config.themes if key in used]
    keys += list(dict.fromkeys(meta.theme for meta in metas if meta.theme not in config.themes))
    return FeatureCatalogue(metas, tuple(_theme(key, i, config) for i, key in enumerate(keys, start=1)))


def _meta(column: Values, config: FlatConfig) -> FeatureMeta:
    about = config.about(column.name)
    en = about.en or column.name
    return FeatureMeta(
        name=column.name,
        kind=column.kind,
        theme=about.theme or column.name,
        source=SOURCE,
        direction=about.direction,
        actionable=about.actionable,
        unit=about.unit,
        window="",
        zh=about.zh or en,
        en=en,
        low=about.low,
        high=about.high,
    )


def _theme(key: str, number: int, config: FlatConfig) -> Theme:
    own = config.about(key)
    about = config.themes.get(key) or FlatTheme(zh=own.zh, en=own.en, actionable=own.actionable)
    en = about.en or key
    return Theme(key, about.code or f"F{number:02d}", SOURCE, about.actionable, about.zh or en, en)
