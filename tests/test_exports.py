"""Exports: what is written reads back equal, whole in its references, in its place."""

import csv
import json
import re
import sqlite3
import unicodedata
from contextlib import closing

import geopandas
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from shapely import MultiPolygon, Point, Polygon

import syriaconflict as sc
from conftest import DOCUMENT_ID
from syriaconflict import cli, exports, schema
from syriaconflict.exports import excel, geojson, geopackage, sqlite
from syriaconflict.exports.cells import neutral, plain
from syriaconflict.exports.geometries import right_handed
from syriaconflict.exports.rows import Export

PUBLISHED = [name for name, table in schema.TABLES.items() if table.is_published]
WGS84 = "EPSG:4326"


def of(frames, **facts):
    return Export(frames, "9.9.9", "representative", **facts)


def odd_publishers():
    """Publishers whose cells a spreadsheet would run, turn into days, or lose."""
    run = [
        "=1+1",
        "+963 Media",
        "-2",
        "@home",
        "\tTab",
        "\rReturn",
        "＝１",
        "＋１",
        "－１",
    ]
    turned = ["2016-10-04", "1-2", "00012", "NA", "null", "True", "1e5", "_x0041_"]
    names = [*run, "＠a", " =1", "'quoted'", *turned, '"a, b"', "two\nlines", "حلب"]
    size = len(names)
    frame = pd.DataFrame({
        "publisher_id": [f"2016-10-{number:02}-p" for number in range(1, size + 1)],
        "name": names, "perspective": "press", "language": "ar", "country": None,
        "url": None, "note": [None] * (size - 1) + ["=cmd|' /C calc'!A0"],
    })  # fmt: skip
    return frame.astype("str")


def same(left, right):
    """Equal frames; numbers to a part in 10^15, which is all that Excel writes."""
    assert_frame_equal(
        pd.DataFrame(left).drop(columns="geometry", errors="ignore"),
        pd.DataFrame(right).drop(columns="geometry", errors="ignore"),
        rtol=1e-14,
    )
    if "geometry" in left:
        same_shapes(left.geometry, right.geometry)


def same_shapes(left, right, most=1e-7):
    assert (left.isna() == right.isna()).all()
    told = left[left.notna()]
    apart = shapely.hausdorff_distance(told.values, right[left.notna()].values)
    assert (apart <= most).all()


@given(st.text())
def test_neutral_text_reads_back_and_begins_with_no_sign_of_a_formula(text):
    written = neutral(text)
    assert plain(written) == text
    first = unicodedata.normalize("NFKC", written).lstrip()[:1]
    assert first not in set("=+-@")
    assert written[:1] not in set("\t\r\n")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("exports")


@pytest.fixture(scope="module")
def database(folder):
    exports.export("sqlite", folder / "all.db")
    with closing(sqlite3.connect(folder / "all.db")) as opened:
        yield opened


@pytest.fixture(scope="module")
def package(folder):
    return exports.export("geopackage", folder / "all.gpkg").path


