"""How fast sides took places, and how far they came a day.

Counted are captures told one by one and whole: of a part of a place, of several told as
one, or of an area nobody can say how many places they were.  `set_aside` lists them.  A
place taken twice counts twice; a place lost again is still one that was taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from syriaconflict.binning import periods, spread
from syriaconflict.camps import side_of
from syriaconflict.filters import Names, codes, last_reason, require
from syriaconflict.vocabulary import (
    COUNTED_MODALITIES,
    EVENT_TYPES,
    SIDES,
    TESSELLATED_KINDS,
)

CAPTURES = ("capture", "surrender", "handover")  # by which a place gets a new holder

_OTHER = "another type"
_DAY = pd.Timedelta(days=1)
_READ = [
    *("event_id", "event_type", "modality", "grain", "extent", "place_id"),
    *("start", "end", "initiator_camp", "target_camp"),
]
_BOUNDS = ["km_low", "km", "km_high"]
_KM = [*_BOUNDS, "km_per_day"]


def capture_rate(
    events: pd.DataFrame,
    places: pd.DataFrame,
    freq: str,
    start: str | date,
    end: str | date,
    *,
    sides: Names = ("government", "opposition"),
    types: Names = "capture",
    km: Mapping[str, pd.DataFrame | pd.Series] | None = None,
) -> pd.DataFrame:
    """Estimate how many places each side took a day, and how far it came.

    Each period and side is taken as a Poisson count under the Jeffreys prior: the rate
    is then gamma distributed with shape n + 1/2 and rate its days.

    Parameters
    ----------
    events, places : DataFrame
        Rows of these tables; ``places`` must hold every place of a capture.
    freq : str
        Length of a period, see `tempo.periods`.
    start, end : str (YYYY-MM-DD) or date
        First and last day of the window, both inclusive [day].
    sides : str or list of str, default government and opposition
        The sides; each has a row per period, also without a capture.
    types : str or list of str, default "capture"
        Of "capture" (the initiator takes the place), "surrender" and "handover" (the
        target does).
    km : dict of side to DataFrame or Series, optional
        How far a side came.  A DataFrame holds its positions along an axis, from
        `fronts.axis_position` on the days of `position_days`; a Series holds what it
        moved in each period, such as ``displacement_km`` of `fronts.front_shift`,
        indexed by ``period`` [km].

    Returns
    -------
    DataFrame
        Indexed by ``period`` and ``side``, complete, columns

        - ``n``, ``n_low``, ``n_high`` as in `tempo.tempo` [captures];
        - ``days`` (int): days of the period inside the window [day];
        - ``rate`` = n / days [captures per day];
        - ``rate_p05``: 5 % quantile for ``n_low``, ``rate_p95``: 95 % quantile for
          ``n_high``, so that the interval (90 % where all days are known) holds the
          doubt about days too; not what went unreported;
        - with ``km``: ``km``, ``km_low``, ``km_high`` (float) [km] moved in the period
          and ``km_per_day`` (float) [km per day]; negative for a side pushed back;
          missing where a position or the side is not given.  Bounds of positions give
          bounds of their difference; a Series has none.

    Raises
    ------
    ValueError
        If a code, column, frequency or window is unknown or wrong, a place is not in
        ``places``, or ``km`` lacks a day or a period.
    TypeError
        If a value of ``km`` is neither Series nor DataFrame.

    Examples
    --------
    >>> events = pd.DataFrame({"event_id": ["a"], "event_type": ["capture"],
    ...     "modality": ["realised"], "grain": ["discrete"], "extent": ["whole"],
    ...     "place_id": ["halfaya"], "start": pd.to_datetime(["2017-04-23"]),
    ...     "end": pd.to_datetime(["2017-04-23"]), "initiator_camp": ["government"],
    ...     "target_camp": ["opposition"]})
    >>> places = pd.DataFrame({"place_id": ["halfaya"], "kind": ["settlement"]})
    >>> rates = capture_rate(events, places, "MS", "2017-04-01", "2017-04-30",
    ...                      sides="government")
    >>> rates[["n", "days", "rate_p05", "rate_p95"]].round(4).values.tolist()
    [[1.0, 30.0, 0.0059, 0.1302]]
    """
    from scipy.stats import gamma

    wanted = codes(sides, set(SIDES.values()), "sides")
    bins = periods(freq, start, end)
    reason = _why_not(events, places, wanted, types)
    taken = events.assign(side=_takers(events))[reason.isna()]
    every = pd.MultiIndex.from_product([bins.index, wanted], names=["period", "side"])
    made = spread(taken, bins, by="side").reindex(every, fill_value=0)
    days = bins["days"].reindex(every.get_level_values("period")).to_numpy()
    made = made.assign(
        days=days,
        rate=made["n"] / days,
        rate_p05=gamma.ppf(0.05, made["n_low"] + 0.5) / days,
        rate_p95=gamma.ppf(0.95, made["n_high"] + 0.5) / days,
    )
    if km is None:
        return made
    codes([*km], wanted, "km")
    moved = {side: _moved(given, bins, side) for side, given in km.items()}
    moved = pd.concat(moved, names=["side"]).swaplevel().reindex(every)
    return made.join(moved.assign(km_per_day=moved["km"] / days)[_KM])


def set_aside(
    events: pd.DataFrame,
    places: pd.DataFrame,
    *,
    sides: Names = ("government", "opposition"),
    types: Names = "capture",
) -> pd.DataFrame:
    """List the captures that `capture_rate` does not count, and why.

    Parameters
    ----------
    events, places, sides, types
        As for `capture_rate`.

    Returns
    -------
    DataFrame
        Sorted by ``event_id``, columns ``event_id``, ``reason`` (str).  Events of other
        types are not listed.  Reasons, the first that holds: the modality; the grain;
        "open start", "open end", "end before start"; "no place"; "part of a place";
        the kind of place (such as area); "side not known", "side not asked for".
        Captures outside the window, or partly, are not listed: their shares inside are
        counted in ``n``.

    Raises
    ------
    ValueError
        As `capture_rate`.

    Examples
    --------
    >>> events = pd.DataFrame({"event_id": ["a"], "event_type": ["capture"],
    ...     "modality": ["planned"], "grain": ["discrete"], "extent": ["whole"],
    ...     "place_id": ["hama"], "start": pd.to_datetime(["2017-03-21"]),
    ...     "end": pd.to_datetime([None]), "initiator_camp": ["opposition"],
    ...     "target_camp": ["government"]})
    >>> places = pd.DataFrame({"place_id": ["hama"], "kind": ["settlement"]})
    >>> set_aside(events, places).values.tolist()
    [['a', 'planned']]
    """
    wanted = codes(sides, set(SIDES.values()), "sides")
    reason = _why_not(events, places, wanted, types)
    table = pd.DataFrame({"event_id": events["event_id"], "reason": reason})
    listed = table[reason.notna() & (reason != _OTHER)]
    return listed.sort_values("event_id", ignore_index=True)


def position_days(freq: str, start: str | date, end: str | date) -> pd.DatetimeIndex:
    """Return the days whose positions `capture_rate` needs.

    Parameters
    ----------
    freq, start, end
        As for `capture_rate`.

    Returns
    -------
    DatetimeIndex
        The day before the window and the last day of each period, named ``date``.

    Examples
    --------
    >>> position_days("MS", "2017-03-21", "2017-04-24").strftime("%m-%d").tolist()
    ['03-20', '03-31', '04-24']
    """
    bins = periods(freq, start, end)
    before = bins["first"].iloc[:1] - _DAY
    return pd.DatetimeIndex(pd.concat([before, bins["last"]]), name="date")


def _takers(events: pd.DataFrame) -> pd.Series:
    """Return the side that each event gives its place to, missing if on none."""
    holder = events["event_type"].map(
        {name: EVENT_TYPES[name].holder for name in CAPTURES}
    )
    camp = events["initiator_camp"].where(holder == "initiator", events["target_camp"])
    return side_of(camp)


def _why_not(
    events: pd.DataFrame, places: pd.DataFrame, sides: list[str], types: Names
) -> pd.Series:
    """Return why each event is not counted, missing where it is."""
    require(events, _READ, "events", key="event_id")
    require(places, ("place_id", "kind"), "places", key="place_id")
    asked = events["event_type"].isin(codes(types, CAPTURES, "types"))
    kind = events["place_id"].map(places.set_index("place_id")["kind"]).astype("str")
    lost = events.loc[asked & events["place_id"].notna() & kind.isna(), "place_id"]
    if len(lost):
        msg = f"events: place {lost.iloc[0]!r} is not in places, wanted the whole table"
        raise ValueError(msg)
    start, end, side = events["start"], events["end"], _takers(events)
    grain, modality = events["grain"], events["modality"]
    tests = (  # weakest first: the last that holds is the reason
        (~side.isin(sides), "side not asked for"),
        (side.isna(), "side not known"),
        (~kind.isin(TESSELLATED_KINDS), kind),
        (events["extent"] == "part", "part of a place"),
        (events["place_id"].isna(), "no place"),
        (end < start, "end before start"),
        (end.isna(), "open end"),
        (start.isna(), "open start"),
        (grain != "discrete", grain.fillna("no grain")),
        (~modality.isin(COUNTED_MODALITIES), modality.fillna("no modality")),
        (~asked, _OTHER),
    )
    return last_reason(tests, events.index)


def _moved(
    given: pd.DataFrame | pd.Series, bins: pd.DataFrame, side: str
) -> pd.DataFrame:
    """Return how far a side moved in each period, with bounds."""
    if isinstance(given, pd.Series):
        _refuse_gaps(bins.index, given.index, f"km[{side!r}]")
        moved = given.astype(float).reindex(bins.index)
        return pd.DataFrame({"km_low": np.nan, "km": moved, "km_high": np.nan})
    if not isinstance(given, pd.DataFrame):
        msg = (
            f"km[{side!r}] is {type(given).__name__}, wanted positions (DataFrame) or "
            "km moved in each period (Series)"
        )
        raise TypeError(msg)
    require(given, _BOUNDS, f"km[{side!r}]")
    after = pd.DatetimeIndex(bins["last"])
    before = pd.DatetimeIndex(bins["first"] - _DAY)
    _refuse_gaps(before.union(after), given.index, f"km[{side!r}]")
    there, here = (given.loc[days, _BOUNDS].to_numpy(float) for days in (after, before))
    # The least way is from the farthest position before to the nearest after.
    return pd.DataFrame(there - here[:, ::-1], bins.index, _BOUNDS)


def _refuse_gaps(wanted: pd.Index, given: pd.Index, name: str) -> None:
    if given.has_duplicates or not wanted.isin(given).all():
        missing = [f"{one:%Y-%m-%d}" for one in wanted[~wanted.isin(given)]]
        what = f"lacks {', '.join(missing[:5])}" if missing else "has a day twice"
        msg = f"{name} {what}; wanted each of these days once, see position_days()"
        raise ValueError(msg)
