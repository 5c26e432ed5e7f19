"""GDELT 2.0: 61 columns between tabs, no header, CAMEO codes."""

import zipfile
from pathlib import Path

import pandas as pd
import pytest

from syriaconflict import adapters
from syriaconflict.cli import main
from syriaconflict.tempo import OPERATIONS, set_aside, tempo

COLUMNS = [row["source_column"] for row in adapters.mapping("columns")
           if row["source"] == "gdelt"]  # fmt: skip
ROW = dict.fromkeys(COLUMNS, "") | {  # invented
    "GLOBALEVENTID": "1215450000", "SQLDATE": "20241130", "MonthYear": "202411",
    "Actor1Code": "RUSMIL", "Actor1Name": "RUSSIA", "Actor2Code": "SYRREB",
    "IsRootEvent": "1", "EventCode": "195", "EventRootCode": "19", "QuadClass": "4",
    "NumMentions": "10", "ActionGeo_Type": "4", "ActionGeo_FullName": 'Idlib "city"',
    "ActionGeo_Lat": "35.93", "ActionGeo_Long": "36.63",
    "DATEADDED": "20241130121500", "SOURCEURL": "https://example.org/a",
}  # fmt: skip


@pytest.fixture
def write(tmp_path):
    def write(*rows: dict) -> Path:
        file = tmp_path / "20241130121500.export.CSV"
        lines = ["\t".join((ROW | row).values()) for row in rows]
        file.write_text("\n".join(lines) + "\n")
        return file

    return write


def read(file: Path) -> pd.DataFrame:
    with pytest.warns(UserWarning, match="untested version 2.0"):
        return adapters.read_gdelt(file)


def test_a_row_in_our_columns(write):
    event = read(write({})).iloc[0]
    told = {
        "event_id": "gdelt:1215450000", "event_class": "air", "modality": "realised",
        "event_type": "airstrike", "start": pd.Timestamp("2024-11-30"),
        "end": pd.Timestamp("2024-11-30"), "longitude": 36.63, "latitude": 35.93,
        "radius_km": 3.0, "ucdp_where_prec": 1, "initiator_camp": "russia",
        "target_id": "opposition-factions", "target_camp": "opposition",
        "source_EventCode": "195", "source_DATEADDED": 20241130121500,
        "source_ActionGeo_FullName": 'Idlib "city"',
    }  # fmt: skip
    assert event[list(told)].to_dict() == told


@pytest.mark.parametrize(
    ("code", "event_type", "modality"),
    [("010", "statement", "realised"), ("1384", "statement", "realised"),
     ("0356", "", "planned"), ("0871", "ceasefire", "realised"),
     ("1952", "drone_strike", "realised"), ("040", "", "realised")],
)  # fmt: skip
def test_codes_keep_their_zeros(write, code, event_type, modality):
    event = read(write({"EventCode": code})).fillna({"event_type": ""}).iloc[0]
    assert (event["event_type"], event["modality"]) == (event_type, modality)


@pytest.mark.parametrize(
    ("code", "untyped"), [("195", []), ("0356", ["0356"]), ("084", ["084"])]
)
def test_a_known_code_is_not_counted_as_unknown(write, code, untyped):
    account = adapters.account("gdelt", write({"EventCode": code}))
    assert account.unknown.empty
    without = account.without[account.without["column"] == "EventCode"]
    assert without["code"].tolist() == untyped


def test_every_code_has_a_row_once():
    codes = [r["code"] for r in adapters.mapping("codes")
             if (r["source"], r["column"]) == ("gdelt", "event_type")]  # fmt: skip
    assert len(codes) == len(set(codes))
    assert {code[:2] for code in codes} == {f"{n:02}" for n in range(1, 21)}


def test_unknown_codes_and_impossible_rows(write):
    file = write(
        {"EventCode": "999"},
        {"GLOBALEVENTID": "2", "SQLDATE": "20241131"},
        {"GLOBALEVENTID": "3", "ActionGeo_Lat": "0", "ActionGeo_Long": "0"},
        {"GLOBALEVENTID": "4", "ActionGeo_Lat": "36#2"},
        {"GLOBALEVENTID": "5"},
        {"GLOBALEVENTID": "5"},
    )
    account = adapters.account("gdelt", file)
    assert (account.rows_in, account.rows_out) == (6, 2)
    assert account.set_aside["reason"].tolist() == [
        "impossible date", "impossible coordinate", "impossible coordinate",
        "duplicate id",
    ]  # fmt: skip
    assert ["EventCode", "999", 1] in account.unknown.to_numpy().tolist()


def test_tempo_and_the_zip(write, tmp_path):
    file = write({}, {"GLOBALEVENTID": "2", "EventCode": "040"})
    zipped = tmp_path / "20241130121500.export.CSV.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.write(file, file.name)
    events = read(zipped)
    window = ("2024-11-30", "2024-11-30")
    assert tempo(events, "D", *window, classes=OPERATIONS)["n"].tolist() == [1]
    aside = set_aside(events, *window, classes=OPERATIONS)
    assert aside["reason"].tolist() == ["class not asked for"]


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("title", [str, str.upper])
def test_a_header_is_no_row(tmp_path, backwards, title):
    names = [COLUMNS[0], *(COLUMNS[:0:-1] if backwards else COLUMNS[1:])]
    lines = [map(title, names), [ROW[name] for name in names]]
    file = tmp_path / "20241130121500.export.CSV"
    file.write_text("\n".join(map("\t".join, lines)))
    account = adapters.account("gdelt", file)
    assert (account.rows_in, account.rows_out) == (1, 1)
    assert account.notes == (
        "its first line is a header, which GDELT 2.0 events lack, and no row",
    )
    assert read(file)["initiator_camp"].tolist() == ["russia"]


def test_another_file_gets_a_sentence(tmp_path):
    file = tmp_path / "20241130.export.CSV"
    file.write_text("\t".join(["1"] * 58) + "\n")
    with pytest.raises(ValueError, match=r"wanted 61 columns .* a table of 58 columns"):
        adapters.read_gdelt(file)
    file.write_text("event_id_cnty,event_date,sub_event_type\n")
    with pytest.raises(ValueError, match="it looks like ACLED events"):
        adapters.read_gdelt(file)


def test_the_command_writes_a_file_in_our_columns(write, tmp_path, capsys):
    file = write({}, {"GLOBALEVENTID": "2", "SQLDATE": "20241399"})
    for name in ("out.parquet", "out.csv"):
        out = tmp_path / name
        assert main(["convert", "gdelt", str(file), str(out)]) == 0
        told = capsys.readouterr().out
        assert "2 rows in = 1 rows out + 1 set aside" in told
        assert told.endswith(f"{out}: 1 rows\n")
    made = pd.read_parquet(tmp_path / "out.parquet")
    assert made["start"].tolist() == [pd.Timestamp("2024-11-30")]
    assert len(pd.read_csv(tmp_path / "out.csv")) == 1


@pytest.mark.parametrize(
    ("source", "name", "words"),
    [
        ("gdelt", "out.xlsx", "wanted a name that ends in .parquet or .csv"),
        ("gdelt", "there.csv", "is there already"),
        ("gdlet", "out.csv", "nearest: gdelt"),
    ],
)
def test_the_command_refuses(write, tmp_path, capsys, source, name, words):
    (tmp_path / "there.csv").write_text("mine")
    assert main(["convert", source, str(write({})), str(tmp_path / name)]) == 1
    assert words in capsys.readouterr().err
    assert (tmp_path / "there.csv").read_text() == "mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "20241130121500.export.CSV",
        "there.csv",
    ]
