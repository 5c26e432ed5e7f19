"""The schema as text: what a release says of its tables, for readers that come later.

``schema.py`` is the declaration of today; a sealed release carries its own, so that two
releases can be compared in their columns, units, meanings and codes.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping

from syriaconflict.schema import TABLES, Column, Table


def declared(tables: Mapping[str, Table] = TABLES) -> dict[str, dict]:
    """Return the published tables as plain values, ready for JSON.

    Parameters
    ----------
    tables : mapping of str to Table
        The tables; those of `schema` by default.

    Returns
    -------
    dict of str to dict
        By table: ``title``, ``key``, ``geometry``, ``warnings`` and ``columns``; by
        column: ``type``, ``unit``, ``description``, ``required``, ``references`` and
        ``codes`` (code to meaning, or null).

    Examples
    --------
    >>> declared()["claims"]["columns"]["count_low"]["type"]
    'int32'
    """
    return {
        name: {
            "title": table.title,
            "key": list(table.key),
            "geometry": table.geometry,
            "warnings": list(table.warnings),
            "columns": {column.name: _column(column) for column in table.columns},
        }
        for name, table in tables.items()
        if table.is_published
    }


def _column(column: Column) -> dict:
    codes = column.codes
    return {
        "type": str(column.type),
        "unit": column.unit,
        "description": column.description,
        "required": column.required,
        "references": column.references,
        "codes": codes and {code: _meaning(what) for code, what in codes.items()},
    }


def _meaning(what: object) -> object:
    """Return a code's meaning as plain values: a word, a range, or several parts."""
    if dataclasses.is_dataclass(what) and not isinstance(what, type):
        return dataclasses.asdict(what)
    return list(what) if isinstance(what, tuple) else what


def declaration_text(tables: Mapping[str, Table] = TABLES) -> str:
    r"""Return `declared` as JSON, the same for the same schema.

    Examples
    --------
    >>> declaration_text().endswith("}\n")
    True
    """
    return json.dumps(declared(tables), indent=1, ensure_ascii=False) + "\n"


def schema_sha256(table: Table) -> str:
    """Return the digest of one table's declaration.

    Examples
    --------
    >>> from syriaconflict.schema import CLAIMS, EVENTS
    >>> schema_sha256(CLAIMS) == schema_sha256(EVENTS)
    False
    """
    text = declaration_text({table.name: table})
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
