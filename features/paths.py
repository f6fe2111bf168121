"""Where things made at run time live. Nothing here creates a folder."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def var() -> Path:
    """The run-time folder: `HEADROOM_VAR` if set, else `var/` beside the code."""
    return Path(os.environ.get("HEADROOM_VAR", ROOT / "var"))


def reports() -> Path:
    """Where jobs write `<job>.json` and their PNG files."""
    return var() / "reports"


def dataset(name: str) -> Path:
    """Where the contract tables of a data set live, once adapted or simulated."""
    return var() / "data" / name / "tables"


def raw(name: str) -> Path:
    """Where the published files of a data set are: `HEADROOM_DATA/<name>` if set, else `var/data/<name>`."""
    base = os.environ.get("HEADROOM_DATA")
    return (Path(base) if base else var() / "data") / name
