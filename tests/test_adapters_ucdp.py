"""UCDP GED: into our columns and back."""

import gzip
import zipfile
from pathlib import Path

import pandas as pd
import pytest

import syriaconflict as sc
from syriaconflict import adapters, coverage, schema
from syriaconflict.tempo import OPERATIONS, set_aside, tempo
from syriaconflict.vocabulary import CAMPS

REFERENCE = Path(__file__).parents[2] / "shared" / "reference"
# An invented row: 2 to 6 days known, the estimates out of order as some of UCDP's are.
ROW = {
    "id": 11, "relid": "SYR-2016-1-1-1", "year": 2016, "active_year": 1,
    "code_status": "Clear", "type_of_violence": 1, "side_a_new_id": 118,
    "side_a": "Government of Syria", "side_b_new_id": 4456,
    "side_b": "Syrian insurgents", "number_of_sources": 2, "where_prec": 2,
    "where_description": "near the town", "latitude": 35.3, "longitude": 36.7,
    "priogrid_gid": 180434, "event_clarity": 1, "date_prec": 2,
    "date_start": "2016-08-30 00:00:00.000", "date_end": "2016-09-02 00:00:00.000",
    "deaths_a": 1, "deaths_b": 0, "deaths_civilians": 4, "deaths_unknown": 2,
    "low": 6, "best": 7, "high": 5, "gwnoa": "652", "gwnob": "",
}  # fmt: skip


@pytest.fixture
def write(tmp_path):
    def write(*rows: dict, name: str = "GEDEvent_v23_1.csv", base: dict = ROW) -> Path:
        file = tmp_path / name
        cells = [base | row for row in rows]
        pd.DataFrame(cells).to_csv(file, index=False)
        return file

    return write


def reference(name: str) -> Path:
    if not (REFERENCE / name).exists():
        pytest.skip(f"no sample {name} beside the checkout")
    return REFERENCE / name


def test_a_row_in_our_columns(write):
    event = adapters.read_ucdp_ged(write({})).iloc[0]
    told = {
        "event_id": "ucdp-ged:11", "event_class": "ground", "event_type": "clash",
        "modality": "realised", "grain": "discrete", "radius_km": 25.0,
        "start": pd.Timestamp("2016-08-30"), "end": pd.Timestamp("2016-09-02"),
        "start_precision": "few_days", "end_precision": "few_days",
        "longitude": 36.7, "latitude": 35.3, "priogrid_gid": 180434,
        "initiator_id": "syrian-government", "initiator_camp": "government",
        "target_id": "opposition-factions", "target_camp": "opposition",
        "killed_low": 5, "killed_high": 7, "civilians_killed_low": 4,
        "civilians_killed_high": 6, "ucdp_date_prec": 2, "ucdp_where_prec": 2,
        "source_best": 7, "source_where_description": "near the town",
    }  # fmt: skip
    assert event[list(told)].to_dict() == told
    assert event["geometry"].coords[0] == (36.7, 35.3)


def test_columns_and_dtypes_are_those_of_our_events(write):
    made = adapters.read_ucdp_ged(write({}))
    assert list(made.columns[: len(schema.EVENTS.names)]) == schema.EVENTS.names
    for column in schema.EVENTS.columns[:-1]:
        # What UCDP cannot tell is missing, also where our own table requires it.
        wanted = "boolean" if column.name == "is_contested" else column.dtype
        assert str(made[column.name].dtype) == wanted, column.name
    untold = ["grade", "is_contested", "claim_count", "summary", "place_id", "outcome"]
    assert made[untold].isna().all(axis=None)
    assert made.crs.to_epsg() == 4326


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({"date_start": "2016-13-01"}, "impossible date"),
        ({"date_start": "2016"}, "date is no day"),
        ({"date_end": "2016-08"}, "date is no day"),
        ({"date_start": ""}, "no date"),
        ({"date_start": "0216-08-30"}, "impossible date"),
        ({"date_end": "2016-08-01"}, "end before start"),
        ({"latitude": 95}, "impossible coordinate"),
        ({"longitude": "36,7 E"}, "impossible coordinate"),
        ({"latitude": 0, "longitude": 0}, "impossible coordinate"),
        ({"id": ""}, "no id"),
        ({"id": 11}, "duplicate id"),
    ],
)
def test_rows_in_are_rows_out_and_rows_set_aside(write, bad, reason, capsys):
    file = write({}, {"id": 12} | bad, {"id": 13})
    made = adapters.read_ucdp_ged(file, report=True)
    assert made["event_id"].tolist() == ["ucdp-ged:11", "ucdp-ged:13"]
    account = adapters.account("ucdp_ged", file)
    assert (account.rows_in, account.rows_out) == (3, 2)
    assert account.set_aside[["row", "reason"]].to_numpy().tolist() == [[2, reason]]
    printed = capsys.readouterr().out
    assert "3 rows in = 2 rows out + 1 set aside" in printed
    assert f"set aside: 1, {reason}" in printed
    with pytest.warns(UserWarning, match=rf"1 rows set aside \({reason} 1\)"):
        adapters.read_ucdp_ged(file)


