import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syriaconflict import air

SIDES = {"Russia": ["russia", "vks"], "government": ["syaaf"]}


def told(*claims):
    """Claims on event "x" from (stance, {actor: certainty})."""
    rows = [(f"{n}", "x", stance) for n, (stance, _) in enumerate(claims)]
    actors = [
        (f"{n}", actor, "initiator", certainty)
        for n, (_, named) in enumerate(claims)
        for actor, certainty in named.items()
    ]
    return (
        pd.DataFrame(rows, columns=["claim_id", "event_id", "stance"], dtype="str"),
        pd.DataFrame(
            actors, columns=["claim_id", "actor_id", "role", "certainty"], dtype="str"
        ),
    )


def says(**named):
    return "asserts", named


@pytest.mark.parametrize(
    ("claims", "verdict"),
    [
        ([says(vks="stated")], "only Russia"),
        ([says(vks="stated", russia="stated")], "only Russia"),
        ([says(vks="stated"), says(russia="stated")], "only Russia"),
        ([says(vks="stated", syaaf="stated")], "Russia and government"),
        ([says(vks="stated"), says(vks="stated", syaaf="stated")], "Russia and gov.*"),
        ([says(vks="one_of", syaaf="one_of")], "Russia or government"),
        (
            [says(vks="stated"), says(vks="one_of", syaaf="one_of")],
            "Russia and possibly government",
        ),
        ([says(vks="stated", syaaf="hedged")], "Russia and possibly government"),
        ([says(vks="hedged")], r"Russia \(hedged\)"),
        ([says(vks="hedged"), says(vks="stated")], "only Russia"),
        ([says(vks="stated"), says(syaaf="stated")], "contested"),
        ([says(vks="hedged"), says(syaaf="stated")], "contested"),
        ([says(vks="stated"), ("denies", {"russia": "stated"})], "contested"),
        ([says(vks="stated"), ("disputes", {"vks": "stated"})], "contested"),
        ([says(vks="stated"), ("denies", {"syaaf": "stated"})], "only Russia"),
        ([says(vks="stated"), ("retracts", {"syaaf": "stated"})], "only Russia"),
        ([says(vks="stated"), says()], "only Russia"),
        ([says(turkey="stated")], "only turkey"),
    ],
)
def test_an_attribution_tells_and_from_or_from_contested(claims, verdict):
    made = air.attribution(*told(*claims), sides=SIDES)
    assert made.index.tolist() == ["x"]
    assert pd.Series(made["x"]).str.fullmatch(verdict).item(), made["x"]


def test_the_union_of_the_labels_hides_what_the_claims_contest():
    claims, actors = told(says(vks="stated"), says(syaaf="stated"))
    event_actors = actors.assign(event_id="x")
    # the label reads as if both had flown
    assert air.operators(event_actors).to_dict() == {"x": "syaaf & vks"}
    assert air.attribution(claims, actors, sides=SIDES)["x"] == air.CONTESTED


def test_events_that_name_nobody_are_absent():
    for claims in ([says()], [("denies", {"vks": "stated"})], []):
        assert air.attribution(*told(*claims), sides=SIDES).empty


def test_only_initiators_attribute():
    claims, actors = told(says(vks="stated"))
    actors["role"] = "supporter"
    assert air.attribution(claims, actors, sides=SIDES).empty


CLAIM = st.tuples(
    st.sampled_from(["asserts", "denies", "retracts"]),
    st.dictionaries(
        st.sampled_from(["russia", "vks", "syaaf", "turkey"]),
        st.sampled_from(["stated", "hedged", "one_of"]),
        max_size=3,
    ),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(CLAIM, max_size=4), st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_of_claims_matters(claims, chance):
    frames = told(*claims)
    before = [frame.copy() for frame in frames]
    made = air.attribution(*frames, sides=SIDES)
    chance.shuffle(claims)
    again = air.attribution(*told(*claims), sides=SIDES)
    pd.testing.assert_series_equal(made, again)
    for frame, was in zip(frames, before, strict=True):
        pd.testing.assert_frame_equal(frame, was)
    asserted = {a for stance, named in claims for a in named if stance == "asserts"}
    assert made.empty == (not asserted)


def test_what_cannot_be_read_is_refused():
    claims, actors = told(says(vks="stated"))
    with pytest.raises(ValueError, match="'vks' stands under 'Russia' and 'others'"):
        air.attribution(claims, actors, sides=SIDES | {"others": ["vks"]})
    with pytest.raises(ValueError, match="sides names no actor"):
        air.attribution(claims, actors, sides={})
    with pytest.raises(TypeError, match="'Russia' stands for 'vks', wanted a list"):
        air.attribution(claims, actors, sides={"Russia": "vks"})
    with pytest.raises(ValueError, match="certainty: 'sure' is not known"):
        air.attribution(claims, actors.assign(certainty="sure"), sides=SIDES)
    with pytest.raises(ValueError, match="stance: 'says' is not known"):
        air.attribution(claims.assign(stance="says"), actors, sides=SIDES)
    with pytest.raises(ValueError, match="claims lacks stance"):
        air.attribution(claims.drop(columns="stance"), actors, sides=SIDES)
    with pytest.raises(ValueError, match="claim_actors lacks role"):
        air.attribution(claims, actors.drop(columns="role"), sides=SIDES)
    with pytest.raises(ValueError, match="'0' stands in several rows"):
        air.attribution(pd.concat([claims, claims]), actors, sides=SIDES)


def test_infrastructure_is_told_from_other_targets_and_from_silence():
    kinds = ["hospital", "camp", "position", None, "indeterminate"]
    rows = pd.DataFrame({"target_kind": pd.array(kinds, "str")}, index=list("abcde"))
    made = air.infrastructure(rows)
    assert made.fillna("-").to_dict() == {
        "a": "hospital",
        "b": "camp",
        "c": "other target",
        "d": "-",
        "e": "-",
    }
    assert made.name == "infrastructure"
    assert air.infrastructure(rows.iloc[:0]).empty
    with pytest.raises(ValueError, match="target_kind: 'clinic' is not known"):
        air.infrastructure(rows.assign(target_kind="clinic"))
    with pytest.raises(ValueError, match="strikes lacks target_kind"):
        air.infrastructure(rows.drop(columns="target_kind"))
