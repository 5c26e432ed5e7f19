"""Who held a place from when to when, worked out by hand from dated events.

A spell runs from its start to the day before its end, which is where the next begins.
``amber`` is captured by ``by`` from ``of`` unless a test says otherwise.
"""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syriaconflict import schema
from syriaconflict.holders import spells_on
from syriaconflict.spells import control_spells
from syriaconflict.vocabulary import EVENT_TYPES

GOV, OPP, SDF, ISIS = "government", "opposition", "sdf", "isis"
TAKEN = {"by": GOV, "of": OPP}  # the government takes it from the opposition
RETAKEN = {"by": OPP, "of": GOV}
PLACES = pd.DataFrame(
    {"place_id": ["amber", "qasr", "sumaq", "plain", "river"],
     "radius_km": [2.0, 1.0, 2.0, 20.0, None]}
)  # fmt: skip
NO_CLAIMS = pd.DataFrame(columns=["claim_id", "event_id", "stance"], dtype="str")


def d(day: int) -> str:
    return f"2017-04-{day:02d}"


def shown(spell: dict) -> tuple:
    """Start and end as days of April 2017, status, holder and challenger."""
    days = [
        None if pd.isna(v) else (v - pd.Timestamp("2017-03-31")).days
        for v in (spell["start"], spell["end"])
    ]
    camps = [None if pd.isna(v) else v for v in (spell["camp"], spell["other_camp"])]
    while camps and camps[-1] is None and len(camps) > 1:
        camps.pop()
    return (*days, spell["status"], *camps)


@pytest.fixture
def spells(make_events):
    def spells(*events: dict, claims: pd.DataFrame = NO_CLAIMS) -> list[tuple]:
        control, _ = control_spells(make_events(*events), claims, PLACES)
        return [shown(spell) for spell in control.to_dict("records")]

    return spells


@pytest.fixture
def rows(make_events):
    def rows(*events: dict) -> list[dict]:
        control, _ = control_spells(make_events(*events), NO_CLAIMS, PLACES)
        return control.to_dict("records")

    return rows


# What each type does to control


def test_a_capture_makes_its_initiator_the_holder(spells, rows):
    assert spells({"day": d(23), "by": GOV}) == [(23, None, "held", GOV)]
    (spell,) = rows({"day": d(23), "by": GOV, "initiator_id": "army"})
    assert spell["actor_id"] == "army"
    assert (spell["control_id"], spell["place_id"]) == ("amber-01", "amber")
    assert (spell["basis"], spell["start_precision"]) == ("stated", "day")
    assert spell["last_told"] == pd.Timestamp(d(23))


def test_who_loses_a_place_had_held_it(spells, rows):
    assert spells({"day": d(23)} | TAKEN) == [
        (None, 23, "held", OPP),
        (23, None, "held", GOV),
    ]
    lost, _ = rows({"day": d(23)} | TAKEN)
    assert (lost["basis"], lost["end_reason"]) == ("implied", "capture")
    assert lost["end_precision"] == "day"
    assert pd.isna(lost["actor_id"])


def test_a_place_given_up_is_held_by_nobody_until_somebody_takes_it(spells):
    left = {"event_type": "withdrawal", "day": d(20), "by": OPP}
    assert spells(left) == [(None, 20, "held", OPP), (20, None, "none", None)]
    assert spells({"day": d(10), "by": OPP}, left) == [
        (10, 20, "held", OPP),
        (20, None, "none", None),
    ]
    assert spells(left, {"day": d(23), "by": GOV}) == [
        (None, 20, "held", OPP),
        (20, 23, "none", None),
        (23, None, "held", GOV),
    ]


def test_who_gave_a_place_up_need_not_come_back_for_it_to_be_taken(spells):
    """The capture names the side that it was taken from, which had left by then."""
    left = {"event_type": "withdrawal", "day": d(20), "by": OPP}
    assert spells(left, {"day": d(23)} | TAKEN) == [
        (None, 20, "held", OPP),
        (20, 23, "none", None),
        (23, None, "held", GOV),
    ]


