"""Drawings on a map: control, areas, lines, shifts, events and movements.

The maps are drawn in degrees, with the scale of the two axes set so that a kilometre is
as long to the north as to the east in the middle of the map.  There is no background
map: what is drawn is what was reported.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from syriaconflict.filters import NOT_STATED, require
from syriaconflict.map_frame import (
    axes_for,
    dots,
    finish,
    fit,
    halo,
    header,
    note,
    patch,
    placed,
    stroke,
)
from syriaconflict.palette import (
    CAMP_COLOURS,
    CAMP_HATCHES,
    CAMP_LINES,
    CAMP_MARKERS,
    INK,
    PALE,
    wording,
)
from syriaconflict.vocabulary import EVENT_CLASSES

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

CLASS_MARKERS = dict(zip(EVENT_CLASSES, "^svdP*>hpoX", strict=True))
_SPIRAL = np.pi * (3 - 5**0.5)  # golden angle: dots in a spiral do not line up
_BLANK = {"contested": "xxx", "none": "", "unknown": ""}


def plot_control(
    held: pd.DataFrame,
    places: pd.DataFrame,
    ax: Axes | None = None,
    **kwargs: object,
) -> Axes:
    """Draw who held each place: colour and marker for the side, filling for the status.

    Parameters
    ----------
    held : DataFrame
        Result of `fronts.control_at`.
    places : DataFrame
        Rows of the ``places`` table; they give position and name.
    ax : Axes, optional
        Axes to draw on; by default those of a new figure.
    **kwargs
        Passed on to ``Axes.plot`` of the markers.

    Returns
    -------
    Axes
        The axes drawn on.  A contested place is half in the last holder's colour and
        half in the challenger's; a besieged one has a ring; one that nobody holds is
        hollow; an unknown one is a cross.

    Raises
    ------
    ValueError
        If no place of ``held`` has coordinates in ``places``.

    Examples
    --------
    >>> places = pd.DataFrame({"place_id": ["hama"], "name": ["Hama"],
    ...                        "longitude": [36.757], "latitude": [35.132]})
    >>> held = pd.DataFrame(
    ...     {"side": ["government"], "other_camp": [None], "status": ["held"]},
    ...     index=pd.Index(["hama"], name="place_id"))
    >>> ax = plot_control(held, places)
    >>> [text.get_text() for text in ax.texts]
    ['Hama']
    """
    require(held, ("side", "other_camp", "status"), "held")
    points = placed(places).join(held, how="inner")
    _refuse_empty(points, "held", "no place of it has coordinates in places")
    ax = axes_for(ax)
    keys = ["status", "side", "other_camp"]
    handles = []
    for (status, side, other), group in points.groupby(keys, dropna=False):
        style = _marker(status, side, other) | kwargs
        if status == "besieged":
            ring = {"marker": "o", "ms": 15, "mfc": "none", "mec": INK, "ls": ""}
            ax.plot(group["longitude"], group["latitude"], **ring)
        handles += ax.plot(group["longitude"], group["latitude"], **style)
    finish(ax, handles, points)
    return ax


def plot_areas(
    areas: gpd.GeoDataFrame,
    ax: Axes | None = None,
    *,
    places: pd.DataFrame | None = None,
    **kwargs: object,
) -> Axes:
    """Draw the ground in each state of control.

    Parameters
    ----------
    areas : GeoDataFrame
        Result of `fronts.control_areas`.
    ax : Axes, optional
        Axes to draw on; by default those of a new figure.
    places : DataFrame, optional
        Rows of the ``places`` table, to draw and name those inside the areas.
    **kwargs
        Passed on to ``GeoSeries.plot`` of the areas.

    Returns
    -------
    Axes
        The axes drawn on, the km2 of each state in the legend.

    Raises
    ------
    ValueError
        If there are no areas.
    """
    require(areas, ("status", "side", "km2"), "areas")
    _refuse_empty(areas, "areas", "take a day with evidence")
    ax = axes_for(ax)
    handles = []
    for row in areas.to_crs("EPSG:4326").itertuples():
        state = row.side if row.status in ("held", "besieged") else row.status
        word = "" if row.status == state else f"{wording(row.status)} "
        label = f"{word or ''}{wording(state)}: {row.km2:,.0f} km²"
        style = _fill(state) | {"label": label}
        if row.status == "besieged":
            style |= {"hatch": "++", "label": f"{wording(state)}, besieged"}
        handles.append(_area(ax, [row.geometry], style, kwargs))
    finish(ax, handles, _inside(places, areas.union_all(), areas.crs))
    return ax


def plot_front(
    line: gpd.GeoDataFrame,
    ax: Axes | None = None,
    *,
    places: pd.DataFrame | None = None,
    **kwargs: object,
) -> Axes:
    """Draw the line between two sides.

    Parameters
    ----------
    line : GeoDataFrame
        Result of `fronts.front_line`.
    ax : Axes, optional
        Axes to draw on, such as those of `plot_areas`; by default of a new figure.
    places : DataFrame, optional
        Rows of the ``places`` table, to draw and name those near the line.
    **kwargs
        Passed on to ``GeoSeries.plot`` of the lines.

    Returns
    -------
    Axes
        The axes drawn on: solid where held ground meets held ground, dashed in a
        side's colour along contested ground.

    Raises
    ------
    ValueError
        If there is no line.
    """
    import geopandas as gpd
    from matplotlib.lines import Line2D
    from matplotlib.patheffects import Normal, Stroke

    require(line, ("kind", "side", "other_side", "length_km"), "line")
    _refuse_empty(line, "line", "take a day with a line")
    ax = axes_for(ax)
    handles = []
    for (kind, side, other), group in line.groupby(["kind", "side", "other_side"]):
        is_firm = kind == "held-held"
        style = {
            "color": INK if is_firm else CAMP_COLOURS[side],
            "linestyle": "-" if is_firm else "--",
            "linewidth": 3,
        }
        words = f"{wording(side)} \N{EN DASH} {wording(other).lower()}"
        label = f"{words}: {group['length_km'].sum():,.0f} km"
        handles.append(Line2D([], [], **style, label=label))
        halo = [Stroke(linewidth=5, foreground="white"), Normal()]
        drawn = {"aspect": None, "zorder": 4, "path_effects": halo}
        shapes = gpd.GeoSeries(group.geometry).to_crs("EPSG:4326")
        shapes.plot(ax=ax, **drawn | style | kwargs)
    near = line.buffer(15_000).union_all()
    finish(ax, handles, _inside(places, near, line.crs))
    return ax


def plot_shift(
    changes: gpd.GeoDataFrame,
    ax: Axes | None = None,
    *,
    places: pd.DataFrame | None = None,
    **kwargs: object,
) -> Axes:
    """Draw the ground that changed hands: strong where it did, pale where it did not.

    Parameters
    ----------
    changes : GeoDataFrame
        Result of `fronts.changed_areas`.
    ax : Axes, optional
        Axes to draw on; by default those of a new figure.
    places : DataFrame, optional
        Rows of the ``places`` table, to draw and name those inside the cells.
    **kwargs
        Passed on to ``GeoSeries.plot`` of the areas.

    Returns
    -------
    Axes
        The axes drawn on; the colour is that of the state on the second day, the
        legend gives the state before and the km2.

    Raises
    ------
    ValueError
        If there are no cells.
    """
    require(changes, ("before", "after", "is_changed", "km2"), "changes")
    _refuse_empty(changes, "changes", "take two days with evidence")
    ax = axes_for(ax)
    handles = []
    cells = changes.to_crs("EPSG:4326").sort_values("is_changed")
    for (changed, before, after), group in cells.groupby(
        ["is_changed", "before", "after"], sort=False
    ):
        style = _fill(after)
        if changed:
            words = f"{wording(before)} \N{RIGHTWARDS ARROW} {wording(after).lower()}"
            style |= {"alpha": 0.9, "zorder": 2}
        else:
            words = f"{wording(after)}, unchanged"
            style |= {"alpha": 0.25, "hatch": None}
        label = f"{words}: {group['km2'].sum():,.0f} km²"
        handles.append(_area(ax, group.geometry, style | {"label": label}, kwargs))
    finish(ax, handles[::-1], _inside(places, changes.union_all(), changes.crs))
    return ax


def plot_events(
    events: pd.DataFrame,
    ax: Axes | None = None,
    *,
    places: pd.DataFrame | None = None,
    **kwargs: object,
) -> Axes:
    """Draw one mark per event: its shape is the class, its colour the initiator's camp.

    Events at one point are set side by side around it; all marks are of one size.

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
    columns = ["event_class", "initiator_camp", "longitude", "latitude"]
    require(events, columns, "events")
    located = events.dropna(subset=["longitude", "latitude"])
    _refuse_empty(located, "events", "none has coordinates")
    ax = axes_for(ax)
    spread = _side_by_side(located[columns].fillna({"initiator_camp": NOT_STATED}))
    for (kind, camp), group in spread.groupby(["event_class", "initiator_camp"]):
        style = {
            "marker": CLASS_MARKERS[kind],
            "color": CAMP_COLOURS.get(camp, "white"),
            "edgecolor": INK,
            "linewidth": 0.7,
            "s": 60,
            "zorder": 3,
        }
        ax.scatter(group["longitude"], group["latitude"], **style | kwargs)
    if len(events) > len(located):
        note(ax, f"{len(events) - len(located)} events without coordinates not drawn")
    kinds = [k for k in CLASS_MARKERS if k in set(spread["event_class"])]
    camps = [
        c for c in [*CAMP_COLOURS, NOT_STATED] if c in set(spread["initiator_camp"])
    ]
    handles = [_mark(wording(k), CLASS_MARKERS[k], "white") for k in kinds]
    handles += [_mark(wording(c), "s", CAMP_COLOURS.get(c, "white")) for c in camps]
    at = None if places is None else _at(places, located)
    finish(ax, handles, at)
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
    ends = ["from_place_id", "to_place_id"]
    require(movements, ends, "movements")
    at = placed(places)
    known = movements[movements[ends].isin(at.index).all(axis=1)]
    _refuse_empty(known, "movements", "none has two ends with coordinates in places")
    ax = axes_for(ax)
    used = at.loc[pd.unique(known[ends].to_numpy().ravel())]
    dots(ax, used)
    fit(ax)
    nth = known.groupby(ends).cumcount()
    labels = [
        _arrow(ax, row, at, 0.18 + 0.16 * turn, kwargs)
        for row, turn in zip(known.to_dict("records"), nth, strict=True)
    ]
    if len(movements) > len(known):
        count = len(movements) - len(known)
        note(ax, f"{count} movements without a known origin or destination not drawn")
    camps = [c for c in CAMP_COLOURS if "camp" in known and c in set(known["camp"])]
    handles = [_stroke(wording(c), CAMP_COLOURS[c], CAMP_LINES[c]) for c in camps]
    finish(ax, handles, used, [label for label in labels if label is not None])
    return ax



