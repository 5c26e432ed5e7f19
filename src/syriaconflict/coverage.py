"""Coverage: who reported how much, on which front, in which week.

Events exist where somebody wrote.  Read any tempo beside this table: a week in which a
publisher starts or stops can look like a week in which the war did.  `breaks` finds the
weeks in which one surely did.
"""

from __future__ import annotations

import pandas as pd

from syriaconflict.binning import periods
from syriaconflict.filters import NOT_STATED, require
from syriaconflict.silences import breaks, untested

__all__ = ["breaks", "coverage", "set_aside", "untested"]

_KEYS = ["publisher_id", "front_id", "period"]


def coverage(
    claims: pd.DataFrame,
    documents: pd.DataFrame,
    events: pd.DataFrame,
    *,
    freq: str = "W",
) -> pd.DataFrame:
    """Count claims and documents by publisher, front and period.

    A claim is placed in the period of its ``start``, the first day on which the thing
    told may have happened: not when it was published, nor over the days that it
    spans.  All claims count, whatever their modality or stance: also a denial is
    coverage.

    Parameters
    ----------
    claims, documents, events : DataFrame
        Rows of these tables.  ``documents`` and ``events`` must hold every document
        and event that the claims refer to.
    freq : str, default "W"
        Length of a period, see `tempo.periods`.

    Returns
    -------
    DataFrame
        Indexed by ``publisher_id``, ``front_id`` (of the claim's event; "not stated"
        where it has none) and ``period``; columns ``claims`` (int) [claims] and
        ``documents`` (int) [documents]: documents with such a claim, which do not add
        up over fronts or periods.  Complete: every publisher of ``documents``, every
        front told, every period from the first claim's to the last's, 0 where nothing
        was told.  Outside that span nothing is said.  Claims without a start are
        listed by `set_aside`.

    Raises
    ------
    ValueError
        If no claim has a start, a claim refers to a document or event that is not
        there, an id stands in several rows, or ``freq`` is unknown.

    Examples
    --------
    >>> claims = pd.DataFrame({
    ...     "claim_id": ["d-001", "d-002"], "document_id": "d",
    ...     "event_id": ["d-001", "d-002"],
    ...     "start": pd.to_datetime(["2024-11-27", "2024-12-03"]),
    ... })
    >>> documents = pd.DataFrame({"document_id": ["d"], "publisher_id": ["p"]})
    >>> events = pd.DataFrame({"event_id": ["d-001", "d-002"], "front_id": "aleppo"})
    >>> coverage(claims, documents, events).reset_index()
      publisher_id front_id     period  claims  documents
    0            p   aleppo 2024-11-25       1          1
    1            p   aleppo 2024-12-02       1          1
    """
    told = _told(claims, documents, events)
    dated = told[told["start"].notna()]
    if dated.empty:
        msg = f"none of {len(claims)} claims has a start, wanted one to begin with"
        raise ValueError(msg)
    weeks = periods(freq, dated["start"].min(), dated["start"].max()).index
    nth = weeks.searchsorted(dated["start"], side="right") - 1
    groups = dated.assign(period=weeks[nth]).groupby(_KEYS)
    table = groups.agg(
        claims=("claim_id", "size"), documents=("document_id", "nunique")
    )
    publishers = sorted(documents["publisher_id"].unique())
    fronts = sorted(told["front_id"].unique())
    every = pd.MultiIndex.from_product([publishers, fronts, weeks], names=_KEYS)
    return table.reindex(every, fill_value=0)


def set_aside(claims: pd.DataFrame) -> pd.DataFrame:
    """List the claims that `coverage` cannot place.

    Parameters
    ----------
    claims : DataFrame
        Rows of the ``claims`` table.

    Returns
    -------
    DataFrame
        Sorted by ``claim_id``, columns ``claim_id``, ``reason`` ("no start").  With
        the ``claims`` of `coverage` they are all claims.

    Examples
    --------
    >>> claims = pd.DataFrame({"claim_id": ["d-001"], "start": [pd.NaT]})
    >>> set_aside(claims).values.tolist()
    [['d-001', 'no start']]
    """
    require(claims, ("claim_id", "start"), "claims", key="claim_id")
    undated = claims.loc[claims["start"].isna(), ["claim_id"]]
    return undated.sort_values("claim_id", ignore_index=True).assign(reason="no start")


def _told(
    claims: pd.DataFrame, documents: pd.DataFrame, events: pd.DataFrame
) -> pd.DataFrame:
    """Return the claims with their publisher and front."""
    require(
        claims,
        ("claim_id", "document_id", "event_id", "start"),
        "claims",
        key="claim_id",
    )
    require(documents, ("document_id", "publisher_id"), "documents", key="document_id")
    require(events, ("event_id", "front_id"), "events", key="event_id")
    for column, frame, name in (
        ("document_id", documents, "documents"),
        ("event_id", events, "events"),
    ):
        lost = claims.loc[~claims[column].isin(frame[column]), column]
        if len(lost):
            msg = (
                f"claims refer to {column} {lost.iloc[0]!r}, which is not in {name}; "
                f"wanted the whole table {name}, or claims of what is left in it"
            )
            raise ValueError(msg)
    publisher = documents.set_index("document_id")["publisher_id"]
    front = events.set_index("event_id")["front_id"].astype("str").fillna(NOT_STATED)
    return claims[["claim_id", "document_id", "start"]].assign(
        publisher_id=claims["document_id"].map(publisher),
        front_id=claims["event_id"].map(front),
    )
