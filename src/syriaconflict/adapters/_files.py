"""Reading a file of somebody else's into an Arrow table, its columns typed.

CSV (plain, ``.gz``, or the only table of a ``.zip``) and, where a source's API gives
it, JSON.  A cell that does not fit the type of its column never stops the reading: the
column is then read as text, what fits is converted and the rest is counted.
"""

from __future__ import annotations

import gzip
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from syriaconflict.adapters import _answers, _days, _looks, _tables
from syriaconflict.adapters._cores import side_by_side

_HEAD = 1 << 16
_LARGE, _RATIO = 100_000_000, 100  # of what an archive unpacks to [bytes]
_NULLS = ["", "NA", "NaN", "nan", "NULL", "null", "None"]
_MONTHLY = ("control", "viina_control")  # who held a place may be told by the month
_EDGES = ("start", "end")
_COMMA = r"^\s*[+-]?\d{1,3},\d+\s*$"
_BAD_COLUMN = re.compile(r"In CSV column #(\d+): CSV conversion error")


@dataclass(frozen=True)
class Raw:
    """A file as read: its table, where it came from, and the cells that did not fit."""

    source: str
    file: str
    table: pa.Table
    odd: dict[str, pa.ChunkedArray] = field(default_factory=dict)  # cells as they stood
    notes: list[str] = field(default_factory=list)  # what a reader must not miss

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        """Return a column; all missing if the file has none of that name."""
        if name in self.table.column_names:
            return self.table[name]
        row = _tables.columns(self.source).get(name, {"type": "text"})
        nulls = pa.nulls(self.table.num_rows, _tables.TYPES[row["type"]])
        return pa.chunked_array([nulls])

    def keep(self, name: str) -> None:
        """Keep a column as it stands, beside the column of ours that is made of it."""
        self.odd.setdefault(name, self.table[name])

    def unfit(self, name: str) -> pa.ChunkedArray | None:
        """Return which cells of a column are told but could not be read, if any."""
        if name not in self.odd:
            return None
        return pc.and_(pc.is_valid(self.odd[name]), pc.is_null(self.table[name]))


def read(
    file: str | Path,
    source: str,
    *,
    names: Iterable[str] | None = None,
    wants: Iterable[str] | None = None,
    rename: Mapping[str, str] | None = None,
) -> Raw:
    """Read a file of a source.

    Parameters
    ----------
    file : str or Path
        A CSV, plain or as ``.gz`` or ``.zip``; or the JSON of an API.
    source : str
        Name of the source in the mapping tables.
    names : iterable of str, optional
        Names of the columns, if the file has no header; it is tab-delimited then.
    wants : iterable of str, optional
        Columns that it must have, by default the required ones of the source.
    rename : mapping of str to str, optional
        Columns that the file has under names of its own.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is not of this source; the message says what it looks like.
    """
    path = Path(file)
    needed = list(_tables.required(source) if wants is None else wants)
    content = _content(path)
    with _opened(path, content) as opened:
        head = opened.read(_HEAD)
    _refuse(path, source, _looks.kind(head))
    if len(head) < _HEAD and not {*b"\r\n"} & {*head}:
        content = head + b"\n"  # Arrow takes no header that nothing ends
    if head.lstrip()[:1] in (b"{", b"["):
        return _typed(source, path, _records(path, source, content, needed), needed)
    text = head.decode("utf-8", "replace")
    if names is not None:
        return _tabbed(path, source, content, list(names), text)
    delimiter = max(",;\t", key=lambda mark: _hits(text, mark, needed))
    header = _looks.header(text, delimiter)
    known = _known_names(source, header)
    _check(path, source, known, needed)
    known = [(rename or {}).get(name, name) for name in known]
    _refuse_twins(path, known)
    parse = arrow_csv.ParseOptions(delimiter=delimiter)
    table = _csv(path, content, source, known, parse)
    return _lenient(source, path, table)


def _content(path: Path) -> bytes | None:
    """Return what the only table inside an archive holds; None if it is no archive."""
    if not path.is_file():
        msg = f"{path} is no file; give the path of the CSV, or of its .gz or .zip"
        raise FileNotFoundError(msg)
    with path.open("rb") as file:
        head = file.read(4)
    try:
        if head[:2] == b"\x1f\x8b":
            with gzip.open(path) as packed:
                return _unpacked(path, packed)
        if head == b"PK\x03\x04":
            return _unzipped(path)
    except _BROKEN as error:
        msg = f"{path.name} is cut off or damaged ({error}): download it again"
        raise ValueError(msg) from error
    return None


def _opened(path: Path, content: bytes | None) -> pa.NativeFile:
    """Open what is to be read: a file is read, for to map it takes longer."""
    return pa.OSFile(str(path)) if content is None else pa.BufferReader(content)


# what gzip and zipfile raise on archives that are not as they should be
_BROKEN = (EOFError, OSError, LookupError, OverflowError, RuntimeError, UnicodeError,
           struct.error, zipfile.BadZipFile, zlib.error)  # fmt: skip