def test_csv_reads_back_equal_and_has_no_cell_that_runs(folder):
    made = sc.export("csv", folder / "csv")
    back = exports.read_csv(folder / "csv")
    assert list(back) == PUBLISHED
    for name in PUBLISHED:
        assert_frame_equal(back[name], sc.load(name))
        with (made.path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            table = list(csv.reader(file))
        numbers = {c.name for c in schema.TABLES[name].columns
                   if c.type in (schema.REAL, schema.COUNT)}  # fmt: skip
        for row in table:
            for column, cell in zip(table[0], row, strict=True):
                assert column in numbers or cell[:1] not in "=+-@\t\r" or not cell
    assert made.rows["fronts"] == len(sc.load("fronts"))
    assert made.set_aside.empty


def test_csv_folder_says_what_columns_and_codes_mean_and_how_to_cite(folder):
    path = sc.export("csv", folder / "few", tables=["places", "fronts"]).path
    columns = pd.read_csv(path / "columns.csv").set_index(["table_name", "column_name"])
    assert columns.loc[("places", "radius_km"), "unit"] == "km"
    assert columns.loc[("places", "front_id"), "refers_to"] == "fronts"
    codes = pd.read_csv(path / "codes.csv")
    assert "settlement" in codes.loc[codes["codes"] == "place_kinds", "code"].tolist()
    text = (path / "README.txt").read_text(encoding="utf-8")
    assert "CC BY 4.0" in text
    assert sc.cite() in text
    listed = json.loads((path / "export.json").read_text())["files"]
    assert sorted(listed) == ["README.txt", "codes.csv", "columns.csv", "fronts.csv",
                              "places.csv"]  # fmt: skip


def test_csv_and_excel_keep_odd_cells_as_they_are(tmp_path):
    frame = odd_publishers()
    exports.csv_files.write(of({"publishers": frame}), tmp_path / "csv")
    assert_frame_equal(exports.read_csv(tmp_path / "csv")["publishers"], frame)
    excel.write(of({"publishers": frame}), tmp_path / "a.xlsx")
    assert_frame_equal(exports.read_excel(tmp_path / "a.xlsx")["publishers"], frame)


def test_excel_cells_are_text_days_and_numbers_and_no_formula(tmp_path):
    excel.write(of({"publishers": odd_publishers()}), tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["publishers"]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}  # strings, not "f" or "d"
    assert not [c.value for c in cells if re.match(r"[=+\-@＝＋－＠\t\r]", c.value)]
    assert [cell.value for cell in sheet["A"]][1] == "2016-10-01-p"
    assert sheet["B2"].value == "'=1+1"
    assert sheet["B14"].value == "2016-10-04"


def test_excel_reads_back_equal_with_a_readme_and_frozen_header(folder):
    wanted = ["events", "places", "control", "documents", "axes", "fronts", "selection"]
    made = sc.export("excel", folder / "some.xlsx", tables=wanted)
    back = exports.read_excel(made.path)
    assert set(back) == set(wanted)
    for name in wanted:
        same(back[name], sc.load(name))
        assert back[name].dtypes.equals(sc.load(name).dtypes)
    book = openpyxl.load_workbook(made.path)
    assert book.sheetnames[0] == "readme"
    told = {row[0]: row[1] for row in book["readme"].iter_rows(values_only=True)}
    assert told["citation"] == sc.cite()
    assert told["licence"].startswith("CC BY 4.0")
    assert book["events"].freeze_panes == "B2"
    start = schema.EVENTS.names.index("start") + 1
    days = [row[0] for row in book["events"].iter_rows(min_col=start, max_col=start)]
    assert {cell.data_type for cell in days[1:] if cell.value is not None} == {"d"}
    assert days[1].number_format == "yyyy-mm-dd"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"note": "x" * 32_767}, "publishers:0:note has 32,767 characters, and an Ex"),
        ({"note": "a_x000D_b"}, "publishers:0:note holds '_x000D_', which Excel reads"),
        ({"published": pd.Timestamp("1899-12-31")}, "selection:0:published is 1899-12"),
    ],
)
def test_excel_says_which_cell_does_not_fit(tmp_path, change, message):
    if "note" in change:
        frames = {"publishers": odd_publishers().assign(**change)}
    else:
        frames = {"selection": sc.load("selection").head(1).assign(**change)}
    with pytest.raises(ValueError, match=message):
        excel.write(of(frames), tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_excel_says_when_a_table_has_too_many_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(excel, "MOST_ROWS", 4)
    with pytest.raises(ValueError, match="publishers: 23 rows, and Excel holds 3; exp"):
        excel.write(of({"publishers": odd_publishers()}), tmp_path / "a.xlsx")


def test_excel_without_its_extra_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "xlsxwriter", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'syriaconflict\[excel"):
        sc.export("excel", tmp_path / "a.xlsx", tables=["axes"])
    assert list(tmp_path.iterdir()) == []


def test_readers_say_what_they_wanted(tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no CSV of a table; wanted a fo"):
        exports.read_csv(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"a\.xlsx is no file; wanted a workb"):
        exports.read_excel(tmp_path / "a.xlsx")
    pd.DataFrame({"a": [1]}).to_excel(tmp_path / "b.xlsx", sheet_name="mine")
    with pytest.raises(ValueError, match="holds the sheets \\['mine'\\], and none is"):
        exports.read_excel(tmp_path / "b.xlsx")
    (tmp_path / "axes.csv").write_text("axis_id,seq\nm5,two\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"axes\.csv: seq cannot be read"):
        exports.read_csv(tmp_path)
    (tmp_path / "axes.csv").write_text("axis_id,length\nm5,2\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"axes\.length is not declared here"):
        exports.read_csv(tmp_path)


def test_sqlite_references_are_declared_and_hold(database):
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    for name in PUBLISHED:
        table = schema.TABLES[name]
        told = database.execute(f"PRAGMA foreign_key_list({name})").fetchall()
        wanted = {(c.name, c.references) for c in table.columns if c.references}
        assert {(row[3], row[2]) for row in told} == wanted
    keys = database.execute("PRAGMA table_info(events)").fetchall()
    assert [row[1] for row in keys if row[5]] == ["event_id"]


def test_sqlite_refuses_what_breaks_a_reference_or_a_type(database):
    database.execute("PRAGMA foreign_keys = ON")
    for statement in (
        "INSERT INTO claim_places VALUES ('no-such-claim', 'halfaya', 'via')",
        "INSERT INTO axes VALUES ('m5', 'one', 'x', 'halfaya', 1.0, NULL)",
        "UPDATE campaigns SET start = '4/10/2016'",
        "UPDATE events SET is_contested = 2",
        "INSERT INTO events SELECT * FROM events LIMIT 1",
    ):
        with pytest.raises(sqlite3.IntegrityError), database:
            database.execute(statement)


def test_sqlite_reads_back_equal(database):
    for name in PUBLISHED:
        cursor = database.execute(f"SELECT * FROM {name}")
        names = [told[0] for told in cursor.description]
        rows = pd.DataFrame(cursor.fetchall(), columns=names, dtype=object)
        want = sc.load(name)
        assert names == list(want.columns)
        for column in schema.TABLES[name].columns:
            told, cells = rows[column.name], want[column.name]
            assert told.isna().tolist() == cells.isna().tolist(), column.name
            told, cells = told[cells.notna()], cells[cells.notna()]
            if column.type == schema.DATE:
                told = pd.to_datetime(told, format="%Y-%m-%d")
            elif column.type == schema.SHAPE:
                told = shapely.from_wkt(told.to_numpy())
            assert list(told) == list(cells), (name, column.name)


def test_sqlite_has_comments_units_and_indexes(database):
    query = "SELECT unit, meaning FROM columns WHERE table_name = ? AND column_name = ?"
    assert database.execute(query, ("places", "radius_km")).fetchone()[0] == "km"
    made = database.execute("SELECT sql FROM sqlite_master WHERE name='places'")
    assert "unsure the point is. [km]" in made.fetchone()[0]
    plan = database.execute(
        "EXPLAIN QUERY PLAN SELECT * FROM claims WHERE event_id = 'a'"
    )
    assert "claims_event_id" in plan.fetchone()[3]
    facts = dict(database.execute("SELECT * FROM about"))
    assert facts["citation"] == sc.cite()
    meaning = database.execute("SELECT meaning FROM codes WHERE code = 'airstrike'")
    assert meaning.fetchone()[0] == schema.v.EVENT_TYPES["airstrike"].meaning


def test_sqlite_with_some_tables_refers_to_these_only(tmp_path):
    path = sc.export("sqlite", tmp_path / "a.db", tables=["places", "fronts"]).path
    with closing(sqlite3.connect(path)) as database:
        told = database.execute("PRAGMA foreign_key_list(places)").fetchall()
        assert [row[2] for row in told] == ["fronts"]
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        names = {row[0] for row in database.execute(query)}
    assert names == {"places", "fronts", "columns", "codes", "about", "warnings"}


def test_geopackage_layers_and_tables(package):
    kinds = dict(pyogrio.list_layers(package))
    shapes = {name for name, kind in kinds.items() if kind is not None}
    assert shapes == {"events", "places", "axes", "fronts", "campaigns", "control"}
    assert kinds["control"] == kinds["events"] == "Point"
    assert set(kinds) == {*PUBLISHED, "columns", "codes", "about"}


def test_geopackage_reads_back_equal(package):
    for name in PUBLISHED:
        back, want = pyogrio.read_dataframe(package, layer=name), sc.load(name)
        for column in schema.TABLES[name].columns:
            told, cells = back[column.name], want[column.name]
            if column.type == schema.SHAPE:
                same_shapes(cells, told)
                continue
            assert told.isna().tolist() == cells.isna().tolist(), column.name
            told, cells = told[cells.notna()], cells[cells.notna()]
            assert list(told) == list(cells), (name, column.name)
    days = pyogrio.read_info(package, layer="events")
    types = dict(zip(days["fields"], days["ogr_types"], strict=True))
    assert types["start"] == "OFTDate"


def test_geopackage_keeps_what_the_standard_asks(package):
    with closing(sqlite3.connect(package)) as database:
        (application,) = database.execute("PRAGMA application_id").fetchone()
        assert application == 0x47504B47  # "GPKG"
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        systems = {row[0] for row in database.execute(
            "SELECT srs_id FROM gpkg_spatial_ref_sys")}  # fmt: skip
        assert {-1, 0, 4326} <= systems
        kinds = dict(
            database.execute("SELECT table_name, data_type FROM gpkg_contents")
        )
        assert kinds["events"] == "features"
        assert kinds["claims"] == "attributes"
        query = (
            "SELECT geometry_type_name, srs_id FROM gpkg_geometry_columns "
            "WHERE table_name = 'fronts'"
        )
        assert database.execute(query).fetchone() == ("POLYGON", 4326)


def test_control_stands_at_its_places(package):
    control = pyogrio.read_dataframe(package, layer="control")
    places = sc.places().set_index("place_id").geometry
    want = places.reindex(control["place_id"]).reset_index(drop=True)
    same_shapes(want, control.geometry)


def test_geojson_reads_back_equal_by_the_standard(folder):
    path = sc.export("geojson", folder / "geojson").path
    for name in ("events", "places", "axes", "fronts", "campaigns", "control"):
        text = (path / f"{name}.geojson").read_text(encoding="utf-8")
        told = json.loads(text, parse_constant=pytest.fail)  # no NaN
        assert told["type"] == "FeatureCollection"
        assert "crs" not in told  # RFC 7946, 4: always WGS 84
        want = sc.load(name)
        rows = pd.DataFrame([feature["properties"] for feature in told["features"]])
        for column in schema.TABLES[name].columns:
            if column.name == "geometry":
                continue
            cells = want[column.name]
            if column.type == schema.DATE:
                cells = cells.dt.strftime("%Y-%m-%d")
            back = rows[column.name]
            assert back.isna().tolist() == cells.isna().tolist(), column.name
            assert list(back.dropna()) == list(cells.dropna()), (name, column.name)
        if "geometry" in want:
            made = [f["geometry"] for f in told["features"]]
            shapes = [g and shapely.geometry.shape(g) for g in made]
            same_shapes(want.geometry, geopandas.GeoSeries(shapes, crs=WGS84))
    assert "حلفايا" in (path / "places.geojson").read_text(encoding="utf-8")


def test_geojson_has_seven_decimals_and_the_right_hand_rule(tmp_path):
    clockwise = Polygon(
        [(36.12345678, 35), (36, 36), (37, 36), (37, 35)],
        [[(36.5, 35.2), (36.8, 35.2), (36.8, 35.5)]],
    )
    assert not clockwise.exterior.is_ccw
    fronts = sc.load("fronts").head(2)
    fronts = fronts.set_geometry([clockwise, None], crs=WGS84)
    geojson.write(of({"fronts": fronts}), tmp_path / "out")
    told = json.loads((tmp_path / "out" / "fronts.geojson").read_text("utf-8"))
    first, second = told["features"]
    assert [36.1234568, 35.0] in first["geometry"]["coordinates"][0]
    ring, hole = (shapely.LinearRing(r) for r in first["geometry"]["coordinates"])
    assert ring.is_ccw
    assert not hole.is_ccw
    assert second["geometry"] is None
    assert first["id"] == first["properties"]["front_id"] == fronts["front_id"].iloc[0]


def test_right_handed_turns_every_part():
    square = [(0, 0), (0, 1), (1, 1), (1, 0)]
    aside = [(x + 2, y) for x, y in square]
    both = geopandas.GeoSeries(
        [MultiPolygon([Polygon(square), Polygon(aside)]), Point(1, 2), None]
    )
    made = right_handed(both)
    assert all(part.exterior.is_ccw for part in made[0].geoms)
    assert made[1] == Point(1, 2)
    assert made[2] is None


def test_geojson_says_which_table_has_no_geometry(tmp_path):
    with pytest.raises(ValueError, match="claims has no geometry, wanted some of eve"):
        sc.export("geojson", tmp_path / "a", tables=["claims"])
    with pytest.raises(ValueError, match="control has no geometry without places"):
        sc.export("geojson", tmp_path / "a", tables=["control"])


def test_under_a_rule_no_reference_leads_nowhere_and_the_rest_is_counted(tmp_path):
    rule = "government"
    made = sc.export("sqlite", tmp_path / "a.db", rule=rule)
    shown = set(sc.events(rule)["event_id"])
    claims = sc.claims()
    hidden = claims.loc[~claims["event_id"].isin(shown), "claim_id"]
    assert len(hidden)  # the founding texts hold events that the government denies
    left = made.set_aside
    assert set(left.loc[left["table"] == "claims", "id"]) == set(hidden)
    assert f"events has no such event_id under the rule {rule}" in set(left["reason"])
    assert made.rows["claims"] == len(claims) - len(hidden)
    assert f"set aside: {len(hidden)} of claims: events has no" in str(made)
    with closing(sqlite3.connect(made.path)) as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert dict(database.execute("SELECT * FROM about"))["rule"] == rule


def test_installed_release_by_name_is_the_same(tmp_path):
    made = sc.export("csv", tmp_path / "a", version="installed", tables=["axes"])
    assert_frame_equal(exports.read_csv(made.path)["axes"], sc.load("axes"))
    assert made.version == sc.__version__


@pytest.mark.usefixtures("as_installed")
def test_a_sealed_release_is_exported_as_it_was(tmp_path):
    for version, low in (("0.1.0", 3), ("0.1.1", 4)):  # 0.1.1 corrects a count
        made = sc.export("csv", tmp_path / version, version=version)
        claims = exports.read_csv(made.path)["claims"].set_index("claim_id")
        assert claims.loc[f"{DOCUMENT_ID}-002", "count_low"] == low
        text = (made.path / "README.txt").read_text(encoding="utf-8")
        assert f"Version {version}. Dataset" in text
    words = {"version": "0.1.0", "rule": "opposition"}
    made = sc.export("sqlite", tmp_path / "a.db", **words)
    with closing(sqlite3.connect(made.path)) as database:
        facts = dict(database.execute("SELECT * FROM about"))
        told = dict(database.execute("SELECT event_id, modality FROM events"))
    assert (facts["version"], facts["rule"]) == ("0.1.0", "opposition")
    events = sc.load("events", "0.1.0")
    assert set(told) <= set(events["event_id"])


def test_a_rule_of_the_users_is_named(tmp_path):
    def latest(claims):
        return claims.sort_values("published").iloc[-1]

    made = sc.export("csv", tmp_path / "a", tables=["axes"], rule=latest)
    assert "rule: latest\n" in (made.path / "README.txt").read_text(encoding="utf-8")


def test_wrong_words_are_refused_and_nothing_is_written(tmp_path):
    for words, message in (
        (("sqlit", "a.db"), "format: 'sqlit' is not known; nearest: sqlite"),
        (("sqlite", "a.txt"), r"wanted a name that ends in \.db or \.sqlite or"),
        (("excel", "a.xls"), r"wanted a name that ends in \.xlsx"),
    ):
        with pytest.raises(ValueError, match=message):
            sc.export(words[0], tmp_path / words[1])
    with pytest.raises(ValueError, match="tables: 'event' is not known; nearest: eve"):
        sc.export("csv", tmp_path / "a", tables=["event"])
    with pytest.raises(ValueError, match=r"no sealed release is called '7\.0\.0'"):
        sc.export("csv", tmp_path / "a", version="7.0.0")
    with pytest.raises(FileNotFoundError, match="no is no folder: make it first"):
        sc.export("csv", tmp_path / "no" / "a")
    assert list(tmp_path.iterdir()) == []


def test_a_target_that_is_there_is_replaced_only_if_asked(tmp_path):
    file = tmp_path / "a.db"
    file.write_text("mine")
    with pytest.raises(FileExistsError, match=r"a\.db is there already: give another"):
        sc.export("sqlite", file, tables=["axes"])
    assert file.read_text() == "mine"
    sc.export("sqlite", file, tables=["axes"], overwrite=True)
    assert file.read_bytes().startswith(b"SQLite format 3")
    sc.export("csv", tmp_path / "b", tables=["axes", "places"])
    sc.export("csv", tmp_path / "b", tables=["axes"], overwrite=True)
    assert not (tmp_path / "b" / "places.csv").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.db", "b"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: (p / "a").write_text("mine"), "it is a file, wanted a folder"),
        (
            lambda p: (p / "a" / "thesis").mkdir(parents=True),
            "it holds no readable",
        ),
        (lambda p: (p / "a").symlink_to(p), "it is a link to another place"),
    ],
)
def test_a_folder_of_the_users_is_never_overwritten(tmp_path, make, message):
    make(tmp_path)
    with pytest.raises(FileExistsError, match=f"a is not overwritten: {message}"):
        sc.export("csv", tmp_path / "a", tables=["axes"], overwrite=True)


def test_files_added_to_an_export_are_not_overwritten(tmp_path):
    sc.export("csv", tmp_path / "a", tables=["axes"])
    (tmp_path / "a" / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError, match=r"it also holds notes\.txt"):
        sc.export("csv", tmp_path / "a", tables=["axes"], overwrite=True)
    assert (tmp_path / "a" / "notes.txt").read_text() == "mine"
    (tmp_path / "a.db").mkdir()
    with pytest.raises(FileExistsError, match="it is a folder, wanted a file"):
        sc.export("sqlite", tmp_path / "a.db", overwrite=True)


@pytest.mark.parametrize("module", [geopackage, sqlite, geojson, excel])
def test_an_export_that_fails_leaves_what_was_there_and_nothing_else(
    tmp_path, monkeypatch, module
):
    whole = module.write

    def cut_off(made, path):
        whole(made, path)
        msg = "disk full"
        raise OSError(msg)

    monkeypatch.setattr(module, "write", cut_off)
    name = module.__name__.rpartition(".")[2]
    _, ending = exports.FORMATS[name]
    target = tmp_path / f"a{ending[0] if ending else ''}"
    with pytest.raises(OSError, match="disk full"):
        exports.export(name, target, tables=["axes"])
    assert list(tmp_path.iterdir()) == []


def test_the_command_writes_and_says_what_it_wrote(tmp_path, capsys):
    words = ["export", "csv", str(tmp_path / "a"), "--tables", "axes"]
    assert cli.main(words) == 0
    said = capsys.readouterr().out.splitlines()
    assert said == [f"axes: {len(sc.load('axes'))} rows", str(tmp_path / "a")]
    assert cli.main(words) == 1
    assert "is there already" in capsys.readouterr().err
    assert cli.main([*words, "--overwrite"]) == 0


def test_input_frames_stay_as_they_were(tmp_path):
    frame, before = odd_publishers(), odd_publishers()
    for module, name in ((sqlite, "a.db"), (geopackage, "a.gpkg"), (excel, "a.xlsx")):
        module.write(of({"publishers": frame}), tmp_path / name)
    assert_frame_equal(frame, before)
    assert np.all(frame.index == before.index)
