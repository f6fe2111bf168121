"""A page of twenty decisions with their reasons in both languages, for a reader to check."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from serving.decision.types import Prediction
from training.fidelity.inputs import FidelityInputs
from training.fidelity.model_under_test import sample


def write_page(inputs: FidelityInputs, path: Path, *, seed: int, declines: int = 14, passes: int = 6) -> Path:
    """A page of decisions: the figures, the reasons in both languages, and the facts they speak of."""
    rng = np.random.default_rng(seed)
    tested, test = inputs.tested, inputs.test
    chosen = np.concatenate([sample(tested.declined, declines, rng), sample(tested.passed, passes, rng)])
    answers = inputs.answers(chosen)
    facts = test.matrix.frame[chosen].to_dicts()
    entries = [entry(i, answer, fact) for i, (answer, fact) in enumerate(zip(answers, facts, strict=True), 1)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "# Twenty decisions, with the reasons as they are stated\n\n" + "\n".join(entries), encoding="utf-8"
    )
    return path


def entry(number: int, answer: Prediction, facts: dict[str, object]) -> str:
    """One decision as Markdown."""
    verdict = "可以提额 / may rise" if answer.eligible else "暂不提额 / holds"
    head = f"## {number}. account {facts['account_id']}, {facts['as_of']:%Y-%m-%d}: {verdict}\n"
    points = f"score {answer.score} = base {answer.base_points}"
    stated = {reason.theme: reason.points for reason in answer.reasons if reason.theme}
    points += "".join(f" {value:+d} ({key})" for key, value in stated.items())
    points += f" {answer.other_points:+d} (other themes); pd {answer.pd:.2%}, tier {answer.tier}\n"
    return "\n".join([head, points, *_sentences(answer), ""])


def _sentences(answer: Prediction) -> Sequence[str]:
    lines = [f"- `{reason.code}` {reason.zh}\n  {reason.en}" for reason in answer.reasons]
    if answer.why_not_higher:
        lines.append("\n为什么没有更高 / why not higher:\n")
        lines += [f"- `{reason.code}` {reason.zh}\n  {reason.en}" for reason in answer.why_not_higher]
    return lines
