"""Which rows of a file are set aside, and why."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from syriaconflict.adapters import _tables
from syriaconflict.adapters._codes import Cells, code
from syriaconflict.adapters._days import NO_DAY
from syriaconflict.adapters._files import Raw

_CLOSE = 16  # times as many numbers in their span as there are
_YEARS = (1900, 2100)
REASONS = ("", "no id", "date is no day", "impossible date", "no date",
           "end before start", "impossible coordinate", "duplicate id")  # fmt: skip


def reasons(raw: Raw, made: Mapping[str, Cells], newest: str) -> np.ndarray:
    """Return why each row is set aside, as its place in `REASONS`; 0 where it is not.

    The first reason holds.  A row without coordinates is kept: to be nowhere is not
    impossible.
    """
    reason = np.zeros(raw.table.num_rows, np.int8)

    def set_(hit: Cells, why: str) -> None:
        if pc.any(hit).as_py():
            reason[_np(hit) & (reason == 0)] = REASONS.index(why)

    ids = made["event_id"]
    set_(pc.is_null(ids), "no id")
    start, end = made["start"], made["end"]
    for name, row in _tables.columns(raw.source).items():
        is_edge = row["type"] == "date" and row["column"] in ("start", "end")
        unfit = raw.unfit(name) if is_edge else None
        if unfit is not None:
            vague = pc.match_substring_regex(raw.odd[name], NO_DAY)
            set_(pc.and_(unfit, vague), "date is no day")
            set_(unfit, "impossible date")
    set_(pc.is_null(start), "no date")
    for edge in (start, end):
        low = pa.scalar(pd.Timestamp(_YEARS[0], 1, 1), edge.type)
        high = pa.scalar(pd.Timestamp(_YEARS[1], 1, 1), edge.type)
        outside = pc.or_(pc.less(edge, low), pc.greater_equal(edge, high))
        set_(outside, "impossible date")
    set_(pc.less(end, start), "end before start")
    x, y = made["longitude"], made["latitude"]
    far = pc.or_(pc.greater(pc.abs(x), 180), pc.greater(pc.abs(y), 90))
    null_island = pc.and_(pc.equal(x, 0), pc.equal(y, 0))
    set_(pc.or_kleene(far, null_island), "impossible coordinate")
    for name, row in _tables.columns(raw.source).items():
        is_point = row["column"] in ("longitude", "latitude")
        unfit = raw.unfit(name) if is_point else None
        if unfit is not None:
            set_(unfit, "impossible coordinate")
    has = set(raw.table.column_names)
    key = next(
        (name for name, row in _tables.columns(raw.source).items()
         if row["column"] == "event_id" and name in has), "")  # fmt: skip
    ids = raw[key] if key else ids
    if not _all_differ(ids):
        set_(_duplicates(ids, raw, newest, reason == 0), "duplicate id")
    return reason


def _np(flags: pa.ChunkedArray | pa.Array) -> np.ndarray:
    return pc.fill_null(flags, False).to_numpy(zero_copy_only=False).astype(bool)


def _duplicates(ids: Cells, raw: Raw, newest: str, sound: np.ndarray) -> pa.Array:
    """Return which sound rows repeat an id; the first stays, or the newest if told.

    A row that is set aside anyway must not take a sound one of its id with it.
    """
    frame = pd.DataFrame({"id": ids.to_pandas()})
    if newest:
        frame["age"] = raw[newest].to_pandas()
        frame = frame.sort_values("age", ascending=False, kind="stable")
    told = frame["id"][sound[frame.index]]
    repeated = told[told.duplicated() & told.notna()].index
    hit = np.zeros(len(frame), bool)
    hit[repeated] = True
    return pa.array(hit)


def _all_differ(ids: Cells) -> bool:
    """Whether all ids surely differ; False where it takes a closer look to tell.

    Ids of three letters and a number are compared as such: it takes a fraction of the
    time that text takes.
    """
    is_text = pa.types.is_large_string(ids.type)
    try:
        if ids.null_count:
            return False
        number = pc.utf8_slice_codeunits(ids, 3) if is_text else ids
        number = pc.cast(number, pa.int64()).to_numpy()
    except pa.ArrowInvalid:
        return ids.to_pandas().is_unique
    if _numbers_differ(number) or not is_text:
        return _numbers_differ(number)
    head = code(pc.utf8_slice_codeunits(ids, 0, 3)).index.to_numpy()
    return _numbers_differ(head.astype("int64") * 10**12 + number)


def _numbers_differ(numbers: np.ndarray) -> bool:
    """Whether all numbers differ; those close together are ticked off, not hashed."""
    if len(numbers) == 0:
        return True
    lowest = numbers.min()
    span = int(numbers.max()) - int(lowest) + 1
    if span > _CLOSE * len(numbers):
        return pd.Series(numbers).is_unique
    seen = np.zeros(span, bool)
    seen[numbers - lowest] = True
    return np.count_nonzero(seen) == len(numbers)
