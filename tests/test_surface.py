"""Surfaces by hand: places in the middle of squares of 10 km, as in test_fronts."""

import matplotlib as mpl

mpl.use("Agg")

import geopandas as gpd
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import shapely

from syriaconflict import fronts, hmm
from syriaconflict.mesh import mesh_of
from syriaconflict.plot_surface import plot_surface
from syriaconflict.surface import (
    Surface,
    probability_band,
    probability_line,
    probability_surface,
    surface_of,
)
from test_fronts import EAST, NORTH, T0, grid, picture, squares

FIRST = (EAST + 5000, NORTH + 5000)  # the place in the south-west


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def surface(drawing, date=T0, **options):
    rows = drawing.split()
    cells = squares(len(rows), len(rows[0]))
    return probability_surface(picture({T0: drawing}), cells, date, **options)


def at(found, east, north):
    """Return the probability so many km from the first place, on a grid of 1 km."""
    column = np.flatnonzero(np.isclose(found.x, FIRST[0] + 1000 * east))
    row = np.flatnonzero(np.isclose(found.y, FIRST[1] + 1000 * north))
    return found.probability[row[0], column[0]]


def frame(values):
    values = np.array(values, float)
    y, x = np.indices(values.shape)
    return pd.DataFrame(
        {
            "x": 1000.0 * x.ravel(),
            "y": 1000.0 * y.ravel(),
            "probability": values.ravel(),
        }
    )


def test_a_place_weighs_the_less_the_farther_it_is():
    found = surface("GO", cell_km=1, half_km=2)
    # 2 km from the one, 8 from the other: weights 1/2 and 1/16
    assert at(found, 2, 0) == pytest.approx((1 / 2) / (1 / 2 + 1 / 16))
    assert at(found, 5, 0) == pytest.approx(0.5)
    assert at(found, 8, 0) == pytest.approx((1 / 16) / (1 / 2 + 1 / 16))
    wide = surface("GO", cell_km=1, half_km=6)
    assert at(wide, 2, 0) == pytest.approx(1 / (1 + 0.5))
    # 14 km to the one and 4 to the other; 16 km are too far to count
    assert at(found, 14, 0) == pytest.approx(0.5**7 / (0.5**7 + 0.5**2))
    assert at(found, 16, 0) == 0
    assert found.crs == "EPSG:32637"
    assert (found.side, found.other_side) == ("government", "opposition")


def test_ground_out_of_reach_is_missing():
    found = surface("G", cell_km=1, reach_km=3)
    # the spots within 3 km of one place: 29 points of a lattice in a circle
    assert (found.probability == 1).sum() == 29
    assert np.isnan(at(found, 3, 3))
    assert at(found, 3, 0) == 1


def test_old_news_counts_less():
    later = pd.Timestamp(T0) + pd.Timedelta(days=3)
    control = picture({T0: "GO"}).assign(end=pd.NaT, last_told=pd.Timestamp(T0))
    found = probability_surface(
        control, squares(1, 2), later, cell_km=1, half_life=3, reach_km=5
    )
    # 0.75 sure of either: 0.75 by the one, 0.25 by the other
    assert at(found, 0, 0) == 0.75
    assert at(found, 10, 0) == 0.25


def test_contested_ground_is_a_toss_and_a_third_party_s_is_missing():
    found = surface("cI", cell_km=1)
    assert at(found, 0, 0) == 0.5
    assert np.isnan(at(found, 10, 0))
    assert np.isnan(at(found, 6, 0))  # nearer to the third party's place
    assert at(found, 4, 0) == 0.5
    other = surface("cI", cell_km=1, between=("isis", "opposition"))
    assert at(other, 10, 0) == 1


def test_two_columns_of_places_have_the_line_in_the_middle():
    found = surface("GO GO GO GO", cell_km=1)
    line = probability_line(found)
    assert len(line) == 1
    assert line.crs.to_epsg() == 32637
    shape = line.geometry[0]
    assert shape.geom_type == "LineString"
    corners = shapely.get_coordinates(shape)
    np.testing.assert_allclose(corners[:, 0], EAST + 10_000, atol=1e-3)
    # from one end of the reach to the other: 14.1 km beyond places 5 km away, of which
    # the last whole spot counts
    assert line["length_km"].tolist() == pytest.approx([30 + 2 * 14], abs=0.01)
    # higher on the left: the government in the west, the line goes to the north
    assert corners[-1, 1] > corners[0, 1]
    band = probability_band(found)
    assert len(band) == 1
    west, _, east, _ = band.total_bounds
    # both lie as far from the line, which is in the band
    assert EAST + 10_000 - west == pytest.approx(east - EAST - 10_000)
    assert band.geometry[0].contains(shape) or band.distance(shape).max() == 0
    assert band["km2"].tolist() == pytest.approx([band.area[0] / 1e6], rel=2e-3)


def test_levels_of_a_slope_lie_where_they_should():
    slope = frame([[1, 0.75, 0.5, 0.25, 0]] * 3)
    for level, x in ((0.5, 2000), (0.9, 400), (0.25, 3000)):
        shape = probability_line(slope, level).geometry[0]
        np.testing.assert_allclose(shapely.get_coordinates(shape)[:, 0], x)
    band = probability_band(slope, 0.25, 0.75)
    assert band.total_bounds.tolist() == pytest.approx([1000, 0, 3000, 2000])


def test_a_hole_in_the_band_stays_a_hole():
    hill = np.zeros((7, 7))
    hill[2:5, 2:5] = 1
    band = probability_band(frame(hill))
    assert len(band.geometry[0].interiors) == 1
    # a hill has one line all round it, two hills have two
    assert probability_line(frame(hill)).geometry[0].is_ring
    two = np.hstack([hill, hill])
    lines = probability_line(frame(two))
    assert lines.geometry[0].geom_type == "MultiLineString"
    assert len(lines.geometry[0].geoms) == 2
    assert probability_band(frame(two))["km2"].is_monotonic_decreasing


