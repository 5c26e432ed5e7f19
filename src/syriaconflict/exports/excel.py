"""Excel: one sheet a table, days as days, text as text, and a readme sheet first."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from syriaconflict import schema
from syriaconflict.exports import description
from syriaconflict.exports.cells import as_text, neutral
from syriaconflict.exports.csv_files import typed
from syriaconflict.exports.rows import Export
from syriaconflict.schema import COUNT, DATE, FLAG, REAL, Column, Table

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_576
MOST_LETTERS = 32_767
FIRST_DAY = pd.Timestamp(1900, 3, 1)  # Excel counts a 29 February 1900 before it
# how a workbook writes a sign of control, and the sign of such a writing itself
_CONTROL = re.compile(r"_x(00[01][0-9A-F])_")
_ESCAPED = r"(_x00[01][0-9A-F]_|x005F_)"
_WIDEST = 60
_NOTES = (
    "Text that Excel would take for a formula, or that begins with an apostrophe, has "
    "an apostrophe before it; syriaconflict.exports.read_excel takes it away again.",
    "Geometries are WKT in WGS 84, longitude before latitude.",
)


def write(made: Export, path: Path) -> dict[str, int]:
    """Write a workbook; refuses what does not fit into Excel's limits."""
    try:
        import xlsxwriter
    except ModuleNotFoundError as error:
        msg = f"{error}; pip install 'syriaconflict[excel]'"
        raise ModuleNotFoundError(msg, name=error.name) from error
    for name, table in made.tables.items():
        _check(made.frames[name], table)
    options = {"strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    with xlsxwriter.Workbook(path, options) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        _readme(book, made)
        for name, table in made.tables.items():
            _sheet(book.add_worksheet(name), made.frames[name], table, head, day)
        for name, frame in (
            ("columns", description.columns(made)),
            ("codes", description.codes(made)),
        ):
            _words(book.add_worksheet(name), frame, head)
    return {name: len(frame) for name, frame in made.frames.items()}


def _check(frame: pd.DataFrame, table: Table) -> None:
    name = table.name
    if len(frame) >= MOST_ROWS:
        msg = f"{name}: {len(frame):,} rows, and Excel holds {MOST_ROWS - 1:,}"
        msg += "; export csv or sqlite"
        raise ValueError(msg)
    for column in table.columns:
        cells = frame[column.name]
        if column.type == DATE and (cells < FIRST_DAY).any():
            bad = cells[cells < FIRST_DAY]
            msg = f"{name}:{bad.index[0]}:{column.name} is {bad.iloc[0]:%Y-%m-%d}, and "
            msg += f"Excel's days begin on {FIRST_DAY:%Y-%m-%d}; export csv or sqlite"
            raise ValueError(msg)
        if column.type in (DATE, COUNT, REAL, FLAG):
            continue
        text = as_text(cells, column)
        found = text.str.extract(_ESCAPED, expand=False).dropna()
        if len(found):
            msg = f"{name}:{found.index[0]}:{column.name} holds {found.iloc[0]!r}, "
            msg += "which Excel reads as a sign of control; export csv or sqlite"
            raise ValueError(msg)
        long = text.str.len()
        if (long >= MOST_LETTERS).any():
            row = long.idxmax()
            msg = f"{name}:{row}:{column.name} has {int(long[row]):,} characters, and "
            msg += f"an Excel cell holds {MOST_LETTERS:,}; export csv or sqlite"
            raise ValueError(msg)


def _readme(book: Workbook, made: Export) -> None:
    sheet = book.add_worksheet("readme")
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 110, book.add_format({"text_wrap": True, "valign": "top"}))
    rows = [*description.facts(made).items(), *(("note", note) for note in _NOTES)]
    rows += [(name, table.title) for name, table in made.tables.items()]
    rows += [(row.table_name, row.warning)
             for row in description.warnings(made).itertuples()]  # fmt: skip
    left = made.set_aside.groupby(["table", "reason"], sort=False).size()
    rows += [(table, f"{n} set aside: {why}") for (table, why), n in left.items()]
    for number, (fact, value) in enumerate(rows):
        sheet.write_string(number, 0, neutral(fact))
        sheet.write_string(number, 1, neutral(value))


