"""``datapackage.json``: the tables as a Frictionless data package.

Everything follows from ``schema.py``. The size in bytes is left to the manifest:
frictionless counts no bytes of a Parquet file and would call every file too short.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import metadata as package
from importlib.metadata import version

from syriaconflict.citation import AUTHORS, TITLE
from syriaconflict.metadata import (
    KEYWORDS,
    LICENCE,
    MEDIA_TYPE,
    NAME,
    POINTS,
    REFERENCES,
    Entry,
    codes_of,
    described,
    warnings_of,
)
from syriaconflict.schema import TABLES, Column, Table

_TYPES = {
    "string": "string",
    "timestamp[ms]": "date",
    "int32": "integer",
    "double": "number",
    "bool": "boolean",
    "binary": "any",  # WKB: no type of Frictionless holds bytes
}
_NULLS = ("", "nan", "NaT", "<NA>")  # how frictionless prints the nulls of Parquet
_BBOX = {
    "name": "bbox",
    "type": "object",
    "description": "Bounding box of the geometry: xmin, ymin, xmax, ymax.",
    "unit": "degree",
}


def datapackage(entries: Mapping[str, Entry]) -> dict[str, object]:
    """Return the data package of the tables that have a file.

    Parameters
    ----------
    entries : mapping of str to mapping
        ``file`` and ``sha256`` by table, as the manifest has them.

    Returns
    -------
    dict
        What ``datapackage.json`` holds.  A reference to a table without a file is
        left out.

    Examples
    --------
    >>> entry = {"file": "claims.parquet", "sha256": "0" * 64}
    >>> claims = datapackage({"claims": entry})["resources"][0]
    >>> claims["schema"]["fields"][0]["name"], claims["schema"]["primaryKey"]
    ('claim_id', ['claim_id'])
    """
    return {
        "name": NAME,
        "title": TITLE,
        "description": package(NAME)["Summary"],
        "version": version(NAME),
        "licenses": [{"name": "CC-BY-4.0", "path": LICENCE, "title": "CC BY 4.0"}],
        "contributors": [{"title": AUTHORS, "role": "author"}],
        "keywords": list(KEYWORDS),
        "resources": [
            _resource(table, entry, entries) for table, entry in described(entries)
        ],
    }


def _resource(
    table: Table, entry: Entry, entries: Mapping[str, Entry]
) -> dict[str, object]:
    resource = {
        "name": table.name,
        "type": "table",
        "title": table.title,
        "description": warnings_of(table),
        "path": entry["file"],
        "format": "parquet",
        "mediatype": MEDIA_TYPE,
        "hash": f"sha256:{entry['sha256']}",
        "schema": {
            "fields": list(_fields(table)),
            "missingValues": list(_NULLS),
            "primaryKey": list(table.key),
            "foreignKeys": list(_foreign_keys(table, entries)),
        },
    }
    if table.name in POINTS:
        resource["sources"] = [
            {"title": title, "path": path} for title, path in REFERENCES.items()
        ]
    return resource


def _fields(table: Table) -> Iterator[dict[str, object]]:
    for column in table.columns:
        yield _field(table, column)
    if table.geometry:
        yield _BBOX


def _field(table: Table, column: Column) -> dict[str, object]:
    field = {
        "name": column.name,
        "type": _TYPES[str(column.type)],
        "description": column.description,
    }
    if column.unit:
        field["unit"] = column.unit
    constraints = {}
    if column.required:
        constraints["required"] = True
    if [column.name] == list(table.key):
        constraints["unique"] = True
    codes = codes_of(table, column)
    if codes:
        constraints["enum"] = list(codes)
        field["categories"] = [
            {"value": code, "label": meaning} for code, meaning in codes.items()
        ]
    return field | ({"constraints": constraints} if constraints else {})


def _foreign_keys(
    table: Table, entries: Mapping[str, Entry]
) -> Iterator[dict[str, object]]:
    for column in table.columns:
        target = column.references
        if target not in entries:
            continue
        resource = "" if target == table.name else target
        reference = {"resource": resource, "fields": list(TABLES[target].key)}
        yield {"fields": [column.name], "reference": reference}