def test_a_clock_is_kept_as_text_beside_the_day(write):
    file = write({"date_start": "2016-08-30 23:59"})
    made = adapters.read_ucdp_ged(file)  # without a warning
    assert made["start"].tolist() == [pd.Timestamp("2016-08-30")]
    assert made["source_date_start"].tolist() == ["2016-08-30 23:59"]
    assert "source_date_end" not in made  # a clock at midnight tells nothing
    back = adapters.to_ucdp_ged(made)
    assert back["date_start"].tolist() == ["2016-08-30 23:59"]
    assert back["date_end"].tolist() == [pd.Timestamp("2016-09-02")]


def test_degrees_with_a_comma_are_told_once(write):
    rows = [{"id": n, "latitude": "35,3", "longitude": "36,7"} for n in (11, 12)]
    file = write(*rows, {"id": 13})
    said = r"impossible coordinate 2\); .* in latitude degrees are written with a comma"
    with pytest.warns(UserWarning, match=said) as caught:
        made = adapters.read_ucdp_ged(file)
    assert len(made) == len(caught) == 1
    (note,) = adapters.account("ucdp_ged", file).notes
    assert note == (
        "in latitude degrees are written with a comma ('35,3' ...), wanted a point "
        "(36.7): write the file with points"
    )


@pytest.mark.parametrize("bad_first", [True, False])
def test_a_row_set_aside_takes_no_sound_row_of_its_id_with_it(write, bad_first):
    rows = [{"date_start": "2016-13-01"}, {}]
    file = write(*(rows if bad_first else rows[::-1]))
    account = adapters.account("ucdp_ged", file)
    bad = 1 if bad_first else 2
    aside = account.set_aside[["row", "reason"]].to_numpy().tolist()
    assert aside == [[bad, "impossible date"]]
    assert adapters.read_ucdp_ged(file, report=True)["event_id"].tolist() == [
        "ucdp-ged:11"
    ]


def test_a_place_not_told_is_no_reason_to_set_a_row_aside(write):
    made = adapters.read_ucdp_ged(write({"latitude": "", "longitude": ""}))
    assert len(made) == 1
    assert made["geometry"].isna().all()


def test_unknown_codes_are_kept_and_counted(write):
    file = write({}, {"id": 12, "type_of_violence": 7}, {"id": 13, "event_clarity": 9})
    with pytest.warns(UserWarning, match="2 codes not known, their rows kept"):
        made = adapters.read_ucdp_ged(file)
    assert made["event_type"].tolist()[::2] == ["clash", "clash"]
    assert made["event_type"].isna().tolist() == [False, True, False]
    assert made["source_type_of_violence"].tolist() == [1, 7, 1]
    unknown = adapters.account("ucdp_ged", file).unknown
    assert unknown.to_numpy().tolist() == [
        ["type_of_violence", "7", 1], ["event_clarity", "9", 1],
    ]  # fmt: skip


def test_a_cell_that_is_no_number_is_kept_as_text_and_counted(write):
    file = write({}, {"id": 12, "best": "many"})
    with pytest.warns(UserWarning, match="best 'many', 1 rows"):
        made = adapters.read_ucdp_ged(file)
    assert made["source_best"].tolist() == ["7", "many"]
    assert made["killed_high"].tolist() == [7, 6]  # of the estimates left


@pytest.mark.parametrize(
    ("column", "ours", "cell"),
    [("priogrid_gid", "priogrid_gid", -5), ("priogrid_gid", "priogrid_gid", 2.5),
     ("date_prec", "ucdp_date_prec", -1), ("where_prec", "ucdp_where_prec", 2**31)],
)  # fmt: skip
def test_a_number_that_no_column_of_ours_holds_is_kept(write, column, ours, cell):
    file = write({}, {"id": 12, column: cell})
    with pytest.warns(UserWarning, match=f"{column} '{cell}', 1 rows"):
        made = adapters.read_ucdp_ged(file)
    assert made[ours].fillna(0).tolist() == [ROW[column], 0]
    assert made[f"source_{column}"].tolist() == [ROW[column], cell]
    unknown = adapters.account("ucdp_ged", file).unknown
    assert unknown.to_numpy().tolist() == [[column, str(cell), 1]]
    assert adapters.to_ucdp_ged(made)[column].tolist() == [ROW[column], cell]
    # stacked on a file of which every cell fits, that one's come back too
    sound = adapters.read_ucdp_ged(write({"id": 13}))
    both = adapters.to_ucdp_ged(pd.concat([made, sound], ignore_index=True))
    assert both[column].tolist() == [ROW[column], cell, ROW[column]]


