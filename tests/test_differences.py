"""How far claims differ: every measure worked out by hand, and what must not matter.

Claims are about the event ``c1`` unless told otherwise; ``d-press``, ``d-wire``,
``d-gov``, ``d-opp`` and ``d-kurd`` are five independent sources.
"""

import math
import statistics

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from syriaconflict.differences import FIELDS, MEASURES, disagreement, summary
from syriaconflict.plot_claims import plot_disagreement
from syriaconflict.vocabulary import OUTCOMES

PRESS, WIRE, GOV, OPP, KURD = (
    {"document_id": f"d-{name}"} for name in ("press", "wire", "gov", "opp", "kurd")
)
SOURCES = (PRESS, WIRE, GOV, OPP, KURD)
RESULT = ["unit", "sources", "values", "disagrees", "divergence",
          "normalised_divergence", "modal_confidence", "sd", "range"]  # fmt: skip


def differences(tables, fields=None):
    return disagreement(tables["claims"], tables=tables, fields=fields)


@pytest.fixture
def compare(make_tables):
    """The row of one field of the one event that the claims are about."""

    def compare(field: str, *claims: dict, **kwargs) -> pd.Series:
        return differences(make_tables(*claims, **kwargs), field).iloc[0]

    return compare


def part(number: int, actor: str, role: str = "initiator", **cells) -> dict:
    return {"claim_id": f"c{number}", "actor_id": actor, "role": role} | cells


# Three events, worked out by hand.
#
#            source   outcome     start   strikes
#   e1       press    succeeded   1 May   10
#            wire     succeeded   3 May   10
#            gov      partial     5 May   40
#   e2       press    succeeded   7 May   5
#            wire     failed      7 May   not told
#   e3       press    unknown     9 May   1
#
# e3 has one source and is compared in no field, nor e2 in the strikes.


def told(event, source, outcome, day, strikes):
    day = f"2017-05-0{day}"
    claim = source | {"event_id": event, "outcome": outcome, "day": day}
    return claim | ({"n": strikes} if strikes else {})


THREE = (
    told("e1", PRESS, "succeeded", 1, 10),
    told("e1", WIRE, "succeeded", 3, 10),
    told("e1", GOV, "partial", 5, 40),
    told("e2", PRESS, "succeeded", 7, 5),
    told("e2", WIRE, "failed", 7, None),
    told("e3", PRESS, "unknown", 9, 1),
)
COMPARED = ["outcome", "start", "count_low"]


@pytest.fixture
def three(make_tables):
    return differences(make_tables(*THREE), COMPARED)


def test_three_events(three):
    assert list(three.columns) == RESULT
    nothing = [pd.NA, np.nan, np.nan, np.nan]
    rows = {
        # 3 different numbers of strikes are told; 10 and 40 where there is comparison:
        # divergence 1 of 2.  Votes 10: 2, 40: 1.  Mean 20, squares 100 + 100 + 400,
        # over 3 - 1 sources.
        ("e1", "count_low", "strike"): ["strike", 3, 2, True, 1, 1 / 2, 2 / 3],
        # succeeded, partial and failed where there is comparison; not e3's unknown
        ("e1", "outcome", ""): ["", 3, 2, True, 1, 1 / 3, 2 / 3],
        # days 1, 3, 5 and 7 where there is comparison; not e3's 9
        ("e1", "start", ""): ["day", 3, 3, True, 2, 2 / 4, 1 / 3],
        ("e2", "count_low", "strike"): ["strike", 1, 1, *nothing],
        ("e2", "outcome", ""): ["", 2, 2, True, 1, 1 / 3, 1 / 2],
        ("e2", "start", ""): ["day", 2, 1, False, 0, 0, 1],
        ("e3", "count_low", "strike"): ["strike", 1, 1, *nothing],
        ("e3", "outcome", ""): ["", 1, 1, *nothing],
        ("e3", "start", ""): ["day", 1, 1, *nothing],
    }
    expected = pd.DataFrame(rows.values(), columns=RESULT[:-2])
    assert three.index.tolist() == list(rows)
    assert three.index.names == ["event_id", "field", "of"]
    types = {"unit": "str", "disagrees": "boolean"} | dict.fromkeys(
        ["divergence", "normalised_divergence", "modal_confidence"], "float64"
    )
    pd.testing.assert_frame_equal(
        three[RESULT[:-2]].reset_index(drop=True), expected.astype(types)
    )
    # days 1, 3, 5: mean 3, squares 4 + 0 + 4, over 2
    sd = {("e1", "count_low", "strike"): 300**0.5, ("e1", "start", ""): 2.0,
          ("e2", "start", ""): 0.0}  # fmt: skip
    span = {("e1", "count_low", "strike"): 30.0, ("e1", "start", ""): 4.0,
            ("e2", "start", ""): 0.0}  # fmt: skip
    assert three["sd"].dropna().to_dict() == pytest.approx(sd)
    assert three["range"].dropna().to_dict() == span


