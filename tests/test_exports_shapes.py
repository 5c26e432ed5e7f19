"""Our events in the columns of UCDP GED, ACLED and timemap: by hand, and read back."""

import json
import warnings

import geopandas
import pandas as pd
import pytest
import shapely

import syriaconflict as sc
from syriaconflict import adapters, exports, schema, vocabulary
from syriaconflict.adapters import _tables
from syriaconflict.exports import acled, ged, happenings, timemap
from syriaconflict.exports.cells import plain
from syriaconflict.exports.rows import Export

DAYS = {  # event: first and last possible day
    "a": ("2016-10-04", "2016-10-04"),
    "b": ("2016-10-03", "2016-10-06"),
    "c": ("2016-10-01", "2016-10-31"),
    "d": ("2016-09-28", "2016-10-09"),
    "e": ("2016-10-04", None),
    "f": (None, None),
    "g": ("2016-10-04", "2016-10-04"),
    "h": ("2016-10-04", "2016-10-04"),
}
TYPES = ["airstrike", "capture", "killing", "clash", "clash", "clash", "hold", "clash"]
MODALITIES = ["realised"] * 4 + ["ongoing"] + ["realised"] * 2 + ["planned"]
ACTORS = [  # event, actor, role, certainty
    ("a", "russia", "initiator", "one_of"),
    ("a", "army", "initiator", "one_of"),
    ("a", "people", "affected", "stated"),
    ("b", "brigade", "initiator", "stated"),
    ("b", "union", "initiator", "hedged"),
    ("b", "army", "target", "stated"),
    ("c", "state", "initiator", "stated"),
    ("c", "people", "target", "stated"),
    ("d", "brigade", "initiator", "stated"),
    ("d", "state", "target", "stated"),
]
CAMPS = {"russia": "russia", "army": "government", "people": "civilian",
         "brigade": "opposition", "union": "opposition", "state": "isis"}  # fmt: skip
KINDS = {"russia": "state", "army": "army", "people": "population",
         "brigade": "faction", "union": "coalition", "state": "faction"}  # fmt: skip


def small():
    """Eight happenings at Tell Amber, of which one is only planned."""
    ids = list(DAYS)
    days = pd.DataFrame(DAYS, index=["start", "end"]).T.apply(pd.to_datetime)
    classes = [vocabulary.EVENT_TYPES[name].event_class for name in TYPES]
    told = {
        "event_id": ids, "event_class": classes, "event_type": TYPES,
        "modality": MODALITIES, "grain": ["discrete"] * 7 + ["aggregate"],
        "start": days["start"].array, "end": days["end"].array,
        "place_id": "amber", "longitude": 36.5, "latitude": 35.25,
        "initiator_id": [None, None, "state", "brigade"] + [None] * 4,
        "target_id": [None, "army", "people", "state"] + [None] * 4,
        "initiator_camp": ["russia", "opposition", "isis", "opposition"] + [None] * 4,
        "target_camp": [None, "government", "civilian", "isis"] + [None] * 4,
        "killed_low": [3, None, 2] + [None] * 5,
        "killed_high": [3, 5, 4] + [None] * 5,
        "civilians_killed_low": [3] + [None] * 7,
        "civilians_killed_high": [3] + [None] * 7,
        "grade": "single_source", "is_contested": [True] + [False] * 7,
        "source_count": 1, "claim_count": 1, "document_count": 1,
        "first_release": "0.1.0", "last_changed": "0.1.0", "start_precision": "day",
        "summary": ["=HYPERLINK(1)"] + ["قصف"] * 7, "priogrid_gid": 180434,
        "ucdp_date_prec": 1, "ucdp_where_prec": [1, 2, 4, 5, None, 1, 1, 1],
    }  # fmt: skip
    events = frame_of("events", told)
    points = geopandas.points_from_xy(events["longitude"], events["latitude"])
    place = {"place_id": ["amber"], "name": ["Tell Amber"], "name_ar": ["تل العنبر"],
             "kind": "settlement", "longitude": 36.5, "latitude": 35.25,
             "governorate": "Hama", "governorate_pcode": "SY05"}  # fmt: skip
    places = frame_of("places", place)
    members = pd.DataFrame(ACTORS, columns=["event_id", "actor_id", "role",
                                            "certainty"])  # fmt: skip
    documents = {"document_id": ["doc", "copy"], "publisher_id": ["gazette", "wire"],
                 "title": ["One; two", "Three"], "genre": "news",
                 "published": pd.to_datetime(["2016-10-05", "2016-10-06"])}  # fmt: skip
    claims = {"claim_id": [*ids, "a-2"], "event_id": [*ids, "a"],
              "document_id": ["doc"] * 8 + ["copy"]}  # fmt: skip
    names = {"actor_id": list(CAMPS), "name": [name.title() for name in CAMPS],
             "kind": [KINDS[name] for name in CAMPS],
             "ucdp_id": [None, None, 1, None, None, 234],
             "acled_name": [None] * 5 + ["Islamic State (Syria)"]}  # fmt: skip
    return {
        "events": geopandas.GeoDataFrame(events, geometry=points, crs="EPSG:4326"),
        "places": geopandas.GeoDataFrame(
            places, geometry=geopandas.points_from_xy([36.5], [35.25]), crs="EPSG:4326"
        ),
        "event_actors": frame_of("event_actors", members.assign(claim_count=1)),
        "actors": frame_of("actors", names),
        "actor_camps": frame_of(
            "actor_camps", {"actor_id": list(CAMPS), "camp": list(CAMPS.values())}
        ),
        "claims": frame_of("claims", claims),
        "documents": frame_of("documents", documents),
        "publishers": frame_of(
            "publishers",
            {"publisher_id": ["gazette", "wire"], "name": ["Gazette", "-wire"]},
        ),
        "campaigns": sc.load("campaigns").head(1),
    }


