"""All tables of a release as text, so that releases with other types compare."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from syriaconflict.manifests import ReleaseError

if TYPE_CHECKING:
    import pyarrow as pa

    from syriaconflict.archives import Release

Row = Mapping[str, str | None]
Key = tuple[str | None, ...]


@dataclass(frozen=True)
class Cells:
    """The declaration of a release's tables, and each as columns of text."""

    declared: dict[str, dict]
    columns: dict[str, dict[str, list[str | None]]]

    @classmethod
    def of(cls, release: Release) -> Cells:
        """Read all tables of a release."""
        from syriaconflict.archives import TABLES, checked, read_arrow

        entry = release.manifest["metadata"].get("schema.json")
        name = f"{TABLES}/schema.json"
        if entry is None:
            msg = f"{release.where}: the manifest lists no {name}; get it again"
            raise ReleaseError(msg)
        try:
            declared = json.loads(checked(release, name, entry))
            tables = {table: read_arrow(release, table) for table in declared}
            columns = {
                table: {c: texts(arrow[c]) for c in declared[table]["columns"]}
                for table, arrow in tables.items()
            }
        except (LookupError, TypeError, AttributeError, RecursionError) as error:
            msg = f"{release.where}: {name} does not fit the tables ({error!r})"
            raise ReleaseError(msg) from error
        return cls(declared, columns)

    def rows(self, name: str, key: list[str]) -> dict[Key, Row]:
        """Return a table's rows by key."""
        columns = self.columns[name]
        cells = zip(*columns.values(), strict=True)
        rows = [dict(zip(columns, row, strict=True)) for row in cells]
        return {tuple(row[part] for part in key): row for row in rows}

    def owners(self, name: str, owner: str) -> set[str | None]:
        """Return the values that the owner of a table's rows can have."""
        target = self.declared[name]["columns"][owner]["references"]
        if target in self.declared:
            key = self.declared[target]["key"][0]
            return set(self.columns[target][key])
        return set(self.columns[name][owner])

    def withdrawn(self) -> dict[tuple[str, str], Row]:
        """Return the entries of ``withdrawn`` by table and identifier."""
        if "withdrawn" not in self.columns:
            return {}
        return self.rows("withdrawn", ["table_name", "id"])


def texts(column: pa.ChunkedArray) -> list[str | None]:
    """Return a column's values as text that tells every two values apart."""
    return [None if value is None else _text(value) for value in column.to_pylist()]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dt.datetime):
        day = value.date().isoformat()
        return day if value.time() == dt.time() else value.isoformat()
    return str(value)


def key_text(key: Key) -> str:
    """Return a key as text: itself, or a JSON list of its parts.

    Examples
    --------
    >>> key_text(("halfaya",)), key_text(("m5", "1"))
    ('halfaya', '["m5", "1"]')
    """
    if len(key) == 1 and key[0] is not None:
        return key[0]
    return json.dumps(list(key), ensure_ascii=False)


def row_text(cells: Row) -> str:
    """Return a row as a JSON object."""
    return json.dumps(dict(cells), ensure_ascii=False)
