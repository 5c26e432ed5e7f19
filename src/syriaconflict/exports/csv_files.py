"""CSV: one file a table, UTF-8, ISO days, empty for missing, and a codebook beside."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from syriaconflict import schema
from syriaconflict.exports import description
from syriaconflict.exports.cells import as_text, from_text, neutral, plain
from syriaconflict.exports.rows import Export
from syriaconflict.schema import TEXT, Table

README = "README.txt"
_NOTES = (
    "One file a table: UTF-8, commas, a header, days as 2016-10-04, true and false, "
    "geometries as WKT in WGS 84, empty for missing. columns.csv says what each column "
    "means, codes.csv what each code means.",
    "Text that a spreadsheet would take for a formula, or that begins with an "
    "apostrophe, has an apostrophe before it: take the first one away, or read the "
    "folder with syriaconflict.exports.read_csv, which does. A spreadsheet may still "
    "turn text such as 2016-10-04 into a day when it opens a CSV: import the columns "
    "as text, or use the Excel file.",
)


def write(made: Export, path: Path) -> dict[str, int]:
    """Write a folder: a file for each table, ``columns``, ``codes`` and a readme."""
    path.mkdir()
    for name, table in made.tables.items():
        to_csv(_as_texts(made.frames[name], table), path / f"{name}.csv")
    to_csv(_texts(description.columns(made)), path / "columns.csv")
    to_csv(_texts(description.codes(made)), path / "codes.csv")
    text = description.readme(made, *_NOTES)
    (path / README).write_text(text, encoding="utf-8")
    return {name: len(frame) for name, frame in made.frames.items()}


def _as_texts(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    return pd.DataFrame({
        column.name: neutralised(as_text(frame[column.name], column), column.type)
        for column in table.columns
    })  # fmt: skip


def _texts(frame: pd.DataFrame) -> pd.DataFrame:
    flags = {True: "true", False: "false"}
    made = frame.astype(object).map(lambda cell: flags.get(cell, cell))
    return made.apply(neutralised, type_=TEXT)


def neutralised(cells: pd.Series, type_: object) -> pd.Series:
    """Return a column of text that no spreadsheet runs; numbers stay as they are."""
    return cells.map(neutral, na_action="ignore") if type_ == TEXT else cells


def to_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write text cells as a CSV: UTF-8, commas, missing empty, quotes where needed."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)  # ends lines as RFC 4180 has it
        writer.writerow(frame.columns)
        for row in frame.itertuples(index=False, name=None):
            writer.writerow("" if pd.isna(cell) else cell for cell in row)


def read_csv(folder: str | Path) -> dict[str, pd.DataFrame]:
    """Read back what ``export("csv", folder)`` wrote, in the types of the schema.

    Parameters
    ----------
    folder : str or Path
        The folder, or a folder with some of its tables.

    Returns
    -------
    dict of str to DataFrame
        Tables by name; those with geometry are GeoDataFrames in WGS 84.

    Raises
    ------
    FileNotFoundError
        If the folder holds no table of ours.
    ValueError
        If a file has a column that is not declared, or a cell that does not fit.

    Examples
    --------
    >>> read_csv("no-such-folder")
    Traceback (most recent call last):
    ...
    FileNotFoundError: no-such-folder holds no CSV of a table; wanted a folder that ...
    """
    folder = Path(folder)
    found = {
        name: folder / f"{name}.csv"
        for name, table in schema.TABLES.items()
        if table.is_published and (folder / f"{name}.csv").is_file()
    }
    if not found:
        msg = (
            f"{folder} holds no CSV of a table; wanted a folder that "
            'export("csv", folder) wrote'
        )
        raise FileNotFoundError(msg)
    return {name: _read(name, path) for name, path in found.items()}


def _read(name: str, path: Path) -> pd.DataFrame:
    try:
        text = pd.read_csv(
            path, dtype=object, keep_default_na=False, na_values=[""], encoding="utf-8"
        )
    except ValueError as error:  # no UTF-8, rows of odd lengths, nothing at all
        why = str(error).strip()
        msg = f"{path} cannot be read as a CSV in UTF-8 ({why}); export it again"
        raise ValueError(msg) from error
    return typed(name, text, path.name)


def typed(name: str, text: pd.DataFrame, where: str) -> pd.DataFrame:
    """Return a table of neutralised text in the types of the schema."""
    from shapely.errors import ShapelyError

    from syriaconflict.exports.rows import declared

    made = {}
    for column in declared(name, text).columns:
        cells = text[column.name]
        if column.type == TEXT:
            cells = cells.map(plain, na_action="ignore")
        try:
            made[column.name] = from_text(cells, column)
        except (ValueError, TypeError, ArithmeticError, ShapelyError) as error:
            msg = f"{where}: {column.name} cannot be read ({error}); export it again"
            raise ValueError(msg) from error
    frame = pd.DataFrame(made)
    if not schema.TABLES[name].geometry:
        return frame
    if "geometry" not in frame:
        msg = f"{where}: has no column geometry, which {name} has; export it again"
        raise ValueError(msg)
    from geopandas import GeoDataFrame

    return GeoDataFrame(frame, crs="EPSG:4326")
