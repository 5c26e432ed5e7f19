"""Targets: files of UCDP, ACLED, Airwars, VIINA, GDELT, and tables of control."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from fuzz.judging import Broken
from fuzz.mutations import ODD, damaged, odd_cells, odd_tree
from fuzz.target import Target, into

if TYPE_CHECKING:
    import pandas as pd

_POINT = {"latitude": 36.2, "longitude": 37.1}
ROWS = {  # invented
    "ucdp_ged": _POINT | {
        "id": 7, "type_of_violence": 3, "event_clarity": 1, "date_prec": 2,
        "date_start": "2016-08-01", "date_end": "2016-08-02", "where_prec": 1,
        "priogrid_gid": 181875, "low": 2, "best": 2, "high": 5, "side_a_new_id": 118,
        "side_b_new_id": 99, "deaths_civilians": 2, "deaths_unknown": 0,
        "source_office": "An agency;Another", "active_year": 1,
    },
    "acled": _POINT | {
        "event_id_cnty": "SYR1", "event_date": "2017-04-03", "time_precision": 1,
        "sub_event_type": "Air/drone strike", "geo_precision": 1, "fatalities": 3,
        "event_type": "Explosions/Remote violence", "source": "SOHR; SANA",
        "actor1": "Military Forces of Russia (2000-)", "actor2": "Civilians (Syria)",
        "timestamp": 1600000000, "notes": "A strike",
    },
    "airwars": _POINT | {
        "incident_code": "RS1", "date": "2016-08-01", "killed_min": 2, "killed_max": 3,
        "geolocation_accuracy": "village", "belligerents": "Russian Military",
        "strike_type": "Airstrike", "belligerent_codes": "russia;syrian_regime",
        "belligerent_types": "suspected;suspected", "infrastructure": "Healthcare",
    },
    "viina": _POINT | {
        "event_id_1pd": 7, "date": 20220301, "geonameid": 1, "GEO_PRECISION": "STREET",
        "t_mil_b": 1, "t_artillery_b": 1, "a_rus_init_b": 1, "a_ukr_init_b": 0,
    },
    "viina_control": {"geonameid": 7, "date": 20220301, "status": "RU"},
    "control": {"place_id": "halfaya", "date": "2017-04-20", "holder": "rebels"},
    "gdelt": {
        "GLOBALEVENTID": "1215450000", "SQLDATE": "20241130", "Actor1Code": "RUSMIL",
        "Actor2Code": "SYRREB", "EventCode": "195", "EventRootCode": "19",
        "ActionGeo_Type": "4", "ActionGeo_Lat": "35.93", "ActionGeo_Long": "36.63",
        "DATEADDED": "20241130121500",
    },
}  # fmt: skip
_KEYS = ("id", "event_id_cnty", "incident_code", "event_id_1pd", "GLOBALEVENTID")
_SHARES = {"ucdp_ged": 3, "acled": 3, "airwars": 3, "viina": 3, "viina_control": 3,
           "control": 3, "gdelt": 3}  # fmt: skip


def targets(_: Path) -> Iterator[Target]:
    """Yield one target a source, and one for ACLED's JSON."""
    for source, row in ROWS.items():
        rows = [_numbered(row, nth) for nth in range(3)]
        if source == "gdelt":
            from syriaconflict import adapters

            names = [row["source_column"] for row in adapters.mapping("columns")
                     if row["source"] == "gdelt"]  # fmt: skip
            cells = [[str(row.get(name, "")) for name in names] for row in rows]
            text, mark = "\n".join("\t".join(row) for row in cells) + "\n", "\t"
        else:
            text, mark = _csv(rows), ","
        make = _maker(text, mark)
        yield Target(source, _SHARES[source], make, into("a.csv"), _reader(source))
    records = {"status": 200, "data": [_numbered(ROWS["acled"], n) for n in range(2)]}

    def make_json(rng: Random) -> bytes:
        text = json.dumps(odd_tree(rng, records))
        content = text.encode(errors="replace")
        return content if rng.random() < 0.7 else damaged(rng, content)

    yield Target("acled-json", 3, make_json, into("a.csv"), _reader("acled"))
    yield _back()


