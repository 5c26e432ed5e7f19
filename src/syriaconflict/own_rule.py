"""A user's own rule: a function of a happening's claims, checked in what it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from numbers import Real

import pandas as pd

from syriaconflict.rules import BESIDE, CODES, GROUPS
from syriaconflict.schema import EVENTS
from syriaconflict.vocabulary import EVENT_TYPES
from syriaconflict.voters import Tables

COLUMNS = [*CODES, *(column for group in GROUPS for column in group), *BESIDE]
INDETERMINATE = "indeterminate"  # what a rule could not decide
_BOUNDS = [("start", "end"), ("count_low", "count_high")]


def shown_by(
    rule: Callable[[pd.DataFrame], object],
    usual: pd.DataFrame,
    voters: pd.DataFrame,
    tables: Tables,
) -> pd.DataFrame:
    """Return events as a user's function shows them.

    Parameters
    ----------
    rule : callable
        Takes the claims that speak for one event (rows as `voters.voters` returns them,
        with ``publisher_id``, ``perspective`` and ``published`` of their documents) and
        returns what the event shall show: one of the rows, or a mapping of columns to
        values.  Columns of the mapping that are left out stay as they are.
    usual : DataFrame
        The events as the rule ``representative`` shows them.
    voters : DataFrame
        The claims that speak for them.
    tables : mapping of str to DataFrame
        With ``documents``, ``publishers`` and ``places``.

    Returns
    -------
    DataFrame
        Like ``usual``.

    Raises
    ------
    TypeError
        If the function returns neither a row nor a mapping.
    ValueError
        If it returns a column that no event has, a code outside the vocabulary, an
        unknown place, a type of another class, or an end before its start; the message
        names event, field and value.

    Examples
    --------
    A rule that shows each happening as the first text to tell it does:

    >>> from syriaconflict.load import published
    >>> from syriaconflict.resolve import resolve
    >>> def first_told(claims):
    ...     return claims.sort_values(["published", "claim_id"]).iloc[0]
    >>> tables = published()
    >>> tables["claims"] = tables["claims"].head(20)  # of all: sc.events(first_told)
    >>> shown = resolve(tables, first_told)
    >>> len(shown) == tables["claims"]["event_id"].nunique()
    True
    """
    documents = tables["documents"].merge(
        tables["publishers"][["publisher_id", "perspective"]], how="left"
    )
    about = ["document_id", "publisher_id", "perspective", "published"]
    told = voters.merge(documents[about], on="document_id", how="left")
    shown = usual.copy()
    places = set(tables["places"]["place_id"])
    rows = {}
    before = usual[COLUMNS].to_dict("index")
    for event_id, claims in told.groupby("event_id"):
        given = _given(rule(claims.reset_index(drop=True)), event_id)
        row = before[event_id] | given
        _check(row, event_id, places, claims)
        rows[event_id] = row
    if rows:
        own = pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS)
        for column in COLUMNS:
            shown[column] = own[column].astype(EVENTS.column(column).dtype)
    return shown


def _given(returned: object, event_id: str) -> dict[str, object]:
    """Return the columns and values that a rule returned of an event."""
    if isinstance(returned, pd.Series):
        return {k: v for k, v in returned.items() if k in COLUMNS}
    if not isinstance(returned, Mapping):
        msg = (
            f"{event_id}: the rule returned {type(returned).__name__}, wanted one of "
            "the rows it was given, or a mapping of columns to values"
        )
        raise TypeError(msg)
    unknown = [str(column) for column in returned if column not in COLUMNS]
    if unknown:
        msg = (
            f"{event_id}: the rule returned {', '.join(unknown)}, wanted some of "
            f"{', '.join(COLUMNS)}"
        )
        raise ValueError(msg)
    return dict(returned)


def _check(
    row: dict[str, object], event_id: str, places: set[str], claims: pd.DataFrame
) -> None:
    """Refuse what cannot stand in an event."""
    for field, value in row.items():
        if pd.isna(value):
            if EVENTS.column(field).required:
                _refuse(event_id, field, value, "a value")
            continue
        allowed = EVENTS.column(field).codes
        if field in CODES and value == INDETERMINATE:
            continue
        if allowed is not None and value not in allowed:
            _refuse(event_id, field, value, f"one of {', '.join(allowed)}")
        if not _is_held(value, EVENTS.column(field).dtype):
            _refuse(event_id, field, value, f"a value of {EVENTS.column(field).dtype}")
    if pd.notna(row["place_id"]) and row["place_id"] not in places:
        _refuse(event_id, "place_id", row["place_id"], "a place_id of the places")
    own = EVENT_TYPES.get(row["event_type"])
    known = {EVENT_TYPES[name].event_class for name in claims["event_type"]}
    if own and own.event_class not in known:
        _refuse(event_id, "event_type", row["event_type"],
                f"a type of the class {' or '.join(sorted(known))}")  # fmt: skip
    for low, high in _BOUNDS:
        ends = [row[low], row[high]]
        if low == "start":
            ends = [pd.Timestamp(day) for day in ends]
        if not any(pd.isna(end) for end in ends) and ends[0] > ends[1]:
            _refuse(event_id, high, row[high], f"none before {low}, {row[low]}")


def _is_held(value: object, dtype: str) -> bool:
    """Whether a column of the dtype can hold the value."""
    if dtype == "str":
        return isinstance(value, str)
    if dtype == "float64":
        return isinstance(value, Real)
    if dtype == "Int32":
        return isinstance(value, Real) and value == int(value)
    try:
        return pd.notna(pd.Timestamp(value))
    except (TypeError, ValueError):
        return False


def _refuse(event_id: str, field: str, value: object, wanted: str) -> None:
    msg = f"{event_id}: {field}: the rule returned {value!r}, wanted {wanted}"
    raise ValueError(msg)
