"""Camps change with time; who is on which side, and for which side a claim speaks."""

import pandas as pd
import pytest

from syriaconflict import vocabulary
from syriaconflict.camps import camp_on, claim_sides, side_of


def days(*values):
    return pd.Series(pd.to_datetime(list(values)).astype("datetime64[ms]"))


@pytest.mark.parametrize(
    ("actor", "day", "camp"),
    [
        ("turncoat", "2016-12-31", "opposition"),  # the last day counts
        ("turncoat", "2017-01-01", "government"),  # and so does the first
        ("turncoat", "1990-01-01", "opposition"),  # no start: from the beginning
        ("turncoat", "2050-01-01", "government"),  # no end: open
        ("turncoat", None, None),  # which day is meant is not known
        ("brigade", None, "opposition"),  # one camp, whatever the day
        ("brigade", "2017-04-23", "opposition"),
        ("nobody", "2017-04-23", None),  # an actor without a camp
        ("stranger", "2017-04-23", None),  # no actor
        (None, "2017-04-23", None),
    ],
)
def test_camp_on_a_day(make_tables, actor, day, camp):
    camps = make_tables()["actor_camps"]
    found = camp_on(pd.Series([actor], dtype="str"), days(day), camps)
    assert found.isna().item() if camp is None else found.item() == camp


def test_two_camps_on_one_day_are_no_camp(make_frame):
    camps = make_frame(
        "actor_camps",
        {"actor_id": "a", "camp": "opposition", "start": "2016-01-01"},
        {"actor_id": "a", "camp": "isis", "start": "2017-01-01"},
        {"actor_id": "a", "camp": "opposition", "start": "2016-06-01"},
    )
    actors = pd.Series(["a", "a"])
    found = camp_on(actors, days("2016-07-01", "2017-01-01"), camps)
    # the same camp told twice is one camp
    assert found[0] == "opposition"
    assert pd.isna(found[1])


def test_a_camp_with_a_start_is_not_given_to_a_day_not_known(make_frame):
    row = {"actor_id": "a", "camp": "isis"}
    for bound in ("start", "end"):
        camps = make_frame("actor_camps", row | {bound: "2016-01-01"})
        assert camp_on(pd.Series(["a"]), days(None), camps).isna().all()


def test_camps_keep_index_and_order_and_leave_their_input_alone(make_tables):
    camps = make_tables()["actor_camps"]
    actors = pd.Series(
        ["ypg", "turncoat", None, "army"], index=[7, 3, 3, 1], dtype="str"
    )
    when = days("2017-01-01", "2016-01-01", "2017-01-01", None).set_axis(actors.index)
    before = camps.copy(), actors.copy(), when.copy()
    found = camp_on(actors, when, camps)
    assert found.index.tolist() == [7, 3, 3, 1]
    assert found.name == "camp"
    assert found.dtype == "str"
    assert found.fillna("-").tolist() == ["sdf", "opposition", "-", "government"]
    pd.testing.assert_series_equal(found, camp_on(actors, when, camps[::-1]))
    pd.testing.assert_frame_equal(camps, before[0])
    pd.testing.assert_series_equal(actors, before[1])
    pd.testing.assert_series_equal(when, before[2])


def test_no_actors_have_no_camps(make_tables):
    camps = make_tables()["actor_camps"]
    found = camp_on(pd.Series([], dtype="str"), days(), camps)
    assert found.empty
    assert found.dtype == "str"


def test_side_of_every_camp():
    camps = pd.Series(list(vocabulary.CAMPS))
    found = side_of(camps)
    assert found.name == "side"
    assert found.fillna("-").to_dict() == {
        0: "government", 1: "opposition", 2: "isis", 3: "sdf", 4: "government",
        5: "sdf", 6: "opposition", 7: "government", 8: "-", 9: "-", 10: "-",
    }  # fmt: skip


@pytest.mark.parametrize("camps", [[], [None], ["civilian", None]])
def test_no_side_is_missing_and_not_a_word(camps):
    found = side_of(pd.Series(camps, dtype="str"))
    assert found.isna().all()
    assert found.dtype == "str"


@pytest.mark.parametrize(
    ("claim", "side"),
    [
        # the document in its own voice: what its publisher stands for
        ({"document_id": "d-gov"}, "government"),
        ({"document_id": "d-opp"}, "opposition"),
        ({"document_id": "d-kurd"}, "sdf"),
        ({"document_id": "d-press"}, None),
        # also where it names nobody
        ({"document_id": "d-opp", "claimant_kind": "resident"}, "opposition"),
        # a claimant speaks for its own camp, whoever prints it
        ({"document_id": "d-opp", "claimant_id": "army"}, "government"),
        ({"document_id": "d-press", "claimant_id": "russia"}, "government"),
        ({"document_id": "d-press", "claimant_id": "militia"}, "government"),
        ({"document_id": "d-press", "claimant_id": "ypg"}, "sdf"),
        # and one on no side does not speak for the side of the outlet
        ({"document_id": "d-opp", "claimant_id": "civilians"}, None),
        ({"document_id": "d-opp", "claimant_id": "nobody"}, None),
        # camp at the date of the happening, not of the document
        ({"claimant_id": "turncoat", "day": "2016-12-31"}, "opposition"),
        ({"claimant_id": "turncoat", "day": "2017-01-01"}, "government"),
        # of the document where the happening has no date
        ({"claimant_id": "turncoat", "day": None}, "government"),
    ],
)
def test_a_claim_speaks_for_the_side_of_its_claimant(make_tables, claim, side):
    tables = make_tables(claim)
    found = claim_sides(*(tables[name] for name in (
        "claims", "documents", "publishers", "actor_camps")))  # fmt: skip
    assert found.name == "side"
    assert found.isna().item() if side is None else found.item() == side


def test_no_claims_speak_for_no_side(make_tables):
    tables = make_tables()
    found = claim_sides(*(tables[name] for name in (
        "claims", "documents", "publishers", "actor_camps")))  # fmt: skip
    assert found.empty
