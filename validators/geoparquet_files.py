"""Are the tables with geometry GeoParquet, by geoparquet-validator; some seconds."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from _copies import TABLES, asked, broken, finish


def faults(folder: Path) -> list[str]:
    """Return the tests that a table with geometry fails."""
    lines = []
    for path in sorted(folder.glob("*.parquet")):
        if b"geo" not in (pq.read_schema(path).metadata or {}):
            continue
        words = ["geoparquet-validator", "check", str(path)]
        run = subprocess.run(words, capture_output=True, text=True, check=False)
        failed = [line for line in run.stdout.splitlines() if "FAIL" in line]
        if run.returncode or failed:
            lines.append(f"{path.name}: {failed or run.stderr}")
    return lines


def rewrite(folder: Path, change: Callable[[pa.Table, dict], pa.Table]) -> None:
    """Write the fronts again, after a change of the table or its geo metadata."""
    path = folder / "fronts.parquet"
    table = pq.read_table(path)
    geo = json.loads(table.schema.metadata[b"geo"])
    table = change(table, geo)
    told = {**table.schema.metadata, b"geo": json.dumps(geo).encode("utf-8")}
    pq.write_table(table.replace_schema_metadata(told), path)


def other_kind(table: pa.Table, geo: dict) -> pa.Table:
    """Say that polygons are points."""
    geo["columns"]["geometry"]["geometry_types"] = ["Point"]
    return table


def box_without_shape(table: pa.Table, _geo: dict) -> pa.Table:
    """Take a geometry away and leave its box."""
    shapes = table["geometry"].to_pylist()
    column = pa.array([None, *shapes[1:]], pa.binary())
    return table.set_column(table.column_names.index("geometry"), "geometry", column)


def no_shape(table: pa.Table, _geo: dict) -> pa.Table:
    """Put bytes that are no geometry into the first row."""
    shapes = table["geometry"].to_pylist()
    column = pa.array([b"none", *shapes[1:]], pa.binary())
    return table.set_column(table.column_names.index("geometry"), "geometry", column)


BREAKS = {
    "another kind of geometry": lambda f: rewrite(f, other_kind),
    "a box without a geometry": lambda f: rewrite(f, box_without_shape),
    "bytes that are no geometry": lambda f: rewrite(f, no_shape),
}

if __name__ == "__main__":
    asked("geoparquet-validator", sys.argv[1])
    for _, copy in broken({"": lambda f: rewrite(f, lambda table, _: table)}):
        if faults(copy):
            sys.exit(f"a copy with nothing wrong is refused: {faults(copy)}")
    accepted = [name for name, copy in broken(BREAKS) if not faults(copy)]
    finish("geoparquet-validator", faults(TABLES), accepted)
