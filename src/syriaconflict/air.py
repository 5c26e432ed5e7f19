"""Air and drone strikes: what was counted, in which unit, by whom.

A sortie, a strike, a bomb, a place hit and a reported incident are different things.
Nothing here adds across units, across discrete events and aggregates ("dozens of
strikes"), or across totals and rates a day: it raises, and names the conversion that
the user would have to justify.

Air events are counted where a text tells them one by one, and such telling is thin: an
observed number is what the documents hold, not how many strikes there were.
"""

from __future__ import annotations

import re
from datetime import date

import pandas as pd

from syriaconflict import vocabulary as v
from syriaconflict.filters import NOT_STATED, Names, codes, last_reason, require
from syriaconflict.tempo import periods, spread

CLASSES = ("air", "drone")
NOT_NAMED = "not named"  # operator of a strike that nobody is named for

_KEPT = [
    *("event_id", "start", "end", "grain", "place_id", "front_id"),
    *("event_type", "munition", "target_kind"),
]
_READ = [
    *(*_KEPT, "event_class", "modality"),
    *("unit", "count_low", "count_high", "count_per"),
]
_COLUMNS = [*_KEPT, "operators", "unit", "low", "high", "per"]
_SUMS = ["events", "low", "high"]
_ALIKE = {  # what must be one value before numbers are added, and the way out
    "unit": "choose one with strikes(unit=...); to convert, justify how many of one "
    "make one of the other and set unit, low and high yourself",
    "grain": "an aggregate may retell the discrete events of its days: count them "
    "apart, such as strikes[strikes['grain'] == 'discrete'], or use compare()",
    "per": "a rate and a total are not alike: total_over() turns rates into totals, "
    "if you can justify that the rate held on every day",
}
_RETOLD = (
    "aggregates over the same days, and one may retell another; take one of them, or "
    "part them by a further column, such as event_id"
)
_RATES = "and rates of different days do not add up; total_over() first"


def strikes(
    events: pd.DataFrame, event_actors: pd.DataFrame, *, unit: str
) -> pd.DataFrame:
    """List the air and drone strikes that can be counted in one unit.

    Parameters
    ----------
    events : DataFrame
        Rows of the ``events`` table, one an event.
    event_actors : DataFrame
        Rows of the ``event_actors`` table.
    unit : str
        Code of `vocabulary.UNITS`.  With "incident" each discrete event is one
        incident, whatever else its text counts; an aggregate is in only if it counts
        incidents itself.  With any other unit, only events that carry that unit are
        in.  "casualty_event" takes in events of type casualty_report as well, whose
        text need not say that the harm came from the air.

    Returns
    -------
    DataFrame
        One row an event, sorted by ``event_id``: ``event_id``, ``start``, ``end``,
        ``grain``, ``place_id``, ``front_id``, ``event_type``, ``munition``,
        ``target_kind``, ``operators`` (see `operators`; "not named" if nobody is),
        ``unit``, ``low`` and ``high`` (Int64, missing: no bound told), ``per`` (total,
        day).  A discrete event is on one day, so its ``per`` is always total.
        Shootdowns are no strikes; what else is left out is listed by `set_aside`.

    Raises
    ------
    ValueError
        If the unit is unknown, a column is absent, or an event stands in several rows.

    Examples
    --------
    >>> events = pd.DataFrame({
    ...     "event_id": ["a"], "event_class": ["air"], "event_type": ["airstrike"],
    ...     "modality": ["realised"], "grain": ["aggregate"],
    ...     "start": pd.to_datetime(["2017-03-21"]),
    ...     "end": pd.to_datetime(["2017-04-24"]), "place_id": ["northern-hama"],
    ...     "front_id": ["north-hama"], "munition": [None], "target_kind": [None],
    ...     "unit": ["strike"], "count_low": [24], "count_high": [99],
    ...     "count_per": ["day"],
    ... })
    >>> actors = pd.DataFrame({
    ...     "event_id": "a", "actor_id": ["russian-air-force", "syrian-air-force"],
    ...     "role": "initiator", "certainty": "one_of",
    ... })
    >>> strikes(events, actors, unit="strike")[["operators", "low", "high", "per"]]
                                  operators  low  high  per
    0  russian-air-force | syrian-air-force   24    99  day
    """
    rows = events[_why_not(events, unit).isna()].sort_values("event_id")
    rows = rows.reset_index(drop=True)
    discrete = rows["grain"] == "discrete"
    single = discrete & (unit == "incident")
    named = rows["event_id"].map(operators(event_actors))
    return rows[_KEPT].assign(
        operators=named.astype("str").fillna(NOT_NAMED),
        unit=pd.Series(unit, index=rows.index, dtype="str"),
        low=rows["count_low"].astype("Int64").mask(single, 1),
        high=rows["count_high"].astype("Int64").mask(single, 1),
        per=rows["count_per"].astype("str").mask(discrete, "total"),
    )


