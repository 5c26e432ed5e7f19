"""The grade of an event: every boundary of the order of precedence.

Claims are about the capture of ``amber`` on 23 April 2017 by the army (government) from
the brigade (opposition) unless a test says otherwise; a capture harms its target.
"""

import pandas as pd
import pytest

from syriaconflict.camps import camp_on, side_of
from syriaconflict.grades import grades
from syriaconflict.resolve import resolve

PRESS, WIRE, GOV, OPP, KURD = (
    {"document_id": f"d-{name}"} for name in ("press", "wire", "gov", "opp", "kurd")
)
ARMY, BRIGADE = PRESS | {"claimant_id": "army"}, PRESS | {"claimant_id": "brigade"}
DENIES, DISPUTES, RETRACTS = ({"stance": s} for s in ("denies", "disputes", "retracts"))


def grade_all(tables):
    """Resolve and grade, the actors' sides taken on the day that each claim tells."""
    events = resolve(tables)
    parts = tables["claim_actors"].merge(
        tables["claims"][["claim_id", "start"]], on="claim_id"
    )
    camps = camp_on(parts["actor_id"], parts["start"], tables["actor_camps"])
    sides = parts.assign(side=side_of(camps)).dropna(subset=["side"])
    return grades(events, sides[["claim_id", "role", "side"]], tables)


@pytest.fixture
def graded(make_tables):
    """Grade and contested flag of the one event that the claims are about."""

    def graded(*claims: dict, parts: list[dict] | None = None, **kwargs) -> tuple:
        if parts is None:  # every claim tells the same: army takes it from brigade
            parts = [
                {"claim_id": f"c{n}", "actor_id": actor, "role": role}
                for n in range(1, len(claims) + 1)
                for actor, role in (("army", "initiator"), ("brigade", "target"))
            ]
        grade, contested = grade_all(make_tables(*claims, parts=parts, **kwargs))
        assert grade.index.tolist() == contested.index.tolist() == ["c1"]
        return grade.item(), contested.item()

    return graded


def role(number: int, actor: str, part: str, **cells) -> dict:
    return {"claim_id": f"c{number}", "actor_id": actor, "role": part} | cells


# single_source and corroborated


def test_one_source(graded):
    assert graded(PRESS) == ("single_source", False)
    assert graded(PRESS, PRESS) == ("single_source", False)
    assert graded(ARMY, WIRE | {"claimant_id": "army"}) == ("single_source", False)


def test_two_independent_sources_corroborate(graded):
    assert graded(PRESS, WIRE) == ("corroborated", False)
    assert graded(ARMY, WIRE) == ("corroborated", False)
    # two of one side: no second side, but a second source
    assert graded(ARMY, GOV) == ("corroborated", False)


def test_a_reprint_does_not_corroborate(graded):
    documents = {"d-wire": {"derived_from": "d-press"}}
    assert graded(PRESS, WIRE, documents=documents) == ("single_source", False)


def test_a_denial_alone_has_no_source(graded):
    assert graded(OPP | DENIES) == ("single_source", True)


# confirmed: two sides, or the harmed side and another source


def test_two_opposing_sides_confirm(graded):
    """The attacker and a third side: neither of them the side that was harmed."""
    assert graded(ARMY, KURD) == ("confirmed", False)
    assert graded(GOV, KURD, WIRE) == ("confirmed", False)


def test_allies_are_one_side(graded):
    russia = PRESS | {"claimant_id": "russia"}
    assert graded(ARMY, russia) == ("corroborated", False)
    assert graded(russia, PRESS | {"claimant_id": "militia"}) == ("corroborated", False)


def test_the_harmed_side_alone_does_not_confirm(graded):
    assert graded(BRIGADE) == ("single_source", False)
    # nor do two voices of one source
    assert graded(BRIGADE, WIRE | {"claimant_id": "brigade"}) == (
        "single_source",
        False,
    )


