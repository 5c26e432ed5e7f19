"""Choosing events, and the checks of an argument that every analysis shares.

A filter keeps the rows that are known to fit: a row whose value is missing never
passes a filter on that value, for nobody can say that it fits.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import partial

import pandas as pd

from syriaconflict import vocabulary as v

NOT_STATED = "not stated"  # the group of rows that tell no value
_SHOWN = 60  # known values that a message lists before it breaks off

Names = str | Sequence[str]


def select(
    events: pd.DataFrame,
    *,
    places: Names | None = None,
    fronts: Names | None = None,
    campaigns: Names | None = None,
    camps: Names | None = None,
    classes: Names | None = None,
    types: Names | None = None,
    start: str | date | None = None,
    end: str | date | None = None,
    max_radius_km: float | None = None,
    precisions: Names | None = None,
    grades: Names | None = None,
) -> pd.DataFrame:
    """Keep the events that fit every filter given.

    Parameters
    ----------
    events : DataFrame
        Rows of the ``events`` table; only the columns of the filters given are read.
    places, fronts, campaigns : str or list of str, optional
        Values of ``place_id``, ``front_id``, ``campaign_id``.  Known are those that
        stand in ``events``: filter the whole table, or a name that an earlier filter
        took out is unknown.
    camps : str or list of str, optional
        Codes of `vocabulary.CAMPS`; the initiator's or the target's camp fits.
    classes, types, grades : str or list of str, optional
        Codes of `vocabulary.EVENT_CLASSES`, `EVENT_TYPES`, `GRADES`.
    start, end : str (YYYY-MM-DD) or date, optional
        First and last day of a window, both inclusive [day].  Events that may have
        touched it are kept: a missing ``end`` is open, a missing ``start`` is open
        to the past, and an event with neither fits no window.
    max_radius_km : float, optional
        Largest ``radius_km`` [km]; an event of unknown radius does not fit.
    precisions : str or list of str, optional
        Codes of `vocabulary.PRECISIONS` that both ``start_precision`` and
        ``end_precision`` must be among; an open end needs none.

    Returns
    -------
    DataFrame
        A new frame with the rows that fit, index and columns as in ``events``.  It is
        empty where valid filters leave nothing: look at its length before reading
        quiet into it.

    Raises
    ------
    ValueError
        If a value is not known (the nearest known ones are named), a list is empty,
        a column is absent, a day is not a calendar day, or ``start`` is after ``end``.

    Examples
    --------
    >>> events = pd.DataFrame({
    ...     "event_id": ["a", "b"],
    ...     "initiator_camp": ["russia", "opposition"],
    ...     "target_camp": ["opposition", "isis"],
    ... })
    >>> select(events, camps="isis")["event_id"].tolist()
    ['b']
    >>> select(events, camps=["russia", "isis"])["event_id"].tolist()
    ['a', 'b']
    """
    if start is not None and end is not None:
        window(start, end)
    given = {
        "places": places,
        "fronts": fronts,
        "campaigns": campaigns,
        "camps": camps,
        "classes": classes,
        "types": types,
        "start": start,
        "end": end,
        "max_radius_km": max_radius_km,
        "precisions": precisions,
        "grades": grades,
    }
    keep = pd.Series(True, index=events.index)
    for name, wanted in given.items():
        if wanted is not None:
            keep &= _FILTERS[name](events, wanted, name)
    return events[keep]


def codes(given: Names, known: Collection[str], what: str) -> list[str]:
    """Return names as a list, all of them known.

    Parameters
    ----------
    given : str or list of str
        One name or several.
    known : collection of str
        The names allowed.
    what : str
        What the names are, for the message.

    Returns
    -------
    list of str
        The names in the order given, each once.

    Raises
    ------
    ValueError
        If a name is unknown (the message names the nearest known ones and lists
        those allowed) or none is given.
    TypeError
        If ``given`` is neither a str nor a list of them.

    Examples
    --------
    >>> codes("air", ["air", "fires"], "classes")
    ['air']
    """
    if not isinstance(given, Iterable):
        msg = f"{what} is {given!r}, wanted a str or a list of str"
        raise TypeError(msg)
    names = [given] if isinstance(given, str) else list(dict.fromkeys(given))
    if not names:
        msg = f"{what} is an empty list, wanted at least one of {_listed(known)}"
        raise ValueError(msg)
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(str(name), sorted(known), n=3, cutoff=0.5)
            hint = f"nearest: {', '.join(near)}; " if near else ""
            msg = f"{what}: {name!r} is not known; {hint}known: {_listed(known)}"
            raise ValueError(msg)
    return names


def require(
    frame: pd.DataFrame, columns: Iterable[str], name: str, *, key: str = ""
) -> None:
    """Refuse a frame that lacks a column or repeats its key.

    Parameters
    ----------
    frame : DataFrame
        The frame handed in.
    columns : iterable of str
        Columns that will be read.
    name : str
        What to call the frame in the message.
    key : str, default ""
        Column that must hold each value once; empty: none.

    Raises
    ------
    ValueError
        If a column is absent, or the key stands in several rows (which happens when
        link tables were joined on, and would count an event once a row).

    Examples
    --------
    >>> require(pd.DataFrame({"event_id": ["a"]}), ["event_id"], "events")
    """
    absent = [column for column in columns if column not in frame.columns]
    if absent:
        msg = (
            f"{name} lacks {', '.join(absent)}, wanted a frame with the columns of "
            f"that table; it has {_listed([str(c) for c in frame.columns])}"
        )
        raise ValueError(msg)
    if key:
        repeated = frame.loc[frame[key].duplicated(), key]
        if len(repeated):
            msg = (
                f"{name}: {key} {repeated.iloc[0]!r} stands in several rows, wanted "
                f"one row each; drop what was joined on: drop_duplicates({key!r})"
            )
            raise ValueError(msg)


def day(value: str | date, what: str) -> pd.Timestamp:
    """Return a calendar day as a timestamp at midnight.

    Parameters
    ----------
    value : str (YYYY-MM-DD) or date
        The day.  A month or a year alone is refused: as the end of a window it
        would silently mean its first day.
    what : str
        What the day is, for the message.

    Raises
    ------
    ValueError
        If the value is no calendar day, or carries a clock time or a time zone.

    Examples
    --------
    >>> day("2024-11-27", "start")
    Timestamp('2024-11-27 00:00:00')
    """
    try:
        moment = pd.Timestamp(
            date.fromisoformat(value) if isinstance(value, str) else value
        )
    except (TypeError, ValueError):
        moment = pd.NaT
    if pd.isna(moment) or moment.tz or moment != moment.normalize():
        msg = f"{what} is {value!r}, wanted a calendar day such as '2024-11-27'"
        raise ValueError(msg)
    return moment


def window(start: str | date, end: str | date) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first and last day of a window, both inclusive.

    Raises
    ------
    ValueError
        If either is no calendar day, or ``start`` is after ``end``.

    Examples
    --------
    >>> first, last = window("2024-11-27", "2024-12-05")
    >>> (last - first).days
    8
    """
    first, last = day(start, "start"), day(end, "end")
    if first > last:
        msg = (
            f"the window starts on {first:%Y-%m-%d} and ends on {last:%Y-%m-%d}, "
            "wanted a start that is not after the end; exchange them"
        )
        raise ValueError(msg)
    return first, last