def _refuse_empty(frame: pd.DataFrame, name: str, remedy: str) -> None:
    if frame.empty:
        msg = f"{name}: there is nothing to draw; {remedy}"
        raise ValueError(msg)


def _marker(status: str, side: object, other: object) -> dict[str, object]:
    """Return the look of a place in ``Axes.plot``."""
    colour = CAMP_COLOURS.get(side, "white")
    style = {"ls": "", "ms": 9, "mec": INK, "mew": 0.8, "zorder": 5}
    style |= {"marker": CAMP_MARKERS.get(side, "o"), "mfc": colour}
    style["label"] = f"{wording(side)}, {status}"
    if status == "contested":
        rival = wording(other) if pd.notna(other) else "unnamed"
        style |= {
            "fillstyle": "left",
            "ms": 11,
            "label": f"Contested: {rival} challenges",
        }
        style["markerfacecoloralt"] = CAMP_COLOURS.get(other, "white")
    elif status == "none":
        style |= {"marker": "o", "mfc": "white", "label": "Held by nobody"}
    elif status == "unknown":
        style |= {"marker": "x", "mec": INK, "mew": 1.8, "label": "Unknown"}
    return style


def _fill(state: str) -> dict[str, object]:
    """Return the look of ground in a state."""
    if state in _BLANK:
        colour = PALE if state == "none" else "white"
        return {"facecolor": colour, "edgecolor": "#777777", "hatch": _BLANK[state]}
    colour, hatch = CAMP_COLOURS.get(state, PALE), CAMP_HATCHES.get(state)
    return {"facecolor": colour, "edgecolor": "white", "hatch": hatch, "alpha": 0.65}


