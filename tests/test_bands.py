"""Bands: what a measure is under every rule and without each publisher, by hand."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest

import syriaconflict as sc
from syriaconflict.bands import band, versions, without, worked_out
from syriaconflict.derive import derived
from syriaconflict.load import published
from syriaconflict.plot import plot_band
from syriaconflict.rules import RULES

SIDES = {"d-press": "press", "d-gov": "gov", "d-opp": "opp"}


@pytest.fixture(scope="module")
def tables(make_tables, make_frame):
    """Two happenings: of the first three outlets tell another day and another count.

    The press says the 20th and 30 strikes, the government the 22nd and 10, the
    opposition the 24th and 50.  The second is told by the opposition alone.
    """
    made = make_tables(
        {"document_id": "d-press", "day": "2017-04-20", "n": 30},
        {"document_id": "d-gov", "event_id": "c1", "day": "2017-04-22", "n": 10},
        {"document_id": "d-opp", "event_id": "c1", "day": "2017-04-24", "n": 50},
        {"document_id": "d-press", "event_id": "c1", "day": "2017-04-20", "n": 30},
        {"document_id": "d-opp", "event_id": "c5", "day": "2017-04-25", "n": 7},
    )
    for name in ("campaigns", "events", "claim_places", "claim_links"):
        made[name] = make_frame(name)
    made["places"] = made["places"].assign(
        longitude=36.7, latitude=35.2, front_id="north"
    )
    return made


def strikes(events: pd.DataFrame) -> int:
    return int(events["count_low"].sum())


def of_each(events: pd.DataFrame) -> pd.Series:
    return events.set_index("event_id")["count_low"].astype(float)


@pytest.fixture(scope="module")
def told(tables) -> pd.DataFrame:
    """The strikes in every version."""
    return versions(strikes, tables=tables)


def test_every_rule_and_publisher_is_a_version(told):
    wanted = [f"rule {rule}" for rule in RULES]
    wanted += ["without gov", "without opp", "without press"]
    assert told.columns.tolist() == wanted


def test_the_publishers_left_out_can_be_named(tables):
    found = versions(strikes, tables=tables, over="publishers", publishers=["opp"])
    assert found.columns.tolist() == ["rule representative", "without opp"]
    with pytest.raises(ValueError, match="'kurd' is not known"):
        versions(strikes, tables=tables, publishers="kurd")  # it has no claims


def test_versions_worked_out_by_hand(told):
    """The first happening has 30, 10 or 50 strikes, the second 7.

    Two claims of the press outweigh one of each other outlet.  Conservative
    takes the lowest; informative as representative: all counts are exact.  Without
    the press 10 and 50 are told once each: nothing decides, from 10 to 50.
    """
    assert told.loc["strikes"].to_dict() == {
        "rule representative": 37, "rule conservative": 17, "rule informative": 37,
        "rule government": 17, "rule opposition": 57, "without gov": 37,
        "without opp": 30, "without press": 17,
    }  # fmt: skip


def test_the_band_runs_from_the_lowest_to_the_highest_version(tables):
    found = band(strikes, tables=tables).loc["strikes"]
    assert found.to_dict() == {
        "low": 17, "representative": 37, "high": 57, "versions": 8,
        "low_from": "rule conservative", "high_from": "rule opposition",
        "without_number": "",
    }  # fmt: skip
    rules = band(strikes, tables=tables, over="rules").loc["strikes"]
    assert rules["versions"] == 5
    left_out = band(strikes, tables=tables, over=["publishers"]).loc["strikes"]
    assert (left_out["low"], left_out["high"]) == (17, 37)


def test_a_row_that_a_version_has_not_counts_only_where_fill_says_so(tables):
    """Without the opposition's outlet nobody tells of the second happening."""
    asked = {"over": "publishers", "publishers": ["opp", "gov"], "tables": tables}
    found = band(of_each, **asked).loc["c5"]
    assert (found["low"], found["high"], found["versions"]) == (7, 7, 2)
    assert found["without_number"] == "without opp"
    found = band(of_each, fill=0, **asked).loc["c5"]
    assert (found["low"], found["low_from"]) == (0, "without opp")
    assert found["versions"] == 3