def _back() -> Target:
    """Return the target of GED's columns made again from what was read of a file."""
    from syriaconflict import adapters
    from syriaconflict.adapters import _tables, ucdp_ged
    from syriaconflict.adapters._events import kept_as
    from syriaconflict.schema import EVENTS

    rows = [_numbered(ROWS["ucdp_ged"], nth) for nth in range(3)]
    columns = ("geometry", "event_id", "latitude", "ucdp_date_prec", "source_low")

    def make_file(rng: Random) -> bytes:
        odd = [dict(row) for row in rows]
        if rng.random() < 0.3:
            name = rng.choice(("count", "notes", "gwnoa", *ODD))
            odd = [row | {name: rng.choice(ODD)} for row in odd]
        for _ in range(rng.randrange(4)):
            rng.choice(odd)[rng.choice(list(odd[0]))] = rng.choice(ODD)
        return _csv(odd).encode()

    def make(rng: Random) -> bytes:
        told = {"rows": rng.choice(([0, 1, 2], [0, 1, 2], [2, 0], []))}
        told["without"] = rng.choice(columns) if rng.random() < 0.1 else ""
        odd = rng.choice(("", "ucdp-ged:")) + rng.choice(ODD)
        told["id"] = odd if rng.random() < 0.1 else ""
        return json.dumps(told).encode() + b"\n" + make_file(rng)

    def put(content: bytes, folder: Path) -> None:
        told, _, file = content.partition(b"\n")
        json.loads(told)
        (folder / "told.json").write_bytes(told)
        (folder / "a.csv").write_bytes(file)

    def run(folder: Path) -> None:
        told = json.loads((folder / "told.json").read_text())
        read = adapters.read_ucdp_ged(folder / "a.csv")
        events = read.iloc[[row for row in told["rows"] if row < len(read)]]
        if told["id"] and len(events):
            ids = [told["id"], *events["event_id"].iloc[1:]]
            events = events.assign(event_id=ids)
        if told["without"]:
            events = events.drop(columns=told["without"], errors="ignore")
        made = adapters.to_ucdp_ged(events)
        if len(made) != len(events):
            msg = f"{len(made)} rows of {len(events)} events"
            raise Broken(msg)
        made.to_csv(folder / "back.csv", index=False)
        if told["without"] or told["id"] or not len(made):
            return
        again = adapters.read_ucdp_ged(folder / "back.csv")
        # text that did not fit a column is kept beside it as long as it is there, and
        # what a column that GED does not have is taken for follows from all its rows
        beside = {f"source_{name}" for name in ucdp_ged._WHOLE}
        known = {*EVENTS.names, *map(kept_as, _tables.columns("ucdp_ged"))} - beside
        for name in events.columns.intersection([*known - {"geometry"}]):
            was, now = _texts(events[name]), _texts(again[name])
            if was != now:
                msg = f"{name} was {was!r:.80}, is {now!r:.80}"
                raise Broken(msg)

    return Target("ucdp-ged-back", 3, make, put, run, may_write=True)


def _texts(cells: pd.Series) -> list[str]:
    """Return cells as text, numbers alike whatever holds them."""
    return [_text(cell) for cell in cells.astype(object).where(cells.notna(), "")]


def _text(cell: object) -> str:
    try:
        return str(float(cell))
    except (TypeError, ValueError, OverflowError):
        return str(cell)


def _numbered(row: dict, nth: int) -> dict:
    """Return a row under an id of its own."""
    made = dict(row)
    for key in _KEYS:
        if key in made:
            made[key] = f"{made[key]}{nth}"
    return made


def _csv(rows: list[dict]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _maker(text: str, mark: str) -> Callable[[Random], bytes]:
    def make(rng: Random) -> bytes:
        if rng.random() < 0.02:
            return "\n".join(rng.choices(ODD, k=rng.randrange(9))).encode()
        made = odd_cells(rng, text, mark)
        made = made if rng.random() < 0.6 else damaged(rng, text.encode())
        packing = rng.random()
        if packing < 0.05:
            packed = gzip.compress(made, mtime=0)
        elif packing < 0.1:
            buffer = io.BytesIO()
            with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
                inside = rng.choice(("a.csv", "../up.csv", "/up.csv", "a.txt"))
                archive.writestr(zipfile.ZipInfo(inside), made)
            packed = buffer.getvalue()
        else:
            return made
        return packed if rng.random() < 0.5 else damaged(rng, packed)

    return make


def _reader(source: str) -> Callable[[Path], None]:
    from syriaconflict import adapters
    from syriaconflict.adapters._accounts import tell

    def run(folder: Path) -> None:
        made, account = adapters.READERS[source](folder / "a.csv")
        tell(account, report=False)
        str(account)
        if account.rows_in != account.rows_out + len(account.set_aside):
            msg = f"rows are lost: {account}"
            raise Broken(msg)
        if "control" not in source:
            if len(made) != account.rows_out:
                msg = f"{len(made)} rows came out: {account}"
                raise Broken(msg)
            if made["event_id"].is_unique:
                adapters.event_actors(made)
                adapters.reported(made)
            if source == "ucdp_ged":
                adapters.to_ucdp_ged(made)

    return run
