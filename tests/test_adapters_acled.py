"""ACLED: old numeric and new text codes, CSV and JSON."""

import json
from pathlib import Path

import pandas as pd
import pytest

from syriaconflict import adapters
from syriaconflict.tempo import OPERATIONS, tempo

REFERENCE = Path(__file__).parents[2] / "shared" / "reference"
SAMPLE = REFERENCE / "acled_sample.csv"
# An invented row in the older layout, with numbers for kinds of actors.
ROW = {
    "event_id_cnty": "SYR1", "event_date": "15 June 2022", "year": 2022,
    "time_precision": 1, "disorder_type": "Political violence",
    "event_type": "Battles", "sub_event_type": "Armed clash",
    "actor1": "Military Forces of Syria (2000-)", "inter1": 1.0,
    "actor2": "Somebody (Syria)", "inter2": 7.0, "interaction": 17,
    "latitude": 35.3, "longitude": 36.7, "geo_precision": 1, "source": "SOHR",
    "notes": "", "fatalities": 3, "tags": "", "timestamp": 1650000000,
}  # fmt: skip


@pytest.fixture
def write(tmp_path):
    def write(*rows: dict) -> Path:
        file = tmp_path / "acled.csv"
        pd.DataFrame([ROW | row for row in rows]).to_csv(file, index=False)
        return file

    return write


def test_a_row_in_our_columns(write):
    event = adapters.read_acled(write({})).iloc[0]
    told = {
        "event_id": "acled:SYR1", "event_class": "ground", "event_type": "clash",
        "modality": "realised", "grain": "discrete", "start_precision": "day",
        "start": pd.Timestamp("2022-06-15"), "end": pd.Timestamp("2022-06-15"),
        "radius_km": 3.0, "initiator_id": "syrian-arab-army",
        "initiator_camp": "government", "target_camp": "civilian", "killed_low": 3,
        "ucdp_date_prec": 1, "ucdp_where_prec": 1, "priogrid_gid": 180434,
        "source_actor2": "Somebody (Syria)", "source_source": "SOHR",
        "source_event_date": pd.Timestamp("2022-06-15"),
    }  # fmt: skip
    assert event[list(told)].to_dict() == told
    # the lowest number reported is no upper bound; a name we do not know is nobody
    assert event[["killed_high", "target_id", "source_notes"]].isna().all()


@pytest.mark.parametrize(
    ("precision", "first", "last", "name"),
    [
        (1, "2022-02-14", "2022-02-14", "day"),
        (2, "2022-02-11", "2022-02-17", "week"),
        (3, "2022-02-01", "2022-02-28", "month"),
    ],
)
def test_a_date_stands_for_the_days_that_its_precision_leaves_open(
    write, precision, first, last, name
):
    file = write({"event_date": "2022-02-14", "time_precision": precision})
    event = adapters.read_acled(file).iloc[0]
    assert (event["start"], event["end"]) == (pd.Timestamp(first), pd.Timestamp(last))
    assert event["start_precision"] == event["end_precision"] == name


@pytest.mark.parametrize("day", ["2022-06-01", "01 June 2022", "01-June-2022"])
def test_dates_in_every_spelling(write, day):
    file = write({"event_date": day}, {"event_id_cnty": "SYR2", "event_date": day})
    assert adapters.read_acled(file)["start"].dt.day.tolist() == [1, 1]


def test_a_day_that_is_in_no_calendar_is_not_moved_to_the_next_month(write):
    file = write({"event_date": "31 June 2022"}, {"event_id_cnty": "SYR2"})
    with pytest.warns(UserWarning, match="impossible date 1"):
        assert adapters.read_acled(file)["event_id"].tolist() == ["acled:SYR2"]


@pytest.mark.parametrize(
    ("told", "days"),
    [
        (["6/3/2022", "6/15/2022"], ["2022-06-03", "2022-06-15"]),
        (["6/3/2022", "15/6/2022"], ["2022-03-06", "2022-06-15"]),
        (["06/06/2022", "2022-03-01"], ["2022-06-06", "2022-03-01"]),
    ],
)
def test_slashed_dates_of_which_one_tells_the_month(write, told, days):
    rows = [{"event_id_cnty": f"SYR{n}", "event_date": d} for n, d in enumerate(told)]
    made = adapters.read_acled(write(*rows))  # without a warning
    assert made["start"].tolist() == [pd.Timestamp(day) for day in days]
    assert made["source_event_date"].equals(made["start"])