def set_aside(events: pd.DataFrame, *, unit: str) -> pd.DataFrame:
    """List the events that `strikes` leaves out, and why.

    Parameters
    ----------
    events : DataFrame
        Rows of the ``events`` table, one an event.
    unit : str
        Code of `vocabulary.UNITS`.

    Returns
    -------
    DataFrame
        Sorted by ``event_id``, columns ``event_id``, ``reason`` (str).  With the rows
        of `strikes` they are all events.  Reasons, the first that holds: "not from the
        air"; "shootdown"; the modality (planned, threatened, expected, demanded,
        denied, indeterminate); "state"; "no count" (nothing is counted, or no number
        told); "counted in <other unit>"; "neither total nor rate" (an aggregate
        without ``count_per``).

    Raises
    ------
    ValueError
        As `strikes`.
    """
    reason = _why_not(events, unit)
    table = pd.DataFrame({"event_id": events["event_id"], "reason": reason})
    return table[reason.notna()].sort_values("event_id", ignore_index=True)


def operators(event_actors: pd.DataFrame) -> pd.Series:
    """Write the initiators of each event as one label that keeps the doubt.

    Parameters
    ----------
    event_actors : DataFrame
        Rows of the ``event_actors`` table; only the role initiator is read.

    Returns
    -------
    Series of str
        Named ``operators``, indexed by ``event_id``; events without an initiator are
        absent.  "a & b": both; "a | b": one of them, the text does not say which; "a
        (hedged)": named with reserve; "a (one of)": one of a set whose other members
        are stated or not known; "a & (b | c)": a, and one of b and c.

    Raises
    ------
    ValueError
        If a column is absent or a certainty is unknown.

    Examples
    --------
    >>> actors = pd.DataFrame({
    ...     "event_id": ["x", "x", "y"], "actor_id": ["b", "a", "a"],
    ...     "role": "initiator", "certainty": ["stated", "stated", "hedged"],
    ... })
    >>> operators(actors).to_dict()
    {'x': 'a & b', 'y': 'a (hedged)'}
    """
    require(event_actors, ("event_id", "actor_id", "role", "certainty"), "event_actors")
    acting = event_actors[event_actors["role"] == "initiator"]
    labels = {event_id: _label(part) for event_id, part in acting.groupby("event_id")}
    index = pd.Index(labels, name="event_id", dtype="str")
    return pd.Series(list(labels.values()), index, dtype="str", name="operators")


