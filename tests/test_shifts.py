"""Shifts on squares of 10 km, as in test_fronts: 100.08 km2 of ground each."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syriaconflict import balance, fronts, spread
from test_fronts import (
    CELL,
    STATES,
    T0,
    T1,
    T2,
    drawn,
    grid,
    picture,
    shift,
    spell,
    squares,
)
from test_fronts import table as control_table

letters = st.text("".join(STATES), min_size=12, max_size=12)


def states(before, after, **options):
    rows = before.split()
    control = picture({T0: before, T1: after})
    cells = squares(len(rows), len(rows[0]))
    changes = fronts.changed_areas(control, cells, T0, T1, **options)
    return fronts.state_shifts(changes)


def test_every_state_has_its_gains_and_losses():
    found = states("GOc GOu", "GGO nOG")
    # from  G O c / G O u  to  G G O / n O G: government gains two cells (O, u) and
    # loses one (to nobody), opposition gains one (c) and loses one
    assert found["net_km2"].round(1).to_dict() == pytest.approx(
        {
            "contested": -CELL,
            "government": CELL,
            "none": CELL,
            "opposition": 0,
            "unknown": -CELL,
        },
        abs=0.1,
    )
    assert found["gross_km2"].tolist() == pytest.approx(
        [CELL, 3 * CELL, CELL, 2 * CELL, CELL]
    )
    assert found["after_km2"].sum() == pytest.approx(6 * CELL)
    assert (found["after_km2"] - found["before_km2"]).tolist() == pytest.approx(
        found["net_km2"].tolist()
    )


def test_allies_count_as_one_unless_told_by_camp():
    assert states("GG", "GR")["gross_km2"].tolist() == [0]
    found = states("GG", "GR", by="camp")["net_km2"]
    assert found.to_dict() == pytest.approx({"government": -CELL, "russia": CELL})
    with pytest.raises(ValueError, match=r"by: 'actor' is not known.*camp, side"):
        states("GG", "GR", by="actor")


def test_nothing_changed_and_nothing_there():
    assert states("GO", "GO")["gross_km2"].tolist() == [0, 0]
    none = pd.DataFrame({"before": [], "after": [], "km2": []})
    assert fronts.state_shifts(none).empty
    with pytest.raises(ValueError, match="changes lacks km2"):
        fronts.state_shifts(none.drop(columns="km2"))


@settings(max_examples=60, deadline=None)
@given(letters, letters, letters)
def test_states_add_up_reverse_and_obey_the_triangle(one, two, three):
    cells = squares(3, 4)

    def moved(before, after):
        names = [
            [STATES[x][1] if STATES[x][0] in ("held", "besieged") else STATES[x][0]
             for x in each]
            for each in (before, after)
        ]  # fmt: skip
        changes = cells.assign(before=names[0], after=names[1])
        return fronts.state_shifts(changes)

    first, second, whole, back = (
        moved(one, two),
        moved(two, three),
        moved(one, three),
        moved(three, one),
    )
    added = first["net_km2"].add(second["net_km2"], fill_value=0)
    apart = added.sub(whole["net_km2"], fill_value=0).abs()
    assert apart.max() < 1e-6
    assert (whole["net_km2"] == -back["net_km2"]).all()
    assert (whole["gross_km2"] == back["gross_km2"]).all()
    assert abs(whole["net_km2"].sum()) < 1e-6
    bound = first["gross_km2"].add(second["gross_km2"], fill_value=0)
    assert (bound.sub(whole["gross_km2"], fill_value=0) >= -1e-6).all()


# front_shift ----------------------------------------------------------------------


def test_an_advance_has_gross_area_farthest_spot_and_bearing():
    found = shift("GGOO GGOO GGOO", "GOOO GOOO GOOO")
    assert found["gross_km2"].tolist() == pytest.approx([3 * CELL] * 2, rel=1e-4)
    assert found["max_km"].tolist() == pytest.approx([10, 10])
    # the government falls back to the west; the line of either goes there
    assert found["bearing"].tolist() == pytest.approx([270, 270])


@pytest.mark.parametrize(
    ("after", "bearing"),
    [
        ("GGGO GGGO GGGO", 90),
        ("GOOO GOOO GOOO", 270),
        ("GGOO GGGO GGOO", 90),  # a bulge: its two sides cancel
        # one on the rim has one side: 20 km of border went east, 10 went north
        ("GGOO GGOO GGGO", np.degrees(np.arctan2(20, 10))),
    ],
)
def test_the_bearing_is_the_way_the_line_went(after, bearing):
    found = shift("GGOO GGOO GGOO", after)
    assert found["bearing"].tolist() == pytest.approx([bearing] * 2)


def test_an_advance_to_the_north_and_one_to_the_north_east():
    assert shift("OO OO GG", "OO GG GG")["bearing"].tolist() == pytest.approx([0, 0])
    corner = shift("OOO OOO GOO", "OOO GGO GGO")["bearing"]
    # three cells won: two borders won to the east and two to the north on either day
    assert corner["government"] == pytest.approx(45)


def test_the_farthest_spot_is_where_the_line_went_farthest():
    found = shift("GOOO GOOO GOOO", "GOOO GGGO GOOO")
    # a bulge of two cells: its tip is 20 km from the old line
    assert found["max_km"].tolist() == pytest.approx([20, 20])
    # 200 km2 by the mean of 30 km and 10 + 20 + 10 + 20 + 10
    assert found.loc["government", "displacement_km"] == pytest.approx(
        2 * CELL / 50, rel=1e-4
    )


def test_one_front_that_stands_still_has_no_bearing():
    found = shift("GO", "GO")
    assert found["max_km"].tolist() == [0, 0]
    assert found["bearing"].isna().all()


def test_a_pocket_that_closes_goes_all_ways_at_once():
    found = shift("OOO OGO OOO", "OOO OOO OOO")
    assert found.loc["government", "net_km2"] == pytest.approx(-CELL, rel=1e-4)
    assert found[["bearing", "max_km", "displacement_km"]].isna().all(axis=None)
    assert found["reason"].str.endswith("on 2016-09-01").all()
    # one that shrinks from two cells to one, to the west
    found = shift("OOOO OGGO OOOO", "OOOO OGOO OOOO")
    assert found.loc["opposition", "net_km2"] == pytest.approx(CELL, rel=1e-4)
    assert found["line_km"].tolist() == pytest.approx([50, 50])  # 60 and 40
    assert found["bearing"].tolist() == pytest.approx([270, 270])


def test_a_retreat_and_a_return_cancel_in_net_but_not_in_gross():
    days = {T0: "GGO GGO", T1: "GOO GOO", T2: "GGO GGO"}
    control, cells = picture(days), squares(2, 3)
    there, back, whole = (
        fronts.front_shift(control, cells, *pair)
        for pair in ((T0, T1), (T1, T2), (T0, T2))
    )
    assert whole["net_km2"].tolist() == [0, 0]
    assert (there["net_km2"] + back["net_km2"]).tolist() == pytest.approx([0, 0])
    gross = (there["gross_km2"] + back["gross_km2"]).tolist()
    assert gross == pytest.approx([4 * CELL] * 2, rel=1e-4)
    assert there["bearing"].tolist() == pytest.approx([270, 270])
    assert back["bearing"].tolist() == pytest.approx([90, 90])


def test_a_shift_between_camps_counts_what_allies_hand_over():
    between = ("camp:government", "russia")
    found = shift("GGR", "GRR", between=between)
    assert found["net_km2"].tolist() == pytest.approx([-CELL, CELL], rel=1e-4)
    assert found.index.tolist() == list(between)
    assert found["displacement_km"].tolist() == pytest.approx([-10.008, 10.008], 1e-4)


@settings(max_examples=20, deadline=None)
@given(letters, letters)
def test_time_reversed_turns_net_and_bearing_about(one, two):
    one, two = "G" + one[1:-1] + "O", "G" + two[1:-1] + "O"
    there = shift(drawn(one), drawn(two))
    back = shift(drawn(one), drawn(two), T1, T0)
    for key in ("net_km2", "displacement_km", "net_known_km2"):
        np.testing.assert_allclose(there[key], -back[key], equal_nan=True)
    for key in ("gross_km2", "max_km", "line_km", "km_per_day"):
        np.testing.assert_allclose(there[key], back[key], equal_nan=True)
    turned = (there["bearing"] - back["bearing"]).abs()
    assert there["bearing"].isna().equals(back["bearing"].isna())
    assert np.allclose(turned.dropna(), 180)


# segments -------------------------------------------------------------------------

TWO_FRONTS = "GOnnnnOG GOnnnnOG", "GGnnnnGG GOnnnnGG"


def segments(before, after, **options):
    rows = before.split()
    control = picture({T0: before, T1: after})
    cells = squares(len(rows), len(rows[0]))
    return fronts.segment_shifts(control, cells, T0, T1, **options)


def test_pieces_that_do_not_touch_are_segments_of_their_own():
    found = segments(*TWO_FRONTS)
    government = found.xs("government", level="side")
    # in the east both cells change hands, and with them the line goes; in the west one
    assert government["net_km2"].tolist() == pytest.approx([2 * CELL, CELL], rel=1e-4)
    assert government["line_km"].isna().tolist() == [True, False]
    # 20 km before; after, one cell of the opposition: 10 to the west, 10 to the north
    assert government["line_km"].iloc[1] == pytest.approx(20)
    assert government["reason"].isna().tolist() == [False, True]
    assert government.index.tolist() == [1, 2]


@pytest.mark.parametrize("drawing", ["GG", "G", "GnG"])
def test_without_a_line_or_a_change_there_is_no_segment(drawing):
    found, some = segments(drawing, drawing), segments("GO", "OO")
    assert found.empty
    assert found.dtypes.to_dict() == some.dtypes.to_dict()
    for one, other in zip(found.index.levels, some.index.levels, strict=True):
        assert (one.name, one.dtype) == (other.name, other.dtype)


def test_named_segments_share_the_borders_between_them():
    before, after = "GGOO GGOO", "GGGO GGOO"
    name = pd.Series(["south"] * 4 + ["north"] * 4, squares(2, 4).index)
    found = segments(before, after, segments=name)
    assert found.index.names == ["segment", "side"]
    government = found.xs("government", level="side")
    assert government["net_km2"].to_dict() == pytest.approx(
        {"north": CELL, "south": 0}, rel=1e-4
    )
    # after: north 10 km and half of the border between the two, south the same
    assert government["line_km"].to_dict() == pytest.approx(
        {"north": 12.5, "south": 12.5}
    )
    whole = shift(before, after)
    sums = found.groupby("side")[["net_km2", "gross_km2", "line_km"]].sum()
    pd.testing.assert_frame_equal(sums, whole[sums.columns], check_like=True)
    with pytest.raises(ValueError, match=r"\['p13'\] and 0 more cells have none"):
        segments(before, after, segments=name[:-1])


@settings(max_examples=20, deadline=None)
@given(letters, letters)
def test_segments_add_up_to_the_front(one, two):
    one, two = "GO" + one[2:], "GO" + two[2:]
    found = segments(drawn(one), drawn(two))
    whole = shift(drawn(one), drawn(two))
    sums = found.groupby("side")[["net_km2", "gross_km2", "gained_unknown_km2"]].sum()
    pd.testing.assert_frame_equal(sums, whole[sums.columns], check_like=True)


# draws ----------------------------------------------------------------------------

ROLE = {"G": 0, "R": 0, "B": 0, "O": 1, "c": 2}


def test_draws_give_what_front_shift_gives():
    pairs = [
        ("GGOO GcOO", "GOOO GGOO"),
        ("GGOO GBOO", "GGOO GGcO"),
        ("GOnu GOIx", "GGOO uuOO"),
        ("GOOO OOOO", "OOOO OOOO"),
    ]
    codes = [
        np.array([[ROLE.get(x, 7) for x in "".join(reversed(d.split()))] for d in day])
        for day in zip(*pairs, strict=True)
    ]
    for role, side in enumerate(("government", "opposition")):
        found = fronts.shift_draws(squares(2, 4), *codes, role=role)
        for nth, pair in enumerate(pairs):
            expected = shift(*pair).loc[side, found.columns].to_numpy(dtype=float)
            np.testing.assert_allclose(found.loc[nth], expected)
    assert found.index.name == "draw"


def test_many_draws_are_worked_on_in_blocks(monkeypatch):
    rng = np.random.default_rng(0)
    before, after = rng.integers(-1, 5, (2, 50, 12))
    whole = fronts.shift_draws(squares(3, 4), before, after)
    monkeypatch.setattr(balance, "_BLOCK", 40)
    pd.testing.assert_frame_equal(
        fronts.shift_draws(squares(3, 4), before, after), whole
    )
    assert whole["displacement_km"].notna().any()
    none = fronts.shift_draws(squares(3, 4), before[:0], after[:0])
    assert none.empty


@pytest.mark.parametrize(
    ("before", "after", "role", "words"),
    [
        (np.zeros((2, 3)), np.zeros((2, 3), int), 0, "array of float64"),
        (np.zeros((2, 4), int), np.zeros((2, 3), int), 0, r"\(2, 4\).*3 columns"),
        (np.zeros(3, int), np.zeros(3, int), 0, "one row per draw"),
        (np.zeros((2, 3), int), np.zeros((1, 3), int), 0, "2 draws and after 1"),
        (np.zeros((2, 3), int), np.zeros((2, 3), int), 2, "role is 2, wanted 0 or 1"),
    ],
)
def test_draws_of_another_shape_are_refused(before, after, role, words):
    with pytest.raises(ValueError, match=words):
        fronts.shift_draws(squares(1, 3), before, after, role=role)


def test_input_is_left_alone_and_row_order_does_not_matter():
    control = picture({T0: "GcO GGO BOO", T1: "GGO GOO OOO"})
    kept = control.copy(deep=True)
    cells = squares(3, 3)
    for function in (fronts.front_shift, fronts.segment_shifts):
        one = function(control, cells, T0, T1)
        other = function(control[::-1], cells[::-1], T0, T1)
        pd.testing.assert_frame_equal(one, other)
    pd.testing.assert_frame_equal(control, kept)


def test_an_actor_s_ground_is_told_from_that_of_its_camp():
    control = control_table(
        spell("p00", "government", T0, T2, actor_id="saa"),
        spell("p01", "opposition", T0, T1, actor_id="hts"),
        spell("p01", "government", T1, T2, actor_id="saa"),
        spell("p02", "opposition", T0, T2, actor_id="fsa"),
    )
    between = ("saa", "hts")
    found = fronts.front_shift(control, squares(1, 3), T0, T1, between=between)
    assert found["net_km2"].tolist() == pytest.approx([CELL, -CELL], rel=1e-4)
    assert found["reason"].iloc[0] == "no line between saa and hts on 2016-09-01"


# bands ----------------------------------------------------------------------------


def test_draws_add_their_quantiles_on_the_same_cells():
    control = picture({T0: "GGOO GGOO", T1: "GGGO GGGO"})
    cells = squares(2, 4)
    plain = fronts.front_shift(control, cells, T0, T1)
    found = fronts.front_shift(control, cells, T0, T1, draws=500, seed=3)
    pd.testing.assert_frame_equal(found[plain.columns], plain)
    drawn = spread.shift_intervals(control, cells, T0, T1, draws=500, seed=3)
    added = found.columns[len(plain.columns) :]
    assert list(added) == [
        f"{key}_{end}"
        for key in ("net_km2", "gross_km2", "displacement_km", "km_per_day")
        for end in ("p05", "p95")
    ]
    pd.testing.assert_frame_equal(found[added], drawn[added])
    options = {"t1": "2016-09-05", "draws": 500}  # 4 days after the last news
    fixed = fronts.front_shift(control, cells, T0, half_life=np.inf, **options)
    assert (fixed["gross_km2_p05"] == fixed["gross_km2"]).all()
    aged = fronts.front_shift(control, cells, T0, half_life=3, **options)
    assert (aged["gross_km2_p95"] > fixed["gross_km2_p95"]).all()


def test_missing_quantiles_beside_a_figure_have_a_reason():
    # the line of the last day told hangs on news 20 half-lives old, so that about half
    # of the draws have both places in one hand on the second day
    control = picture({T0: "GO"}).assign(end=pd.NaT)
    call = {"t0": T0, "t1": "2017-03-16", "half_life": 10}
    found = fronts.front_shift(control, squares(1, 2), draws=500, **call)
    assert found["displacement_km"].tolist() == [0, 0]
    assert found[["displacement_km_p05", "km_per_day_p95"]].isna().all(axis=None)
    assert found["net_km2_p05"].notna().all()
    (why,) = found["reason"].unique()
    assert why == (
        "no quantiles of displacement_km and km_per_day: fewer than 9 of 10 draws have "
        "a line between government and opposition on both days"
    )
    # news that never ages leaves the line in every draw; a reason of its own stays
    sure = fronts.front_shift(
        control, squares(1, 2), draws=500, **call | {"half_life": np.inf}
    )
    assert sure["reason"].isna().all()
    gone = picture({T0: "GO", T1: "OO"})
    found = fronts.front_shift(gone, squares(1, 2), T0, T1, draws=500)
    assert found["reason"].iloc[0] == (
        "no line between government and opposition on 2016-09-01"
    )


def test_draws_of_a_table_of_places_are_on_the_cells_of_the_shift():
    # a place told of a year later has no cell, here or there
    later = control_table(spell("p02", "isis", "2018-01-01"))
    control = picture({T0: "GO", T1: "OO"})
    control = pd.concat([control, later], ignore_index=True)
    found = fronts.front_shift(control, grid(1, 3), T0, T1, draws=500)
    lost = found.loc["government"]
    assert lost["gross_km2_p95"] == lost["gross_km2"] == lost["lost_km2"]


def test_few_draws_and_draws_with_an_age_limit_are_refused():
    control = picture({T0: "GO", T1: "OO"})
    with pytest.raises(ValueError, match="draws is 20, wanted 500 or more"):
        fronts.front_shift(control, squares(1, 2), T0, T1, draws=20)
    with pytest.raises(ValueError, match=r"max_age is 9 with draws.*by half_life"):
        fronts.front_shift(control, squares(1, 2), T0, T1, draws=500, max_age=9)
    # without draws it is what it was
    assert len(fronts.front_shift(control, squares(1, 2), T0, T1, max_age=9)) == 2


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"draws": "500"}, TypeError, "draws is '500', wanted a whole number such as"),
        ({"draws": 500.0}, TypeError, "draws is 500.0, wanted a whole number such as"),
        ({"draws": True}, TypeError, "draws is True, wanted a whole number such as"),
        ({"draws": -1}, ValueError, "draws is -1, wanted 500 or more"),
        ({"rules": [1]}, TypeError, r"rules is a list, wanted control tables by the n"),
        ({"t0": "2016-08"}, ValueError, "t0 is '2016-08', wanted a calendar day"),
        ({"t1": None}, ValueError, "t1 is None, wanted a calendar day"),
    ],
)
def test_a_shift_says_which_argument_is_wrong(change, error, words):
    control, call = picture({T0: "GO", T1: "OO"}), {"t0": T0, "t1": T1} | change
    used = [fronts.front_shift]
    if {"t0", "t1"} & set(change):
        used += [fronts.changed_areas, fronts.segment_shifts, spread.drawn_shifts]
    for each in used:
        with pytest.raises(error, match=words):
            each(control, squares(1, 2), **call)


def test_rules_add_the_envelope_of_all_of_them():
    control = picture({T0: "GGOO GGOO", T1: "GGGO GGGO"})
    slow = picture({T0: "GGOO GGOO", T1: "GGGO GGOO"})
    back = picture({T0: "GGOO GGOO", T1: "GOOO GGOO"})
    cells = squares(2, 4)
    rules = {"conservative": slow, "contrary": back}
    found = fronts.front_shift(control, cells, T0, T1, rules=rules)
    one = found.loc["government"]
    # two cells won by the table given, one by the second, one lost by the third
    assert one["net_km2_low"] == pytest.approx(-CELL)
    assert one["net_km2_high"] == one["net_km2"] == pytest.approx(2 * CELL)
    assert one["gross_km2_low"] == pytest.approx(CELL)
    # 20 km of line before; 20 after the first, 30 after the others
    assert one["displacement_km_high"] == pytest.approx(2 * CELL / 20)
    assert one["displacement_km_low"] == pytest.approx(-CELL / 25)
    assert one["km_per_day_low"] == pytest.approx(-CELL / 25 / 4)
    assert one["max_km_low"] == one["max_km_high"] == pytest.approx(10)
    other = found.loc["opposition"]
    assert other["net_km2_low"] == pytest.approx(-2 * CELL)
    assert other["net_km2_high"] == pytest.approx(CELL)
    alone = fronts.front_shift(control, cells, T0, T1, rules={})
    assert (alone["net_km2_low"] == alone["net_km2"]).all()


def test_a_rule_without_a_result_is_named():
    control = picture({T0: "GO", T1: "GO"})
    rules = {"official": picture({T0: "II", T1: "II"})}
    with pytest.warns(UserWarning, match="not in the band: official .*neither gov"):
        found = fronts.front_shift(control, squares(1, 2), T0, T1, rules=rules)
    assert found["net_km2_high"].tolist() == [0, 0]