def frame_of(name, told):
    """A frame with the columns of a table, missing where nothing is told."""
    frame = pd.DataFrame(told)
    made = {}
    for column in schema.TABLES[name].columns:
        if column.name == "geometry":
            continue
        cells = frame.get(column.name, pd.Series(None, frame.index, dtype=object))
        made[column.name] = cells.astype(column.dtype if column.name != "is_contested"
                                         else "bool")  # fmt: skip
    return pd.DataFrame(made)


def made_of(frames):
    return Export(frames, "9.9.9", "representative")


def asides(written):
    found = pd.concat(written.asides)
    return dict(zip(found["id"], found["reason"], strict=True))


def read(path):
    return pd.read_csv(path, dtype=object, keep_default_na=False)


@pytest.fixture
def ged_rows(tmp_path):
    written = ged.write(made_of(small()), tmp_path / "ged.csv")
    return written, read(tmp_path / "ged.csv").set_index("relid"), tmp_path / "ged.csv"


@pytest.fixture
def acled_rows(tmp_path):
    path = tmp_path / "acled.csv"
    written = acled.write(made_of(small()), path)
    return written, read(path).set_index("event_id_cnty"), path


def test_ged_rows_are_what_happened_and_the_rest_is_accounted_for(ged_rows):
    written, rows, _ = ged_rows
    assert rows.index.tolist() == ["a", "b", "c", "d", "e", "g"]
    assert asides(written) == {
        "f": "no first day told",
        "h": "modality is planned, no happening",
    }


def test_ged_deaths_are_best_only_where_low_and_high_agree(ged_rows):
    _, rows, _ = ged_rows
    deaths = rows[["low", "best", "high", "deaths_civilians"]]
    assert deaths.loc["a"].tolist() == ["3", "3", "3", "3"]
    assert deaths.loc["b"].tolist() == ["", "", "5", ""]
    assert deaths.loc["c"].tolist() == ["2", "", "4", ""]


