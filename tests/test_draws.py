"""Draws by hand on squares of 10 km, as in test_fronts, and their coverage."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from syriaconflict import draws, spread
from syriaconflict.asides import Drawn, line_asides
from syriaconflict.draws import draw_roles
from syriaconflict.leans import leans
from syriaconflict.mesh import mesh_of
from syriaconflict.spread import drawn_shifts, shift_intervals
from syriaconflict.strips import sites, strips
from test_fronts import CELL, EAST, NORTH, T0, T1, grid, picture, spell, squares, table

MANY = 4000


def near(share, wanted, count=MANY):
    """Whether a share of draws is within 4 standard errors of its probability."""
    return abs(share - wanted) <= 4 * np.sqrt(wanted * (1 - wanted) / count)


def told(*rows):
    """Spells with the days between which they began, and were last told."""
    frame = table(*rows)
    for key in ("start_earliest", "last_told"):
        if key in frame:
            frame[key] = frame[key].astype("datetime64[ms]")
    return frame


def captured(**more):
    """Souran, taken by the government on one of four days, 2 to 5 September."""
    return told(
        spell("souran", "opposition", "2016-08-01", "2016-09-05",
              start_earliest="2016-08-01", last_told="2016-09-02"),
        spell("souran", "government", "2016-09-05",
              start_earliest="2016-09-02", last_told="2016-12-01"),
    ).assign(**more)  # fmt: skip


def shares(control, dates, place="souran", **options):
    """Return the share of draws in which the government holds a place on each day."""
    options = {"draws": MANY, "half_life": np.inf} | options
    found = draw_roles(control, pd.Index([place]), dates, **options)
    return [(one[:, 0] == 0).mean() for one in found]


def test_a_change_comes_on_any_day_of_its_interval_as_likely():
    days = ["2016-09-01", "2016-09-02", "2016-09-03", "2016-09-04", "2016-09-05"]
    found = shares(captured(), days)
    assert found[0] == 0
    assert near(found[1], 1 / 4)
    assert near(found[2], 2 / 4)
    assert near(found[3], 3 / 4)
    assert found[4] == 1


def test_one_draw_has_one_change_day():
    days = ["2016-09-02", "2016-09-03", "2016-09-04"]
    one, two, three = draw_roles(captured(), pd.Index(["souran"]), days, draws=MANY)
    # what the government has on a day it has on the next
    assert not ((one == 0) & (two != 0)).any()
    assert not ((two == 0) & (three != 0)).any()
    assert set(np.unique(two)) == {0, 1}  # never held by none, nor by both


def test_a_place_is_lost_untold_as_often_as_its_news_is_old():
    control = told(spell("souran", "government", "2016-08-01", last_told="2016-08-11"))
    found = shares(control, ["2016-08-11", "2016-08-21", "2016-08-31"], half_life=10)
    assert found[0] == 1
    assert near(found[1], 0.75)
    assert near(found[2], 0.625)
    # what was lost by one day is lost on the next
    one, two = draw_roles(
        control, pd.Index(["souran"]), ["2016-08-21", "2016-08-31"], half_life=10
    )
    assert not ((one == 1) & (two == 0)).any()


def test_a_change_told_late_lies_anywhere_between_two_reports():
    control = told(
        spell("souran", "opposition", "2016-08-01", "2016-08-21",
              last_told="2016-08-01", end_reason="hold"),
        spell("souran", "government", "2016-08-21", last_told="2016-08-21"),
    )  # fmt: skip
    assert near(shares(control, ["2016-08-11"], half_life=10)[0], 0.5)


def test_an_unseen_holder_came_on_any_day_as_likely_as_the_last_one_was_unsure():
    """Government on 1 August, taken by it from isis on 21 August: isis came between."""
    control = told(
        spell("souran", "government", "2016-08-01", "2016-08-21",
              last_told="2016-08-01", control_id="souran-2016-08-01"),
        spell("souran", "isis", "2016-08-21", "2016-08-21", basis="implied",
              start_earliest="2016-08-02", last_told="2016-08-21",
              control_id="souran-2016-08-21"),
        spell("souran", "government", "2016-08-21", last_told="2016-08-21",
              control_id="souran-2016-08-22"),
    )  # fmt: skip
    days = ["2016-08-01", "2016-08-06", "2016-08-11", "2016-08-16", "2016-08-21"]
    ids = pd.Index(["souran"])
    found = draw_roles(control, ids, days, draws=MANY, half_life=10)
    has = [(one[:, 0] == 0).mean() for one in found]
    # 5 days of half-life 10 give 0.8536, 15 days 0.6768, 10 days 0.75
    assert near(has[1], 0.7357)
    assert near(has[2], 0.5)
    assert near(has[3], 1 - 0.7357)
    assert (has[0], has[4]) == (1, 1)
    # who has it instead is isis, neither of the two, and stays until it is lost
    assert {*np.unique(found[2])} == {0, 3}
    assert not ((found[1] == 3) & (found[2] == 0)).any()


def test_others_and_places_not_told_of_are_neither_s():
    control = told(
        spell("souran", "isis", "2016-08-01"),
        spell("morek", "government", "2016-08-01", status="contested",
              other_camp="opposition"),
    )  # fmt: skip
    ids = pd.Index(["morek", "halfaya", "souran"])
    found = draw_roles(control, ids, ["2016-08-11"], draws=2, half_life=1)[0]
    assert found.tolist() == [[2, 3, 3]] * 2
    assert found.dtype == "int8"


def test_a_spell_known_by_its_end_ends_when_the_next_begins():
    control = told(
        spell("souran", "opposition", None, "2016-09-05", last_told="2016-09-02"),
        spell("souran", "government", "2016-09-05", start_earliest="2016-09-02"),
    )
    found = shares(control, ["2016-09-01", "2016-09-03"])
    assert found[0] == 0
    assert near(found[1], 0.5)
    days = ["2016-08-05", "2016-08-06", "2016-09-03"]
    first, reached, later = draw_roles(control, pd.Index(["souran"]), days, draws=50)
    assert (first == 3).all()  # 31 days before the end: not told of
    assert (reached <= 1).all()
    assert (later <= 1).all()


def test_numbers_of_draws_and_parties_are_checked():
    control = captured()
    with pytest.raises(ValueError, match="draws is 0, wanted 1 or more; 500 or more"):
        draw_roles(control, pd.Index(["souran"]), [T0], draws=0)
    with pytest.raises(ValueError, match="'nobody' is not known"):
        draw_roles(control, pd.Index(["souran"]), [T0], between=("nobody", "isis"))
    with pytest.raises(ValueError, match="half_life is 0 days"):
        draw_roles(control, pd.Index(["souran"]), [T0], half_life=0)
    cells = mesh_of(squares(1, 2))
    with pytest.raises(ValueError, match="draws is 499, wanted 500 or more"):
        shift_intervals(picture({T0: "GO"}), cells, T0, T0, draws=499)
    places = grid(1, 2).assign(kind="governorate")
    with pytest.raises(ValueError, match="none of 2 places can have a cell"):
        shift_intervals(picture({T0: "GO"}), places, T0, T0)


# what was lost untold -------------------------------------------------------------


def test_old_news_moves_the_line_not_the_rear():
    rows = ["G" * 6 + "O" * 6] * 3
    control = picture({T0: " ".join(rows)})
    control["end"] = pd.NaT
    later = pd.Timestamp(T0) + pd.Timedelta(days=40)
    mesh = mesh_of(squares(3, 12))
    found = draws.drawn_holders(
        control, mesh.cells.index, [later], between=("government", "opposition"),
        draws=500, seed=0, half_life=40, reach_back=30, mesh=mesh,
    )[0][0]  # fmt: skip
    lost = (found.role != np.tile([0] * 6 + [1] * 6, 3)).mean(axis=0).reshape(3, 12)
    # at the front a quarter, by chance each; far behind it almost never
    assert (abs(lost[:, [5, 6]] - 0.25) < 0.1).all()
    assert (lost[:, [0, 11]] < 0.02).all()


# where the line ran between places ------------------------------------------------


def test_places_lie_in_the_middle_of_squares_and_where_a_tessellation_has_them():
    middles = shapely.get_coordinates(squares(2, 3).centroid.array)
    np.testing.assert_allclose(sites(mesh_of(squares(2, 3))), middles, atol=0.01)
    rng = np.random.default_rng(3)
    places = grid(5, 6)
    places[["longitude", "latitude"]] += rng.uniform(-0.03, 0.03, (30, 2))
    points = gpd.GeoSeries(
        gpd.points_from_xy(places["longitude"], places["latitude"], crs=4326)
    ).to_crs(32637)
    found = sites(mesh_of(places))
    np.testing.assert_allclose(found, np.column_stack([points.x, points.y]), atol=1)


def test_the_way_between_places_is_counted_once():
    # two squares: 10 km of border, 10 km apart; each half of it runs out alone
    ways = strips(mesh_of(squares(1, 2)))
    assert (ways.one.tolist(), ways.two.tolist()) == ([0], [1])
    assert ways.km2.tolist() == pytest.approx([100])
    np.testing.assert_allclose(ways.swing_km2, [[12.5, 12.5]])
    # four: the line between two columns has 20 km x 10 km to itself, of them 50 km2
    # over the diagonal, 25 in each pair's triangle and 50 out of the square of places
    ways = strips(mesh_of(squares(2, 2)))
    west = (ways.one % 2 == 0) != (ways.two % 2 == 0)
    across = west & (ways.one // 2 == ways.two // 2)
    assert ways.km2[across].tolist() == pytest.approx([75, 75])
    assert ways.km2[west].sum() == pytest.approx(200)
    # the outer half alone swings: on one side of each pair
    assert np.sort(ways.swing_km2[across].ravel()).tolist() == pytest.approx(
        [0, 0, 12.5, 12.5]
    )


def test_squares_in_a_row_and_one_alone_have_ways_of_their_own():
    ways = strips(mesh_of(squares(1, 4)))
    assert ways.km2.tolist() == pytest.approx([100] * 3)
    assert strips(mesh_of(squares(1, 1))).km2.tolist() == []


def day_of(day, roles, taken=(), lost=(), draws=MANY):
    """Return a day of draws that are all alike."""
    shape = (draws, len(roles))
    one = Drawn(day, np.tile(np.array(roles, dtype="int8"), (draws, 1)),
                np.full(shape, -np.inf), np.full(shape, np.inf),
                np.full(shape, float(day)), np.full(shape, float(day)))  # fmt: skip
    for nth, value in taken:
        one.taken[:, nth] = value
    for nth, value in lost:
        one.lost[:, nth] = value
    return one


NEVER = pd.DataFrame({"place": [], "role": [], "day": [], "variance": []}).astype(
    {"place": int, "role": int}
)


def asides(*days, half_life=np.inf, columns=2):
    mesh = mesh_of(squares(1, columns))
    return line_asides(mesh, days, NEVER, half_life, np.random.default_rng(1))


def without_leans(monkeypatch):
    monkeypatch.setattr(
        "syriaconflict.asides.leans", lambda _, *ends: [np.zeros(ends[0].shape)] * 2
    )


def test_a_line_lies_anywhere_between_two_places(monkeypatch):
    without_leans(monkeypatch)
    found = asides(day_of(0, [3, 3]), day_of(0, [0, 1])) / 100
    # uniform from -1/2 to 1/2 of the way
    assert abs(found.mean()) < 4 * np.sqrt(1 / 12 / MANY)
    assert found.min() > -0.5
    assert found.max() < 0.5
    for level in (0.1, 0.5, 0.9):
        assert near((found < level - 0.5).mean(), level)
    # the same if the first party has the second place, and half of it beside a band
    swapped = asides(day_of(0, [3, 3]), day_of(0, [1, 0])) / 100
    np.testing.assert_allclose(swapped, -found)
    band = asides(day_of(0, [3, 3]), day_of(0, [0, 2])) / 100
    np.testing.assert_allclose(band, found / 2)


def test_a_line_that_passed_both_places_is_by_as_much_on_its_way(monkeypatch):
    without_leans(monkeypatch)
    # it passed the first place on day 0 and will pass the second on day 10: by the
    # middle of day 2 a quarter of the way is gone on average, by that of day 7 3/4
    passing = {"taken": [(0, 0)], "lost": [(1, 10)]}
    for day, gone in ((2, 0.25), (7, 0.75)):
        found = asides(day_of(0, [3, 3]), day_of(day, [0, 1], **passing)) / 100
        assert abs(found.mean() + 0.5 - gone) < 4 * 0.3 / np.sqrt(MANY)
    # the other party on its way back: a quarter gone leaves the first three quarters
    back = {"taken": [(1, 0)], "lost": [(0, 10)]}
    found = asides(day_of(0, [3, 3]), day_of(2, [0, 1], **back)) / 100
    assert abs(found.mean() + 0.5 - 0.75) < 4 * 0.3 / np.sqrt(MANY)


def test_the_line_stays_unless_it_passed_a_place():
    same = asides(day_of(0, [0, 1]), day_of(50, [0, 1]))
    assert np.abs(same).max() == 0  # news never ages: nothing has moved
    aged = asides(day_of(0, [0, 1]), day_of(50, [0, 1]), half_life=50)
    assert aged.std() > 5
    # the reach of the place passed is drawn anew, that of the other stays: z of the two
    # days is correlated by 1/2, parts uniform in z by 6 / pi asin(1/4) = 0.4826, and
    # their difference spreads by sqrt(2 / 12 (1 - 0.4826)) = 0.2937 of 100 km2; the
    # line runs out in the same direction
    days = day_of(0, [0, 1]), day_of(50, [0, 1], taken=[(0, 20)])
    assert asides(*days).std() == pytest.approx(29.37, rel=0.05)
    assert asides(*days[::-1]).std() == pytest.approx(29.37, rel=0.05)


def test_the_line_moves_at_the_places_it_passed(monkeypatch):
    without_leans(monkeypatch)
    # of ten places in a row the third was passed: the line beside it moved
    for first, moves in ((2, True), (5, False)):
        role = [0 if nth <= first else 1 for nth in range(10)]
        days = day_of(0, role), day_of(50, role, taken=[(2, 20)])
        assert (asides(*days, columns=10) != 0).any() == moves


def test_a_line_that_runs_out_leans_by_the_tangent(monkeypatch):
    monkeypatch.setattr("scipy.special.ndtr", lambda x: np.full(np.shape(x), 0.5))
    monkeypatch.setattr(
        "syriaconflict.asides.leans", lambda _, *ends: [np.ones(ends[0].shape)] * 2
    )
    # by 45 degrees: either end gives half of the square of 5 km
    found = asides(day_of(0, [3, 3]), day_of(0, [0, 1]))
    assert found == pytest.approx(25)


def ends(*columns, draws=MANY):
    """Say at which ends the line runs out: those between columns, on either side."""
    return np.tile(np.repeat(columns, 2).astype(bool), (draws, 1))


def test_a_line_that_runs_out_alone_has_any_direction():
    ways = strips(mesh_of(squares(1, 2)))
    found = leans(ways, ends(0), ends(1), np.random.default_rng(1))[1]
    assert found.shape == (MANY, 2)
    # its sine is uniform: the tangent is below 1 with probability sin 45 = 0.7071
    assert near((np.abs(found) < 1).mean(), 0.7071, 2 * MANY)
    assert near((found < 0).mean(), 0.5, 2 * MANY)


def test_a_line_runs_out_in_one_direction_on_both_days():
    ways = strips(mesh_of(squares(1, 3)))  # two ways, two ends each
    rng = np.random.default_rng(1)
    before, after = leans(ways, ends(1, 0), ends(1, 0), rng)
    np.testing.assert_array_equal(before[:, :2], after[:, :2])
    before, after = leans(ways, ends(1, 0), ends(0, 1), rng)
    before, after = before[:, :2], after[:, 2:]
    # the next way is parallel: the same angle, on the same side
    np.testing.assert_allclose(before, after, rtol=1e-6)
    assert np.corrcoef(after.T)[0, 1] < 0.1
    # it crosses both ways: cos^2 of the angle, below 45 degrees with probability
    # (pi / 4 + 1 / 2) / (pi / 2) = 0.8183
    assert near((np.abs(after) < 1).mean(), 0.8183, 2 * MANY)


def test_a_line_goes_on_as_it_ran_whatever_the_places():
    # two columns of two: the way between the lower two is west-east, that between the
    # left two south-north; a line through either goes out to the south, or to the west
    ways = strips(mesh_of(squares(2, 2)))
    end = np.nonzero(ways.swing_km2)[0]
    out = [f"{ways.one[one]}-{ways.two[one]}" for one in end]
    count = len(out)
    first, second = out.index("0-1"), out.index("0-2")
    before, after = (np.zeros((MANY, count), bool) for _ in range(2))
    before[:, first], after[:, second] = True, True
    one, two = leans(ways, before, after, np.random.default_rng(1))
    one, two = np.arctan(one[:, first]), np.arctan(two[:, second])
    # square to each other: the two angles add up to 90 degrees.  One in four drawn fits
    # both (half lean the wrong way, of the others half on average), so of 8 one or more
    # with probability 1 - 0.75^8 = 0.8999
    fits = np.abs(np.abs(one) + np.abs(two) - np.pi / 2) < 1e-6
    assert near(fits.mean(), 0.8999)


def drawn_on(control, date, half_life=np.inf):
    return draws.drawn_holders(
        control, pd.Index(["souran"]), [pd.Timestamp(date)], draws=MANY, seed=0,
        between=("government", "opposition"), half_life=half_life, reach_back=30,
    )  # fmt: skip


def test_draws_tell_the_line_when_places_changed_hands_and_how_long_they_are_held():
    number = pd.Timestamp("2016-09-02").to_datetime64().astype("datetime64[D]")
    second = int(number.astype("int64"))
    (one,), passed = drawn_on(captured(), "2016-09-20")
    # between 2 and 5 September: the middle, and the variance of one day in four
    assert passed.to_numpy().tolist() == [[0, 0, second + 1.5, 1.25]]
    assert {*np.unique(one.since)} == {second, second + 1, second + 2, second + 3}
    assert (one.since == one.taken).all()
    assert {*np.unique(one.until)} == {second + 90}  # 1 December
    # that was more than a half-life ago
    assert drawn_on(captured(), "2016-09-20", half_life=16)[1].empty
    assert len(drawn_on(captured(), "2016-09-20", half_life=17)[1]) == 1
    # who has it untold has it on the day alone
    control = told(spell("souran", "government", "2016-09-02", last_told="2016-09-12"))
    (one,), passed = drawn_on(control, "2016-10-02", half_life=10)
    assert passed.empty
    gone = one.role == 1
    assert {*one.since[gone]} == {*one.until[gone]} == {second + 30}
    assert {*one.since[~gone]} == {second}


# intervals ------------------------------------------------------------------------


def test_nothing_moves_in_no_time():
    control = captured(last_told=pd.Timestamp("2016-09-02"))
    rows = [control, told(spell("morek", "opposition", "2016-08-01"))]
    control = pd.concat(rows, ignore_index=True)
    cells = squares(1, 2).set_axis(pd.Index(["souran", "morek"], name="place_id"))
    found = shift_intervals(control, cells, "2016-09-03", "2016-09-03", half_life=20)
    columns = [f"{key}_{end}" for key in ("net_km2", "gross_km2") for end in
               ("p05", "p95")]  # fmt: skip
    assert (found[columns] == 0).all(axis=None)
    assert found.filter(like="km_per_day").isna().all(axis=None)
    assert found.index.tolist() == ["government", "opposition"]


def test_a_front_that_nothing_is_told_to_have_moved_stays_if_news_never_ages():
    control = picture({T0: "GGO GGO GOO"})
    control["end"] = pd.NaT
    found = shift_intervals(control, squares(3, 3), T0, "2017-09-01", half_life=np.inf)
    assert (found.filter(like="net_km2") == 0).all(axis=None)
    aged = shift_intervals(control, squares(3, 3), T0, "2017-09-01", half_life=100)
    assert aged.loc["government", "net_km2_p05"] < 0
    assert aged.loc["government", "net_km2_p95"] > 0


def test_what_one_party_gains_the_other_loses():
    control = picture({T0: "GGOO GGOO", T1: "GGGO GGGO"})
    found = shift_intervals(control, mesh_of(squares(2, 4)), T0, T1, half_life=np.inf)
    low, high = (found[f"net_km2_{end}"] for end in ("p05", "p95"))
    assert low["government"] == pytest.approx(-high["opposition"])
    assert low["government"] < 2 * CELL < high["government"]
    # displacement and speed are those areas by the line of 20 km and 4 days
    assert found["line_km_p05"].tolist() == pytest.approx([20, 20])
    for end in ("p05", "p95"):
        area, way = found[f"net_km2_{end}"], found[f"displacement_km_{end}"]
        assert way.tolist() == pytest.approx((area / 20).tolist())
        assert found[f"km_per_day_{end}"].tolist() == pytest.approx((way / 4).tolist())
    assert (found[["gross_km2_p05", "gross_km2_p95"]] == 2 * CELL).all(axis=None)


def test_the_shift_of_each_draw_is_a_whole_and_its_quantiles_are_told():
    control = picture({T0: "GGO GGO GOO", T1: "GOO GGO GOO"})
    cells = mesh_of(squares(3, 3))
    drawn = drawn_shifts(control, cells, T0, T1, draws=500, seed=4)
    assert drawn.index.names == ["side", "draw"]
    mine, theirs = drawn.loc["government"], drawn.loc["opposition"]
    assert mine.index.tolist() == [*range(500)]
    assert mine["net_km2"].to_numpy() == pytest.approx(-theirs["net_km2"].to_numpy())
    lines = mine["net_km2"] / mine["line_km"]
    assert mine["displacement_km"].tolist() == pytest.approx(lines.tolist())
    days = (pd.Timestamp(T1) - pd.Timestamp(T0)).days
    assert mine["km_per_day"].tolist() == pytest.approx((lines / days).tolist())
    found = shift_intervals(control, cells, T0, T1, seed=4).loc["government"]
    # between 500 draws there are 501 gaps: p05 ends the first 25.05 of them from below
    for key in ("net_km2", "displacement_km"):
        least, most = np.sort(mine[key]), np.sort(-mine[key])
        for end, ranked in (("p05", least), ("p95", most)):
            quantile = ranked[24] + 0.05 * (ranked[25] - ranked[24])
            assert abs(found[f"{key}_{end}"]) == pytest.approx(abs(quantile))
    assert len(drawn_shifts(control, cells, T0, T1, draws=1)) == 2


def test_without_a_line_there_is_no_displacement():
    control = picture({T0: "GO", T1: "GG"})
    found = shift_intervals(control, squares(1, 2), T0, T1, half_life=np.inf)
    for key in ("line_km", "displacement_km", "km_per_day"):
        assert found.filter(like=key).isna().all(axis=None)
    assert (found.loc["government", ["net_km2_p05", "net_km2_p95"]] > 0).all()


def test_a_table_of_places_has_the_cells_of_those_told_of():
    control = picture({T0: "GO", T1: "GO"})
    later = told(spell("p02", "government", "2018-01-01"))
    both = pd.concat([control, later], ignore_index=True)
    options = {"half_life": 500}
    alone = shift_intervals(control, grid(1, 2), T0, T1, **options)
    # a place told of a year later gets no cell, and makes no random numbers
    pd.testing.assert_frame_equal(
        shift_intervals(both, grid(1, 3), T0, T1, **options), alone
    )


def test_seeds_order_and_input():
    control = picture({T0: "GGO GGO GOO", T1: "GOO GGO GOO"})
    kept = control.copy(deep=True)
    cells = mesh_of(squares(3, 3))
    found = shift_intervals(control, cells, T0, T1, seed=4)
    pd.testing.assert_frame_equal(
        shift_intervals(control[::-1], cells, T0, T1, seed=4), found
    )
    pd.testing.assert_frame_equal(control, kept)
    other = shift_intervals(control, cells, T0, T1, seed=5)
    assert not other.equals(found)
    assert np.abs(other - found).max(axis=None) < 60  # only chance


# coverage -------------------------------------------------------------------------

SIMULATIONS = 60
# of 60 intervals that hold the truth with probability 0.9 fewer than 46 do so with
# probability 0.0009 (binomial)
AT_LEAST = 46
BEGIN = pd.Timestamp("2017-03-01")


def front(rng, spots):
    """Return what places tell of a straight line that goes 0.5 km a day to the east."""
    east = rng.uniform(-9, -5)
    passed = np.ceil((spots[:, 0] - east) / 0.5)
    rows = []
    for nth, day in enumerate(passed):
        name, ever = f"p{nth:02d}", {"actor_id": None, "other_camp": None}
        if day <= 0:
            rows.append((f"{name}-a", name, "government", -5, -5, None))
            continue
        last = day + rng.integers(0, 7)
        rows.append((f"{name}-a", name, "opposition", -5, -5, last))
        rows.append((f"{name}-b", name, "government", last, last - 6, None))
    names = ["control_id", "place_id", "camp", "start", "start_earliest", "end"]
    frame = pd.DataFrame(rows, columns=names)
    for key in names[3:]:
        frame[key] = BEGIN + pd.to_timedelta(frame[key].astype(float), unit="D")
    frame = frame.assign(last_told=BEGIN + pd.Timedelta(days=60), status="held",
                         basis="stated", **ever)  # fmt: skip
    return frame, east


def layout(rng):
    middle = np.array([EAST + 15_000, NORTH])
    spots = rng.uniform(-20, 20, (60, 2))
    points = gpd.GeoSeries(
        gpd.points_from_xy(*(middle + 1000 * spots).T), crs="EPSG:32637"
    ).to_crs(4326)
    names = [f"p{nth:02d}" for nth in range(len(spots))]
    places = pd.DataFrame(
        {"place_id": names, "name": names, "kind": "settlement", "radius_km": 1.0,
         "longitude": points.x, "latitude": points.y}
    )  # fmt: skip
    mesh = mesh_of(places)
    return spots, mesh, shapely.union_all(mesh.cells.geometry.array), middle


@pytest.fixture(scope="module")
def layouts():
    rng = np.random.default_rng(5)
    return [layout(rng) for _ in range(6)]


def hits(layouts):
    """Return how many intervals of simulated advances hold the true areas, by name."""
    rng = np.random.default_rng(6)
    inside = {"net_km2": 0, "gross_km2": 0}
    for nth in range(SIMULATIONS):
        spots, mesh, region, middle = layouts[nth % len(layouts)]
        control, east = front(rng, spots)
        _, south, _, north = region.bounds
        first, second = middle[0] + 1000 * np.array([east, east + 10])
        strip = shapely.box(first, south, second, north)
        passed = (east < spots[:, 0]) & (spots[:, 0] <= east + 10)
        truth = {
            "net_km2": region.intersection(strip).area / 1e6,
            "gross_km2": mesh.km2 @ passed,  # of cells, by its definition
        }
        days = [BEGIN + pd.Timedelta(days=day) for day in (0, 20)]
        found = shift_intervals(control, mesh, *days, seed=nth).loc["government"]
        for key, area in truth.items():
            inside[key] += found[f"{key}_p05"] <= area <= found[f"{key}_p95"]
    return inside


def test_intervals_hold_the_truth_as_often_as_they_say(layouts):
    assert min(hits(layouts).values()) >= AT_LEAST


def test_intervals_without_the_spread_of_the_line_would_not(layouts, monkeypatch):
    monkeypatch.setattr(
        spread, "line_asides", lambda _, drawn, *__: np.zeros(len(drawn[0].role))
    )
    assert hits(layouts)["net_km2"] < AT_LEAST