def test_somebody_else_who_loses_a_place_given_up_must_have_taken_it(spells):
    left = {"event_type": "withdrawal", "day": d(10), "by": OPP}
    assert spells(left, {"day": d(23), "by": GOV, "of": ISIS}) == [
        (None, 10, "held", OPP),
        (10, 23, "none", None),
        (23, 23, "held", ISIS),
        (23, None, "held", GOV),
    ]


def test_a_place_taken_over_on_the_day_it_is_given_up(spells):
    """Whatever the order of rows, who leaves goes before who comes."""
    left = {"event_type": "withdrawal", "day": d(23), "by": OPP, "event_id": "z"}
    taken = {"day": d(23), "event_id": "a"} | TAKEN
    for events in ((left, taken), (taken, left)):
        found = spells({"day": d(10), "by": OPP, "event_id": "m"}, *events)
        assert found == [
            (10, 23, "held", OPP),
            (23, 23, "none", None),
            (23, None, "held", GOV),
        ]


def test_the_order_within_a_day_is_kept_where_it_is_told(spells):
    """Taken in the morning and given up in the evening."""
    taken = {"day": d(23), "by": GOV, "day_order": 1}
    left = {"event_type": "withdrawal", "day": d(23), "by": GOV, "day_order": 2}
    assert spells(left, taken) == [(23, 23, "held", GOV), (23, None, "none", None)]


def test_surrender_and_handover_make_their_target_the_holder(spells, rows):
    for kind in ("surrender", "handover"):
        event = {"event_type": kind, "day": d(23), "by": OPP, "of": GOV}
        assert spells(event) == [(None, 23, "held", OPP), (23, None, "held", GOV)]
        assert spells({"day": d(10), "by": OPP}, event) == [
            (10, 23, "held", OPP),
            (23, None, "held", GOV),
        ]
    held = rows(event | {"initiator_id": "brigade", "target_id": "army"})[-1]
    assert held["actor_id"] == "army"


def test_a_contested_place_keeps_its_last_holder(spells):
    fought = {"event_type": "contested", "day": d(23), "by": GOV}
    assert spells({"day": d(10), "by": OPP}, fought) == [
        (10, 23, "held", OPP),
        (23, None, "contested", OPP, GOV),
    ]
    # the claim may name the last holder itself
    assert spells(fought | {"of": OPP}) == [(23, None, "contested", OPP, GOV)]
    # or nobody does
    assert spells(fought) == [(23, None, "contested", None, GOV)]


def test_a_contested_place_is_taken_by_either_side_without_another_holder(spells):
    fought = {"event_type": "contested", "day": d(10), "by": GOV, "of": OPP}
    before = (10, 23, "contested", OPP, GOV)
    assert spells(fought, {"day": d(23)} | TAKEN) == [before, (23, None, "held", GOV)]
    assert spells(fought, {"day": d(23)} | RETAKEN) == [before, (23, None, "held", OPP)]


def test_a_challenger_that_withdraws_leaves_the_place_to_its_holder(spells):
    fought = {"event_type": "contested", "day": d(10), "by": GOV, "of": OPP}
    left = {"event_type": "withdrawal", "day": d(23)}
    before = (10, 23, "contested", OPP, GOV)
    assert spells(fought, left | {"by": GOV}) == [before, (23, None, "held", OPP)]
    assert spells(fought, left | {"by": OPP}) == [before, (23, None, "none", None)]


def test_a_besieged_place_is_held_by_those_cut_off(spells):
    for kind in ("encirclement", "siege"):
        cut_off = {"event_type": kind, "day": d(20)} | TAKEN
        assert spells({"day": d(10), "by": OPP}, cut_off) == [
            (10, 20, "held", OPP),
            (20, None, "besieged", OPP, GOV),
        ]
        assert spells(cut_off, {"day": d(23)} | TAKEN) == [
            (20, 23, "besieged", OPP, GOV),
            (23, None, "held", GOV),
        ]


