"""Drawings of what claims, rather than events, look like side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from syriaconflict._map_frame import axes_for, refuse_empty
from syriaconflict._told import FIELDS
from syriaconflict.filters import require
from syriaconflict.palette import OTHER_COLOURS, wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_disagreement(
    summary: pd.DataFrame, ax: Axes | None = None, **kwargs: object
) -> Axes:
    """Draw the share of events with disagreement as a bar for each field.

    Parameters
    ----------
    summary : DataFrame
        Result of `differences.summary`, with ``share_disagreement``.
    ax : Axes, optional
        Axes to draw on; by default those of a new figure.
    **kwargs
        Passed on to ``Axes.barh``.

    Returns
    -------
    Axes
        The axes drawn on, the first row at the top.  Beside each bar stands of how many
        events it is the share, and how many were left out because one source alone
        tells the field: a field without a bar and "of 0" was not compared at all.

    Raises
    ------
    ValueError
        If the summary is empty or lacks a column.

    Examples
    --------
    >>> index = pd.MultiIndex.from_tuples([("start", "day")], names=["field", "unit"])
    >>> found = pd.DataFrame(
    ...     {"compared": [20], "single": [233], "share_disagreement": [0.25]}, index)
    >>> [text.get_text() for text in plot_disagreement(found).texts]
    ['25 % of 20 (233 single)']
    """
    require(summary, ("compared", "single", "share_disagreement"), "summary")
    refuse_empty(summary, "summary", "take it of a result that has rows")
    ax = axes_for(ax)
    rows = np.arange(len(summary))
    share = summary["share_disagreement"].to_numpy("float64")
    look = {"color": OTHER_COLOURS[0], "height": 0.6}
    ax.barh(rows, np.nan_to_num(share), **look | kwargs)
    for row, (part, compared, single) in enumerate(
        zip(share, summary["compared"], summary["single"], strict=True)
    ):
        words = f"{part:.0%} of {compared}" if compared else "of 0"
        words = words.replace("%", " %") + f" ({single} single)"
        where = {"xytext": (4, 0), "textcoords": "offset points", "va": "center"}
        ax.annotate(words, (np.nan_to_num(part), row), fontsize=8, **where)
    ax.set_yticks(rows, [_name(*label) for label in summary.index])
    ax.invert_yaxis()
    ax.set_xlim(0, 1.4)  # room for the words beside a bar of 100 %
    ax.set_xticks(np.arange(0, 1.1, 0.25), ["0 %", "25 %", "50 %", "75 %", "100 %"])
    ax.set_xlabel(
        "events with disagreement, of those told by two sources or more\n"
        "(single: told by one source, not compared)"
    )
    return ax


def _name(field: str, unit: str) -> str:
    """Return a field in words, a count with what it counts."""
    words = wording(field.removesuffix("_id"))
    if FIELDS.get(field) == "count":
        words += f" ({wording(unit, capital=False)})"
    return words
