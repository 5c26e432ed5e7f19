"""What every drawing shares: axes, legend, and the proportions and names of a map.

A map is drawn in degrees, with the scale of the two axes set so that a kilometre is as
long to the north as to the east in the middle of the map.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from syriaconflict._map_names import write_names
from syriaconflict.filters import require
from syriaconflict.palette import INK

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

KM_PER_DEGREE = 111.32  # of a great circle
_MARGIN = 0.06  # of the longer side of a map
_STRIP = 0.09  # of the height, below the data, for scale bar and notes
_ROUNDS = 3
_SLIM = 0.75  # shorter side of a map by its longer one, at least


def axes_for(ax: Axes | None) -> Axes:
    """Return the axes given, or those of a new figure."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(8, 6), layout="compressed")[1]


def key(ax: Axes, handles: Iterable[Artist], **kwargs: object) -> None:
    """Put a legend outside the data, with what an earlier drawing had in its own."""
    old = ax.get_legend()
    entries = {one.get_label(): one for one in (old.legend_handles if old else ())}
    entries |= {one.get_label(): one for one in handles}
    if entries:
        where = {"loc": "upper left", "bbox_to_anchor": (1.01, 1), "frameon": False}
        ax.legend(handles=list(entries.values()), **where | kwargs)


def header(words: str) -> Artist:
    """Return an entry that heads a part of a legend."""
    from matplotlib.lines import Line2D

    return Line2D([], [], linestyle="", label=words)


def patch(label: str, colour: str, **look: object) -> Artist:
    """Return a legend entry for a fill."""
    from matplotlib.patches import Patch

    return Patch(
        **{"facecolor": colour, "edgecolor": INK, "lw": 0.5} | look, label=label
    )


def stroke(label: str, **look: object) -> Artist:
    """Return a legend entry for a line or a mark."""
    from matplotlib.lines import Line2D

    return Line2D([], [], **look, label=label)


def refuse_empty(frame: pd.DataFrame, name: str, remedy: str) -> None:
    """Refuse a frame without rows: an empty drawing would say that nothing was."""
    if frame.empty:
        msg = f"{name}: there is nothing to draw; {remedy}"
        raise ValueError(msg)


def placed(places: pd.DataFrame) -> pd.DataFrame:
    """Return name, longitude and latitude of the places that have coordinates."""
    columns = ["place_id", "name", "longitude", "latitude"]
    require(places, columns, "places", key="place_id")
    points = pd.DataFrame(places)[columns].dropna(subset=["longitude", "latitude"])
    return points.set_index("place_id")


def dots(ax: Axes, points: pd.DataFrame) -> None:
    """Draw places as small dots."""
    look = {"marker": "o", "ms": 4, "mfc": INK, "mec": "white", "ls": "", "zorder": 5}
    ax.plot(points["longitude"], points["latitude"], **look)


def note(ax: Axes, words: str) -> None:
    """Write a remark into the lower left corner, above any that stands there."""
    lines = sum(text.get_style() == "italic" for text in ax.texts)
    look = {"fontsize": 8, "style": "italic", "zorder": 7}
    look |= {"xytext": (4, 4 + 11 * lines), "textcoords": "offset points"}
    ax.annotate(words, (0, 0), xycoords="axes fraction", **look)


def finish(
    ax: Axes, handles: Iterable[Artist], points: pd.DataFrame | None = None
) -> None:
    """Give a map its proportions, scale bar, legend and names.

    Parameters
    ----------
    ax : Axes
        The map, its data drawn.
    handles : iterable of Artist
        Entries of the legend.
    points : DataFrame, optional
        ``name``, ``longitude`` and ``latitude`` of what is to be named.
    """
    from matplotlib_scalebar.scalebar import ScaleBar

    fit(ax)
    if not any(isinstance(artist, ScaleBar) for artist in ax.artists):
        metres = 1000 * KM_PER_DEGREE * np.cos(np.radians(np.mean(ax.get_ylim())))
        look = {"location": "lower right", "frameon": False}
        ax.add_artist(ScaleBar(metres, **look, rotation="horizontal-only"))
    key(ax, handles)
    if points is None:
        return
    # The legend must have taken its room before lengths on the map are final; with
    # fixed proportions that takes matplotlib's layout a few rounds.
    for _ in range(_ROUNDS if ax.figure.get_layout_engine() else 1):
        ax.figure.draw_without_rendering()
    missing = len(points) - len(write_names(ax, points))
    if missing:
        note(ax, f"names left out for want of room: {missing}")


def fit(ax: Axes) -> None:
    """Give a map its proportions, its margin and the names of its axes."""
    from matplotlib import rcParams

    ax.autoscale_view()
    box = ax.dataLim
    narrow = np.cos(np.radians((box.y0 + box.y1) / 2))
    wide, high = max(box.width * narrow, 0.05), max(box.height, 0.05)
    margin = _MARGIN * max(wide, high)
    east = max(wide, _SLIM * high) / 2 + margin
    north = max(high, _SLIM * wide) / 2 + margin
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    ax.set_xlim(x - east / narrow, x + east / narrow)
    ax.set_ylim(y - north * (1 + 2 * _STRIP), y + north)
    ax.set_aspect(1 / narrow)
    size = rcParams["axes.labelsize"]  # geopandas writes smaller labels of its own
    ax.set_xlabel("longitude (°E)", fontsize=size)
    ax.set_ylabel("latitude (°N)", fontsize=size)