def test_summary_of_three_events(three):
    """Averages over e1 and e2; a report alone would have made them smaller.

    eventreport's R code, on the same reports, would average the divergence of start
    over three events, (2 + 0 + 0) / 3, and count the strikes not told in e2 as a value.
    """
    found = summary(three)
    expected = pd.DataFrame(
        {
            "compared": [2, 2, 1],
            "single": [1, 1, 2],
            "share_disagreement": [1.0, 0.5, 1.0],
            "mean_divergence": [1.0, 1.0, 1.0],
            "normalised_divergence": [1 / 3, 1 / 4, 1 / 2],
            "modal_confidence": [
                7 / 12,
                2 / 3,
                2 / 3,
            ],  # (2/3 + 1/2) / 2, (1/3 + 1) / 2
            "mean_sd": [np.nan, 1.0, 300**0.5],
            "mean_range": [np.nan, 2.0, 30.0],
            "measured": [0, 2, 1],
        },
        index=pd.MultiIndex.from_tuples(
            [("outcome", ""), ("start", "day"), ("count_low", "strike")],
            names=["field", "unit"],
        ),
    )
    pd.testing.assert_frame_equal(found, expected, check_index_type=False)


def test_summary_of_chosen_measures(three):
    days = three[three.index.get_level_values("field") == "start"]
    found = summary(days, measures=["mean_range", "mean_sd"])
    columns = ["compared", "single", "mean_range", "mean_sd", "measured"]
    assert found.to_dict("split", index=False) == {
        "columns": columns, "data": [[2, 1, 2.0, 1.0, 2]]}  # fmt: skip


def test_a_standard_deviation_of_codes_is_refused(three):
    message = "mean_sd has no meaning for outcome, wanted rows of start, end, place_id"
    with pytest.raises(ValueError, match=message):
        summary(three, measures=["share_disagreement", "mean_sd"])
    with pytest.raises(ValueError, match="mean_range has no meaning for outcome"):
        summary(three, measures="mean_range")


def test_sets_have_a_range_but_no_standard_deviation(make_tables):
    tables = make_tables(PRESS, WIRE, parts=[part(1, "army"), part(2, "russia")])
    found = differences(tables, "initiator")
    assert summary(found, measures="mean_range")["mean_range"].tolist() == [1]
    with pytest.raises(ValueError, match="mean_sd has no meaning for initiator"):
        summary(found, measures="mean_sd")
    assert summary(found)["mean_sd"].isna().all()


# a missing value is not a value


def test_a_missing_value_is_no_value(compare):
    row = compare("outcome", *({"outcome": "partial"} | s for s in (PRESS, WIRE)), GOV)
    assert row[["sources", "values", "disagrees", "divergence"]].tolist() == [
        2, 1, False, 0]  # fmt: skip
    assert row["modal_confidence"] == 1
    row = compare("start", PRESS, WIRE, GOV | {"start": None})
    assert row[["sources", "values", "sd", "range"]].tolist() == [2, 1, 0, 0]
    row = compare("end", PRESS, WIRE, GOV | {"start": "2017-04-23", "end": None})
    assert row["sources"] == 2


def test_a_missing_value_does_not_make_a_comparison(compare):
    row = compare("outcome", PRESS | {"outcome": "partial"}, WIRE)
    assert row["sources"] == 1
    assert row["disagrees":].isna().all()


def test_what_nobody_tells_has_no_row(make_tables):
    tables = make_tables(PRESS, WIRE)
    assert differences(tables, ["munition", "start"]).index.tolist() == [
        ("c1", "start", "")]  # fmt: skip
    with pytest.raises(ValueError, match="none of 2 claims tells munition, outcome"):
        differences(tables, ["outcome", "munition"])
    for field in ("count_low", "killed_low", "initiator", "holder"):
        with pytest.raises(ValueError, match=f"tells {field}; choose others"):
            differences(tables, field)


