"""What the fuzzer found, each by the smallest input that shows it."""

import gzip
import io
import json
import re
import struct
import zipfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import syriaconflict as sc
from conftest import DOCUMENT, FRONTS
from syriaconflict import (
    _explore_page,
    _paths,
    adapters,
    anchors,
    exports,
    remote,
    schema,
)
from syriaconflict.adapters import _files
from syriaconflict.archives import Release, read_frame
from syriaconflict.derive import priogrid
from syriaconflict.exports import rows
from syriaconflict.manifests import ReleaseError

UCDP = {"id": 7, "type_of_violence": 3, "event_clarity": 1, "date_prec": 2,
        "date_start": "2016-08-01", "date_end": "2016-08-02", "where_prec": 1,
        "latitude": 36.2, "longitude": 37.1, "priogrid_gid": 181875,
        "low": 2, "best": 2, "high": 5}  # fmt: skip
ACLED = {"event_id_cnty": "SYR1", "event_date": "2017-04-03", "time_precision": 1,
         "sub_event_type": "Air/drone strike", "latitude": 36.2, "longitude": 37.1,
         "geo_precision": 1, "fatalities": 3}  # fmt: skip
HOLDERS = "place_id,date,holder\nhalfaya,2017-04-20,rebels\n"


def ucdp(folder: Path, **cells: object) -> pd.DataFrame:
    file = folder / "GEDEvent_v23_1.csv"
    pd.DataFrame([UCDP | cells]).to_csv(file, index=False)
    return adapters.read_ucdp_ged(file)


def acled(folder: Path, record: str) -> pd.DataFrame:
    file = folder / "acled.json"
    file.write_text(f'{{"data": [{record}]}}')
    return adapters.read_acled(file)


def control(folder: Path, content: bytes, name: str = "a.csv") -> pd.DataFrame:
    (folder / name).write_bytes(content)
    return adapters.read_control(folder / name)


# Files of others


def test_more_dead_than_a_column_holds_are_missing(tmp_path):
    event = ucdp(tmp_path, high=2147483648).iloc[0]
    assert event["killed_low"] == 2
    assert pd.isna(event["killed_high"])
    assert event["source_high"] == 2147483648
    assert ucdp(tmp_path, high=2147483647).iloc[0]["killed_high"] == 2147483647


@pytest.mark.parametrize("far", [181.0, 2147483648.0, 1e300, float("inf")])
def test_a_point_off_the_earth_has_no_cell(far):
    x, y = pd.Series([far, 0.25, -180.0, 37.1]), pd.Series([0.0, 0.0, far, 36.2])
    # row 2 * (36.2 + 90) = 252, column 2 * (37.1 + 180) = 434: 252 * 720 + 434 + 1
    assert priogrid(x, y).isna().tolist() == [True, False, True, False]
    assert priogrid(x, y)[3] == 181875


def test_a_row_off_the_earth_is_set_aside(tmp_path):
    with pytest.warns(UserWarning, match=r"impossible coordinate 1"):
        assert acled(tmp_path, json.dumps(ACLED | {"longitude": "9" * 30})).empty


@pytest.mark.parametrize("odd", ["1.5", "1e300", "inf"])
def test_an_id_that_is_no_whole_number_is_none(tmp_path, odd):
    with pytest.warns(UserWarning, match=r"1 rows set aside \(no id 1\)"):
        assert ucdp(tmp_path, id=odd).empty


def test_bytes_in_a_column_that_nobody_told_are_refused(tmp_path):
    content = HOLDERS.replace("halfaya", "halfay\xe0").encode("latin-1")
    with pytest.raises(ValueError, match=r"'place_id' holds bytes that are no UTF-8"):
        control(tmp_path, content)


@pytest.mark.parametrize("told", ["0000-01-01", "2016-08-01", "2016-08-01 10:00"])
def test_days_in_a_column_that_nobody_told_stay_text(tmp_path, told):
    assert ucdp(tmp_path, entered=told)["source_entered"].tolist() == [told]


def test_half_of_a_pair_of_code_units_is_replaced(tmp_path):
    record = json.dumps(ACLED | {"notes": "a\ud800b", "a\udfff": 1})
    with pytest.warns(UserWarning, match="untested version"):
        event = acled(tmp_path, record).iloc[0]
    assert event["source_notes"] == "a?b"
    assert event["source_a?"] == "1"


