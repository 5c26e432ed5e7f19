"""Airwars: incidents with a set of belligerents, one of whom is meant."""

from pathlib import Path

import pandas as pd
import pytest

from syriaconflict import adapters, air

SAMPLE = Path(__file__).parents[2] / "shared" / "reference" / "airwars_sample_2016.csv"
ROW = {  # invented
    "incident_code": "RS1", "date": "2016-08-01", "date_end": "", "location": "A town",
    "latitude": 36.2, "longitude": 37.1, "geolocation_accuracy": "town",
    "belligerents": "Russian Military", "harm_grading": "Fair", "strike_type": "",
    "cause": "", "infrastructure": "Healthcare", "killed_min": 2, "killed_max": 3,
    "militants_killed_min": "", "militants_killed_max": "",
    "belligerent_codes": "russia;syrian_regime", "belligerent_types":
    "suspected;suspected",
}  # fmt: skip


@pytest.fixture
def write(tmp_path):
    def write(*rows: dict) -> Path:
        file = tmp_path / "incidents.csv"
        pd.DataFrame([ROW | row for row in rows]).to_csv(file, index=False)
        return file

    return write


def test_a_row_in_our_columns(write):
    event = adapters.read_airwars(write({})).iloc[0]
    told = {
        "event_id": "airwars:RS1", "event_class": "air", "modality": "realised",
        "event_type": "strike_unspecified", "target_kind": "hospital",
        "start": pd.Timestamp("2016-08-01"), "end": pd.Timestamp("2016-08-01"),
        "start_precision": "day", "radius_km": 3.0, "target_camp": "civilian",
        "unit": "casualty_event", "count_low": 1, "count_high": 1, "killed_low": 2,
        "civilians_killed_low": 2, "civilians_killed_high": 3,
        "source_harm_grading": "Fair",
    }  # fmt: skip
    assert event[list(told)].to_dict() == told
    # two camps may have done it; nobody says how many fighters died
    assert event[["initiator_camp", "killed_high", "grade"]].isna().all()


@pytest.mark.parametrize(
    ("codes", "types", "camp", "rows"),
    [
        ("russia", "suspected", "russia", [["russia", "hedged"]]),
        ("coalition", "known", "us_coalition", [["us-led-coalition", "stated"]]),
        ("russia;russian_forces", "", "russia", [["russia", "one_of"]]),
        ("unknown;syrian_regime", "", "", [["syrian-government", "one_of"]]),
        ("", "", "russia", [["russia", "hedged"]]),  # the names stand in for codes
    ],
)
def test_belligerents_are_a_set(write, codes, types, camp, rows):
    file = write({"belligerent_codes": codes, "belligerent_types": types})
    made = adapters.read_airwars(file)
    assert made["initiator_camp"].fillna("").item() == camp
    actors = adapters.event_actors(made)
    assert actors[["actor_id", "certainty"]].to_numpy().tolist() == rows


def test_actors_of_several_sources_stacked(write):
    incidents = adapters.read_airwars(write({}, {"incident_code": "RS2",
        "belligerent_codes": "moon", "belligerents": "Moon"}), report=True)  # fmt: skip
    others = pd.DataFrame({
        "event_id": ["acled:SYR1", "acled:SYR2"], "initiator_id": ["isis", None],
        "target_id": ["russia", "isis"],
    })  # fmt: skip
    made = adapters.event_actors(pd.concat([incidents, others]))  # index as it comes
    assert made.to_numpy().tolist() == [
        ["acled:SYR1", "isis", "initiator", "stated"],
        ["acled:SYR1", "russia", "target", "stated"],
        ["acled:SYR2", "isis", "target", "stated"],
        ["airwars:RS1", "russia", "initiator", "one_of"],
        ["airwars:RS1", "syrian-government", "initiator", "one_of"],
    ]


def test_actors_of_incidents_without_a_column_of_codes(write):
    file = write({})
    table = pd.read_csv(file).drop(columns=["belligerent_codes", "belligerent_types"])
    table.to_csv(file, index=False)
    made = adapters.event_actors(adapters.read_airwars(file, report=True))
    assert made[["actor_id", "certainty"]].to_numpy().tolist() == [["russia", "hedged"]]


@pytest.mark.parametrize(
    ("cells", "event_type"),
    [
        ({"strike_type": "Airstrike"}, "airstrike"),
        ({"cause": "Planted explosives and unexploded ordnance (UXO)"}, "ied"),
        ({"cause": "Heavy weapons and explosive munitions"}, "strike_unspecified"),
        ({"strike_type": "Airstrike",
          "cause": "Heavy weapons and explosive munitions"}, "airstrike"),
    ],
)  # fmt: skip
def test_type_of_strike(write, cells, event_type):
    assert adapters.read_airwars(write(cells))["event_type"].item() == event_type


