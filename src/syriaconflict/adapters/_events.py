"""From the columns of a source to a frame with the columns of our events."""

from __future__ import annotations

import dataclasses
import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from syriaconflict.adapters import _accounts, _tables
from syriaconflict.adapters._asides import REASONS, reasons
from syriaconflict.adapters._codes import CLASSES, Cells, Codes, arrow_type, code
from syriaconflict.adapters._cores import begun
from syriaconflict.adapters._files import Raw, as_text
from syriaconflict.schema import EVENTS

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_MOST = 2**31 - 1
_SPANS = ((1, "day"), (4, "few_days"), (8, "week"), (32, "month"), (367, "year"))
_PANDAS = {
    pa.int32(): pd.Int32Dtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}


def event_class(event_type: Cells) -> Cells:
    """Return the class of each type."""
    return code(event_type).to(CLASSES, _tables.TEXT)


def prefixed(prefix: str, ids: Cells) -> Cells:
    """Return identifiers with the name of their source before them."""
    return pc.utf8_replace_slice(as_text(ids), 0, 0, f"{prefix}:")


def same(value: str, cells: Cells) -> Cells:
    """Return a column of one value."""
    return pa.chunked_array([pa.repeat(pa.scalar(value, _tables.TEXT), len(cells))])


def count(cells: Cells) -> Cells:
    """Return numbers of persons.

    What is below 0, above what a column of ours holds, or no whole number is missing.
    """
    whole = pc.and_(pc.greater_equal(cells, 0), pc.equal(pc.floor(cells), cells))
    whole = pc.and_(whole, pc.less_equal(cells, _MOST))
    return pc.cast(pc.if_else(whole, cells, None), pa.int32())


def precision(start: Cells, end: Cells) -> Cells:
    """Return how well a day is known that lies between two.

    Examples
    --------
    >>> days = pa.chunked_array([pd.to_datetime(["2016-08-01", "2016-08-01"])])
    >>> last = pa.chunked_array([pd.to_datetime(["2016-08-01", "2016-08-06"])])
    >>> precision(days, last).to_pylist()
    ['day', 'week']
    """
    days = pc.days_between(start, end).to_pandas()
    words = pd.Series(None, days.index, dtype="str")
    for longest, word in reversed(_SPANS):
        words = words.mask(days < longest, word)
    return pa.chunked_array([pa.array(words, _tables.TEXT, from_pandas=True)])


def priogrid(longitude: Cells, latitude: Cells) -> Cells:
    """Return the PRIO-GRID cell of each point, as `derive.priogrid` does for ours."""
    from syriaconflict.derive import priogrid as cell

    made = cell(longitude.to_pandas(), latitude.to_pandas())
    return pa.chunked_array([pa.array(made, pa.int32())])


def assemble(
    raw: Raw,
    codes: Codes,
    made: Mapping[str, Cells],
    *,
    used: Mapping[str, str],
    newest: str = "",
    marks: tuple[str, ...] = (),
) -> tuple[GeoDataFrame, _accounts.Account]:
    """Return the events of a file, and the account of its rows.

    Parameters
    ----------
    raw : Raw
        The file.
    codes : Codes
        Its codes, for the account.
    made : mapping of str to ChunkedArray
        Columns of the events table that the source tells; the others are missing.
    used : mapping of str to str
        Columns of the file that stand whole in a column of ours, and so are not kept
        a second time as ``source_*``.
    newest : str, default ""
        Column that tells which of two rows of one id is the later version.
    marks : tuple of str
        What tells the layout beside the names of the columns, see ``versions.csv``.
    """
    raw = _with_misfits(raw, made, used)
    placing = begun(_points, made["longitude"].to_numpy(), made["latitude"].to_numpy())
    reason = reasons(raw, made, newest)
    table = _columns(raw, made, used)
    points = placing.result()
    frame = table.to_pandas(types_mapper=_PANDAS.get)
    if reason.any():
        kept = reason == 0
        frame, points = frame[kept].reset_index(drop=True), points[kept]
    account = _account(raw, codes, made["event_id"], reason, marks)
    return _placed(frame, points), account


