"""Who took part, as a set, and for which camp: worked out by hand from the claims."""

import pandas as pd
import pytest

from syriaconflict.derive import derived
from syriaconflict.members import resolve_actors
from syriaconflict.reasons import reasons

PRESS, WIRE, GOV, OPP, KURD = (
    {"document_id": f"d-{name}"} for name in ("press", "wire", "gov", "opp", "kurd")
)


def actors(tables) -> dict:
    found = resolve_actors(tables)
    return {
        (row.actor_id, row.role): (row.certainty, row.claim_count)
        for row in found.itertuples()
    }


def part(claim_id: str, actor_id: str, role: str = "initiator", **cells) -> dict:
    return {"claim_id": claim_id, "actor_id": actor_id, "role": role} | cells


def test_actors_are_the_set_of_all_that_the_claims_name(make_tables):
    tables = make_tables(
        PRESS, WIRE,
        parts=[part("c1", "army"), part("c1", "russia"), part("c2", "army"),
               part("c2", "brigade", "target")],
    )  # fmt: skip
    assert actors(tables) == {
        ("army", "initiator"): ("stated", 2),
        ("russia", "initiator"): ("stated", 1),
        ("brigade", "target"): ("stated", 1),
    }


def test_either_or_is_not_both(make_tables):
    either = [part("c1", a, certainty="one_of") for a in ("army", "russia")]
    assert actors(make_tables(PRESS, parts=either)) == {
        ("army", "initiator"): ("one_of", 1), ("russia", "initiator"): ("one_of", 1)
    }  # fmt: skip
    # the least reserved of the claims that name the part
    tables = make_tables(
        PRESS, WIRE, GOV,
        parts=[*either, part("c2", "russia", certainty="hedged"), part("c3", "russia")],
    )  # fmt: skip
    assert actors(tables) == {
        ("army", "initiator"): ("one_of", 1), ("russia", "initiator"): ("stated", 3)
    }  # fmt: skip


def test_actors_of_denials_and_retracted_claims_take_no_part(make_tables):
    tables = make_tables(
        PRESS, GOV | {"stance": "denies"}, OPP, OPP | {"stance": "retracts"},
        parts=[part("c1", "army"), part("c2", "brigade"), part("c3", "ypg"),
               part("c4", "caliphate")],
    )  # fmt: skip
    assert set(actors(tables)) == {("army", "initiator")}


def test_an_actor_in_two_roles_or_two_events_is_kept_apart(make_tables):
    tables = make_tables(
        {"event_id": "c1"}, {"event_id": "c2"},
        parts=[part("c1", "army"), part("c1", "army", "target"), part("c2", "army")],
    )  # fmt: skip
    found = resolve_actors(tables)
    assert found[["event_id", "role"]].to_numpy().tolist() == [
        ["c1", "initiator"], ["c1", "target"], ["c2", "initiator"]]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "killed"),
    [
        ([(5, 5)], (5, 5)),
        ([(5, 5), (5, 5), (7, 7)], (5, 5)),  # the mode
        ([(5, 9), (7, 7)], (7, 7)),  # the more precise
        ([(5, 5), (7, 7)], (5, 7)),  # the envelope
        ([(3, None), (7, 9)], (7, 9)),  # an open count is the least precise
        ([(3, None), (5, None)], (3, None)),
        ([(None, 9)], (None, 9)),
        ([(None, None), (4, 4)], (4, 4)),  # a missing value is no vote
        ([(None, None)], (None, None)),
    ],
)
def test_harm_is_resolved_like_a_count(make_tables, told, killed):
    documents = [PRESS, WIRE, GOV]
    tables = make_tables(
        *documents[: len(told)],
        parts=[
            part(f"c{n}", "brigade", "target", killed_low=low, killed_high=high)
            for n, (low, high) in enumerate(told, 1)
        ],
    )
    (row,) = resolve_actors(tables).to_dict("records")
    found = tuple(
        None if pd.isna(row[k]) else row[k] for k in ("killed_low", "killed_high")
    )
    assert found == killed
    assert pd.isna(row["injured_low"])


def test_kinds_of_harm_and_actors_are_resolved_apart(make_tables):
    tables = make_tables(
        PRESS, WIRE,
        parts=[
            part("c1", "brigade", "target", killed_low=5, killed_high=5, injured_low=1,
                 injured_high=2),
            part("c1", "army", "initiator", killed_low=8, killed_high=8),
            part("c2", "brigade", "target", captured_low=3, captured_high=3),
        ],
    )  # fmt: skip
    found = resolve_actors(tables).set_index("actor_id")
    assert found["killed_low"].to_dict() == {"army": 8, "brigade": 5}
    assert found.loc["brigade", ["injured_high", "captured_low"]].tolist() == [2, 3]
    assert str(found["killed_low"].dtype) == "Int32"


def test_actors_do_not_depend_on_the_order_of_rows(make_tables):
    tables = make_tables(
        PRESS, WIRE,
        parts=[part("c2", "ypg", killed_low=3, killed_high=4),
               part("c1", "ypg", killed_low=1, killed_high=2), part("c1", "army")],
    )  # fmt: skip
    found = resolve_actors(tables)
    turned = {name: frame[::-1] for name, frame in tables.items()}
    pd.testing.assert_frame_equal(resolve_actors(turned), found)
    assert found.loc[1, ["killed_low", "killed_high"]].tolist() == [1, 4]


def test_no_claims_name_no_actors(make_tables):
    assert resolve_actors(make_tables()).empty


# Camps: army is of the government, militia iran_aligned, russia its own; one side.


