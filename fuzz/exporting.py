"""Targets: exports of odd cells, and exports that were damaged before they are read."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from unittest import mock

from fuzz import formats, reopening, seeds
from fuzz.judging import Broken
from fuzz.mutations import ODD, damaged, odd_cells
from fuzz.target import Target

_FORMATS = {"csv": "out", "excel": "out.xlsx", "sqlite": "out.db", "geojson": "out"}
_RUN = "=+-@\t\r＝＋－＠"
_MARK = b"\n==\n"


def targets(stage: Path) -> Iterator[Target]:
    """Yield the targets of the exports."""
    import geopandas
    import pandas as pd

    from syriaconflict import exports
    from syriaconflict.exports import csv_files, excel, geojson, sqlite
    from syriaconflict.exports.rows import Export

    writers = {"csv": csv_files, "excel": excel, "sqlite": sqlite, "geojson": geojson}
    readers = {"csv": exports.read_csv, "excel": exports.read_excel,
               "sqlite": reopening.sqlite, "geojson": reopening.geojson}  # fmt: skip
    checkout = seeds.make_checkout(stage / "exported")
    tables = checkout.root / "datasets" / "tables"
    outlets = pd.read_parquet(tables / "publishers.parquet")
    places = geopandas.read_parquet(tables / "places.parquet")
    whole = Export({"publishers": outlets, "places": places}, "0.1.0", "representative")
    csv_files.write(whole, stage / "csv")
    excel.write(whole, stage / "out.xlsx")
    files = {path.name: path.read_bytes() for path in (stage / "csv").glob("p*.csv")}
    files["out.xlsx"] = (stage / "out.xlsx").read_bytes()

    def make_cells(rng: Random) -> bytes:
        words = [rng.choice(ODD) + rng.choice(("", rng.choice(ODD))) for _ in range(3)]
        return json.dumps({"format": rng.choice(sorted(_FORMATS)),
                           "words": words}).encode()  # fmt: skip

    def put_cells(content: bytes, folder: Path) -> None:
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        json.loads(content)
        (folder / "cells.json").write_bytes(content)

    def run_cells(folder: Path) -> None:
        told = json.loads((folder / "cells.json").read_text())
        name, note, title = told["words"]
        odd = outlets.assign(name=name, note=note)
        odd = odd.astype({"name": "str", "note": "str"})
        spots = places.assign(name=title).astype({"name": "str"})
        frames = {"publishers": odd, "places": spots}
        if told["format"] == "geojson":  # which takes what has a geometry
            del frames["publishers"]
        made = Export(frames, "0.1.0", "representative")
        path = folder / _FORMATS[told["format"]]
        with mock.patch.object(tempfile, "tempdir", str(folder)):  # of openpyxl
            writers[told["format"]].write(made.to(path, told["format"]), path)
        back = readers[told["format"]](path)
        for table, text in zip(frames, (name, title)[-len(frames) :], strict=True):
            _same(back[table]["name"].fillna("").iloc[0], text)
        if told["format"] == "csv":
            _inert(path / "publishers.csv")

    def make_export(rng: Random) -> bytes:
        name = rng.choice([*sorted(files), "places.csv", "publishers.csv"])
        content = files[name]
        if name.endswith(".csv") and rng.random() < 0.6:
            content = odd_cells(rng, content.decode())
        else:
            content = damaged(rng, content)
        return name.encode() + _MARK + content

    def put_export(content: bytes, folder: Path) -> None:
        for path in folder.iterdir():
            path.unlink()
        name, _, inside = content.partition(_MARK)
        if name.decode("utf-8", "replace") in files:
            (folder / name.decode()).write_bytes(inside)

    def run_export(folder: Path) -> None:
        if (folder / "out.xlsx").exists():
            exports.read_excel(folder / "out.xlsx")
        exports.read_csv(folder)

    yield Target("export", 2, make_cells, put_cells, run_cells, may_write=True)
    yield Target("export-read", 10, make_export, put_export, run_export)
    yield from formats.targets(tables)


def _same(back: str, name: str) -> None:
    if back != name and back.split() != name.split():  # ends of lines may differ
        msg = f"{name!r:.60} came back as {back!r:.60}"
        raise Broken(msg)


def _inert(path: Path) -> None:
    """No cell begins as a formula does."""
    import csv

    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            for cell in row:
                if cell.lstrip(" \ufeff")[:1] and cell.lstrip(" \ufeff")[0] in _RUN:
                    msg = f"a spreadsheet would run {cell!r:.60}"
                    raise Broken(msg)
