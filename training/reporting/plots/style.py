"""The style of all plots, and the figure they are drawn on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

BLUE, RED, GREY, GOLD, GREEN = "#2b5c8a", "#c8553d", "#9aa3ab", "#d9a441", "#4b8f6b"
INK, PALE = "#2a2f36", "#e8ebee"
RC: dict[Any, Any] = {
    "font.size": 10.5,
    "font.family": "DejaVu Sans",
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.titlesize": 12.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": PALE,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "figure.dpi": 130,
    "savefig.dpi": 130,
}


@contextmanager
def figure(path: Path, *, width: float = 7.6, height: float = 5.0) -> Iterator[Axes]:
    """Axes to draw on; the PNG is written when the block ends. The global state of pyplot is not touched."""
    with mpl.rc_context(RC):
        fig = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(fig)
        yield fig.subplots()
        path.parent.mkdir(parents=True, exist_ok=True)
        fig.savefig(path)


def legend(axes: Axes, **options: Any) -> None:
    """A legend without a frame, where it covers least."""
    axes.legend(**{"loc": "best", "fontsize": 9.5, **options})