def test_the_numeric_columns_of_a_frame_are_the_last_level(tables):
    def both(events):
        return events.set_index("event_id")[["count_low", "count_high", "grade"]]

    found = band(both, tables=tables, over="rules")
    assert found.index.names == ["event_id", "column"]
    assert found.loc[("c1", "count_high"), "high"] == 50


def test_parameters_named_like_tables_are_given_them_and_others_are_passed_on(tables):
    def told_by(claims, documents, outlet):
        mine = documents.loc[documents["publisher_id"] == outlet, "document_id"]
        return claims["document_id"].isin(mine).sum()

    asked = {"over": "publishers", "publishers": ["press", "gov"], "outlet": "press"}
    found = versions(told_by, tables=tables, **asked).loc["told_by"]
    assert found["rule representative"] == 2
    assert found["without press"] == 0
    assert found["without gov"] == 2


def test_a_version_without_result_is_named_and_not_in_the_band(tables):
    def second(events):
        if "c5" not in set(events["event_id"]):
            msg = "nothing told of c5"
            raise ValueError(msg)
        return 1

    with pytest.warns(UserWarning, match=r"without opp \(nothing told of c5\)"):
        found = band(second, tables=tables, over="publishers")
    assert found.loc["second", "versions"] == 3


def test_a_measure_that_fails_on_all_the_evidence_is_an_error(tables):
    def never(events):
        msg = f"none of {len(events)} will do"
        raise ValueError(msg)

    with pytest.raises(ValueError, match="none of 2 will do"):
        band(never, tables=tables)


def test_a_missing_number_is_in_no_envelope(tables):
    def of_second(events):
        return events.set_index("event_id")["count_low"].get("c5", pd.NA)

    def as_row(events):
        return pd.Series({"c5": of_second(events), "all": len(events)}, dtype=object)

    for measure, name in ((of_second, "of_second"), (as_row, "c5")):
        found = band(measure, over="publishers", publishers="opp", tables=tables)
        found = found.loc[name]
        assert found[["low", "representative", "high"]].tolist() == [7, 7, 7]
        assert found["versions"] == 1  # of two: without the opposition it is not told


def test_what_is_no_number_is_refused(tables):
    with pytest.raises(ValueError, match="returns list, wanted a number"):
        band(lambda events: [len(events)], tables=tables)

    def grades(events):
        return events[["grade"]]

    with pytest.raises(ValueError, match=r"gives no column of numbers: \['grade'\]"):
        band(grades, tables=tables)
    with pytest.raises(ValueError, match="no number under any rule"):
        band(lambda events: events["count_low"].astype(float) * float("nan"),
             over="publishers", publishers="opp", tables=tables)  # fmt: skip
    with pytest.raises(ValueError, match="'rule' is not known"):
        band(strikes, over="rule", tables=tables)


def test_nothing_given_is_changed(tables):
    before = {name: frame.copy() for name, frame in tables.items()}
    band(strikes, tables=tables, publishers="opp")
    for name, frame in before.items():
        pd.testing.assert_frame_equal(tables[name], frame)


def test_without_leaves_out_documents_and_claims_of_one_publisher():
    tables = published()
    left = without(tables, "syria-direct")
    documents = tables["documents"].set_index("document_id")["publisher_id"]
    gone = set(documents.index) - set(left["documents"]["document_id"])
    assert "2017-04-24-syria-direct-halfaya" in gone
    assert gone == set(documents.index[documents == "syria-direct"])
    for name in ("claims", "claim_actors", "claim_places", "claim_links"):
        ids = left[name]["claim_id"]
        assert len(ids)
        assert not ids.str.startswith(tuple(gone)).any()
    with pytest.raises(ValueError, match="syria-dirct"):
        without(tables, "syria-dirct")