def last_reason(
    tests: Iterable[tuple[pd.Series, str | pd.Series]], index: pd.Index
) -> pd.Series:
    """Return for each row the reason of the last test that holds for it.

    Parameters
    ----------
    tests : iterable of (Series of bool, str or Series of str)
        Which rows a test holds for, and the reason it gives; weakest first.
    index : Index
        Index of the rows.

    Returns
    -------
    Series of str
        On ``index``; missing where no test holds.

    Examples
    --------
    >>> end = pd.Series([None, 2.0])
    >>> last_reason([(end.isna(), "open end")], end.index).tolist()
    ['open end', nan]
    """
    reason = pd.Series(float("nan"), index=index, dtype="str")
    for holds, why in tests:
        reason = reason.mask(holds, why)
    return reason


def _listed(known: Iterable[str]) -> str:
    names = sorted(known)
    more = f" ... ({len(names)} in all)" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _among(
    events: pd.DataFrame,
    wanted: Names,
    name: str,
    *,
    columns: tuple[str, ...],
    known: Collection[str] | None = None,
) -> pd.Series:
    require(events, columns, "events")
    if known is None:
        known = set(events[columns[0]].dropna())
    names = codes(wanted, known, name)
    return events[list(columns)].isin(names).any(axis=1)


def _not_before(events: pd.DataFrame, wanted: str | date, name: str) -> pd.Series:
    require(events, ("start", "end"), "events")
    is_open = events["end"].isna() & events["start"].notna()
    return (events["end"] >= day(wanted, name)) | is_open


def _not_after(events: pd.DataFrame, wanted: str | date, name: str) -> pd.Series:
    require(events, ("start", "end"), "events")
    is_open = events["start"].isna() & events["end"].notna()
    return (events["start"] <= day(wanted, name)) | is_open


def _within(events: pd.DataFrame, wanted: float, name: str) -> pd.Series:
    require(events, ("radius_km",), "events")
    if isinstance(wanted, (bool, str)) or not wanted >= 0:
        msg = f"{name} is {wanted!r}, wanted a distance in km, 0 or more"
        raise ValueError(msg)
    return events["radius_km"] <= wanted


def _as_precise(events: pd.DataFrame, wanted: Names, name: str) -> pd.Series:
    require(events, ("start_precision", "end_precision", "end"), "events")
    names = codes(wanted, v.PRECISIONS, name)
    end_fits = events["end_precision"].isin(names) | events["end"].isna()
    return events["start_precision"].isin(names) & end_fits


_CAMPS = ("initiator_camp", "target_camp")
_FILTERS = {
    "places": partial(_among, columns=("place_id",)),
    "fronts": partial(_among, columns=("front_id",)),
    "campaigns": partial(_among, columns=("campaign_id",)),
    "camps": partial(_among, columns=_CAMPS, known=v.CAMPS),
    "classes": partial(_among, columns=("event_class",), known=v.EVENT_CLASSES),
    "types": partial(_among, columns=("event_type",), known=v.EVENT_TYPES),
    "start": _not_before,
    "end": _not_after,
    "max_radius_km": _within,
    "precisions": _as_precise,
    "grades": partial(_among, columns=("grade",), known=v.GRADES),
}