def _unpacked(path: Path, packed: IO[bytes]) -> bytes:
    """Return what a file in an archive holds, unless it is swollen beyond any table."""
    most = max(_LARGE, _RATIO * path.stat().st_size)
    content = packed.read(most + 1)
    if len(content) > most:
        msg = (
            f"{path.name} unpacks to more than {most:,} bytes, over {_RATIO} times its "
            "size, which no table does; if it is sound, unpack it and give the CSV"
        )
        raise ValueError(msg)
    return content


def _unzipped(path: Path) -> bytes | None:
    """Return the only CSV in an archive; None if it holds none."""
    with zipfile.ZipFile(path) as archive:
        inside = [name for name in archive.namelist() if _is_table(name)]
        if len(inside) > 1:
            msg = (
                f"{path.name} holds {len(inside)} tables ({', '.join(inside)}); "
                "unpack it and give the one you mean"
            )
            raise ValueError(msg)
        if not inside:
            return None
        with archive.open(inside[0]) as packed:
            return _unpacked(path, packed)


def _is_table(name: str) -> bool:
    """Whether a file in an archive is a table; a Mac puts a shadow beside each."""
    is_shadow = name.startswith("__MACOSX/") or name.split("/")[-1].startswith("._")
    return name.lower().endswith(".csv") and not is_shadow


def _refuse(path: Path, source: str, looks: str) -> None:
    if looks:
        msg = f"{path.name} is no {_looks.title(source)}: it looks like {looks}"
        raise ValueError(msg)


def _known_names(source: str, header: list[str]) -> list[str]:
    """Return the header with known columns in the source's own spelling."""
    spelling = {name.casefold(): name for name in _tables.columns(source)}
    names = [spelling.get(name.strip().casefold(), name.strip()) for name in header]
    return [name or f"unnamed_{nth}" for nth, name in enumerate(names)]


def _hits(text: str, delimiter: str, needed: list[str]) -> int:
    names = {name.strip().casefold() for name in _looks.header(text, delimiter)}
    return len(names & {name.casefold() for name in needed}) * 1000 + len(names)


def _check(path: Path, source: str, names: list[str], needed: list[str]) -> None:
    lacking = [name for name in needed if name not in names]
    if not lacking:
        return
    looks = _looks.table(names)
    asked = _looks.title(source)
    if looks.partition(":")[0] == asked:
        msg = (
            f"{path.name} looks like {asked} without {_few(lacking)}: take the whole "
            "file, with all its columns"
        )
        raise ValueError(msg)
    found = f"it looks like {looks}" if looks else f"its columns are {_few(names)}"
    msg = f"{path.name} is no {asked}: it lacks {_few(lacking)}; {found}"
    raise ValueError(msg)


def _refuse_twins(path: Path, names: list[str]) -> None:
    twins = list(dict.fromkeys(name for name in names if names.count(name) > 1))
    if twins:
        msg = (
            f"{path.name} has several columns called {_few(twins)}, wanted one of "
            "each; give the others another name"
        )
        raise ValueError(msg)


def _few(names: list[str]) -> str:
    more = f" ... ({len(names)} in all)" if len(names) > 8 else ""
    return ", ".join(names[:8]) + more


def _csv(
    path: Path,
    content: bytes | None,
    source: str,
    names: list[str],
    parse: arrow_csv.ParseOptions,
    *,
    skip: int = 1,
) -> pa.Table:
    """Read a CSV; columns with cells that do not fit are read as text."""
    types = {
        name: pa.float64() if row["type"] == "real" else _tables.TEXT
        for name, row in _tables.columns(source).items()
        if name in names
    }
    while True:
        convert = arrow_csv.ConvertOptions(
            column_types=types,
            null_values=_NULLS,
            strings_can_be_null=True,
        )
        options = arrow_csv.ReadOptions(column_names=names, skip_rows=skip)
        try:
            with _opened(path, content) as opened:
                table = arrow_csv.read_csv(
                    opened,
                    read_options=options,
                    parse_options=parse,
                    convert_options=convert,
                )
            _refuse_bytes(table)
            days = [f.name for f in table.schema if pa.types.is_temporal(f.type)]
            if not days:
                return _in_one_piece(table)
            types |= dict.fromkeys(days, _tables.TEXT)  # Arrow takes year 0 for one
        except pa.ArrowInvalid as error:
            unfit = _BAD_COLUMN.search(str(error))
            if unfit and types.get(names[int(unfit[1])]) != _tables.TEXT:
                types[names[int(unfit[1])]] = _tables.TEXT
            elif not parse.newlines_in_values:  # slower, so only where it must be
                parse.newlines_in_values = True
            else:
                msg = (
                    f"{path.name} cannot be read as a CSV in UTF-8: {error}; "
                    "take the file afresh, or save it as CSV (UTF-8)"
                )
                raise ValueError(msg) from error


def _refuse_bytes(table: pa.Table) -> None:
    """Raise on text that is no UTF-8: Arrow makes bytes of it in unknown columns."""
    for column in table.schema:
        if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
            msg = f"column {column.name!r} holds bytes that are no UTF-8"
            raise pa.ArrowInvalid(msg)


