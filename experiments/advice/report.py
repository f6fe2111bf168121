"""Advice for held and partly raised accounts, and what came of every path in the world."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from experiments.advice.path_outcomes import Followed, follow
from experiments.advice.sample import AdvisedAccount, Case, Sample, held_accounts, moments, partly_raised
from serving.advice import Advice, AdviceSettings, Path, advise

MONTHS_BEFORE_END = (12, 18)
"""Moments of advice: a year must be left to live."""
Step = Callable[[int, int, str], None]
"""Called with (done, all, what)."""


@dataclass(frozen=True)
class AdviceReport:
    """Advice for accounts other than those that confidence was measured on.

    Attributes:
        sample: the held ones, and among how many they were found.
        advice: one a held account.
        seconds: time of each search.
        own: every path that rests on the person alone, lived.
        conditional: every path that rests on what a source shows, lived.
        partly: advice for accounts whose raise is smaller than the safest tier's.
        partly_followed: their paths, lived.
    """

    sample: Sample
    advice: tuple[Advice, ...]
    seconds: tuple[float, ...]
    own: tuple[Followed, ...]
    conditional: tuple[Followed, ...]
    partly: tuple[Advice, ...]
    partly_followed: tuple[Followed, ...]


def report_advice(
    subject: AdvisedAccount, n: int, settings: AdviceSettings, step: Step = lambda *_: None
) -> AdviceReport:
    """Advises and enacts.

    Args:
        subject: world and judge.
        n: held accounts at each moment; a quarter as many partly raised ones at the first.
        settings: of the search.
        step: told of progress.
    """
    when = moments(subject.config, MONTHS_BEFORE_END)
    step(0, 1, "finding accounts")
    held = held_accounts(subject, when, n, measured=False)
    partly = partly_raised(subject, when[:1], n // 4, measured=False)
    cases = [*held.cases, *partly.cases]
    advice, seconds = [], []
    for i, case in enumerate(cases):
        step(i, len(cases), "advising")
        started = time.perf_counter()
        advice.append(advised(subject, case, settings))
        seconds.append(time.perf_counter() - started)
    step(len(cases), len(cases), "living the paths")
    for_held, for_partly = advice[: len(held.cases)], advice[len(held.cases) :]
    return AdviceReport(
        held,
        tuple(for_held),
        tuple(seconds),
        tuple(follow(subject, _paths(for_held, conditional=False), settings)),
        tuple(follow(subject, _paths(for_held, conditional=True), settings)),
        tuple(for_partly),
        tuple(follow(subject, _paths(for_partly, conditional=False), settings)),
    )


def advised(subject: AdvisedAccount, case: Case, settings: AdviceSettings) -> Advice:
    """The advice as the service gives it."""
    return advise(
        case.tables,
        case.account_id,
        case.as_of,
        subject.decide,
        subject.features,
        slack=subject.slack,
        profiles=subject.profiles,
        settings=settings,
    )


def _paths(advice: Sequence[Advice], *, conditional: bool) -> list[tuple[Advice, Path]]:
    """One path an account: the answer, or for the conditional ones also what is told beside it."""
    told = []
    for one in advice:
        options = [p for p in (one.answer, one.if_linked) if isinstance(p, Path)]
        told += [(one, p) for p in options if p.conditional == conditional][:1]
    return told
