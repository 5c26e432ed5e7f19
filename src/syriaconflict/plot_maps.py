"""Drawings on a map: control, areas, lines, shifts, events and movements.

There is no background map: what is drawn is what was reported.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from syriaconflict._map_frame import (
    axes_for,
    dots,
    finish,
    patch,
    placed,
    refuse_empty,
    stroke,
)
from syriaconflict.filters import require
from syriaconflict.palette import (
    CAMP_COLOURS,
    CAMP_HATCHES,
    CAMP_MARKERS,
    INK,
    PALE,
    wording,
)
from syriaconflict.tessellation import CRS_DISTANCE
from syriaconflict.vocabulary import CONTROL_STATUSES, TESSELLATED_KINDS

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

_NEAR_M = 15_000  # places nearer than this to a line are named
_BLANK = {"contested": "xxx", "none": "", "unknown": ""}  # hatches


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
        half in the challenger's; a besieged one has a thick rim; one that nobody holds
        is hollow; an unknown one is a cross.

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
    refuse_empty(points, "held", "no place of it has coordinates in places")
    ax = axes_for(ax)
    points["status"] = pd.Categorical(points["status"], list(CONTROL_STATUSES))
    keys = ["status", "side", "other_camp"]
    handles = {}
    for (status, side, other), group in points.groupby(
        keys, dropna=False, observed=True
    ):
        at = group["longitude"], group["latitude"]
        (drawn,) = ax.plot(*at, **_marker(status, side, other) | kwargs)
        handles[drawn.get_label()] = drawn
    finish(ax, handles.values(), points)
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

    Examples
    --------
    >>> import syriaconflict as sc
    >>> areas = sc.fronts.control_areas(sc.control(), sc.places(), "2024-12-01")
    >>> ax = plot_areas(areas)
    >>> len(ax.get_legend().texts) == len(areas)
    True
    """
    require(areas, ("status", "side", "km2"), "areas")
    refuse_empty(areas, "areas", "take a day with evidence")
    ax = axes_for(ax)
    order = pd.Categorical(areas["status"], list(CONTROL_STATUSES)).argsort()
    handles = []
    for row in areas.iloc[order].to_crs("EPSG:4326").itertuples():
        label = f"{_state(row.status, row.side)}: {row.km2:,.0f} km²"
        look = _fill(row.status, row.side) | kwargs
        handles.append(_area(ax, [row.geometry], label, look))
    _finish_on(ax, handles, places, areas.geometry)
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

    Examples
    --------
    >>> import syriaconflict as sc
    >>> line = sc.fronts.front_line(sc.control(), sc.places(), "2024-12-01")
    >>> plot_front(line).get_xlabel()
    'longitude (°E)'
    """
    from matplotlib.patheffects import Normal, Stroke

    keys = ["kind", "side", "other_side"]
    require(line, (*keys, "length_km"), "line")
    refuse_empty(line, "line", "take a day with a line")
    ax = axes_for(ax)
    handles = []
    rim = [Stroke(linewidth=5, foreground="white"), Normal()]
    for (kind, side, other), group in line.groupby(keys):
        is_firm = kind == "held-held"
        colour = INK if is_firm else CAMP_COLOURS.get(side, INK)
        look = {"color": colour, "linewidth": 3}
        look |= {"linestyle": "-" if is_firm else "--"} | kwargs
        shapes = group.geometry.to_crs("EPSG:4326")
        shapes.plot(ax=ax, **{"aspect": None, "zorder": 4, "path_effects": rim} | look)
        words = f"{wording(side)} \N{EN DASH} {wording(other, capital=False)}"
        label = f"{words}: {group['length_km'].sum():,.0f} km"
        handles.append(stroke(label, **look))
    near = line.geometry.to_crs(CRS_DISTANCE).buffer(_NEAR_M)
    _finish_on(ax, handles[::-1], places, near)
    return ax


def plot_shift(
    changes: gpd.GeoDataFrame,
    ax: Axes | None = None,
    *,
    places: pd.DataFrame | None = None,
    **kwargs: object,
) -> Axes:
    """Draw the ground that changed hands: strong where it did, pale where it did not.

    Ground of which nothing was known on the first day is of middling strength.

    Parameters
    ----------
    changes : GeoDataFrame
        Result of `fronts.changed_areas`.
    ax : Axes, optional
        Axes to draw on; by default those of a new figure.
    places : DataFrame, optional
        Rows of the ``places`` table, to draw and name those that have a cell.
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

    Examples
    --------
    >>> import syriaconflict as sc
    >>> changes = sc.fronts.changed_areas(
    ...     sc.control(), sc.places(), "2024-11-27", "2024-12-01")
    >>> plot_shift(changes).get_ylabel()
    'latitude (°N)'
    """
    keys = ["is_changed", "before", "after"]
    require(changes, (*keys, "km2"), "changes")
    refuse_empty(changes, "changes", "take two days with evidence")
    ax = axes_for(ax)
    handles = []
    for (changed, before, after), group in changes.groupby(keys):
        label, look = _state(after), _fill(after)
        if changed:
            label = f"{_state(before)} \N{RIGHTWARDS ARROW} {_state(after)}"
            look |= {"alpha": 0.55 if before == "unknown" else 0.95, "zorder": 2}
        else:
            label += ", unchanged"
            look |= {"alpha": 0.25, "hatch": None}
        label += f": {group['km2'].sum():,.0f} km²"
        shapes = group.geometry.to_crs("EPSG:4326")
        handles.append(_area(ax, shapes, label, look | kwargs))
    if places is not None:
        places = places[places["place_id"].isin(changes.index)]
    _finish_on(ax, handles[::-1], places, changes.geometry)
    return ax


def _state(status: str, side: object = None) -> str:
    """Return a state of control in words, from a status or the name of a side."""
    if status in ("held", "besieged"):
        holder = "Holder not known" if pd.isna(side) else wording(side)
        return holder + (", besieged" if status == "besieged" else "")
    words = {"none": "Held by nobody", "unknown": "Not known"}
    return words.get(status, wording(status))


def _marker(status: str, side: object, other: object) -> dict[str, object]:
    """Return the look of a place in ``Axes.plot``."""
    look = {"linestyle": "", "markersize": 9, "markeredgecolor": INK, "zorder": 5}
    look |= {"label": _state(status, side), "marker": CAMP_MARKERS.get(side, "o")}
    look |= {"markerfacecolor": CAMP_COLOURS.get(side, "white"), "markeredgewidth": 0.8}
    if status == "contested":
        names = ["?" if pd.isna(one) else wording(one) for one in (side, other)]
        look |= {"fillstyle": "left", "marker": "D"}
        look["label"] = f"Contested: {' | '.join(names)}"
        look["markerfacecoloralt"] = CAMP_COLOURS.get(other, "white")
    elif status == "besieged":
        look |= {"markeredgewidth": 3, "markersize": 11}
    elif status in _BLANK:
        look |= {"markerfacecolor": "white", "markeredgewidth": 1.8}
        look["marker"] = "o" if status == "none" else "x"
    return look


def _fill(status: str, side: object = None) -> dict[str, object]:
    """Return the look of ground in a state, from a status or the name of a side."""
    if status in _BLANK:
        colour = "#EAEAEA" if status == "none" else "white"
        return {"facecolor": colour, "edgecolor": "#777777", "hatch": _BLANK[status]}
    camp = side if status in ("held", "besieged") else status
    look = {"facecolor": CAMP_COLOURS.get(camp, PALE), "edgecolor": "white"}
    hatch = "++" if status == "besieged" else CAMP_HATCHES.get(camp)
    return look | {"hatch": hatch, "alpha": 0.65}


def _area(
    ax: Axes, shapes: Iterable[object], label: str, look: dict[str, object]
) -> Artist:
    """Draw polygons and return their entry in the legend."""
    import geopandas as gpd

    look = {"linewidth": 0.6} | look
    gpd.GeoSeries(list(shapes)).plot(ax=ax, aspect=None, **look)
    return patch(label, look.pop("facecolor", PALE), **look)


def _finish_on(
    ax: Axes,
    handles: Iterable[Artist],
    places: pd.DataFrame | None,
    ground: gpd.GeoSeries,
) -> None:
    """Finish a map on which the places that lie on some ground are named.

    Areas and roads are not: their point is only their middle.
    """
    import geopandas as gpd

    if places is None:
        finish(ax, handles)
        return
    require(places, ["kind"], "places")
    points = placed(places[places["kind"].isin(TESSELLATED_KINDS)])
    at = gpd.GeoSeries.from_xy(points["longitude"], points["latitude"], crs="EPSG:4326")
    named = points[at.to_crs(ground.crs).within(ground.union_all()).to_numpy()]
    dots(ax, named)
    finish(ax, handles, named)
