"""How long a decision stands if nothing new arrives, and what changes it by mere time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np

from serving.decision.engine import DecisionEngine
from serving.decision.policy.rules import Binding
from serving.decision.standing import Standing
from serving.decision.types import Case, Change, Outlook
from serving.decision.wording import changes as wording
from serving.model.encoder import Value

Decided = tuple[Case, Standing]
HORIZON_DAYS = 31
"""Days that are looked ahead: every bill cycle ends once within them."""


def coming_midnights(as_of: datetime, days: int = HORIZON_DAYS) -> tuple[datetime, ...]:
    """The beginnings of the coming days.

    Example:
        >>> coming_midnights(datetime(2026, 11, 26, 10), days=1)
        (datetime.datetime(2026, 11, 27, 0, 0),)
    """
    today = datetime(as_of.year, as_of.month, as_of.day)
    return tuple(today + timedelta(days=day) for day in range(1, days + 1))


def outlook(engine: DecisionEngine, case: Case, ahead: Sequence[Case]) -> Outlook:
    """Decides the coming days on the same rows, and names every change with its cause.

    Args:
        engine: that decides the case.
        case: of the decision.
        ahead: the same account's cases on coming days, in order of time, with the same rows; midnights, so
            that a rule is seen to lapse on its day. Limit and budget stay those of the case.

    A change is one of tier, eligibility, limit or binding rules. Its cause is the rules that lapse or begin;
    without any, the cap that decides, or the feature whose change of value moved the score most. Rules
    lapse and begin at midnights; what moves with time does so at any hour, so a change without a rule may
    have come in the course of the day before: the text says "by", and the decision stands until the
    moment before that was looked at.
    """
    cases = (case, *(replace(later, budget_left_cny=case.budget_left_cny) for later in ahead))
    days = pairwise(zip(cases, engine.standings(cases), strict=True))
    changed = [(earlier, later) for earlier, later in days if _key(earlier[1]) != _key(later[1])]
    until = _stands_until(*changed[0]) if changed else cases[-1].as_of
    return Outlook(until, tuple(_change(engine, earlier, later) for earlier, later in changed))


def _key(standing: Standing) -> tuple[str, bool, float, tuple[str, ...]]:
    return standing.tier.name, standing.eligible, standing.new_limit_cny, standing.rules


def _stands_until(earlier: Decided, later: Decided) -> datetime:
    """The midnight of the change where rules alone make it; else the last moment seen without it."""
    (before_case, before), (case, after) = earlier, later
    by_rules = before.rules != after.rules and before.tier.name == after.tier.name
    return case.as_of if by_rules else before_case.as_of


def _change(engine: DecisionEngine, earlier: Decided, later: Decided) -> Change:
    (_, before), (case, after) = earlier, later
    causes = _causes(engine, (earlier[0], case), before, after)
    texts, at_midnight = [cause.text for cause in causes], before.rules != after.rules
    text = wording.change_text(case.as_of.date(), texts, before, after, at_midnight=at_midnight)
    return Change(
        on=case.as_of.date(),
        causes=tuple(cause.code for cause in causes),
        tier=after.tier.name,
        eligible=after.eligible,
        new_limit_cny=after.new_limit_cny,
        zh=text.zh,
        en=text.en,
    )


def _causes(
    engine: DecisionEngine, cases: Sequence[Case], before: Standing, after: Standing
) -> list[wording.Cause]:
    ended = [wording.rule_ends(b) for b in _only_in(before, after)]
    begun = [wording.rule_begins(b) for b in _only_in(after, before)]
    if ended or begun:
        return ended + begun
    if before.tier.name == after.tier.name and after.limit is not None and after.limit.binding is not None:
        return [wording.cap_moves(after.limit.binding)]
    return [_feature_that_moved(engine, cases)]


def _only_in(one: Standing, other: Standing) -> list[Binding]:
    return [binding for binding in one.outcome.bound if binding.rule.code not in other.rules]


def _feature_that_moved(engine: DecisionEngine, cases: Sequence[Case]) -> wording.Cause:
    """The feature that, put back to its value of the day before, moves the later margin most."""
    before, after = engine.codes(cases)
    moved = np.flatnonzero(~np.isclose(before, after, rtol=0.0, atol=0.0, equal_nan=True))
    rows = np.repeat(after[None, :], len(moved) + 1, axis=0)
    rows[np.arange(len(moved)), moved] = before[moved]
    margins = engine.scorer.margin(rows)
    most = int(moved[np.argmax(np.abs(margins[:-1] - margins[-1]))])
    catalogue = engine.scorer.bundle.spec.catalogue
    meta = catalogue.features[most]
    theme = next(theme for theme in catalogue.themes if theme.key == meta.theme)
    values: list[Value] = [case.facts.get(meta.name) for case in cases]
    return wording.feature_moves(theme, meta, values[0], values[1])