def test_two_columns_of_one_name_are_refused(tmp_path):
    said = "a.csv has several columns called n, wanted one of each"
    with pytest.raises(ValueError, match=said):
        control(tmp_path, b"place_id,date,holder,n,n\na,2017-04-20,rebels,1,2\n")
    record = json.dumps(ACLED | {"fataliTies": 4})
    with pytest.raises(ValueError, match="several columns called fatalities"):
        acled(tmp_path, record)


def test_a_date_beside_the_column_that_is_named_is_refused(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("place_id,day,date,holder\na,2017-04-20,2017-04-21,rebels\n")
    with pytest.raises(ValueError, match="several columns called date"):
        adapters.read_control(file, date="day")


def zipped(content: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("a.csv", content)
    return buffer.getvalue()


@pytest.mark.parametrize("offset", ["method", "flags"])
def test_an_archive_packed_as_nobody_can_read_is_refused(tmp_path, offset):
    made = bytearray(zipped(HOLDERS.encode(), zipfile.ZIP_STORED))
    at = made.index(b"PK\x01\x02")
    if offset == "method":
        made[at + 10 : at + 12] = made[8:10] = struct.pack("<H", 77)
    else:  # encrypted
        made[at + 8 : at + 10] = made[6:8] = struct.pack("<H", 1)
    with pytest.raises(ValueError, match=r"a\.zip is cut off or damaged"):
        control(tmp_path, bytes(made), "a.zip")


@pytest.mark.parametrize("pack", [gzip.compress, zipped], ids=["gz", "zip"])
def test_a_bomb_is_not_unpacked(tmp_path, monkeypatch, pack):
    packed = pack(HOLDERS.encode() + b"\n" * 1_000_000)
    limit = 100 * len(packed)
    assert limit < 1_000_000
    monkeypatch.setattr(_files, "_LARGE", 1000)
    said = f"a.packed unpacks to more than {limit:,} bytes, over 100 times its size"
    with pytest.raises(ValueError, match=said):
        control(tmp_path, packed, "a.packed")
    monkeypatch.setattr(_files, "_LARGE", 2_000_000)
    assert len(control(tmp_path, packed, "a.packed")) == 1


def test_json_nested_too_deep_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"acled\.json is cut off or no JSON"):
        acled(tmp_path, "[" * 100_000)


# Sources


def test_a_key_without_a_name_is_named(sources):
    line = sources.replace("    radius_km: 2\n", '    "": 2\n')
    found = [f for f in sources.findings() if "no such key" in f]
    assert found[0].startswith(f"{DOCUMENT}:{line}: claim.: is no such key, ")
    text = sources.read(DOCUMENT)
    sources.write(DOCUMENT, text + '"": 1\n')
    assert any(": '': is no such key, wanted one of" in f for f in sources.findings())


def test_an_outline_with_nan_is_no_polygon(sources):
    odd = json.loads(json.dumps(FRONTS))
    odd["features"][0]["geometry"]["coordinates"][0][1] = [37.0, "nan"]
    sources.write("fronts.geojson", json.dumps(odd))
    found = [f for f in sources.findings() if f.startswith("fronts.geojson")]
    assert found == ["fronts.geojson:1: geometry: feature 1 is no valid polygon"]


@pytest.mark.parametrize("tokens", [0, -1, -(10**9)])
def test_a_passage_without_tokens_is_refused(tokens):
    with pytest.raises(ValueError, match=f"tokens is {tokens}, wanted the length"):
        anchors.locate("one two three", tokens, "0" * 64)


# What is installed


@pytest.fixture
def spoilt(three_releases, tmp_path, monkeypatch):
    """A copy of what is installed, whose files may be spoilt."""
    import shutil

    for place in ("datasets/tables", "catalog.yaml"):
        source, target = three_releases.root / place, tmp_path / place
        target.parent.mkdir(exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    monkeypatch.setattr(_paths, "root", lambda: tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["publishers", "events"])
@pytest.mark.parametrize("kept", [0, 3, 300])
def test_a_table_cut_off_is_told(spoilt, name, kept):
    path = spoilt / "datasets" / "tables" / f"{name}.parquet"
    path.write_bytes(path.read_bytes()[:kept])
    said = re.escape(str(path)) + r" cannot be read .* sc\.verify\(\) names the files"
    with pytest.raises(ValueError, match=said) as told:
        sc.load(name)
    assert type(told.value) is ValueError
    with pytest.raises(ValueError, match=said):
        sc.tables()


def test_a_missing_table_is_told_by_the_list_too(spoilt):
    (spoilt / "datasets" / "tables" / "places.parquet").unlink()
    with pytest.raises(FileNotFoundError, match=r"places\.parquet is missing: run"):
        sc.tables()


@pytest.mark.parametrize("odd", [b"", b"- a", b"a: [", b"\xff", b"data: {x: {}}"])
def test_another_catalog_is_not_opened(spoilt, odd):
    assert "claims" in list(sc.catalog())
    (spoilt / "catalog.yaml").write_bytes(odd)
    with pytest.raises(ReleaseError, match=r"catalog\.yaml: has .* damaged, or anoth"):
        sc.catalog()
    (spoilt / "catalog.yaml").unlink()
    with pytest.raises(ReleaseError, match=r"catalog\.yaml: is missing"):
        sc.catalog()


def test_metadata_of_pandas_that_are_none():
    """A sealed table that says it has columns which it has not."""
    import hashlib

    odd = {"index_columns": ["a"], "columns": [], "column_indexes": []}
    arrow = pa.table({"b": [1]}).replace_schema_metadata({"pandas": json.dumps(odd)})
    out = io.BytesIO()
    pq.write_table(arrow, out)
    content = out.getvalue()
    told = {"file": "a.parquet", "rows": 1, "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest()}  # fmt: skip
    release = Release("0.1.0", "here", {"tables": {"a": told}}, lambda *_: content)
    with pytest.raises(ReleaseError, match=r"a\.parquet: its table cannot be read \("):
        read_frame(release, "a")


@pytest.mark.parametrize("odd", [b"", b"[]", b"\xff", b'{"a": 1}', b"[" * 100_000])
def test_a_record_that_is_none_is_told(tmp_path, odd):
    (tmp_path / remote.UNCHECKED).write_bytes(odd)
    with pytest.raises(ValueError, match=r"is no record of files .* delete it: wh"):
        remote.unchecked(tmp_path)


# Exports


def test_an_export_that_is_damaged_is_told(tmp_path):
    sc.export("csv", tmp_path / "out", tables=["publishers"])
    path = tmp_path / "out" / "publishers.csv"
    whole = path.read_bytes()
    for odd in (
        b"",
        whole.replace(b"e", b"\xe0"),
        whole + b"a" + b"," * 99,
    ):
        path.write_bytes(odd)
        with pytest.raises(ValueError, match=r"cannot be read as a CSV in .* again"):
            exports.read_csv(tmp_path / "out")


def test_a_shape_that_is_none_is_told(tmp_path):
    (tmp_path / "fronts.csv").write_text("front_id,geometry\na,POLYGON ((1 2\n")
    with pytest.raises(ValueError, match=r"fronts\.csv: geometry cannot be read"):
        exports.read_csv(tmp_path)


def test_a_table_without_its_shapes_is_told(tmp_path):
    (tmp_path / "fronts.csv").write_text("front_id,name\na,b\n")
    with pytest.raises(ValueError, match=r"fronts\.csv: has no column geometry"):
        exports.read_csv(tmp_path)


@pytest.mark.parametrize("odd", ["inf", "1e300", "9" * 30])
def test_a_number_beyond_its_column_is_told(tmp_path, odd):
    (tmp_path / "claims.csv").write_text(f"claim_id,count_low\na,{odd}\n")
    with pytest.raises(ValueError, match=r"claims\.csv: count_low cannot be read"):
        exports.read_csv(tmp_path)


def test_a_workbook_that_is_damaged_is_told(tmp_path):
    path = tmp_path / "out.xlsx"
    sc.export("excel", path, tables=["publishers"])
    whole = path.read_bytes()
    for odd in (b"", b"no workbook", whole[:-30], whole[:2000] + whole[2100:]):
        path.write_bytes(odd)
        with pytest.raises(ValueError, match=r"cannot be read as a workbook .* again"):
            exports.read_excel(path)


@pytest.fixture
def tables(three_releases):
    """The tables of the small release: two happenings at Tell Amber."""
    from syriaconflict.archives import open_folder

    release = open_folder(three_releases.root, None)
    names = [name for name, table in schema.TABLES.items() if table.is_published]
    return {name: read_frame(release, name) for name in names}


def exported(monkeypatch, frames, format, target):
    monkeypatch.setattr(rows, "_resolved", lambda *_: dict(frames))
    return exports.export(format, target)


@pytest.mark.parametrize("name", ["a!b.gpkg", "a;b.gpkg", "a\nb.gpkg"])
def test_a_geopackage_is_written_nowhere_else(tmp_path, monkeypatch, name):
    """The writer below took ``a!b.gpkg`` for ``b.gpkg``, in the folder one is in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b.gpkg").write_text("somebody's")
    with pytest.raises(ValueError, match=r"holds '(!|;|\\n)', and no GeoPackage"):
        sc.export("geopackage", tmp_path / name, tables=["axes"])
    assert [path.name for path in tmp_path.iterdir()] == ["b.gpkg"]
    assert (tmp_path / "b.gpkg").read_text() == "somebody's"


def test_a_nul_that_a_geopackage_would_cut_at_is_refused(tables, tmp_path, monkeypatch):
    tables["documents"]["author"] = "a\0b"
    said = "documents:0:author holds a NUL, where text ends in a GeoPackage; export csv"
    with pytest.raises(ValueError, match=said):
        exported(monkeypatch, tables, "geopackage", tmp_path / "a.gpkg")


@pytest.mark.parametrize("format", ["ged", "acled"])
def test_a_nul_that_a_reader_would_refuse_is_refused(
    tables, tmp_path, monkeypatch, format
):
    tables["events"]["summary"] = "a\0b"
    with pytest.raises(ValueError, match=r"a\.csv:0:notes holds a NUL, which read"):
        exported(monkeypatch, tables, format, tmp_path / "a.csv")


@pytest.mark.parametrize("format", ["ged", "acled", "timemap"])
@pytest.mark.parametrize("empty", ["event_actors", "claims"])
def test_events_of_which_no_actor_or_claim_is_told(
    tables, tmp_path, monkeypatch, format, empty
):
    tables[empty] = tables[empty].iloc[:0]
    made = exported(monkeypatch, tables, format, tmp_path / "a.csv")
    name = "events.json" if format == "timemap" else "a.csv"
    # the killing, of which ACLED wants to know who was killed, and the capture
    reasons = ["ACLED has no such type: killing"] * (format == "acled")
    assert made.set_aside["reason"].tolist() == reasons
    assert made.rows[name] == 2 - len(reasons)
    path = tmp_path / "a.csv"
    text = (path / name if path.is_dir() else path).read_text(encoding="utf-8")
    nobody = made.rows[name] if empty == "event_actors" else 0
    assert text.count("nobody named") == nobody


@pytest.mark.parametrize("far", [float("inf"), 181.0])
def test_timemap_sets_aside_what_lies_nowhere(tables, tmp_path, monkeypatch, far):
    tables["events"].loc[0, "longitude"] = far
    made = exported(monkeypatch, tables, "timemap", tmp_path / "out")
    assert made.rows["events.json"] == 1
    assert made.set_aside["reason"].tolist() == ["no point on earth told"]


def test_events_that_lack_what_was_read_have_no_columns_of_ged(tmp_path):
    events = ucdp(tmp_path)
    said = "events lack event_id, latitude, wanted rows from read_ucdp_ged with all"
    with pytest.raises(ValueError, match=said):
        adapters.to_ucdp_ged(events.drop(columns=["latitude", "event_id"]))
    for odd in ("ucdp-ged:", "ucdp-ged:x", "ucdp-ged:" + "9" * 30, None):
        with pytest.raises(ValueError, match=r"event_id .* is not UCDP GED's, wanted"):
            adapters.to_ucdp_ged(events.assign(event_id=[odd]))


# The map


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), {1}])
def test_what_json_cannot_hold_is_refused(odd):
    with pytest.raises(ValueError, match="the map's data hold what JSON cannot"):
        _explore_page.page({"n": odd})
