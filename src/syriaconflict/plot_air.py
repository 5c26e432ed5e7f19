"""Counts of strikes as bars, and the words of units that no two drawings may mix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from syriaconflict._map_frame import axes_for, key, patch
from syriaconflict.filters import require
from syriaconflict.palette import CAMP_COLOURS, OTHER_COLOURS, PALE, wording
from syriaconflict.strike_units import grounds

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_strikes(
    counts: pd.DataFrame, ax: Axes | None = None, **kwargs: object
) -> Axes:
    """Draw counts of strikes as bars: solid up to the lowest count, then hatched.

    Parameters
    ----------
    counts : DataFrame
        Result of `air.count`: ``low``, ``high``, ``unit``, ``grain`` and ``per``,
        indexed by one group (such as operators) or several.
    ax : Axes, optional
        Axes to draw on; by default those of a new figure.
    **kwargs
        Passed on to ``Axes.barh`` of the solid bars.

    Returns
    -------
    Axes
        The axes drawn on, the first row at the top.  The numbers stand beside the
        bars: "24 - 99", "3 or more", "up to 12", "not told".

    Raises
    ------
    ValueError
        If units, or rates and totals, or grains are mixed, the axes already show
        another unit, or the result is empty.

    Examples
    --------
    >>> counts = pd.DataFrame(
    ...     {"low": [24], "high": [99], "unit": "strike", "grain": "aggregate",
    ...      "per": "day"}, index=pd.Index(["russia"], name="operators"))
    >>> plot_strikes(counts).get_xlabel()
    'strikes per day'
    """
    filled(counts, ["low", "high", "unit", "grain", "per"], "counts")
    for name in ("unit", "grain", "per"):
        _one(counts, name, "counts")
    unit = f"{counts['unit'].iloc[0].replace('_', ' ')}s"
    unit += " per day" if counts["per"].iloc[0] == "day" else ""
    refuse_other_unit(ax, unit, "x")
    ax = axes_for(ax)
    rows = np.arange(len(counts))
    low = counts["low"].astype("Float64").to_numpy(float, na_value=0)
    high = counts["high"].astype("Float64").to_numpy(float, na_value=np.nan)
    names = [group_words(label) for label in counts.index]
    firsts = counts.index.get_level_values(0)
    colours = [CAMP_COLOURS.get(first, OTHER_COLOURS[0]) for first in firsts]
    style = {"color": colours, "height": 0.6} | kwargs
    ax.barh(rows, low, **style)
    rest = {"color": "white", "edgecolor": colours, "hatch": "////", "height": 0.6}
    ax.barh(rows, np.nan_to_num(high, nan=low) - low, left=low, **rest)
    for row, bounds in enumerate(zip(counts["low"], counts["high"], strict=True)):
        end = (np.fmax(low, high)[row], row)
        look = {"xytext": (4, 0), "textcoords": "offset points", "va": "center"}
        ax.annotate(_range(*bounds), end, **look)
    ax.set_yticks(rows, names)
    ax.invert_yaxis()
    ax.use_sticky_edges = False  # else an exact count leaves its number no margin
    ax.margins(x=0.18)
    ax.set_xlim(left=0)
    ax.set_xlabel(unit)
    key(ax, [patch("at least", PALE), patch("at most", "white", hatch="////")])
    return ax


def rate_words(rates: pd.DataFrame) -> str:
    """Return what the rates of a result are in, if they are all in one unit.

    Parameters
    ----------
    rates : DataFrame
        Result of `air.intensity`, or any rates; ``unit`` and ``per`` may be absent.

    Returns
    -------
    str
        Words for an axis.

    Raises
    ------
    ValueError
        If units or exposures are mixed.

    Examples
    --------
    >>> rate_words(pd.DataFrame({"unit": ["casualty_event"], "per": ["day and km2"]}))
    'reported casualty events per day and km2'
    """
    words = {"unit": "incident", "per": "day"}
    for name in words.keys() & set(rates.columns):
        _one(rates, name, "result")
        words[name] = rates[name].iloc[0] if len(rates) else words[name]
    return f"reported {words['unit'].replace('_', ' ')}s per {words['per']}"


def refuse_other_unit(ax: Axes | None, words: str, side: str) -> None:
    """Refuse axes that already show another unit.

    Parameters
    ----------
    ax : Axes or None
        Axes to be drawn on.
    words : str
        What is to be drawn on them.
    side : {"x", "y"}
        Axis that carries the unit.

    Raises
    ------
    ValueError
        If something is drawn on the axes and their label is another.
    """
    shown = getattr(ax, f"get_{side}label")() if ax is not None else ""
    if shown not in ("", words) and ax.has_data():
        msg = (
            f"ax shows {shown!r}, and {words!r} has another scale: no unit turns into "
            "another unless you can justify how many of one make one of the other "
            "(air.convert); draw it on axes of its own"
        )
        raise ValueError(msg)


def _one(frame: pd.DataFrame, name: str, what: str) -> None:
    """Refuse a result of two units, grains or kinds of rate."""
    found = sorted(frame[name].dropna().unique())
    if len(found) > 1:
        msg = f"{what}: {name} is {found}; draw each on axes of its own"
        if name == "unit":
            msg += f"; to draw them together you would have to justify {grounds(found)}"
        raise ValueError(msg)


def filled(frame: pd.DataFrame, columns: list[str], name: str) -> None:
    """Refuse a result that lacks a column or has no rows.

    Parameters
    ----------
    frame : DataFrame
        The result to draw.
    columns : list of str
        Columns that will be read.
    name : str
        What to call it in the message.

    Raises
    ------
    ValueError
        If a column is absent or there is nothing to draw.
    """
    require(frame, columns, name)
    if frame.empty:
        msg = f"{name} has no rows: there is nothing to draw"
        raise ValueError(msg)


def group_words(label: object) -> str:
    """Return the name of a group, of one level or several, in words.

    Parameters
    ----------
    label : object
        Value of an index, a tuple where it has levels.

    Returns
    -------
    str
        Its words, with a dot between levels.

    Examples
    --------
    >>> group_words("not_stated")
    'Not stated'
    """
    return " \N{MIDDLE DOT} ".join(
        map(wording, label if isinstance(label, tuple) else (label,))
    )


def _range(low: float, high: float) -> str:
    """Return the bounds of a count in words."""
    if pd.isna(low) or pd.isna(high):
        told = {"up to {high:g}": high, "{low:g} or more": low}
        words = [word for word, bound in told.items() if pd.notna(bound)]
        return words[0].format(low=low, high=high) if words else "not told"
    return f"{low:g}" if low == high else f"{low:g} \N{EN DASH} {high:g}"