def test_the_representative_version_of_the_installed_tables_is_the_shipped_one():
    made = derived(published())
    for name in ("events", "event_actors", "control", "control_claims"):
        shipped = pd.DataFrame(sc.load(name)).drop(columns="geometry", errors="ignore")
        worked_out = made[name].drop(columns="geometry", errors="ignore")
        pd.testing.assert_frame_equal(worked_out, shipped)


PRESS, WIRE, GOV, OPP = (
    {"document_id": f"d-{n}"} for n in ("press", "wire", "gov", "opp")
)
BESIDE = ("claim_places", "claim_links")


def test_a_band_of_fronts(whole, make_frame):
    """The opposition denies that the army came to the second stop of the road."""
    tables = whole(
        GOV | {"day": "2017-04-18"},
        GOV | {"day": "2017-04-20", "place_id": "qasr", "event_id": "c2"},
        PRESS | {"day": "2017-04-20", "place_id": "qasr", "event_id": "c2"},
        OPP | {"place_id": "qasr", "event_id": "c2", "stance": "denies"},
        WIRE | {"day": "2017-04-19", "place_id": "sumaq", "event_id": "c5"},
        parts=[{"claim_id": claim, "actor_id": actor, "role": "initiator"}
               for claim, actor in (("c1", "army"), ("c2", "army"), ("c5", "brigade"))],
    )  # fmt: skip
    tables |= {name: make_frame(name) for name in BESIDE}
    stops = [("amber", 1, 0.0), ("qasr", 2, 10.0), ("sumaq", 3, 30.0)]
    tables["axes"] = make_frame(
        "axes", *({"axis_id": "road", "place_id": place, "seq": seq, "km": km}
                  for place, seq, km in stops)
    )  # fmt: skip
    tables["places"] = tables["places"].assign(longitude=36.7, latitude=35.2)
    found = band(
        sc.fronts.axis_position, tables=tables, dates=["2017-04-21"], axis_id="road",
        side="government", start_from="amber", publishers=["press", "wire"],
    ).droplevel("date")  # fmt: skip
    bounds = ["low", "representative", "high"]
    assert found.loc["km_low", bounds].tolist() == [0, 10, 10]
    assert found.loc["km_low", "low_from"] == "rule opposition"
    assert found.loc["km_high", bounds].tolist() == [30, 30, 30]
    assert found.loc["km_high", "without_number"] == "without wire"
    assert found.loc["km", bounds].tolist() == [15, 20, 20]


def test_a_band_of_air(whole, make_frame):
    """Of three strikes one is denied by the government, one told by the wire alone."""
    tables = whole(
        *(outlet | {"event_id": event_id, "event_type": "airstrike"} | cells
          for outlet, event_id, cells in (
              (PRESS, "c1", {}), (OPP, "c2", {}), (GOV, "c2", {"stance": "denies"}),
              (WIRE, "c4", {}))),
    )  # fmt: skip
    tables |= {name: make_frame(name) for name in BESIDE}
    tables["places"] = tables["places"].assign(longitude=36.7, latitude=35.2)

    def strikes_a_month(events, event_actors):
        told = sc.air.strikes(events, event_actors, unit="incident")
        return sc.air.intensity(told, "MS", "2017-04-01", "2017-04-30")["n"]

    found = band(strikes_a_month, over="rules", tables=tables).iloc[0]
    assert found[["low", "representative", "high"]].tolist() == [2, 3, 3]
    assert found["low_from"] == "rule government"
    found = band(strikes_a_month, publishers="wire", over="publishers", tables=tables)
    assert found[["low", "representative", "high"]].to_numpy().tolist() == [[2, 3, 3]]