# one report, or one source, is not agreement


def test_reports_of_one_source_are_not_compared(compare):
    early, late = {"n": 5}, {"n": 7}
    for first, second, documents in (
        (PRESS, PRESS, {}),
        (PRESS | {"claimant_id": "army"}, WIRE | {"claimant_id": "army"}, {}),
        (PRESS, WIRE, {"d-wire": {"derived_from": "d-press"}}),
    ):
        claims = first | early, second | late
        row = compare("count_low", *claims, documents=documents)
        assert row[["sources", "values"]].tolist() == [1, 2]
        assert row["disagrees":].isna().all()


def test_a_source_that_tells_two_values_divides_its_vote(compare):
    # votes 5: 1 + 1/2, 7: 1/2; mean 5.5; 1.5 * 0.25 + 0.5 * 2.25 = 1.5, over 2 - 1
    row = compare("count_low", PRESS | {"n": 5}, PRESS | {"n": 7}, WIRE | {"n": 5})
    assert row[["sources", "values", "divergence", "range"]].tolist() == [2, 2, 1, 2]
    assert row["modal_confidence"] == 3 / 4
    assert row["sd"] == pytest.approx(1.5**0.5)


def test_a_tie_of_values(compare):
    days = [source | {"day": f"2017-04-0{n}"} for n, source in enumerate(SOURCES, 1)]
    row = compare("start", *days)
    assert row["modal_confidence"] == pytest.approx(1 / 5)
    assert row["sd"] == pytest.approx(statistics.stdev([1, 2, 3, 4, 5]))


# numbers are compared with their like


def test_counts_in_other_units_are_not_compared(make_tables):
    claims = [s | {"n": n, "unit": u, "count_per": p} for s, n, u, p in (
        (PRESS, 5, "strike", "total"), (WIRE, 50, "sortie", "total"),
        (GOV, 8, "strike", "total"), (OPP, 2, "strike", "day"))]  # fmt: skip
    found = differences(make_tables(*claims), ["count_high", "unit", "count_per"])
    ranges = found["range"].droplevel("event_id")["count_high"]
    assert ranges.to_dict() == pytest.approx(
        {"sortie": math.nan, "strike": 3, "strike per day": math.nan}, nan_ok=True
    )
    table = summary(found)["compared"]
    assert table.to_dict() == {
        ("unit", ""): 1, ("count_per", ""): 1, ("count_high", "sortie"): 0,
        ("count_high", "strike"): 1, ("count_high", "strike per day"): 0,
    }  # fmt: skip


def test_a_count_of_nothing_named_is_not_compared(make_tables):
    claims = [PRESS | {"n": 5}, WIRE | {"n": 7, "unit": None}, GOV | {"n": 9},
              OPP | {"n": 1, "count_per": None}]  # fmt: skip
    found = differences(make_tables(*claims), "count_low")
    assert found[["sources", "range"]].to_numpy().tolist() == [[2, 4]]


def test_values_in_two_units_are_not_mixed_when_normalising(make_tables):
    """Strikes: 5 and 8; sorties: 5, 6 and 7, of which 5 is no strike."""
    claims = [s | {"n": n, "unit": u, "event_id": u} for s, n, u in (
        (PRESS, 5, "strike"), (WIRE, 8, "strike"), (PRESS, 5, "sortie"),
        (WIRE, 6, "sortie"), (GOV, 7, "sortie"))]  # fmt: skip
    found = differences(make_tables(*claims), "count_low")["normalised_divergence"]
    assert found.droplevel(["field", "of"]).to_dict() == {
        "sortie": pytest.approx(2 / 3), "strike": 1 / 2}  # fmt: skip


def test_harm_is_compared_by_actor_and_role(make_tables):
    parts = [
        part(1, "brigade", "target", killed_low=3),
        part(2, "brigade", "target", killed_low=9),
        part(2, "civilians", "affected", killed_low=40),
        part(3, "brigade", "affected", killed_low=100),
        part(3, "army", "target"),
    ]
    found = differences(make_tables(PRESS, WIRE, GOV, parts=parts), "killed_low")
    assert found.droplevel(["event_id", "field"])["sources"].to_dict() == {
        "brigade as affected": 1, "brigade as target": 2, "civilians as affected": 1,
    }  # fmt: skip
    assert found["range"].dropna().tolist() == [6]
    assert found["unit"].unique().tolist() == ["person"]


