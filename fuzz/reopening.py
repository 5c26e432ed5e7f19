"""What an export wrote, opened by readers that are not ours, against what went in."""

from __future__ import annotations

import csv
import json
import math
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from fuzz.judging import Broken

if TYPE_CHECKING:
    import pandas as pd

    from syriaconflict.exports import Export
    from syriaconflict.schema import Column

    Frames = Mapping[str, pd.DataFrame]


def sqlite(path: Path) -> dict[str, pd.DataFrame]:
    """Return the tables of a database."""
    import pandas as pd

    made = {}
    with closing(sqlite3.connect(path)) as database:
        for name in ("publishers", "places"):
            found = database.execute(f"SELECT * FROM {name} ORDER BY rowid")
            names = [told[0] for told in found.description]
            made[name] = pd.DataFrame(found.fetchall(), columns=names)
    return made


def geojson(folder: Path) -> dict[str, pd.DataFrame]:
    """Return the properties in the files of a folder."""
    import pandas as pd

    made = {}
    for path in folder.glob("*.geojson"):
        told = json.loads(path.read_text("utf-8"), parse_constant=_never)
        rows = [feature["properties"] for feature in told["features"]]
        made[path.stem] = pd.DataFrame(rows)
    return made


def _accounted(made: Export, frames: Frames, written: int) -> None:
    """Raise unless every event is written, or set aside with a reason."""
    left = made.set_aside[made.set_aside["table"] == "events"]
    gone = left[~left["reason"].str.contains(" emptied: ", regex=False)]
    if written + len(gone) != len(frames["events"]):
        msg = f"{written} events written, {len(gone)} set aside: {made}"
        raise Broken(msg)


def _csv_rows(path: Path) -> list[dict[str, str]]:
    from syriaconflict.exports.cells import plain

    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file, strict=True)
    if any(len(row) != len(head) for row in rows):
        msg = f"a row is not as long as the header of {path.name}"
        raise Broken(msg)
    return [dict(zip(head, map(plain, row), strict=True)) for row in rows]


def _table(made: Export, frames: Frames, source: str, key: str) -> None:
    """Hold a CSV to what is told; its own reader takes every row."""
    from syriaconflict import adapters

    rows = _csv_rows(made.path)
    _accounted(made, frames, len(rows))
    events = made.frames["events"].set_index("event_id")
    for row in rows:
        if not row["notes"].startswith(events["summary"][row[key]]):
            msg = f"notes of {row[key]} are {row['notes']!r:.60}"
            raise Broken(msg)
    try:
        account = adapters.account(source, made.path)
    except ValueError as error:
        msg = f"its reader refuses it: {error}"
        raise Broken(msg) from error
    if account.rows_in != len(rows) or made.rows != {made.path.name: len(rows)}:
        msg = f"{len(rows)} rows in the file, told {made.rows}; {account}"
        raise Broken(msg)


def ged(made: Export, frames: Frames) -> None:
    """Hold a file for UCDP to what it was made of."""
    _table(made, frames, "ucdp_ged", "relid")


def acled(made: Export, frames: Frames) -> None:
    """Hold a file for ACLED to what it was made of."""
    _table(made, frames, "acled", "event_id_cnty")


def timemap(made: Export, frames: Frames) -> None:
    """Hold four files of JSON to it; points and sources of events are there."""
    told = {
        name: json.loads((made.path / name).read_text("utf-8"), parse_constant=_never)
        for name in made.rows
    }
    if {name: len(items) for name, items in told.items()} != made.rows:
        msg = f"other rows than are told: {made}"
        raise Broken(msg)
    events = told["events.json"]
    _accounted(made, frames, len(events))
    summaries = made.frames["events"].set_index("event_id")["summary"]
    for event in events:
        if event["description"] != summaries[event["id"]]:
            msg = f"{event['id']} is told as {event['description']!r:.60}"
            raise Broken(msg)
        point = float(event["longitude"]), float(event["latitude"])
        if not all(map(math.isfinite, point)):
            msg = f"{event['id']} stands nowhere"
            raise Broken(msg)
        if not {*event["sources"]} <= {*told["sources.json"]}:
            msg = f"{event['id']} has a source that is not there"
            raise Broken(msg)


def _never(word: str) -> None:
    msg = f"{word} is no JSON"
    raise Broken(msg)


def geopackage(made: Export, frames: Frames) -> None:  # noqa: ARG001
    """Open the file with SQLite: every table has its rows, and its texts and days."""
    from syriaconflict import schema

    with closing(sqlite3.connect(made.path)) as database:
        if database.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            msg = "the database is damaged"
            raise Broken(msg)
        for name, frame in made.frames.items():
            for column in made.tables[name].columns:
                query = f'SELECT "{_stored(column)}" FROM "{name}" ORDER BY rowid'
                back = [cell for (cell,) in database.execute(query)]
                if column.type == schema.SHAPE:
                    back = [cell and b"" for cell in back]
                _same_cells(f"{name}.{column.name}", back, _wanted(frame, column))


def _stored(column: Column) -> str:
    return "geom" if column.name == "geometry" else column.name


def _wanted(frame: pd.DataFrame, column: Column) -> list:
    """Return a column as SQLite holds it; of a shape only whether it is there."""
    from syriaconflict import schema

    cells = frame[column.name]
    if column.type == schema.DATE:
        told = [str(day)[:10] for day in cells.to_numpy()]
    elif column.type == schema.SHAPE:
        told = [b""] * len(cells)
    else:
        told = cells.tolist()
    gone = cells.isna()
    return [None if no else cell for no, cell in zip(gone, told, strict=True)]


def _same_cells(where: str, back: list, wanted: list) -> None:
    if len(back) != len(wanted):
        msg = f"{where} has {len(back)} rows, wanted {len(wanted)}"
        raise Broken(msg)
    for cell, want in zip(back, wanted, strict=True):
        if cell != want:
            msg = f"{where}: {want!r:.60} came back as {cell!r:.60}"
            raise Broken(msg)
