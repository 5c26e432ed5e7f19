"""What a file looks like, for whoever handed in another than the reader wants."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from syriaconflict.adapters import _tables

_MAGIC = (
    (b"PAR1", "a Parquet file: read it with pandas.read_parquet and write a CSV"),
    (b"%PDF", "a PDF, perhaps the codebook: take the CSV from the same page"),
    (b"<stata_dta>", "a Stata file: take the CSV from the same page"),
    (b"RDX", "an R data file: take the CSV from the same page"),
    (b"X\n\x00", "an R data file: take the CSV from the same page"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook: save the sheet as CSV (UTF-8)"),
    (b"PK\x03\x04", "an Excel workbook or another archive without a CSV in it"),
    (b"\xff\xfe", "text in UTF-16: save it as CSV in UTF-8"),
    (b"version https://git-lfs", "a Git LFS pointer: download the file it stands for"),
)


def kind(head: bytes) -> str:
    """Say what the first bytes of a file give away; empty if they look like text.

    Examples
    --------
    >>> kind(b"%PDF-1.7")
    'a PDF, perhaps the codebook: take the CSV from the same page'
    """
    for magic, what in _MAGIC:
        if head.startswith(magic):
            return what
    start = head.lstrip()[:200].lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        return "a web page: open it in a browser, it may ask you to log in"
    if not start:
        return "an empty file"
    return "a binary file" if b"\0" in head else ""


def header(head: str, delimiter: str) -> list[str]:
    """Return the names in the first row of a text."""
    lines = io.StringIO(head.removeprefix("\ufeff"), newline="")
    return next(csv.reader(lines, delimiter=delimiter), [])


def table(names: Iterable[str]) -> str:
    """Say which known table has these columns; empty if none has.

    Of several that fit, the one with the longest list of columns is meant.

    Examples
    --------
    >>> table(["event_id_cnty", "event_date", "sub_event_type", "inter1"])
    'ACLED events: read_acled reads it'
    """
    have = {name.strip().casefold() for name in names}
    best: tuple[int, str] = (0, "")
    for row in _tables.rows("signatures"):
        wanted = row["columns"].split()
        if have.issuperset(wanted) and len(wanted) > best[0]:
            reads = f": {row['reader']} reads it" if row["reader"] else ""
            best = (len(wanted), row["title"] + reads)
    return best[1]


def title(source: str) -> str:
    """Return what a source's file is called in messages."""
    return next(
        row["title"] for row in _tables.rows("signatures") if row["source"] == source
    )