# places

# A degree of latitude about 35.5 north is 110.9498 km (111132.954 - 559.822 cos 71 +
# 1.175 cos 142, in metres), and on the meridian 39 east, the middle of the zone, is
# drawn at 0.9996.
DEGREE = 110.9498 * 0.9996


@pytest.fixture
def place_tables(make_tables, make_frame):
    def place_tables(*places: str) -> dict:
        claims = [s | {"place_id": p} for s, p in zip(SOURCES, places, strict=False)]
        frame = make_frame(
            "places",
            {"place_id": "south", "longitude": 39.0, "latitude": 35.0},
            {"place_id": "north", "longitude": 39.0, "latitude": 36.0},
            {"place_id": "nowhere"},
        )
        return make_tables(*claims) | {"places": frame}

    return place_tables


def test_kilometres_between_places(place_tables):
    row = differences(place_tables("south", "north"), "place_id").iloc[0]
    assert row[["unit", "values"]].tolist() == ["km", 2]
    assert row["range"] == pytest.approx(DEGREE, abs=1e-3)
    assert row["sd"] == pytest.approx(DEGREE / 2**0.5, abs=1e-3)
    # mean point at a third of the way: squares 2 * (1/3)^2 + (2/3)^2 = 2/3, over 2
    row = differences(place_tables("south", "north", "south"), "place_id").iloc[0]
    assert row["range"] == pytest.approx(DEGREE, abs=1e-3)
    assert row["sd"] == pytest.approx(DEGREE / 3**0.5, abs=1e-3)


def test_a_place_without_coordinates_is_a_place_at_no_distance(place_tables):
    found = differences(place_tables("south", "north", "nowhere"), "place_id")
    row = found.iloc[0]
    assert row[["values", "disagrees"]].tolist() == [3, True]
    assert row[["sd", "range"]].isna().all()
    assert summary(found)[["compared", "measured"]].to_numpy().tolist() == [[1, 0]]
    row = differences(place_tables("nowhere", "nowhere"), "place_id").iloc[0]
    assert row[["values", "sd", "range"]].tolist() == [1, 0, 0]


def test_an_unknown_place_is_refused(place_tables):
    with pytest.raises(ValueError, match="claims: place_id: 'sowth' is not known"):
        differences(place_tables("sowth", "north"), "place_id")


# attribution

AND = {"army": "stated", "russia": "stated"}
OR = {"army": "one_of", "russia": "one_of"}


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ({"army": "stated"}, {"army": "stated"}, 0),
        ({"army": "stated"}, {"army": "hedged"}, 0),
        ({"army": "stated"}, {"army": "one_of"}, 0),  # one of one
        ({"army": "stated"}, {"russia": "stated"}, 1),
        (AND, {"army": "stated"}, 1 / 2),  # 1 of 2 in common
        (AND, {"army": "stated", "militia": "stated"}, 2 / 3),  # 1 of 3
        (OR, OR, 0),
        (AND, OR, 1 / 2),  # minima 1/2 + 1/2, maxima 1 + 1
        (OR, {"army": "stated"}, 2 / 3),  # minima 1/2, maxima 1 + 1/2
        (OR, {"militia": "stated"}, 1),
        (OR | {"militia": "stated"}, {"militia": "stated"}, 1 / 2),  # 1 of 1 + 2 * 1/2
        # minima 1/3 + 1/3, maxima 1/2 + 1/2 + 1/3
        (OR, OR | {"militia": "one_of"}, 1 / 2),
    ],
)
def test_distance_between_attributions(compare, one, other, distance):
    for first, second in ((one, other), (other, one)):
        parts = [part(1, a, certainty=c) for a, c in first.items()]
        parts += [part(2, a, certainty=c) for a, c in second.items()]
        row = compare("initiator", PRESS, WIRE, parts=parts)
        assert row["range"] == pytest.approx(distance)
        assert row["disagrees"] == (distance > 0)
        assert row["unit"] == "Jaccard"


def test_the_range_of_attributions_is_the_greatest_distance(compare):
    parts = [part(1, "army"), part(2, "army"), part(2, "russia"), part(3, "militia")]
    row = compare("initiator", PRESS, WIRE, GOV, parts=parts)
    assert row[["sources", "values", "range"]].tolist() == [3, 3, 1]


