"""How far along a road a side stood.

No tessellation enters here: a stop of an axis counts by who held it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import pandas as pd

from syriaconflict.filters import codes, day, require
from syriaconflict.holders import Day, spells_on
from syriaconflict.vocabulary import SIDES

_POSITION = {
    "km_low": "float64",
    "km_high": "float64",
    "km": "float64",
    "last_stop": "str",
    "next_stop": "str",
    "is_broken": "bool",
}


def axis_position(
    control: pd.DataFrame,
    axes: pd.DataFrame,
    dates: Iterable[Day],
    *,
    axis_id: str,
    side: str,
    start_from: str,
    **options: float | None,
) -> pd.DataFrame:
    """Return how far along an axis a side stood on each of several days.

    Only stops that are ``held`` count: a garrison that is cut off, a contested place
    and one that nobody holds say nothing about how far a side has come.

    Parameters
    ----------
    control : DataFrame
        Rows of the ``control`` table.
    axes : DataFrame
        Rows of the ``axes`` table.
    dates : iterable of str or date
        Calendar days in Syria.
    axis_id : str
        The axis.
    side : str
        The side whose position is wanted.
    start_from : str
        ``place_id`` of the end of the axis from which the side comes: distances are
        counted from there, whether the axis is stored in that order or the other.
    **options : float
        ``reach_back`` and ``max_age`` of `control_at` [day].

    Returns
    -------
    DataFrame
        One row per date, index ``date``: ``km_low`` (float [km], the farthest stop
        known to be held by the side), ``km_high`` (float [km], the first stop beyond it
        known to be held by another side), ``km`` (float [km], the middle of the two),
        ``last_stop`` and ``next_stop`` (their ``place_id``), ``is_broken`` (bool:
        another side holds a stop before ``last_stop``).  A bound that nothing tells is
        missing, and with it ``km``; without any stop of the side's own ``km_high`` is
        the first stop held by another.

    Raises
    ------
    ValueError
        If there is no such axis or side, ``start_from`` is not an end of the axis, a
        column is absent, or the axis passes a place twice.
    TypeError
        If ``dates`` is a single date.

    Examples
    --------
    >>> axes = pd.DataFrame({"axis_id": "m5", "seq": [1, 2, 3], "km": [0.0, 10, 30],
    ...                      "place_id": ["hama", "souran", "morek"]})
    >>> control = pd.DataFrame({
    ...     "control_id": ["hama-01", "morek-01"], "place_id": ["hama", "morek"],
    ...     "camp": ["government", "opposition"], "other_camp": None, "actor_id": None,
    ...     "status": "held", "basis": "stated",
    ...     "start": pd.to_datetime(["2016-08-01"] * 2),
    ...     "end": pd.to_datetime([None, None])})
    >>> axis_position(control, axes, ["2016-09-01"], axis_id="m5", side="government",
    ...               start_from="hama")["km"].tolist()
    [15.0]
    """
    codes(side, set(SIDES.values()), "side")
    if isinstance(dates, str | date):
        msg = f"axis_position: dates is the single date {dates!r}; give a list of dates"
        raise TypeError(msg)
    stops = _stops(axes, axis_id, start_from)
    days = pd.DatetimeIndex([day(one, "dates") for one in dates], name="date")
    rows = []
    for one in days:
        held = spells_on(control, one, **options)
        firm = held.loc[held["status"] == "held", "side"]
        rows.append(_position(stops, firm.reindex(stops.index), side))
    return pd.DataFrame(rows, index=days, columns=list(_POSITION)).astype(_POSITION)


def _stops(axes: pd.DataFrame, axis_id: str, start_from: str) -> pd.Series:
    """Return the km of each stop from one end of an axis, in that order."""
    require(axes, ("axis_id", "seq", "place_id", "km"), "axes")
    codes(axis_id, set(axes["axis_id"]), "axis_id")
    stops = axes[axes["axis_id"] == axis_id].reset_index(drop=True).sort_values("seq")
    twice = stops.loc[stops["place_id"].duplicated(), "place_id"].tolist()
    if twice:
        where = stops.loc[stops["place_id"] == twice[0], "seq"].tolist()
        msg = (
            f"axes: {axis_id} has {twice[0]!r} several times, seq {where}, wanted each "
            "place once, or there is no telling how far along it lies; drop what was "
            "joined on, or cut the axis in two"
        )
        raise ValueError(msg)
    km = stops.set_index("place_id")["km"].astype(float)
    if start_from == km.index[0]:
        return km - km.iloc[0]
    if start_from == km.index[-1]:
        return (km.iloc[-1] - km)[::-1]
    msg = (
        f"axis {axis_id}: start_from is {start_from!r}; the ends of the axis are "
        f"{km.index[0]!r} and {km.index[-1]!r}"
    )
    raise ValueError(msg)


def _position(km: pd.Series, holders: pd.Series, side: str) -> dict[str, object]:
    own = km.index[holders == side]
    others = km.index[holders.notna() & (holders != side)]
    low = km[own[-1]] if len(own) else np.nan
    beyond = [stop for stop in others if not km[stop] < low]
    high = km[beyond[0]] if beyond else np.nan
    return {
        "km_low": low,
        "km_high": high,
        "km": (low + high) / 2,
        "last_stop": own[-1] if len(own) else None,
        "next_stop": beyond[0] if beyond else None,
        "is_broken": len(beyond) < len(others),
    }