def test_slashed_dates_of_both_kinds_are_read_day_first(write):
    rows = [{"event_id_cnty": f"SYR{n}", "event_date": day}
            for n, day in enumerate(["6/15/2022", "15/6/2022"])]  # fmt: skip
    with pytest.warns(UserWarning, match=r"1 rows set aside \(impossible date 1\)"):
        made = adapters.read_acled(write(*rows))
    assert made["start"].tolist() == [pd.Timestamp("2022-06-15")]


def test_slashed_dates_that_leave_the_month_in_doubt_say_so_once(write, capsys):
    file = write({"event_date": "6/3/2022"}, {"event_id_cnty": "SYR2", "event_date":
        "7/4/2022"})  # fmt: skip
    said = r"event_date the slashed dates \('6/3/2022' \.\.\.\) do not tell which"
    with pytest.warns(UserWarning, match=said) as caught:
        made = adapters.read_acled(file)
    assert len(caught) == 1
    assert made["start"].dt.strftime("%m-%d").tolist() == ["03-06", "04-07"]
    assert made["source_event_date"].tolist() == ["6/3/2022", "7/4/2022"]
    adapters.read_acled(file, report=True)
    assert "  note: in event_date the slashed dates" in capsys.readouterr().out
    account = adapters.account("acled", file)
    assert len(account.notes) == 1
    assert account.unknown.empty


@pytest.mark.parametrize(
    "told",
    ["2022-06-15T00:30:00+03:00", "2022-06-15 23:59", "2022-06-15 00:00:00Z",
     "2022-06-15T21:30:00-0400", "2022-06-15T00:30+03"],
)  # fmt: skip
def test_a_day_is_the_local_one_as_written(write, told):
    file = write({"event_date": told})
    event = adapters.read_acled(file).iloc[0]  # without a warning
    assert event["start"] == event["end"] == pd.Timestamp("2022-06-15")
    assert event["source_event_date"] == told
    account = adapters.account("acled", file)
    assert account.set_aside.empty
    assert account.unknown.empty


def test_numbers_and_words_for_kinds_of_actors_mean_the_same(write):
    rows = [(7, "Civilians"), (6, "Protesters"), (2, "Rebel group"), (0, None)]
    numbers, words = (
        [{"event_id_cnty": f"SYR{n}", "inter2": row[nth]} for n, row in enumerate(rows)]
        for nth in (0, 1)
    )
    words[0]["inter1"] = "State forces"
    old = adapters.read_acled(write(*numbers))
    with pytest.warns(UserWarning, match="untested version words in inter1"):
        new = adapters.read_acled(write(*words))
    assert old["target_camp"].fillna("").tolist() == ["civilian", "civilian", "", ""]
    assert new["target_camp"].equals(old["target_camp"])
    assert new["source_inter2"].tolist()[0] == "Civilians"


def test_an_attack_is_a_killing_only_if_somebody_died(write):
    file = write(
        {"sub_event_type": "Attack", "fatalities": 2},
        {"sub_event_type": "Attack", "fatalities": 0, "event_id_cnty": "SYR2"},
        {"sub_event_type": "Peaceful protest", "event_id_cnty": "SYR3"},
        {"sub_event_type": "Grenade", "event_id_cnty": "SYR4"},
    )
    made = adapters.read_acled(file)
    assert made["event_type"].fillna("").tolist() == ["killing", "", "", "ied"]
    assert made["event_class"].fillna("").tolist() == ["harm", "", "", "explosive"]
    without = adapters.account("acled", file).without
    untyped = without[without["column"] == "sub_event_type"]
    assert untyped[["code", "rows"]].to_numpy().tolist() == [
        ["Attack without a death", 1], ["Peaceful protest", 1],
    ]  # fmt: skip


def test_unknown_codes_are_kept_and_counted(write):
    file = write({"sub_event_type": "Siege of a town", "geo_precision": 4})
    with pytest.warns(UserWarning, match="sub_event_type 'Siege of a town', 1 rows"):
        made = adapters.read_acled(file)
    assert made["source_sub_event_type"].tolist() == ["Siege of a town"]
    assert made["event_type"].isna().all()


@pytest.mark.parametrize("dead", [-3, 2.5, 99999999999])
def test_a_number_of_dead_that_cannot_be_is_kept_and_counted(write, dead):
    file = write({"fatalities": dead}, {"event_id_cnty": "SYR2"})
    with pytest.warns(UserWarning, match=f"fatalities '{dead}', 1 rows"):
        made = adapters.read_acled(file)
    assert made["killed_low"].isna().tolist() == [True, False]
    assert made["source_fatalities"].tolist() == [dead, 3]
    unknown = adapters.account("acled", file).unknown
    assert unknown.to_numpy().tolist() == [["fatalities", str(dead), 1]]


