"""Twelve advices as a person would read them, in both languages, with what came of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path as FilePath

import numpy as np

from experiments.advice.path_outcomes import Followed, kind_of
from experiments.advice.report import AdviceReport
from serving.advice import Advice, NoPath, Path

SHOWN = {"own": 6, "conditional": 3, "none": 3}


def write_page(report: AdviceReport, path: FilePath, *, seed: int) -> FilePath:
    """A page of advices, drawn at random within paths, conditional paths and none."""
    both = (*report.own, *report.conditional)
    lived = {(f.account_id, f.path.before.as_of, f.path.conditional): f for f in both}
    entries = [_entry(i, one, lived) for i, one in enumerate(_chosen(report.advice, seed), 1)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("# Twelve advices, read as a person would\n\n" + "\n".join(entries), encoding="utf-8")
    return path


def _chosen(advice: Sequence[Advice], seed: int) -> list[Advice]:
    """Each kind of path and each code of none in turn, so that the page shows all of them."""
    rng = np.random.default_rng(seed)
    shuffled = [advice[int(i)] for i in rng.permutation(len(advice))]
    groups: dict[str, dict[str, list[Advice]]] = {name: {} for name in SHOWN}
    for one in shuffled:
        group, kind = _group(one)
        groups[group].setdefault(kind, []).append(one)
    return [one for name, count in SHOWN.items() for one in _in_turn(groups[name], count)]


def _in_turn(by_kind: Mapping[str, Sequence[Advice]], count: int) -> list[Advice]:
    longest = max((len(mine) for mine in by_kind.values()), default=0)
    turns = [mine[i] for i in range(longest) for mine in by_kind.values() if i < len(mine)]
    return turns[:count]


def _group(one: Advice) -> tuple[str, str]:
    if isinstance(one.answer, NoPath):
        return "none", one.answer.code
    return ("conditional" if one.answer.conditional else "own"), kind_of(one.answer.levers)


def _entry(number: int, one: Advice, lived: Mapping[tuple[int, datetime, bool], Followed]) -> str:
    before, rules = one.before, ", ".join(one.before.rules) or "none"
    head = (
        f"## {number}. account {one.account_id}, {one.as_of:%Y-%m-%d}\n\n"
        f"Today: limit ¥{before.current_limit_cny:,.0f}, pd {before.pd:.2%}, tier {before.tier}, "
        f"rules: {rules}\n"
    )
    told = f"- {one.answer.zh}\n- {one.answer.en}\n"
    if isinstance(one.answer, Path):
        told += _figures(one.answer, lived.get((one.account_id, one.as_of, one.answer.conditional)))
    if one.if_linked is not None:
        told += f"- {one.if_linked.zh}\n- {one.if_linked.en}\n"
    return f"{head}\n{told}"


def _figures(path: Path, followed: Followed | None) -> str:
    told = (
        f"\nPath: {kind_of(path.levers)}; cost {path.cost:.1f} months, extra ¥{path.extra_cny:,.0f}, "
        f"projected pd {path.after.pd:.2%}, confidence {path.confidence:.1%}."
    )
    if followed is None:
        return told + "\n"
    after = followed.world
    met = (
        ""
        if followed.condition_met is None
        else f" (condition {'' if followed.condition_met else 'not '}met)"
    )
    return (
        f"{told}\nIn the world{met}: pd {after.pd:.2%}, tier {after.tier}, limit "
        f"¥{after.new_limit_cny:,.0f}, rules: {', '.join(after.rules) or 'none'}.\n"
    )