def test_a_band_of_tempo_on_the_installed_tables():
    """Without the newsletter fewer operations of November 2024 are told."""
    asked = {"freq": "MS", "start": "2024-11-01", "end": "2024-11-30",
             "classes": sc.tempo.OPERATIONS}  # fmt: skip
    found = sc.band(sc.tempo.tempo, over="publishers", publishers="syria-revisited",
                    fill=0, **asked)  # fmt: skip
    row = found.loc[(pd.Timestamp("2024-11-01"), "n")]
    assert row["representative"] == sc.tempo.tempo(sc.events(), **asked)["n"].item()
    assert row["low"] < row["representative"]
    assert row["low_from"] == "without syria-revisited"


def test_a_band_is_drawn_and_says_what_it_is_not():
    days = pd.to_datetime(["2024-11-28", "2024-11-27"])
    found = pd.DataFrame(
        {"low": [1, 2], "representative": [3, 2], "high": [4, 3]}, days
    )
    _, ax = plt.subplots()
    assert plot_band(found, label="events a day", ax=ax) is ax
    assert ax.lines[0].get_ydata().tolist() == [2, 3]
    (filled,) = ax.collections
    ends = {tuple(point) for point in filled.get_paths()[0].vertices[:, 1:2].tolist()}
    assert {(1.0,), (2.0,), (3.0,), (4.0,)} <= ends
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    assert any("not a confidence interval" in word for word in words)
    plt.close("all")


def test_a_band_leaves_the_dates_of_other_panels():
    found = pd.DataFrame({"low": 1, "representative": 2, "high": 3},
                         pd.to_datetime(["2024-11-27", "2024-11-28"]))  # fmt: skip
    fig, axes = plt.subplots(2, 1)
    for ax in axes:
        plot_band(found, ax=ax)
    fig.canvas.draw()
    for ax in axes:
        labels = [label for label in ax.get_xticklabels() if label.get_text()]
        assert labels
        assert all(label.get_visible() for label in labels)
    plt.close("all")


def test_a_band_by_name_is_drawn_in_rows():
    found = pd.DataFrame({"low": [1], "representative": [3], "high": [4]}, ["idlib"])
    ax = plot_band(found, label="captures")
    assert [text.get_text() for text in ax.get_yticklabels()] == ["idlib"]
    assert isinstance(ax.collections[0], mpl.collections.LineCollection)
    assert ax.collections[0].get_segments()[0].tolist() == [[1, 0], [4, 0]]
    plt.close("all")


def test_the_first_row_is_at_the_top_of_every_panel_that_shares_an_axis():
    found = pd.DataFrame({"low": 1, "representative": 3, "high": 4}, ["idlib", "hama"])
    _, axes = plt.subplots(1, 2, sharey=True)
    for ax in axes:
        plot_band(found, ax=ax)
    bottom, top = axes[0].get_ylim()
    assert (bottom, top) == (1.5, -0.5)  # idlib is drawn at 0, hama at 1
    plt.close("all")


def test_a_band_of_several_columns_is_not_drawn(tables):
    found = band(lambda events: events.groupby("event_id")[["count_low"]].sum(),
                 over="publishers", publishers="opp", tables=tables)  # fmt: skip
    with pytest.raises(ValueError, match=r"2 levels of index, wanted .* band\.xs"):
        plot_band(found)
    with pytest.raises(ValueError, match="0 rows"):
        plot_band(found.iloc[:0])


def test_versions_worked_out_once_serve_several_measures(tables, told):
    made = worked_out(tables=tables)
    assert list(made) == told.columns.tolist()
    pd.testing.assert_frame_equal(versions(strikes, made=made), told)
    pd.testing.assert_frame_equal(
        band(of_each, made=made), band(of_each, tables=tables)
    )
    rules = {name: one for name, one in made.items() if name.startswith("rule")}
    turned = dict(reversed(rules.items()))
    pd.testing.assert_frame_equal(
        band(of_each, made=turned)[["low", "representative", "high"]],
        band(of_each, tables=tables, over="rules")[["low", "representative", "high"]],
    )
    del rules["rule representative"]
    with pytest.raises(ValueError, match="wanted the versions of worked_out"):
        band(of_each, made=rules)