def test_no_mans_land_and_unknown(spells):
    held = {"day": d(10), "by": OPP}
    for kind, status in (("no_mans_land", "none"), ("status_unknown", "unknown")):
        assert spells(held, {"event_type": kind, "day": d(23)}) == [
            (10, 23, "held", OPP),
            (23, None, status, None),
        ]


def test_a_hold_that_is_told_with_its_days(spells, rows):
    """A state from the 1st through the 22nd: the spell ends with the 23rd."""
    held = {"event_type": "hold", "grain": "state", "start": d(1), "end": d(22),
            "by": OPP, "start_precision": "month", "end_precision": "week"}  # fmt: skip
    assert spells(held) == [(1, 23, "held", OPP)]
    (spell,) = rows(held)
    assert (spell["start_precision"], spell["end_precision"]) == ("month", "week")
    assert pd.isna(spell["end_reason"])
    assert spell["last_told"] == pd.Timestamp(d(22))
    # a capture on the next day ends it, one on its last day as well
    for day in (23, 22):
        assert spells(held, {"day": d(day)} | TAKEN) == [
            (1, day, "held", OPP),
            (day, None, "held", GOV),
        ]
    assert rows(held, {"day": d(23)} | TAKEN)[0]["end_reason"] == "capture"


def test_a_hold_that_ended_before_the_next_is_told_leaves_a_gap(spells, rows):
    held = {
        "event_type": "hold",
        "grain": "state",
        "start": d(1),
        "end": d(10),
        "by": OPP,
    }
    taken = {"day": d(23)} | TAKEN
    assert spells(held, taken) == [(1, 11, "held", OPP), (23, None, "held", GOV)]
    assert pd.isna(rows(held, taken)[0]["end_reason"])


def test_a_hold_of_which_only_the_end_is_told(spells):
    held = {"event_type": "hold", "grain": "state", "end": d(22), "by": OPP}
    assert spells(held) == [(None, 23, "held", OPP)]
    assert spells(held, {"day": d(23)} | TAKEN) == [
        (None, 23, "held", OPP),
        (23, None, "held", GOV),
    ]


def test_a_hold_with_an_open_end_runs_on(spells):
    held = {"event_type": "hold", "grain": "state", "start": d(1), "by": OPP}
    assert spells(held) == [(1, None, "held", OPP)]


def test_a_hold_names_another_holder_than_the_last(spells):
    held = {"event_type": "hold", "day": d(20), "by": OPP}
    assert spells({"day": d(10), "by": GOV}, held) == [
        (10, 20, "held", GOV),
        (20, None, "held", OPP),
    ]


def test_a_part_of_a_place_makes_it_contested(spells, rows):
    part = {"day": d(20), "extent": "part"}
    # from whom it was taken is told
    assert spells(part | TAKEN) == [
        (None, 20, "held", OPP),
        (20, None, "contested", OPP, GOV),
    ]
    # or known from before
    assert spells({"day": d(10), "by": OPP}, part | {"by": GOV}) == [
        (10, 20, "held", OPP),
        (20, None, "contested", OPP, GOV),
    ]
    # or not at all
    assert spells(part | {"by": GOV}) == [(20, None, "contested", None, GOV)]
    assert rows(part | {"by": GOV})[0]["extent"] == "part"
    # a part of what a side holds is its own
    for kind in ("hold", "capture"):
        again = part | {"event_type": kind, "by": GOV}
        assert spells({"day": d(10), "by": GOV}, again) == [(10, None, "held", GOV)]
    # it had been given up: nobody else is there
    left = {"event_type": "withdrawal", "day": d(15), "by": OPP}
    assert spells(left, part | {"by": GOV})[1:] == [
        (15, 20, "none", None),
        (20, None, "held", GOV),
    ]
    # either side takes a further part, from nobody named
    fought = (None, 20, "held", OPP), (20, None, "contested", OPP, GOV)
    for by in (GOV, OPP):
        assert spells(part | TAKEN, part | {"day": d(22), "by": by}) == [*fought]
    # the rest falls
    assert spells(part | TAKEN, {"day": d(23), "extent": "whole"} | TAKEN)[1:] == [
        (20, 23, "contested", OPP, GOV),
        (23, None, "held", GOV),
    ]


