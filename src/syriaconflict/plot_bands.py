"""A measure inside the band of its versions, by rule and publisher."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from syriaconflict.bands import NOT_AN_INTERVAL
from syriaconflict.filters import require
from syriaconflict.palette import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ENVELOPE = f"lowest to highest version: {NOT_AN_INTERVAL}"
_READ = ("low", "representative", "high")


def plot_band(
    band: pd.DataFrame,
    *,
    label: str = "",
    color: str = INK,
    ax: Axes | None = None,
) -> Axes:
    """Draw a measure by the rule ``representative`` inside its envelope.

    Parameters
    ----------
    band : DataFrame
        Result of `bands.band` with one level of index: of periods or days, drawn along
        time, or of anything else, drawn as a row each.  Choose one column and group of
        a longer index by ``band.xs(...)``.
    label : str, optional
        What is measured, with its unit: the label of the axis.
    color : color, optional
        Of line and band.
    ax : Axes, optional
        Where to draw; by default on new axes.

    Returns
    -------
    Axes
        The axes drawn on; their legend says that the band is an envelope.  A row
        without a number is left blank.

    Raises
    ------
    ValueError
        If columns are missing, there are no rows, or the index has several levels.

    Examples
    --------
    >>> days = pd.to_datetime(["2024-11-27", "2024-11-28"])
    >>> found = pd.DataFrame({"low": [1, 2], "representative": [3, 3], "high": [4, 3]},
    ...                      index=days)
    >>> plot_band(found, label="events a day").get_ylabel()
    'events a day'
    """
    require(band, _READ, "band")
    if band.empty or band.index.nlevels > 1:
        found = f"{len(band)} rows and {band.index.nlevels} levels of index"
        msg = (
            f"band has {found}, wanted some rows and one level; choose a column and a "
            "group by band.xs(...)"
        )
        raise ValueError(msg)
    if ax is None:
        import matplotlib.pyplot as plt

        _, ax = plt.subplots()
    numbers = band[[*_READ]].astype(float)
    if isinstance(band.index, pd.DatetimeIndex):
        _along_time(numbers, label, color, ax)
    else:
        _in_rows(numbers, label, color, ax)
    ax.legend(frameon=False, fontsize="small")
    return ax


def _along_time(numbers: pd.DataFrame, label: str, color: str, ax: Axes) -> None:
    numbers = numbers.sort_index()
    days = numbers.index
    ax.fill_between(days, numbers["low"], numbers["high"], color=color, alpha=0.2,
                    linewidth=0, label=_ENVELOPE)  # fmt: skip
    ax.plot(days, numbers["representative"], color=color, marker="o", markersize=3,
            label="representative")  # fmt: skip
    ax.set(xlabel="", ylabel=label)
    # figure.autofmt_xdate() would take the dates off every panel but the last row's
    ax.tick_params(axis="x", rotation=30)


def _in_rows(numbers: pd.DataFrame, label: str, color: str, ax: Axes) -> None:
    at = np.arange(len(numbers))
    ax.hlines(at, numbers["low"], numbers["high"], color=color, alpha=0.4, linewidth=4,
              label=_ENVELOPE)  # fmt: skip
    ax.plot(numbers["representative"], at, "o", color=color, label="representative")
    ax.set_yticks(at, [str(name) for name in numbers.index])
    ax.set_ylim(len(numbers) - 0.5, -0.5)  # holds when drawn twice on shared axes
    ax.set(xlabel=label, ylabel="")
