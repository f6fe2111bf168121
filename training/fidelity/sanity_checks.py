"""Sanity checks with a known answer: injected harm, a feature of noise, a duplicated feature.

After Adebayo et al. 2018, "Sanity checks for saliency maps": an explanation that does not react to what is
known to be different, or reacts to what is known to be the same, does not explain the model.
"""

from dataclasses import replace

import numpy as np

from training.fidelity.finding import Finding
from training.fidelity.model_under_test import ModelUnderTest, sample

HARM = 0.35
"""Log-odds that an injected harm must add to the margin to count as one: about 1.4 times the odds of bad."""

NOISE_STATED = 0.005
"""Largest share of declines in which a theme of noise may be stated."""


def injected_harm(tested: ModelUnderTest, rng: np.random.Generator, accounts: int = 400) -> Finding:
    """Share of accounts in which the one theme that was made worse is among the stated reasons.

    Each account passed the cut-off and has one theme at a time replaced by that of a declined account;
    only replacements that the *model itself* (not the reasons) finds harmful by `HARM` are counted.
    """
    stated = cases = 0
    donors = tested.rows[tested.declined]
    for row in tested.rows[sample(tested.passed, accounts, rng)]:
        theme = int(rng.integers(len(tested.themes)))
        worse = np.repeat(row[None, :], 20, axis=0)
        columns = tested.columns[theme]
        worse[:, columns] = donors[rng.integers(len(donors), size=20)][:, columns]
        rise = tested.margin(worse) - tested.margin(row[None, :])[0]
        hit = worse[[int(rise.argmax())]] if rise.max() >= HARM else None
        if hit is not None:
            cases += 1
            stated += theme in tested.principal(hit).themes[0]
    return Finding(
        "planted_harm_named_share", stated / max(cases, 1), "min", 0.95, cases, "the injected harm is stated"
    )


def noise_feature(noisy: ModelUnderTest) -> Finding:
    """Share of declines in which a theme of pure noise, the model's last, is stated."""
    declined = noisy.declined
    last = len(noisy.themes) - 1
    stated = (noisy.principal(noisy.rows[declined]).themes == last).any(axis=1)
    share = float(stated.mean()) if len(declined) else 0.0
    return Finding(
        "noise_feature_named_share", share, "max", NOISE_STATED, len(declined), "a theme of noise is stated"
    )


def duplicated_feature(tested: ModelUnderTest, rng: np.random.Generator, accounts: int = 300) -> Finding:
    """Share of accounts whose stated themes change when the most used feature gets a duplicate.

    The duplicate stands in the same theme and takes over every second split on the feature, so the model
    answers the same everywhere; reasons by feature would halve, reasons by theme must not change.
    """
    most_used = int(np.argmax(tested.booster.feature_importance("split")))
    twin = with_duplicate(tested, most_used)
    rows = tested.rows[sample(tested.declined, accounts, rng)]
    before = tested.principal(rows).themes
    after = twin.principal(np.column_stack([rows, rows[:, most_used]])).themes
    changed = (before != after).any(axis=1)
    return Finding(
        "clone_rank_change_share", float(changed.mean()), "max", 0.0, len(rows), tested.names[most_used]
    )


def with_duplicate(tested: ModelUnderTest, feature: int) -> ModelUnderTest:
    """The same model with every second split on `feature` moved to a duplicate column at the end."""
    return replace(
        tested,
        booster_text=split_on_duplicate(tested.booster_text, feature, len(tested.groups)),
        groups=(*tested.groups, tested.groups[feature]),
        directions=(*tested.directions, tested.directions[feature]),
        names=(*tested.names, tested.names[feature] + "_duplicate"),
        reference=np.column_stack([tested.reference, tested.reference[:, feature]]),
        rows=np.column_stack([tested.rows, tested.rows[:, feature]]),
    )


def split_on_duplicate(text: str, feature: int, duplicate: int) -> str:
    """The model text with every second `split_feature` entry of `feature` renumbered to `duplicate`."""
    lines, seen = [], 0
    for line in text.splitlines():
        if line.startswith("split_feature="):
            entries = line.removeprefix("split_feature=").split()
            for i, entry in enumerate(entries):
                if entry == str(feature):
                    seen += 1
                    entries[i] = str(duplicate) if seen % 2 else entry
            line = "split_feature=" + " ".join(entries)  # noqa: PLW2901
        lines.append(line)
    return "\n".join(_with_header(line, feature, duplicate) for line in lines) + "\n"


def _with_header(line: str, feature: int, duplicate: int) -> str:
    if line.startswith("max_feature_idx="):
        return f"max_feature_idx={duplicate}"
    if line.startswith("feature_names="):
        return f"{line} duplicate_{feature}"
    if line.startswith(("feature_infos=", "monotone_constraints=")):
        return f"{line} {line.partition('=')[2].split()[feature]}"
    return line