def test_a_part_handed_over_leaves_the_rest_to_who_had_it(spells):
    for kind in ("surrender", "handover"):
        part = {
            "event_type": kind,
            "day": d(20),
            "extent": "part",
            "by": OPP,
            "of": GOV,
        }
        assert spells(part)[-1] == (20, None, "contested", OPP, GOV)
        assert spells({"day": d(10), "by": OPP}, part) == [
            (10, 20, "held", OPP),
            (20, None, "contested", OPP, GOV),
        ]


def test_a_part_that_a_camp_takes_from_its_own_stays_with_the_camp(spells):
    part = {"day": d(20), "extent": "part", "by": OPP, "of": OPP}
    assert spells({"day": d(10), "by": OPP}, part) == [(10, None, "held", OPP)]
    assert spells(part)[-1] == (20, None, "held", OPP)


def test_who_leaves_a_part_keeps_the_rest(spells, rows):
    part = {"event_type": "withdrawal", "day": d(20), "extent": "part"}
    held, fought = {"day": d(10), "by": OPP}, {"day": d(10), "extent": "part"} | TAKEN
    assert spells(held, part | {"by": OPP}) == [(10, None, "held", OPP)]
    assert rows(held, part | {"by": OPP})[0]["last_told"] == pd.Timestamp(d(20))
    for by in (OPP, GOV):
        assert spells(fought, part | {"by": by}) == [
            (None, 10, "held", OPP),
            (10, None, "contested", OPP, GOV),
        ]
    # another than the holder leaves a part: it had one, and may have more
    assert spells(held, part | {"by": GOV}) == [
        (10, 20, "held", OPP),
        (20, None, "contested", OPP, GOV),
    ]
    # nothing else is told
    assert spells(part | {"by": OPP}) == [
        (None, 20, "held", OPP),
        (20, None, "contested", OPP),
    ]
    # but that another came to hold a part of it before
    came = {"day": d(10), "extent": "part", "by": GOV}
    assert spells(came, part | {"by": OPP}) == [
        (10, 20, "contested", None, GOV),
        (20, None, "contested", OPP, GOV),
    ]
    assert spells(came, part | {"by": GOV}) == [(10, None, "contested", None, GOV)]
    # nor who left
    assert spells(part) == []
    assert spells(held, part) == [(10, None, "held", OPP)]
    # a place given up stays so
    left = {"event_type": "withdrawal", "day": d(15), "by": OPP}
    assert spells(left, part | {"by": OPP})[1:] == [(15, None, "none", None)]


def test_who_is_cut_off_or_challenged_need_not_be_named(spells):
    held = {"day": d(10), "by": OPP}
    siege = {"event_type": "siege", "day": d(20)}
    begun = (10, 20, "held", OPP)
    assert spells(held, siege) == [begun, (20, None, "besieged", OPP)]
    assert spells(held, siege | {"by": GOV}) == [
        begun,
        (20, None, "besieged", OPP, GOV),
    ]
    # a place that is fought over stays so
    fought = {"event_type": "contested", "day": d(10), "by": GOV, "of": OPP}
    assert spells(fought, siege) == [(10, None, "contested", OPP, GOV)]
    assert spells(fought, siege | {"by": OPP})[1:] == [(20, None, "besieged", GOV, OPP)]
    for by in (GOV, OPP):
        again = {"event_type": "contested", "day": d(20), "by": by}
        assert spells(fought, again) == [(10, None, "contested", OPP, GOV)]
    came = {"day": d(10), "extent": "part", "by": GOV}
    assert spells(came, siege | {"event_type": "contested", "by": OPP}) == [
        (10, 20, "contested", None, GOV),
        (20, None, "contested", GOV, OPP),
    ]
    # who besieges it cannot be cut off there
    assert spells(held, siege | {"by": OPP})[1:] == [(20, None, "besieged", None, OPP)]


