"""Twelve examples of advice in full, in both languages, with their simulated outcomes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path as FilePath

import numpy as np

from experiments.advice.evaluation import AdviceEvaluation
from experiments.advice.outcomes.path_outcomes import PathOutcome
from serving.advice import Advice, NoPath, Path
from serving.advice.levers.registry import label

COUNTS = {"own": 6, "conditional": 3, "none": 3}
Key = tuple[int, datetime, bool]
"""Account, moment, and whether the path is conditional."""


def write_examples(evaluation: AdviceEvaluation, path: FilePath, *, seed: int) -> FilePath:
    """Writes examples as Markdown, drawn at random within paths, conditional paths and none."""
    both = (*evaluation.own, *evaluation.conditional)
    outcomes = {(o.account_id, o.path.before.as_of, o.path.conditional): o for o in both}
    chosen = _chosen(evaluation.advice, seed)
    entries = [_entry(i, one, outcomes) for i, one in enumerate(chosen, 1)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("# Twelve examples of advice\n\n" + "\n".join(entries), encoding="utf-8")
    return path


def _chosen(advice: Sequence[Advice], seed: int) -> list[Advice]:
    """Each plan and each code of no path in turn, so that the examples show all of them."""
    rng = np.random.default_rng(seed)
    shuffled = [advice[int(i)] for i in rng.permutation(len(advice))]
    groups: dict[str, dict[str, list[Advice]]] = {name: {} for name in COUNTS}
    for one in shuffled:
        group, kind = _group(one)
        groups[group].setdefault(kind, []).append(one)
    return [one for name, count in COUNTS.items() for one in _in_turn(groups[name], count)]


def _in_turn(by_kind: Mapping[str, Sequence[Advice]], count: int) -> list[Advice]:
    longest = max((len(mine) for mine in by_kind.values()), default=0)
    turns = [mine[i] for i in range(longest) for mine in by_kind.values() if i < len(mine)]
    return turns[:count]


def _group(one: Advice) -> tuple[str, str]:
    if isinstance(one.answer, NoPath):
        return "none", one.answer.code
    return ("conditional" if one.answer.conditional else "own"), label(one.answer.plan)


def _entry(number: int, one: Advice, outcomes: Mapping[Key, PathOutcome]) -> str:
    before, rules = one.before, ", ".join(one.before.rules) or "none"
    head = (
        f"## {number}. account {one.account_id}, {one.as_of:%Y-%m-%d}\n\n"
        f"Today: limit ¥{before.current_limit_cny:,.0f}, PD {before.pd:.2%}, tier {before.tier}, "
        f"rules: {rules}\n"
    )
    body = f"- {one.answer.zh}\n- {one.answer.en}\n"
    if isinstance(one.answer, Path):
        body += _figures(one.answer, outcomes.get((one.account_id, one.as_of, one.answer.conditional)))
    if one.if_linked is not None:
        body += f"- {one.if_linked.zh}\n- {one.if_linked.en}\n"
    return f"{head}\n{body}"


def _figures(path: Path, outcome: PathOutcome | None) -> str:
    projected = (
        f"\nPlan: {label(path.plan)}; cost {path.cost:.1f} months, extra ¥{path.extra_cny:,.0f}, "
        f"projected PD {path.after.pd:.2%}, confidence {path.confidence:.1%}."
    )
    if outcome is None:
        return projected + "\n"
    after, met = outcome.treated, outcome.condition_met
    condition = "" if met is None else f" (condition {'' if met else 'not '}met)"
    return (
        f"{projected}\nSimulated{condition}: PD {after.pd:.2%}, tier {after.tier}, limit "
        f"¥{after.new_limit_cny:,.0f}, rules: {', '.join(after.rules) or 'none'}.\n"
    )
