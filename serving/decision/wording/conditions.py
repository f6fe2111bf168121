"""What a linked source must show for linking it to help, in words."""

from collections.abc import Mapping, Sequence

from features.sources.linked import Condition, LinkedSource, Text
from serving.decision.wording.figures import figure


def condition_of(source: LinkedSource, values: Mapping[str, float]) -> Text:
    """The conditions of a source at these values, as one part of a sentence.

    Args:
        source: the source.
        values: by column of its profile, a value that the source must show or better.
    """
    parts = [_part(stated, values[stated.column]) for stated in source.conditions]
    return Text("、".join(part.zh for part in parts), _enumerated([part.en for part in parts]))


def _part(stated: Condition, value: float) -> Text:
    special = {0.0: stated.zero, 1.0: stated.one}.get(value)
    text = stated.text if special is None else special
    shown = figure(value, "cny", "en") if stated.unit == "cny" else f"{int(value)}"
    return Text(text.zh.format(value=shown), text.en.format(value=shown))


def _enumerated(parts: Sequence[str]) -> str:
    return " and ".join([*([", ".join(parts[:-1])] if parts[1:] else []), parts[-1]])
