"""One sentence for one reason, in both languages, with the person's own figures."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from features.sources.linked import Text, ThemeWording
from features.sources.registry import LINKED
from features.spec import FeatureMeta
from features.themes import Theme
from serving.decision.policy.limits import Cap
from serving.decision.policy.rules import Binding
from serving.decision.types import Reason
from serving.decision.wording.figures import Language, figure

LANGUAGES: tuple[Language, Language] = ("zh", "en")
ABSENT = "A"
CAP_UNITS = {"step": "ratio", "share": "ratio"}


@dataclass(frozen=True)
class ReasonFigure:
    """The representative feature of a theme, with the person's own value.

    Attributes:
        meta: the feature.
        value: the person's own value.
        typical: what accounts at or just above the cut-off have; None when it is not to be compared.
        worse: whether the value lies on the risky side of the typical one; None when that is not known.
    """

    meta: FeatureMeta
    value: float | str
    typical: float | str | None
    worse: bool | None


@cache
def openings() -> Mapping[str, ThemeWording]:
    """How each theme is stated, by theme: `themes.toml`, and what the linked sources state of theirs."""
    text = Path(__file__).with_name("themes.toml").read_text(encoding="utf-8")
    own = {
        theme: ThemeWording(Text(**texts["against"]), Text(**texts["for"]), Text(**texts["absent"]))
        for theme, texts in tomllib.loads(text).items()
    }
    return own | {theme: words for source in LINKED.values() for theme, words in source.wording.items()}


def of_theme(theme: Theme, points: int, shown: ReasonFigure) -> Reason:
    """What a theme adds or takes, with its representative figure and what is typical at the cut-off."""
    texts = {language: _theme_text(theme, points, shown, language) for language in LANGUAGES}
    return Reason(theme.code, theme.key, points, texts["zh"], texts["en"])


def of_absence(theme: Theme, points: int) -> Reason:
    """A theme of which a source that is present holds nothing: stated as absence, never with a figure."""
    words = openings().get(theme.key)
    unnamed = Text(f"没有“{theme.zh}”方面的资料", f"Nothing is known of: {theme.en}")
    text = unnamed if words is None else words.absent
    return Reason(theme.code + ABSENT, theme.key, points, f"{text.zh}。", f"{text.en}.")


def of_absent_source(source: str, points: int, *, linked: bool) -> Reason:
    """A source of which nothing is known, as one reason.

    Args:
        source: the source; it stands in the reason where a theme would.
        points: all that its absence takes.
        linked: whether the person is known to have consented; then there is nothing to link.
    """
    absent = LINKED[source]
    text = absent.linked if linked else absent.unlinked
    return Reason(absent.code, source, points, f"{text.zh}。", f"{text.en}.")


def of_rule(binding: Binding) -> Reason:
    """A hard rule, with the figure that made it bind."""
    rule = binding.rule
    zh, en = (figure(binding.value, rule.unit, language) for language in LANGUAGES)
    return Reason(rule.code, "", 0, rule.zh.format(value=zh), rule.en.format(value=en))


def of_cap(cap: Cap) -> Reason:
    """Why the limit is not higher."""
    texts = []
    for language, template in (("zh", cap.sentence.zh), ("en", cap.sentence.en)):
        figures = {
            name: figure(v, CAP_UNITS.get(name, "cny"), "zh" if language == "zh" else "en")
            for name, v in cap.figures
        }
        texts.append(template.format(**figures))
    return Reason(cap.sentence.code, "", 0, *texts)


def _theme_text(theme: Theme, points: int, shown: ReasonFigure, language: Language) -> str:
    value = figure(shown.value, shown.meta.unit, language)
    typical = None if shown.typical is None else figure(shown.typical, shown.meta.unit, language)
    compared = typical is not None and typical != value
    opening = _opening(theme, points, shown if compared else replace(shown, worse=None), language)
    if language == "zh":
        more = f"，符合条件的账户一般为{typical}" if compared else ""
        return f"{opening}：{shown.meta.zh}为{value}{more}。"
    more = f", against typically {typical} among accounts that qualify" if compared else ""
    return f"{opening}: {shown.meta.en}: {value}{more}."


def _opening(theme: Theme, points: int, shown: ReasonFigure, language: Language) -> str:
    """An opening that compares with the usual only where the figure supports it."""
    words = openings().get(theme.key)
    supported = shown.worse is not None and shown.worse == (points < 0)
    if words is not None and supported:
        return (words.against if points < 0 else words.favourable).in_language(language)
    return theme.zh if language == "zh" else theme.en[:1].upper() + theme.en[1:]
