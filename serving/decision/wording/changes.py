"""What changes a decision by mere time, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from features.sources.linked import Text
from features.spec import FeatureMeta, Theme
from serving.decision.policy.limits import Cap
from serving.decision.policy.rules import Binding
from serving.decision.standing import Standing
from serving.decision.wording.figures import Language, day, figure
from serving.decision.wording.sentences import of_cap


@dataclass(frozen=True)
class Cause:
    """A cause of a change: its code, and a part of a sentence."""

    code: str
    text: Text


def rule_ends(binding: Binding) -> Cause:
    """A rule that binds no longer."""
    title = _title(binding)
    return Cause(binding.rule.code, Text(f"“{title.zh}”的限制结束", f"the restriction for {title.en} ends"))


def rule_begins(binding: Binding) -> Cause:
    """A rule that begins to bind: by mere time only what is left undone can bring it."""
    title = _title(binding)
    return Cause(
        binding.rule.code,
        Text(
            f"如情况不变，“{title.zh}”将限制提额",
            f"if nothing is done by then, a restriction for {title.en} begins",
        ),
    )


def cap_moves(cap: Cap) -> Cause:
    """A cap of the limit that moves with the facts it reads."""
    stated = of_cap(cap)
    return Cause(cap.sentence.code, Text(stated.zh.rstrip("。"), stated.en.rstrip(".")))


def feature_moves(
    theme: Theme, meta: FeatureMeta, before: float | str | None, after: float | str | None
) -> Cause:
    """A feature whose value changes with time; with its figures where a person can check them."""
    if not meta.customer_facing or before is None or after is None:
        return Cause(theme.code, Text(f"“{theme.zh}”随时间变化", f"{theme.en} changes with time"))
    zh, en = (_moves(before, after, meta.unit, language) for language in ("zh", "en"))
    if zh is None or en is None:
        return Cause(theme.code, Text(f"{meta.zh}随时间变化", f"{meta.en} changes with time"))
    return Cause(theme.code, Text(f"{meta.zh}{zh}", f"{meta.en} {en}"))


def change_text(
    on: date, causes: Sequence[Text], before: Standing, after: Standing, *, at_midnight: bool
) -> Text:
    """One sentence: the day, the causes, and what changes in the decision.

    Args:
        on: the day on which the change is seen at midnight.
        causes: of the change.
        before: what was decided before.
        after: what is decided after.
        at_midnight: whether it comes at that midnight; else it may have come on the day before.
    """
    effect = _effect(before, after)
    zh, en = (f"{day(on, 'zh')}起", "From") if at_midnight else (f"最迟{day(on, 'zh')}起", "By")
    return Text(
        f"{zh}：{'；'.join(cause.zh for cause in causes)}，{effect.zh}。",
        f"{en} {day(on, 'en')}: {'; '.join(cause.en for cause in causes)}, and {effect.en}.",
    )


def _effect(before: Standing, after: Standing) -> Text:
    if after.eligible and not before.eligible:
        return Text("按目前资料可提额", "the limit could rise on what is known today")
    if before.eligible and not after.eligible:
        return Text("按目前资料不再可提额", "the limit could no longer rise on what is known today")
    if after.eligible and after.new_limit_cny != before.new_limit_cny:
        low, high = (figure(s.new_limit_cny, "cny", "zh") for s in (before, after))
        return Text(
            f"可提至的额度由{low}变为{high}", f"the limit it could rise to changes from {low} to {high}"
        )
    return Text("能否提额不因此改变", "whether the limit can rise does not change by it")


def _moves(before: float | str, after: float | str, unit: str, language: Language) -> str | None:
    """From one value to another; None where both are written alike."""
    old, new = figure(before, unit, language), figure(after, unit, language)
    if old == new:
        return None
    return f"由{old}变为{new}" if language == "zh" else f"goes from {old} to {new}"


def _title(binding: Binding) -> Text:
    title, code = binding.rule.title, binding.rule.code
    return Text(f"规则{code}", f"rule {code}") if title is None else Text(title.zh, title.en)