@pytest.mark.parametrize(
    ("hit", "kind"), [("Education", "school"), ("Healthcare, Education", ""),
                      ("Commerce, Market", "market")],
)  # fmt: skip
def test_one_kind_of_target_or_none(write, hit, kind):
    made = adapters.read_airwars(write({"infrastructure": hit}))
    assert made["target_kind"].fillna("").item() == kind


def test_what_is_not_known_is_counted_once_a_code(write):
    file = write(
        {"belligerent_codes": "moon;russia", "infrastructure": "Cinema"},
        {"belligerent_codes": "moon", "incident_code": "RS2"},
    )
    with pytest.warns(UserWarning, match="2 codes not known"):
        adapters.read_airwars(file)
    unknown = adapters.account("airwars", file).unknown
    assert sorted(unknown.to_numpy().tolist()) == [
        ["belligerents", "moon", 2], ["infrastructure", "Cinema", 1],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("last", "precision"),
    [("2016-08-01", "day"), ("2016-08-03", "few_days"), ("2016-08-08", "week"),
     ("2016-08-31", "month"), ("2017-07-31", "year")],
)  # fmt: skip
def test_a_span_of_days(write, last, precision):
    event = adapters.read_airwars(write({"date_end": last})).iloc[0]
    assert event["end"] == pd.Timestamp(last)
    assert event["start_precision"] == event["end_precision"] == precision


def test_the_clock_of_a_publication_stays(write):
    event = adapters.read_airwars(write({"published": "2016-08-02 10:30"})).iloc[0]
    assert event["source_published"] == pd.Timestamp("2016-08-02 10:30")


def test_fighters_killed_are_added_to_the_civilians(write):
    file = write({"militants_killed_min": 1, "militants_killed_max": 4})
    event = adapters.read_airwars(file).iloc[0]
    assert (event["killed_low"], event["killed_high"]) == (3, 7)
    assert (event["civilians_killed_low"], event["civilians_killed_high"]) == (2, 3)


def test_a_number_of_dead_that_cannot_be_is_kept_and_counted(write):
    file = write({"killed_min": -2})
    with pytest.warns(UserWarning, match="killed_min '-2', 1 rows"):
        event = adapters.read_airwars(file).iloc[0]
    assert event["source_killed_min"] == -2
    assert event["civilians_killed_high"] == 3
    assert event[["killed_low", "civilians_killed_low"]].isna().all()


def test_bounds_the_wrong_way_round_are_put_in_order(write):
    cells = {"killed_min": 5, "killed_max": 2, "militants_killed_min": 4,
             "militants_killed_max": 1}  # fmt: skip
    file = write(cells, {"incident_code": "RS2"})
    event, other = adapters.read_airwars(file).to_dict("records")
    assert (event["civilians_killed_low"], event["civilians_killed_high"]) == (2, 5)
    assert (event["killed_low"], event["killed_high"]) == (3, 9)
    assert [event[f"source_{name}"] for name in cells] == [5, 2, 4, 1]
    assert (other["source_killed_min"], other["civilians_killed_high"]) == (2, 3)
    account = adapters.account("airwars", file)
    assert account.unknown.empty
    assert account.without.to_numpy().tolist() == [
        ["killed_min", "5 above killed_max", 1],
        ["militants_killed_min", "4 above militants_killed_max", 1],
    ]  # fmt: skip


@pytest.mark.skipif(not SAMPLE.exists(), reason="no Airwars sample beside the checkout")
def test_air_counts_run_on_a_file_of_airwars():
    events = adapters.read_airwars(SAMPLE)
    asked = pd.read_csv(SAMPLE)
    assert len(events) == len(asked) == 290
    assert adapters.account("airwars", SAMPLE).unknown.empty
    actors = adapters.event_actors(events)
    strikes = air.strikes(events, actors, unit="casualty_event")
    aside = air.set_aside(events, unit="casualty_event")
    assert len(strikes) + len(aside) == 290  # one planted bomb is no strike
    assert aside["reason"].tolist() == ["not from the air"]
    # A belligerent under two codes is one actor; the planted bomb names Russia alone.
    named = asked["belligerent_codes"].str.replace("russian_forces", "russia")
    sets = [set(codes.split(";")) - {"unknown"} for codes in named]
    by_both = strikes["operators"] == "russia | syrian-government"
    assert by_both.sum() == sets.count({"russia", "syrian_regime"})
