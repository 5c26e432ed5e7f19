"""Control of places: any table, and VIINA's; VIINA's events."""

from pathlib import Path

import pandas as pd
import pytest

from syriaconflict import adapters, fronts, schema
from syriaconflict.tempo import OPERATIONS, tempo


@pytest.fixture
def write(tmp_path):
    def write(*rows: dict, name: str = "towns.csv") -> Path:
        file = tmp_path / name
        pd.DataFrame(rows).to_csv(file, index=False)
        return file

    return write


def told(place: str, *days: tuple[str, str | None]) -> list[dict]:
    return [{"place_id": place, "date": day, "holder": who} for day, who in days]


def test_days_become_spells(write):
    file = write(
        *told("qasr", ("2017-04-23", "isis")),
        *told("amber", ("2017-04-25", "SAA"), ("2017-04-20", "rebels"),
              ("2017-04-21", "rebels"), ("2017-04-24", "SAA")),
    )  # fmt: skip
    made = adapters.read_control(file)
    assert list(made.columns) == [*schema.CONTROL.names, "source_holder"]
    for column in schema.CONTROL.columns:
        assert str(made[column.name].dtype) == column.dtype
    assert made["control_id"].tolist() == ["amber-01", "amber-02", "qasr-01"]
    first, second, third = made.to_dict("records")
    assert (first["camp"], first["status"]) == ("opposition", "held")
    days = ["start", "last_told", "end"]
    assert [f"{first[day]:%m-%d}" for day in days] == ["04-20", "04-21", "04-24"]
    # taken on the 22nd, the 23rd or the 24th
    assert second["start_earliest"] == pd.Timestamp("2017-04-22")
    assert second["start_precision"] == "few_days"
    assert pd.isna(second["end"])
    assert pd.isna(first["start_earliest"])
    assert (third["camp"], third["basis"]) == ("isis", "stated")


def test_fronts_read_the_spells(write):
    file = write(*told("amber", ("2017-04-20", "rebels"), ("2017-04-24", "regime")))
    spells = adapters.read_control(file)
    for day, camp in (("2017-04-23", "opposition"), ("2017-04-24", "government")):
        held = fronts.control_at(spells, day)
        assert held.loc["amber", ["camp", "status"]].tolist() == [camp, "held"]


def test_a_contested_place_keeps_its_last_holder(write):
    days = [("2017-04-20", "contested"), ("2017-04-21", "SDF"), ("2017-04-22",
            "contested"), ("2017-04-23", "none")]  # fmt: skip
    made = adapters.read_control(write(*told("amber", *days)))
    assert made["status"].tolist() == ["contested", "held", "contested", "none"]
    assert made["camp"].fillna("").tolist() == ["", "sdf", "sdf", ""]


def test_own_names_of_columns_and_holders(write):
    file = write({"town": 7, "day": "24 April 2017", "who": "The Blues"},
                 {"town": 7, "day": "25 April 2017", "who": "saa"})  # fmt: skip
    columns = {"place": "town", "date": "day", "holder": "who"}
    made = adapters.read_control(file, **columns, holders={"the blues": "turkey"})
    assert made["camp"].tolist() == ["turkey", "government"]
    assert made["place_id"].tolist() == ["7", "7"]
    assert made["source_holder"].tolist() == ["The Blues", "saa"]
    with pytest.raises(ValueError, match="'the blues' is 'blue', wanted a camp"):
        adapters.read_control(file, **columns, holders={"the blues": "blue"})


def test_holders_not_known_are_kept_and_counted(write):
    file = write(*told("amber", ("2017-04-20", "The Blues"), ("2017-04-21", "isis")))
    with pytest.warns(UserWarning, match="holder 'The Blues', 1 rows"):
        made = adapters.read_control(file)
    assert made["camp"].fillna("").tolist() == ["", "isis"]
    assert made["status"].fillna("").tolist() == ["", "held"]


