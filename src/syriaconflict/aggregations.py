"""Any frame of reports brought down to one row an event, column by column.

The rules are those of the R package eventreport [1]_, whose source
(``R/aggregateData.R``, ``calc_mode*.R``, ``calc_max_precision.R``,
``calc_min_precision.R``, ``aggregate_strings.R``) was read.  Done otherwise than there:

- A missing value or an empty text is never a value.  There it is one for the mode and
  for the most and the least precise, so that two silent reports outvote one that tells.
- A report without a precision is neither the most nor the least precise.  There it
  enters both as a missing value.
- Columns that belong together are one version, told by one report: no latitude of one
  report stands beside a longitude of another.  There each column is decided by itself,
  which can yield an end before its start; here that is refused.
- Where nothing is told the result is missing.  There it is missing, an empty text, or
  minus infinity (the greatest of none), by rule.
- A missing value of a column that breaks ties is below all others.  There it leaves the
  tie undecided.
- A column of the wrong kind is refused.  There it comes out missing, the warning
  withheld.
- Strings are combined in order of the alphabet, so that the order of rows does not
  matter, and whole: a string that holds a semicolon is not cut, and "Unknown" is told.

References
----------
.. [1] https://github.com/sebastianvanbaalen/eventreport
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from pandas.api import types

from syriaconflict import elections as e
from syriaconflict.own_rule import INDETERMINATE

AGGREGATIONS = {
    "mode": "The version of most reports; ties by `ties`, else undecided.",
    "mode_numeric": "The number of most reports; of those tied the least.",
    "mode_date": "The day of most reports; of those tied the mean, rounded down.",
    "mode_binary": "What most reports tell, 0 or 1; 1 on a tie.",
    "min": "The least; of columns together, by the first, then the next.",
    "max": "The greatest; of columns together, by the first, then the next.",
    "most_precise": "The mode of the reports whose precision is the highest.",
    "least_precise": "The mode of the reports whose precision is the lowest.",
    "combine": "All different texts, joined by a semicolon and a space.",
}
_ALONE = ("mode_numeric", "mode_date", "mode_binary", "combine")
_GREATEST_FIRST = {
    "mode_numeric": False,
    "min": False,
    "mode_binary": True,
    "max": True,
}
_PRECISE = {"most_precise": "max", "least_precise": "min"}
_POINTS = (("latitude", "longitude"), ("lat", "lon"), ("lat", "lng"))
_ANY = ("number", "date", "text", "other")
_KINDS = {  # of cells that a rule can read; the others read any
    "mode_numeric": ("number",),
    "mode_date": ("date",),
    "mode_binary": ("number",),
    "min": ("number", "date"),
    "max": ("number", "date"),
    "combine": ("text",),
    "precision or tie": ("number", "date"),
}

How = Mapping[str | tuple[str, ...], str | tuple[str, str]]


class _Task(NamedTuple):
    """A rule for columns that are one version together."""

    columns: tuple[str, ...]
    rule: str
    precision: str | None


def aggregate(
    reports: pd.DataFrame,
    how: How,
    *,
    by: str = "event_id",
    ties: str | Sequence[str] = (),
) -> pd.DataFrame:
    """Bring the reports of each event down to one row, each column by its rule.

    Parameters
    ----------
    reports : DataFrame
        One row a report.
    how : mapping
        For each column, or tuple of columns that belong together (start and end,
        latitude and longitude), the name of a rule of `AGGREGATIONS`; for
        ``most_precise`` and ``least_precise`` a pair of the name and a column of
        numbers, higher where a report is more precise.  The version of a tuple is taken
        from one report, whole.
    by : str, default "event_id"
        Column that names the event of a report.
    ties : str or sequence of str, optional
        Columns of numbers or dates that break the ties of ``mode``, ``most_precise``
        and ``least_precise``: the version with the highest value in any of its reports
        wins, by the first column, then the next.

    Returns
    -------
    DataFrame
        Indexed by ``by`` in order, with the columns of ``how`` and ``reports`` (how
        many there are).  Text that is not decided is ``indeterminate``, anything else
        missing; what no report tells is missing.  Whole numbers are of a dtype that
        can be missing (``Int64``), truth values ``boolean``, text and categories of
        text ``str``.

    Raises
    ------
    KeyError
        If a column is not in the reports.
    TypeError
        If a column is of a kind that its rule cannot read.
    ValueError
        If there is no such rule; a precision is wanting or is not read; a column stands
        twice; a report is of no event; latitude and longitude are not together; or
        ``start`` or ``..._low`` is above its ``end`` or ``..._high``, in a report or,
        where these are resolved apart, in the result.

    Examples
    --------
    >>> reports = pd.DataFrame({"event_id": ["a", "a", "a", "b"],
    ...     "city": ["Hama", "Hama", None, ""], "deaths": [3, 1, 1, 4],
    ...     "latitude": [35.1, 35.1, 35.2, None],
    ...     "longitude": [36.7, 36.7, 36.8, None]})
    >>> how = {"city": "mode", "deaths": "max", ("latitude", "longitude"): "mode"}
    >>> aggregate(reports, how).reset_index()
      event_id  city  deaths  latitude  longitude  reports
    0        a  Hama       3      35.1       36.7        3
    1        b   NaN       4       NaN        NaN        1
    """
    tasks = [_task(columns, rule) for columns, rule in how.items()]
    ties = [ties] if isinstance(ties, str) else [*ties]
    _check_names(reports, tasks, by, ties)
    event, events = pd.factorize(reports[by], sort=True)
    order = np.argsort(event, kind="stable")
    votes = e.Votes(event[order], np.zeros(len(order), "int64"), len(events))
    names = [column for task in tasks for column in task.columns]
    precisions = [task.precision for task in tasks if task.precision]
    told = pd.DataFrame(
        {n: _plain(reports[n]).array.take(order) for n in (*names, *precisions, *ties)}
    )
    _check_kinds(told, tasks, [*precisions, *ties])
    ids = pd.Index(events, name=by)
    mend = "mend the report, or leave it out"
    _check_order(told[names], ids.take(votes.event), f"a report of {by}", mend)
    ranks = [_order(told, (tie,), greatest_first=True) for tie in ties]
    found = {}
    for task in tasks:
        found |= _SHOWN.get(task.rule, _elected)(task, told, votes, ranks)
    shown = pd.DataFrame(found, index=ids)
    mend = "give both under one key of how, or the first by min and the other by max"
    _check_order(shown, ids, by, mend)
    return shown.assign(reports=np.bincount(event, minlength=len(events)))


def _task(columns: str | tuple[str, ...], rule: str | tuple[str, str]) -> _Task:
    """Read one entry of ``how``."""
    columns = (columns,) if isinstance(columns, str) else tuple(columns)
    pair = rule if isinstance(rule, tuple | list) else (rule,)
    name, precision = (*pair, None)[:2]
    where = ", ".join(columns)
    if name not in AGGREGATIONS:
        there = ", ".join(AGGREGATIONS)
        msg = f"{where}: no rule is called {name!r}; there are: {there}"
        raise ValueError(msg)
    if (name in _PRECISE) != (precision is not None):
        alone = f"{name!r} alone"
        wanted = f"({name!r}, column)" if name in _PRECISE else alone
        msg = f"{where}: found {rule!r}, wanted {wanted}"
        raise ValueError(msg)
    if name in _ALONE and len(columns) > 1:
        others = ", ".join(other for other in AGGREGATIONS if other not in _ALONE)
        msg = f"{where}: {name!r} is for one column; for several together: {others}"
        raise ValueError(msg)
    return _Task(columns, name, precision)


def _check_names(
    reports: pd.DataFrame, tasks: list[_Task], by: str, ties: Sequence[str]
) -> None:
    """Refuse columns that are not there, stand twice or are torn apart."""
    columns = [column for task in tasks for column in task.columns]
    precisions = [task.precision for task in tasks if task.precision]
    for column in (by, *columns, *precisions, *ties):
        if list(reports.columns).count(column) != 1:
            there = ", ".join(map(str, reports.columns))
            msg = f"{column!r}: wanted one column of this name; there are: {there}"
            raise KeyError(msg)
    in_result = [*columns, by, "reports"]
    for column in columns:
        if in_result.count(column) > 1:
            msg = f"{column!r} would stand twice in the result; name it once, or anew"
            raise ValueError(msg)
    together = {column: task.columns for task in tasks for column in task.columns}
    for pair in _POINTS:
        if set(pair) <= set(columns) and together[pair[0]] != together[pair[1]]:
            msg = f"{' and '.join(pair)} are one point: give them under one key, {pair}"
            raise ValueError(msg)
    if lost := int(reports[by].isna().sum()):
        msg = f"{by}: {lost} reports are of no event; name it, or leave them out"
        raise ValueError(msg)


def _plain(cells: pd.Series) -> pd.Series:
    """Return cells in a dtype that can say missing; an empty text is missing."""
    if isinstance(cells.dtype, pd.CategoricalDtype):
        cells = cells.astype(cells.cat.categories.dtype)
    if cells.dtype == object:
        cells = (
            cells.astype("float64") if cells.isna().all() else cells.convert_dtypes()
        )
    if cells.dtype != object and types.is_string_dtype(cells.dtype):
        cells = cells.astype("str")
        return cells.mask(cells.str.strip() == "")
    if isinstance(cells.dtype, np.dtype) and cells.dtype.kind in "iub":
        sizes = {"i": "Int", "u": "UInt"}
        name = sizes.get(cells.dtype.kind)
        return cells.astype(f"{name}{8 * cells.dtype.itemsize}" if name else "boolean")
    return cells


def _kind(cells: pd.Series) -> str:
    """Return what plain cells are: number, date, text, other, mixed or nothing."""
    if cells.isna().all():
        return "nothing"
    if types.is_numeric_dtype(cells.dtype):
        return "number"
    if types.is_datetime64_dtype(cells.dtype):
        return "date"
    if cells.dtype == object:
        return "mixed"
    return "text" if isinstance(cells.dtype, pd.StringDtype) else "other"


def _check_kinds(told: pd.DataFrame, tasks: list[_Task], ranking: list[str]) -> None:
    """Refuse cells that the rules cannot read."""
    asked = [(column, task.rule) for task in tasks for column in task.columns]
    for column, rule in asked + [(column, "precision or tie") for column in ranking]:
        kind, wanted = _kind(told[column]), _KINDS.get(rule, _ANY)
        if kind not in (*wanted, "nothing"):
            msg = (
                f"{column}: {rule} wants {' or '.join(wanted)}, found {kind} "
                f"({told[column].dtype}); turn the column into one"
            )
            raise TypeError(msg)
        if rule == "mode_binary" and not told[column].dropna().isin([0, 1]).all():
            found = sorted(told[column].dropna().unique())
            msg = (
                f"{column}: mode_binary wants 0 and 1, found {found[0]} to {found[-1]}"
            )
            raise ValueError(msg)


def _check_order(frame: pd.DataFrame, ids: pd.Index, where: str, mend: str) -> None:
    """Refuse an end before its start and a low above its high."""
    for low in frame.columns:
        high = _upper(low)
        if high not in frame.columns or _kind(frame[low]) != _kind(frame[high]):
            continue
        if _kind(frame[low]) not in ("number", "date"):
            continue
        turned = np.flatnonzero((frame[low] > frame[high]).fillna(False))
        if len(turned):
            first, last = (frame[column].iloc[turned[0]] for column in (low, high))
            msg = (
                f"{where} {ids[turned[0]]!r}: {low} {first} is above {high} {last}; "
                f"{mend}"
            )
            raise ValueError(msg)


def _upper(low: str) -> str | None:
    """Return the name of the upper bound that belongs to a lower one."""
    for ending, other in (("start", "end"), ("low", "high")):
        if low == ending or low.endswith(f"_{ending}"):
            return low.removesuffix(ending) + other
    return None


def _order(
    told: pd.DataFrame, columns: Sequence[str], *, greatest_first: bool
) -> np.ndarray:
    """Return each row's place by its columns in turn; missing ones come last."""
    rank = np.zeros(len(told), "int64")
    for column in columns:
        code, values = pd.factorize(told[column], sort=True)
        place = len(values) - 1 - code if greatest_first else code
        place = np.where(code < 0, len(values), place)
        rank = pd.factorize(rank * (len(values) + 1) + place, sort=True)[0]
    return rank


