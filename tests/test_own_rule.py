"""A user's own rule, and why an event shows what it shows."""

import pandas as pd
import pytest

import syriaconflict as sc
from syriaconflict.reasons import reasons
from syriaconflict.resolve import resolve

PRESS, WIRE, GOV, OPP = (
    {"document_id": f"d-{name}"} for name in ("press", "wire", "gov", "opp")
)


@pytest.fixture
def two(make_tables):
    """One event: a capture on the 20th by the press, a hold on the 22nd by a wire."""
    return make_tables(
        PRESS | {"day": "2017-04-20", "outcome": "failed", "n": 3},
        WIRE | {"day": "2017-04-22", "event_type": "hold", "place_id": "qasr", "n": 9},
    )


def test_a_row_returned_is_shown_whole(two):
    event = resolve(two, lambda claims: claims.iloc[1]).loc["c1"]
    assert event[["event_type", "place_id", "count_low"]].tolist() == [
        "hold",
        "qasr",
        9,
    ]
    assert pd.isna(event["outcome"])  # that claim tells none
    assert event["start"] == pd.Timestamp("2017-04-22")


def test_what_a_mapping_leaves_out_stays_as_by_representative(two):
    event = resolve(two, lambda _: {"count_low": 1, "count_high": None}).loc["c1"]
    assert event["count_low"] == 1
    assert pd.isna(event["count_high"])
    assert event["event_type"] == "indeterminate"  # one claim each
    assert event["start"] == pd.Timestamp("2017-04-20")


def test_a_rule_sees_the_voting_claims_with_their_outlets(make_tables):
    seen = []

    def keep(claims):
        seen.append(claims[["publisher_id", "perspective", "published"]])
        return {}

    tables = make_tables(PRESS, GOV | {"stance": "denies"}, WIRE | {"event_id": "c3"})
    resolve(tables, keep)
    assert [frame["publisher_id"].tolist() for frame in seen] == [["press"], ["wire"]]
    assert seen[0]["perspective"].tolist() == ["press"]


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        ({"event_type": "seizure"}, "c1: event_type: the rule returned 'seizure', want"
                                    "ed one of .*capture"),
        ({"event_type": "shelling"}, "c1: event_type: .*'shelling', wanted a type of"
                                     " the class control"),
        ({"modality": None}, "c1: modality: the rule returned None, wanted a value"),
        ({"place_id": "atlantis"}, "c1: place_id: .*'atlantis', wanted a place_id"),
        ({"start": "2017-05-01", "end": "2017-04-01"}, "c1: end: .*none before start"),
        ({"count_low": 10, "count_high": 2}, "c1: count_high: .*none before count_low"),
        ({"count_low": "many"}, "c1: count_low: the rule returned 'many', wanted a"
                                " value of Int32"),
        ({"grade": "confirmed"}, "c1: the rule returned grade, wanted some of .*start"),
    ],
)  # fmt: skip
def test_what_cannot_stand_in_an_event_is_refused(two, returned, message):
    with pytest.raises(ValueError, match=message):
        resolve(two, lambda _: returned)


def test_a_rule_must_return_a_row_or_a_mapping(two):
    with pytest.raises(TypeError, match="c1: the rule returned str, wanted one of the"):
        resolve(two, lambda _: "capture")


def test_days_may_be_returned_as_text(two):
    event = resolve(two, lambda _: {"start": "2017-04-01", "end": None}).loc["c1"]
    assert event["start"] == pd.Timestamp("2017-04-01")
    assert pd.isna(event["end"])


def test_events_by_a_function_and_by_names():
    def same(_):
        return {}

    pd.testing.assert_frame_equal(sc.events(same), sc.events())
    assert sc.events("conservative").crs.to_epsg() == 4326
    with pytest.raises(
        ValueError, match="no rule is called 'liberal'; there are: repr"
    ):
        sc.events("liberal")
    with pytest.raises(ValueError, match="only=True is for the rules government and"):
        sc.events("informative", only=True)
    with pytest.raises(ValueError, match="only=True is for the rules government and"):
        sc.events(same, only=True)


def test_events_of_a_side_alone_are_told_by_it():
    claims, alone = sc.claims(), sc.events("government", only=True)
    assert 0 < len(alone) < len(sc.events())
    assert set(alone["event_id"]) <= set(claims["event_id"])