def count(strikes: pd.DataFrame, by: Names) -> pd.DataFrame:
    """Add up the counts of strikes that may be added, by group.

    Parameters
    ----------
    strikes : DataFrame
        Rows from `strikes`, of one unit, one grain, and all totals or all rates.
    by : str or list of str
        Columns to add by, such as ``operators``, ``munition`` or ``front_id``.

    Returns
    -------
    DataFrame
        Indexed by the groups (a missing value is "not stated"), columns ``events``
        (int), ``low`` and ``high`` (Int64) in the unit, ``unit``, ``grain``, ``per``.
        A bound is missing where any event of the group tells none: an open count
        makes an open sum.  No rows in, no rows out.

    Raises
    ------
    ValueError
        If units, grains, or totals and rates are mixed (the message names the
        conversion to justify); if two aggregates of one group cover the same days, so
        that one may retell the other; if two rates fall into one group; or if a
        column is unknown.

    Examples
    --------
    >>> strikes = pd.DataFrame({
    ...     "event_id": ["a", "b"], "operators": "russian-air-force",
    ...     "start": pd.to_datetime(["2017-04-01"] * 2),
    ...     "end": pd.to_datetime(["2017-04-01"] * 2), "grain": "discrete",
    ...     "unit": "strike", "low": pd.array([2, 5], "Int64"),
    ...     "high": pd.array([2, None], "Int64"), "per": "total",
    ... })
    >>> count(strikes, "operators")[["events", "low", "high"]].reset_index()
               operators  events  low  high
    0  russian-air-force       2    7  <NA>
    """
    columns = ("event_id", "start", "end", "low", "high", *_ALIKE)
    require(strikes, columns, "strikes", key="event_id")
    names = codes(by, list(strikes.columns), "by")
    alike = _alike(strikes, "count")
    groups = [strikes[name].astype("str").fillna(NOT_STATED) for name in names]
    _refuse_retelling(strikes, groups)
    numbers = strikes[["low", "high"]].assign(events=1)
    return numbers.groupby(groups).sum(skipna=False)[_SUMS].assign(**alike)


def total_over(strikes: pd.DataFrame) -> pd.DataFrame:
    """Turn rates a day into totals over their days.

    This assumes that the rate held on every day from ``start`` to ``end``, both
    inclusive, which is for the user to justify.

    Parameters
    ----------
    strikes : DataFrame
        Rows from `strikes`.

    Returns
    -------
    DataFrame
        A new frame: rows with ``per`` day have ``low`` and ``high`` multiplied by
        their days and ``per`` total; the others are as they were.

    Raises
    ------
    ValueError
        If a rate has no start or no end.

    Examples
    --------
    >>> rate = pd.DataFrame({
    ...     "event_id": ["a"], "start": pd.to_datetime(["2017-04-01"]),
    ...     "end": pd.to_datetime(["2017-04-10"]), "low": pd.array([24], "Int64"),
    ...     "high": pd.array([99], "Int64"), "per": ["day"],
    ... })
    >>> total_over(rate)[["low", "high", "per"]].values.tolist()
    [[240, 990, 'total']]
    """
    require(strikes, ("event_id", "start", "end", "low", "high", "per"), "strikes")
    is_rate = strikes["per"] == "day"
    days = (strikes["end"] - strikes["start"]).dt.days + 1
    endless = strikes.loc[is_rate & days.isna(), "event_id"]
    if len(endless):
        told = ", ".join(endless)
        msg = f"{told}: a rate with no first or last day; justify one: assign(end=...)"
        raise ValueError(msg)
    factor = days.where(is_rate, 1).astype("Int64")
    return strikes.assign(
        low=strikes["low"] * factor,
        high=strikes["high"] * factor,
        per=strikes["per"].mask(is_rate, "total"),
    )


