"""GeoJSON by RFC 7946: one file a layer, WGS 84, seven decimals, right-hand rule."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from syriaconflict.exports import description
from syriaconflict.exports.cells import as_text
from syriaconflict.exports.geometries import LAYERS, layers, right_handed
from syriaconflict.exports.rows import Export
from syriaconflict.schema import DATE, FLAG, TEXT, Column, Table

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

TABLES_WANTED = (*LAYERS, "control")
DECIMALS = 7  # a centimetre
_NOTES = (
    "One file a layer (RFC 7946): WGS 84, longitude before latitude, seven decimals. "
    "Days are text such as 2016-10-04; missing is null, of a geometry too. control "
    "stands at the points of its places.",
)


def write(made: Export, path: Path) -> dict[str, int]:
    """Write a folder with a file for each layer, and a readme."""
    found = layers(made)
    without = [name for name in made.frames if name not in found]
    if without:
        msg = f"{without[0]} has no geometry, wanted some of {', '.join(TABLES_WANTED)}"
        if without[0] == "control":
            msg = "control has no geometry without places: add places to the tables"
        raise ValueError(msg)
    path.mkdir()
    for name, frame in found.items():
        text = _collection(name, frame, made)
        (path / f"{name}.geojson").write_text(text, encoding="utf-8")
    text = description.readme(made, *_NOTES)
    (path / "README.txt").write_text(text, encoding="utf-8")
    return {name: len(frame) for name, frame in found.items()}


def _collection(name: str, frame: GeoDataFrame, made: Export) -> str:
    """Return a layer as text, a feature a line."""
    facts = description.facts(made)
    head = {"type": "FeatureCollection", "name": name, **facts}
    opening = json.dumps(head, ensure_ascii=False)[:-1]
    lines = ",\n".join(_features(frame, made.tables[name]))
    return f'{opening}, "features": [\n{lines}\n]}}\n'


def _features(frame: GeoDataFrame, table: Table) -> list[str]:
    from shapely.geometry import mapping

    shapes = right_handed(frame.geometry, DECIMALS)
    columns = {
        column.name: _values(frame[column.name], column)
        for column in table.columns
        if column.name != "geometry"
    }
    made = []
    for row, shape in enumerate(shapes):
        feature = {"type": "Feature"}
        if len(table.key) == 1:
            feature["id"] = columns[table.key[0]][row]
        feature["geometry"] = None if shape is None else mapping(shape)
        feature["properties"] = {name: cells[row] for name, cells in columns.items()}
        made.append(json.dumps(feature, ensure_ascii=False, allow_nan=False))
    return made


def _values(cells: pd.Series, column: Column) -> list:
    """Return a column as JSON has it: None, text, numbers, true and false."""
    if column.type in (DATE, TEXT):
        return as_text(cells, column).tolist()
    if column.type == FLAG:
        cells = cells.astype("boolean")
    return cells.astype(object).where(cells.notna(), None).tolist()