def test_actors_that_we_do_not_know_are_counted_without_a_warning(write):
    file = write({"side_b_new_id": 303, "side_b": "Taleban"})
    made = adapters.read_ucdp_ged(file)
    assert made["target_camp"].isna().all()
    without = adapters.account("ucdp_ged", file).without
    assert without.to_numpy().tolist() == [["side_b_new_id", "303", 1]]


def test_untested_versions_say_so_once(write):
    with pytest.warns(UserWarning, match="untested version 25.1") as caught:
        adapters.read_ucdp_ged(write({}, name="GEDEvent_v25_1.csv"))
    assert len(caught) == 1
    with pytest.warns(UserWarning, match="untested version candidate"):
        adapters.read_ucdp_ged(write({}, name="GEDEvent_v25_0_3.csv"))


def test_packed_files_and_other_delimiters(write, tmp_path):
    file = write({"where_description": "a line\nbreak, in a cell"})
    plain = adapters.read_ucdp_ged(file)
    packed = tmp_path / "ged231.csv.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    zipped = tmp_path / "ged231-csv.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.write(file, "GEDEvent_v23_1.csv")
    semicolons = tmp_path / "ged231.csv"
    pd.read_csv(file).to_csv(semicolons, sep=";", index=False)
    for other in (packed, zipped, semicolons):
        pd.testing.assert_frame_equal(adapters.read_ucdp_ged(other), plain)


def test_a_zip_made_on_a_mac(write, tmp_path):
    file = write({})
    zipped = tmp_path / "ged231-csv.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.write(file, "GEDEvent_v23_1.csv")
        archive.writestr("__MACOSX/._GEDEvent_v23_1.csv", b"\0\5\x16\7")
        archive.writestr("._GEDEvent_v23_1.csv", b"\0\5\x16\7")
    assert adapters.read_ucdp_ged(zipped)["event_id"].tolist() == ["ucdp-ged:11"]
    with zipfile.ZipFile(zipped, "a") as archive:
        archive.write(file, "another.csv")
    with pytest.raises(ValueError, match=r"2 tables \(GEDEvent_v23_1.csv, another.csv"):
        adapters.read_ucdp_ged(zipped)


def test_line_breaks_inside_cells_of_a_long_file(write):
    rows = [{"id": n, "where_description": "two\nlines " * 30} for n in range(1, 6000)]
    made = adapters.read_ucdp_ged(write(*rows))
    assert len(made) == 5999
    assert made["source_where_description"].str.count("\n").eq(30).all()


def test_back_again_by_hand(write):
    file = write({}, {"id": 12, "gwnoa": "2;200;900"})
    back = adapters.to_ucdp_ged(adapters.read_ucdp_ged(file))
    asked = pd.read_csv(file)
    assert sorted(back.columns) == sorted(asked.columns)
    assert back["id"].tolist() == [11, 12]
    assert back["gwnoa"].tolist() == ["652", "2;200;900"]
    assert back["date_start"].tolist() == [pd.Timestamp("2016-08-30")] * 2
    assert back[["low", "best", "high"]].to_numpy().tolist() == [[6, 7, 5]] * 2


@pytest.mark.parametrize(
    "name", ["ucdp_ged191_syria_2016.csv.gz", "ucdp_ged231_sample.csv"]
)
def test_round_trip_of_a_file_of_ucdp(name):
    file = reference(name)
    asked = pd.read_csv(file, low_memory=False)
    back = adapters.to_ucdp_ged(adapters.read_ucdp_ged(file))
    assert set(back.columns) == set(asked.columns)
    assert len(back) == len(asked)
    for column in asked:
        wanted, made = asked[column], back[column]
        if column in ("date_start", "date_end"):
            wanted = pd.to_datetime(wanted)
        elif pd.api.types.is_numeric_dtype(wanted):
            made = pd.to_numeric(made).astype("float64")
        equal = (made == wanted) | (made.isna() & wanted.isna())
        assert equal.all(), column