# Days


@pytest.mark.parametrize("grain", ["discrete", "aggregate"])
def test_what_happened_on_one_of_several_days_takes_effect_on_the_last(
    spells, rows, grain
):
    event = {"start": d(20), "end": d(23), "end_precision": "week", "grain": grain}
    assert spells(event | TAKEN) == [(None, 23, "held", OPP), (23, None, "held", GOV)]
    lost, held = rows(event | TAKEN)
    assert (held["start_precision"], held["last_told"]) == ("week", pd.Timestamp(d(23)))
    # until the first of them, those who lost it surely held it
    assert lost["last_told"] == pd.Timestamp(d(20))


def test_the_first_day_on_which_a_spell_may_have_begun_is_kept(rows):
    """Taken on the 10th, 11th or 12th: it had begun by the 12th."""
    lost, held = rows(TAKEN | {"start": d(10), "end": d(12)})
    assert (held["start_earliest"], held["start"]) == (
        pd.Timestamp(d(10)), pd.Timestamp(d(12)),
    )  # fmt: skip
    assert pd.isna(lost["start_earliest"])


def test_a_spell_without_a_first_day_may_have_begun_at_any_time(rows):
    held = rows(TAKEN | {"start": None, "end": d(12)})[-1]
    assert pd.isna(held["start_earliest"])
    assert held["start"] == pd.Timestamp(d(12))


def test_without_a_last_day_the_first_counts(rows):
    (spell,) = rows({"start": d(20), "by": GOV, "start_precision": "few_days"})
    assert spell["start"] == pd.Timestamp(d(20))
    assert spell["start_precision"] == "few_days"


def test_what_may_have_been_earlier_still_takes_effect_later(spells):
    """A capture on the 20th to 23rd against one on the 22nd: the last days decide."""
    assert spells(
        {"start": d(20), "end": d(23), "by": GOV}, {"day": d(22), "by": OPP}
    ) == [(22, 23, "held", OPP), (23, None, "held", GOV)]


# Taken, lost and taken again


def test_a_place_changes_hands_to_and_fro(spells, rows):
    events = [{"day": d(10)} | TAKEN, {"day": d(15)} | RETAKEN, {"day": d(20)} | TAKEN]
    wanted = [
        (None, 10, "held", OPP),
        (10, 15, "held", GOV),
        (15, 20, "held", OPP),
        (20, None, "held", GOV),
    ]
    assert spells(*events) == wanted
    assert spells(*events[::-1]) == wanted
    found = rows(*events)
    assert [s["basis"] for s in found] == ["implied"] + ["stated"] * 3
    assert [s["control_id"] for s in found] == [f"amber-0{n}" for n in range(1, 5)]
    assert [s["end_reason"] for s in found[:3]] == ["capture"] * 3


def test_a_place_taken_again_was_lost_in_between(spells, rows):
    """Taken on the 10th, and once more on the 20th from those who must have come back.

    When they came back is not told: on the 11th at the earliest, by the 20th.
    """
    events = [{"day": d(10), "by": GOV}, {"day": d(20)} | TAKEN]
    assert spells(*events) == [
        (10, 20, "held", GOV),
        (20, 20, "held", OPP),
        (20, None, "held", GOV),
    ]
    first, between, _ = rows(*events)
    assert first["last_told"] == pd.Timestamp(d(10))
    assert between["start_earliest"] == pd.Timestamp(d(11))
    assert pd.isna([first["end_reason"], first["end_precision"]]).all()
    assert pd.isna(between["start_precision"])
    assert (between["basis"], between["end_reason"]) == ("implied", "capture")


