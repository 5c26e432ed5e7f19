"""Days that a source tells, in any of the spellings that files use."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

# Arrow's own parser takes 31 April for 1 May, so days are read as text and parsed here.
_PATTERNS = ("ISO8601", "%d %B %Y", "%d-%B-%Y", "%Y%m%d")
_DAY_FIRST, _MONTH_FIRST = "%d/%m/%Y", "%m/%d/%Y"
_SLASHED = r"^([0-9]{1,2})/([0-9]{1,2})/[0-9]{4}$"
_ZONE = r"([T ]\d{2}[\d:.,]*) ?(?:Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)$"
NO_DAY = r"^\d{4}(-?\d{2})?$"  # a year or a month, which ISO 8601 is content with


@dataclass(frozen=True)
class Read:
    """Cells in the type of their column, and what is to be known of them."""

    cells: pa.ChunkedArray
    tells_more: bool = False  # whether the text says more than the cells hold
    note: str = ""  # for the account, after the name of the column


def days(cells: pa.ChunkedArray, *, needs_day: bool, is_edge: bool) -> Read:
    """Return days; each spelling is tried against one pattern after the other.

    Parameters
    ----------
    cells : ChunkedArray
        The text of a column.
    needs_day : bool
        Whether a month or a year is missing, not its first day.
    is_edge : bool
        Whether it is the day on which something began or ended: that is the local one,
        as written, without its clock.

    Examples
    --------
    >>> told = pa.chunked_array([["2022-06-15T00:30:00+03:00", "6/16/2022"]])
    >>> days(told, needs_day=True, is_edge=True).cells.to_pandas().dt.day.tolist()
    [15, 16]
    """
    coded = pc.dictionary_encode(cells.combine_chunks())
    text = pd.Series(coded.dictionary.to_pylist(), dtype="str")
    slashed, note = _slashes(text)
    local = text.str.replace(_ZONE, r"\1", regex=True) if is_edge else text
    made = pd.Series(pd.NaT, text.index, dtype="datetime64[ms]")
    for pattern in (*_PATTERNS, slashed):
        left = made.isna()
        if not left.any():
            break
        tried = pd.to_datetime(local[left], format=pattern, errors="coerce", utc=True)
        made[left] = tried.dt.tz_localize(None).astype("datetime64[ms]")
    if needs_day:
        made = made.mask(text.str.match(NO_DAY))
    tells_more = bool(note)
    if is_edge:
        floored = made.dt.floor("D")
        tells_more |= bool((floored.ne(made) & made.notna() | local.ne(text)).any())
        made = floored
    known = pa.array(made, pa.timestamp("ms"), from_pandas=True)
    column = pa.chunked_array([pc.take(known, coded.indices)])
    return Read(column, tells_more, note)


def _slashes(text: pd.Series) -> tuple[str, str]:
    """Return the pattern of slashed dates, and a note if they leave it in doubt.

    A second number above 12 makes it the day, unless a first one is above 12 too.
    """
    parts = text.str.extract(_SLASHED).dropna().astype("int64")
    first, second = parts[0], parts[1]
    if (first > 12).any():
        return _DAY_FIRST, ""
    if (second > 12).any():
        return _MONTH_FIRST, ""
    told = text[parts.index[first != second]]
    if told.empty:
        return _DAY_FIRST, ""
    note = (
        f"the slashed dates ({told.iloc[0]!r} ...) do not tell which number is the "
        "month, read as day/month/year: write them as 2016-08-31 to be sure"
    )
    return _DAY_FIRST, note
