"""What a linked source must show for linking to help, in words: the condition of a conditional path."""

from collections.abc import Mapping

from features.sources.linked import Condition, LinkedSource
from serving.advice.text import Text
from serving.decision.wording.figures import figure


def condition_text(source: LinkedSource, values: Mapping[str, float]) -> Text:
    """The conditions of a source in one phrase, with the values asked of its columns."""
    parts = [_part(condition, values[condition.column]) for condition in source.conditions]
    return "、".join(zh for zh, _ in parts), _enumerated([en for _, en in parts])


def _part(condition: Condition, value: float) -> Text:
    special = {0.0: condition.zero, 1.0: condition.one}.get(value)
    text = condition.text if special is None else special
    zh, en = (figure(value, condition.unit, language) for language in ("zh", "en"))
    return text.zh.format(value=zh), text.en.format(value=en)


def _enumerated(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
