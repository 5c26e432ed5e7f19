"""Names on a map, set where they cover neither each other nor what is drawn.

Each name tries the spots around its point and takes the one that covers least and lies
nearest; who has another spot makes room for who has none.  A name that had to move away
is tied to its point by a thin line, and one for which there is no room is left out.
Spots are measured in points of print, so that names keep their place beside the mark
when a figure is resized.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from syriaconflict.palette import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation

_MARK = 5.5  # half the width of a mark that no name should cover [points]
_RIM = 4.5  # from a point to where the line to its name begins: outside the mark
_LINE = 2  # half the width of a line that no name should cover [points]
_RINGS = (7, 13, 20, 30, 42)  # from a point to the edge of its name [points]
_BEARABLE = 0.15  # of a name's area may cover something else
_TRIES, _ROUNDS, _CROWD = 5, 8, 100  # above so many names one try has to do
_CLEAR = 1.6  # as much farther must the next mark be for a name to need no line
# Directions to try [degree]: to the right first, as on printed maps.
_TURNS = (0, 40, -40, 90, -90, 180, 140, -140, 20, -20, 65, -65, 115, -115, 160, -160)


def write_names(ax: Axes, points: pd.DataFrame) -> list[Annotation]:
    """Write names beside their points, so that none covers another.

    Parameters
    ----------
    ax : Axes
        The map, its limits and its place in the figure final.
    points : DataFrame
        ``name``, ``longitude`` and ``latitude`` of what is to be named, and its
        ``colour``, if any.

    Returns
    -------
    list of Annotation
        The names, in the order of ``points``, without those for which was no room.
    """
    taken = _taken(ax, points)
    boxes = {"lines": _along_lines(ax), "inside": ax.get_window_extent().extents[None]}
    marks = ax.transData.transform(points[["longitude", "latitude"]].to_numpy(float))
    rows = points.assign(colour=_colours(points)).itertuples(index=False)
    written = [_written(ax, row) for row in rows]
    choices = [_choices(name, boxes | {"taken": taken}, marks) for name in written]
    for name, spots in zip(written, choices, strict=True):
        if not spots["fits"].any():
            name.remove()
    names = [n for n, one in zip(written, choices, strict=True) if one["fits"].any()]
    choices = [one for one in choices if one["fits"].any()]
    kept = []
    for name, spots, best in zip(names, choices, _settled(choices), strict=True):
        box = spots["box"][best]
        if _overlap(box[None], taken).sum() > _BEARABLE * np.prod(box[2:] - box[:2]):
            name.remove()
            continue
        name.set_position(spots["shift"][best] * 72 / name.figure.dpi)
        name.arrow_patch.set_visible(bool(spots["is_tied"][best]))
        taken = np.vstack([taken, box])
        kept.append(name)
    return kept


def _colours(points: pd.DataFrame) -> pd.Series:
    if "colour" not in points:
        return pd.Series(INK, points.index)
    return points["colour"].fillna(INK)


def _written(ax: Axes, row: tuple) -> Annotation:
    """Write a name on its point."""
    from matplotlib.patheffects import Normal, Stroke

    name = ax.annotate(
        row.name,
        (row.longitude, row.latitude),
        xytext=(0, 0),
        textcoords="offset points",
        ha="center",
        va="center",
        fontsize=9,
        color=row.colour,
        zorder=6,
        arrowprops={"arrowstyle": "-", "color": INK, "linewidth": 0.7}
        | {"shrinkA": 0, "shrinkB": _RIM},
    )
    name.set_path_effects([Stroke(linewidth=2.5, foreground="white"), Normal()])
    name.set_in_layout(False)
    return name


def _choices(
    name: Annotation, boxes: dict[str, np.ndarray], marks: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the spots around a name's point and what each costs [pixels].

    That is ``shift`` from the point, ``box``, ``cost`` as if no other name were there,
    and ``is_tied``, whether a line to the point is needed; and ``at``, the point.
    """
    dot = name.figure.dpi / 72
    box = name.get_window_extent(name.figure.canvas.get_renderer())
    half = np.array([box.width, box.height]) / 2
    turns = np.radians(np.tile(_TURNS, len(_RINGS)))
    rings = np.repeat(_RINGS, len(_TURNS)) * dot
    toward = np.column_stack([np.cos(turns), np.sin(turns)])
    shifts = toward * (rings[:, None] + half)
    at = name.axes.transData.transform(name.xy)
    spots = np.hstack([at + shifts - half, at + shifts + half])
    reach = np.hstack([spots[:, :2].min(axis=0), spots[:, 2:].max(axis=0)])
    boxes = {key: each[_touch(reach, each)] for key, each in boxes.items()}
    near = np.abs(marks - at).max(axis=1) <= 2 * (reach[2:] - reach[:2]).max()
    covers = {key: _overlap(spots, each).sum(axis=1) for key, each in boxes.items()}
    outside = 4 * half.prod() - covers["inside"]
    is_far = rings > _RINGS[1] * dot
    cost = 5 * covers["taken"] + 2 * covers["lines"] + 30 * outside + rings
    cost += 30 * _crossed(at, shifts, boxes["taken"]) * is_far
    # Nearer to another mark than to its own, a name would be read as that one's.
    gap = _gap(spots, marks[near & (np.abs(marks - at).max(axis=1) > 1)])
    cost += 60 * np.clip(rings - gap, 0, None)
    is_tied = is_far | (gap < _CLEAR * rings)
    fits = covers["taken"] <= _BEARABLE * 4 * half.prod()
    chosen = {"fits": fits} | {
        "shift": shifts,
        "box": spots,
        "cost": cost,
        "is_tied": is_tied,
    }
    return chosen | {"is_far": is_far, "at": at, "reach": reach}