def test_the_harmed_side_and_another_source_confirm(graded):
    assert graded(BRIGADE, WIRE) == ("confirmed", False)
    # also another source of the harmed side
    assert graded(BRIGADE, PRESS | {"claimant_id": "battalion"}) == ("confirmed", False)
    # in the voice of an outlet that stands for the harmed side
    assert graded(OPP, WIRE) == ("confirmed", False)


def test_the_side_that_gains_and_another_source_do_not_confirm(graded):
    assert graded(ARMY, WIRE) == ("corroborated", False)


def test_of_a_withdrawal_the_harmed_side_is_the_one_that_leaves(graded):
    left = {"event_type": "withdrawal"}
    parts = [role(n, "brigade", "initiator") for n in (1, 2)]
    assert graded(BRIGADE | left, WIRE | left, parts=parts) == ("confirmed", False)
    parts = [role(n, "army", "initiator") for n in (1, 2)]
    assert graded(BRIGADE | left, WIRE | left, parts=parts) == ("corroborated", False)


def test_a_type_that_harms_nobody_is_not_confirmed_by_one_side(graded):
    fought = {"event_type": "clash"}
    assert graded(BRIGADE | fought, WIRE | fought) == ("corroborated", False)


def test_two_sides_on_different_days_do_not_confirm(graded):
    """Also where the event's dates, undecided, take in both days."""
    assert graded(ARMY | {"day": "2017-04-22"}, OPP | {"day": "2017-04-23"}) == (
        "corroborated", False)  # fmt: skip
    assert graded(WIRE | {"day": "2017-04-22"}, OPP | {"day": "2017-04-23"}) == (
        "corroborated", False)  # fmt: skip


def test_two_sides_on_overlapping_days_confirm(graded):
    assert graded(
        ARMY | {"start": "2017-04-20", "end": "2017-04-22"},
        OPP | {"start": "2017-04-22", "end": "2017-04-25"},
    ) == ("confirmed", False)  # fmt: skip
    # an open end overlaps what begins later
    assert graded(
        ARMY | {"start": "2017-04-01", "end": None}, OPP | {"day": "2017-04-23"}
    ) == ("confirmed", False)  # fmt: skip


def test_two_sides_without_a_day_do_not_agree_on_one(graded):
    undated = {"day": None}
    assert graded(ARMY | undated, OPP | undated) == ("corroborated", False)
    assert graded(ARMY, OPP | undated) == ("corroborated", False)


def test_two_sides_on_different_places_or_types_do_not_confirm(graded):
    assert graded(ARMY, OPP | {"place_id": "qasr"}) == ("corroborated", False)
    assert graded(ARMY, OPP | {"place_id": None}) == ("corroborated", False)
    assert graded(ARMY, OPP | {"event_type": "handover"}, parts=[]) == (
        "corroborated", False)  # fmt: skip


def test_what_is_confirmed_is_the_version_that_the_event_shows(graded):
    """Two sides agree on a day that most claims do not tell."""
    shown = [{"document_id": f"d-{n}", "day": "2017-04-20"} for n in "abc"]
    documents = {f"d-{n}": {"publisher_id": n} for n in "abc"}
    other = {"day": "2017-04-23"}
    assert graded(ARMY | other, OPP | other, *shown, documents=documents) == (
        "corroborated", False)  # fmt: skip


# contested: opposing sides differ in stance, in the holder, or in their counts


def test_a_denial_of_the_other_side_contests(graded):
    assert graded(ARMY, BRIGADE | DENIES) == ("contested", True)
    assert graded(ARMY, BRIGADE | DISPUTES) == ("contested", True)
    assert graded(GOV, OPP | DENIES) == ("contested", True)


def test_a_denial_outranks_confirmation(graded):
    assert graded(ARMY, KURD, OPP | DENIES) == ("contested", True)


def test_a_denial_of_the_same_side_does_not_contest(graded):
    assert graded(ARMY, GOV | DENIES) == ("single_source", True)
    assert graded(ARMY, PRESS | {"claimant_id": "russia"} | DENIES, WIRE) == (
        "corroborated", True)  # fmt: skip


