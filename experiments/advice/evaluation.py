"""Evaluates the advice: paths for declined and partly raised accounts, and their simulated outcomes."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from experiments.advice.outcomes.path_outcomes import PathOutcome, path_outcomes
from experiments.advice.sampling import AccountSample, AdvisedAccount, declined, moments, partly_raised
from experiments.advice.setup import EvaluationSetup
from serving.advice import Advice, AdviceSettings, Path, advise

MONTHS_BEFORE_END = (14, 15, 18, 19)
"""Months of the moments of advice: the longest path ends 13 months later, within the simulation."""
Progress = Callable[[int, int, str], None]
"""Called with (done, all, what)."""


@dataclass(frozen=True)
class AdviceEvaluation:
    """Advice for accounts that confidence was not fitted on.

    Attributes:
        sample: the declined accounts, and the population they were drawn from.
        advice: one a declined account.
        seconds: time of each search.
        own: outcomes of the unconditional paths.
        conditional: outcomes of the paths that rest on what a source shows.
        partly: advice for accounts whose increase is smaller than the safest tier's.
        partly_outcomes: outcomes of their unconditional paths.
    """

    sample: AccountSample
    advice: tuple[Advice, ...]
    seconds: tuple[float, ...]
    own: tuple[PathOutcome, ...]
    conditional: tuple[PathOutcome, ...]
    partly: tuple[Advice, ...]
    partly_outcomes: tuple[PathOutcome, ...]


def evaluate(
    setup: EvaluationSetup, n: int, settings: AdviceSettings, progress: Progress = lambda *_: None
) -> AdviceEvaluation:
    """Advises a sample of accounts and simulates every path.

    Args:
        setup: engine and simulated portfolio.
        n: declined accounts at each moment; a quarter as many partly raised ones at the first.
        settings: of the search.
        progress: called with the progress.
    """
    when = moments(setup.config, MONTHS_BEFORE_END)
    progress(0, 1, "sampling accounts")
    sample = declined(setup, when, n, calibration=False)
    partly = partly_raised(setup, when[:1], n // 4, calibration=False)
    accounts = [*sample.accounts, *partly.accounts]
    advice, seconds = [], []
    for i, account in enumerate(accounts):
        progress(i, len(accounts), "advising")
        started = time.perf_counter()
        advice.append(advice_for(setup, account, settings))
        seconds.append(time.perf_counter() - started)
    progress(len(accounts), len(accounts), "simulating paths")
    for_declined, for_partly = advice[: len(sample.accounts)], advice[len(sample.accounts) :]
    return AdviceEvaluation(
        sample,
        tuple(for_declined),
        tuple(seconds),
        tuple(path_outcomes(setup, _paths(for_declined, conditional=False), settings)),
        tuple(path_outcomes(setup, _paths(for_declined, conditional=True), settings)),
        tuple(for_partly),
        tuple(path_outcomes(setup, _paths(for_partly, conditional=False), settings)),
    )


def advice_for(setup: EvaluationSetup, account: AdvisedAccount, settings: AdviceSettings) -> Advice:
    """The advice as the service gives it."""
    return advise(
        account.tables,
        account.account_id,
        account.as_of,
        setup.decide,
        setup.features,
        slack=setup.slack,
        profiles=setup.profiles,
        settings=settings,
    )


def _paths(advice: Sequence[Advice], *, conditional: bool) -> list[tuple[Advice, Path]]:
    """At most one path an account: the answer, or the conditional path beside it."""
    found = []
    for one in advice:
        options = [p for p in (one.answer, one.if_linked) if isinstance(p, Path)]
        found += [(one, p) for p in options if p.conditional == conditional][:1]
    return found
