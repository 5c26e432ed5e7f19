"""The mapping tables: which source column is which of ours, and what each code means.

They are the CSV files in ``mappings``; this module only reads them.  ``columns.csv``
has a row per column of a source, ``codes.csv`` a row per code, ``actors.csv`` a row per
actor, ``versions.csv`` a row per version, ``signatures.csv`` a row per kind of file
that somebody may hand in by mistake.  ``status`` is ``tested`` where a file with that
column or code was read in a test, ``untested`` where only its documentation was.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pyarrow as pa

FOLDER = Path(__file__).parent / "mappings"
TEXT = pa.large_string()  # the type in which pandas holds text, so nothing is copied
TYPES = {
    "text": TEXT,
    "mixed": TEXT,  # numbers in most files, lists in some
    "real": pa.float64(),
    "date": pa.timestamp("ms"),
}

Row = dict[str, str]


@cache
def rows(name: str) -> tuple[Row, ...]:
    """Return the rows of a mapping table.

    Examples
    --------
    >>> {row["status"] for row in rows("codes")} <= {"tested", "untested"}
    True
    """
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def of(name: str, source: str) -> list[Row]:
    """Return the rows of a mapping table that are about a source."""
    return [row for row in rows(name) if row["source"] == source]


def columns(source: str) -> dict[str, Row]:
    """Return the rows of a source's columns by their name in the file."""
    return {row["source_column"]: row for row in of("columns", source)}


def required(source: str) -> list[str]:
    """Return the columns without which a file is none of this source."""
    return [name for name, row in columns(source).items() if row["required"] == "yes"]


def codes(source: str, source_column: str, column: str) -> dict[str, str | None]:
    """Return what each code of a source's column means in a column of ours.

    Returns
    -------
    dict of str to str or None
        Casefolded code -> value, None where we have no such thing.

    Examples
    --------
    >>> codes("ucdp_ged", "type_of_violence", "event_type")["3"]
    'killing'
    """
    return {
        row["code"].casefold(): row["value"] or None
        for row in of("codes", source)
        if (row["source_column"], row["column"]) == (source_column, column)
    }


def actors(source: str, field: str) -> dict[str, str | None]:
    """Return our ``actor_id`` or ``camp`` for each actor that we know of a source."""
    return {row["code"].casefold(): row[field] or None for row in of("actors", source)}