def test_no_line_through_ground_that_is_not_known():
    values = np.array([[1.0, 1, 0, 0]] * 4)
    values[1:3, 1:3] = np.nan
    line = probability_line(frame(np.vstack([values, [[1, 1, 0, 0]] * 2])))
    # only the last rows have neighbours that are known
    assert line["length_km"].tolist() == [2]


def test_spots_may_be_the_cells_of_the_events_alone():
    area = shapely.box(EAST, NORTH, EAST + 60_000, NORTH + 60_000)
    cells = hmm.hexagons(gpd.GeoSeries([area], crs="EPSG:32637"), 10)
    centre = cells["centre"]
    east = (centre.x - centre.x.min()) / (centre.x.max() - centre.x.min())
    spots = pd.DataFrame(
        {"x": centre.x, "y": centre.y, "probability": (1 - east).to_numpy()}
    )
    line = probability_line(spots)
    middle = (centre.x.max() + centre.x.min()) / 2
    np.testing.assert_allclose(
        shapely.get_coordinates(line.geometry.array)[:, 0], middle, atol=1
    )
    assert line["length_km"][0] > 50
    pd.testing.assert_frame_equal(probability_line(spots[::-1]), line)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cell_km": 0}, "cell_km is 0, wanted a number of km above 0"),
        ({"half_km": -1}, "half_km is -1, wanted"),
        ({"reach_km": np.inf}, "reach_km is inf, wanted"),
        (
            {"cell_km": 0.001},
            "cell_km is 0.001: .* wanted at most 4000000; give a larg",
        ),
        ({"half_life": 0}, "half_life is 0 days"),
        ({"date": "2010-01-01"}, "none of 2 spells runs on 2010-01-01"),
        (
            {"between": ("sdf", "turkey")},
            "neither sdf nor turkey holds any of 2 places",
        ),
    ],
)
def test_what_gives_no_surface_is_refused(change, words):
    with pytest.raises(ValueError, match=words):
        surface("GO", **change)


def test_levels_and_frames_are_checked():
    slope = frame([[1, 0.5, 0]] * 3)
    with pytest.raises(ValueError, match="level is 1, wanted a probability above 0"):
        probability_line(slope, 1)
    with pytest.raises(ValueError, match=r"high is 1\.5, wanted a probability"):
        probability_band(slope, 0.5, 1.5)
    with pytest.raises(
        ValueError, match=r"low is 0\.7 and high 0\.3, wanted the lower"
    ):
        probability_band(slope, 0.7, 0.3)
    with pytest.raises(ValueError, match="spots lacks probability"):
        probability_line(slope.drop(columns="probability"))
    with pytest.raises(ValueError, match=r"a probability is 2\.0, wanted 0 to 1"):
        probability_line(slope.assign(probability=2.0))
    with pytest.raises(ValueError, match="comes twice; give the spots of one day"):
        probability_line(pd.concat([slope, slope]))
    with pytest.raises(ValueError, match="1 rows and 3 columns, wanted 2 or more"):
        probability_line(frame([[1, 0.5, 0]]))
    with pytest.raises(ValueError, match="0 rows and 0 columns"):
        probability_line(slope[:0])


def test_one_party_alone_has_no_line():
    alone = surface("GG")
    with pytest.raises(ValueError, match=r"nowhere crosses 0\.5; it is from 1 to 1"):
        probability_line(alone)
    with pytest.raises(ValueError, match=r"nowhere lies between 0\.25 and 0\.75"):
        probability_band(alone)
    empty = frame(np.full((3, 3), np.nan))
    with pytest.raises(ValueError, match=r"nowhere crosses 0\.5; it is missing"):
        probability_line(empty)


def test_places_cells_and_meshes_give_one_surface_and_stay_as_they_are():
    control = picture({T0: "GO GO"})
    kept = control.copy(deep=True)
    found = [
        probability_surface(control[::step], places, T0, reach_km=14.5)
        for places, step in ((squares(2, 2), 1), (mesh_of(squares(2, 2)), -1))
    ]
    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one, other)
    table = probability_surface(control, grid(2, 2), T0, reach_km=14.5)
    np.testing.assert_allclose(table.probability, found[0].probability, atol=1e-6)
    pd.testing.assert_frame_equal(control, kept)
    assert surface_of(table) is table
    assert fronts.probability_surface is probability_surface


def test_a_drawing_has_the_surface_the_line_and_the_band():
    _, ax = plt.subplots()
    assert plot_surface(surface("GO GO"), ax=ax) is ax
    widths = sorted(line.get_linewidth() for line in ax.lines)
    assert widths[-1] == 1.8
    assert widths[0] == 0.6
    label = ax.figure.axes[1].get_ylabel()
    assert label == "probability of Government, not opposition"
    alone = plot_surface(surface("GG"))
    assert not alone.lines
    blank = Surface(*[np.arange(2.0)] * 2, np.full((2, 2), np.nan), "EPSG:32637",
                    "a-b", "other")  # fmt: skip
    assert plot_surface(blank).get_ylabel() == "km north"


def test_lines_and_bands_survive_geoparquet(tmp_path):
    found = surface("GGOO GGOO")
    for name, table in (
        ("line", probability_line(found)),
        ("band", probability_band(found)),
    ):
        path = tmp_path / f"{name}.parquet"
        table.to_parquet(path)
        again = gpd.read_parquet(path)
        assert again.crs == table.crs
        assert again.geometry.geom_equals(table.geometry).all()
