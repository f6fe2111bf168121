"""Settings that a configuration leaves open, read from the size of its data; each with its reason.

A setting that the file states is never touched. The values follow hand-tuned real files of 700 to 21,000
training rows (experiments/LOG.md says what hand-set values still gain over these).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any

from training.config.schema import TrainConfig
from training.config.sections.base import Range

CHANCE = 6.6
"""The gain of a split under log loss is a score statistic: chi-square with one degree of freedom where the
feature is noise, so that one such split in a hundred exceeds 6.6."""


@dataclass(frozen=True)
class DataSize:
    """Size of the data that a model is trained and tested on.

    Attributes:
        rows: labelled observations.
        rarer: observations of the rarer outcome: they bound what can be learnt, and most often are the bads.
        columns: features.
    """

    rows: int
    rarer: int
    columns: int


@dataclass(frozen=True)
class Default:
    """The value of one setting for these data.

    Attributes:
        section: dotted name of its section.
        name: the setting.
        value: what it is set to.
        why: the reason, in one clause.
    """

    section: str
    name: str
    value: Any
    why: str

    @property
    def text(self) -> str:
        """One line for console and report."""
        return f"{self.section}.{self.name} = {_shown(self.value)}: {self.why}"


def with_defaults(config: TrainConfig, size: DataSize) -> tuple[TrainConfig, tuple[Default, ...]]:
    """The configuration with every open setting filled in, and what was filled in."""
    share = config.split.test_share
    found = [default for default in _of_split(size) if _is_open(config, default)]
    if found:
        share = found[0].value
    fitted = DataSize(round(size.rows * (1 - share)), round(size.rarer * (1 - share)), size.columns)
    reasons = _of_reasons(fitted, flat=config.adapter == "flat")
    rest = (*_of_tuning(fitted), *_of_space(fitted), *_of_model(fitted), *reasons)
    found += [default for default in rest if _is_open(config, default)]
    for default in found:
        config = _updated(config, default.section.split("."), default.name, default.value)
    return config, tuple(found)


def _of_split(size: DataSize) -> Iterator[Default]:
    enough = size.rarer >= 15_000
    why = "3,000 cases of the rarer outcome test" if enough else "AUC is known to about 0.01 from 1,000 cases"
    yield Default("split", "test_share", 0.2 if enough else 0.3, why)


def _of_tuning(fit: DataSize) -> Iterator[Default]:
    small, few = fit.rows < 10_000, fit.rarer < 50
    yield Default("tuning", "folds", 3 if few else 5, f"{fit.rarer} cases of the rarer outcome to divide")
    repeats = max(1, min(4, ceil(1500 / max(fit.rarer, 1))))
    yield Default("tuning", "repeats", repeats, "a trial is judged by 1,500 cases or four repetitions")
    trials = 20 if small else 12
    yield Default("tuning", "trials", trials, "the optimum is flat; later trials find noise on these rows")
    yield Default("tuning", "max_rounds", 600, "enough for a learning rate of 0.03")
    yield Default("tuning", "patience", 60, "rounds without progress at that rate")
    yield Default("tuning", "n_jobs", 2, "two trials of one thread each are faster than one of two")
    yield Default("tuning", "threads", 1, "as above")


def _of_space(fit: DataSize) -> Iterator[Default]:
    small = fit.rows < 10_000
    space = "tuning.space"
    leaf = _leaf(fit)
    yield Default(
        space, "learning_rate", (0.03, 0.06) if small else (0.03, 0.05), "slow, with early stopping"
    )
    yield Default(space, "num_leaves", (4, 16) if fit.rows < 50_000 else (8, 32), "small trees on few rows")
    yield Default(space, "max_depth", (3, 5) if small else (3, 6), "interactions of more need more rows")
    yield Default(space, "min_data_in_leaf", leaf, "0.5 to 2.5 % of the rows, with two rarer cases at least")
    share = (0.5, 1.0) if fit.columns < 8 else (0.25, 0.7)
    yield Default(space, "feature_fraction", share, f"of {fit.columns} columns, two or more a tree")
    yield Default(space, "bagging_fraction", (0.6, 0.9), "trees of unlike rows average better")
    yield Default(space, "lambda_l1", (1e-3, 1.0 if small else 10.0), "grows with the rows of a leaf")
    ridge = (max(0.5, fit.rows / 4000), max(10.0, min(200.0, fit.rows / 100)))
    yield Default(space, "lambda_l2", ridge, "in proportion to the rows, as the curvature of a leaf is")
    yield Default(space, "min_gain_to_split", (CHANCE, CHANCE), "a split must be better than chance")


def _leaf(fit: DataSize) -> Range:
    low = min(200.0, max(8.0, fit.rows / 200, 2.0 * fit.rows / max(fit.rarer, 1)))
    return (float(ceil(low)), float(ceil(min(1000.0, max(30.0, fit.rows / 40, 2 * low)))))


def _of_model(fit: DataSize) -> Iterator[Default]:
    seeds = 5 if fit.rarer < 500 else 3 if fit.rarer < 10_000 else 1
    yield Default("model", "seeds", seeds, "averaging several fits steadies what few cases leave open")


def _of_reasons(fit: DataSize, *, flat: bool) -> Iterator[Default]:
    accounts = int(min(1000, max(50, fit.rows // 4)))
    yield Default("reasons", "n_reference", accounts, "half of those that pass, 1,000 at most")
    if flat:
        yield Default("reasons", "noise_draws", 20, "reasons no larger than noise gives are withheld")


def _is_open(config: TrainConfig, default: Default) -> bool:
    section: Any = config
    for part in default.section.split("."):
        section = getattr(section, part)
    return default.name not in section.model_fields_set


def _updated(section: Any, path: list[str], name: str, value: Any) -> Any:
    if not path:
        return section.model_copy(update={name: value})
    inner = _updated(getattr(section, path[0]), path[1:], name, value)
    return section.model_copy(update={path[0]: inner})


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_shown(part) for part in value) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)