def test_roles_are_told_apart(make_tables):
    parts = [part(1, "army"), part(1, "brigade", "target")]
    parts += [part(2, "army"), part(2, "battalion", "target")]
    parts += [part(2, "russia", "supporter")]
    found = differences(make_tables(PRESS, WIRE, parts=parts), ["initiator", "target"])
    assert found["range"].tolist() == [0, 1]


def test_a_claim_that_names_nobody_tells_no_attribution(compare):
    parts = [part(1, "army"), part(2, "brigade", "target")]
    row = compare("initiator", PRESS, WIRE, parts=parts)
    assert row["sources"] == 1


# who holds the place afterwards


@pytest.mark.parametrize(
    ("types", "parts", "disagrees"),
    [
        (("capture", "hold"), [part(1, "army"), part(2, "brigade")], True),
        (("capture", "capture"), [part(1, "army"), part(2, "russia")], False),
        # the brigade surrenders it to the army
        (("capture", "surrender"),
         [part(1, "army"), part(2, "brigade"), part(2, "army", "target")], False),
        (("withdrawal", "capture"), [part(1, "brigade"), part(2, "army")], True),
        (("withdrawal", "no_mans_land"), [part(1, "brigade")], False),
        (("siege", "hold"),
         [part(1, "army"), part(1, "brigade", "target"), part(2, "brigade")], False),
        (("contested", "hold"),
         [part(1, "army"), part(1, "brigade", "target"), part(2, "brigade")], False),
        (("capture", "capture"),
         [part(1, "ypg"), part(1, "brigade"), part(2, "ypg")], True),
        (("capture", "capture"),
         [part(1, "army", certainty="one_of"), part(1, "russia", certainty="one_of"),
          part(2, "army")], False),
        # it came over to the government on 1 January 2017
        (("capture", "capture"), [part(1, "turncoat"), part(2, "army")], False),
    ],
)  # fmt: skip
def test_holders(compare, types, parts, disagrees):
    claims = [s | {"event_type": t} for s, t in zip((PRESS, WIRE), types, strict=True)]
    row = compare("holder", *claims, parts=parts)
    assert row["sources"] == 2
    assert row["disagrees"] == disagrees
    assert row[["sd", "range"]].isna().all()


@pytest.mark.parametrize(
    ("event_type", "parts"),
    [
        ("assault", [part(2, "army")]),  # says nothing of control
        ("status_unknown", [part(2, "army")]),
        ("capture", []),
        ("capture", [part(2, "civilians")]),  # on no side
        ("capture", [part(2, "army", "target")]),
        ("contested", [part(2, "army")]),  # the last holder is not named
        ("capture", [part(2, "army", certainty="one_of"),
                     part(2, "brigade", certainty="one_of")]),
    ],
)  # fmt: skip
def test_no_holder_is_told(compare, event_type, parts):
    parts = [part(1, "brigade"), *parts]
    row = compare("holder", PRESS, WIRE | {"event_type": event_type}, parts=parts)
    assert row["sources"] == 1


def test_a_holder_without_a_day_has_the_side_of_the_documents_day(compare):
    claims = [s | {"event_type": "capture", "day": None} for s in (PRESS, WIRE)]
    parts = [part(1, "turncoat"), part(2, "army")]
    assert not compare("holder", *claims, parts=parts)["disagrees"]
    documents = {"d-press": {"published": "2016-06-01"}}
    row = compare("holder", *claims, parts=parts, documents=documents)
    assert row["disagrees"]


# denials


def test_a_denial_is_a_stance_and_no_version(make_tables):
    denial = OPP | {"stance": "denies", "day": "2017-01-01"}
    found = differences(make_tables(PRESS, WIRE, denial), ["stance", "start"])
    assert found.index.get_level_values("field").tolist() == ["stance", "start"]
    assert found["sources"].tolist() == [3, 2]
    assert found["divergence"].tolist() == [1, 0]


def test_a_retracted_claim_is_no_version(make_tables):
    claims = PRESS | {"n": 5}, WIRE | {"n": 50}, WIRE | {"stance": "retracts"}
    found = differences(make_tables(*claims), ["count_low", "stance"])
    assert found["sources"].tolist() == [1, 2]
    # press asserts; wire asserts and retracts: votes 1.5 and 0.5
    assert found["modal_confidence"].tolist()[1] == 3 / 4


# what is refused


