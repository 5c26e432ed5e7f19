"""Who held each place on a day, read off the spells of control."""

from __future__ import annotations

from datetime import date as Date
from numbers import Real

import numpy as np
import pandas as pd

from syriaconflict._control_table import read_control
from syriaconflict._progress import steps
from syriaconflict.camps import side_of
from syriaconflict.confidence import HALF_LIFE, confidence
from syriaconflict.filters import codes, day
from syriaconflict.vocabulary import CAMPS, CONTROL_STATUSES

Day = str | Date | pd.Timestamp

REACH_BACK = 30  # days
MOST_DAYS = 80_000  # 219 years: a day as far from ours still fits into datetime64[ns]
_TOLD = ["camp", "side", "other_camp", "status", "actor_id", "basis"]
_RESULT = [*_TOLD, "age_days", "probability", "control_id"]


def control_at(
    control: pd.DataFrame,
    date: Day,
    *,
    reach_back: float = REACH_BACK,
    max_age: float | None = None,
    half_life: float = HALF_LIFE,
) -> pd.DataFrame:
    """Return who held each place on a day, as far as anything was told.

    A spell runs from its ``start`` to the day before its ``end``.

    Parameters
    ----------
    control : DataFrame
        Rows of the ``control`` table.
    date : str or date
        Calendar day in Syria.
    reach_back : float, default 30
        A spell of which only the end was told counts for this long before it, but not
        before the last day told by the place's earlier spells; from 0 to `MOST_DAYS`
        [day].
    max_age : float, optional
        A spell whose last evidence lies longer ago than this is no longer believed:
        status ``unknown``, no holder; 0 or more [day].  By default it runs on.
    half_life : float, default 97.4
        As for `confidence.persistence` [day].

    Returns
    -------
    DataFrame
        Indexed by ``place_id``, sorted; a place without a spell on that day is absent.
        ``camp``, ``side`` (of the camp, see `vocabulary.SIDES`; missing for a camp
        on no side), ``other_camp``, ``status``, ``actor_id``, ``basis``,
        ``age_days`` (Int32 [day]: since ``last_told``, the last day for which a claim
        tells the spell, 0 before it; in a table without that column since the start,
        0 between a start and an end; missing where only the end was told),
        ``probability`` (float: that the holder holds it, see `confidence`; missing
        where nobody is told to hold it alone) and ``control_id``.

    Raises
    ------
    ValueError
        If there is no spell on that day, two spells give a place to two sides, or
        ``reach_back`` or ``max_age`` is out of bounds.  (A spell known by its end alone
        is nearer to its evidence than one without an end, and goes before it.)

    Examples
    --------
    >>> control = pd.DataFrame({
    ...     "control_id": ["halfaya-01", "halfaya-02"], "place_id": "halfaya",
    ...     "camp": ["opposition", "government"], "other_camp": None, "actor_id": None,
    ...     "status": "held", "basis": "stated",
    ...     "start": pd.to_datetime(["2016-08-29", "2017-04-23"]),
    ...     "end": pd.to_datetime(["2017-04-23", None])})
    >>> control_at(control, "2017-04-22")["side"].to_dict()
    {'halfaya': 'opposition'}
    >>> control_at(control, "2017-04-25")["age_days"].to_dict()
    {'halfaya': 2}
    >>> control_at(control, "2017-04-25", half_life=2)["probability"].to_dict()
    {'halfaya': 0.75}
    """
    control = read_control(control)
    held = spells_on(control, date, reach_back, max_age, half_life)
    if held.empty:
        told = pd.concat([control["start"], control["end"]]).dropna().dt.date
        days = f"{told.min()} to {told.max()}" if len(told) else "no day at all"
        msg = (
            f"control: none of {len(control)} spells runs on "
            f"{day(date, 'date'):%Y-%m-%d}; they tell of {days}, and reach_back is "
            f"{reach_back} days: choose another day or a longer reach_back"
        )
        raise ValueError(msg)
    return held


