"""One look for every figure: blue is positive, orange is negative, and text can be read."""

import matplotlib as mpl
import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import LogLocator, NullLocator

from .words import power

POSITIVE = "#1f62b0"
NEGATIVE = "#c2500a"
POSITIVE_SOFT = "#cfe0f5"
NEGATIVE_SOFT = "#fbdfc9"
INK = "#22272e"
MUTED = "#5f6873"
GRID = "#e4e7eb"
PAPER = "#ffffff"

# For series that have no sign. Pair each with its own line style: colour is never the only cue.
TEAL = "#0b7a6f"
PURPLE = "#7a3fa3"
ROSE = "#b32d6b"
OCHRE = "#8a6a00"
SERIES = (TEAL, PURPLE, ROSE, OCHRE)
DASHES = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)))

_RC = {
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "axes.titlesize": 11.5,
    "axes.titlelocation": "left",
    "axes.titlepad": 9,
    "axes.titley": 1.0,  # with no ticks above it, searching for its height only takes time
    "axes.labelsize": 11,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": mpl.cycler(color=SERIES, linestyle=DASHES),
    "grid.color": GRID,
    "grid.linewidth": 0.9,
    "lines.linewidth": 2.2,
    "lines.solid_capstyle": "round",
    "legend.frameon": False,
    "legend.fontsize": 10,
    "text.color": INK,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "mathtext.fontset": "dejavusans",
}


def context():
    """Matplotlib's settings for the course, for use in a ``with`` statement.

    Nothing global changes when this module is imported. `explore` draws and saves inside it.
    """
    return mpl.rc_context(_RC)


def figure(width=5.2, height=3.4, nrows=1, ncols=1, **subplots):
    """Return a figure and its axes in the course's style.

    Parameters
    ----------
    width, height : float
        Size in inches. A page shows the whole width in its column.
    nrows, ncols : int
        The grid of axes.
    **subplots
        Anything else ``Figure.subplots`` takes, such as ``sharey=True``.

    Returns
    -------
    Figure and Axes (or an array of them)
        The figure does not belong to pyplot, so nobody has to close it.
    """
    with context():
        fig = Figure(figsize=(width, height), layout="constrained")
        # A phone cuts a figure between its panels, and at another setting numbers may be longer.
        fig.get_layout_engine().set(wspace=0.07, w_pad=0.13)
        return fig, fig.subplots(nrows, ncols, **subplots)


def boxes(ax, left, bottom, width, height, **look):
    """Draw rectangles, such as the bars of a histogram, as one artist.

    ``Axes.bar`` makes an artist of every bar, and forty of them take longer than all the rest.

    Parameters
    ----------
    left, bottom, width, height : float or array (n,)
        In the units of the axes, as far as possible from `left` and `bottom`.
    **look
        Anything a ``PolyCollection`` takes, such as ``facecolor="..."`` and ``hatch="////"``.
    """
    left, bottom, width, height = np.broadcast_arrays(left, bottom, width, height)
    right, top = left + width, bottom + height
    corners = np.array([[left, bottom], [right, bottom], [right, top], [left, top]])  # (4, 2, n)
    return ax.add_collection(PolyCollection(np.atleast_3d(corners).transpose(2, 0, 1), **look))


def label(ax, x, y, text, color=INK, **kwargs):
    """Write `text` beside a line, in its colour, readable over whatever it crosses.

    What crosses nothing is written faster with ``path_effects=None``.
    """
    halo = [withStroke(linewidth=3, foreground=PAPER)]
    look = {"va": "center", "fontweight": "bold", "fontsize": 11, "path_effects": halo}
    return ax.text(x, y, text, color=color, **look | kwargs)


def powers_of_ten(ax):
    """Mark a few powers of ten on the logarithmic axes of `ax`, and nothing between them.

    Matplotlib would set each mark as a formula, which takes longer than all the rest of a figure.
    """
    for axis in (ax.xaxis, ax.yaxis):
        if axis.get_scale() == "log":
            axis.set_major_locator(LogLocator(numticks=6))
            axis.set_minor_locator(NullLocator())
            axis.set_major_formatter(lambda value, _: power(round(np.log10(value))))