def test_rows_in_are_rows_told_and_rows_set_aside(write):
    file = write(
        *told("amber", ("2017-04-20", "isis"), ("2017-04-20", "sdf"), ("", "sdf"),
              ("2017-04-21", None), ("31 April 2017", "sdf")),
        *told("", ("2017-04-21", "sdf")),
    )  # fmt: skip
    account = adapters.account("control", file)
    assert (account.rows_in, account.rows_out) == (6, 1)
    assert account.set_aside[["row", "reason"]].to_numpy().tolist() == [
        [2, "contradicting holder"], [3, "no date"], [4, "no holder"],
        [5, "impossible date"], [6, "no place"],
    ]  # fmt: skip
    assert adapters.read_control(file, report=True)["camp"].tolist() == ["isis"]


def test_a_holder_in_several_spellings_is_one(write):
    days = [("2017-04-20", "ISIS"), ("2017-04-21", "isis "), ("2017-04-22", "Isis"),
            ("2017-04-23", "The Blues"), ("2017-04-24", "the blues")]  # fmt: skip
    made = adapters.read_control(write(*told("amber", *days)), report=True)
    assert made["source_holder"].tolist() == ["ISIS", "The Blues"]
    assert made["last_told"].dt.day.tolist() == [22, 24]


def test_spaces_around_a_place_make_no_other_place_but_case_does(write):
    file = write(*told("amber", ("2017-04-20", "isis")),
                 *told("amber ", ("2017-04-21", "sdf")),
                 *told("Amber", ("2017-04-21", "sdf")))  # fmt: skip
    made = adapters.read_control(file)
    assert made["control_id"].tolist() == ["Amber-01", "amber-01", "amber-02"]


def test_a_repeated_row_is_told_from_one_that_contradicts(write):
    days = [("2017-04-20", "isis"), ("2017-04-20", "sdf"), ("2017-04-20", "ISIS"),
            ("2017-04-21", None), ("2017-04-21", "isis"), ("2017-04-22", " "),
            ("2017-04-20", "sdf")]  # fmt: skip
    account = adapters.account("control", write(*told("amber", *days)))
    assert account.set_aside[["row", "reason"]].to_numpy().tolist() == [
        [2, "contradicting holder"], [3, "duplicate place and day"], [4, "no holder"],
        [6, "no holder"], [7, "contradicting holder"],
    ]  # fmt: skip
    assert account.unknown.empty


def test_a_month_stands_for_its_first_day(write):
    file = write(*told("amber", ("2017-04", "isis"), ("2017-05", "sdf")))
    made = adapters.read_control(file)
    assert made["start"].dt.strftime("%m-%d").tolist() == ["04-01", "05-01"]
    assert made["start_precision"].fillna("").tolist() == ["", "month"]


def test_a_table_without_the_columns_named(write):
    file = write({"town": "amber", "date": "2017-04-20"})
    with pytest.raises(ValueError, match="it lacks place_id, holder; its columns are"):
        adapters.read_control(file)


def test_viina_control(write):
    rows = [
        {"geonameid": 700, "date": 20220225, "status_wiki": "UA", "status": "UA"},
        {
            "geonameid": 700,
            "date": 20220226,
            "status_wiki": "UA",
            "status": "CONTESTED",
        },
        {"geonameid": 700, "date": 20220227, "status_wiki": "RU", "status": "RU"},
    ]
    file = write(*[row | {"status_dsm": None} for row in rows])
    with pytest.warns(UserWarning, match="untested version 2.0"):
        made = adapters.read_viina_control(file)
    assert made["place_id"].unique().tolist() == ["viina:700"]
    assert made["camp"].tolist() == ["other", "other", "russia"]
    assert made["status"].tolist() == ["held", "contested", "held"]
    assert made["start"].dt.day.tolist() == [25, 26, 27]


