"""The answer of `GET /v1/features`: names, types, ranges, themes and levels of the model in use."""

from dataclasses import asdict, dataclass

import msgspec

from serving.service.model_watcher import LoadedModel


@dataclass(frozen=True)
class FeatureListing:
    """One feature for a client; `null` is always an allowed value and means absent."""

    name: str
    type: str
    unit: str
    low: float | None
    high: float | None
    levels: tuple[str, ...] | None
    theme: str
    source: str
    window: str
    direction: int
    actionable: bool
    zh: str
    en: str


def features_answer(model: LoadedModel) -> bytes:
    """The JSON answer."""
    spec = model.bundle.spec
    listed = [
        FeatureListing(
            meta.name, meta.kind, meta.unit, meta.low, meta.high, spec.encoder.levels.get(meta.name),
            meta.theme, meta.source, meta.window, meta.direction, meta.actionable, meta.zh, meta.en,
        )
        for meta in spec.catalogue.features
    ]  # fmt: skip
    return msgspec.json.encode(
        {
            "config": spec.info.config,
            "target": spec.info.target,
            "bundle_sha256": model.pointer.sha256,
            "features": listed,
            "themes": [asdict(theme) for theme in spec.catalogue.themes],
        }
    )
