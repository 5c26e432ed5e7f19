"""The course of a front over a period: the kind of every cell on every date.

Cells of one kind are alike in state and in their role towards the two parties.  From
one date to the next only the cells that changed and the borders beside them are listed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from syriaconflict._control_table import read_control
from syriaconflict.binning import whole_days
from syriaconflict.camps import side_of
from syriaconflict.filters import window
from syriaconflict.holders import Day, spells_by_day
from syriaconflict.mesh import Mesh, mesh_of, refuse_strange
from syriaconflict.parties import (
    BETWEEN,
    OTHER,
    SECOND,
    Group,
    Party,
    parties,
    roles,
    states,
)


class Course(NamedTuple):
    """The kind of each cell on each date, what a kind means, and what changed."""

    mesh: Mesh
    dates: pd.DatetimeIndex
    kind: np.ndarray  # cells x dates
    role: np.ndarray  # of each kind
    state: np.ndarray  # of each kind, a number into names
    names: list[str]
    groups: tuple[Group, Group]
    changed: tuple[np.ndarray, np.ndarray]  # cells, and the dates they were first so
    touched: tuple[np.ndarray, np.ndarray]  # dates, and borders beside changed cells


def course_of(
    control: pd.DataFrame,
    places: pd.DataFrame | Mesh,
    start: Day,
    end: Day,
    *,
    freq: str = "D",
    between: tuple[Party, Party] = BETWEEN,
    by: str = "side",
    progress: bool = True,
    **options: float | None,
) -> Course:
    """Return the course of a front, from which areas and lines can both be had.

    Parameters
    ----------
    control, places, start, end, freq, between, by, progress, **options
        As for `tracks.front_track`.

    Returns
    -------
    Course
        To be handed to `tracks.track_areas` and `tracks.track_lines`.

    Raises
    ------
    ValueError
        As for `tracks.front_track`.

    Examples
    --------
    >>> control = pd.DataFrame({
    ...     "control_id": ["souran-01", "morek-01"], "place_id": ["souran", "morek"],
    ...     "camp": ["government", "opposition"], "other_camp": None,
    ...     "actor_id": None, "status": "held", "basis": "stated",
    ...     "start": pd.to_datetime(["2016-08-01"] * 2),
    ...     "end": pd.to_datetime([None, None])})
    >>> places = pd.DataFrame({
    ...     "place_id": ["souran", "morek"], "name": ["Souran", "Morek"],
    ...     "kind": "settlement", "longitude": [36.748, 36.690],
    ...     "latitude": [35.292, 35.376], "radius_km": 1.0})
    >>> course = course_of(control, places, "2016-08-01", "2016-08-03",
    ...                    progress=False)
    >>> len(course.dates)
    3
    """
    control = read_control(control)
    groups = parties(between, control)
    dates = _dates(start, end, freq)
    place_ids = pd.Index(control["place_id"].unique())
    spells = spells_by_day(control, dates, place_ids, progress=progress, **options)
    told = place_ids[(spells >= 0).any(axis=1)]
    if told.empty:
        msg = (
            f"control: none of {len(control)} spells runs from {dates[0]:%Y-%m-%d} to "
            f"{dates[-1]:%Y-%m-%d}: choose another period or a longer reach_back"
        )
        raise ValueError(msg)
    mesh = mesh_of(places, told)
    refuse_strange(mesh.cells, control)
    role, state, names = _kinds(control, groups, by)
    # one number for both: to sort pairs takes ten times as long
    both, kind_of = np.unique(role * len(names) + state, return_inverse=True)
    pairs = np.array(divmod(both, len(names)))
    kind_of = kind_of.astype("int8" if pairs.shape[1] < 128 else "int16")
    # the last row of kinds is that of places without a spell
    kind = np.append(kind_of[spells], np.full((1, len(dates)), kind_of[-1]), axis=0)
    kind = kind[place_ids.get_indexer(mesh.cells.index)]
    # np.unique would look at every cell and date
    seen = [nth for nth in range(pairs.shape[1]) if (kind == nth).any()]
    if not (pairs[0][seen] <= SECOND).any():
        msg = (
            f"control: neither {groups[0].name} nor {groups[1].name} holds a cell from "
            f"{dates[0]:%Y-%m-%d} to {dates[-1]:%Y-%m-%d}; the states are {names}: "
            "choose other sides or another period"
        )
        raise ValueError(msg)
    found = np.unique(np.append(pairs[1][seen], [0, 1]))
    state = np.searchsorted(found, pairs[1])
    names = [names[nth] for nth in found]
    changed = _changes(kind)
    touched = _touched(mesh, *changed)
    return Course(mesh, dates, kind, pairs[0], state, names, groups, changed, touched)


def _dates(start: Day, end: Day, freq: str) -> pd.DatetimeIndex:
    first, last = window(start, end)
    dates = pd.date_range(first, last, freq=whole_days(freq, freq), name="date")
    if dates.empty:
        msg = (
            f"no date of freq {freq!r} lies between {first:%Y-%m-%d} and "
            f"{last:%Y-%m-%d}; choose a longer period or another freq"
        )
        raise ValueError(msg)
    return dates


def _kinds(
    control: pd.DataFrame, groups: tuple[Group, Group], by: str
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Return role and state of each spell, when it is too old, and without a spell."""
    fresh = control[["camp", "other_camp", "status", "actor_id"]]
    fresh = fresh.set_axis(control["place_id"])
    role = roles(fresh, groups, control)
    named = states(fresh.assign(side=side_of(fresh["camp"])), by).to_numpy(object)
    for nth, group in enumerate(groups):
        named[role == nth] = group.name
    first = [group.name for group in groups]
    names = [*first, *sorted({*named, "unknown"} - {*first})]
    code = pd.Index(names).get_indexer(named)
    blank = len(control) + 1
    unknown = np.full(blank, names.index("unknown"))
    return (
        np.append(role, np.full(blank, OTHER)),
        np.append(code, unknown),
        names,
    )


def _changes(kind: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the cells that changed, and on which date they were first so."""
    cell, before = np.nonzero(kind[:, 1:] != kind[:, :-1])
    return cell, before + 1


def _touched(
    mesh: Mesh, cell: np.ndarray, time: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return each date and border of which a cell beside it changed, once."""
    borders = np.arange(len(mesh.one))
    beside = np.concatenate([mesh.one, mesh.two])
    order = np.argsort(beside, kind="stable")
    begin = np.searchsorted(beside[order], np.arange(len(mesh.km2) + 1))
    many = np.diff(begin)[cell]
    nth = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    border = np.tile(borders, 2)[order][np.repeat(begin[cell], many) + nth]
    size = max(len(borders), 1)
    each = np.sort(np.repeat(time, many).astype(np.int64) * size + border)
    each = each[np.append(True, each[1:] != each[:-1])[: len(each)]]
    return each // size, each % size