def camp(tables, rule="representative", role="initiator", **kwargs) -> str | None:
    event = derived(tables, rule, **kwargs)["events"].set_index("event_id").loc["c1"]
    found = event[f"{role}_camp"]
    return None if pd.isna(found) else found


def told_by(*named: str) -> list[dict]:
    """Parts: the nth claim names the nth actors."""
    return [
        part(f"c{number}", actor)
        for number, actors in enumerate(named, 1)
        for actor in actors.split()
    ]


@pytest.mark.parametrize(
    ("named", "shown"),
    [
        (["army"], "government"),
        (["army turncoat"], "government"),  # both are of the government on the day
        (["militia", "militia army"], "iran_aligned"),  # two sources to one
        (["russia army", "russia", "army", "army"], "government"),  # three to two
        (["militia army"], "government"),  # one each: the first of the side
        (["militia", "russia"], "russia"),  # before iran_aligned
        (["army militia", "army militia", "brigade"], None),  # two sides
        (["army", "civilians"], None),  # a camp on no side
        (["army", "nobody"], None),  # an actor of no camp
        (["civilians"], "civilian"),
    ],
)
def test_members_of_one_side_have_the_camp_that_most_sources_tell(whole, named, shown):
    sources = [PRESS, WIRE, KURD, OPP][: len(named)]
    assert camp(whole(*sources, parts=told_by(*named))) == shown


def test_the_camp_of_a_part_is_told_by_independent_sources(whole):
    """Three claims of the press and a reprint are one source; two others outvote it."""
    tables = whole(
        PRESS, PRESS, PRESS, {"document_id": "d-copy"}, WIRE, KURD,
        parts=told_by("army", "army", "army", "army", "militia", "militia"),
        documents={"d-copy": {"publisher_id": "opp", "derived_from": "d-press"}},
    )  # fmt: skip
    assert camp(tables) == "iran_aligned"


def test_many_actors_of_a_camp_in_one_claim_are_one_source(whole):
    tables = whole(
        PRESS, WIRE, KURD, parts=told_by("army turncoat", "russia", "russia")
    )
    assert camp(tables) == "russia"


def test_one_or_the_other_has_no_camp_and_no_vote(whole):
    either = [part("c1", a, certainty="one_of") for a in ("army", "russia")]
    assert camp(whole(PRESS, parts=either)) is None
    # the wire names Russia alone, if with reserve: it alone has votes
    for certainty in ("stated", "hedged"):
        parts = [*either, part("c2", "russia", certainty=certainty)]
        assert camp(whole(PRESS, WIRE, parts=parts)) == "russia"
    same = [part("c1", a, certainty="one_of") for a in ("army", "turncoat")]
    assert camp(whole(PRESS, parts=same)) == "government"  # whichever it was


def test_claims_that_do_not_speak_have_no_vote_on_a_camp(whole):
    tables = whole(
        PRESS, WIRE | {"stance": "denies"}, KURD | {"stance": "disputes"},
        parts=told_by("army militia", "militia", "militia"),
    )  # fmt: skip
    assert camp(tables) == "government"


def test_camps_of_targets_and_of_other_events_are_apart(whole):
    tables = whole(
        PRESS, WIRE, KURD | {"event_id": "c3"},
        parts=[part("c1", "brigade"), part("c1", "army", "target"),
               part("c1", "militia", "target"), part("c2", "militia", "target"),
               part("c3", "army"), part("c3", "army", "target")],
    )  # fmt: skip
    assert camp(tables, role="target") == "iran_aligned"
    assert camp(tables) == "opposition"


def test_a_side_tells_the_camp_by_its_own_claims(whole):
    """All name the army and the militia, the government the militia twice."""
    tables = whole(
        PRESS, WIRE, GOV, GOV | {"claimant_id": "militia"},
        parts=told_by("army", "army", "army militia", "militia"),
    )  # fmt: skip
    assert camp(tables) == "government"
    assert camp(tables, "government") == "iran_aligned"
    assert camp(tables, "government", only=True) == "iran_aligned"
    assert camp(tables, "opposition") == "government"  # it tells none
    assert camp(tables, lambda _: {}) == "government"


def test_a_place_taken_by_two_camps_of_a_side_is_held_by_the_camp(whole):
    tables = whole(
        PRESS | {"extent": "whole"}, WIRE, parts=told_by("army militia", "army")
    )
    (spell,) = derived(tables)["control"].to_dict("records")
    assert (spell["camp"], spell["status"]) == ("government", "held")


@pytest.mark.parametrize(
    ("named", "row"),
    [
        (["army", "army"], ["government", "c1 c2", "", "all members are of"]),
        (["army militia", "militia"],
         ["iran_aligned", "c1 c2", "", "of the camps of one side, the one that most"]),
        (["army", "militia"], ["government", "c1", "c2", "told by as many sources"]),
        (["army", "brigade"], ["", "", "c1 c2", "the members are not of one side"]),
    ],
)  # fmt: skip
def test_explain_says_why_a_part_has_its_camp(whole, named, row):
    why = reasons("c1", whole(PRESS, WIRE, parts=told_by(*named)))
    shown = ["value", "claims", "otherwise", "reason"]
    *told, reason = why.loc["initiator_camp", shown].fillna("")
    assert told == row[:-1]
    assert reason.startswith(row[-1])
    assert "target_camp" not in why.index


def test_explain_of_one_or_the_other_says_so(whole):
    either = [part("c1", a, certainty="one_of") for a in ("army", "russia")]
    why = reasons("c1", whole(PRESS, parts=either)).loc["initiator_camp"]
    assert pd.isna(why["value"])
    assert why["reason"] == "camps of one side, told as one or the other"