def _area(
    ax: Axes, shapes: Iterable[object], style: dict, kwargs: dict[str, object]
) -> Artist:
    """Draw polygons and return a patch for the legend."""
    import geopandas as gpd
    from matplotlib.patches import Patch

    look = {"linewidth": 0.6} | style | kwargs
    label = look.pop("label")
    gpd.GeoSeries(list(shapes)).plot(ax=ax, aspect=None, **look)
    return Patch(**look, label=label)


def _inside(
    places: pd.DataFrame | None, ground: object, crs: object
) -> pd.DataFrame | None:
    """Return the places that lie on some ground, if places were given."""
    import geopandas as gpd

    if places is None:
        return None
    points = placed(places)
    at = gpd.GeoSeries.from_xy(points["longitude"], points["latitude"], crs="EPSG:4326")
    return points[at.to_crs(crs).within(ground).to_numpy()]


def _arrow(
    ax: Axes, move: dict, at: pd.DataFrame, bend: float, kwargs: dict[str, object]
) -> Artist | None:
    """Draw one movement and return its label."""
    from matplotlib.patches import FancyArrowPatch

    start, end = (
        at.loc[move[name], ["longitude", "latitude"]].to_numpy(float)
        for name in ("from_place_id", "to_place_id")
    )
    colour = CAMP_COLOURS.get(move.get("camp"), INK)
    look = {
        "arrowstyle": "-|>",
        "mutation_scale": 18,
        "shrinkA": 5,
        "shrinkB": 5,
        "linewidth": 2,
        "color": colour,
        "linestyle": CAMP_LINES.get(move.get("camp"), "-"),
        "connectionstyle": f"arc3,rad={bend}",
        "zorder": 4,
    }
    ax.add_patch(FancyArrowPatch(start, end, **look | kwargs))
    if pd.isna(move.get("label")):
        return None
    # The middle of the bow, for which a degree of longitude must count as it is drawn.
    widen = 1 / np.cos(np.radians((start[1] + end[1]) / 2))
    east, north = (end - start) / [widen, 1]
    middle = (start + end) / 2 + bend / 2 * np.array([north * widen, -east])
    return halo(ax.text(*middle, move["label"], ha="center", va="center", fontsize=9))