def test_tempo_runs_on_it_and_every_row_is_counted_or_set_aside():
    events = adapters.read_ucdp_ged(reference("ucdp_ged191_syria_2016.csv.gz"))
    window = ("2016-01-01", "2016-12-31")
    weeks = tempo(events, "MS", *window, classes=OPERATIONS)
    aside = set_aside(events, *window, classes=OPERATIONS)
    # 185 one-sided events are harm; 169 of unclear events are aggregates.
    assert weeks["n"].sum() + aside["share"].sum() == pytest.approx(6170)
    by_camp = tempo(events, "YS", *window, by="target_camp", classes=OPERATIONS)
    assert by_camp.xs("isis", level="target_camp")["n"].sum() > 1000
    assert len(sc.select(events, camps="sdf", max_radius_km=25)) > 500


def test_coverage_runs_on_the_outlets_that_ucdp_names(write):
    file = write(
        {"source_office": "SOHR;SOHR"}, {"id": 12, "source_office": "SOHR;VDC"},
        {"id": 13, "date_start": "2016-09-02"},
    )  # fmt: skip
    events = adapters.read_ucdp_ged(file)
    claims, documents = adapters.reported(events)
    table = coverage.coverage(claims, documents, events, freq="MS")["claims"]
    told = {(outlet, f"{month:%m}"): n for (outlet, _, month), n in table.items() if n}
    # an outlet named twice for one event told it once; no outlet: UCDP itself
    assert told == {("sohr", "08"): 2, ("vdc", "08"): 1, ("ucdp-ged", "09"): 1}


def test_outlets_of_several_sources_stacked(write):
    ged = adapters.read_ucdp_ged(
        write({"source_office": "SOHR;VDC"}, {"id": 12, "source_office": ""})
    )
    others = pd.DataFrame({
        "event_id": ["acled:SYR1", "viina:1pd-2", "airwars:RS1"],
        "start": pd.Timestamp("2016-08-30"),
        "source_source": ["SANA; SOHR", None, None],
        "source_sources": [None, "unian", None],
    })  # fmt: skip
    claims, _ = adapters.reported(pd.concat([ged, others]))  # the index as it comes
    assert claims["claim_id"].tolist() == [
        "ucdp-ged:11/sohr", "ucdp-ged:11/vdc", "ucdp-ged:12/ucdp-ged",
        "acled:SYR1/sana", "acled:SYR1/sohr", "viina:1pd-2/unian",
        "airwars:RS1/airwars",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "looks"),
    [
        (b"event_id_cnty,event_date,sub_event_type\nA1,2020-01-01,Attack\n",
         "it looks like ACLED events: read_acled reads it"),
        (b"%PDF-1.7 ...", "it looks like a PDF"),
        (b"<!DOCTYPE html><html>", "it looks like a web page"),
        (b"PK\x03\x04" + bytes(60), "cut off or damaged"),
        (b"\x1f\x8b" + bytes(60), "cut off or damaged"),
        (b"", "it looks like an empty file"),
        (b"a,b\n1,2\n", "its columns are a, b"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"),
    ],
)  # fmt: skip
def test_another_file_gets_a_sentence(tmp_path, content, looks):
    file = tmp_path / "taken.csv"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"taken\.csv") as caught:
        adapters.read_ucdp_ged(file)
    assert looks in str(caught.value)


def test_a_file_without_one_of_its_columns_gets_a_sentence(write):
    file = write({})
    pd.read_csv(file).drop(columns="event_clarity").to_csv(file, index=False)
    said = r"_1\.csv looks like UCDP GED without event_clarity: take the whole file"
    with pytest.raises(ValueError, match=said):
        adapters.read_ucdp_ged(file)


def test_a_missing_file_and_foreign_events(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.csv is no file"):
        adapters.read_ucdp_ged(tmp_path / "nowhere.csv")
    with pytest.raises(ValueError, match="wanted events from read_ucdp_ged"):
        adapters.to_ucdp_ged(sc.events())


def test_mapping_tables_hold_words_of_ours():
    for row in adapters.mapping("codes"):
        column = next(
            (c for c in (*schema.EVENTS.columns, *schema.CONTROL.columns)
             if c.name == row["column"]), None)  # fmt: skip
        assert column is not None, row
        if column.codes and row["value"]:
            assert row["value"] in column.codes, row
    actors = sc.actors().set_index("actor_id")
    for row in adapters.mapping("actors"):
        assert not row["actor_id"] or row["actor_id"] in actors.index, row
        assert row["camp"] in {"", *CAMPS}, row
    for name in ("codes", "columns", "actors", "versions"):
        assert {r["status"] for r in adapters.mapping(name)} <= {"tested", "untested"}