def test_who_lost_a_place_had_it_by_the_first_possible_day_of_the_loss(spells, rows):
    """Lost on the 20th to 23rd: they held it by the 20th, and lost it by the 23rd."""
    events = [{"day": d(10), "by": GOV}, {"start": d(20), "end": d(23)} | TAKEN]
    assert spells(*events) == [
        (10, 20, "held", GOV),
        (20, 23, "held", OPP),
        (23, None, "held", GOV),
    ]
    # the other is still told of on the 21st, so they came on the 22nd or 23rd
    told = {"event_type": "hold", "grain": "state", "start": d(1), "by": GOV}
    seen = {"event_type": "hold", "day": d(21), "by": GOV}
    assert spells(told, seen, events[1] | {"by": SDF}) == [
        (1, 22, "held", GOV),
        (22, 23, "held", OPP),
        (23, None, "held", SDF),
    ]
    # when the loss began is not told: on any day up to the 23rd
    assert spells(events[0], events[1] | {"start": None, "by": SDF})[1] == (
        23, 23, "held", OPP)  # fmt: skip
    assert rows(*events)[1]["last_told"] == pd.Timestamp(d(20))


def test_a_hold_that_had_ended_is_not_drawn_out_to_an_unseen_holder(spells, rows):
    held = {"event_type": "hold", "grain": "state", "start": d(1), "end": d(10),
            "by": GOV}  # fmt: skip
    events = [held, {"day": d(20), "by": SDF, "of": ISIS}]
    assert spells(*events) == [
        (1, 11, "held", GOV),
        (None, 20, "held", ISIS),
        (20, None, "held", SDF),
    ]
    assert pd.isna(rows(*events)[1]["start_earliest"])


def test_a_place_taken_again_from_nobody_named_was_held_by_somebody(spells):
    events = [{"day": d(10), "by": GOV}, {"day": d(20), "by": GOV}]
    assert spells(*events) == [
        (10, 20, "held", GOV),
        (20, 20, "unknown", None),
        (20, None, "held", GOV),
    ]


def test_a_place_lost_by_a_side_that_was_not_told_to_hold_it(spells):
    """The government's spell ends on a day not told, since isis held it afterwards."""
    events = [{"day": d(10), "by": GOV}, {"day": d(20), "by": SDF, "of": ISIS}]
    assert spells(*events) == [
        (10, 20, "held", GOV),
        (20, 20, "held", ISIS),
        (20, None, "held", SDF),
    ]


def test_a_withdrawal_of_a_side_that_was_not_told_to_hold_it(spells):
    events = [
        {"day": d(10), "by": GOV},
        {"event_type": "withdrawal", "day": d(20), "by": OPP},
    ]
    assert spells(*events) == [
        (10, 20, "held", GOV),
        (20, 20, "held", OPP),
        (20, None, "none", None),
    ]


def test_until_an_unseen_holder_came_the_last_one_told_stays(make_events):
    """Five days after the 10th and five before the 20th: as likely as not."""
    events = make_events({"day": d(10), "by": GOV}, {"day": d(20)} | TAKEN)
    control = typed(control_spells(events, NO_CLAIMS, PLACES)[0])
    camps = [spells_on(control, d(day)).loc["amber"] for day in (9 + 1, 15, 19, 20)]
    assert [one["camp"] for one in camps] == [GOV] * 4
    assert [one["age_days"] for one in camps] == [0, 5, 9, 0]
    sure = [one["probability"] for one in camps]
    assert (sure[0], sure[1], sure[3]) == (1, pytest.approx(0.5), 1)
    assert sure[2] < 0.15


def test_reports_of_one_happening_on_overlapping_days_are_one_spell(spells):
    """Twice taken between the 20th and 25th: one capture, not two."""
    events = [
        {"start": d(20), "end": d(24)} | TAKEN,
        {"start": d(23), "end": d(25)} | TAKEN,
    ]
    assert spells(*events) == [(None, 24, "held", OPP), (24, None, "held", GOV)]


def test_repeated_reports_of_a_holder_are_one_spell(spells, rows):
    held = {"event_type": "hold", "by": GOV}
    events = [
        {"day": d(10), "by": GOV},
        held | {"day": d(12)},
        held | {"day": d(20), "initiator_id": "army"},
    ]
    assert spells(*events) == [(10, None, "held", GOV)]
    (spell,) = rows(*events)
    assert spell["last_told"] == pd.Timestamp(d(20))
    assert spell["actor_id"] == "army"


