"""The hand-coded sources as rows, every cell with the file and line it stands in.

Reading never stops at a fault: what cannot be read becomes a `Finding` and the rest is
read on, so that one pass reports everything.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow as pa
import yaml

from syriaconflict import schema
from syriaconflict.schema import Column, Table

_TRUTH = {"true": True, "false": False}


@dataclass(frozen=True, order=True)
class Finding:
    """One fault in the sources: where it is, what was found and what was wanted."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        """Return ``file:line: field: what, what was wanted``."""
        return f"{self.file}:{self.line}: {self.field}: {self.message}"


@dataclass
class Row:
    """One row as written, and the line of each of its cells."""

    cells: dict[str, object]
    file: str
    line: int
    lines: dict[str, int] = field(default_factory=dict)

    def finding(self, column: str, message: str) -> Finding:
        """Return a finding about one cell of the row."""
        return Finding(self.file, self.lines.get(column, self.line), column, message)


class Node(dict):
    """A YAML mapping that knows its own line and the line of each key."""

    line: int
    lines: dict[str, int]


class _Loader(yaml.SafeLoader):
    """Safe loader that keeps line numbers, leaves dates as text, refuses repeats."""


# a date that does not exist must become a finding, not an exception of the parser
_Loader.yaml_implicit_resolvers = {
    first: [(tag, rule) for tag, rule in rules if tag != "tag:yaml.org,2002:timestamp"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Node:
    made = Node()
    made.line, made.lines = node.start_mark.line + 1, {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            mark, what = key_node.start_mark, f"the key {key!r} is not a word"
            raise yaml.constructor.ConstructorError(None, None, what, mark)
        if key in made:
            mark, what = key_node.start_mark, f"{key!r} stands twice in one mapping"
            raise yaml.constructor.ConstructorError(None, None, what, mark)
        made[key] = loader.construct_object(value_node, deep=True)
        made.lines[key] = key_node.start_mark.line + 1
    return made


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_yaml(path: Path, name: str) -> tuple[object, list[Finding]]:
    """Return what a YAML file holds, with lines, or the finding that it cannot be read.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        How findings call it.

    Returns
    -------
    object, list of Finding
        The content (``None`` if unreadable) and at most one finding.
    """
    try:
        # Safe: _Loader is a SafeLoader.
        return yaml.load(path.read_text(encoding="utf-8"), _Loader), []
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        what = getattr(error, "problem", None) or str(error)
        return None, [Finding(name, line, "yaml", f"{what}, not valid YAML")]
    except (UnicodeDecodeError, OSError, ValueError, RecursionError) as error:
        return None, [Finding(name, 1, "yaml", f"{error}, not a readable UTF-8 file")]


def read_csv(path: Path, table: Table, name: str) -> tuple[list[Row], list[Finding]]:
    """Return the rows of a CSV source, and what is wrong with its shape.

    The header must name exactly the table's columns, less those that the build works
    out.  Empty cells are missing values.
    """
    wanted = source_columns(table)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file, strict=True)
            lines = [(reader.line_num, cells) for cells in reader]
    except FileNotFoundError:
        return [], [Finding(name, 1, "file", f"is missing, wanted {','.join(wanted)}")]
    except (csv.Error, UnicodeDecodeError, OSError) as error:
        return [], [Finding(name, 1, "file", f"{error}, not readable as UTF-8 CSV")]
    header = lines[0][1] if lines else []
    if header != wanted:
        message = f"columns are {','.join(header)}, wanted {','.join(wanted)}"
        return [], [Finding(name, 1, "header", message)]
    rows, findings = [], []
    for line, cells in lines[1:]:
        if len(cells) != len(header):
            message = f"has {len(cells)} cells, wanted {len(header)}"
            findings.append(Finding(name, line, "row", message))
            continue
        values = {k: c.strip() or None for k, c in zip(header, cells, strict=True)}
        rows.append(Row(values, name, line))
    return rows, findings


def read_fronts(path: Path, name: str) -> tuple[list[Row], list[Finding]]:
    """Return one row per feature of the fronts' GeoJSON, geometry as WKB."""
    from shapely.geometry import shape

    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{error!r}, not a readable GeoJSON FeatureCollection"
        return [], [Finding(name, 1, "file", message)]
    rows, findings = [], []
    for number, feature in enumerate(features, 1):
        try:
            outline = shape(feature["geometry"])
            cells = {k: feature["properties"][k] for k in schema.FRONTS.names[:-1]}
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            message = f"feature {number}: {error!r}, wanted a polygon with properties"
            findings.append(Finding(name, 1, "feature", message))
            continue
        if outline.geom_type != "Polygon" or not outline.is_valid:
            message = f"feature {number} is no valid polygon"
            findings.append(Finding(name, 1, "geometry", message))
            continue
        rows.append(Row(cells | {"geometry": outline.wkb}, name, 1))
    return rows, findings