def _in_one_piece(table: pa.Table) -> pa.Table:
    """Return a table whose numbers lie in one piece a column, as text need not.

    Arrow computes piece by piece, and a CSV comes in a piece for each megabyte: a
    hundred small steps for each of what is asked later.
    """
    names = [f.name for f in table.schema if f.type != _tables.TEXT]
    whole = side_by_side({name: table[name].combine_chunks for name in names})
    cells = [whole.get(name, table[name]) for name in table.column_names]
    return pa.table(cells, names=table.column_names)


def _tabbed(
    path: Path, source: str, content: bytes | None, names: list[str], text: str
) -> Raw:
    """Read a tab-delimited file without a header."""
    first = text.split("\n", 1)[0].rstrip("\r").split("\t")
    width = len(first)
    if width != len(names):
        looks = _looks.table(_looks.header(text, ",")) or f"a table of {width} columns"
        msg = (
            f"{path.name} is no {_looks.title(source)}: wanted {len(names)} columns "
            f"between tabs and no header; it looks like {looks}"
        )
        raise ValueError(msg)
    parse = arrow_csv.ParseOptions(delimiter="\t", quote_char=False)
    header = _known_names(source, first)
    has_header = header[0] == names[0]
    if has_header and {*header} == {*names}:
        names = header
    table = _csv(path, content, source, names, parse, skip=int(has_header))
    raw = _lenient(source, path, table)
    if has_header:
        kind = _looks.title(source)
        raw.notes.append(f"its first line is a header, which {kind} lack, and no row")
    return raw


def _records(
    path: Path, source: str, content: bytes | None, needed: list[str]
) -> pa.Table:
    """Return the records of an API's JSON as a table of text."""
    with _opened(path, content) as opened:
        found = _answers.records(path.name, source, opened.read())
    names = list(dict.fromkeys(name for record in found for name in record))
    if not found:  # as of a CSV that ends behind its header
        names = list(dict.fromkeys([*_tables.columns(source), *needed]))
    cells = [
        pa.array([_text(record.get(name)) for record in found], _tables.TEXT)
        for name in names
    ]
    known = _known_names(source, [_answers.held(name) for name in names])
    _refuse_twins(path, known)
    return pa.table(cells, names=known)


def _text(cell: object) -> str | None:
    return None if cell is None or cell in _NULLS else _answers.held(str(cell))


def _typed(source: str, path: Path, table: pa.Table, needed: list[str]) -> Raw:
    _check(path, source, table.column_names, needed)
    return _lenient(source, path, table)


def _lenient(source: str, path: Path, table: pa.Table) -> Raw:
    """Give every known column its type; keep the text of cells that do not fit."""
    known = {
        name: row
        for name, row in _tables.columns(source).items()
        if name in table.column_names and row["type"] != "text"
    }
    made = side_by_side(
        {name: partial(_read, table[name], row) for name, row in known.items()}
    )
    odd, notes = {}, []
    for name, read in made.items():
        if read.tells_more or read.cells.null_count > table[name].null_count:
            odd[name] = table[name]
        if read.note:
            notes.append(f"in {name} {read.note}")
        table = table.set_column(table.column_names.index(name), name, read.cells)
    notes += _commas(source, odd)
    return Raw(source, path.name, table, odd, notes)


def _commas(source: str, odd: Mapping[str, pa.ChunkedArray]) -> list[str]:
    """Return a note if degrees are written with a comma, else none."""
    for name, row in _tables.columns(source).items():
        if name in odd and row["column"] in ("longitude", "latitude"):
            found = odd[name].filter(pc.match_substring_regex(odd[name], _COMMA))
            if len(found):
                return [
                    f"in {name} degrees are written with a comma ({found[0].as_py()!r} "
                    "...), wanted a point (36.7): write the file with points"
                ]
    return []


def _read(cells: pa.ChunkedArray, row: Mapping[str, str]) -> _days.Read:
    """Return cells in the type of their column, missing where they do not fit it.

    Mixed ones stay as they are unless all of them are numbers.
    """
    if row["type"] == "date":
        needs_day = row["source"] not in _MONTHLY
        is_edge = row["column"] in _EDGES
        return _days.days(cells, needs_day=needs_day, is_edge=is_edge)
    if cells.type == pa.float64():
        return _days.Read(cells)
    numbers = _numbers(cells)
    unfit = numbers.null_count > cells.null_count
    return _days.Read(cells if row["type"] == "mixed" and unfit else numbers)


def as_text(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as text, whole numbers without their ``.0``, others missing."""
    if pa.types.is_floating(cells.type):
        try:
            cells = pc.cast(cells, pa.int64())
        except pa.ArrowInvalid:
            whole = pc.equal(pc.floor(cells), cells)
            whole = pc.and_(whole, pc.less(pc.abs(cells), 2.0**63))
            cells = pc.cast(pc.if_else(whole, cells, None), pa.int64())
    return pc.cast(cells, _tables.TEXT)


def _numbers(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    try:
        return pc.cast(cells, pa.float64())
    except pa.ArrowInvalid:
        made = pd.to_numeric(cells.to_pandas(), errors="coerce")
        return pa.chunked_array([pa.array(made, pa.float64(), from_pandas=True)])