EVENT = {  # invented, with the columns of the documentation
    "viina_version": "bert_1", "event_id_1pd": 9, "date": 20220301, "n_reports": 3,
    "event_ids": "1;2;3", "sources": "unian", "geonameid": 700, "asciiname": "A town",
    "longitude": 36.2, "latitude": 50.0, "GEO_PRECISION": "STREET", "t_mil_b": 1,
    "t_artillery_b": 0, "t_airstrike_b": 0, "t_civcas_b": 0, "t_hospital_b": 0,
    "a_rus_init_b": 0, "a_ukr_init_b": 0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("labels", "event_type", "camp"),
    [
        (
            {"t_artillery_b": 1, "t_civcas_b": 1, "a_rus_init_b": 1},
            "shelling",
            "russia",
        ),
        ({"t_airstrike_b": 1, "t_artillery_b": 1}, "airstrike", ""),
        ({"t_civcas_b": 1, "a_ukr_init_b": 1}, "killing", "other"),
        ({"t_airstrike_b": 1, "t_mil_b": 0}, "", ""),
        ({"a_rus_init_b": 1, "a_ukr_init_b": 1}, "", ""),
    ],
)
def test_viina_events_are_typed_by_their_first_label(write, labels, event_type, camp):
    with pytest.warns(UserWarning, match="no file was at hand"):
        event = adapters.read_viina(write(EVENT | labels)).fillna({"event_type": "",
            "initiator_camp": ""}).iloc[0]  # fmt: skip
    assert (event["event_type"], event["initiator_camp"]) == (event_type, camp)
    assert event["event_id"] == "viina:1pd-9"
    assert event["start"] == pd.Timestamp("2022-03-01")
    assert event["source_t_civcas_b"] == labels.get("t_civcas_b", 0)


def test_a_viina_event_that_stands_twice_is_read_once(write):
    file = write(EVENT, EVENT, EVENT | {"event_id_1pd": 10})
    account = adapters.account("viina", file)
    aside = account.set_aside[["row", "id", "reason"]].to_numpy().tolist()
    assert aside == [[2, "viina:1pd-9", "duplicate id"]]


def test_viina_reports_and_their_labels_are_joined(write):
    info = [
        {"event_id": n, "event_id_1pd": 9, "date": 20220301, "geonameid": 700,
         "longitude": 36.2, "latitude": 50.0, "GEO_PRECISION": "ADM1", "url": "x"}
        for n in (5, 6)
    ]  # fmt: skip
    labels = [
        {"event_id": n, "event_id_1pd": 9, "date": 20220301, "geonameid": 700,
         "t_mil_b": 1, "t_artillery": 0.9, "t_artillery_b": int(n == 6)}
        for n in (6, 5)
    ]  # fmt: skip
    reports = write(*info, name="info.csv")
    with pytest.warns(UserWarning, match="untested"):
        made = adapters.read_viina(reports, labels=write(*labels, name="labels.csv"))
    assert made["event_id"].tolist() == ["viina:5", "viina:6"]
    assert made["event_type"].fillna("").tolist() == ["", "shelling"]
    assert made["source_t_artillery"].tolist() == [0.9, 0.9]
    days = tempo(made, "D", "2022-03-01", "2022-03-01", classes=OPERATIONS)
    assert days["n"].tolist() == [1]
    with pytest.raises(ValueError, match="has not one row for each report of info"):
        adapters.read_viina(reports, labels=write(labels[0], name="half.csv"))
    with pytest.raises(ValueError, match="it looks like VIINA labels"):
        adapters.read_viina(reports.with_name("labels.csv"))
    odd = write(*[row | {"event_id": f"x{row['event_id']}"} for row in labels])
    with pytest.raises(ValueError, match="has not one row for each report of info"):
        adapters.read_viina(reports, labels=odd)
    whole = write(*[info[0] | labels[0], info[1] | labels[1]], name="whole.csv")
    with pytest.raises(ValueError, match=r"whole\.csv holds its labels already"):
        adapters.read_viina(whole, labels=reports.with_name("labels.csv"))


def test_viina_one_per_day_events_take_no_labels(write):
    labels = {"event_id": 5, "date": 20220301, "geonameid": 700, "t_mil_b": 1}
    said = r"labels: towns\.csv holds its labels already, .* labels\.csv; leave labels"
    with pytest.raises(ValueError, match=said):
        adapters.read_viina(write(EVENT), labels=write(labels, name="labels.csv"))
