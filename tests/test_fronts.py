"""Known answers on squares of 10 km laid out in the projected plane.

The squares stand on the central meridian of UTM zone 37N, where the plane is smaller
than the ground by the scale factor 0.9996; within 30 km of it the factor grows by less
than 0.000012.  So a square of 100 km2 in the plane is 100 / 0.9996**2 = 100.08 km2 of
ground, and lengths, which are measured in the plane, stay 10 km.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st

from syriaconflict import draws, fronts, tessellation

EAST, NORTH, STEP = 485_000, 3_880_000, 10_000
CELL = 100 / 0.9996**2
T0, T1, T2 = "2016-08-28", "2016-09-01", "2016-09-11"
NEXT = {T0: T1, T1: T2, T2: "2016-10-01"}
STATES = {
    "G": ("held", "government", None),
    "O": ("held", "opposition", None),
    "I": ("held", "isis", None),
    "R": ("held", "russia", None),
    "B": ("besieged", "government", "opposition"),
    "c": ("contested", "government", "opposition"),
    "x": ("contested", "government", "isis"),
    "n": ("none", None, None),
    "u": ("unknown", None, None),
}


def names(rows, columns):
    return [f"p{row}{column}" for row in range(rows) for column in range(columns)]


def squares(rows, columns):
    """Cells of 10 km, row 0 in the south, column 0 in the west."""
    shapes = [
        shapely.box(x, y, x + STEP, y + STEP)
        for y in NORTH + STEP * np.arange(rows)
        for x in EAST + STEP * np.arange(columns)
    ]
    index = pd.Index(names(rows, columns), name="place_id")
    return gpd.GeoDataFrame(
        {"name": index.str.upper(), "km2": CELL},
        geometry=shapes,
        index=index,
        crs="EPSG:32637",
    )


def grid(rows, columns):
    """Places in the middle of the squares, as rows of the places table."""
    middles = squares(rows, columns).centroid.to_crs("EPSG:4326")
    return pd.DataFrame(
        {
            "place_id": names(rows, columns),
            "name": names(rows, columns),
            "kind": "settlement",
            "longitude": middles.x.to_numpy(),
            "latitude": middles.y.to_numpy(),
            "radius_km": 1.0,
        }
    )


def spell(place_id, camp, start, end=None, **more):
    """A spell; its id is in order of time, a loss before what follows on that day."""
    row = {
        "control_id": f"{place_id}-{start or end}{'b' if start else 'a'}",
        "place_id": place_id,
        "actor_id": None,
        "camp": camp,
        "other_camp": None,
        "status": "held",
        "extent": "whole",
        "start": start,
        "end": end,
        "basis": "stated" if start else "implied",
    }
    return row | more


def table(*rows):
    frame = pd.DataFrame(rows)
    dates = {"start": "datetime64[ms]", "end": "datetime64[ms]"}
    return frame.astype(dates)


def picture(days):
    """Control from one picture per day: a line per row of squares, north at the top."""
    rows = []
    for day, drawing in days.items():
        for row, line in enumerate(reversed(drawing.split())):
            for column, letter in enumerate(line):
                if letter != ".":
                    status, camp, other = STATES[letter]
                    place = f"p{row}{column}"
                    more = {"status": status, "other_camp": other}
                    rows.append(spell(place, camp, day, NEXT[day], **more))
    return table(*rows)


# control_at -----------------------------------------------------------------------


def test_a_spell_runs_from_its_start_to_the_day_before_its_end():
    control = table(
        spell("halfaya", "opposition", "2016-08-29", "2017-04-23"),
        spell("halfaya", "government", "2017-04-23"),
    )
    for day, side in (
        ("2016-08-29", "opposition"),
        ("2017-04-22", "opposition"),
        ("2017-04-23", "government"),
        ("2019-01-01", "government"),
    ):
        assert fronts.control_at(control, day)["side"].to_dict() == {"halfaya": side}


def test_a_spell_known_by_its_end_counts_only_shortly_before_it():
    control = table(
        spell("morek", "government", None, "2016-10-01"),
        spell("hama", "government", "2016-01-01"),
    )
    # 30 days before 1 October is 1 September
    for day, present in (
        ("2016-08-31", False),
        ("2016-09-01", True),
        ("2016-09-30", True),
        ("2016-10-01", False),
    ):
        assert ("morek" in fronts.control_at(control, day).index) == present
    held = fronts.control_at(control, "2016-08-31", reach_back=31)
    assert "morek" in held.index
    assert "morek" not in fronts.control_at(control, "2016-09-30", reach_back=0).index


def test_an_old_spell_without_an_end_becomes_unknown():
    control = table(
        spell("hama", "government", "2016-01-01", actor_id="saa"),
        spell("idlib", "opposition", "2016-01-01", "2017-01-01"),
    )
    held = fronts.control_at(control, "2016-01-11", max_age=10)
    assert held.loc["hama", "side"] == "government"
    held = fronts.control_at(control, "2016-01-12", max_age=10)
    assert held["status"].to_dict() == {"hama": "unknown", "idlib": "held"}
    told = held.loc["hama", ["camp", "side", "other_camp", "actor_id"]]
    assert told.isna().all()
    assert held.loc["hama", "control_id"] == "hama-2016-01-01b"


def test_age_counts_from_the_last_evidence():
    control = table(
        spell("open", "government", "2016-01-01"),
        spell("closed", "government", "2016-01-01", "2017-01-01"),
        spell("implied", "government", None, "2016-02-10"),
    )
    ages = fronts.control_at(control, "2016-02-01")["age_days"]
    assert ages["open"] == 31  # January
    assert ages["closed"] == 0
    assert ages["implied"] is pd.NA
    assert ages.dtype == "Int32"


def test_age_counts_from_the_last_day_told_where_the_table_has_it():
    control = table(
        spell("told-later", "government", "2016-01-01"),
        spell("ended-later", "government", "2016-01-01", "2017-01-01"),
        spell("implied", "government", None, "2016-02-10"),
    )
    control["last_told"] = pd.to_datetime(["2016-01-20", "2016-01-05", "2016-02-09"])
    ages = fronts.control_at(control, "2016-02-01")["age_days"]
    assert ages["told-later"] == 12  # 20 January to 1 February
    assert ages["ended-later"] == 27  # nothing told after 5 January
    assert ages["implied"] is pd.NA
    assert fronts.control_at(control, "2016-01-10")["age_days"]["told-later"] == 0
    old = fronts.control_at(control, "2016-02-01", max_age=20)["status"]
    assert old.to_dict() == {
        "ended-later": "unknown", "implied": "held", "told-later": "held"
    }  # fmt: skip


def test_holders_are_as_sure_as_their_last_news():
    control = table(
        spell("halfaya", "opposition", "2016-01-01"),
        spell("morek", "opposition", "2016-01-11", status="contested"),
        spell("souran", "opposition", "2016-01-01", "2016-02-01"),
        spell("souran", "government", "2016-02-01"),
    )
    found = fronts.control_at(control, "2016-01-11", half_life=10)["probability"]
    # 10 days since halfaya was told: 0.75; souran was lost 21 days later besides
    assert found["halfaya"] == 0.75
    assert np.isnan(found["morek"])
    after = 0.5 * (1 + 0.5 ** (21 / 10))
    assert found["souran"] == pytest.approx(
        0.75 * after / (0.75 * after + 0.25 * (1 - after))
    )
    # whom nobody believes any more is not likely to hold it
    old = fronts.control_at(control, "2016-01-21", max_age=15)
    assert np.isnan(old.loc["halfaya", "probability"])
    assert fronts.control_at(control, "2016-01-01")["probability"]["halfaya"] == 1
    with pytest.raises(ValueError, match="half_life is 0 days"):
        fronts.control_at(control, "2016-01-11", half_life=0)


def test_sides_follow_the_camps():
    camps = ["russia", "iran_aligned", "turkey", "us_coalition", "isis", "civilian"]
    control = table(*(spell(camp, camp, T0) for camp in camps))
    sides = fronts.control_at(control, T1)["side"]
    assert sides[camps[:-1]].tolist() == [
        "government",
        "government",
        "opposition",
        "sdf",
        "isis",
    ]
    assert pd.isna(sides["civilian"])


def test_a_loss_to_come_goes_before_an_older_open_spell():
    control = table(
        spell("souran", "opposition", "2016-01-01"),
        spell("souran", "government", None, "2016-08-31"),
    )
    assert fronts.control_at(control, T0).loc["souran", "side"] == "government"
    assert fronts.control_at(control, T1).loc["souran", "side"] == "opposition"


def test_a_spell_without_a_start_begins_after_the_spells_before_it():
    # lost twice on one day: by the opposition, who had held it, then by the government
    day = "2016-10-03"
    control = table(
        spell("souran", "opposition", None, day, control_id="souran-01"),
        spell("souran", "government", None, day, control_id="souran-02"),
        spell("souran", "isis", day, control_id="souran-03"),
        spell("souran", "government", None, "2016-10-20", control_id="souran-04"),
    )
    for day, side in (
        ("2016-10-02", "opposition"),
        ("2016-10-03", "government"),  # known by its loss, within 30 days
        ("2016-10-20", "isis"),
    ):
        for rows in (control, control[::-1]):
            assert fronts.control_at(rows, day)["side"].tolist() == [side]


def test_of_two_spells_of_one_side_the_later_counts():
    control = table(
        spell("souran", "government", "2016-01-01"),
        spell("souran", "russia", "2016-02-01", status="besieged"),
    )
    assert fronts.control_at(control, T0)["camp"].tolist() == ["russia"]
    assert fronts.control_at(control, T0)["status"].tolist() == ["besieged"]


def test_two_sides_in_one_place_are_refused():
    control = table(
        spell("souran", "government", "2016-01-01"),
        spell("souran", "opposition", "2016-02-01"),
        spell("hama", "government", "2016-02-01"),
    )
    with pytest.raises(
        ValueError, match=r"souran-2016-01-01.*souran-2016-02-01"
    ) as why:
        fronts.control_at(control, T0)
    assert "hama" not in str(why.value)
    assert fronts.control_at(control, "2016-01-15").index.tolist() == ["souran"]


def test_control_at_leaves_its_input_alone_whatever_the_row_order():
    control = picture({T0: "GGO OcB", T1: "OOO nuG"})
    before = control.copy(deep=True)
    held = fronts.control_at(control, T0)
    pd.testing.assert_frame_equal(control, before)
    pd.testing.assert_frame_equal(held, fronts.control_at(control[::-1], T0))


@pytest.mark.parametrize(
    ("change", "date", "words"),
    [
        ({}, "2015-01-01", "none of 1 spells runs on 2015-01-01.*of 2016-08-28 to"),
        ({}, "2016-09-01 12:00", "calendar day"),
        ({}, pd.Timestamp("2016-09-01", tz="UTC"), "calendar day"),
        ({"camp": "regime"}, T0, "'regime' is not known.*government"),
        ({"status": "lost"}, T0, "'lost' is not known.*contested"),
    ],
)
def test_control_at_says_what_is_wrong(change, date, words):
    control = table(spell("hama", "government", T0)).assign(**change)
    with pytest.raises(ValueError, match=words):
        fronts.control_at(control, date)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reach_back": -1}, "reach_back is -1, wanted a number of days, 0 to 80000"),
        ({"reach_back": np.nan}, "reach_back is nan"),
        ({"reach_back": np.inf}, "reach_back is inf"),
        ({"reach_back": "30"}, "reach_back is '30'"),
        ({"max_age": -1}, "max_age is -1, wanted a number of days, 0 or more, or None"),
        ({"max_age": np.nan}, "max_age is nan"),
        ({"max_age": "9"}, "max_age is '9'"),
    ],
)
def test_ages_out_of_bounds_are_refused(change, words):
    control, cells = picture({T0: "GO", T1: "OO"}), squares(1, 2)
    with pytest.raises(ValueError, match=words):
        fronts.control_at(control, T0, **change)
    with pytest.raises(ValueError, match=words):
        fronts.front_track(control, cells, T0, T1, progress=False, **change)


@pytest.mark.parametrize("unit", ["ms", "ns"])
def test_ages_without_a_limit_are_as_none(unit):
    days = f"datetime64[{unit}]"
    rows = [
        spell("p00", "government", T0),
        spell("p01", "opposition", None, "2016-11-01"),
    ]
    control = table(*rows).astype({"start": days, "end": days})
    told = {"p00": "government", "p01": "opposition"}
    for ages in ({"max_age": np.inf}, {"max_age": 1e9}, {}):
        call = ages | {"reach_back": 80_000}
        held = fronts.control_at(control, "2016-10-01", **call)
        assert held["side"].to_dict() == told
        track = fronts.front_track(
            control, squares(1, 2), "2016-10-01", "2016-10-02", progress=False, **call
        )
        assert track["line_km"].dropna().tolist() == [10] * 4


def test_control_at_refuses_a_frame_that_is_not_the_table():
    control = table(spell("hama", "government", T0))
    with pytest.raises(ValueError, match="control lacks basis"):
        fronts.control_at(control.drop(columns="basis"), T0)
    with pytest.raises(ValueError, match="stands in several rows"):
        fronts.control_at(pd.concat([control, control]), T0)
    with pytest.raises(ValueError, match=r"none of 0 spells.*no day at all"):
        fronts.control_at(control[:0], T0)


CHANGED = picture({T0: "GO", T1: "OO"})


@pytest.mark.parametrize(
    "control",
    [
        CHANGED.set_axis([0, 1, 0, 1]),
        CHANGED.set_index("control_id", drop=False),
        CHANGED.set_index(["start", "control_id"], drop=False),
        CHANGED.astype(dict.fromkeys(["camp", "status", "place_id"], "category")),
        # nothing but missing values has no type of its own
        CHANGED[CHANGED["end"] == T1].assign(end=None),
        CHANGED.astype({"start": pd.ArrowDtype(pa.timestamp("ms"))}),
    ],
)
@pytest.mark.parametrize("step", [1, -1])
def test_what_is_told_depends_neither_on_the_index_nor_on_how_text_is_kept(
    control, step
):
    control, cells = control[::step], squares(1, 2)
    before = control.copy()
    held = fronts.control_at(control, T0, max_age=30)
    assert held["side"].to_dict() == {"p00": "government", "p01": "opposition"}
    # two cells of 10 km: the line between them is 10 km long
    call = {"between": ("government", "opposition"), "progress": False}
    track = fronts.front_track(control, cells, T0, "2016-08-31", **call)
    assert track["line_km"].unique().tolist()[0] == 10
    drawn = draws.draw_roles(control, cells.index, [T0], draws=3, half_life=np.inf)
    assert drawn[0].tolist() == [[0, 1]] * 3
    pd.testing.assert_frame_equal(control, before)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"start": CHANGED["start"].dt.strftime("%Y-%m-%d"), "end": "2016-10-01"},
            r"start is str, such as 2016-08-28 \(mend: pd.to_datetime\(control"
            r"\['start'\], format='%Y-%m-%d'\)\); end is str, such as 2016-10-01",
        ),
        (
            {"end": CHANGED["end"].dt.tz_localize("Asia/Damascus")},
            r"end is datetime64\[ms, Asia/Damascus\] \(mend: "
            r"control\['end'\]\.dt\.tz_localize\(None\)\)",
        ),
        (
            {"start": CHANGED["start"].dt.date},
            "start is object, such as 2016-08-28",
        ),
        ({"last_told": 20160828}, "last_told is int64, such as 20160828"),
    ],
)
def test_days_that_are_none_are_refused_with_what_mends_them(change, words):
    control, cells = CHANGED.assign(**change), squares(1, 2)
    for call in (
        lambda: fronts.control_at(control, T0),
        lambda: fronts.front_shift(control, cells, T0, T1),
        lambda: fronts.front_track(control, cells, T0, T1, progress=False),
        lambda: draws.draw_roles(control, cells.index, [T0], draws=3),
    ):
        with pytest.raises(ValueError, match=f"control: {words}"):
            call()


# tessellation ---------------------------------------------------------------------


def test_inner_cells_are_the_squares_of_the_grid():
    cells = tessellation.tessellation(grid(4, 4))
    expected = squares(4, 4)
    for place in ("p11", "p12", "p21", "p22"):
        apart = cells.geometry[place].symmetric_difference(expected.geometry[place])
        assert apart.area / 1e6 < 0.001
        assert cells.loc[place, "km2"] == pytest.approx(CELL, rel=1e-4)
    assert cells.crs == "EPSG:32637"
    assert cells.index.tolist() == names(4, 4)


def test_one_place_has_a_disc_and_two_places_share_it_evenly():
    alone = tessellation.tessellation(grid(1, 1), reach_km=5)
    # a polygon of 256 corners is 0.01 % smaller than its circle
    disc = np.pi * 25 / 0.9996**2
    assert alone["km2"].tolist() == pytest.approx([disc], rel=2e-4)
    two = tessellation.tessellation(grid(1, 2), reach_km=5)
    assert two["km2"].tolist() == pytest.approx([disc, disc], rel=2e-4)
    near = tessellation.tessellation(grid(1, 2), reach_km=15)["km2"]
    # a disc without its segment beyond the middle, 5 km from the centre:
    # 225 pi - (225 acos(1/3) - 5 sqrt(200)) = 706.86 - 206.26 = 500.60
    assert near.tolist() == pytest.approx([500.60 / 0.9996**2] * 2, rel=2e-4)


def test_places_on_a_line_have_cells():
    cells = tessellation.tessellation(grid(1, 5))
    # a band 10 km wide of a circle's middle: twice the integral of sqrt(225 - x^2) over
    # -5 .. 5, which is 2 (5 sqrt(200) + 225 asin(1/3)) = 294.35
    inner = cells["km2"].iloc[1:4]
    assert inner.tolist() == pytest.approx([294.35 / 0.9996**2] * 3, rel=2e-4)


def test_every_spot_lies_in_the_cell_of_its_nearest_place():
    rng = np.random.default_rng(3)
    at = pd.DataFrame(rng.uniform([36.2, 34.9], [37.2, 35.7], (40, 2)))
    places = grid(8, 5).assign(longitude=at[0], latitude=at[1])
    cells = tessellation.tessellation(places)
    points = gpd.GeoSeries.from_xy(at[0], at[1], crs=4326).to_crs(32637)
    spots = gpd.GeoSeries.from_xy(
        *rng.uniform(*points.total_bounds.reshape(2, 2), (200, 2)).T, crs=32637
    )
    for spot in spots:
        distance = points.distance(spot)
        if distance.min() < 14_990:
            nearest = places.loc[distance.idxmin(), "place_id"]
            assert cells.geometry[nearest].buffer(1).contains(spot)
        elif distance.min() > 15_000:
            assert not cells.contains(spot).any()
    assert cells["km2"].sum() == pytest.approx(
        tessellation.area_km2(gpd.GeoSeries([cells.union_all()], crs=cells.crs))[0],
        rel=1e-6,
    )


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_moving_a_place_by_a_metre_hardly_changes_the_cells(seed):
    places = grid(4, 4)  # four cells meet in each corner: the hardest case
    nudge = np.random.default_rng(seed).uniform(-1e-5, 1e-5, (2, 16))  # degrees
    moved = places.assign(
        longitude=places["longitude"] + nudge[0], latitude=places["latitude"] + nudge[1]
    )
    cells, others = (tessellation.tessellation(one) for one in (places, moved))
    # an edge of 10 km that moves by a metre sweeps 0.01 km2, a cell has four
    assert (cells["km2"] - others["km2"]).abs().max() < 0.1


def test_only_small_places_of_the_right_kind_have_cells():
    places = grid(1, 6)
    places["kind"] = ["settlement", "base", "height", "facility", "area", "base"]
    places["radius_km"] = [8.0, 3.0, 1, 1, 1, 3.01]  # a city may be wide, a base not
    cells = tessellation.tessellation(places)
    assert cells.index.tolist() == ["p00", "p01", "p02", "p03"]
    assert "p05" in tessellation.tessellation(places, max_radius_km=5).index
    assert tessellation.tessellation(places, kinds=["area"]).index.tolist() == ["p04"]
    places.loc[0, "radius_km"] = 8.01
    assert "p00" not in tessellation.tessellation(places).index
    places.loc[0, "radius_km"] = np.nan
    places.loc[1, "longitude"] = np.nan
    assert tessellation.tessellation(places).index.tolist() == ["p02", "p03"]


def test_tessellation_says_why_it_cannot():
    places = grid(1, 3)
    with pytest.raises(ValueError, match=r"none of 3 places.*0 are of a kind"):
        tessellation.tessellation(places.assign(kind="road"))
    with pytest.raises(ValueError, match="none of 0 places"):
        tessellation.tessellation(places[:0])
    for reach in (0, 500.1, 1e4, 1e6, np.inf, np.nan, "15"):
        with pytest.raises(
            ValueError, match=f"reach_km is {reach!r}; .* above 0 and at most 500"
        ):
            tessellation.tessellation(places, reach_km=reach)
    with pytest.raises(ValueError, match="crs is 'EPSG:4326', which is not projected"):
        tessellation.tessellation(places, crs="EPSG:4326")
    with pytest.raises(
        ValueError, match=r"places: radius_km is str, such as '1.0' .mend: pd.to_num"
    ):
        tessellation.tessellation(places.astype({"radius_km": "str"}))
    with pytest.raises(ValueError, match=r"0 have a radius_km of at most"):
        tessellation.tessellation(places.assign(radius_km=None))
    with pytest.raises(ValueError, match="places lacks radius_km"):
        tessellation.tessellation(places.drop(columns="radius_km"))
    twin = places.assign(**places.loc[0, ["longitude", "latitude"]])
    with pytest.raises(ValueError, match="apart: p00 and p01, p00 and p02, p01 and"):
        tessellation.tessellation(twin)


def test_the_farthest_reach_allowed_gives_a_disc_of_it():
    (km2,) = tessellation.tessellation(grid(1, 1), reach_km=500)["km2"]
    # 256 corners leave out (2 pi / 256)2 / 6; the square of the scale is 0.9996**2 on
    # the meridian and x2 / R2 more beside it, of which x2 is r2 / 4 on average
    plane = np.pi * 500**2 * (1 - (2 * np.pi / 256) ** 2 / 6)
    scale = 0.9996**2 * (1 + 500**2 / 4 / 6371**2)
    assert km2 == pytest.approx(plane / scale, rel=2e-4)


def test_neighbours_share_an_edge_not_a_corner():
    edges = tessellation.ridges(squares(2, 2))
    pairs = set(zip(edges["place_a"], edges["place_b"], strict=True))
    assert pairs == {("p00", "p01"), ("p00", "p10"), ("p01", "p11"), ("p10", "p11")}
    assert edges["length_km"].tolist() == pytest.approx([10] * 4)
    assert edges.crs == "EPSG:32637"
    assert tessellation.ridges(squares(1, 1)).empty
    assert tessellation.ridges(squares(2, 2)[:0]).empty
    # the same of cells that were computed, where corners are only nearly equal
    edges = tessellation.ridges(tessellation.tessellation(grid(3, 3)))
    assert len(edges) == 12


def test_a_border_of_several_pieces_is_one_row():
    #  A step: the right cell reaches over the left one, so they share two sides.
    left = shapely.box(0, 0, 1000, 1000)
    right = shapely.Polygon(
        [(1000, 0), (2000, 0), (2000, 2000), (0, 2000), (0, 1000), (1000, 1000)]
    )
    cells = gpd.GeoDataFrame(geometry=[left, right], index=["a", "b"], crs=32637)
    edges = tessellation.ridges(cells)
    assert edges[["place_a", "place_b", "length_km"]].to_numpy().tolist() == [
        ["a", "b", 2]
    ]
    assert edges.geom_type.tolist() == ["LineString"]


def test_cells_that_do_not_fit_together_are_refused():
    square = squares(1, 2)
    twice = pd.concat([square, square[:1]])
    with pytest.raises(ValueError, match=r"\['p00'\] have several rows"):
        tessellation.ridges(twice)
    with pytest.raises(ValueError, match="cells overlap"):
        tessellation.ridges(square.set_geometry(square.buffer(5)))
    # p01 twice as high: of its western edge p00 shares the lower half only
    high = shapely.box(EAST + STEP, NORTH, EAST + 2 * STEP, NORTH + 2 * STEP)
    parted = square.set_geometry([square.geometry.iloc[0], high], crs=square.crs)
    with pytest.raises(ValueError, match="share a part of an edge"):
        tessellation.ridges(parted)


def strewn(seed, count=60):
    rng = np.random.default_rng(seed)
    at = rng.uniform([36.0, 34.8], [37.6, 36.2], (count, 2))
    return grid(count, 1).assign(longitude=at[:, 0], latitude=at[:, 1])


def test_borders_end_exactly_where_the_outline_turns():
    cells = tessellation.tessellation(strewn(5))
    assert shapely.coverage_is_valid(cells.geometry.array)
    corners = {
        place: set(map(tuple, shapely.get_coordinates(cell)))
        for place, cell in cells.geometry.items()
    }
    edges = tessellation.ridges(cells)
    assert len(edges) > 60
    for edge in edges.itertuples():
        ends = set(map(tuple, shapely.get_coordinates(edge.geometry)))
        assert ends <= corners[edge.place_a] & corners[edge.place_b]
    # Cells and borders are one map: all outlines together count each border twice.
    rim = cells.union_all().boundary.length
    assert cells.boundary.length.sum() == pytest.approx(rim + 2 * edges.length.sum())


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_moving_a_place_by_a_metre_hardly_changes_the_borders(seed):
    places = strewn(7)
    nudge = np.random.default_rng(seed).uniform(-1e-5, 1e-5, (2, len(places)))
    moved = places.assign(
        longitude=places["longitude"] + nudge[0], latitude=places["latitude"] + nudge[1]
    )
    one, other = (
        tessellation.ridges(tessellation.tessellation(each)).set_index(
            ["place_a", "place_b"]
        )["length_km"]
        for each in (places, moved)
    )
    apart = one.sub(other, fill_value=0).abs()
    # Two places 2 km apart or more whose points move by 1.4 m turn their border by
    # less than 0.1 degree; its ends lie up to 15 km away and slide by less than 0.2 km.
    assert apart.max() < 0.2
    assert one.sum() == pytest.approx(other.sum(), rel=1e-3)


def test_places_on_a_circle_meet_in_one_corner():
    turn = np.linspace(0, 2 * np.pi, 7)[:-1]
    middle = squares(1, 1).centroid.iloc[0]
    points = gpd.GeoSeries.from_xy(
        middle.x + 15_000 * np.cos(turn), middle.y + 15_000 * np.sin(turn), crs=32637
    ).to_crs(4326)
    places = grid(6, 1).assign(longitude=points.x, latitude=points.y)
    cells = tessellation.tessellation(places)
    # The common corner lies as far away as the reach: in or out by a hair, the cells
    # must agree about it.
    assert shapely.coverage_is_valid(cells.geometry.array)
    edges = tessellation.ridges(cells)
    assert len(edges) == 6
    # from the middle to where the circles around two neighbours, 15 km apart, meet
    # again: twice the height of an equilateral triangle, 2 x 12.990
    assert edges["length_km"].tolist() == pytest.approx([25.981] * 6, abs=0.001)


def test_places_off_the_map_are_refused():
    lost = grid(1, 3).assign(latitude=[35.0, 1e9, np.inf])
    with pytest.raises(ValueError, match=r"p01, p02 lie where EPSG:32637 has no"):
        tessellation.tessellation(lost)


def test_areas_may_be_measured_in_another_system():
    square = gpd.GeoSeries([shapely.box(0, 0, 2000, 1000)], crs="EPSG:32637")
    plane = tessellation.area_km2(square, crs="EPSG:32637")
    assert plane.tolist() == pytest.approx([2.0])


# control_areas --------------------------------------------------------------------


def test_areas_add_up_by_status_and_side():
    control = picture({T0: "GRO cxB nu."})
    areas = fronts.control_areas(control, squares(3, 3), T0)
    counts = areas.set_index(["status", "side"])["places"]
    assert counts.to_dict() == {
        ("besieged", "government"): 1,
        ("contested", np.nan): 2,
        ("held", "government"): 2,
        ("held", "opposition"): 1,
        ("none", np.nan): 1,
        ("unknown", np.nan): 2,
    }
    expected = areas["places"] * CELL
    assert areas["km2"].tolist() == pytest.approx(expected.tolist(), rel=1e-4)
    assert areas.crs == "EPSG:32637"


def test_areas_of_places_take_only_those_with_a_spell():
    control = picture({T0: "GO"})
    areas = fronts.control_areas(control, grid(4, 4), T0)
    assert areas["places"].tolist() == [1, 1]
    # two places 10 km apart, as worked out above
    assert areas["km2"].tolist() == pytest.approx([500.60 / 0.9996**2] * 2, rel=2e-4)
    with pytest.raises(ValueError, match="none of 0 places"):
        fronts.control_areas(control, grid(4, 4).iloc[2:], T0)


# front_line -----------------------------------------------------------------------


def line(drawing, **options):
    rows = drawing.split()
    cells = squares(len(rows), len(rows[0]))
    return fronts.front_line(picture({T0: drawing}), cells, T0, **options)


def test_a_straight_line_is_as_long_as_the_cells_are_high():
    found = line("GGOO GROO GBOO")
    assert found["length_km"].tolist() == pytest.approx([30])
    assert found["kind"].tolist() == ["held-held"]
    assert found[["side", "other_side"]].iloc[0].tolist() == [
        "government",
        "opposition",
    ]
    x = shapely.get_coordinates(found.geometry)[:, 0]
    assert x == pytest.approx(EAST + 2 * STEP)


def test_lines_that_do_not_touch_are_rows_the_longest_first():
    found = line("GOOOG GOOOG GOOOn")
    assert found["length_km"].tolist() == pytest.approx([30, 20])
    assert set(found.geom_type) == {"LineString"}


def test_a_pocket_has_a_line_all_round():
    assert line("OOO OBO OOO")["length_km"].tolist() == pytest.approx([40])


def test_a_line_that_branches_is_one_row():
    found = line("GO OG")
    assert found.geom_type.tolist() == ["MultiLineString"]
    assert found["length_km"].tolist() == pytest.approx([40])


def test_a_band_of_contested_cells_has_an_edge_on_either_side():
    found = line("GcO GcO GGO")
    edges = found.set_index(["kind", "side", "other_side"])["length_km"]
    # west edge: two cells high and one bend of 10 km under the band
    assert edges.to_dict() == pytest.approx(
        {
            ("held-contested", "government", "contested"): 30,
            ("held-contested", "opposition", "contested"): 20,
            ("held-held", "government", "opposition"): 10,
        }
    )


@pytest.mark.parametrize("letter", "xnuI.")
def test_ground_of_others_and_of_nobody_breaks_the_line(letter):
    with pytest.raises(ValueError, match="no line between government and opposition"):
        line(f"G{letter}O")
    found = line(f"GGO G{letter}O")
    assert found["length_km"].tolist() == pytest.approx([10])


def test_the_line_between_other_sides_is_another():
    found = line("GIO", between=("isis", "government"))
    assert found[["side", "other_side"]].iloc[0].tolist() == ["isis", "government"]
    assert found["length_km"].tolist() == pytest.approx([10])
    edge = line("Gx", between=("isis", "government"))
    assert edge["side"].tolist() == ["government"]


def test_no_line_says_which_sides_were_found():
    with pytest.raises(ValueError, match=r"2016-08-28.*'government': 2, 'isis': 1"):
        line("GGI")
    with pytest.raises(ValueError, match="'rebels' is not known"):
        line("GO", between=("government", "rebels"))
    with pytest.raises(ValueError, match="wanted two different parties"):
        line("GO", between=("government", "government"))


def test_the_line_through_computed_cells_is_the_same():
    control = picture({T0: "GGOO GGOO GGOO GGOO"})
    found = fronts.front_line(control, grid(4, 4), T0)
    # 30 km between the outer rows, and on to where the circles of 15 km around the
    # outermost two places, 5 km off the line, end: sqrt(225 - 25) = 14.142 km each
    assert found["length_km"].tolist() == pytest.approx([58.284], abs=0.01)


def test_the_line_does_not_depend_on_row_order_nor_change_its_input():
    control = picture({T0: "GcO GGO OGB"})
    places = grid(3, 3)
    kept = control.copy(deep=True), places.copy(deep=True)
    one = fronts.front_line(control, places, T0)
    other = fronts.front_line(control[::-1], places[::-1], T0)
    assert one["length_km"].tolist() == pytest.approx(other["length_km"].tolist())
    assert one["kind"].tolist() == other["kind"].tolist()
    pd.testing.assert_frame_equal(control, kept[0])
    pd.testing.assert_frame_equal(places, kept[1])


# parties and band -----------------------------------------------------------------


def test_a_line_runs_between_any_two_sets():
    # government | Russia | opposition | Turkey | ISIS
    control = picture({T0: "GRO.I"})
    turkey = spell("p03", "turkey", T0, T1, actor_id="taf")
    control = pd.concat([control, table(turkey)], ignore_index=True)

    def found(*between):
        lines = fronts.front_line(control, squares(1, 5), T0, between=between)
        x = (shapely.get_coordinates(lines.geometry)[:, 0] - EAST) / STEP
        return sorted(x.round(6).tolist())

    assert found("government", "opposition") == [2, 2]
    assert found("camp:government", "russia") == [1, 1]
    assert found("russia", ["opposition", "isis"]) == [2, 2]
    assert found("taf", "isis") == [4, 4]
    assert found("camp:opposition", "actor:taf") == [3, 3]
    assert found(["government", "camp:opposition"], {"turkey", "isis"}) == [3, 3]
    lines = fronts.front_line(
        control, squares(1, 5), T0, between=("russia", ["isis", "opposition"])
    )
    assert lines["other_side"].tolist() == ["isis + opposition"]
    with pytest.raises(ValueError, match="no line between camp:government and isis"):
        found("camp:government", "isis")


@pytest.mark.parametrize(
    ("between", "words"),
    [
        (("government", "russia"), r"have \['russia'\] in common"),
        (("government", ["isis", "iran_aligned"]), "in common"),
        ("government", "wanted two different parties"),
        (("government", "isis", "sdf"), "wanted two different parties"),
        (("government", []), "between is an empty list"),
        (("government", "actor:saa"), "'actor:saa' is not known"),
        (("government", "taf"), r"\['p00'\] would be held by government and taf"),
    ],
)
def test_parties_that_are_no_two_are_refused(between, words):
    control = picture({T0: "GO"})
    control["actor_id"] = ["taf", None]
    with pytest.raises(ValueError, match=words):
        fronts.front_line(control, squares(1, 2), T0, between=between)


def test_the_band_is_the_ground_contested_or_besieged_between_the_two():
    control = picture({T0: "GccO GGOO BOxc"})
    band = fronts.contested_band(control, squares(3, 4), T0)
    rows = band[["status", "side", "places"]].astype(object)
    assert rows.where(rows.notna(), None).to_numpy().tolist() == [
        ["contested", None, 2],
        ["besieged", "government", 1],
        ["contested", None, 1],
    ]
    assert band["km2"].tolist() == pytest.approx([2 * CELL, CELL, CELL], rel=1e-4)
    assert band.geometry.iloc[0].area / 1e6 == pytest.approx(200)
    between = ("government", "isis")
    other = fronts.contested_band(control, squares(3, 4), T0, between=between)
    assert other["places"].tolist() == [1]  # x
    assert other.geometry.iloc[0].centroid.x == pytest.approx(EAST + 2.5 * STEP)


def test_without_contested_ground_the_band_has_no_rows():
    control = picture({T0: "GxO"})
    band = fronts.contested_band(control, squares(1, 3), T0)
    assert band.empty
    assert band.columns.tolist() == ["status", "side", "places", "km2", "geometry"]


def test_a_line_survives_geoparquet(tmp_path):
    control, cells = picture({T0: "GcO GGO BOO"}), squares(3, 3)
    results = {
        "line": fronts.front_line(control, cells, T0),
        "band": fronts.contested_band(control, cells, T0),
        "ridges": tessellation.ridges(cells),
    }
    for name, frame in results.items():
        frame.to_parquet(tmp_path / name)
        again = gpd.read_parquet(tmp_path / name)
        assert_geodataframe_equal(again, frame)
        assert again.crs == "EPSG:32637"


@pytest.mark.parametrize("rows", [(1, 1), (1, 2), (1, 5)])
def test_few_places_or_a_row_of_them_have_a_line_or_say_why_not(rows):
    count = rows[0] * rows[1]
    control = picture({T0: "GOOOO"[:count]})
    if count == 1:
        with pytest.raises(ValueError, match=r"the cells are {'government': 1}"):
            fronts.front_line(control, grid(*rows), T0)
        return
    line_ = fronts.front_line(control, grid(*rows), T0)
    # the chord of a circle of 15 km, 5 km from its middle: 2 sqrt(225 - 25)
    assert line_["length_km"].tolist() == pytest.approx([28.284], abs=0.001)


def test_the_line_without_evidence_or_of_one_camp_is_an_error():
    with pytest.raises(ValueError, match=r"the cells are {'unknown': 2}"):
        line("uu")
    with pytest.raises(ValueError, match="no line between government and opposition"):
        line("GG")
    with pytest.raises(ValueError, match="none of 0 spells"):
        fronts.front_line(picture({T0: "GO"})[:0], squares(1, 2), T0)


def test_a_mesh_gives_what_its_cells_give():
    control, cells = picture({T0: "GcO GGO BOO", T1: "GGO GOO OOO"}), squares(3, 3)
    mesh = fronts.mesh_of(cells)
    assert fronts.mesh_of(mesh) is mesh
    for function in (fronts.front_line, fronts.control_areas, fronts.contested_band):
        assert_geodataframe_equal(
            function(control, mesh, T0), function(control, cells, T0)
        )
    for function in (fronts.front_shift, fronts.segment_shifts, fronts.changed_areas):
        pd.testing.assert_frame_equal(
            function(control, mesh, T0, T1), function(control, cells, T0, T1)
        )


# front_shift ----------------------------------------------------------------------


def shift(before, after, t0=T0, t1=T1, **options):
    rows = before.split()
    cells = squares(len(rows), len(rows[0]))
    control = picture({T0: before, T1: after})
    return fronts.front_shift(control, cells, t0, t1, **options)


def test_an_advance_by_one_column_moves_the_line_by_its_width():
    found = shift("GGOO GGOO GGOO", "GOOO GOOO GOOO")
    area = 3 * CELL
    assert found["gained_km2"].tolist() == pytest.approx([0, area], rel=1e-4)
    assert found["lost_km2"].tolist() == pytest.approx([area, 0], rel=1e-4)
    assert found["line_km"].tolist() == pytest.approx([30, 30])
    # ground area by a length in the plane: 10 km / 0.9996**2 = 10.008
    assert found["displacement_km"].tolist() == pytest.approx([-10.008, 10.008], 1e-4)
    assert found["days"].tolist() == [4, 4]  # 28 August to 1 September
    assert found["km_per_day"].tolist() == pytest.approx([-2.502, 2.502], rel=1e-4)
    assert found["reason"].isna().all()
    assert found.index.tolist() == ["government", "opposition"]


def test_gains_and_losses_do_not_cancel_in_gross():
    found = shift("GGOO GGOO", "GGGO GOOO")
    assert found["gained_km2"].tolist() == pytest.approx([CELL, CELL], rel=1e-4)
    assert found["lost_km2"].tolist() == pytest.approx([CELL, CELL], rel=1e-4)
    assert found["net_km2"].tolist() == pytest.approx([0, 0])
    assert found["displacement_km"].tolist() == pytest.approx([0, 0])
    # the line of the second day bends by two columns: (20 + 40) / 2
    assert found["line_km"].tolist() == pytest.approx([30, 30])


def test_ground_first_heard_of_is_told_apart():
    found = shift("GOu. GOOO", "GOOO GGOu")
    assert found["gained_km2"].tolist() == pytest.approx([CELL, 2 * CELL], rel=1e-4)
    assert found["gained_unknown_km2"].tolist() == pytest.approx(
        [0, 2 * CELL], rel=1e-4
    )
    assert found["lost_km2"].tolist() == pytest.approx([0, 2 * CELL], rel=1e-4)
    assert found["lost_unknown_km2"].tolist() == pytest.approx([0, CELL], rel=1e-4)
    # of the opposition's two cells gained and two lost only one was known before and
    # after: it went to the government
    assert found["net_known_km2"].tolist() == pytest.approx([CELL, -CELL], rel=1e-4)
    expected = found["net_known_km2"] / found["line_km"]
    assert found["displacement_known_km"].tolist() == expected.tolist()


def test_half_of_both_edges_of_a_band_is_the_length_of_the_line():
    found = shift("GcO GcO", "GGO GGO")
    assert found["line_km"].tolist() == pytest.approx([20, 20])
    # contested ground becomes the government's: half of the cells' width would do for
    # the middle of the band, but net area counts held ground alone
    assert found["net_km2"].tolist() == pytest.approx([2 * CELL, 0], rel=1e-4)
    assert found["displacement_km"].tolist() == pytest.approx([10.008, 0], 1e-4)


def test_without_a_line_there_is_no_displacement_but_a_reason():
    found = shift("GO", "OO")
    assert found["net_km2"].tolist() == pytest.approx([-CELL, CELL], rel=1e-4)
    assert found[["line_km", "displacement_km", "km_per_day"]].isna().all(axis=None)
    assert set(found["reason"]) == {
        "no line between government and opposition on 2016-09-01"
    }
    both = shift("Gn", "OO")["reason"].iloc[0]
    assert both.endswith("on 2016-08-28 and 2016-09-01")


def test_one_day_twice_is_no_shift():
    found = shift("GO", "OO", T0, T0)
    assert found["net_km2"].tolist() == [0, 0]
    assert found["displacement_km"].tolist() == [0, 0]
    assert found["days"].tolist() == [0, 0]
    assert found["km_per_day"].isna().all()


def test_a_shift_of_sides_that_are_not_there_is_refused():
    with pytest.raises(ValueError, match=r"neither isis nor sdf.*\['government'"):
        shift("GO", "GO", between=("isis", "sdf"))
    with pytest.raises(ValueError, match="none of 4 spells runs on 2014-01-01"):
        shift("GO", "GO", t0="2014-01-01")
    with pytest.raises(ValueError, match="'rebels' is not known"):
        shift("GO", "GO", between=("government", "rebels"))
    with pytest.raises(TypeError, match="reach"):
        shift("GO", "GO", reach=3)


def test_places_with_evidence_on_either_day_have_cells():
    control = picture({T0: "GG. GOO", T1: "GO. .OO"})
    cells = fronts.changed_areas(control, grid(3, 3), T0, T1)
    assert cells["before"].to_dict() == {
        "p00": "government",
        "p01": "opposition",
        "p02": "opposition",
        "p10": "government",
        "p11": "government",
    }
    assert cells["after"].to_dict() == {
        "p00": "unknown",
        "p01": "opposition",
        "p02": "opposition",
        "p10": "government",
        "p11": "opposition",
    }
    assert cells.index[cells["is_changed"]].tolist() == ["p00", "p11"]
    found = fronts.front_shift(control, grid(3, 3), T0, T1)
    changed = cells["km2"][cells["is_changed"]]
    assert found.loc["government", "lost_km2"] == pytest.approx(changed.sum())
    assert found.loc["government", "lost_unknown_km2"] == pytest.approx(changed["p00"])


def test_options_reach_control_at():
    control = table(
        spell("p00", "government", "2016-01-01"),
        spell("p01", "opposition", None, T1),
        spell("p01", "government", T1),
    )
    found = fronts.front_shift(control, squares(1, 2), T0, T1)
    assert found.loc["government", "gained_unknown_km2"] == 0
    found = fronts.front_shift(control, squares(1, 2), T0, T1, reach_back=1)
    assert found.loc["government", "gained_unknown_km2"] == pytest.approx(CELL, 1e-4)
    found = fronts.front_shift(control, squares(1, 2), T1, T2, max_age=5)
    assert found.loc["government", "lost_unknown_km2"] == pytest.approx(CELL, 1e-4)


pictures = st.lists(st.sampled_from("GOIBcxnu"), min_size=9, max_size=9).map(
    lambda letters: "GO" + "".join(letters) + "O"  # so that neither side is absent
)


def drawn(letters):
    return " ".join((letters[:4], letters[4:8], letters[8:]))


@settings(max_examples=15, deadline=None)
@given(pictures, pictures, pictures)
def test_shifts_add_up_reverse_and_obey_the_triangle(one, two, three):
    days = dict(zip((T0, T1, T2), map(drawn, (one, two, three)), strict=True))
    control, cells = picture(days), squares(3, 4)

    def moved(t0, t1):
        return fronts.front_shift(control, cells, t0, t1)

    first, second, whole, back = (
        moved(*pair) for pair in ((T0, T1), (T1, T2), (T0, T2), (T2, T0))
    )
    net = first["net_km2"] + second["net_km2"]
    assert net.tolist() == pytest.approx(whole["net_km2"].tolist(), abs=1e-6)
    gross = [one["gained_km2"] + one["lost_km2"] for one in (first, second, whole)]
    assert (gross[2] <= gross[0] + gross[1] + 1e-6).all()
    flipped = whole[["net_km2", "displacement_km", "days"]]
    pd.testing.assert_frame_equal(-flipped, back[flipped.columns])
    assert back["gained_km2"].tolist() == whole["lost_km2"].tolist()
    # each side's balance is what it holds at the end less what it held at the start
    for side, letters in (("government", "GB"), ("opposition", "O")):
        held = [sum(drawn(each).count(x) for x in letters) for each in (one, three)]
        expected = (held[1] - held[0]) * CELL
        assert whole.loc[side, "net_km2"] == pytest.approx(expected, rel=1e-4, abs=1e-6)


# axis_position --------------------------------------------------------------------

KM = [0.0, 10.0, 25.0, 45.0, 70.0]
STOPS = ["hama", "souran", "morek", "khan", "maarat"]
AXES = pd.DataFrame({"axis_id": "m5", "seq": range(1, 6), "place_id": STOPS, "km": KM})


def on_axis(letters, side="government", start_from="hama", dates=(T0,), **options):
    rows = [
        spell(stop, camp, T0, T1, status=status, other_camp=other)
        for stop, (status, camp, other) in zip(
            STOPS, map(STATES.get, letters.replace(".", "u")), strict=True
        )
        if letters[STOPS.index(stop)] != "."
    ]
    return fronts.axis_position(
        table(*rows),
        AXES[::-1],
        dates,
        axis_id="m5",
        side=side,
        start_from=start_from,
        **options,
    )


@pytest.mark.parametrize(
    ("letters", "low", "high", "last", "next_stop", "broken"),
    [
        ("GGOOO", 10, 25, "souran", "morek", False),
        ("GRccO", 10, 70, "souran", "maarat", False),
        ("G.n.O", 0, 70, "hama", "maarat", False),
        ("GGOBO", 10, 25, "souran", "morek", False),  # a pocket is no position
        ("GOGOO", 25, 45, "morek", "khan", True),
        ("GGIOO", 10, 25, "souran", "morek", False),
    ],
)
def test_a_position_lies_between_own_and_other_stops(
    letters, low, high, last, next_stop, broken
):
    found = on_axis(letters).iloc[0]
    assert found[["km_low", "km_high", "km"]].tolist() == [low, high, (low + high) / 2]
    assert found[["last_stop", "next_stop"]].tolist() == [last, next_stop]
    assert found["is_broken"] == broken


def test_the_other_side_counts_from_the_other_end():
    found = on_axis("GGOOO", side="opposition", start_from="maarat").iloc[0]
    # maarat is km 0 from there, khan 70 - 45, morek 70 - 25, souran 70 - 10
    assert found[["km_low", "km_high", "km"]].tolist() == [45, 60, 52.5]
    assert found[["last_stop", "next_stop"]].tolist() == ["morek", "souran"]


def test_bounds_that_nothing_tells_are_missing():
    whole = on_axis("GGGGG").iloc[0]
    assert whole["km_low"] == 70
    assert whole[["km_high", "km", "next_stop"]].isna().all()
    nothing = on_axis("cnuOO").iloc[0]
    assert nothing["km_high"] == 45
    assert nothing[["km_low", "km", "last_stop"]].isna().all()


def test_a_day_without_evidence_is_a_row_of_missing_values():
    found = on_axis("GGOOO", dates=["2016-08-27", T0, pd.Timestamp("2016-08-31"), T1])
    assert found.index.tolist() == list(
        pd.to_datetime(["2016-08-27", T0, "2016-08-31", T1])
    )
    assert found.index.name == "date"
    assert found["km"].isna().tolist() == [True, False, False, True]
    assert found["km"].iloc[1] == 17.5
    kinds = ["float64"] * 3 + ["str", "str", "bool"]
    assert found.dtypes.astype("str").tolist() == kinds
    for other in (on_axis("GGOOO", dates=[]), on_axis("nnnnn")):
        assert other.dtypes.to_dict() == found.dtypes.to_dict()
        assert other["last_stop"].isna().all()
    empty = on_axis("GGOOO", dates=[])
    assert empty.empty
    assert empty.index.name == "date"
    assert empty.columns.tolist() == found.columns.tolist()


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"dates": T0}, TypeError, "single date"),
        ({"side": "rebels"}, ValueError, "'rebels' is not known"),
        ({"start_from": "morek"}, ValueError, "the ends of the axis are 'hama' and"),
        ({"reach": 5}, TypeError, "reach"),
        ({"dates": ["2016-08"]}, ValueError, "calendar day"),
    ],
)
def test_axis_position_says_what_is_wrong(change, error, words):
    with pytest.raises(error, match=words):
        on_axis("GGOOO", **change)


@pytest.mark.parametrize("column", AXES.columns)
def test_axes_without_a_column_are_refused(column):
    control = table(spell("hama", "government", T0))
    call = {"axis_id": "m5", "side": "government", "start_from": "hama"}
    with pytest.raises(ValueError, match=f"axes lacks {column}, wanted a frame"):
        fronts.axis_position(control, AXES.drop(columns=column), [T0], **call)


def test_an_axis_that_passes_a_place_twice_is_refused():
    control = table(spell("hama", "government", T0))
    ring = AXES.assign(axis_id="ring", place_id=[*STOPS[:3], "souran", "maarat"])
    axes = pd.concat([AXES, ring]).set_index("seq", drop=False)
    call = {"side": "government", "start_from": "hama"}
    with pytest.raises(
        ValueError, match=r"axes: ring has 'souran' several times, seq \[2, 4\]"
    ):
        fronts.axis_position(control, axes, [T0], axis_id="ring", **call)
    # a place on two axes is on either once
    found = fronts.axis_position(control, axes, [T0], axis_id="m5", **call)
    assert found["km_low"].tolist() == [0]


def test_an_unknown_axis_is_refused():
    control = table(spell("hama", "government", T0))
    with pytest.raises(ValueError, match=r"'m4' is not known; .*known: m5"):
        fronts.axis_position(
            control, AXES, [T0], axis_id="m4", side="isis", start_from="hama"
        )
