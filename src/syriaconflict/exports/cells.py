"""Cells as text: days, numbers and shapes, and text that a spreadsheet would run.

A spreadsheet runs text that begins like a formula, also when it comes from a CSV.
`neutral` puts an apostrophe before such text, and before text that has one of its own,
so that `plain` gives every text back as it was.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from syriaconflict.schema import DATE, FLAG, SHAPE, TEXT, Column

_BLANK = "\\s\u200b-\u200f\u2060\ufeff\x00-\x1f"
# = + - @ and their full-width, small and typographic forms, whatever blanks precede
_RUN = re.compile(f"^(?:[{_BLANK}]*[=+\\-@＝＋－＠﹦﹢﹣﹫−]|[\t\r\n'])")


def neutral(text: str) -> str:
    """Return text that no spreadsheet takes for a formula.

    Examples
    --------
    >>> neutral("=1+1"), neutral("+963 Media"), neutral("'quoted'"), neutral("1-2")
    ("'=1+1", "'+963 Media", "''quoted'", '1-2')
    """
    return f"'{text}" if _RUN.match(text) else text


def plain(text: str) -> str:
    """Return text as it was before `neutral`.

    Examples
    --------
    >>> plain(neutral("=1+1")), plain(neutral("'quoted'")), plain("1-2")
    ('=1+1', "'quoted'", '1-2')
    """
    return text.removeprefix("'")


def refuse_nul(frame: pd.DataFrame, where: str, why: str) -> None:
    r"""Raise if a cell of text holds a NUL, which few formats can.

    Examples
    --------
    >>> refuse_nul(pd.DataFrame({"a": ["b", "c\0"]}), "axes", "no text; export csv")
    Traceback (most recent call last):
    ...
    ValueError: axes:1:a holds a NUL, no text; export csv
    """
    for name, cells in frame.items():
        for row, cell in enumerate(cells):
            if isinstance(cell, str) and "\0" in cell:
                msg = f"{where}:{row}:{name} holds a NUL, {why}"
                raise ValueError(msg)


def as_text(cells: pd.Series, column: Column) -> pd.Series:
    """Return a column as text, None where it is missing.

    Days are ISO 8601, flags ``true`` and ``false``, geometries WKT; numbers are written
    so that they read back the same.

    Examples
    --------
    >>> from syriaconflict.schema import EVENTS
    >>> days = pd.Series(pd.to_datetime(["2016-10-04", None]))
    >>> as_text(days, EVENTS.column("start")).tolist()
    ['2016-10-04', None]
    """
    if column.type == DATE:
        text = cells.dt.strftime("%Y-%m-%d")
    elif column.type == FLAG:
        text = cells.astype("boolean").map({True: "true", False: "false"})
    elif column.type == SHAPE:
        text = cells.to_wkt(rounding_precision=-1)
    elif column.type == TEXT:
        text = cells
    else:
        text = cells.map(repr_number, na_action="ignore")
    return text.astype(object).where(cells.notna(), None)


def repr_number(number: float) -> str:
    """Return a number in the fewest digits that read back the same.

    Examples
    --------
    >>> repr_number(3), repr_number(36.90358), repr_number(0.1 + 0.2)
    ('3', '36.90358', '0.30000000000000004')
    """
    return repr(float(number)) if isinstance(number, float) else str(int(number))


def from_text(cells: pd.Series, column: Column) -> pd.Series:
    """Return a column of text, missing where it is missing, in its declared type."""
    cells = cells.astype(object).where(cells.notna(), None)
    if column.type == DATE:
        days = pd.to_datetime(cells, format="%Y-%m-%d")
        return days.astype("datetime64[ms]")
    if column.type == FLAG:
        flags = cells.map({"true": True, "false": False})
        return flags.astype("boolean").astype(column.dtype)
    if column.type == SHAPE:
        from geopandas import GeoSeries

        return GeoSeries.from_wkt(cells, crs="EPSG:4326")
    if column.type == TEXT:
        return cells.astype("str")
    numbers = pd.to_numeric(cells.astype("str"))
    with np.errstate(invalid="ignore"):  # what does not fit raises all the same
        return numbers.astype(column.dtype)
