"""The hand-coded sources as rows, every cell with the file and line it stands in.

Reading never stops at a fault: what cannot be read becomes a `Finding` and the rest is
read on, so that one pass reports everything.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
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
    row: int = field(
        default=0, compare=False, repr=False
    )  # tells rows of one line apart

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
        line = self.lines.get(column, self.line)
        return Finding(self.file, line, column, message, id(self))


class Node(dict):
    """A YAML mapping that knows its own line and the line of each key."""

    line: int
    lines: dict[str, int]


class _Loader(yaml.SafeLoader):
    """Safe loader that keeps line numbers, leaves dates as text, refuses repeats."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> object:
        """Construct a value; one that its tag does not fit is an error at its line."""
        try:
            return super().construct_object(node, deep)
        except (ValueError, LookupError, AttributeError) as error:
            mark = node.start_mark
            raise yaml.constructor.ConstructorError(
                None, None, f"{error!r}", mark
            ) from error


# A date that does not exist must become a finding, not an exception of the parser; and
# YAML takes 010 for eight and 1:10 for seventy, which no coder means.
_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, rule)
        for tag, rule in rules
        if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:int")
    ]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile("[-+]?(0|[1-9][0-9]*)$"), list("-+0123456789")
)


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
    text, findings = _read(path, name, "yaml")
    if findings:
        return None, findings
    try:
        # Safe: _Loader is a SafeLoader.
        return yaml.load(text, _Loader), []
    except yaml.reader.ReaderError as error:  # a character that YAML does not allow
        line = text.count("\n", 0, error.position) + 1
        what = f"character {error.character!r}"
    except yaml.MarkedYAMLError as error:
        line, what = error.problem_mark.line + 1, error.problem
    except RecursionError:
        line, what = 1, "nested too deeply"
    return None, [Finding(name, line, "yaml", f"{what}, not valid YAML")]


def _read(path: Path, name: str, field: str) -> tuple[str, list[Finding]]:
    """Return a file's text, or the finding that it has none."""
    content = b""
    try:
        content = path.read_bytes()
        return content.decode("utf-8-sig"), []  # spreadsheets put a mark before it
    except OSError as error:
        what = f"{error.strerror}, not a readable file"
        return "", [Finding(name, 1, field, what)]
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return "", [Finding(name, line, field, f"{error}, not readable as UTF-8")]


def read_csv(path: Path, table: Table, name: str) -> tuple[list[Row], list[Finding]]:
    """Return the rows of a CSV source, and what is wrong with its shape.

    The header must name exactly the table's columns, less those that the build works
    out.  Empty cells are missing values.
    """
    wanted = source_columns(table)
    if not path.exists():
        return [], [Finding(name, 1, "file", f"is missing, wanted {','.join(wanted)}")]
    text, findings = _read(path, name, "file")
    if findings:
        return [], findings
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines, begin = [], 1
    try:
        for cells in reader:
            lines.append((begin, cells))
            begin = reader.line_num + 1  # a row may run over several lines
    except csv.Error as error:
        return [], [Finding(name, begin, "file", f"{error}, not readable as CSV")]
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
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    text, findings = _read(path, name, "file")
    if findings:
        return [], findings
    try:
        features = json.loads(text)["features"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        message = f"{error!r}, not a readable GeoJSON FeatureCollection"
        return [], [Finding(name, 1, "file", message)]
    if not isinstance(features, list):
        message = f"features is {features!r}, not a readable GeoJSON FeatureCollection"
        return [], [Finding(name, 1, "file", message)]
    rows = []
    for number, feature in enumerate(features, 1):
        try:
            with np.errstate(invalid="ignore"):  # NaN makes no valid polygon
                outline = shape(feature["geometry"])
                is_valid = outline.is_valid
            cells = {k: feature["properties"][k] for k in schema.FRONTS.names[:-1]}
        except (
            LookupError,
            TypeError,
            ValueError,
            AttributeError,
            ShapelyError,
        ) as error:
            message = f"feature {number}: {error!r}, wanted a polygon with properties"
            findings.append(Finding(name, 1, "feature", message))
            continue
        if outline.geom_type != "Polygon" or not is_valid:
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
        kind = column.dtype
        kind = "boolean" if kind == "bool" else kind  # which takes missing for false
        columns[column.name] = pd.Series(values, dtype=kind, name=column.name)
    return pd.DataFrame(columns, columns=table.names), findings


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
    if column.type == schema.TEXT:
        return _text(raw)
    return raw, ""


def _text(raw: object) -> tuple[object, str]:
    if not isinstance(raw, str):
        return None, f"is {raw!r}, wanted text (quote it)"
    try:
        raw.encode()
    except UnicodeEncodeError:  # YAML can write one half of a pair of code units
        return None, f"is {raw!r}, wanted text that UTF-8 can hold"
    return raw.strip() or None, ""


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
