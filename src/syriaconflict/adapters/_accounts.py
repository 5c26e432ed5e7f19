"""The account of a reading: rows in, rows out, rows set aside, codes not known."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from syriaconflict.adapters import _tables

Counts = dict[tuple[str, str], int]  # (column, code) -> rows
_SHOWN = 6  # codes of a column that an account names one by one


@dataclass(frozen=True)
class Account:
    """What became of the rows of a file.

    Parameters
    ----------
    source : str
        What the file was read as.
    file : str
        Its name.
    version : str
        Version or layout, as far as it can be told.
    untested : str
        Why this version counts as untested; empty if it is tested.
    rows_in, rows_out : int
        Rows of the file, and those of them that stand in the result.
    set_aside : DataFrame
        One row each row set aside: ``row`` (its number in the file, the first after
        the header is 1), ``id``, ``reason``.
    unknown : DataFrame
        Codes that no mapping table has, and cells that could not be read: ``column``,
        ``code``, ``rows``.  Their rows are kept.
    without : DataFrame
        Codes that we know and have nothing for, actors that we do not know, and bounds
        told the wrong way round: ``column``, ``code``, ``rows``.  Their rows are kept.
    notes : tuple of str
        What had to be guessed, and how to be sure.
    """

    source: str
    file: str
    version: str
    untested: str
    rows_in: int
    rows_out: int
    set_aside: pd.DataFrame
    unknown: pd.DataFrame
    without: pd.DataFrame
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the account in words, one line a reason."""
        lines = [
            f"{self.file}, {self.source} ({self.version}): {self.rows_in} rows in = "
            f"{self.rows_out} rows out + {len(self.set_aside)} set aside"
        ]
        reasons = self.set_aside["reason"].value_counts()
        lines += [f"  set aside: {n}, {reason}" for reason, n in reasons.items()]
        for what, codes in (
            ("not known", self.unknown),
            ("no counterpart here", self.without),
        ):
            for column, found in codes.groupby("column", sort=False):
                lines += [
                    f"  {what}, kept: {column} {row.code!r}, {row.rows} rows"
                    for row in found[:_SHOWN].itertuples()
                ]
                left = found[_SHOWN:]
                if len(left):
                    lines.append(
                        f"  {what}, kept: {column}, {len(left)} codes more, "
                        f"{left['rows'].sum()} rows"
                    )
        lines += [f"  note: {note}" for note in self.notes]
        if self.untested:
            lines.append(f"  untested version: {self.untested}")
        return "\n".join(lines)


def tell(account: Account, *, report: bool) -> None:
    """Print an account if asked to; else warn of what a reader must not miss."""
    if report:
        sys.stdout.write(f"{account}\n")
        return
    parts = []
    if len(account.set_aside):
        reasons = account.set_aside["reason"].value_counts().items()
        told = ", ".join(f"{reason} {n}" for reason, n in reasons)
        parts.append(f"{len(account.set_aside)} rows set aside ({told})")
    if len(account.unknown):
        first = account.unknown.iloc[0]
        parts.append(
            f"{len(account.unknown)} codes not known, their rows kept "
            f"({first['column']} {first['code']!r}, {first['rows']} rows ...)"
        )
    parts += account.notes
    if account.untested:
        parts.append(f"untested version {account.version}: {account.untested}")
    if parts:
        msg = (
            f"{account.file}, {account.rows_in} rows: {'; '.join(parts)}; "
            "report=True prints it all, adapters.account() returns it"
        )
        warnings.warn(msg, stacklevel=4)


def gathered(counts: Counts, names: Iterable[str]) -> pd.DataFrame:
    """Return counts as a frame, by columns in the order of their names.

    In each the most frequent code comes first.
    """
    order = {name: nth for nth, name in enumerate(names)}
    rows = [(column, code, n) for (column, code), n in counts.items() if n]
    rows.sort(key=lambda row: (order.get(row[0], len(order)), -row[2], row[1]))
    columns = zip(*rows, strict=True) if rows else ([], [], [])
    kinds = (("column", "str"), ("code", "str"), ("rows", "int64"))
    return pd.DataFrame(
        {
            name: pd.Series(cells, dtype=kind)
            for (name, kind), cells in zip(kinds, columns, strict=True)
        }
    )


def version(source: str, file: str, names: Iterable[str]) -> tuple[str, str]:
    """Return the version of a file and why it is untested, empty if it is not.

    It is told by the name of the file, where that holds one of ``versions.csv``, else
    by the column that only one layout has.
    """
    have = set(names)
    for row in _tables.of("versions", source):
        named = row["file_name"] and row["file_name"].casefold() in file.casefold()
        marked = not row["file_name"] and set(row["columns"].split()) <= have
        if named or marked:
            why = "" if row["status"] == "tested" else row["basis"]
            return row["version"], why
    return "unknown", "no file of this layout was at hand"