def add(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    """Add two results of `count`, group by group.

    Parameters
    ----------
    a, b : DataFrame
        Results of `count` over the same columns, of different events.

    Returns
    -------
    DataFrame
        As `count` gives; a group that one of them lacks counts as 0 there, a missing
        bound stays missing.

    Raises
    ------
    ValueError
        If units, grains, or totals and rates differ, or the groups are of different
        columns, or both hold rates (which cannot be added across days).

    Examples
    --------
    >>> a = pd.DataFrame({"events": 1, "low": 2, "high": 3, "unit": "strike",
    ...                   "grain": "discrete", "per": "total"}, index=["x"])
    >>> add(a, a.rename(index={"x": "y"}).assign(unit="sortie"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: add: unit sortie and strike cannot be added; choose one with ...
    """
    for frame in (a, b):
        require(frame, (*_SUMS, *_ALIKE), "a result of count")
    if list(a.index.names) != list(b.index.names):
        msg = (
            f"a is counted by {list(a.index.names)} and b by {list(b.index.names)}, "
            "wanted the same columns; count both again with one `by`"
        )
        raise ValueError(msg)
    alike = _alike(pd.concat([a[list(_ALIKE)], b[list(_ALIKE)]]), "add")
    groups = a.index.union(b.index)
    if alike["per"] == "day" and len(groups) < len(a) + len(b):
        msg = f"add: both hold rates a day for one group, {_RATES}"
        raise ValueError(msg)
    parts = [frame[_SUMS].reindex(groups, fill_value=0) for frame in (a, b)]
    return (parts[0] + parts[1]).assign(**alike)


def intensity(
    strikes: pd.DataFrame,
    freq: str,
    start: str | date,
    end: str | date,
    *,
    by: Names | None = None,
) -> pd.DataFrame:
    """Estimate how many strike incidents were reported a day, with an interval.

    Each period is taken as a Poisson count of its own under the Jeffreys prior: the
    rate is then gamma distributed with shape n + 1/2 and rate its days.

    Parameters
    ----------
    strikes : DataFrame
        Discrete rows from ``strikes(unit="incident")``, with both days known.
    freq : str
        Length of a period, see `tempo.periods`.
    start, end : str (YYYY-MM-DD) or date
        First and last day of the window, both inclusive [day].
    by : str or list of str, optional
        Columns of ``strikes`` to count apart by.

    Returns
    -------
    DataFrame
        Indexed by ``period`` (with ``by`` also by group, as `tempo`), complete, columns
        ``n``, ``n_low``, ``n_high`` as in `tempo` [incidents]; ``days`` (int): days of
        the period inside the window [day]; ``rate`` = n / days [incidents per day];
        ``rate_p05``, ``rate_p95``: the middle 90 % of the gamma distribution.  In a
        quiet period the rate is 0 and lies below ``rate_p05``, which never is.
        The interval holds the chance of a Poisson count alone: not the doubt about
        days (``n_low``, ``n_high``), nor what went unreported.

    Raises
    ------
    ValueError
        If a row is no discrete incident or lacks a day, or as `tempo`.

    Examples
    --------
    >>> strikes = pd.DataFrame({
    ...     "event_id": ["a"], "grain": ["discrete"], "unit": ["incident"],
    ...     "start": pd.to_datetime(["2017-04-03"]),
    ...     "end": pd.to_datetime(["2017-04-03"]),
    ... })
    >>> rates = intensity(strikes, "D", "2017-04-03", "2017-04-03")
    >>> rates[["rate", "rate_p05", "rate_p95"]].round(3).values.tolist()
    [[1.0, 0.176, 3.907]]
    """
    from scipy.stats import gamma

    columns = ("event_id", "grain", "unit", "start", "end")
    require(strikes, columns, "strikes", key="event_id")
    other = ~((strikes["grain"] == "discrete") & (strikes["unit"] == "incident"))
    if other.any():
        msg = (
            f"{other.sum()} of {len(strikes)} rows are no discrete incidents; take "
            "strikes(unit='incident') and of it those with grain discrete"
        )
        raise ValueError(msg)
    bins = periods(freq, start, end)
    made = spread(strikes, bins, by=by)
    days = bins["days"].loc[made.index.get_level_values("period")].to_numpy()
    return made.assign(
        days=days,
        rate=made["n"] / days,
        rate_p05=gamma.ppf(0.05, made["n"] + 0.5) / days,
        rate_p95=gamma.ppf(0.95, made["n"] + 0.5) / days,
    )


def compare(claimed: pd.DataFrame, observed: pd.DataFrame) -> pd.DataFrame:
    """Put a claimed total beside what the events tell for the same days and front.

    Parameters
    ----------
    claimed : DataFrame
        The one row of an aggregate from `strikes`: a total with both days known.
    observed : DataFrame
        Rows from `strikes` in the same unit.  Only the discrete ones are counted:
        aggregates may retell the claim, or be it.

    Returns
    -------
    DataFrame
        One row, indexed by the claim's ``event_id``: ``claimed_low``,
        ``claimed_high``, ``observed_low``, ``observed_high`` (Int64) in ``unit``,
        ``start``, ``end``, ``days`` (int) [day], ``front_id``, ``operators``,
        ``note`` (str): what is not comparable, in words.  ``observed_low`` counts rows
        that surely match in day, front and operator; ``observed_high`` also those
        that may: a day partly outside, no front told, an operator hedged, one of
        several or not named.  A missing bound of any such row makes the sum missing.
        0 is what the documents tell, not a finding that nothing happened.

    Raises
    ------
    ValueError
        If units differ (there is no conversion without your grounds for it), or
        ``claimed`` is not one aggregate total with both days known.
    """
    for frame, name in ((claimed, "claimed"), (observed, "observed")):
        require(frame, _COLUMNS, name, key="event_id")
    claim = _one_total(claimed, observed)
    rows = observed[observed["grain"] == "discrete"]
    sure, possible = _match(claim, rows)
    notes = _notes(claim, len(observed) - len(rows), (possible & ~sure).sum())
    made = pd.DataFrame(
        {
            "claimed_low": claim["low"],
            "claimed_high": claim["high"],
            "observed_low": rows.loc[sure, "low"].sum(skipna=False),
            "observed_high": rows.loc[possible, "high"].sum(skipna=False),
        },
        index=pd.Index([claim["event_id"]], name="event_id"),
    ).astype("Int64")
    days = (claim["end"] - claim["start"]).days + 1
    told = claim[["unit", "start", "end", "front_id", "operators"]].to_dict()
    return made.assign(**told, days=days, note=" ".join(notes))


def _why_not(events: pd.DataFrame, unit: str) -> pd.Series:
    """Return why each event is no row of `strikes`, missing where it is one."""
    require(events, _READ, "events", key="event_id")
    codes([unit], v.UNITS, "unit")
    told, grain, modality = events["unit"], events["grain"], events["modality"]
    of_air = events["event_class"].isin(CLASSES)
    if unit == "casualty_event":
        of_air |= events["event_type"] == "casualty_report"
    numbered = events[["count_low", "count_high"]].notna().any(axis=1)
    discrete = grain == "discrete"
    single = discrete & (unit == "incident")
    tests = (  # weakest first: the last that holds is the reason
        (~discrete & events["count_per"].isna(), "neither total nor rate"),
        (~single & (told != unit), "counted in " + told),
        (~single & (told.isna() | ~numbered), "no count"),
        (~grain.isin(("discrete", "aggregate")), grain.fillna("no grain")),
        (~modality.isin(v.COUNTED_MODALITIES), modality.fillna("no modality")),
        (events["event_type"] == "shootdown", "shootdown"),
        (~of_air, "not from the air"),
    )
    return last_reason(tests, events.index)


def _label(part: pd.DataFrame) -> str:
    """Return the label of one event's initiators."""
    codes(part["certainty"], v.ACTOR_CERTAINTIES, "certainty")

    def named(certainty: str) -> list[str]:
        return sorted(part.loc[part["certainty"] == certainty, "actor_id"])

    label = named("stated") + [f"{name} (hedged)" for name in named("hedged")]
    one_of = named("one_of")
    if len(one_of) == 1:
        label.append(f"{one_of[0]} (one of)")
    elif one_of:
        either = " | ".join(one_of)
        label.append(f"({either})" if label else either)
    return " & ".join(label)


def _alike(frame: pd.DataFrame, name: str) -> dict[str, str | None]:
    """Return the one unit, grain and per of all rows, or refuse."""
    alike = {}
    for column, remedy in _ALIKE.items():
        found = sorted(frame[column].astype("str").fillna(NOT_STATED).unique())
        if len(found) > 1:
            msg = f"{name}: {column} {' and '.join(found)} cannot be added; {remedy}"
            raise ValueError(msg)
        alike[column] = found[0] if found else None
    return alike


def _refuse_retelling(strikes: pd.DataFrame, groups: list[pd.Series]) -> None:
    """Refuse aggregates of one group that tell of the same days, and several rates."""
    is_told = strikes["grain"] == "aggregate"
    for _, part in strikes[is_told].groupby([group[is_told] for group in groups]):
        rates = len(part) > 1 and (part["per"] == "day").any()
        if rates or _overlaps(part):
            told = ", ".join(sorted(part["event_id"]))
            why = f"rates a day, {_RATES}" if rates else _RETOLD
            msg = f"count: {told} in one group are {why}"
            raise ValueError(msg)


def _overlaps(spans: pd.DataFrame) -> bool:
    """Return whether any two spans share a day; a missing day is open."""
    far = {"start": pd.Timestamp("1900-01-01"), "end": pd.Timestamp("2200-01-01")}
    spans = spans[["start", "end"]].fillna(far).sort_values("start")
    return bool((spans["start"] <= spans["end"].shift()).any())


def _one_total(claimed: pd.DataFrame, observed: pd.DataFrame) -> pd.Series:
    """Return the claimed row, refused where it cannot be set beside the observed."""
    unit = ", ".join(claimed["unit"])
    others = ", ".join(sorted(set(observed["unit"].dropna()) - {unit}))
    undated = claimed[["start", "end"]].isna().any(axis=None)
    faults = (
        (len(claimed) != 1, f"has {len(claimed)} rows; choose one by its event_id"),
        ((claimed["grain"] != "aggregate").any(), "is not an aggregate; use count()"),
        (undated, "has no first or last day; justify one: claimed.assign(end=...)"),
        ((claimed["per"] != "total").any(), "is a rate a day; use total_over()"),
        (
            others,
            f"counts in {unit}, observed in {others}; choose the observed rows that "
            f"you can justify as {unit}, and set observed.assign(unit={unit!r})",
        ),
    )
    for holds, fault in faults:
        if holds:
            msg = f"claimed {fault}; wanted one aggregate total in observed's unit"
            raise ValueError(msg)
    return claimed.iloc[0]


def _match(claim: pd.Series, rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return which rows surely and which possibly fall under a claim."""
    start, end, who = claim["start"], claim["end"], rows["operators"]
    sure = (rows["start"] >= start) & (rows["end"] <= end)
    possible = ~((rows["end"] < start) | (rows["start"] > end))
    if pd.notna(claim["front_id"]):
        same = rows["front_id"] == claim["front_id"]
        sure, possible = sure & same, possible & (same | rows["front_id"].isna())
    if claim["operators"] != NOT_NAMED:
        # the claim's own reserve is in the note; a row must be without reserve
        stated = set(claim["operators"].replace(" (hedged)", "").split(" & "))
        named = _names(claim["operators"]) | {NOT_NAMED}
        # as bool, for an empty map keeps the dtype of text
        sure &= who.map(lambda told: stated <= set(told.split(" & "))).astype(bool)
        possible &= who.map(lambda told: bool(named & _names(told))).astype(bool)
    return sure, possible


def _names(label: str) -> set[str]:
    """Return every actor that an operators label mentions."""
    bare = re.sub(r" \((?:hedged|one of)\)|[()]", "", label)
    return set(re.split(r" [&|] ", bare))


def _notes(claim: pd.Series, aggregates: int, unsure: int) -> list[str]:
    """Return sentences on what the two numbers do not have in common."""
    front, place, who = claim[["front_id", "place_id", "operators"]].fillna(NOT_STATED)
    is_report = claim["event_type"] == "casualty_report"
    notes = (  # whether a sentence applies, and the sentence
        (True, "Observed is what the coded documents tell one by one, not all of it."),
        (front == NOT_STATED, "The claim lies on no front: every front is observed."),
        (
            front != NOT_STATED,
            f"Observed is all of {front}, the claim's place {place}.",
        ),
        (who == NOT_NAMED, "The claim names no operator: those of all are observed."),
        (_names(who) != {who}, f"The claim's operators are told as {who!r}."),
        (is_report, "A casualty report need not be of strikes from the air alone."),
        (unsure, f"{unsure} events match only possibly: in observed_high alone."),
        (aggregates, f"{aggregates} aggregates among the observed are not counted."),
    )
    return [sentence for applies, sentence in notes if applies]