def test_dead_that_all_fit_are_not_kept_twice(write):
    assert "source_fatalities" not in adapters.read_acled(write({"fatalities": None}))


def test_of_two_versions_of_an_event_the_later_stays(write):
    file = write(
        {"fatalities": 1, "timestamp": 20},
        {"event_id_cnty": "SYR2"},
        {"fatalities": 5, "timestamp": 30, "event_date": "16 June 2022"},
        {"fatalities": 9, "timestamp": 10},
    )
    with pytest.warns(UserWarning, match=r"2 rows set aside \(duplicate id 2\)"):
        made = adapters.read_acled(file)
    assert made["killed_low"].tolist() == [3, 5]
    assert adapters.account("acled", file).set_aside["row"].tolist() == [1, 4]


def test_the_later_version_of_an_event_must_be_sound_to_stay(write):
    file = write(
        {"fatalities": 1, "timestamp": 20},
        {"fatalities": 5, "timestamp": 30, "latitude": 95},
        {"fatalities": 9, "timestamp": 10},
    )
    aside = adapters.account("acled", file).set_aside
    assert aside[["row", "reason"]].to_numpy().tolist() == [
        [2, "impossible coordinate"], [3, "duplicate id"],
    ]  # fmt: skip


def test_the_answer_of_the_api_reads_like_the_file(write, tmp_path):
    rows = [{}, {"event_id_cnty": "SYR2", "latitude": None, "fatalities": 0}]
    by_csv = adapters.read_acled(write(*rows))
    records = [
        {name: "" if cell is None else str(cell) for name, cell in (ROW | row).items()}
        for row in rows
    ]
    file = tmp_path / "answer.json"
    file.write_text(json.dumps({"status": 200, "success": True, "data": records}))
    pd.testing.assert_frame_equal(adapters.read_acled(file), by_csv)


@pytest.mark.parametrize(
    "content",
    ['{"status": 200, "success": true, "count": 0, "messages": [], "data": []}',
     "[]", ",".join(ROW) + "\n", ",".join(ROW)],
)  # fmt: skip
def test_an_answer_without_rows_is_a_table_without_rows(tmp_path, content):
    file = tmp_path / "answer"
    file.write_text(content)
    made = adapters.read_acled(file)  # without a warning
    assert made.empty
    assert {"event_id", "killed_low", "source_notes"} <= {*made.columns}
    assert adapters.account("acled", file).rows_in == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"status": 403, "message": "no"}', "it holds status, message, and says 'no'"),
        ('{"status": 401, "data": [], "error": {"message": "Bad\\nkey"}}',
         "it holds no records, says that it failed, and says .*Bad"),
        ('{"success": false, "data": []}', "no records, says that it failed$"),
        ('{"error": "' + "x" * 999 + '"}', "says 'x{200} \\.\\.\\.'"),
        ('{"status": 200, "data": [{"event_id', "cut off or no JSON"),
        ('{"data": [{"id": 1}]}', "it lacks event_id_cnty, event_date"),
        ("id,type_of_violence,where_prec,date_prec,date_start,date_end\n",
         "it looks like UCDP GED: read_ucdp_ged reads it"),
        ("country,event_type,sub_event_type,events,fatalities\n",
         "it looks like aggregated ACLED counts"),
    ],
)  # fmt: skip
def test_another_file_gets_a_sentence(tmp_path, content, sentence):
    file = tmp_path / "taken"
    file.write_text(content)
    with pytest.raises(ValueError, match=sentence):
        adapters.read_acled(file)


@pytest.mark.skipif(not SAMPLE.exists(), reason="no ACLED sample beside the checkout")
def test_a_file_of_acled():
    asked = pd.read_csv(SAMPLE)
    made = adapters.read_acled(SAMPLE)
    assert len(made) == len(asked) == 3000
    assert adapters.account("acled", SAMPLE).unknown.empty
    assert made["killed_low"].sum() == asked["fatalities"].sum()
    for column in ("notes", "actor1", "source", "admin1"):
        kept = made[f"source_{column}"]
        assert ((kept == asked[column]) | asked[column].isna()).all()
    # All events of a type we have happen in the year: none is lost to the months.
    months = tempo(made, "MS", "2021-12-01", "2023-01-31", classes=OPERATIONS)
    typed = made["event_class"].isin(OPERATIONS).sum()
    assert months["n"].sum() == pytest.approx(typed)
