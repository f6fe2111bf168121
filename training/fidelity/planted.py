"""Known causes: an added harm must be named, a feature of noise must not, a clone must change nothing."""

from dataclasses import replace

import numpy as np

from training.fidelity.finding import Finding
from training.fidelity.tested_model import TestedModel, sample, stated

HARM = 0.35
"""Log-odds that a planted harm must add to the margin to count as one: about 1.4 times the odds of bad."""


def planted_harm(subject: TestedModel, rng: np.random.Generator, accounts: int = 400) -> Finding:
    """Share of accounts in which the one theme that was made bad is among the stated reasons.

    Each account passed the bar and has one theme at a time replaced by that of an account that was declined;
    only replacements that the *model itself* (not the reasons) finds harmful by `HARM` are counted.
    """
    named = cases = 0
    donors = subject.rows[subject.declined]
    for row in subject.rows[sample(subject.passed, accounts, rng)]:
        theme = int(rng.integers(len(subject.themes)))
        worse = np.repeat(row[None, :], 20, axis=0)
        columns = subject.columns[theme]
        worse[:, columns] = donors[rng.integers(len(donors), size=20)][:, columns]
        rise = subject.margin(worse) - subject.margin(row[None, :])[0]
        hit = worse[[int(rise.argmax())]] if rise.max() >= HARM else None
        if hit is not None:
            cases += 1
            named += theme in stated(subject.told(hit))[0]
    return Finding(
        "planted_harm_named_share", named / max(cases, 1), "min", 0.95, cases, "the added harm is stated"
    )


def noise_feature(noisy: TestedModel) -> Finding:
    """Share of declines in which a theme of pure noise, the subject's last, is stated."""
    declined = noisy.declined
    named = (stated(noisy.told(noisy.rows[declined])) == len(noisy.themes) - 1).any(axis=1)
    share = float(named.mean()) if len(declined) else 0.0
    return Finding(
        "noise_feature_named_share", share, "max", 0.005, len(declined), "a theme of noise is stated"
    )


def clone_keeps_ranks(subject: TestedModel, rng: np.random.Generator, accounts: int = 300) -> Finding:
    """Share of accounts whose ranking of themes changes when the busiest feature gets a twin.

    The twin stands in the same theme and takes over every second split on the feature, so the model answers
    the same everywhere; reasons by feature would halve, reasons by theme must not move.
    """
    busiest = int(np.argmax(subject.booster.feature_importance("split")))
    twin = cloned(subject, busiest)
    rows = subject.rows[sample(subject.declined, accounts, rng)]
    before = subject.told(rows)
    after = twin.told(np.column_stack([rows, rows[:, busiest]]))
    changed = (stated(before) != stated(after)).any(axis=1)
    return Finding(
        "clone_rank_change_share", float(changed.mean()), "max", 0.0, len(rows), subject.names[busiest]
    )


def cloned(subject: TestedModel, feature: int) -> TestedModel:
    """The same model with every second split on `feature` moved to a twin column at the end."""
    return replace(
        subject,
        booster_text=split_on_twin(subject.booster_text, feature, len(subject.groups)),
        groups=(*subject.groups, subject.groups[feature]),
        directions=(*subject.directions, subject.directions[feature]),
        names=(*subject.names, subject.names[feature] + "_twin"),
        reference=np.column_stack([subject.reference, subject.reference[:, feature]]),
        rows=np.column_stack([subject.rows, subject.rows[:, feature]]),
    )


def split_on_twin(text: str, feature: int, twin: int) -> str:
    """The model text with every second `split_feature` entry of `feature` renumbered to `twin`."""
    lines, seen = [], 0
    for line in text.splitlines():
        if line.startswith("split_feature="):
            entries = line.removeprefix("split_feature=").split()
            for i, entry in enumerate(entries):
                if entry == str(feature):
                    seen += 1
                    entries[i] = str(twin) if seen % 2 else entry
            line = "split_feature=" + " ".join(entries)  # noqa: PLW2901
        lines.append(line)
    return "\n".join(_with_header(line, feature, twin) for line in lines) + "\n"


def _with_header(line: str, feature: int, twin: int) -> str:
    if line.startswith("max_feature_idx="):
        return f"max_feature_idx={twin}"
    if line.startswith("feature_names="):
        return f"{line} twin_{feature}"
    if line.startswith(("feature_infos=", "monotone_constraints=")):
        return f"{line} {line.partition('=')[2].split()[feature]}"
    return line
