"""Cells that are handed in, to everything that looks at ground."""

from functools import partial

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from pandas.testing import assert_frame_equal

from syriaconflict import fronts, spread, tessellation
from syriaconflict.animate import animate_front
from test_fronts import CELL, T0, T1, picture, squares


def plain(frame):
    return frame.reset_index(drop=True)


def every_use(control, cells, tmp_path):
    """What looks at ground, each on the same cells."""
    surface = partial(fronts.probability_surface, control, cells, T0)
    yield partial(fronts.control_areas, control, cells, T0)
    yield partial(fronts.front_line, control, cells, T0)
    yield partial(fronts.contested_band, control, cells, T0)
    yield partial(fronts.changed_areas, control, cells, T0, T1)
    yield partial(fronts.front_shift, control, cells, T0, T1)
    yield partial(fronts.segment_shifts, control, cells, T0, T1)
    yield partial(fronts.front_track, control, cells, T0, T1, progress=False)
    yield partial(spread.drawn_shifts, control, cells, T0, T1, draws=2)
    yield lambda: pd.DataFrame(surface().probability)
    out = tmp_path / "days"
    yield partial(animate_front, control, cells, [T0], out, progress=False)


def test_cells_read_back_from_a_file_are_those_that_were_written(tmp_path):
    control, cells = picture({T0: "GcO", T1: "GOO"}), squares(1, 3)
    cells.to_file(tmp_path / "cells.gpkg")
    back = gpd.read_file(tmp_path / "cells.gpkg")
    assert back.columns[0] == "place_id"
    kept = back.copy()
    for one, other in zip(
        every_use(control, cells, tmp_path),
        every_use(control, back, tmp_path),
        strict=True,
    ):
        found, wanted = other(), one()
        if isinstance(wanted, list):  # of pictures
            assert found == wanted
        else:
            assert_frame_equal(pd.DataFrame(found), pd.DataFrame(wanted))
    assert_geodataframe_equal(back, kept)


def test_cells_of_no_place_in_control_are_refused(tmp_path):
    control = picture({T0: "GcO", T1: "GOO"})
    for cells in (plain(squares(1, 3)), fronts.mesh_of(plain(squares(1, 3)))):
        for call in every_use(control, cells, tmp_path):
            with pytest.raises(
                ValueError,
                match=r"none of 3 is of a place in control: .*\[0, 1, 2\].*'p00'",
            ):
                call()
    # a cell that is not told of is unknown beside one that is
    found = fronts.control_areas(control, squares(2, 3), T0)
    assert found.set_index("status")["places"].to_dict()["unknown"] == 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda cells: cells[:0], "cells: there is no row"),
        (lambda cells: cells[:0].reset_index(), "cells: there is no row"),
        (
            lambda cells: cells.set_crs(None, allow_override=True),
            "no coordinate system",
        ),
        (
            lambda cells: cells.set_geometry(cells.centroid),
            r"\['p00', 'p01', 'p02'\] and 0 more have no ground",
        ),
        (
            lambda cells: cells.set_geometry(
                [None, *cells.geometry[1:]], crs=cells.crs
            ),
            r"cells: \['p00'\] and 0 more have no ground",
        ),
        (
            lambda cells: cells.set_geometry(
                [shapely.Polygon(), *cells.geometry[1:]], crs=cells.crs
            ),
            r"cells: \['p00'\] and 0 more have no ground",
        ),
        (lambda cells: cells.drop(columns="km2"), "cells lacks km2"),
    ],
)
def test_cells_without_ground_or_system_are_refused(change, words, tmp_path):
    cells = change(squares(1, 3))
    for call in every_use(picture({T0: "GcO", T1: "GOO"}), cells, tmp_path):
        with pytest.raises(ValueError, match=words):
            call()


def test_a_cell_may_have_several_pieces(tmp_path):
    # a square of 10 km and an island of another place's square, 30 km to the east
    cells = squares(1, 4)
    pieces = shapely.multipolygons([cells.geometry.iloc[0], cells.geometry.iloc[3]])
    cells = cells[:3].set_geometry([pieces, *cells.geometry[1:3]], crs=cells.crs)
    control = picture({T0: "GOO", T1: "GGO"})
    for call in every_use(control, cells, tmp_path):
        call()
    # the middle cells border on the pieces of the first, 10 km on either side
    ridges = tessellation.ridges(cells).set_index(["place_a", "place_b"])["length_km"]
    assert ridges.to_dict() == {
        ("p00", "p01"): 10, ("p00", "p02"): 10, ("p01", "p02"): 10,
    }  # fmt: skip
    assert fronts.front_line(control, cells, T0)["length_km"].tolist() == [10, 10]
    found = fronts.front_shift(control, cells, T0, T1)
    assert found["line_km"].tolist() == [20, 20]
    assert found["net_km2"].tolist() == pytest.approx([CELL, -CELL])
    alone = cells.set_geometry([shapely.multipolygons([one]) for one in
                                squares(1, 3).geometry], crs=cells.crs)  # fmt: skip
    assert_frame_equal(
        fronts.front_shift(control, alone, T0, T1),
        fronts.front_shift(control, squares(1, 3), T0, T1),
    )
