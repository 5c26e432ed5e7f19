"""``croissant.json``: the tables in MLCommons Croissant, from ``schema.py``.

Each table is a file with its digest and a set of records. What a column refers to and
its codes stand in the column's description: mlcroissant 1.1 joins the tables of a field
with ``references`` and then gives too few rows of the second table that is read, and it
refuses circles (a document that reprints a document).
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import metadata as package
from importlib.metadata import version

from syriaconflict.citation import AUTHORS, TITLE, cite
from syriaconflict.metadata import (
    KEYWORDS,
    LICENCE,
    NAME,
    Entry,
    codes_of,
    described,
    warnings_of,
)
from syriaconflict.schema import TABLES, Column, Table

_TERMS = (
    *("arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract"),
    *("field", "fileObject", "fileProperty", "fileSet", "format", "includes"),
    *("isArray", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path"),
    *("recordSet", "references", "regex", "repeated", "replace", "samplingRate"),
    *("separator", "source", "subField", "transform"),
)
_LANGUAGES = {"@container": "@language"}
_JSON = {"@type": "@json"}
_CONTEXT = {  # the one of Croissant 1.1
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "name": _LANGUAGES,
    "description": _LANGUAGES,
    "data": {"@id": "cr:data", **_JSON},
    "examples": {"@id": "cr:examples", **_JSON},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    **{term: f"cr:{term}" for term in _TERMS},
}
_TYPES = {
    "string": "sc:Text",
    "timestamp[ms]": "sc:Date",
    "int32": "sc:Integer",
    "double": "sc:Float",
    "bool": "sc:Boolean",
    "binary": "sc:Text",  # WKB: readers hand text over as bytes
}


def croissant(
    entries: Mapping[str, Entry], spanned: Mapping[str, object]
) -> dict[str, object]:
    """Return the Croissant description of the tables that have a file.

    Parameters
    ----------
    entries : mapping of str to mapping
        ``file``, ``bytes`` and ``sha256`` by table, as the manifest has them.
    spanned : mapping of str to object
        What `metadata.span` returns.

    Returns
    -------
    dict
        What ``croissant.json`` holds.
    """
    tables = list(described(entries))
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": NAME,
        "alternateName": TITLE,
        "description": package(NAME)["Summary"],
        "version": version(NAME),
        "license": LICENCE,
        "creator": {"@type": "sc:Organization", "name": AUTHORS},
        "citeAs": cite(),
        "keywords": list(KEYWORDS),
        "inLanguage": "en",
        **spanned,
        "distribution": [_file(table, entry) for table, entry in tables],
        "recordSet": [_records(table, entries) for table, _ in tables],
    }


def _file(table: Table, entry: Entry) -> dict[str, object]:
    return {
        "@type": "cr:FileObject",
        "@id": entry["file"],
        "name": entry["file"],
        "description": warnings_of(table),
        "contentUrl": entry["file"],
        "contentSize": f"{entry['bytes']} B",
        "encodingFormat": "application/x-parquet",
        "sha256": entry["sha256"],
    }


def _records(table: Table, entries: Mapping[str, Entry]) -> dict[str, object]:
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": warnings_of(table),
        "key": [{"@id": f"{table.name}/{name}"} for name in table.key],
        "field": [_field(table, column, entries) for column in table.columns],
    }


def _field(
    table: Table, column: Column, entries: Mapping[str, Entry]
) -> dict[str, object]:
    more = [column.description]
    more += [f"Unit: {column.unit}."] if column.unit else []
    if column.references in entries:
        key = TABLES[column.references].key[0]
        more += [f"Refers to {column.references}/{key}."]
    codes = codes_of(table, column)
    more += [f"One of: {', '.join(codes)}."] if codes else []
    return {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": " ".join(more),
        "dataType": _TYPES[str(column.type)],
        "source": {
            "fileObject": {"@id": entries[table.name]["file"]},
            "extract": {"column": column.name},
        },
    }
