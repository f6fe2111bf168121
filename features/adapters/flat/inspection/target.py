"""Which value of the target is bad, guessed with its reason or asked for."""

from dataclasses import dataclass

import polars as pl

from features.adapters.flat.inspection.vocabulary import plain, says, words

SHOWN = 12
ASK = "name those that mean bad with BAD=, those that mean good with GOOD=; the others are left out"


@dataclass(frozen=True)
class TargetValues:
    """Which values mean bad and good.

    Attributes:
        bad: as the file writes them.
        good: as the file writes them.
        why: a sentence that says how they were told.
    """

    bad: tuple[str, ...]
    good: tuple[str, ...]
    why: str


def target_values(target: pl.Series, bad: tuple[str, ...], good: tuple[str, ...]) -> TargetValues | str:
    """The values that mean bad and good, or, where they cannot be told, the problem in words.

    Args:
        target: (n,) text with the target's name, nulls allowed.
        bad: values named by the caller; when there are none they are guessed.
        good: values named by the caller; when there are none, the one other value or those that say good.
    """
    counts = target.drop_nulls().value_counts(sort=True)
    rows = dict(zip(counts[target.name].to_list(), counts["count"].to_list(), strict=True))
    shown = _shown(target.name, rows)
    unknown = [value for value in (*bad, *good) if value not in rows]
    if unknown:
        return f"{unknown} never occurs; {shown}"
    if len(rows) < 2:
        return f"{shown}: one outcome only; a model needs rows of both outcomes"
    if len(rows) > SHOWN and not bad:
        return f"{shown}: too many for an outcome; {ASK}"
    if bad:
        return _named(rows, bad, good, shown)
    return _guessed(target.name, rows, good, shown)


def _shown(name: str, rows: dict[str, int]) -> str:
    listed = ", ".join(f"{value!r} ({n:,} rows)" for value, n in list(rows.items())[:SHOWN])
    more = f" and {len(rows) - SHOWN:,} more" if len(rows) > SHOWN else ""
    return f"target {name} has {len(rows):,} values: {listed}{more}"


def _named(
    rows: dict[str, int], bad: tuple[str, ...], good: tuple[str, ...], shown: str
) -> TargetValues | str:
    others = tuple(value for value in rows if value not in bad)
    if not good and len(others) > 1:
        return f"{shown}: {ASK}"
    if not others or set(good) & set(bad):
        return f"{shown}: at least one value must mean good and no value both"
    return TargetValues(bad, good or others, "as named by BAD")


def _guessed(name: str, rows: dict[str, int], good: tuple[str, ...], shown: str) -> TargetValues | str:
    says_bad = tuple(value for value in rows if _is(value, words("bad")) and value not in good)
    says_good = good or tuple(value for value in rows if _is(value, words("good")))
    about_good = says(name, words("good_name")) and not says(name, words("bad_name"))
    yes_or_no = {plain(value).lower() for value in rows} & words("yes")
    if says_bad and says_good and not (about_good and yes_or_no):
        return TargetValues(
            says_bad, says_good, f"{_quoted(says_bad)} says bad, {_quoted(says_good)} says good"
        )
    if len(rows) != 2:
        return f"{shown}: {ASK}"
    if about_good and yes_or_no and says_good:
        return TargetValues(
            says_good, says_bad, f"the name {name} says that {_quoted(says_bad)} is the good outcome"
        )
    if says_bad or says_good:
        chosen = says_bad or tuple(value for value in rows if value not in says_good)
        return TargetValues(chosen, _rest(rows, chosen), f"{_quoted(says_bad or says_good)} tells")
    return _by_numbers(name, rows, shown, about_good=about_good)


def _by_numbers(name: str, rows: dict[str, int], shown: str, *, about_good: bool) -> TargetValues | str:
    """Of 0 and 1, 1 is what the target is named after; of others, the higher if it is the rarer too."""
    numbers = {value: _number(value) for value in rows}
    if None in numbers.values():
        return f"{shown}: which one is bad? Name it with BAD="
    low, high = sorted(rows, key=float)
    if {numbers[low], numbers[high]} in ({0.0, 1.0}, {-1.0, 1.0}):
        if about_good:
            return TargetValues((low,), (high,), f"the name {name} says that {high} is the good outcome")
        if says(name, words("bad_name")) or rows[high] <= rows[low]:
            ground = (
                "its name says so"
                if says(name, words("bad_name"))
                else "1 marks the event, and it is the rarer value"
            )
            return TargetValues((high,), (low,), f"{high} is bad: {ground}")
    elif rows[high] < rows[low] and not about_good:
        return TargetValues((high,), (low,), f"{high} is bad: the higher and the rarer of two codes")
    return f"{shown}: which one is bad? Name it with BAD="


def _is(value: str, meant: frozenset[str]) -> bool:
    return plain(value).lower().strip() in meant


def _rest(rows: dict[str, int], chosen: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value for value in rows if value not in chosen)


def _quoted(values: tuple[str, ...]) -> str:
    return " and ".join(repr(value) for value in values)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
