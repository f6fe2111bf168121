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
from serving.decision.policy.rule import RecentRule, day_of
from serving.decision.policy.rules import Binding
from serving.decision.types import Reason, StatedFigure
from serving.decision.wording.figures import Language, day, figure
from serving.decision.wording.levels import recorded

LANGUAGES: tuple[Language, Language] = ("zh", "en")
ABSENT = "A"
NOTHING_ADVERSE = "R00"
CAP_UNITS = {"step": "ratio", "share": "ratio"}


@dataclass(frozen=True)
class ReasonFigure:
    """The representative feature of a theme, with the person's own value.

    Attributes:
        meta: the feature.
        value: the person's own value.
        typical: what accounts at or just above the cut-off have.
        worse: whether the value lies on the risky side of the typical one; None where the feature has no
            direction of risk: the sentence is then neutral.
    """

    meta: FeatureMeta
    value: float | str
    typical: float | str
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
    stated = StatedFigure(shown.meta.name, recorded(shown.value), shown.meta.unit, recorded(shown.typical))
    return Reason(theme.code, theme.key, points, texts["zh"], texts["en"], (stated,))


def of_absence(theme: Theme, points: int) -> Reason:
    """A theme of which a source that is present holds nothing: stated as absence, never with a figure."""
    words = openings().get(theme.key)
    unnamed = Text(f"没有“{theme.zh}”方面的资料", f"Nothing is known of: {theme.en}")
    text = unnamed if words is None else words.absent
    return Reason(theme.code + ABSENT, theme.key, points, f"{text.zh}。", f"{text.en}.")


def of_taken_together(theme: Theme, points: int) -> Reason:
    """A theme of which no single figure that a person can check says why: stated without a figure."""
    zh, en = ("不利", "against you") if points < 0 else ("有利", "in your favour")
    return Reason(
        theme.code,
        theme.key,
        points,
        f"{theme.zh}：总体对您{zh}，没有单独一个数字可以说明。",
        f"{_capitalised(theme.en)}: on the whole this counts {en}; no single figure explains it.",
    )


def of_nothing_adverse() -> Reason:
    """Where the score holds an account of which no theme that may be stated counts against it."""
    return Reason(
        NOTHING_ADVERSE,
        "",
        0,
        "目前已有的资料还不足以支持提额；没有哪一方面单独对您不利。",
        "What is known at present does not yet support a raise; no single matter counts against you.",
    )


def of_nothing_certain() -> Reason:
    """Where themes count against an account, but each by less than can be told from noise."""
    return Reason(
        NOTHING_ADVERSE,
        "",
        0,
        "目前已有的资料还不足以支持提额；没有哪一方面的影响大到可以单独指明。",
        "What is known at present does not yet support a raise; no single matter weighs enough to be named.",
    )


def of_rule(binding: Binding) -> Reason:
    """A hard rule, with the figure or the day that made it bind, and what ends it."""
    rule = binding.rule
    if binding.value is None and rule.missing is not None:
        return Reason(rule.code, "", 0, rule.missing.zh, rule.missing.en)
    zh, en = _filled(rule.zh, binding, "zh"), _filled(rule.en, binding, "en")
    return Reason(rule.code, "", 0, zh, en, _figures_of(binding))


def _figures_of(binding: Binding) -> tuple[StatedFigure, ...]:
    """The figure of a rule whose text states one."""
    rule, value = binding.rule, binding.value
    if value is None or not ("{value}" in rule.en or "{event}" in rule.en):
        return ()
    return (StatedFigure(rule.fact, value, "moment" if isinstance(rule, RecentRule) else rule.unit),)


def _filled(text: str, binding: Binding, language: Language) -> str:
    rule, value = binding.rule, binding.value
    if value is None:
        return text
    if isinstance(rule, RecentRule):
        until = rule.lapses_on(value)
        return text.format(event=day(day_of(value), language), until=day(until, language))
    return text.format(value=figure(value, rule.unit, language))


def of_cap(cap: Cap) -> Reason:
    """Why the limit is not higher."""
    texts = []
    for language, template in (("zh", cap.sentence.zh), ("en", cap.sentence.en)):
        figures = {
            name: figure(v, CAP_UNITS.get(name, "cny"), "zh" if language == "zh" else "en")
            for name, v in cap.figures
        }
        texts.append(template.format(**figures))
    own = tuple(StatedFigure(fact, value, "cny") for fact, value in cap.facts)
    return Reason(cap.sentence.code, "", 0, texts[0], texts[1], own)


def _theme_text(theme: Theme, points: int, shown: ReasonFigure, language: Language) -> str:
    value = figure(shown.value, shown.meta.unit, language)
    typical = figure(shown.typical, shown.meta.unit, language)
    compared = typical != value
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
    return theme.zh if language == "zh" else _capitalised(theme.en)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
