"""Targets: odd tables as GeoPackage, and in the forms of UCDP, ACLED and timemap."""

from __future__ import annotations

import contextlib
import importlib
import json
import math
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from unittest import mock

from fuzz import reopening
from fuzz.judging import Broken
from fuzz.mutations import ODD
from fuzz.target import Target

if TYPE_CHECKING:
    import pandas as pd

    from syriaconflict.exports import Export
    from syriaconflict.schema import Column

    Frames = Mapping[str, pd.DataFrame]
    Check = Callable[[Export, Frames], None]

_STEMS = (*["out"] * 8, "a b", "تل", "a#b", "a?b=c", "%41", "a!b", "a;b", "a.zip!b",
          "a.zip/out", "'", '"', "a\nb", "-x", "=x", "~", "x" * 300)  # fmt: skip
_DAYS = ("2016-10-04", "2017-04-23", "2017-05-30", "1899-12-31", "2100-01-01",
         "0001-01-01", "0999-12-31", "9999-12-31")  # fmt: skip
_COUNTS = (0, 1, 3, 7, -1, 2**31 - 1, -(2**31))
_REALS = (0.0, -0.0, 36.5, 1e-300, 180.5, 1e308, math.inf, -math.inf, 0.1 + 0.2)
_SHAPES = {
    "Point": ("POINT EMPTY", "POINT (36.5 35.25)", "POINT (1e300 0)"),
    "Polygon": ("POLYGON EMPTY", "POLYGON ((0 0, 1 0, 1 1, 0 0))"),
    "MultiPolygon": ("MULTIPOLYGON EMPTY", "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))"),
}


def targets(tables: Path) -> Iterator[Target]:
    """Yield a target for each format, from a folder of small tables."""
    from syriaconflict import exports
    from syriaconflict.exports import rows

    whole = _doubled(_read(tables))

    def target(format: str, share: float, ending: str, check: Check) -> Target:
        writer = importlib.import_module(f"syriaconflict.exports.{format}")
        names = getattr(writer, "TABLES_WANTED", tuple(whole))

        def make(rng: Random) -> bytes:
            cells = [_cell(rng, whole, names) for _ in range(rng.choice((1, 2, 4, 9)))]
            told = {"name": rng.choice(_STEMS) + ending, "cells": cells}
            told["is_there"] = rng.random() < 0.1
            told["empty"] = rng.sample(names, rng.choice((0, 0, 0, 1, 2)))
            if format == "geopackage" and rng.random() < 0.8:  # all of them take long
                told["tables"] = [*rng.sample(sorted(whole), 2), cells[0][0]]
            return json.dumps(told).encode()

        def put(content: bytes, folder: Path) -> None:
            for path in folder.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            told = json.loads(content)
            (folder / "a.zip").mkdir()
            if told["is_there"] and len(told["name"]) < 100:
                former = folder / told["name"]
                former.write_text("x") if ending else former.mkdir()
            (folder / "input.json").write_bytes(content)

        def run(folder: Path) -> None:
            told = json.loads((folder / "input.json").read_text())
            frames = _with(whole, told["cells"])
            frames |= {name: frames[name].iloc[:0] for name in told["empty"]}
            path = folder / told["name"]
            words = {"tables": told.get("tables"), "overwrite": told["is_there"]}
            stood = _beside(path, folder)
            try:
                with (
                    mock.patch.object(rows, "_resolved", return_value=frames),
                    contextlib.chdir(folder),  # no hook sees what GDAL writes here
                ):
                    made = exports.export(format, path, **words)
            finally:
                left = _beside(path, folder) - stood
                if left:
                    msg = f"leaves {sorted(left)[0]} behind"
                    raise Broken(msg)
            check(made, frames)

        return Target(f"export-{format}", share, make, put, run, may_write=True)

    yield target("geopackage", 1, ".gpkg", reopening.geopackage)
    yield target("ged", 3, ".csv", reopening.ged)
    yield target("acled", 3, ".csv", reopening.acled)
    yield target("timemap", 3, "", reopening.timemap)


def _read(tables: Path) -> dict[str, pd.DataFrame]:
    import geopandas
    import pandas as pd

    from syriaconflict import schema

    return {
        name: (geopandas if table.geometry else pd).read_parquet(
            tables / f"{name}.parquet"
        )
        for name, table in schema.TABLES.items()
        if table.is_published
    }


def _doubled(frames: Frames) -> dict[str, pd.DataFrame]:
    """Return the tables with every event, its claims and actors a second time."""
    import pandas as pd

    made = dict(frames)
    for name in ("events", "claims", "event_actors"):
        again = frames[name].copy()
        for column in {"event_id", "claim_id"} & {*again}:
            again[column] += "-again"
        made[name] = pd.concat([frames[name], again], ignore_index=True)
    return made


def _beside(path: Path, folder: Path) -> set[str]:
    """Return what stands beside the target."""
    found = {*path.parent.iterdir(), *folder.iterdir()} - {path, path.parent}
    return {str(other.relative_to(folder)) for other in found}


def _cell(rng: Random, frames: Frames, names: tuple[str, ...]) -> list:
    """Return an odd cell: table, row, column and what stands there."""
    from syriaconflict import schema

    free = {
        name: [c for c in table.columns if c.name not in table.key]
        for name, table in schema.TABLES.items()
        if name in names and len(frames[name])
    }
    filled = [name for name, columns in free.items() if columns]
    name = rng.choice([*filled, *["events"] * len(filled)])
    column = rng.choice(free[name])
    value = _value(rng, column, _SHAPES.get(schema.TABLES[name].geometry, ()))
    return [name, rng.randrange(len(frames[name])), column.name, value]


def _value(rng: Random, column: Column, shapes: tuple[str, ...]) -> object:
    from syriaconflict import schema

    if not column.required and rng.random() < 0.2:
        return None
    if column.codes and rng.random() < 0.7:
        return rng.choice(sorted(column.codes))
    odd = {schema.DATE: _DAYS, schema.COUNT: _COUNTS, schema.REAL: _REALS,
           schema.FLAG: (True, False), schema.SHAPE: shapes}  # fmt: skip
    if column.type in odd:
        return rng.choice(odd[column.type])
    return rng.choice(ODD) + rng.choice(("", rng.choice(ODD), " told"))


def _with(frames: Frames, cells: list[list]) -> dict[str, pd.DataFrame]:
    """Return the tables with odd cells in them."""
    import numpy as np
    import shapely

    from syriaconflict import schema

    made = dict(frames)
    for name, row, column, value in cells:
        kind = schema.TABLES[name].column(column).type
        if kind == schema.DATE and value is not None:
            value = np.datetime64(value, "ms")
        elif kind == schema.SHAPE:
            value = value and shapely.from_wkt(value)
        odd = made[name][column].copy()
        odd.iloc[row] = value
        made[name] = made[name].assign(**{column: odd})
    return made