def test_a_denial_of_no_side_does_not_contest(graded):
    """It is no opposing side; the flag tells of it all the same."""
    assert graded(ARMY, WIRE | DENIES) == ("single_source", True)
    assert graded(PRESS, OPP | DENIES) == ("single_source", True)


def test_the_outlets_side_is_asked_only_where_nobody_is_named(graded):
    """A civilian's denial in an outlet of the opposition is not the opposition's."""
    civilian = {"claimant_id": "civilians"} | DENIES
    assert graded(ARMY, OPP | civilian) == ("single_source", True)
    assert graded(ARMY, OPP | DENIES | {"claimant_kind": "unnamed"}) == (
        "contested", True)  # fmt: skip
    # the army speaks for the government in an outlet of the opposition, too
    assert graded(OPP | {"claimant_id": "army"}, OPP | DENIES) == ("contested", True)


def test_sides_are_those_of_the_day(graded):
    """The turncoat left the opposition for the government on 1 January 2017."""
    turncoat = PRESS | {"claimant_id": "turncoat"} | DENIES
    assert graded(ARMY, turncoat) == ("single_source", True)
    early = {"day": "2016-12-31"}
    assert graded(ARMY | early, turncoat | early) == ("contested", True)


def test_sides_that_name_another_holder_contest(graded):
    """Each side says that it took the place."""
    parts = [role(1, "army", "initiator"), role(2, "brigade", "initiator")]
    assert graded(GOV, OPP, parts=parts) == ("contested", True)
    # also where the types say it: the army took it, the brigade holds it
    assert graded(GOV, OPP | {"event_type": "hold"}, parts=parts) == ("contested", True)


def test_who_holds_after_a_surrender_is_the_target(graded):
    surrender = {"event_type": "surrender"}
    parts = [role(1, "army", "initiator"), role(2, "brigade", "initiator"),
             role(2, "army", "target")]  # fmt: skip
    # captured by the army; surrendered by the brigade to the army: one holder
    assert graded(GOV, OPP | surrender, parts=parts)[0] != "contested"
    parts = [role(1, "army", "initiator"), role(2, "brigade", "target")]
    assert graded(GOV, OPP | surrender, parts=parts) == ("contested", True)


def test_one_side_or_a_bystander_that_names_another_holder_does_not_contest(graded):
    parts = [role(1, "army", "initiator"), role(2, "brigade", "initiator")]
    for claims in ((OPP, BRIGADE), (GOV, WIRE), (PRESS, WIRE)):
        assert graded(*claims, parts=parts) == ("corroborated", False)


def test_allies_as_holders_do_not_contest(graded):
    parts = [role(1, "army", "initiator"), role(2, "russia", "initiator")]
    assert graded(GOV, OPP, parts=parts)[0] != "contested"


def test_sides_that_name_the_same_two_holders_do_not_contest(graded):
    """Both say that ypg and brigade took it together."""
    parts = [role(n, a, "initiator") for n in (1, 2) for a in ("ypg", "brigade")]
    assert graded(GOV, OPP, parts=parts)[1] is False
    # but one of two holders is not both
    assert graded(GOV, OPP, parts=parts[:3]) == ("contested", True)


@pytest.mark.parametrize(
    ("mine", "theirs", "grade"),
    [
        ((5, 9), (10, 12), "contested"),
        ((10, 12), (5, 9), "contested"),
        ((5, 10), (10, 12), "confirmed"),  # the ranges touch
        ((5, 20), (10, 12), "confirmed"),  # one within the other
        ((5, 5), (5, 5), "confirmed"),
        ((100, None), (5, 9), "contested"),  # at least 100 against at most 9
        ((100, None), (5, None), "confirmed"),
        ((None, 9), (0, None), "confirmed"),
        ((None, 9), (10, None), "contested"),
        ((5_000_000, 5_000_000), (100, None), "confirmed"),  # open means without limit
    ],
)
def test_counts_of_two_sides(graded, mine, theirs, grade):
    claims = [
        doc | {"unit": "person", "count_per": "total", "count_low": low,
               "count_high": high}
        for doc, (low, high) in ((GOV, mine), (OPP, theirs))
    ]  # fmt: skip
    assert graded(*claims)[0] == grade


