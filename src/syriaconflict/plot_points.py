"""Drawings of points and ways on a map: events where they were, movements as arrows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from syriaconflict._map_frame import (
    KM_PER_DEGREE,
    axes_for,
    dots,
    finish,
    fit,
    header,
    note,
    patch,
    placed,
    refuse_empty,
    stroke,
)
from syriaconflict.filters import NOT_STATED, require
from syriaconflict.palette import CAMP_COLOURS, CAMP_LINES, INK, wording
from syriaconflict.vocabulary import EVENT_CLASSES

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes

CLASS_MARKERS = dict(zip(EVENT_CLASSES, "^svdP*>hpoX", strict=True))
_SPIRAL = np.pi * (3 - 5**0.5)  # golden angle: marks in a spiral do not line up
_STEP = 0.018  # between marks on a spiral, of the longer side of the map
_FARTHEST = 0.05  # from a point to its last mark, of that side: many marks close up
_TOLD_KM = 1.0  # marks set off by more are told so
_TOO_LIGHT = ("sdf", "civilian")  # to be read as words on white
_ALONG = (0.5, 0.36, 0.64)  # of the way at which arrows are labelled, in turn
_POINT = ["longitude", "latitude"]
_ENDS = ["from_place_id", "to_place_id"]
_UNKNOWN = "origin or destination not stated or in no front"


def plot_events(
    events: pd.DataFrame,
    ax: Axes | None = None,
    *,
    places: pd.DataFrame | None = None,
    **kwargs: object,
) -> Axes:
    """Draw one mark per event: its shape is the class, its colour the initiator's camp.

    Events at one point are set side by side around it, many of them closer together; a
    note says how far off marks are set.  All marks are of one size.

    Parameters
    ----------
    events : DataFrame
        Rows of the ``events`` table.
    ax : Axes, optional
        Axes to draw on; by default those of a new figure.
    places : DataFrame, optional
        Rows of the ``places`` table, to name those at which events lie.
    **kwargs
        Passed on to ``Axes.scatter``.

    Returns
    -------
    Axes
        The axes drawn on.  Events without coordinates are counted in a note on it.

    Raises
    ------
    ValueError
        If no event has coordinates.

    Examples
    --------
    >>> events = pd.DataFrame({"event_class": ["air"], "initiator_camp": ["russia"],
    ...                        "longitude": [36.6], "latitude": [35.3]})
    >>> len(plot_events(events).collections)
    1
    """
    keys = ["event_class", "initiator_camp"]
    require(events, (*keys, *_POINT), "events")
    located = pd.DataFrame(events)[[*keys, *_POINT]].dropna(subset=_POINT)
    refuse_empty(located, "events", "none has coordinates")
    ax = axes_for(ax)
    spread = _side_by_side(located.fillna({"initiator_camp": NOT_STATED}))
    for (kind, camp), group in spread.groupby(keys):
        look = {"color": CAMP_COLOURS.get(camp, "white"), "edgecolor": INK}
        look |= {"marker": CLASS_MARKERS[kind], "linewidth": 0.7, "s": 55, "zorder": 3}
        ax.scatter(group["longitude"], group["latitude"], **look | kwargs)
    off = spread["off_km"].max()
    if off >= _TOLD_KM:
        note(ax, f"marks of one place are set up to {off:.0f} km off it")
    if len(events) > len(located):
        note(ax, f"without coordinates, not drawn: {len(events) - len(located)}")
    kinds, camps = (set(spread[name]) for name in keys)
    look = {"linestyle": "", "mfc": "white", "mec": INK, "ms": 8}
    marks = [
        stroke(wording(kind), marker=marker, **look)
        for kind, marker in CLASS_MARKERS.items()
        if kind in kinds
    ]
    fills = [
        patch(wording(camp), CAMP_COLOURS.get(camp, "white"))
        for camp in (*CAMP_COLOURS, NOT_STATED)
        if camp in camps
    ]
    entries = [header("Class of event"), *marks, header("Initiator"), *fills]
    finish(ax, entries, None if places is None else _at(places, located))
    return ax


def plot_flows(
    movements: pd.DataFrame,
    places: pd.DataFrame,
    ax: Axes | None = None,
    **kwargs: object,
) -> Axes:
    """Draw an arrow for each movement from one place to another.

    Parameters
    ----------
    movements : DataFrame
        One row per movement: ``from_place_id``, ``to_place_id``; optionally ``camp``
        (colour and line style) and ``label`` (written along the arrow).
    places : DataFrame
        Rows of the ``places`` table.
    ax : Axes, optional
        Axes to draw on; by default those of a new figure.
    **kwargs
        Passed on to ``FancyArrowPatch``.

    Returns
    -------
    Axes
        The axes drawn on.  Movements of which an end is missing or has no coordinates
        are counted in a note on it.

    Raises
    ------
    ValueError
        If no movement has two ends with coordinates.

    Examples
    --------
    >>> places = pd.DataFrame({"place_id": ["aleppo", "hama"],
    ...     "name": ["Aleppo", "Hama"], "longitude": [37.161, 36.757],
    ...     "latitude": [36.201, 35.132]})
    >>> moves = pd.DataFrame({"from_place_id": ["aleppo"], "to_place_id": ["hama"]})
    >>> len(plot_flows(moves, places).patches)
    1
    """
    ends = _ENDS
    require(movements, ends, "movements")
    at = placed(places)
    known = movements[movements[ends].isin(at.index).all(axis=1)]
    refuse_empty(known, "movements", "none has two ends with coordinates in places")
    ax = axes_for(ax)
    used = at.loc[pd.unique(known[ends].to_numpy().ravel())]
    dots(ax, used)
    fit(ax)
    nth = known.groupby(ends).cumcount()
    labels = []
    for row, turn in zip(known.to_dict("records"), nth, strict=True):
        bend = 0.18 + 0.16 * turn
        _arrow(ax, row, at, bend, kwargs)
        spot = _on_bow(row, at, bend, _ALONG[len(labels) % len(_ALONG)])
        labels.append((row.get("label"), *spot, _ink(row.get("camp"))))
    if len(movements) > len(known):
        count = len(movements) - len(known)
        note(ax, f"origin or destination not known, not drawn: {count}")
    camps = [c for c in CAMP_COLOURS if "camp" in known and c in set(known["camp"])]
    handles = [
        stroke(wording(c), color=CAMP_COLOURS[c], linestyle=CAMP_LINES[c], linewidth=2)
        for c in camps
    ]
    written = pd.DataFrame(labels, columns=["name", *_POINT, "colour"]).dropna()
    finish(ax, handles, pd.concat([used, written]))
    return ax


def plot_front_flows(
    flows: pd.DataFrame,
    fronts: gpd.GeoDataFrame,
    ax: Axes | None = None,
    **kwargs: object,
) -> Axes:
    """Draw an arrow for each flow from one front to another, with its number of events.

    An arrow ends at a point inside the outline of its front, which stands for all of
    it: neither the way nor the place of a movement can be read off.

    Parameters
    ----------
    flows : DataFrame
        Rows from ``flows.flows(..., by="front")``; take one modality and one grain, or
        one arrow is drawn for each.
    fronts : GeoDataFrame
        Rows of the ``fronts`` table.
    ax : Axes, optional
        Axes to draw on; by default those of a new figure.
    **kwargs
        Passed on to ``FancyArrowPatch``.

    Returns
    -------
    Axes
        The axes drawn on.  Events of which an end is not stated, outside the fronts, or
        in the same front as the other end are counted in notes on it.

    Raises
    ------
    ValueError
        If there is no flow between two different fronts.

    Examples
    --------
    >>> from shapely.geometry import box
    >>> import geopandas as gpd
    >>> fronts = gpd.GeoDataFrame({"front_id": ["hama", "aleppo"],
    ...     "name": ["Hama", "Aleppo"]}, crs=4326,
    ...     geometry=[box(36.5, 35, 37, 35.4), box(37, 36, 37.4, 36.4)])
    >>> flows = pd.DataFrame({"from_front_id": ["aleppo"], "to_front_id": ["hama"],
    ...                       "n": [2]})
    >>> len(plot_front_flows(flows, fronts).patches)
    1
    """
    ends = ["from_front_id", "to_front_id"]
    require(flows, (*ends, "n"), "flows")
    require(fronts, ("front_id", "name", "geometry"), "fronts", key="front_id")
    inner = fronts.geometry.representative_point()
    points = pd.DataFrame(fronts)[["front_id", "name"]].assign(
        longitude=inner.x, latitude=inner.y
    )
    points = points.rename(columns={"front_id": "place_id"})
    known = flows[ends].isin(set(points["place_id"])).all(axis=1)
    within = known & (flows[ends[0]] == flows[ends[1]])
    between = flows[known & ~within]
    refuse_empty(between, "flows", "none goes from one front to another")
    ax = axes_for(ax)
    used = fronts["front_id"].isin(pd.unique(between[ends].to_numpy().ravel()))
    fronts[used].boundary.plot(ax=ax, color=INK, linewidth=0.6, linestyle=":")
    moves = between.rename(columns=dict(zip(ends, _ENDS, strict=True)))
    plot_flows(moves.assign(label=moves["n"].astype(str)), points, ax, **kwargs)
    for rows, words in ((flows[within], "within one front"), (flows[~known], _UNKNOWN)):
        if len(rows):
            note(ax, f"{words}, not drawn: {rows['n'].sum()}")
    return ax


def _at(places: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Return the places that share their point with an event."""
    points = placed(places)
    seen, here = (pd.MultiIndex.from_frame(one[_POINT]) for one in (events, points))
    return points[here.isin(seen)]