def _with_misfits(raw: Raw, made: Mapping[str, Cells], used: Mapping[str, str]) -> Raw:
    """Return a file of which what no count of ours could hold is kept as it stood."""
    table = raw.table
    for name, column in used.items():
        told, held = raw[name], made[column]
        if pa.types.is_integer(held.type) and held.null_count > told.null_count:
            raw.keep(name)
            fits = pc.if_else(pc.is_valid(held), told, None)
            table = table.set_column(table.column_names.index(name), name, fits)
    return dataclasses.replace(raw, table=table)


def _columns(raw: Raw, made: Mapping[str, Cells], used: Mapping[str, str]) -> pa.Table:
    """Return our columns, and those of the file that are kept beside them."""
    types = {arrow_type(column.name) for column in _ours()}
    missing = {type_: pa.nulls(raw.table.num_rows, type_) for type_ in types}
    arrays = [made.get(c.name, missing[arrow_type(c.name)]) for c in _ours()]
    names = [column.name for column in _ours()]
    for name in raw.table.column_names:
        if name not in used or name in raw.odd:
            arrays.append(_whole(raw.odd.get(name, raw.table[name])))
            names.append(kept_as(name))
    return pa.table(arrays, names=names)


def kept_as(name: str) -> str:
    """Return the name under which a column of a source is kept.

    Examples
    --------
    >>> kept_as("notes"), kept_as("count")  # events have a source_count of their own
    ('source_notes', 'source_count_')
    """
    kept = f"source_{name}"
    return f"{kept}_" if kept in EVENTS.names else kept


def _whole(cells: Cells) -> Cells:
    """Return numbers as whole ones if all of them are."""
    if not pa.types.is_floating(cells.type):
        return cells
    try:
        return pc.cast(cells, pa.int64())
    except pa.ArrowInvalid:
        return cells


def _ours() -> list:
    return [column for column in EVENTS.columns if column.name != "geometry"]


def _placed(frame: pd.DataFrame, points: np.ndarray) -> GeoDataFrame:
    from geopandas import GeoDataFrame
    from geopandas.array import GeometryArray

    frame.insert(len(_ours()), "geometry", GeometryArray(points, crs="EPSG:4326"))
    return GeoDataFrame(frame, copy=False)


def _points(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return a point for each pair that is told; events at one place share theirs.

    To make a point takes longer than all else about a row, and events recur at places.
    """
    import shapely

    points = np.full(len(x), None, dtype=object)
    placed = ~(np.isnan(x) | np.isnan(y))
    x, y = x[placed], y[placed]
    mixed = x.view(np.int64) * 31 ^ y.view(np.int64)
    code, _ = pd.factorize(mixed)
    first = np.full(code.max(initial=-1) + 1, -1)
    first[code[::-1]] = np.arange(len(code))[::-1]
    if (x[first[code]] != x).any() or (y[first[code]] != y).any():
        points[placed] = shapely.points(x, y)  # two places fell on one number
    else:
        with _uncollected():
            points[placed] = shapely.points(x[first], y[first])[code]
    return points


@contextmanager
def _uncollected() -> Iterator[None]:
    """Make objects by the ten thousand without a look for garbage every few hundred.

    A point refers to nothing, yet Python looks through all that there is, and again.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _account(
    raw: Raw, codes: Codes, ids: Cells, reason: np.ndarray, marks: tuple[str, ...]
) -> _accounts.Account:
    aside = np.flatnonzero(reason)
    names = raw.table.column_names
    version, untested = _accounts.version(raw.source, raw.file, [*names, *marks])
    unknown = dict(codes.unknown)
    for name, cells in raw.odd.items():
        coded = code(cells.filter(raw.unfit(name)))
        for text, rows in zip(coded.told, coded.rows, strict=True):
            unknown[name, text] = int(rows)
    return _accounts.Account(
        source=raw.source,
        file=raw.file,
        version=version,
        untested=untested,
        rows_in=len(reason),
        rows_out=len(reason) - len(aside),
        set_aside=pd.DataFrame(
            {
                "row": aside + 1,
                "id": pc.take(ids, pa.array(aside)).to_pandas(),
                "reason": pd.Series(np.take(REASONS, reason[aside]), dtype="str"),
            }
        ),
        unknown=_accounts.gathered(unknown, names),
        without=_accounts.gathered(codes.without, names),
        notes=tuple(raw.notes),
    )
