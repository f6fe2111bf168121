"""The moment of a decision, bounded by the clock and by the feeds, and the feeds that are late."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from features.contract.registry import TABLES
from features.errors import RequestError
from features.feeds import Feeds
from serving.decision.types import LateFeed
from serving.service.feeds.rules import FeedRule, FeedRules

DAY = timedelta(days=1)
EFFECTS = {
    "as_of_own_watermark": ("之后的尚未计入", "what came later is not counted"),
    "absent": ("本次不计入", "they are not counted this time"),
    "refuse": ("收到后方可评估", "the assessment waits for them"),
}
"""What is done about a late feed, in both languages."""


@dataclass(frozen=True)
class DecisionTime:
    """When a decision stands.

    Attributes:
        as_of: only what was known before it counts.
        today: consents and opt-outs count as of this moment, whatever `as_of`.
        binding: False where the caller named the moment.
        late: feeds that are late.
        withheld: linked sources that are withheld because they are late.
        awaited: feeds without which nothing is decided.
    """

    as_of: datetime
    today: datetime
    binding: bool = True
    late: tuple[LateFeed, ...] = ()
    withheld: frozenset[str] = frozenset()
    awaited: tuple[LateFeed, ...] = ()


def decision_time(feeds: Feeds, wall: datetime, named: datetime | None, rules: FeedRules) -> DecisionTime:
    """When a decision stands.

    Args:
        feeds: of the account store.
        wall: the wall clock.
        named: a moment that the caller named, which makes a what-if; None is the latest there is.
        rules: how late each feed may be.

    Raises:
        RequestError: 422, the named moment lies after the latest that the feeds support.
    """
    now, clock = feeds.now(wall, rules.bounding), feeds.clock(wall)
    if named is not None:
        permit_named_moment(named, now)
    ages = {t: (clock if named is None else named) - end for t, end in sorted(feeds.complete_until.items())}
    judged = {
        table: (_late_feed(rule, feeds.complete_until[table], effect), effect)
        for table, rule in rules.by_table.items()
        if (effect := _effect(rule, ages.get(table, timedelta(0)))) is not None
    }
    return DecisionTime(
        as_of=now if named is None else named,
        today=clock,
        binding=named is None,
        late=tuple(feed for feed, _ in judged.values()),
        withheld=frozenset(TABLES[t].source for t, (_, effect) in judged.items() if effect == "absent"),
        awaited=tuple(feed for feed, effect in judged.values() if effect == "refuse"),
    )


def permit_named_moment(named: datetime, now: datetime) -> None:
    """Whether a caller may name this moment.

    Raises:
        RequestError: 422, it lies after the latest moment that the feeds support.
    """
    if named > now:
        raise RequestError(
            f"as_of lies after {now.isoformat()}, the latest moment that the feeds support",
            field="as_of",
            status=422,
        )


def _effect(rule: FeedRule, age: timedelta) -> str | None:
    if age > rule.stale_after_days * DAY:
        return rule.when_stale
    return rule.when_late if age > rule.late_after_days * DAY else None


def _late_feed(rule: FeedRule, end: datetime, effect: str) -> LateFeed:
    (zh, en), shown = EFFECTS[effect], f"{end:%Y-%m-%d %H:%M}"
    return LateFeed(
        rule.table,
        end,
        f"{rule.zh}数据仅完整至{shown}，{zh}。",
        f"Data on {rule.en} is complete until {shown} only; {en}.",
    )