def test_bad_arguments(make_tables, three):
    tables = make_tables(PRESS, WIRE)
    claims = tables["claims"]
    with pytest.raises(ValueError, match=r"'colour' is not known; .*known: captured_"):
        differences(tables, ["start", "colour"])
    with pytest.raises(ValueError, match="fields is an empty list"):
        differences(tables, [])
    with pytest.raises(ValueError, match="claims has no rows, wanted claims"):
        disagreement(claims.iloc[:0], tables=tables)
    with pytest.raises(ValueError, match="claims lacks outcome, wanted"):
        disagreement(claims.drop(columns="outcome"), tables=tables, fields="outcome")
    with pytest.raises(ValueError, match="claims lacks event_id"):
        disagreement(claims.drop(columns="event_id"), tables=tables)
    with pytest.raises(ValueError, match="claim_id 'c1' stands in several rows"):
        disagreement(pd.concat([claims, claims]), tables=tables)
    with pytest.raises(ValueError, match="'c1' has no source, for its document 'd-x'"):
        differences(make_tables({"document_id": "d-x"}), "start")
    with pytest.raises(ValueError, match="'mean_median' is not known"):
        summary(three, measures="mean_median")
    with pytest.raises(ValueError, match="differences has no rows"):
        summary(three.iloc[:0])
    with pytest.raises(ValueError, match="differences lacks range"):
        summary(three.drop(columns="range"))


def test_tables_are_asked_for_where_they_are_needed(make_tables):
    tables = make_tables(PRESS, WIRE)
    few = {name: tables[name] for name in tables if name != "claim_actors"}
    assert len(disagreement(tables["claims"], tables=few, fields="start")) == 1
    with pytest.raises(
        ValueError, match="tables lacks claim_actors, wanted for holder"
    ):
        disagreement(tables["claims"], tables=few, fields=["start", "holder"])
    with pytest.raises(ValueError, match="tables lacks documents, actors"):
        disagreement(tables["claims"], tables={}, fields="start")
    no_harm = tables["claim_actors"].drop(columns="killed_low")
    with pytest.raises(ValueError, match="claim_actors lacks killed_low"):
        differences(tables | {"claim_actors": no_harm}, "killed_low")


def test_arguments_are_not_changed(make_tables):
    parts = [part(1, "army", killed_low=3), part(2, "russia", certainty="one_of")]
    tables = make_tables(*THREE, parts=parts)
    before = {name: frame.copy() for name, frame in tables.items()}
    found = differences(tables)
    copy = found.copy()
    summary(found)
    pd.testing.assert_frame_equal(found, copy)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(tables[name], frame)


def test_all_fields_at_once_are_each_alone(make_tables):
    parts = [part(n, a, r, killed_low=n, killed_high=2 * n) for n in range(1, 6)
             for a, r in (("army", "initiator"), ("brigade", "target"))]  # fmt: skip
    tables = make_tables(*THREE, parts=parts)
    found = differences(tables)
    fields = found.index.unique("field")
    assert fields.is_monotonic_increasing
    assert {"holder", "initiator", "killed_high", "count_low", "start"} <= {*fields}
    for field in fields:
        alone = differences(tables, field)
        pd.testing.assert_frame_equal(
            found.xs(field, level="field", drop_level=False), alone
        )
    order = [field for field in FIELDS if field in fields]
    assert summary(found).index.unique("field").tolist() == order


# what must not matter

CHOICES = {
    "document_id": [source["document_id"] for source in SOURCES],
    "outcome": [*OUTCOMES, None],
    "day": ["2017-04-01", "2017-04-04", "2017-05-01", None],
    "n": [1, 2, 30, None],
    "actor": ["army", "russia", "brigade", None],
    "other": ["militia", "ypg", None],
    "certainty": ["stated", "one_of"],
}
MATTERS = ["outcome", "start", "count_low", "initiator", "holder", "event_type"]


@pytest.fixture(scope="module")
def drawn() -> list[dict]:
    """400 events of 1 to 6 claims that contradict each other in every field."""
    rng = np.random.default_rng(11)
    return [
        {
            column: values[rng.integers(len(values))]
            for column, values in CHOICES.items()
        }
        | {"event_id": f"e{event:03d}"}
        for event in range(400)
        for _ in range(rng.integers(1, 7))
    ]


def build(make_tables, drawn):
    apart = ("actor", "other", "certainty")
    claims = [{k: v for k, v in c.items() if k not in apart} for c in drawn]
    parts = [part(n, claim[who], certainty=claim["certainty"])
             for n, claim in enumerate(drawn, 1)
             for who in ("actor", "other") if claim[who]]  # fmt: skip
    return make_tables(*claims, parts=parts)