def spells_on(
    control: pd.DataFrame,
    date: Day,
    reach_back: float = REACH_BACK,
    max_age: float | None = None,
    half_life: float = HALF_LIFE,
) -> pd.DataFrame:
    """Return what `control_at` returns, but an empty frame where no spell runs.

    Parameters
    ----------
    control, date, reach_back, max_age, half_life
        As for `control_at`.

    Returns
    -------
    DataFrame
        As from `control_at`; a day on which nothing is told gives no rows.

    Raises
    ------
    ValueError
        If two spells give a place to two sides, or a column or code is unknown.

    Examples
    --------
    >>> control = pd.DataFrame({
    ...     "control_id": ["halfaya-01"], "place_id": "halfaya", "camp": "opposition",
    ...     "other_camp": None, "actor_id": None, "status": "held", "basis": "stated",
    ...     "start": pd.to_datetime(["2016-08-29"]), "end": pd.to_datetime([None])})
    >>> len(spells_on(control, "2016-08-28")), len(spells_on(control, "2016-08-29"))
    (0, 1)
    """
    control = read_control(control)
    _refuse_age(max_age)
    today = day(date, "date")
    end = control["end"]
    first = first_days(control, reach_back)
    sure = confidence(control, today, half_life)
    runs = (first <= today) & (end.isna() | (today < end))
    running = control.assign(probability=sure)[runs]
    codes([*running["camp"].dropna(), "government"], CAMPS, "control: camp")
    codes([*running["status"], "held"], CONTROL_STATUSES, "control: status")
    held = _one_spell_each(running).set_index("place_id").sort_index()
    held["side"] = side_of(held["camp"])
    held["age_days"] = _age(held, today)
    if max_age is not None:
        is_old = (held["age_days"] > max_age).fillna(False)
        held.loc[is_old, ["camp", "side", "other_camp", "actor_id"]] = None
        held.loc[is_old, "status"] = "unknown"
        held.loc[is_old, "probability"] = np.nan
    return held[_RESULT]


def spells_by_day(
    control: pd.DataFrame,
    dates: pd.DatetimeIndex,
    place_ids: pd.Index,
    reach_back: float = REACH_BACK,
    max_age: float | None = None,
    *,
    progress: bool = False,
) -> np.ndarray:
    """Return which spell tells of each place on each of many days.

    It is `control_at` on every one of the days, in one pass over the spells.

    Parameters
    ----------
    control : DataFrame
        Rows of the ``control`` table.
    dates : DatetimeIndex
        Calendar days in ascending order.
    place_ids : Index
        The places, each once; spells of others are left out.
    reach_back, max_age : float
        As for `control_at` [day].
    progress : bool, default False
        Whether to show a progress bar, if tqdm is installed.

    Returns
    -------
    array of int32, places x days
        Number of the row of ``control``; the number of rows is added to it where the
        spell is older than ``max_age``; -1 where no spell runs.

    Raises
    ------
    ValueError
        If two spells give a place to two sides, or a column or code is unknown.

    Examples
    --------
    >>> control = pd.DataFrame({
    ...     "control_id": ["halfaya-01"], "place_id": "halfaya", "camp": "opposition",
    ...     "other_camp": None, "actor_id": None, "status": "held", "basis": "stated",
    ...     "start": pd.to_datetime(["2016-08-29"]), "end": pd.to_datetime([None])})
    >>> days = pd.date_range("2016-08-28", "2016-08-31")
    >>> spells_by_day(control, days, pd.Index(["halfaya"]), max_age=1).tolist()
    [[-1, 0, 0, 1]]
    """
    control = read_control(control)
    _refuse_age(max_age)
    spells = pd.DataFrame({"place": place_ids.get_indexer(control["place_id"])})
    spells["from"] = _nth(dates, first_days(control, reach_back))
    spells["to"] = _nth(dates, control["end"])
    spells["old"] = np.maximum(_nth(dates, _too_old(control, max_age)), spells["from"])
    implied = control["start"].isna().to_numpy()
    spells["is_implied"] = implied
    runs = (spells["place"] >= 0) & (spells["from"] < spells["to"])
    told = control[runs.to_numpy()]
    codes([*told["camp"].dropna().unique(), "government"], CAMPS, "control: camp")
    codes([*told["status"].unique(), "held"], CONTROL_STATUSES, "control: status")
    _refuse_clash(control, spells[runs])
    order = control.sort_values(["start", "control_id"]).index
    spells = spells.loc[order][runs[order]]
    found = np.full((len(place_ids), len(dates)), -1, dtype="int32")
    # the later a spell comes in this order, the nearer it is to its evidence
    rows = spells.reset_index()[["index", "place", "from", "old", "to"]].to_numpy()
    for row, place, first, old, to in steps(rows.tolist(), "spells", progress=progress):
        found[place, first:to] = row
        if old < to:
            found[place, old:to] = row + len(control)
    return found