def test_ged_names_no_side_where_only_one_of_its_actors_is_meant(ged_rows):
    _, rows, _ = ged_rows
    assert rows["side_a"].tolist()[:4] == ["", "Brigade; Union", "State", "Brigade"]
    assert rows["side_a_new_id"].tolist()[:4] == ["", "", "234", ""]
    assert rows["side_b_new_id"].tolist()[:4] == ["", "", "1", "234"]
    notes = rows["notes"]
    assert "initiator: Army (one_of), Russia (one_of)" in notes["a"]
    assert "contested by a claim" in notes["a"]
    assert "Brigade (stated), Union (hedged)" in notes["b"]
    assert "between 2016-10-04 and open" in notes["e"]


def test_ged_type_of_violence_stands_only_where_it_follows(ged_rows):
    _, rows, _ = ged_rows
    # an airstrike that hits nobody told; a capture with five dead; a killing of
    # civilians by ISIS; two groups; nobody named; a hold
    assert rows["type_of_violence"].tolist() == ["", "1", "3", "2", "", ""]


def camps(a, b, **more):
    told = {"event_class": "ground", "event_type": "clash", "initiator_camp": a,
            "target_camp": b, "initiator_id": None, "target_id": None,
            "killed_low": 0, "killed_high": 0} | more  # fmt: skip
    return ged.violence(pd.DataFrame([told])).fillna(0).item()


@pytest.mark.parametrize(
    ("told", "want"),
    [
        (camps("russia", "opposition"), 1),
        (camps("opposition", "turkey"), 0),  # one side
        (camps("turkey", "sdf"), 1),
        (camps("russia", "government"), 0),
        (camps("isis", "sdf"), 2),
        (camps("opposition", "opposition"), 0),
        (camps("opposition", "opposition", initiator_id="x", target_id="y"), 2),
        (camps("opposition", "opposition", initiator_id="x", target_id="x"), 0),
        (camps("iran_aligned", "opposition"), 0),
        (camps("government", "civilian", event_class="air"), 0),
        (camps("government", "opposition", event_class="control"), 0),
        (camps("government", "isis", event_class="control", killed_high=2), 1),
    ],
)
def test_violence(told, want):
    assert told == want


def test_ged_type_is_empty_where_states_and_groups_act_together(tmp_path):
    frames = small()
    frames["actor_camps"].loc[4, "camp"] = "turkey"  # Union, with Brigade in event b
    ged.write(made_of(frames), tmp_path / "a.csv")
    assert (
        read(tmp_path / "a.csv").set_index("relid").loc["b", "type_of_violence"] == ""
    )


def test_ged_reads_back_with_every_row(ged_rows):
    _, rows, path = ged_rows
    account = adapters.account("ucdp_ged", path)
    assert (account.rows_in, account.rows_out) == (6, 6)
    back = adapters.read_ucdp_ged(path).set_index("source_relid")
    assert back["event_id"].tolist() == ["ucdp-ged:" + id_ for id_ in rows["id"]]
    want = small()["events"].set_index("event_id").loc[back.index]
    for name in ("start", "end", "longitude", "latitude", "killed_high", "grain",
                 "ucdp_where_prec", "ucdp_date_prec", "priogrid_gid"):  # fmt: skip
        pd.testing.assert_series_equal(
            back[name], want[name], check_dtype=False, check_names=False
        )
    assert back.loc["c", ["event_type", "initiator_camp", "target_camp"]].tolist() == [
        "killing", "isis", "civilian"]  # fmt: skip
    assert "قصف" in back.loc["b", "source_notes"]


def test_cells_like_formulas_are_neutral_in_both_files(ged_rows, acled_rows):
    for _, rows, _ in (ged_rows, acled_rows):
        assert rows.loc["a", "notes"].startswith("'=HYPERLINK(1) | ")
        assert plain(rows.loc["a", "notes"]).startswith("=HYPERLINK(1) | ")
    assert ged_rows[1].loc["a", "source_office"] == "'-wire;Gazette"
    assert ged_rows[1].loc["a", "source_headline"] == "Three;One, two"


def test_acled_rows_are_what_it_records_and_can_date(acled_rows):
    written, rows, _ = acled_rows
    assert rows.index.tolist() == ["a", "b", "c"]
    assert asides(written) == {
        "d": "more than a week, not in one month",
        "e": "no last day told",
        "f": "no first day told",
        "g": "ACLED has no such type: hold",
        "h": "modality is planned, no happening",
    }