def _elected(
    task: _Task, told: pd.DataFrame, votes: e.Votes, ties: list[np.ndarray]
) -> dict[str, pd.Series]:
    """Return the version that the rule prefers of each event."""
    merits, ranks, among = (e.CLAIMS, e.FINEST), ties, None
    if task.rule in _GREATEST_FIRST:
        first = _GREATEST_FIRST[task.rule]
        ranks = [_order(told, task.columns, greatest_first=first)]
        merits = (e.FINEST,) if task.rule in ("min", "max") else merits
    if task.precision:
        telling = told[[*task.columns]].notna().any(axis=1)
        precision = told[task.precision].where(telling)
        best = precision.groupby(votes.event).transform(_PRECISE[task.rule])
        among = (precision == best).fillna(False).to_numpy(bool)
    versions = _ranked(e.field_of(told, task.columns), votes, ranks, among)
    left, reason = e.elect(versions, votes.count, merits)
    undecided = reason == e.UNDECIDED
    rows = np.where(undecided, -1, e.rows_of(versions, votes.count, left))
    return {column: _taken(told[column], rows, undecided) for column in task.columns}


def _ranked(
    field: e.Field, votes: e.Votes, ranks: list[np.ndarray], among: np.ndarray | None
) -> e.Versions:
    """Count the reports of each version, and place it by the ranks in turn."""
    versions = e.count(votes, field, among)
    merit = np.zeros(len(versions.event), "int64")
    for rank in ranks:
        place = e.count(votes, field._replace(rank=rank), among).merits[e.FINEST]
        merit = merit * (place.max(initial=0) + 1) + place
        merit = pd.factorize(merit, sort=True)[0]
    return versions._replace(merits={**versions.merits, e.FINEST: merit})