def first_days(control: pd.DataFrame, reach_back: float = REACH_BACK) -> pd.Series:
    """Return the first day on which each spell counts.

    Parameters
    ----------
    control : DataFrame
        Rows of the ``control`` table.
    reach_back : float, default 30
        As for `control_at` [day].

    Returns
    -------
    Series of datetime64
        On the index of ``control``: the start, or where only the end was told so long
        before it, but not before the last day told by the place's earlier spells.

    Raises
    ------
    ValueError
        If ``reach_back`` is no number of days from 0 to `MOST_DAYS`.
    """
    if not isinstance(reach_back, Real) or not 0 <= reach_back <= MOST_DAYS:
        msg = f"reach_back is {reach_back!r}, wanted a number of days, 0 to {MOST_DAYS}"
        raise ValueError(msg)
    reached = control["end"] - pd.Timedelta(days=reach_back)
    told = _told_before(control)
    return control["start"].fillna(reached.where(~(told > reached), told))


def _refuse_age(max_age: float | None) -> None:
    if max_age is None:
        return
    if not isinstance(max_age, Real) or not max_age >= 0:
        msg = f"max_age is {max_age!r}, wanted a number of days, 0 or more, or None"
        raise ValueError(msg)


def _nth(dates: pd.DatetimeIndex, days: pd.Series) -> np.ndarray:
    """Return the number of the first date on or after each day; past the end if NaT."""
    # without this the two may be compared in the coarser of their units
    nth = dates.as_unit("ns").searchsorted(days.astype("datetime64[ns]"))
    return np.where(days.isna(), len(dates), nth)


def _too_old(control: pd.DataFrame, max_age: float | None) -> pd.Series:
    """Return the first day on which a spell is too old to be believed."""
    never = pd.Series(pd.NaT, control.index, dtype="datetime64[ns]")
    if max_age is None or max_age > MOST_DAYS:
        return never
    last = control.get("last_told", control["start"].where(control["end"].isna()))
    day = last + pd.Timedelta(days=int(np.floor(max_age)) + 1)
    return day.where(control["start"].notna(), never)


def _refuse_clash(control: pd.DataFrame, spells: pd.DataFrame) -> None:
    """Refuse spells of one place that name two sides on one day."""
    told = spells.assign(side=side_of(control["camp"]).to_numpy()[spells.index])
    told = told.dropna(subset="side").sort_values(["place", "is_implied", "from"])
    groups = [told["place"], told["is_implied"]]
    for side in told["side"].unique():
        until = told["to"].where(told["side"] == side, -1).groupby(groups).cummax()
        rivals = told[(told["side"] != side) & (until > told["from"])]
        if len(rivals):
            one = told.loc[rivals.index[0]]
            _say_clash(control, told, one)


def _say_clash(control: pd.DataFrame, told: pd.DataFrame, one: pd.Series) -> None:
    alike = (told["place"] == one["place"]) & (told["is_implied"] == one["is_implied"])
    both = told[alike & (told["from"] <= one["from"]) & (one["from"] < told["to"])]
    raise ValueError(_clash(control["control_id"].iloc[both.index], both["side"]))


def _clash(control_ids: pd.Series, sides: pd.Series) -> str:
    found = dict(zip(control_ids, sides, strict=True))
    return (
        f"control: spells that overlap and name different sides: {found}; end one "
        "of them, or code the place as contested"
    )


def _age(held: pd.DataFrame, today: pd.Timestamp) -> pd.Series:
    """Return the days since the last evidence of each spell that has a start."""
    if "last_told" in held:
        age = (today - held["last_told"]).dt.days.clip(lower=0)
    else:
        age = (today - held["start"]).dt.days.where(held["end"].isna(), 0)
    return age.where(held["start"].notna()).astype("Int32")


def _told_before(control: pd.DataFrame) -> pd.Series:
    """Return the last day told by the earlier spells of the same place.

    The spells of a place are numbered in order of time, so one without a start cannot
    have begun before that day.
    """
    ordered = control.reset_index(drop=True).sort_values("control_id")
    last = ordered[["start", "end"]].max(axis=1)
    for step in ("cummax", "ffill", "shift"):
        last = getattr(last.groupby(ordered["place_id"]), step)()
    return last.sort_index().set_axis(control.index)


def _one_spell_each(spells: pd.DataFrame) -> pd.DataFrame:
    """Keep the latest spell of each place; refuse two that name different sides."""
    # A spell without a start is nearer to its evidence, its end, than an open one.
    ordered = spells.sort_values(["start", "control_id"], na_position="last")
    rivals = ordered.assign(side=side_of(ordered["camp"]))
    rivals["is_implied"] = ordered["start"].isna()
    groups = rivals.groupby(["place_id", "is_implied"])["side"]
    clashing = rivals[groups.transform("nunique") > 1]
    if len(clashing):
        raise ValueError(_clash(clashing["control_id"], clashing["side"]))
    return ordered.drop_duplicates("place_id", keep="last")
