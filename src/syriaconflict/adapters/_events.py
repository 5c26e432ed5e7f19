"""From the columns of a source to a frame with the columns of our events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from syriaconflict.adapters import _accounts, _tables
from syriaconflict.adapters._files import Raw, as_text
from syriaconflict.schema import EVENTS
from syriaconflict.vocabulary import EVENT_TYPES

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Cells = pa.ChunkedArray
_YEARS = (1900, 2100)
_CLASSES = {name: kind.event_class for name, kind in EVENT_TYPES.items()}
_SPANS = ((1, "day"), (4, "few_days"), (8, "week"), (32, "month"), (367, "year"))
_PANDAS = {
    pa.int32(): pd.Int32Dtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}


@dataclass
class Codes:
    """Codes turned into ours, and what was met on the way."""

    raw: Raw
    unknown: _accounts.Counts = field(default_factory=dict)
    without: _accounts.Counts = field(default_factory=dict)
    seen: dict[str, Coded] = field(default_factory=dict)

    def of(self, source_column: str, column: str) -> Cells:
        """Return a column of ours from the codes of a source's column."""
        known = _tables.codes(self.raw.source, source_column, column)
        coded = self._coded(source_column)
        self._note(self.unknown, source_column, coded, lambda key: key not in known)
        if column == "event_type":
            self._note(
                self.without,
                source_column,
                coded,
                lambda key: known.get(key, "") is None,
            )
        return coded.to(known, arrow_type(column))

    def actor(self, source_column: str, field_: str) -> Cells:
        """Return the ``actor_id`` or ``camp`` of the actors in a source's column."""
        known = _tables.actors(self.raw.source, field_)
        coded = self._coded(source_column)
        if field_ == "camp":
            self._note(
                self.without, source_column, coded, lambda key: known.get(key) is None
            )
        return coded.to(known, _tables.TEXT)

    def leave(self, source_column: str, cells: Cells, why: str) -> None:
        """Note codes for which we have nothing in these cells, and why."""
        coded = code(cells)
        for text, rows in zip(coded.told, coded.rows, strict=True):
            self.without[source_column, f"{text}{why}"] = int(rows)

    def more(self, source_column: str, unknown: list[str], rows: int) -> None:
        """Add rows to codes that are not known."""
        for text in unknown:
            key = (source_column, text)
            self.unknown[key] = self.unknown.get(key, 0) + rows

    def _coded(self, source_column: str) -> Coded:
        if source_column not in self.seen:
            self.seen[source_column] = code(self.raw[source_column])
        return self.seen[source_column]

    def _note(
        self,
        notes: _accounts.Counts,
        column: str,
        coded: Coded,
        holds: Callable[[str], bool],
    ) -> None:
        for text, rows in zip(coded.told, coded.rows, strict=True):
            if holds(text.casefold()):
                notes[column, text] = int(rows)


@dataclass(frozen=True)
class Coded:
    """A column as its distinct codes, which of them each row has, and their rows."""

    told: list[str]
    index: pa.Array
    rows: np.ndarray

    def to(self, known: Mapping[str, str | None], wanted: pa.DataType) -> Cells:
        """Return the value that a table gives each code; missing where it gives none.

        An empty cell is the code ``""``: a value only if the table gives one.
        """
        found = [known.get(text.casefold()) for text in self.told]
        made = pc.take(pa.array(found, pa.string()).cast(wanted), self.index)
        if known.get("") is not None:
            empty = pa.scalar(known[""]).cast(wanted)
            made = pc.if_else(pc.is_null(self.index), empty, made)
        return pa.chunked_array([made])


def code(cells: Cells) -> Coded:
    """Return a column as its distinct codes.

    Examples
    --------
    >>> made = code(pa.chunked_array([[2.0, None, 2.0, 1.0]]))
    >>> made.told, made.rows.tolist()
    (['2', '1'], [2, 1])
    """
    if len(cells) == 0:
        return Coded([], pa.array([], pa.int32()), np.zeros(0, int))
    coded = pc.dictionary_encode(cells).combine_chunks()
    coded = coded.chunk(0) if isinstance(coded, pa.ChunkedArray) else coded
    told = [written(value) for value in coded.dictionary.to_pylist()]
    index = coded.indices
    used = index.drop_null().to_numpy()
    return Coded(told, index, np.bincount(used, minlength=len(told)))


def arrow_type(column: str) -> pa.DataType:
    """Return the Arrow type in which a column of ours is made."""
    declared = EVENTS.column(column).type
    return _tables.TEXT if declared == pa.string() else declared


def written(code: object) -> str:
    """Return a code as the mapping tables write it.

    Examples
    --------
    >>> written(1.0), written(" Armed clash ")
    ('1', 'Armed clash')
    """
    if isinstance(code, float) and code.is_integer():
        return str(int(code))
    return str(code).strip()


def event_class(event_type: Cells) -> Cells:
    """Return the class of each type."""
    return code(event_type).to(_CLASSES, _tables.TEXT)


def prefixed(prefix: str, ids: Cells) -> Cells:
    """Return identifiers with the name of their source before them."""
    ids = as_text(ids)
    return pc.binary_join_element_wise(
        pa.scalar(prefix, ids.type), ids, pa.scalar(":", ids.type)
    )


def same(value: str, cells: Cells) -> Cells:
    """Return a column of one value."""
    return pa.chunked_array([pa.repeat(pa.scalar(value, _tables.TEXT), len(cells))])


def count(cells: Cells) -> Cells:
    """Return numbers of persons; what is below 0 or no whole number is missing."""
    whole = pc.and_(pc.greater_equal(cells, 0), pc.equal(pc.floor(cells), cells))
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
    size = raw.table.num_rows
    reason = _reasons(raw, made, size, newest)
    types = {arrow_type(column.name) for column in _ours()}
    missing = {type_: pa.nulls(size, type_) for type_ in types}
    arrays = [made.get(c.name, missing[arrow_type(c.name)]) for c in _ours()]
    names = [column.name for column in _ours()]
    for name in raw.table.column_names:
        if name not in used or name in raw.odd:
            arrays.append(raw.odd.get(name, _whole(raw.table[name])))
            names.append(kept_as(name))
    table = pa.table(arrays, names=names)
    kept = pd.isna(reason)
    if not kept.all():
        table = table.filter(pa.array(kept))
    account = _account(raw, codes, made["event_id"], reason, marks)
    return _frame(table), account


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


def _frame(table: pa.Table) -> GeoDataFrame:
    from geopandas import GeoDataFrame
    from geopandas.array import GeometryArray

    frame = table.to_pandas(types_mapper=_PANDAS.get)
    points = _points(frame["longitude"].to_numpy(), frame["latitude"].to_numpy())
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
        points[placed] = shapely.points(x[first], y[first])[code]
    return points


def _reasons(raw: Raw, made: Mapping[str, Cells], size: int, newest: str) -> np.ndarray:
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
    head = code(pc.utf8_slice_codeunits(ids, 0, 3)).index.to_numpy()
    return pd.Series(head.astype("int64") * 10**12 + number).is_unique


def _account(
    raw: Raw, codes: Codes, ids: Cells, reason: np.ndarray, marks: tuple[str, ...]
) -> _accounts.Account:
    aside = np.flatnonzero(~pd.isna(reason))
    version, untested = _accounts.version(
        raw.source, raw.file, [*raw.table.column_names, *marks]
    )
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
                "reason": pd.Series(reason[aside], dtype="str"),
            }
        ),
        unknown=_accounts.gathered(unknown),
        without=_accounts.gathered(codes.without),
    )