def source_columns(table: Table) -> list[str]:
    """Return the columns that a table's CSV source must have."""
    derived = schema.DERIVED.get(table.name, ())
    return [name for name in table.names if name not in derived]


def frame(table: Table, rows: Iterable[Row]) -> tuple[pd.DataFrame, list[Finding]]:
    """Turn rows into a typed frame, and name every cell that is not of its type.

    Returns
    -------
    DataFrame, list of Finding
        One row per row given, in order, with all columns of the table (those that
        the build works out are missing), and the cells that could not be read.
    """
    rows, findings = list(rows), []
    columns = {}
    for column in table.columns:
        values = []
        for row in rows:
            raw = row.cells.get(column.name)
            value, problem = parse(raw, column)
            if problem:
                findings.append(row.finding(column.name, problem))
            values.append(value)
        columns[column.name] = pd.Series(values, dtype=dtype(column), name=column.name)
    return pd.DataFrame(columns, columns=table.names), findings


def dtype(column: Column) -> str:
    """Return the pandas dtype in which a column is held and read back."""
    kinds = {
        schema.TEXT: "str",
        schema.DATE: "datetime64[ms]",
        schema.COUNT: "Int32",
        schema.REAL: "float64",
        schema.FLAG: "bool" if column.required else "boolean",
        schema.SHAPE: "object",
    }
    return kinds[column.type]


def parse(raw: object, column: Column) -> tuple[object, str]:
    """Return a cell's value in its column's type, or what is wrong with it.

    Examples
    --------
    >>> parse("12", Column("n", schema.COUNT, "A count."))
    (12, '')
    >>> parse("2016-02-30", Column("day", schema.DATE, "A day."))
    (None, "is '2016-02-30', wanted a date YYYY-MM-DD")
    """
    if raw is None:
        return None, ""
    if column.type == schema.FLAG:
        value = _TRUTH.get(str(raw).lower())
        return value, "" if value is not None else f"is {raw!r}, wanted true or false"
    if column.type == schema.DATE:
        return _date(raw)
    if column.type in (schema.COUNT, schema.REAL):
        return _number(raw, column.type)
    if column.type == schema.TEXT and not isinstance(raw, str):
        return None, f"is {raw!r}, wanted text (quote it)"
    return raw, ""


def _date(raw: object) -> tuple[object, str]:
    problem = f"is {raw!r}, wanted a date YYYY-MM-DD"
    if len(str(raw)) != len("YYYY-MM-DD"):
        return None, problem
    try:
        return pd.to_datetime(str(raw), format="%Y-%m-%d"), ""
    except (ValueError, OverflowError):
        return None, problem


def _number(raw: object, kind: pa.DataType) -> tuple[object, str]:
    whole = kind == schema.COUNT
    wanted = "a whole number" if whole else "a number"
    try:
        value = None if isinstance(raw, bool) else float(str(raw))
    except ValueError:
        value = None
    if value is None or not abs(value) < 2**31:  # also turns away NaN and infinity
        return None, f"is {raw!r}, wanted {wanted} below 2147483648"
    if whole and not value.is_integer():
        return None, f"is {raw!r}, wanted {wanted}"
    return (int(value) if whole else value), ""