def _sheet(
    sheet: Worksheet, frame: pd.DataFrame, table: Table, head: object, day: object
) -> None:
    for number, column in enumerate(table.columns):
        sheet.write_string(0, number, column.name, head)
        cells = frame[column.name]
        for row, cell in enumerate(_written(cells, column), start=1):
            if cell is None:
                continue
            if column.type == DATE:
                sheet.write_datetime(row, number, cell, day)
            elif column.type == FLAG:
                sheet.write_boolean(row, number, bool(cell))
            elif column.type in (COUNT, REAL):
                sheet.write_number(row, number, cell)
            else:
                sheet.write_string(row, number, neutral(cell))
        sheet.set_column(number, number, _width(cells, column))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(frame), len(table.columns) - 1)


def _written(cells: pd.Series, column: Column) -> list:
    if column.type == DATE:
        return [None if pd.isna(cell) else cell.to_pydatetime() for cell in cells]
    if column.type in (COUNT, REAL, FLAG):
        return cells.astype(object).where(cells.notna(), None).tolist()
    return as_text(cells, column).tolist()


def _width(cells: pd.Series, column: Column) -> int:
    longest = as_text(cells.head(200), column).dropna().str.len().max()
    longest = 0 if pd.isna(longest) else int(longest)
    return min(_WIDEST, max(len(column.name), longest) + 3)


def _words(sheet: Worksheet, frame: pd.DataFrame, head: object) -> None:
    flags = {True: "yes", False: "no"}
    for number, name in enumerate(frame.columns):
        sheet.write_string(0, number, name, head)
        for row, cell in enumerate(frame[name], start=1):
            if not pd.isna(cell):
                text = flags[cell] if isinstance(cell, bool) else cell
                sheet.write_string(row, number, neutral(text))
        widest = max(len(str(cell)) for cell in [name, *frame[name].dropna()])
        sheet.set_column(number, number, min(_WIDEST, widest + 3))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(frame), frame.shape[1] - 1)


def read_excel(file: str | Path) -> dict[str, pd.DataFrame]:
    """Read back what ``export("excel", file)`` wrote, in the types of the schema.

    Parameters
    ----------
    file : str or Path
        The workbook, needs the extra ``excel``.

    Returns
    -------
    dict of str to DataFrame
        Tables by name; those with geometry are GeoDataFrames in WGS 84.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no workbook of ours, or a cell does not fit its column.

    Examples
    --------
    >>> read_excel("no-such.xlsx")
    Traceback (most recent call last):
    ...
    FileNotFoundError: no-such.xlsx is no file; wanted a workbook that ...
    """
    path = Path(file)
    if not path.is_file():
        msg = f"{path} is no file; wanted a workbook that export wrote"
        raise FileNotFoundError(msg)
    try:
        sheets = pd.read_excel(path, sheet_name=None, dtype=object,
                               keep_default_na=False, na_values=[""])  # fmt: skip
    except ImportError:
        raise
    except Exception as error:  # whatever a damaged workbook leads to
        why = f"{type(error).__name__}: {error}"
        msg = f"{path} cannot be read as a workbook ({why}); export it again"
        raise ValueError(msg) from error
    ours = [name for name in schema.TABLES if name in sheets]
    if not ours:
        msg = f"{path} holds the sheets {list(sheets)}, and none is a table of ours"
        raise ValueError(msg)
    return {
        name: typed(name, sheets[name].map(_told), f"{path}: {name}") for name in ours
    }


def _told(cell: object) -> object:
    """Return a cell of a workbook as the text that a CSV would have."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if hasattr(cell, "strftime") and not pd.isna(cell):
        return cell.strftime("%Y-%m-%d")
    if isinstance(cell, str):
        return _CONTROL.sub(lambda found: chr(int(found[1], 16)), cell)
    return cell