@pytest.mark.parametrize(
    ("spans", "end"),
    [
        ([(1, 10), (5, 8)], 11),  # a shorter report within a longer one
        ([(1, 10), (5, 15)], 16),
        ([(1, 10), (11, 15)], 16),  # day after day
        ([(1, None), (5, 8)], 9),  # the only end that is told
        ([(1, 10), (5, None)], 11),
    ],
)
def test_repeated_states_last_as_long_as_any_tells(spells, spans, end):
    states = [
        {
            "event_type": "hold",
            "grain": "state",
            "by": OPP,
            "start": d(a),
            "end": b and d(b),
        }
        for a, b in spans
    ]
    assert spells(*states) == [(1, end, "held", OPP)]


def test_one_report_within_a_state_does_not_prolong_it(spells):
    state = {
        "event_type": "hold",
        "grain": "state",
        "by": OPP,
        "start": d(1),
        "end": d(10),
    }
    report = {"event_type": "hold", "by": OPP}
    assert spells(state, report | {"day": d(5)}) == [(1, 11, "held", OPP)]
    # on the day after, it does
    assert spells(state, report | {"day": d(11)}) == [(1, None, "held", OPP)]
    # and later, it is another spell
    assert spells(state, report | {"day": d(20)}) == [
        (1, 11, "held", OPP),
        (20, None, "held", OPP),
    ]


# What has no effect


@pytest.mark.parametrize(
    "cells",
    [
        {"modality": "planned"}, {"modality": "threatened"}, {"modality": "expected"},
        {"modality": "demanded"}, {"modality": "denied"}, {"modality": "indeterminate"},
        {"grade": "discounted"}, {"place_id": None}, {"day": None},
        {"event_type": "assault"}, {"event_type": "advance"}, {"event_type": "mop_up"},
        {"event_type": "indeterminate"},
    ],
)  # fmt: skip
def test_what_has_no_effect_on_control(spells, cells):
    assert spells({"day": d(23)} | TAKEN | cells) == []
    assert spells({"day": d(10), "by": OPP}, {"day": d(23)} | TAKEN | cells) == [
        (10, None, "held", OPP)
    ]


@pytest.mark.parametrize(
    "cells", [{"modality": "ongoing"}, {"grade": "contested"}, {"grade": "confirmed"}]
)
def test_what_has_effect_all_the_same(spells, cells):
    assert len(spells({"day": d(23)} | TAKEN | cells)) == 2


def test_only_the_types_with_an_effect_make_spells(spells):
    for name, kind in EVENT_TYPES.items():
        assert bool(spells({"event_type": name, "day": d(23)} | TAKEN)) == bool(
            kind.holder
        )


@pytest.mark.parametrize(
    ("cells", "count"),
    [({"radius_km": 2}, 2), ({"radius_km": 2.5}, 0), ({"radius_km": None}, 2),
     ({"place_id": "plain", "radius_km": 20}, 2),
     ({"place_id": "river", "radius_km": 9}, 2),  # of no known extent
     ({"target_kind": "vehicle"}, 0), ({"target_kind": "aircraft"}, 0),
     ({"target_kind": "position"}, 2)],
)  # fmt: skip
def test_what_happened_near_a_place_or_to_things_there_is_no_control_of_it(
    spells, cells, count
):
    assert len(spells({"day": d(10)} | TAKEN | cells)) == count


def test_an_area_is_a_place_of_its_own(make_events):
    """All of the plain taken: nothing follows for the towns in it."""
    events = make_events(
        {"day": d(10), "by": OPP}, {"day": d(23), "place_id": "plain"} | TAKEN
    )
    control, _ = control_spells(events, NO_CLAIMS, PLACES)
    assert control.groupby("place_id")["camp"].agg(list).to_dict() == {
        "amber": [OPP], "plain": [OPP, GOV]}  # fmt: skip


# The tables