def test_acled_cells_by_hand(acled_rows):
    _, rows, _ = acled_rows
    dates = rows[["event_date", "time_precision"]].agg(" ".join, axis=1)
    assert dates.tolist() == ["2016-10-04 1", "2016-10-04 2", "2016-10-16 3"]
    taken = "Non-state actor overtakes territory"
    assert rows["sub_event_type"].tolist() == ["Air/drone strike", taken, "Attack"]
    assert rows["fatalities"].tolist() == ["3", "", "2"]
    # one of Russia and the army: no actor, no kind; two of one camp: no actor, its kind
    assert rows["actor1"].tolist() == ["", "", "Islamic State (Syria)"]
    assert rows["assoc_actor_1"].tolist() == ["", "Brigade; Union", ""]
    assert rows["inter1"].tolist() == ["", "2", "2"]
    assert rows["inter2"].tolist() == ["", "1", "7"]
    assert rows["civilian_targeting"].tolist() == ["", "", "Civilian targeting"]
    assert rows["geo_precision"].tolist() == ["1", "2", "3"]
    assert rows["tags"]["b"].startswith("event_type=capture; modality=realised; ")


def test_acled_reads_back_with_every_row_and_no_day_outside_its_span(acled_rows):
    _, _, path = acled_rows
    account = adapters.account("acled", path)
    assert (account.rows_in, account.rows_out) == (3, 3)
    back = adapters.read_acled(path)
    assert back["event_id"].tolist() == ["acled:a", "acled:b", "acled:c"]
    want = small()["events"].head(3)
    assert (back["start"] <= want["start"]).all()
    assert (back["end"] >= want["end"]).all()
    assert back["event_type"].tolist() == ["strike_unspecified", "capture", "killing"]
    assert back["killed_low"].tolist() == [3, pd.NA, 2]
    assert back["target_camp"].tolist()[2] == "civilian"


def test_every_code_has_its_type_at_acled_and_every_type_is_known_to_the_reader():
    rows = happenings.shape("acled_types")
    codes = {*vocabulary.EVENT_TYPES, "indeterminate"}
    assert {row["event_type"] for row in rows if not row["role"]} | {
        "capture", "killing", "persons_captured"} == codes  # fmt: skip
    assert [row["event_type"] for row in rows if not row["role"]] == list(
        dict.fromkeys(row["event_type"] for row in rows)
    )
    known = _tables.codes("acled", "sub_event_type", "event_type")
    told = {row["sub_event_type"].casefold() for row in rows if row["sub_event_type"]}
    assert told <= set(known)
    for row in rows:
        assert bool(row["acled_event_type"]) == bool(row["disorder_type"])
        assert row["acled_event_type"] or row["note"]
        assert set(row["camps"].split()) <= set(vocabulary.CAMPS)


@pytest.mark.parametrize("name", ["ged", "acled"])
def test_columns_are_those_of_the_source_each_with_its_origin(name):
    source = {"ged": "ucdp_ged", "acled": "acled"}[name]
    rows = happenings.shape(f"{name}_columns")
    ours = [row["column"] for row in rows]
    theirs = [column for column in _tables.columns(source) if column != "iso3"]
    assert ours == theirs + (["notes"] if name == "ged" else [])
    for row in rows:
        assert row["from"] or row["note"].startswith("not filled"), row