@pytest.mark.parametrize("other", [{"unit": "vehicle"}, {"count_per": "day"}])
def test_counts_of_unlike_things_are_not_compared(graded, other):
    assert graded(GOV | {"n": 5}, OPP | {"n": 50}) == ("contested", True)
    assert graded(GOV | {"n": 5}, OPP | {"n": 50} | other) == ("confirmed", False)


def test_counts_of_one_side_or_of_none_do_not_contest(graded):
    assert graded(GOV | {"n": 5}, ARMY | {"n": 50}) == ("corroborated", False)
    assert graded(PRESS | {"n": 5}, WIRE | {"n": 50}) == ("corroborated", False)
    assert graded(GOV | {"n": 5}, WIRE | {"n": 50}) == ("corroborated", False)


def test_losses_of_an_actor_that_two_sides_put_apart_contest(graded):
    def parts(low):
        return [
            role(1, "brigade", "target", killed_low=50, killed_high=60),
            role(2, "brigade", "target", killed_low=low, killed_high=low),
        ]

    assert graded(GOV, OPP, parts=parts(5)) == ("contested", True)
    assert graded(GOV, OPP, parts=parts(55)) == ("confirmed", False)
    assert graded(GOV, WIRE, parts=parts(5)) == ("corroborated", False)


def test_unlike_losses_are_not_compared(graded):
    parts = [
        role(1, "brigade", "target", killed_low=50, killed_high=60),
        role(2, "brigade", "target", injured_low=5, injured_high=5),
        role(2, "army", "initiator", killed_low=5, killed_high=5),
    ]
    assert graded(GOV, OPP, parts=parts) == ("confirmed", False)


# discounted: every assertion was taken back


def test_an_assertion_taken_back_is_discounted(graded):
    assert graded(ARMY, ARMY | RETRACTS) == ("discounted", False)
    # by its publisher
    retraction = PRESS | RETRACTS | {"claimant_kind": "publisher"}
    assert graded(ARMY, retraction) == ("discounted", False)


def test_discounted_outranks_contested(graded):
    assert graded(ARMY, ARMY | RETRACTS, BRIGADE | DENIES) == ("discounted", True)


def test_one_assertion_left_is_not_discounted(graded):
    assert graded(ARMY, ARMY | RETRACTS, WIRE) == ("single_source", False)
    assert graded(ARMY, ARMY | RETRACTS, WIRE, OPP) == ("confirmed", False)
    # and what was taken back contests nothing
    assert graded(ARMY | RETRACTS, ARMY, WIRE, BRIGADE | DENIES) == (
        "single_source", True)  # fmt: skip


# All events at once


def test_events_are_graded_apart_whatever_the_order_of_rows(make_tables):
    claims = [
        ARMY, BRIGADE | DENIES,
        {"event_id": "c3"}, WIRE | {"event_id": "c3"},
        GOV | {"event_id": "c5"}, KURD | {"event_id": "c5"},
        ARMY | {"event_id": "c7"}, ARMY | {"event_id": "c7"} | RETRACTS,
        {"event_id": "c9"},
    ]  # fmt: skip
    parts = [role(n, "army", "initiator") for n in range(1, 10)]
    tables = make_tables(*claims, parts=parts)
    before = {name: frame.copy() for name, frame in tables.items()}
    grade, contested = grade_all(tables)
    assert grade.to_dict() == {
        "c1": "contested", "c3": "corroborated", "c5": "confirmed", "c7": "discounted",
        "c9": "single_source",
    }  # fmt: skip
    assert contested.to_dict() == dict(
        zip(grade.index, [True, False, False, False, False], strict=True)
    )
    assert (grade.name, contested.name) == ("grade", "is_contested")
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(frame, before[name])
    turned, _ = grade_all({name: frame[::-1] for name, frame in tables.items()})
    pd.testing.assert_series_equal(turned, grade)


def test_no_events_have_no_grades(make_tables):
    grade, contested = grade_all(make_tables())
    assert grade.empty
    assert contested.empty
