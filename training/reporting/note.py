"""The Markdown description of a training's run while it goes on, as the MLflow UI shows it."""

from training.config.schema import TrainConfig

IN_PROGRESS, INTERRUPTED, FAILED = "**In progress**", "**Interrupted**", "**Failed**"


def started(config: TrainConfig, interruptions: int = 0) -> str:
    """Of a training that goes on, resumed if it was interrupted before."""
    times = "once" if interruptions == 1 else f"{interruptions} times"
    resumed = f" Resumed; interrupted {times}." if interruptions else ""
    return f"{IN_PROGRESS}: training of configuration `{config.name}` ({config.adapter}).{resumed}"


def interrupted(stage: str, before: str) -> str:
    """Of a training whose process ended before the training did."""
    text = f"{INTERRUPTED} {_during(stage)}. The same training, started again, resumes this run."
    return f"{text}\n\n{_without_heading(before)}"


def failed(error: str, stage: str, before: str) -> str:
    """Of a training that ended with an error."""
    return f"{FAILED} {_during(stage)}: {error}\n\n{_without_heading(before)}"


def _during(stage: str) -> str:
    return f"during “{stage}”" if stage else "before the first stage"


def _without_heading(text: str) -> str:
    """The description without its first paragraph, which states how the training was."""
    return text.partition("\n\n")[2] if text.startswith((IN_PROGRESS, INTERRUPTED, FAILED)) else text
