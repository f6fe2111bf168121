"""Typed scalars: Polars types `min`, `max` and `mean` of a series as a union of all types and null."""

from typing import TypeVar

T = TypeVar("T")


def scalar(value: object, kind: type[T]) -> T:
    """The value as what it must be.

    Raises:
        AssertionError: the value is of another type, or null.
    """
    assert isinstance(value, kind), f"{value!r} is no {kind.__name__}"
    return value


def number(value: object) -> float:
    """The value as a number; a whole number stays whole.

    Raises:
        AssertionError: the value is no number, or null.
    """
    assert isinstance(value, int | float), f"{value!r} is no number"
    return value
