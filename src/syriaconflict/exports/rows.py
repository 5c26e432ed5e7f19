"""The rows that an export writes: chosen, whole in their references, accounted for."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from syriaconflict import schema
from syriaconflict.filters import codes
from syriaconflict.rules import Rule
from syriaconflict.schema import Table

_ASIDE = ["table", "id", "reason"]


@dataclass(frozen=True)
class Export:
    """What an export wrote, from what, and what is not in it.

    ``rows`` counts what was written, by table or file; ``set_aside`` has a row for
    each row, or cell, that was not: ``table``, ``id``, ``reason``.  ``frames`` are the
    tables as they were before.
    """

    frames: dict[str, pd.DataFrame]
    version: str
    rule: str
    format: str = ""
    path: Path = field(default_factory=Path)
    rows: Mapping[str, int] = field(default_factory=dict)
    asides: tuple[pd.DataFrame, ...] = ()

    @property
    def tables(self) -> dict[str, Table]:
        """The declarations of the tables, with the columns that they have here."""
        return {name: declared(name, frame) for name, frame in self.frames.items()}

    @property
    def set_aside(self) -> pd.DataFrame:
        """The rows, or cells, that were not written, and why."""
        found = [frame for frame in self.asides if len(frame)]
        return pd.concat(found, ignore_index=True) if found else aside("", [], "")

    def to(self, path: Path, format: str) -> Export:
        """Return the same, meant for a path and a format."""
        return dataclasses.replace(self, path=path, format=format)

    def written(self, made: Written | Mapping[str, int]) -> Export:
        """Return the same, with what a format wrote and what it left."""
        made = made if isinstance(made, Written) else Written(made)
        asides = (*self.asides, *made.asides)
        return dataclasses.replace(self, rows=dict(made.rows), asides=asides)

    def __str__(self) -> str:
        """Return the counts as lines of text."""
        lines = [f"{name}: {count} rows" for name, count in self.rows.items()]
        counts = self.set_aside.groupby(["table", "reason"], sort=False).size()
        for (table, reason), count in counts.items():
            lines.append(f"set aside: {count} of {table}: {reason}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Written:
    """Rows that a format wrote, by table or file, and those that it left."""

    rows: Mapping[str, int]
    asides: tuple[pd.DataFrame, ...] = ()


def aside(table: str, ids: Iterable[object], reason: str) -> pd.DataFrame:
    """Return rows of `Export.set_aside`.

    Examples
    --------
    >>> aside("events", ["a-001"], "no day told").values.tolist()
    [['events', 'a-001', 'no day told']]
    """
    made = {"table": table, "id": [str(id_) for id_ in ids], "reason": reason}
    return pd.DataFrame(made, columns=_ASIDE).astype("str")


def declared(name: str, frame: pd.DataFrame) -> Table:
    """Return a table's declaration with the columns that a frame of it has.

    A former release may lack columns; it has none that we do not know.
    """
    table = schema.TABLES[name]
    unknown = [column for column in frame.columns if column not in table.names]
    if unknown:
        msg = (
            f"{name}.{unknown[0]} is not declared here: read this release with the "
            "package of its own version"
        )
        raise ValueError(msg)
    present = tuple(c for c in table.columns if c.name in frame.columns)
    return dataclasses.replace(table, columns=present)


def chosen(
    names: Iterable[str] | None,
    version: str | None = None,
    rule: Rule = "representative",
) -> Export:
    """Return the tables to export, as a rule shows them.

    Parameters
    ----------
    names : iterable of str or None
        Tables wanted; all for none.
    version : str, optional
        Sealed release, by default what is installed.
    rule : str or callable, default "representative"
        As for `load.events`.

    Returns
    -------
    Export
        Not yet written.  Where an event is not shown under the rule, the rows that
        refer to it are set aside too, so that no reference leads nowhere.

    Raises
    ------
    ValueError
        If there is no such table, release or rule.
    """
    from importlib.metadata import version as installed

    known = {name for name, table in schema.TABLES.items() if table.is_published}
    wanted = codes(list(names or schema.TABLES), known, "tables") if names else None
    frames, aside_ = _whole(_resolved(version, rule), _named(rule))
    wanted = [name for name in frames if wanted is None or name in wanted]
    made = {name: frames[name] for name in wanted}
    kept = tuple(frame for frame in aside_ if set(frame["table"]) & set(made))
    number = installed("syriaconflict") if version in (None, "installed") else version
    return Export(made, number, _named(rule), asides=kept)


def _named(rule: Rule) -> str:
    return getattr(rule, "__name__", repr(rule)) if callable(rule) else rule


def _resolved(version: str | None, rule: Rule) -> dict[str, pd.DataFrame]:
    from syriaconflict.load import load, published, resolved

    is_shipped = rule == "representative"
    if version is None:
        return published() if is_shipped else resolved(rule)
    from syriaconflict.derive import derived
    from syriaconflict.rules import check_rule

    frames = {
        name: load(name, version)
        for name, table in schema.TABLES.items()
        if table.is_published
    }
    if is_shipped:
        return frames
    from geopandas import GeoDataFrame, GeoSeries

    if not callable(rule):
        check_rule(rule)
    frames = derived(frames, rule)
    shapes = GeoSeries.from_wkb(frames["events"]["geometry"], crs="EPSG:4326")
    frames["events"] = GeoDataFrame(frames["events"], geometry=shapes)
    return frames


def _whole(
    frames: dict[str, pd.DataFrame], rule: str
) -> tuple[dict[str, pd.DataFrame], list[pd.DataFrame]]:
    """Return the frames without references that lead nowhere, and what went."""
    frames, gone = dict(frames), []
    going = True
    while going:
        going = False
        for name, frame in frames.items():
            table = schema.TABLES[name]
            for column in table.columns:
                owner = column.references
                if not owner or owner not in frames or column.name not in frame:
                    continue
                key = frames[owner][schema.TABLES[owner].key[0]]
                cells = frame[column.name]
                lost = cells.notna() & ~cells.isin(key)
                if not lost.any():
                    continue
                ids = frame.loc[lost, table.key[0]]
                why = f"{owner} has no such {column.name} under the rule {rule}"
                if column.required:
                    frame = frame[~lost].reset_index(drop=True)
                else:
                    why = f"{column.name} emptied: {why}"
                    frame = frame.assign(**{column.name: cells.mask(lost)})
                gone.append(aside(name, ids, why))
                frames[name] = frame
                going = True
    return frames, gone
