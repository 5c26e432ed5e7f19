"""Which rows of a file are set aside, and why."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from syriaconflict.adapters import _tables
from syriaconflict.adapters._codes import Cells, code
from syriaconflict.adapters._files import Raw

_YEARS = (1900, 2100)


def reasons(raw: Raw, made: Mapping[str, Cells], size: int, newest: str) -> np.ndarray:
    """Return why each row is set aside; None where it is not.  The first reason holds.

    A row without coordinates is kept: to be nowhere is not impossible.
    """
    reason = np.full(size, None, dtype=object)

    def set_(hit: np.ndarray, why: str) -> None:
        if hit.any():
            reason[hit & pd.isna(reason)] = why

    ids = made["event_id"]
    set_(_np(pc.is_null(ids)), "no id")
    start, end = made["start"], made["end"]
    for name, row in _tables.columns(raw.source).items():
        is_edge = row["type"] == "date" and row["column"] in ("start", "end")
        unfit = raw.unfit(name) if is_edge else None
        if unfit is not None:
            set_(_np(unfit), "impossible date")
    set_(_np(pc.is_null(start)), "no date")
    for edge in (start, end):
        low = pa.scalar(pd.Timestamp(_YEARS[0], 1, 1), edge.type)
        high = pa.scalar(pd.Timestamp(_YEARS[1], 1, 1), edge.type)
        outside = pc.or_(pc.less(edge, low), pc.greater_equal(edge, high))
        set_(_np(outside), "impossible date")
    set_(_np(pc.less(end, start)), "end before start")
    x, y = made["longitude"], made["latitude"]
    far = pc.or_(pc.greater(pc.abs(x), 180), pc.greater(pc.abs(y), 90))
    null_island = pc.and_(pc.equal(x, 0), pc.equal(y, 0))
    set_(_np(pc.or_kleene(far, null_island)), "impossible coordinate")
    for name, row in _tables.columns(raw.source).items():
        is_point = row["column"] in ("longitude", "latitude")
        unfit = raw.unfit(name) if is_point else None
        if unfit is not None:
            set_(_np(unfit), "impossible coordinate")
    key = next(
        (name for name, row in _tables.columns(raw.source).items()
         if row["column"] == "event_id"), "")  # fmt: skip
    set_(_duplicates(raw[key] if key else ids, raw, newest), "duplicate id")
    return reason


def _np(flags: pa.ChunkedArray | pa.Array) -> np.ndarray:
    return pc.fill_null(flags, False).to_numpy(zero_copy_only=False).astype(bool)


def _duplicates(ids: Cells, raw: Raw, newest: str) -> np.ndarray:
    """Return which rows repeat an id; the first stays, or the newest if told."""
    if _all_differ(ids):
        return np.zeros(len(ids), bool)
    frame = pd.DataFrame({"id": ids.to_pandas()})
    if newest:
        frame["age"] = raw[newest].to_pandas()
        frame = frame.sort_values("age", ascending=False, kind="stable")
    repeated = frame["id"].duplicated() & frame["id"].notna()
    return repeated.sort_index().to_numpy()


def _all_differ(ids: Cells) -> bool:
    """Whether all ids surely differ; False where it takes a closer look to tell.

    Ids of three letters and a number are compared as such: numbers are hashed several
    times faster than text.
    """
    if not pa.types.is_large_string(ids.type) or ids.null_count:
        return ids.to_pandas().is_unique
    try:
        number = pc.cast(pc.utf8_slice_codeunits(ids, 3), pa.int64()).to_numpy()
    except pa.ArrowInvalid:
        return ids.to_pandas().is_unique
    if pd.Series(number).is_unique:
        return True
    head = code(pc.utf8_slice_codeunits(ids, 0, 3)).index.to_numpy()
    return pd.Series(head.astype("int64") * 10**12 + number).is_unique
