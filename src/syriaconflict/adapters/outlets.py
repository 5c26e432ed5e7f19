"""Who reported the events of a source, in the form that `coverage` works on."""

from __future__ import annotations

import pandas as pd

from syriaconflict.filters import require

# Columns that name the outlets of an event, and what stands between two of them.
_COLUMNS = {
    "source_source_office": ";",  # UCDP GED, from 2014 on
    "source_source": ";",  # ACLED, and VIINA's reports
    "source_sources": ";",  # VIINA's one-per-day events
}


def reported(events: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return events of a reader as claims and documents: one an outlet and event.

    Parameters
    ----------
    events : DataFrame
        What a reader of `adapters` returned, or what several did, stacked.

    Returns
    -------
    claims : DataFrame
        ``claim_id``, ``document_id``, ``event_id``, ``start``: one row for each event
        and outlet that its source names for it.
    documents : DataFrame
        ``document_id``, ``publisher_id``: one row an outlet, its name in small
        letters.  Where the source names none, the source itself (``ucdp-ged``, ...)
        stands for it, as for all events of Airwars and GDELT.  An outlet that it names
        twice for an event counts once.

    Raises
    ------
    ValueError
        If a column is absent, or an event stands in several rows.

    Examples
    --------
    >>> from syriaconflict import coverage
    >>> events = pd.DataFrame({
    ...     "event_id": ["acled:SYR1", "acled:SYR2"], "front_id": [None, None],
    ...     "start": pd.to_datetime(["2017-04-03", "2017-04-04"]),
    ...     "source_source": ["SOHR; SANA", None],
    ... })
    >>> claims, documents = reported(events)
    >>> table = coverage.coverage(claims, documents, events)
    >>> table["claims"].droplevel(["front_id", "period"]).to_dict()
    {'acled': 1, 'sana': 1, 'sohr': 1}
    """
    require(events, ("event_id", "start"), "events", key="event_id")
    source = events["event_id"].astype("str").str.split(":").str[0]
    rows = pd.DataFrame({"event_id": events["event_id"], "start": events["start"]})
    told = pd.Series(None, events.index, dtype="object")
    for name, mark in _COLUMNS.items():  # of several, the first that tells of an event
        if name in events:
            outlets = events[name].astype("str").str.casefold().str.split(mark)
            told = told.where(told.notna(), outlets)
    rows["publisher_id"] = told.where(told.notna(), source)
    rows = rows.explode("publisher_id").astype({"publisher_id": "str"})
    rows["publisher_id"] = rows["publisher_id"].str.strip()
    rows = rows[rows["publisher_id"] != ""]
    rows = rows.drop_duplicates(["event_id", "publisher_id"]).reset_index(drop=True)
    claims = pd.DataFrame({
        "claim_id": rows["event_id"] + "/" + rows["publisher_id"],
        "document_id": rows["publisher_id"],
        "event_id": rows["event_id"],
        "start": rows["start"],
    })  # fmt: skip
    outlets = sorted(rows["publisher_id"].unique())
    return claims, pd.DataFrame({"document_id": outlets, "publisher_id": outlets})