def _taken(cells: pd.Series, rows: np.ndarray, undecided: np.ndarray) -> object:
    """Return the cells of some rows; -1: missing, or said to be undecided."""
    shown = pd.Series(pd.api.extensions.take(cells.array, rows, allow_fill=True))
    text = isinstance(cells.dtype, pd.StringDtype)
    return (shown.mask(undecided, INDETERMINATE) if text else shown).array


def _mean_day(
    task: _Task, told: pd.DataFrame, votes: e.Votes, _ties: list[np.ndarray]
) -> dict[str, object]:
    """Return the day that most reports tell; the mean of several, rounded down."""
    (column,) = task.columns
    days = told[[column]].astype("datetime64[s]")
    days[column] = days[column].dt.floor("D")
    versions = e.count(votes, e.field_of(days, (column,)))
    left, _ = e.elect(versions, votes.count, (e.CLAIMS,))
    number = days[column].to_numpy().astype("datetime64[D]").astype("int64")
    many = np.bincount(versions.event[left], minlength=votes.count)
    sums = np.zeros(votes.count, "int64")
    np.add.at(sums, versions.event[left], number[versions.row[left]])
    mean = (sums // np.maximum(many, 1)).astype("datetime64[D]")
    shown = pd.Series(mean.astype("datetime64[s]")).where(many > 0)
    unit = told[column].dt.unit if _kind(told[column]) == "date" else "s"
    return {column: shown.dt.as_unit(unit).array}


def _combined(
    task: _Task, told: pd.DataFrame, votes: e.Votes, _ties: list[np.ndarray]
) -> dict[str, object]:
    """Return all different texts of each event, in order, joined."""
    (column,) = task.columns
    versions = e.count(votes, e.field_of(told, (column,)))  # in order of the text
    words = told[column].to_numpy(object)[versions.row]
    shown = np.full(votes.count, None, object)
    ends = np.append(versions.starts, len(words))[1:]
    for start, end in zip(versions.starts, ends, strict=True):
        shown[versions.event[start]] = "; ".join(words[start:end])
    return {column: pd.array(shown, dtype="str")}


_SHOWN: dict[str, Callable[..., dict[str, object]]] = {
    "mode_date": _mean_day,
    "combine": _combined,
}
