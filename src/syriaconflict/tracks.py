"""A whole period day by day: areas, lengths of the line, shifts, and the line itself.

Cells and borders are worked out once.  From one day to the next only the cells that
changed and the borders beside them are looked at: areas and lengths are running sums of
those changes, and the line is told as the days for which each border was part of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from syriaconflict.course import Course, course_of
from syriaconflict.holders import Day
from syriaconflict.mesh import Mesh
from syriaconflict.parties import (
    BETWEEN,
    BETWEEN_THEM,
    FIRST,
    SECOND,
    WEIGHTS,
    Party,
)

if TYPE_CHECKING:
    import geopandas as gpd

# what a border is part of, by the roles beside it: 0 no line, else a row of _named
_CODES = np.zeros((4, 4), dtype="int8")
_PAIRS = ((FIRST, SECOND), (FIRST, BETWEEN_THEM), (SECOND, BETWEEN_THEM))
for _nth, (_one, _two) in enumerate(_PAIRS, 1):
    _CODES[_one, _two] = _CODES[_two, _one] = _nth


def front_track(
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
) -> pd.DataFrame:
    """Return areas, length of the line and shifts on every date of a period.

    Parameters
    ----------
    control : DataFrame
        Rows of the ``control`` table.
    places : DataFrame, GeoDataFrame or Mesh
        Rows of the ``places`` table, of which those with a spell on any of the dates
        get a cell, the same on all of them; or cells from `tessellation`, or cells and
        borders from `mesh_of`, which saves time where they are used again.
    start, end : str or date
        First and last calendar day, both inclusive.
    freq : str, default "D"
        Distance of the dates, as a pandas offset alias of whole days; the first is the
        first such date on or after ``start``.
    between : pair of str or of collections of str
        The two parties, by default government and opposition, as for `front_line`.
    by : {"side", "camp"}
        What the ground of others is told by.
    progress : bool, default True
        Whether to show a progress bar, if tqdm is installed.
    **options : float
        ``reach_back`` and ``max_age`` of `control_at` [day].

    Returns
    -------
    DataFrame
        One row per date and state, index ``date`` and ``state``: the two parties, and
        what else there was at any time (sides or camps, ``contested``, ``none``,
        ``unknown``).  Complete: every date has every state.

        - ``places``: int, cells in the state; ``km2``: float, their area;
        - ``gained_km2``, ``lost_km2``, ``net_km2``, ``gross_km2``: float, since the
          date before; missing on the first;
        - ``line_km``: float, length of the line between the parties on the date [km],
          of a band of contested cells half its two edges; 0 without a line; missing
          for states other than the two parties;
        - ``displacement_km``: float, net area by the mean of the lengths on the two
          dates; missing where either has no line; ``km_per_day``: float.

        A date of which nothing is told has all cells ``unknown``.

    Raises
    ------
    ValueError
        If the period has no date, ``freq`` is not of whole days, no spell runs in the
        period, neither party ever holds a cell, or two spells give a place to two
        sides.

    Examples
    --------
    >>> places = pd.DataFrame({
    ...     "place_id": ["souran", "morek"], "name": ["Souran", "Morek"],
    ...     "kind": "settlement", "longitude": [36.748, 36.690],
    ...     "latitude": [35.292, 35.376], "radius_km": 1.0})
    >>> control = pd.DataFrame({
    ...     "control_id": ["souran-01", "souran-02", "morek-01"],
    ...     "place_id": ["souran", "souran", "morek"],
    ...     "camp": ["government", "opposition", "opposition"],
    ...     "other_camp": None, "actor_id": None,
    ...     "status": "held", "basis": "stated",
    ...     "start": pd.to_datetime(["2016-08-01", "2016-08-31", "2016-08-01"]),
    ...     "end": pd.to_datetime(["2016-08-31", None, None])})
    >>> track = front_track(
    ...     control, places, "2016-08-30", "2016-08-31", progress=False)
    >>> track["km2"].unstack().round()["opposition"].tolist()
    [510.0, 1021.0]
    """
    return track_areas(
        course_of(
            control,
            places,
            start,
            end,
            freq=freq,
            between=between,
            by=by,
            progress=progress,
            **options,
        )
    )


def line_track(
    control: pd.DataFrame,
    places: pd.DataFrame | Mesh,
    start: Day,
    end: Day,
    *,
    freq: str = "D",
    between: tuple[Party, Party] = BETWEEN,
    progress: bool = True,
    **options: float | None,
) -> gpd.GeoDataFrame:
    """Return the line between two parties on every date of a period.

    Parameters
    ----------
    control, places, start, end, freq, between, progress, **options
        As for `front_track`.

    Returns
    -------
    GeoDataFrame
        One row per border and unbroken run of dates on which it was part of the line,
        in order of time: ``first`` and ``last`` (the dates, both inclusive),
        ``place_a``, ``place_b`` (the places that it parts), ``kind``, ``side``,
        ``other_side`` (as from `front_line`), ``length_km`` (float [km]) and
        ``geometry``.  The line on a date is
        ``track[(track["first"] <= date) & (date <= track["last"])]``.

    Raises
    ------
    ValueError
        As for `front_track`; or if there is no line on any date.

    Examples
    --------
    >>> places = pd.DataFrame({
    ...     "place_id": ["souran", "morek"], "name": ["Souran", "Morek"],
    ...     "kind": "settlement", "longitude": [36.748, 36.690],
    ...     "latitude": [35.292, 35.376], "radius_km": 1.0})
    >>> control = pd.DataFrame({
    ...     "control_id": ["souran-01", "morek-01"], "place_id": ["souran", "morek"],
    ...     "camp": ["government", "opposition"], "other_camp": None, "actor_id": None,
    ...     "status": "held", "basis": "stated",
    ...     "start": pd.to_datetime(["2016-08-01"] * 2),
    ...     "end": pd.to_datetime([None, "2016-08-15"])})
    >>> track = line_track(
    ...     control, places, "2016-08-01", "2016-08-31", progress=False)
    >>> track[["first", "last", "place_a", "place_b"]].astype(str).values.tolist()
    [['2016-08-01', '2016-08-14', 'souran', 'morek']]
    """
    return track_lines(
        course_of(
            control,
            places,
            start,
            end,
            freq=freq,
            between=between,
            progress=progress,
            **options,
        )
    )


def track_areas(course: Course) -> pd.DataFrame:
    """Return what `front_track` does, of a course worked out before.

    Parameters
    ----------
    course : Course
        Result of `course_of`.

    Returns
    -------
    DataFrame
        As from `front_track`.

    Examples
    --------
    Three squares of 1 km in a row, of which the middle one changes hands:

    >>> import geopandas, shapely
    >>> squares = [shapely.box(x, 0, x + 1000, 1000) for x in (0, 1000, 2000)]
    >>> cells = geopandas.GeoDataFrame({"name": list("abc"), "km2": 1.0},
    ...     geometry=squares, index=list("abc"), crs="EPSG:32637")
    >>> control = pd.DataFrame({
    ...     "control_id": ["a-01", "b-01", "b-02", "c-01"], "place_id": list("abbc"),
    ...     "camp": ["government", "opposition", "government", "opposition"],
    ...     "other_camp": None, "actor_id": None, "status": "held", "basis": "stated",
    ...     "start": pd.to_datetime(
    ...         ["2016-08-01", "2016-08-01", "2016-08-04", "2016-08-01"]),
    ...     "end": pd.to_datetime([None, "2016-08-04", None, None])})
    >>> course = course_of(
    ...     control, cells, "2016-08-03", "2016-08-04", progress=False)
    >>> track_areas(course).loc[("2016-08-04", "government"), "displacement_km"]
    np.float64(1.0)
    """
    table = _areas(course)
    length = _lengths(course)
    is_party = table.index.get_level_values("state").isin(
        [one.name for one in course.groups]
    )
    line = np.repeat(length, len(course.names))
    table["line_km"] = np.where(is_party, line, np.nan)
    earlier = table.groupby("state")["line_km"].shift()
    mean = (table["line_km"] + earlier) / 2
    mean = mean.where((table["line_km"] > 0) & (earlier > 0))
    table["displacement_km"] = table["net_km2"] / mean
    days = course.dates.to_series().diff().dt.days.to_numpy()
    table["km_per_day"] = table["displacement_km"] / np.repeat(days, len(course.names))
    return table


def track_lines(course: Course) -> gpd.GeoDataFrame:
    """Return what `line_track` does, of a course worked out before.

    Parameters
    ----------
    course : Course
        Result of `course_of`.

    Returns
    -------
    GeoDataFrame
        As from `line_track`.

    Raises
    ------
    ValueError
        If there is no line on any date.

    Examples
    --------
    Three squares of 1 km in a row, of which the middle one changes hands:

    >>> import geopandas, shapely
    >>> squares = [shapely.box(x, 0, x + 1000, 1000) for x in (0, 1000, 2000)]
    >>> cells = geopandas.GeoDataFrame({"name": list("abc"), "km2": 1.0},
    ...     geometry=squares, index=list("abc"), crs="EPSG:32637")
    >>> control = pd.DataFrame({
    ...     "control_id": ["a-01", "b-01", "b-02", "c-01"], "place_id": list("abbc"),
    ...     "camp": ["government", "opposition", "government", "opposition"],
    ...     "other_camp": None, "actor_id": None, "status": "held", "basis": "stated",
    ...     "start": pd.to_datetime(
    ...         ["2016-08-01", "2016-08-01", "2016-08-04", "2016-08-01"]),
    ...     "end": pd.to_datetime([None, "2016-08-04", None, None])})
    >>> course = course_of(
    ...     control, cells, "2016-08-03", "2016-08-04", progress=False)
    >>> track_lines(course)["length_km"].tolist()
    [1.0, 1.0]
    """
    runs = _runs(course)
    mesh, dates = course.mesh, course.dates
    if runs.empty:
        found = ", ".join(sorted(course.names))
        msg = (
            f"control: no line between {course.groups[0].name} and "
            f"{course.groups[1].name} from {dates[0]:%Y-%m-%d} to "
            f"{dates[-1]:%Y-%m-%d}; the cells are {found}: choose sides or days with "
            "neighbouring cells, or give more places"
        )
        raise ValueError(msg)
    table = mesh.ridges.iloc[runs["border"]].reset_index(drop=True)
    table.insert(0, "first", dates[runs["first"]])
    table.insert(1, "last", dates[runs["last"]])
    names = [course.groups[0].name, course.groups[1].name, "contested"]
    low, high = np.array(_PAIRS)[runs["code"] - 1].T
    table.insert(4, "kind", np.where(high == 2, "held-contested", "held-held"))
    table.insert(5, "side", np.array(names)[low])
    table.insert(6, "other_side", np.array(names)[high])
    return table


def _areas(course: Course) -> pd.DataFrame:
    cell, time = course.changed
    km2, count, states_ = course.mesh.km2, len(course.dates), len(course.names)
    size = count * states_
    before = course.state[course.kind[cell, time - 1]]
    after = course.state[course.kind[cell, time]]
    moved = before != after
    cell, time, before, after = (one[moved] for one in (cell, time, before, after))
    first = course.state[course.kind[:, 0]]

    def summed(weight: np.ndarray, state: np.ndarray) -> np.ndarray:
        each = np.bincount(time * states_ + state, weight, minlength=size)
        return each.reshape(count, states_).astype(float)  # int where nothing changed

    gained, lost = summed(km2[cell], after), summed(km2[cell], before)
    ones = np.ones(len(cell))
    number = summed(ones, after) - summed(ones, before)
    area = gained - lost
    area[0] = np.bincount(first, km2, minlength=states_)
    number[0] = np.bincount(first, minlength=states_)
    number = number.cumsum(axis=0).astype(int)
    # a running sum of floats does not come back to 0 by itself
    area = np.where(number == 0, 0.0, area.cumsum(axis=0))
    gained[0], lost[0] = np.nan, np.nan
    table = {"places": number, "km2": area, "gained_km2": gained, "lost_km2": lost}
    table |= {"net_km2": gained - lost, "gross_km2": gained + lost}
    index = pd.MultiIndex.from_product(
        [course.dates, course.names], names=["date", "state"]
    )
    return pd.DataFrame({key: one.ravel() for key, one in table.items()}, index)


def _codes(course: Course, border: np.ndarray, time: np.ndarray | int) -> np.ndarray:
    mesh, role = course.mesh, course.role
    ends = (course.kind[end[border], time] for end in (mesh.one, mesh.two))
    return _CODES[tuple(role[end] for end in ends)]


def _lengths(course: Course) -> np.ndarray:
    """Return the length of the line on each date."""
    time, border = course.touched
    weight = np.array([0, *(WEIGHTS[pair] for pair in _PAIRS)])
    every = np.arange(len(course.mesh.one))
    was, now = (_codes(course, border, one) for one in (time - 1, time))
    first = _codes(course, every, 0)
    length = course.mesh.length_km
    count = len(course.dates)
    longer = (weight[now] - weight[was]) * length[border]
    steps = np.bincount(time, longer, minlength=count).astype(float)
    steps[0] = weight[first] @ length
    number = np.bincount(time, (now > 0) * 1.0 - (was > 0), minlength=count)
    number[0] = (first > 0).sum()
    return np.where(number.cumsum() > 0.5, steps.cumsum(), 0.0)


def _runs(course: Course) -> pd.DataFrame:
    """Return the runs of dates on which each border was part of the line."""
    time, border = course.touched
    every = np.arange(len(course.mesh.one))
    was, now = (_codes(course, border, one) for one in (time - 1, time))
    moved = was != now
    events = pd.DataFrame(
        {
            "border": np.append(every, border[moved]),
            "first": np.append(np.zeros(len(every), int), time[moved]),
            "code": np.append(_codes(course, every, 0), now[moved]),
        }
    ).sort_values(["border", "first"])
    goes_on = events["border"] == events["border"].shift(-1)
    until = events["first"].shift(-1).where(goes_on, len(course.dates))
    events["last"] = until.astype(int) - 1
    return events[events["code"] > 0].sort_values(["first", "border"])
