"""SQLite with primary and foreign keys, comments, indexes; Datasette serves it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd

from syriaconflict.exports import description
from syriaconflict.exports.rows import Export
from syriaconflict.schema import COUNT, DATE, FLAG, REAL, SHAPE, Column, Table

_TYPES = {COUNT: "INTEGER", FLAG: "INTEGER", REAL: "REAL"}
_INDEXED = {"events": ("start", "event_type", "modality"), "claims": ("start",)}


def write(made: Export, path: Path) -> dict[str, int]:
    """Write the tables to a new database; every reference is checked on commit.

    Days are ISO 8601 text, flags 0 or 1, geometries WKT.  ``columns`` says what each
    column means and its unit, ``codes`` each code, ``about`` how to cite it.
    """
    tables = made.tables
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA foreign_keys = ON")
        with database:
            database.execute("BEGIN")
            for table in tables.values():
                database.execute(_create(table, tables))
            for name, table in tables.items():
                _insert(database, name, _cells(made.frames[name], table))
            for statement in _indexes(tables):
                database.execute(statement)
            for name, frame in _about(made).items():
                names = ", ".join(f"{_quoted(column)} TEXT" for column in frame)
                database.execute(f"CREATE TABLE {name} ({names}) STRICT")
                _insert(database, name, frame.astype(object))
        database.execute("PRAGMA optimize")
    return {name: len(frame) for name, frame in made.frames.items()}


def _about(made: Export) -> dict[str, pd.DataFrame]:
    told = pd.DataFrame(description.facts(made).items(), columns=["fact", "value"])
    words = description.columns(made)
    flags = {name: words[name].map({True: "yes", False: "no"})
             for name in ("required", "is_key")}  # fmt: skip
    return {
        "about": told,
        "columns": words.assign(**flags),
        "codes": description.codes(made),
        "warnings": description.warnings(made),
    }


def _quoted(name: str) -> str:
    return f'"{name}"'


def _create(table: Table, tables: dict[str, Table]) -> str:
    lines = [_column(column) for column in table.columns]
    # a key may hold a missing day, which SQL allows only outside a primary key
    is_full = all(table.column(name).required for name in table.key)
    kind = "PRIMARY KEY" if is_full else "UNIQUE"
    rules = [f"{kind} ({', '.join(_quoted(name) for name in table.key)})"]
    for column in table.columns:
        if column.references in tables:
            key = tables[column.references].key[0]
            rules.append(
                f"FOREIGN KEY ({_quoted(column.name)}) REFERENCES "
                f"{_quoted(column.references)} ({_quoted(key)}) "
                "DEFERRABLE INITIALLY DEFERRED"
            )
    body = "\n".join(lines) + "\n  " + ",\n  ".join(rules)
    return f"CREATE TABLE {_quoted(table.name)} ( -- {table.title}\n{body}\n) STRICT"


def _column(column: Column) -> str:
    kind = _TYPES.get(column.type, "TEXT")
    name = _quoted(column.name)
    more = " NOT NULL" if column.required else ""
    if column.type == FLAG:
        more += f" CHECK ({name} IN (0, 1))"
    if column.type == DATE:
        more += f" CHECK ({name} IS date({name}))"
    unit = f" [{column.unit}]" if column.unit else ""
    return f"  {name} {kind}{more}, -- {column.description}{unit}"


def _cells(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    from syriaconflict.exports.cells import as_text

    made = {}
    for column in table.columns:
        cells = frame[column.name]
        if column.type in (DATE, SHAPE):
            made[column.name] = as_text(cells, column)
        else:
            cells = cells.astype("Int64") if column.type == FLAG else cells
            made[column.name] = cells.astype(object).where(cells.notna(), None)
    return pd.DataFrame(made)


def _insert(database: sqlite3.Connection, name: str, frame: pd.DataFrame) -> None:
    holes = ", ".join("?" * frame.shape[1])
    rows = [
        tuple(None if pd.isna(cell) else cell for cell in row)
        for row in frame.itertuples(index=False, name=None)
    ]
    database.executemany(f"INSERT INTO {_quoted(name)} VALUES ({holes})", rows)


def _indexes(tables: dict[str, Table]) -> list[str]:
    statements = []
    for name, table in tables.items():
        wanted = [c.name for c in table.columns if c.references in tables]
        wanted += [column for column in _INDEXED.get(name, ()) if column in table.names]
        for column in wanted:
            if column != table.key[0]:
                statements.append(
                    f"CREATE INDEX {_quoted(f'{name}_{column}')} "
                    f"ON {_quoted(name)} ({_quoted(column)})"
                )
    return statements