def _settled(choices: list[dict[str, np.ndarray]]) -> list[int]:
    """Return the best spot of each name, the others being where they are.

    Names choose in turn, and again until none would move.  Who chooses first matters,
    so several orders are tried, the same in every run, and the cheapest is taken.
    """
    orders = np.random.default_rng(0)
    reaches = np.array([one["reach"] for one in choices]).reshape(-1, 4)
    others = [np.flatnonzero(_touch(reach, reaches)) for reach in reaches]
    rivals = [each[each != nth] for nth, each in enumerate(others)]
    many = _TRIES if len(choices) <= _CROWD else 1
    tries = [
        _settle(choices, rivals, orders.permutation(len(choices))) for _ in range(many)
    ]
    # Of equals the first: not by a rounding error.
    return min(tries, key=lambda one: round(one[1], 3))[0]


def _settle(
    choices: list[dict[str, np.ndarray]], rivals: list[np.ndarray], order: np.ndarray
) -> tuple[list[int], float]:
    """Return the spot that each name settles on in an order, and the cost of all.

    ``rivals`` are the names within reach of each.
    """
    boxes = np.full((len(choices), 4), np.finfo(np.float32).min)
    best, costs = [-1] * len(choices), np.zeros(len(choices))
    is_stale = np.ones(len(choices), bool)  # a rival moved since it chose
    for _ in range(_ROUNDS):
        if not is_stale.any():
            break
        for nth in order[is_stale[order]]:
            one, others = choices[nth], boxes[rivals[nth]]
            cost = one["cost"] + 5 * _overlap(one["box"], others).sum(axis=1)
            cost += 30 * _crossed(one["at"], one["shift"], others) * one["is_far"]
            spot = int(np.argmin(cost.round(3)))
            is_stale[nth] = False
            is_stale[rivals[nth]] |= spot != best[nth]
            best[nth] = spot
            boxes[nth], costs[nth] = one["box"][spot], cost[spot]
    return best, float(costs.sum())


def _touch(box: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return which of the others a box touches."""
    return ((others[:, :2] <= box[2:]) & (others[:, 2:] >= box[:2])).all(axis=1)


def _gap(spots: np.ndarray, marks: np.ndarray) -> np.ndarray:
    """Return the distance of each spot from the nearest mark [pixels]."""
    if not len(marks):
        return np.full(len(spots), np.inf)
    low, high = spots[:, None, :2] - marks, marks - spots[:, None, 2:]
    return np.hypot(*np.clip(np.maximum(low, high), 0, None).T).min(axis=0)


def _crossed(at: np.ndarray, shifts: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Count the boxes that lie on the straight way from a point to each spot."""
    with np.errstate(divide="ignore", invalid="ignore"):
        enter = (boxes[None, :, :2] - at) / shifts[:, None]
        leave = (boxes[None, :, 2:] - at) / shifts[:, None]
    # on an axis along which the way does not run it is inside all the time, or never
    still = (shifts == 0)[:, None]
    inside = (boxes[None, :, :2] <= at) & (at <= boxes[None, :, 2:])
    first = np.where(still, np.where(inside, -np.inf, np.inf), np.minimum(enter, leave))
    last = np.where(still, np.where(inside, np.inf, -np.inf), np.maximum(enter, leave))
    hits = np.maximum(first.max(axis=2), 0) <= np.minimum(last.min(axis=2), 1)
    return hits.sum(axis=1)


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
    renderer = ax.figure.canvas.get_renderer()
    fixed = [
        one.get_window_extent(renderer).extents for one in (*ax.artists, *ax.texts)
    ]
    return np.vstack([np.hstack([at - _MARK * dot, at + _MARK * dot]), *fixed])


def _along_lines(ax: Axes) -> np.ndarray:
    """Return small boxes [pixels] along the lines and arrows of a map."""
    from matplotlib.collections import LineCollection
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

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
    along = [
        Path(bends).interpolated(20).vertices
        for path in paths
        for bends in path.to_polygons(closed_only=False)
    ]
    at, half = np.vstack([np.empty((0, 2)), *along]), _LINE * ax.figure.dpi / 72
    return np.hstack([at - half, at + half])