def test_reasons_name_the_claims_for_and_against(whole):
    tables = whole(
        PRESS | {"day": "2017-04-20"}, WIRE | {"day": "2017-04-20"},
        GOV | {"day": "2017-04-21", "outcome": "failed"},
        OPP | {"stance": "denies"},
        parts=[{"claim_id": "c1", "actor_id": "army", "role": "initiator"},
               {"claim_id": "c3", "actor_id": "army", "role": "initiator"},
               {"claim_id": "c2", "actor_id": "brigade", "role": "target",
                "certainty": "one_of"},
               {"claim_id": "c2", "actor_id": "battalion", "role": "target",
                "certainty": "one_of"}],
    )  # fmt: skip
    why = reasons("c1", tables)
    assert why.loc["start"].tolist() == [
        "2017-04-20", "c1 c2", "c3", "representative",
        "told by more independent sources",
    ]  # fmt: skip
    assert why.loc["outcome", ["value", "claims", "otherwise"]].tolist() == [
        "failed", "c3", "",
    ]  # fmt: skip
    assert why.loc["initiator", ["value", "claims"]].tolist() == ["army", "c1 c3"]
    assert why.loc["target", "value"] == "battalion or brigade"
    grade = why.loc["grade"]
    assert (grade["value"], grade["claims"], grade["otherwise"]) == (
        "contested", "c1 c2 c3", "c4",
    )  # fmt: skip


def test_reasons_of_a_side_say_whether_it_has_a_version(whole):
    tables = whole(
        PRESS | {"day": "2017-04-20", "outcome": "failed"},
        OPP | {"day": "2017-04-22", "end": None},
    )
    why = reasons("c1", tables, "opposition")
    assert why.loc["start", "value"] == "2017-04-22"
    assert why.loc["start", "reason"].startswith("version of the opposition side: all")
    assert why.loc["end", ["claims", "otherwise"]].tolist() == ["c2", "c1"]
    reason = why.loc["outcome", "reason"]
    assert reason.startswith("the opposition side tells none; representative: all")


def test_reasons_of_a_part_come_from_the_claims_that_speak(whole):
    # c1 names a militia too, which the side leaves out; c3 disputes and names a rival
    parts = [("c1", "army"), ("c1", "militia"), ("c2", "army"), ("c3", "brigade")]
    tables = whole(
        PRESS, GOV, OPP | {"stance": "disputes"},
        parts=[{"claim_id": claim_id, "actor_id": actor_id, "role": "initiator"}
               for claim_id, actor_id in parts]
        + [{"claim_id": "c1", "actor_id": "brigade", "role": "target"}],
    )  # fmt: skip
    shown = ["value", "claims", "otherwise", "reason"]
    assert reasons("c1", tables).loc["initiator", shown].tolist() == [
        "army and militia", "c1 c2", "", "all whom the claims name in this part",
    ]  # fmt: skip
    why = reasons("c1", tables, "government")
    assert why.loc["initiator", shown].tolist() == [
        "army", "c2", "c1",
        "all whom the claims of the government side name in this part",
    ]  # fmt: skip
    assert why.loc["target", shown].tolist() == [
        "brigade", "c1", "",
        "the government side names nobody; all whom the claims name in this part",
    ]  # fmt: skip


def test_reasons_of_what_is_undecided_and_of_what_nobody_asserts(whole):
    tables = whole(PRESS | {"outcome": "failed"}, WIRE | {"outcome": "succeeded"})
    why = reasons("c1", tables).loc["outcome"]
    assert why["value"] == "indeterminate"
    assert why["claims"] == "c1 c2"
    assert why["reason"] == "nothing decides between the versions"
    why = reasons("c1", whole(PRESS | {"stance": "denies"})).loc["modality"]
    assert (why["value"], why["reason"]) == ("denied", "nobody asserts it")


def test_reasons_of_an_event_that_the_side_denies(whole):
    tables = whole(PRESS, GOV | {"stance": "denies"})
    with pytest.raises(ValueError, match="c1: is not an event under the rule 'govern"):
        reasons("c1", tables, "government")


def test_explain_covers_every_field_and_names_only_claims_of_the_event():
    claims = sc.claims()
    sizes = claims.groupby("event_id").size()
    event_id = sizes.idxmax()
    mine = set(claims.loc[claims["event_id"] == event_id, "claim_id"])
    for rule in ("representative", "government", lambda claims: claims.iloc[0]):
        why = sc.explain(event_id, rule)
        told = " ".join([*why["claims"], *why["otherwise"]]).split()
        assert set(told) <= mine
        assert {"event_type", "start", "radius_km", "count_low", "grade"} <= {
            *why.index
        }
    assert sc.explain(event_id)["rule"].unique().tolist() == ["representative"]


def test_explain_of_an_unknown_event_names_the_nearest():
    event_id = sc.events()["event_id"].iloc[0]
    with pytest.raises(
        KeyError, match=f"no event is called .*nearest: {event_id[:15]}"
    ):
        sc.explain(event_id[:-1])
    with pytest.raises(ValueError, match="no rule is called 'x'"):
        sc.explain(event_id, "x")
