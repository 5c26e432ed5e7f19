"""Names on a map, set where they cover neither each other nor what is drawn.

Each name tries the spots around its point, the nearest first, and takes the first that
is free; where none is, the one that covers least.  A name that had to move away is tied
to its point by a thin line.  Spots are measured in points of print, so that names keep
their place beside the mark when a figure is resized.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from syriaconflict.palette import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation

_MARK = 7  # half the width of a mark that no name should cover [points]
_LINE = 2  # half the width of a line that no name should cover [points]
_RINGS = (7, 13, 20, 30, 42, 56, 72)  # from a point to the edge of its name [points]
# Directions to try [degree]: to the right first, as on printed maps.
_TURNS = (0, 40, -40, 90, -90, 180, 140, -140, 20, -20, 65, -65, 115, -115, 160, -160)


def write_names(ax: Axes, points: pd.DataFrame) -> list[Annotation]:
    """Write names beside their points, so that none covers another.

    Parameters
    ----------
    ax : Axes
        The map, its limits and its place in the figure final.
    points : DataFrame
        ``name``, ``longitude`` and ``latitude`` of what is to be named.

    Returns
    -------
    list of Annotation
        The names, in the order of ``points``.
    """
    from matplotlib.patheffects import Normal, Stroke

    taken = _taken(ax, points)
    inside = ax.get_window_extent().extents
    names = []
    for row in points.itertuples(index=False):
        name = ax.annotate(
            row.name,
            (row.longitude, row.latitude),
            xytext=(0, 0),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=9,
            zorder=6,
            arrowprops={"arrowstyle": "-", "color": INK, "linewidth": 0.5},
        )
        name.set_path_effects([Stroke(linewidth=2.5, foreground="white"), Normal()])
        taken = np.vstack([taken, _settle(name, taken, inside)])
        names.append(name)
    return names


def _settle(name: Annotation, taken: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Move a name to the best spot around its point and return its box [pixels]."""
    dot = name.figure.dpi / 72
    box = name.get_window_extent(name.figure.canvas.get_renderer())
    half = np.array([box.width, box.height]) / 2
    turns = np.radians(np.tile(_TURNS, len(_RINGS)))
    rings = np.repeat(_RINGS, len(_TURNS)) * dot
    toward = np.column_stack([np.cos(turns), np.sin(turns)])
    shifts = toward * (rings[:, None] + half)
    at = name.axes.transData.transform(name.xy)
    spots = np.hstack([at + shifts - half, at + shifts + half])
    outside = _overlap(spots, spots).diagonal() - _overlap(spots, inside[None])[:, 0]
    best = np.argmin(_overlap(spots, taken).sum(axis=1) + 10 * outside)
    name.set_position(shifts[best] / dot)
    if rings[best] <= _RINGS[1] * dot:
        name.arrow_patch.set_visible(False)
    return spots[best]


def _overlap(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the area that each box shares with each other one [pixels^2]."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    return np.clip(high - low, 0, None).prod(axis=2)


def _taken(ax: Axes, points: pd.DataFrame) -> np.ndarray:
    """Return boxes [pixels] around everything that no name should cover."""
    from matplotlib.collections import PathCollection

    marks = [points[["longitude", "latitude"]].to_numpy(float)]
    marks += [
        np.asarray(one.get_offsets(), float)
        for one in ax.collections
        if isinstance(one, PathCollection)
    ]
    dot = ax.figure.dpi / 72
    at = ax.transData.transform(np.unique(np.vstack(marks), axis=0))
    along = np.vstack([np.empty((0, 2)), *_along_lines(ax)])
    renderer = ax.figure.canvas.get_renderer()
    fixed = [
        one.get_window_extent(renderer).extents for one in (*ax.artists, *ax.texts)
    ]
    return np.vstack(
        [
            np.hstack([at - _MARK * dot, at + _MARK * dot]),
            np.hstack([along - _LINE * dot, along + _LINE * dot]),
            *fixed,
        ]
    )


def _along_lines(ax: Axes) -> list[np.ndarray]:
    """Return spots [pixels] along the lines and arrows of a map."""
    from matplotlib.collections import LineCollection
    from matplotlib.patches import FancyArrowPatch

    paths = [
        path.transformed(ax.transData)
        for one in ax.collections
        if isinstance(one, LineCollection)
        for path in one.get_paths()
    ]
    paths += [
        one.get_transform().transform_path(one.get_path())
        for one in ax.patches
        if isinstance(one, FancyArrowPatch)
    ]
    return [path.interpolated(20).vertices for path in paths]
