"""Operational tempo: how many things happened in each period, and how surely.

Only discrete events that happened (`vocabulary.COUNTED_MODALITIES`) are counted.  An
event known to have happened on one unknown day of several is spread evenly over them,
and the bounds ``n_low`` and ``n_high`` say what is certain.  Whatever is not counted is
listed by `set_aside` with the reason, never dropped in silence.

What is counted is what was reported.  A change of tempo may be a change of reporting:
see ``coverage``.

What is made of counts is in modules of its own and reached from here: `phases` (change
points), `excitation` and `burstiness`, `coupling` (lead and lag of two fronts), `flows`
(movements between places and fronts) and `capture_rate`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd

from syriaconflict.advance import capture_rate
from syriaconflict.binning import periods, spread
from syriaconflict.coupling import coupling, leads, power
from syriaconflict.excitation import burstiness, excitation
from syriaconflict.filters import Names, codes, last_reason, require, window
from syriaconflict.flows import causal_links, flows, movements
from syriaconflict.phases import phases
from syriaconflict.vocabulary import COUNTED_MODALITIES, EVENT_CLASSES

__all__ = [
    "OPERATIONS",
    "burstiness",
    "capture_rate",
    "causal_links",
    "coupling",
    "excitation",
    "flows",
    "leads",
    "movements",
    "periods",
    "phases",
    "power",
    "set_aside",
    "spread",
    "tempo",
    "told_by",
]

# Acts of the forces.  Left out are words and recruiting (political, mobilisation) and
# harm: its act is told elsewhere or not at all, and would be counted twice.  "air"
# holds shootdowns and "movement" evacuations: filter by type where that matters.
OPERATIONS = (
    "ground",
    "control",
    "air",
    "drone",
    "fires",
    "explosive",
    "siege",
    "movement",
)

_DAY = pd.Timedelta(days=1)
_READ = ("event_id", "event_class", "modality", "grain", "start", "end")


def tempo(
    events: pd.DataFrame,
    freq: str,
    start: str | date,
    end: str | date,
    *,
    by: Names | None = None,
    classes: Names,
) -> pd.DataFrame:
    """Count the discrete events that happened in each period of a window.

    Parameters
    ----------
    events : DataFrame
        Rows of the ``events`` table, one an event.
    freq : str
        Length of a period, see `periods`: "D", "W" (from Monday), "MS", ...
    start, end : str (YYYY-MM-DD) or date
        First and last day of the window, both inclusive [day].
    by : str or list of str, optional
        Columns of ``events`` to count apart by, such as ``front_id``,
        ``initiator_camp``, ``event_class``, or ``publisher_id`` of `told_by`.  An
        event may stand in one row for each group; groups then add up to more than the
        events.
    classes : str or list of str
        Event classes to count; there is no default.  `OPERATIONS` is offered.

    Returns
    -------
    DataFrame
        Indexed by ``period`` (first day of each period; with ``by`` by period and
        groups), columns

        - ``n`` (float) [events]: expected number, were each possible day of an event
          equally likely;
        - ``n_low`` (int) [events]: events whose every possible day lies in the period;
        - ``n_high`` (int) [events]: events of which any possible day does.

        Every period of the window is there, a quiet one with 0.  With ``by`` so is
        every combination of groups seen among the countable events of ``events``,
        inside the window or not; a missing value is the group "not stated".  Where
        nothing is countable there is no group and the frame is empty: `set_aside`
        says why.  The first and last period count only days of the window, however
        long they are: divide by the ``days`` of `periods` for a rate.

    Raises
    ------
    ValueError
        If a class, column or frequency is unknown, the window is no window, or an
        event stands in several rows.

    Examples
    --------
    >>> events = pd.DataFrame({
    ...     "event_id": ["a", "b"], "event_class": "ground",
    ...     "modality": "realised", "grain": "discrete",
    ...     "start": pd.to_datetime(["2024-11-27", "2024-12-01"]),
    ...     "end": pd.to_datetime(["2024-11-27", "2024-12-02"]),
    ... })
    >>> tempo(events, "W", "2024-11-25", "2024-12-08", classes=OPERATIONS
    ... )  # doctest: +NORMALIZE_WHITESPACE
                  n  n_low  n_high
    period
    2024-11-25  1.5      1       2
    2024-12-02  0.5      0       1
    """
    keys = [] if by is None else codes(by, list(events.columns), "by")
    countable = events[_why_not(events, classes, keys).isna()]
    return spread(countable, periods(freq, start, end), by=by)


def set_aside(
    events: pd.DataFrame, start: str | date, end: str | date, *, classes: Names
) -> pd.DataFrame:
    """List the events that `tempo` does not count, or counts in part, and why.

    Parameters
    ----------
    events : DataFrame
        Rows of the ``events`` table, one an event.
    start, end : str (YYYY-MM-DD) or date
        First and last day of the window, both inclusive [day].
    classes : str or list of str
        Event classes asked for.

    Returns
    -------
    DataFrame
        Sorted by ``event_id``, columns ``event_id``, ``reason`` (str), ``share``
        (float): part of the event that is not counted, 1 for all of it.  The ``n`` of
        `tempo` and these shares add up to the number of events.  Reasons, the first
        that holds: "class not asked for"; the modality (planned, threatened,
        expected, demanded, denied, indeterminate); the grain (aggregate, state);
        "no date", "open start", "open end", "end before start"; "outside the
        window"; "partly outside the window" (share below 1).

    Raises
    ------
    ValueError
        As `tempo`.

    Examples
    --------
    >>> events = pd.DataFrame({
    ...     "event_id": ["a", "b"], "event_class": ["air", "ground"],
    ...     "modality": "realised", "grain": ["aggregate", "discrete"],
    ...     "start": pd.to_datetime(["2017-03-21", "2017-03-31"]),
    ...     "end": pd.to_datetime(["2017-04-24", "2017-04-03"]),
    ... })
    >>> set_aside(events, "2017-04-01", "2017-04-30", classes=OPERATIONS)
      event_id                     reason  share
    0        a                  aggregate   1.00
    1        b  partly outside the window   0.25
    """
    first, last = window(start, end)
    reason = _why_not(events, classes)
    possible = (events["end"] - events["start"]) / _DAY + 1
    inside = events["end"].clip(upper=last) - events["start"].clip(lower=first)
    outside = 1 - (inside / _DAY + 1).clip(lower=0) / possible
    share = outside.where(reason.isna(), 1.0)
    reason = reason.mask(reason.isna() & (share == 1), "outside the window")
    reason = reason.mask(reason.isna() & (share > 0), "partly outside the window")
    table = pd.DataFrame(
        {"event_id": events["event_id"], "reason": reason, "share": share}
    )
    return table[reason.notna()].sort_values("event_id", ignore_index=True)


def told_by(
    events: pd.DataFrame, claims: pd.DataFrame, documents: pd.DataFrame
) -> pd.DataFrame:
    """Repeat each event for every publisher that tells it.

    Two publishers may tell as many events and yet differ from day to day: count them
    apart with ``tempo(told_by(...), ..., by="publisher_id")``.  The event stays as
    resolved from all its claims; what remains of it without a publisher is told by
    ``bands.band``.

    Parameters
    ----------
    events, claims, documents : DataFrame
        Rows of these tables.

    Returns
    -------
    DataFrame
        The rows of ``events`` with ``publisher_id`` (str), one for each publisher that
        has a claim which asserts the event, sorted by ``event_id`` and
        ``publisher_id``.  An event that nobody asserts is not in it.

    Raises
    ------
    ValueError
        If a column is absent, an event stands in several rows, or the document of a
        claim is not in ``documents``.

    Examples
    --------
    >>> events = pd.DataFrame({"event_id": ["a", "b"]})
    >>> claims = pd.DataFrame({"event_id": ["a", "a", "b"], "stance": "asserts",
    ...                        "document_id": ["d1", "d2", "d2"]})
    >>> documents = pd.DataFrame({"document_id": ["d1", "d2"],
    ...                           "publisher_id": ["sana", "sohr"]})
    >>> told_by(events, claims, documents)["publisher_id"].tolist()
    ['sana', 'sohr', 'sohr']
    """
    require(events, ("event_id",), "events", key="event_id")
    require(claims, ("event_id", "document_id", "stance"), "claims")
    require(documents, ("document_id", "publisher_id"), "documents", key="document_id")
    asserted = claims.loc[claims["stance"] == "asserts", ["event_id", "document_id"]]
    outlet = documents.set_index("document_id")["publisher_id"]
    asserted = asserted.assign(publisher_id=asserted["document_id"].map(outlet))
    lost = asserted.loc[asserted["publisher_id"].isna(), "document_id"]
    if len(lost):
        msg = (
            f"claims: document_id {lost.iloc[0]!r} is not in documents, wanted the "
            "whole table documents, or claims of what is left in it"
        )
        raise ValueError(msg)
    pairs = asserted[["event_id", "publisher_id"]].drop_duplicates()
    keys = ["event_id", "publisher_id"]
    told = events.drop(columns="publisher_id", errors="ignore")
    return told.merge(pairs, on="event_id").sort_values(keys, ignore_index=True)


def _why_not(
    events: pd.DataFrame, classes: Names, keys: Iterable[str] = ()
) -> pd.Series:
    """Return why each event cannot be counted in any window, missing where it can."""
    require(events, _READ, "events")
    if events.duplicated(["event_id", *keys]).any():
        require(events, (), "events", key="event_id")
    wanted = codes(classes, EVENT_CLASSES, "classes")
    start, end = events["start"], events["end"]
    modality, grain = events["modality"], events["grain"]
    tests = (  # weakest first: the last that holds is the reason
        (end < start, "end before start"),
        (end.isna(), "open end"),
        (start.isna(), "open start"),
        (start.isna() & end.isna(), "no date"),
        (grain != "discrete", grain.fillna("no grain")),
        (~modality.isin(COUNTED_MODALITIES), modality.fillna("no modality")),
        (~events["event_class"].isin(wanted), "class not asked for"),
    )
    return last_reason(tests, events.index)