def test_the_order_of_rows_does_not_matter(make_tables, drawn):
    tables = build(make_tables, drawn)
    shuffled = {name: t.sample(frac=1, random_state=5) for name, t in tables.items()}
    pd.testing.assert_frame_equal(
        differences(shuffled, MATTERS), differences(tables, MATTERS)
    )


def test_the_names_of_codes_do_not_matter(make_tables, drawn):
    tables = build(make_tables, drawn)
    first, *others = OUTCOMES
    renamed = dict(zip(OUTCOMES, [*others, first], strict=True))
    claims = tables["claims"].assign(outcome=tables["claims"]["outcome"].map(renamed))
    pd.testing.assert_frame_equal(
        differences(tables | {"claims": claims}, MATTERS), differences(tables, MATTERS)
    )


def test_the_same_report_of_the_same_source_again_does_not_matter(make_tables, drawn):
    twice = [*drawn, *drawn[::3]]
    pd.testing.assert_frame_equal(
        differences(build(make_tables, twice), MATTERS),
        differences(build(make_tables, drawn), MATTERS),
    )


def test_an_event_of_one_claim_changes_no_mean(make_tables, drawn):
    before = summary(differences(build(make_tables, drawn), MATTERS))
    lone = {"event_id": "lone", "day": "2020-01-01", "n": 999}
    more = [*drawn, drawn[0] | lone]
    after = summary(differences(build(make_tables, more), MATTERS))
    means = ["compared", *MEASURES, "measured"]
    pd.testing.assert_frame_equal(after.loc[before.index, means], before[means])
    added = after["single"].sub(before["single"], fill_value=0)
    assert added.isin([0, 1]).all()
    assert added[("start", "day")] == 1
    assert (after.loc[after.index.difference(before.index), "compared"] == 0).all()


def test_one_event_at_a_time_in_plain_python(make_tables, drawn):
    """The same by the book, where each source tells one number of each event."""
    once = {(c["event_id"], c["document_id"]): c for c in drawn if c["n"]}
    found = differences(build(make_tables, [*once.values()]), "count_low")
    found = found.droplevel(["field", "of"])
    for event in {event for event, _ in once}:
        numbers = [c["n"] for (e, _), c in once.items() if e == event]
        row = found.loc[event]
        assert row["sources"] == len(numbers)
        if len(numbers) == 1:
            assert row["disagrees":].isna().all()
            continue
        assert row["divergence"] == len({*numbers}) - 1
        assert row["range"] == max(numbers) - min(numbers)
        assert row["sd"] == pytest.approx(statistics.stdev(numbers))
        mode = numbers.count(statistics.mode(numbers))
        assert row["modal_confidence"] == pytest.approx(mode / len(numbers))
    compared = found[found["sources"] > 1]
    told = {c["n"] for (e, _), c in once.items() if e in compared.index}
    assert (compared["normalised_divergence"] * len(told)).tolist() == pytest.approx(
        compared["divergence"].tolist()
    )


# drawing


def test_plot(three):
    given_axes = plt.subplots()[1]
    table = summary(three)
    ax = plot_disagreement(table, given_axes, color="red")
    assert ax is given_axes
    assert [bar.get_width() for bar in ax.patches] == [1, 0.5, 1]
    assert {bar.get_facecolor() for bar in ax.patches} == {(1, 0, 0, 1)}
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["Outcome", "Start", "Count low (strike)"]
    assert ax.yaxis_inverted()
    assert [text.get_text() for text in ax.texts] == [
        "100 % of 2 (1 single)", "50 % of 2 (1 single)", "100 % of 1 (2 single)",
    ]  # fmt: skip
    plt.close("all")


def test_plot_of_what_was_not_compared(make_tables):
    ax = plot_disagreement(summary(differences(make_tables(PRESS), "place_id")))
    assert [text.get_text() for text in ax.texts] == ["of 0 (1 single)"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Place"]
    plt.close("all")


def test_plot_of_nothing_is_refused(three):
    with pytest.raises(ValueError, match="summary: there is nothing to draw"):
        plot_disagreement(summary(three).iloc[:0])
    with pytest.raises(ValueError, match="summary lacks share_disagreement"):
        plot_disagreement(summary(three, measures="mean_divergence"))