@pytest.mark.parametrize("format", ["ged", "acled"])
def test_the_dataset_reads_back_with_every_row_accounted_for(tmp_path, format):
    made = sc.export(format, tmp_path / "a.csv")
    source = {"ged": "ucdp_ged", "acled": "acled"}[format]
    account = adapters.account(source, made.path)
    assert account.rows_in == account.rows_out == made.rows["a.csv"]
    assert len(sc.events()) == made.rows["a.csv"] + len(made.set_aside)
    assert not made.set_aside["id"].duplicated().any()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read_back = getattr(adapters, f"read_{source}")(made.path)
    events = sc.events().set_index("event_id")
    ids = read_back["source_relid"] if format == "ged" else (
        read_back["event_id"].str.removeprefix("acled:"))  # fmt: skip
    want = events.loc[ids].reset_index()
    for name in ("longitude", "latitude"):
        pd.testing.assert_series_equal(read_back[name], want[name])
    if format == "ged":
        for name in ("start", "end", "ucdp_where_prec"):
            pd.testing.assert_series_equal(read_back[name], want[name])
        highest = want["killed_high"].fillna(want["killed_low"])  # as the reader has it
        pd.testing.assert_series_equal(
            read_back["killed_high"], highest, check_names=False
        )
        assert shapely.from_wkt(read_back["source_geom_wkt"].dropna()).tolist() == (
            want.geometry.dropna().tolist())  # fmt: skip
    else:
        pd.testing.assert_series_equal(read_back["killed_low"], want["killed_low"])


def test_ged_refuses_two_events_of_one_number():
    with pytest.raises(ValueError, match="events a and a have one number, wanted two"):
        ged.numbers(pd.Series(["a", "a"]))


def test_timemap_items_by_hand(tmp_path):
    written = timemap.write(made_of(small()), tmp_path / "out")
    told = {name: json.loads((tmp_path / "out" / f"{name}.json").read_text("utf-8"))
            for name in ("events", "sources", "sites", "associations")}  # fmt: skip
    assert asides(written) == {
        "f": "no first day told",
        "h": "modality is planned, no happening",
    }
    first, second = told["events"][:2]
    assert first["date"] == "10/04/2016"
    assert (first["latitude"], first["longitude"]) == ("35.25", "36.5")
    assert first["category"] == "air"
    assert first["sources"] == ["copy", "doc"]
    assert first["associations"] == [
        "event_class:air", "grade:single_source", "initiator_camp:government",
        "initiator_camp:russia"]  # fmt: skip
    assert second["description"] == "قصف"
    assert second["time_display"] == "2016-10-03 to 2016-10-06"
    assert told["sources"]["copy"]["date"] == "10/06/2016"
    assert told["sites"] == [
        {"id": "amber", "site": "Tell Amber", "description": "تل العنبر",
         "latitude": "35.25", "longitude": "36.5", "enabled": "1"}
    ]  # fmt: skip


def test_timemap_points_lead_somewhere_and_values_are_text(tmp_path):
    made = sc.export("timemap", tmp_path / "out")
    told = {name: json.loads((made.path / f"{name}.json").read_text("utf-8"))
            for name in ("events", "sources", "sites", "associations")}  # fmt: skip
    events = pd.DataFrame(told["events"])
    known = {item["id"] for item in told["associations"]}
    assert len(known) == len(told["associations"])
    assert {id_ for ids in events["associations"] for id_ in ids} <= known
    assert {id_ for ids in events["sources"] for id_ in ids} == set(told["sources"])
    want = sc.events().set_index("event_id").loc[events["id"]]
    days = pd.to_datetime(events["date"], format="%m/%d/%Y")
    assert days.tolist() == want["start"].tolist()
    assert events["longitude"].astype(float).tolist() == want["longitude"].tolist()
    assert events["type"].tolist() == want["event_type"].tolist()
    assert events["description"].tolist() == want["summary"].tolist()
    lists = {"associations", "sources", "paths", "filter_paths"}
    for items in (told["events"], told["sources"].values(), told["sites"],
                  told["associations"]):  # fmt: skip
        for item in items:
            for key, value in item.items():
                assert isinstance(value, list if key in lists else str), (key, value)
    assert len(sc.events()) == len(events) + len(made.set_aside)


@pytest.mark.parametrize("format", ["ged", "acled", "timemap"])
def test_formats_of_one_shape_take_no_tables(tmp_path, format):
    with pytest.raises(ValueError, match=f"but {format} is made of events and what b"):
        exports.export(format, tmp_path / "a.csv", tables=["events"])
    assert list(tmp_path.iterdir()) == []