def _side_by_side(events: pd.DataFrame) -> pd.DataFrame:
    """Set events at one point on a spiral around it, the first on the point."""
    ordered = events.sort_values([*_POINT, "event_class", "initiator_camp"])
    groups = ordered.groupby(_POINT)["event_class"]
    nth, last = groups.cumcount().to_numpy(), groups.transform("size").to_numpy() - 1
    narrow = np.cos(np.radians(ordered["latitude"]))
    spans = np.ptp(ordered["longitude"] * narrow), np.ptp(ordered["latitude"])
    extent = max(*spans, 0.1)
    step = np.minimum(_STEP, _FARTHEST / np.sqrt(np.maximum(last, 1)))
    away = step * extent * np.sqrt(nth)
    return ordered.assign(
        longitude=ordered["longitude"] + away * np.cos(_SPIRAL * nth) / narrow,
        latitude=ordered["latitude"] + away * np.sin(_SPIRAL * nth),
        off_km=away * KM_PER_DEGREE,
    )


def _ink(camp: object) -> str:
    """Return the colour in which a camp's words are legible on white."""
    return INK if camp in _TOO_LIGHT else CAMP_COLOURS.get(camp, INK)


def _arrow(
    ax: Axes, move: dict, at: pd.DataFrame, bend: float, kwargs: dict[str, object]
) -> None:
    """Draw one movement."""
    from matplotlib.patches import FancyArrowPatch

    look = {
        "arrowstyle": "-|>",
        "mutation_scale": 18,
        "shrinkA": 5,
        "shrinkB": 5,
        "linewidth": 2,
        "color": CAMP_COLOURS.get(move.get("camp"), INK),
        "linestyle": CAMP_LINES.get(move.get("camp"), "-"),
        "connectionstyle": f"arc3,rad={bend}",
        "zorder": 4,
    }
    ends = (at.loc[move[name], _POINT] for name in ("from_place_id", "to_place_id"))
    ax.add_patch(FancyArrowPatch(*(tuple(end) for end in ends), **look | kwargs))


def _on_bow(move: dict, at: pd.DataFrame, bend: float, share: float) -> np.ndarray:
    """Return the point at a share of the way along the arrow of `_arrow`."""
    start, end = (
        at.loc[move[name], _POINT].to_numpy(float)
        for name in ("from_place_id", "to_place_id")
    )
    # As matplotlib bends it, a degree of longitude counting as it is drawn.
    narrow = np.cos(np.radians((start[1] + end[1]) / 2))
    east, north = (end - start) * [narrow, 1]
    bow = (start + end) / 2 + bend * np.array([north / narrow, -east])
    rest = 1 - share
    return rest**2 * start + 2 * share * rest * bow + share**2 * end