def test_spells_rest_on_the_assertions_of_their_events(make_events, make_claims):
    events = make_events(
        {"day": d(10)} | TAKEN, {"event_type": "hold", "day": d(12), "by": GOV}
    )
    claims = make_claims(
        {"event_id": "e1"}, {"event_id": "e1", "stance": "denies"}, {"event_id": "e2"},
        {"event_id": "e9"},
    )  # fmt: skip
    control, links = control_spells(events, claims, PLACES)
    assert list(control.columns) == schema.CONTROL.names
    assert list(links.columns) == schema.CONTROL_CLAIMS.names
    assert links.to_numpy().tolist() == [
        ["amber-01", "c1"],
        ["amber-02", "c1"],
        ["amber-02", "c3"],
    ]


def test_no_events_make_no_spells(make_events):
    control, links = control_spells(make_events(), NO_CLAIMS, PLACES)
    assert list(control.columns) == schema.CONTROL.names
    assert control.empty
    assert links.empty


CAMPS = st.sampled_from([None, GOV, OPP, SDF, ISIS, "russia"])
DAYS = st.sampled_from([None, *[d(day) for day in range(1, 13)]])
EVENTS = st.lists(
    st.fixed_dictionaries(
        {
            "event_type": st.sampled_from(
                [n for n, k in EVENT_TYPES.items() if k.holder]
            ),
            "place_id": st.sampled_from(["amber", "qasr"]),
            "grain": st.sampled_from(["discrete", "discrete", "state"]),
            "start": DAYS,
            "end": DAYS,
            "day_order": st.sampled_from([None, None, 1, 2]),
            "extent": st.sampled_from([None, "whole", "part"]),
            "by": CAMPS,
            "of": CAMPS,
        }
    ),
    max_size=10,
)


def tidy(event: dict) -> dict:
    """Make the event one that resolution can give."""
    start, end = event["start"], event["end"]
    if start and end and end < start:
        return event | {"start": end, "end": start}
    return event


@settings(max_examples=30, deadline=None)
@given(events=EVENTS, data=st.data())
def test_whatever_happens_to_places(make_events, events, data):
    frame = make_events(*map(tidy, events))
    before = frame.copy()
    control, _ = control_spells(frame, NO_CLAIMS, PLACES)
    pd.testing.assert_frame_equal(frame, before)
    order = data.draw(st.permutations(range(len(frame))))
    turned, _ = control_spells(frame.iloc[list(order)], NO_CLAIMS, PLACES)
    pd.testing.assert_frame_equal(turned, control)
    assert control["control_id"].is_unique
    # nobody challenges itself, unless so told
    among = {event["place_id"] for event in events if event["by"] == event["of"]}
    alike = control["camp"].notna() & (control["camp"] == control["other_camp"])
    assert set(control.loc[alike, "place_id"]) <= among
    assert control["status"].isin(schema.CONTROL.column("status").codes).all()
    for place_id, spells in control.groupby("place_id"):
        assert spells["control_id"].tolist() == [
            f"{place_id}-{n:02d}" for n in range(1, len(spells) + 1)
        ]
        told = spells.dropna(subset=["start"])
        assert told["start"].is_monotonic_increasing
        # a spell ends where the next begins, or before; only the last may be open
        ends, starts = told["end"].iloc[:-1], told["start"].iloc[1:]
        assert ends.notna().all()
        assert (ends.to_numpy() <= starts.to_numpy()).all()
        both = spells.dropna(subset=["start", "end"])
        assert (both["start"] <= both["end"]).all()
        # what has neither start nor end tells nothing
        assert spells[["start", "end"]].notna().any(axis=1).all()
    # and on every day, each place has one holder at most
    for day in (1, 4, 8, 12):
        assert not spells_on(typed(control), d(day)).index.duplicated().any()


def typed(control: pd.DataFrame) -> pd.DataFrame:
    """Give the spells the types that the build gives them."""
    days = {
        c.name: "datetime64[ms]"
        for c in schema.CONTROL.columns
        if c.type == schema.DATE
    }
    words = {c.name: "str" for c in schema.CONTROL.columns if c.type == schema.TEXT}
    return control.astype(days | words)
