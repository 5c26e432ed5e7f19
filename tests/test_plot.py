"""What is drawn, not how its pixels look: data, labels, colours, legends, the axes."""

import matplotlib as mpl

mpl.use("Agg")

import geopandas as gpd
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.collections import PathCollection
from matplotlib.colors import same_color, to_rgb
from matplotlib.patches import FancyArrowPatch
from matplotlib_scalebar.scalebar import ScaleBar

from syriaconflict import _map_names, palette, plot
from syriaconflict.vocabulary import CAMPS, EVENT_CLASSES

GOVERNMENT, OPPOSITION, RUSSIA = "#D55E00", "#009E73", "#CC79A7"  # Okabe and Ito
POINTS = {
    "hama": ("Hama", 36.757, 35.132),
    "halfaya": ("Halfaya", 36.606, 35.260),
    "taybat": ("Taybat al-Imam", 36.712, 35.266),
    "souran": ("Souran", 36.748, 35.292),
    "morek": ("Morek", 36.690, 35.376),
    "aleppo": ("Aleppo", 37.161, 36.201),
}
PLACES = pd.DataFrame(
    [(key, *row, "settlement", 2.0) for key, row in POINTS.items()],
    columns=["place_id", "name", "longitude", "latitude", "kind", "radius_km"],
)


@pytest.fixture(autouse=True)
def _close_figures():
    plt.close("all")
    yield
    plt.close("all")


def entries(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def named(ax):
    return {text.get_text() for text in ax.texts}


def weeks(count=3):
    return pd.date_range("2016-08-01", periods=count, freq="7D", name="period")


def counts(**more):
    frame = {
        "events": [2, 1, 3, 1],
        "low": pd.array([31, 24, None, 3], "Int64"),
        "high": pd.array([31, 99, 12, None], "Int64"),
        "unit": "strike",
        "grain": "discrete",
        "per": "total",
    }
    index = pd.Index(["russia", "government", "a | b", "not named"], name="operators")
    return pd.DataFrame(frame | more, index=index)


def tempo():
    numbers = {"n": [1.5, 0.0, 4.0], "n_low": [1, 0, 4], "n_high": [2, 0, 4]}
    return pd.DataFrame(numbers, index=weeks())


def by_camp():
    camps = ("government", "opposition", "russia")
    parts = {camp: tempo() + rank for rank, camp in enumerate(camps)}
    return pd.concat(parts, names=["initiator_camp"]).swaplevel().sort_index()


def intensity():
    numbers = {"rate": [1.0, 0.0], "rate_p05": [0.4, 0.0], "rate_p95": [2.0, 0.3]}
    return pd.DataFrame(numbers, index=weeks(2))


def position():
    return pd.DataFrame(
        {
            "km_low": [0.0, 10.0, 10.0, np.nan],
            "km_high": [10.0, 30.0, np.nan, 30.0],
            "km": [5.0, 20.0, np.nan, np.nan],
            "last_stop": ["hama", "souran", "souran", None],
            "next_stop": ["souran", "khan-shaykhun", None, "khan-shaykhun"],
            "is_broken": False,
        },
        index=pd.date_range("2016-08-28", periods=4, name="date"),
    )


def coverage():
    index = pd.MultiIndex.from_product(
        [["guardian", "sana"], ["aleppo", "hama"], weeks()],
        names=["publisher_id", "front_id", "period"],
    )
    # guardian: 1 + 4, 0 + 0, 2 + 0; sana: nothing, 0 + 3, nothing
    claims = [1, 0, 2, 4, 0, 0, 0, 0, 0, 0, 3, 0]
    return pd.DataFrame({"claims": claims, "documents": 1}, index=index)


def held():
    rows = {
        "hama": ("held", "government", None),
        "halfaya": ("held", "opposition", None),
        "taybat": ("besieged", "government", "opposition"),
        "souran": ("contested", "opposition", "government"),
        "morek": ("none", None, None),
        "aleppo": ("unknown", None, None),
    }
    columns = ["status", "side", "other_camp"]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return frame.rename_axis("place_id")


def squares(count):
    """Squares of 10 km around Hama, from west to east."""
    shapes = [
        shapely.box(x, 0, x + 10_000, 10_000) for x in range(0, count * 10_000, 10_000)
    ]
    corner = {"xoff": 290_000, "yoff": 3_885_000}
    moved = [shapely.affinity.translate(one, **corner) for one in shapes]
    return gpd.GeoSeries(moved, crs="EPSG:32637")


def areas():
    frame = {
        "status": ["besieged", "contested", "held", "held", "none", "unknown"],
        "side": ["government", None, "government", "opposition", None, None],
        "places": 1,
        "km2": [50.0, 60.0, 1070.0, 80.0, 90.0, 100.0],
    }
    return gpd.GeoDataFrame(frame, geometry=squares(6))


def line():
    cells = squares(3).array
    frame = {
        "kind": ["held-held", "held-contested", "held-contested"],
        "side": ["government", "opposition", "opposition"],
        "other_side": ["opposition", "contested", "contested"],
        "length_km": [54.4, 20.0, 10.0],
    }
    edges = [shapely.boundary(cell) for cell in cells]
    return gpd.GeoDataFrame(frame, geometry=edges, crs="EPSG:32637")


def changes():
    frame = {
        "name": ["Hama", "B", "C", "D"],
        "before": ["government", "government", "opposition", "unknown"],
        "after": ["opposition", "government", "opposition", "contested"],
        "is_changed": [True, False, False, True],
        "km2": [100.0, 200.0, 300.0, 400.0],
    }
    index = pd.Index(["hama", "b", "c", "d"], name="place_id")
    return gpd.GeoDataFrame(frame, geometry=squares(4).array, index=index)


def events():
    hama, aleppo = POINTS["hama"][1:], POINTS["aleppo"][1:]
    rows = [
        ("ground", "opposition", *hama),
        ("ground", "opposition", *hama),
        ("air", "russia", *hama),
        ("air", None, *aleppo),
        ("air", "russia", np.nan, np.nan),
    ]
    columns = ["event_class", "initiator_camp", "longitude", "latitude"]
    return pd.DataFrame(rows, columns=columns)


def movements():
    rows = [
        ("aleppo", "hama", "government", "Tiger Forces"),
        ("aleppo", "hama", "iran_aligned", None),
        ("morek", "souran", "opposition", "one brigade"),
        (None, "hama", "government", "reserves"),
        ("homs", "hama", "government", "reserves"),
    ]
    columns = ["from_place_id", "to_place_id", "camp", "label"]
    return pd.DataFrame(rows, columns=columns)


# function, arguments, and a keyword that its one artist takes
DRAWINGS = {
    "tempo": (plot.plot_tempo, (tempo(),)),
    "intensity": (plot.plot_intensity, (intensity(),)),
    "strikes": (plot.plot_strikes, (counts(),)),
    "axis": (plot.plot_axis, (position(),)),
    "coverage": (plot.plot_coverage, (coverage(),)),
    "control": (plot.plot_control, (held(), PLACES)),
    "areas": (plot.plot_areas, (areas(),)),
    "front": (plot.plot_front, (line(),)),
    "shift": (plot.plot_shift, (changes(),)),
    "events": (plot.plot_events, (events(),)),
    "flows": (plot.plot_flows, (movements(), PLACES)),
}
MAPS = ("control", "areas", "front", "shift", "events", "flows")


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_uses_the_axes_given_and_changes_nothing_else(name):
    function, results = DRAWINGS[name]
    before = [result.copy(deep=True) for result in results]
    settings = dict(mpl.rcParams)
    figure, ax = plt.subplots()
    assert function(*results, ax=ax) is ax
    assert plt.get_fignums() == [figure.number]
    assert dict(mpl.rcParams) == settings
    assert ax.get_title() == ""
    for result, kept in zip(results, before, strict=True):
        pd.testing.assert_frame_equal(pd.DataFrame(result), pd.DataFrame(kept))


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_makes_axes_of_its_own(name):
    function, results = DRAWINGS[name]
    ax = function(*results)
    assert ax.figure.number == plt.get_fignums()[-1]
    assert ax.get_figure().get_size_inches().tolist() == [8, 6]


@pytest.mark.parametrize("name", DRAWINGS)
def test_legend_and_names_lie_outside_the_data_and_inside_the_figure(name):
    function, results = DRAWINGS[name]
    ax = function(*results)
    ax.figure.canvas.draw()
    legend = ax.get_legend().get_window_extent()
    data = ax.get_window_extent()
    assert legend.x0 >= data.x1 or legend.y1 <= data.y0
    room = ax.figure.bbox
    everything = ax.get_tightbbox()
    assert everything.x0 >= room.x0 - 1
    assert everything.x1 <= room.x1 + 1


@pytest.mark.parametrize("name", DRAWINGS)
def test_an_empty_result_is_refused(name):
    function, results = DRAWINGS[name]
    with pytest.raises(ValueError, match="nothing to draw"):
        function(results[0][:0], *results[1:])


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_frame_of_another_kind_is_refused(name):
    function, results = DRAWINGS[name]
    with pytest.raises(ValueError, match="lacks"):
        function(results[0].rename(columns=str.upper), *results[1:])


@pytest.mark.parametrize("name", MAPS)
def test_maps_have_scale_proportions_and_degrees(name):
    function, results = DRAWINGS[name]
    ax = function(*results)
    assert ax.get_xlabel() == "longitude (°E)"
    assert ax.get_ylabel() == "latitude (°N)"
    assert ax.xaxis.label.get_size() == ax.yaxis.label.get_size() == 10
    (bar,) = (one for one in ax.artists if isinstance(one, ScaleBar))
    middle = np.radians(np.mean(ax.get_ylim()))
    # the margin below the data moves the middle of the map by less than 0.2 degrees
    assert ax.get_aspect() == pytest.approx(1 / np.cos(middle), rel=3e-3)
    # a degree of longitude is 111.32 km at the equator
    assert bar.dx == pytest.approx(111_320 * np.cos(middle), rel=1e-6)


def test_a_second_drawing_on_a_map_keeps_legend_and_scale_bar():
    ax = plot.plot_areas(areas())
    first = entries(ax)
    plot.plot_front(line(), ax=ax)
    assert entries(ax)[: len(first)] == first
    assert len(entries(ax)) == len(first) + 2
    assert sum(isinstance(one, ScaleBar) for one in ax.artists) == 1


# palette --------------------------------------------------------------------------


def test_every_camp_has_looks_of_its_own():
    assert set(plot.CAMP_COLOURS) == set(palette.CAMP_MARKERS) == set(CAMPS)
    assert set(palette.CAMP_HATCHES) == set(palette.CAMP_LINES) == set(CAMPS)
    assert len({to_rgb(colour) for colour in plot.CAMP_COLOURS.values()}) == len(CAMPS)
    hatches = list(palette.CAMP_HATCHES.values())
    assert len(set(hatches)) == len(hatches)
    sides = ["government", "opposition", "isis", "sdf"]
    for looks in (palette.CAMP_MARKERS, palette.CAMP_LINES):
        assert len({looks[side] for side in sides}) == 4
    assert plot.CAMP_COLOURS["government"] == GOVERNMENT
    assert plot.CAMP_COLOURS["opposition"] == OPPOSITION


def test_other_groups_never_look_like_the_two_main_sides():
    looks = palette.styles([f"front-{number}" for number in range(8)])
    colours = {look["color"] for look in looks.values()}
    assert not colours & {GOVERNMENT, OPPOSITION}
    assert looks["front-0"] == looks["front-6"]
    assert looks["front-0"] != looks["front-1"]
    mixed = palette.styles(["russia", "north-hama"])
    assert mixed["north-hama"] == looks["front-0"]


def test_words_of_codes_and_identifiers():
    assert palette.wording("sdf") == "SDF"
    assert palette.wording("barrel_bomb") == "Barrel bomb"
    assert palette.wording("contested", capital=False) == "contested"
    assert palette.wording("taybat-al-imam") == "Taybat al Imam"
    assert palette.wording("russian-air-force | a-b") == "Russian Air Force | A B"


# series ---------------------------------------------------------------------------


def test_tempo_is_drawn_as_steps_as_wide_as_the_periods():
    ax = plot.plot_tempo(tempo(), linewidth=5)
    (drawn,) = ax.lines
    assert drawn.get_ydata().tolist() == [1.5, 0, 4, 4]
    edges = pd.DatetimeIndex(drawn.get_xdata())
    assert edges.tolist() == list(
        pd.to_datetime(["2016-08-01", "2016-08-08", "2016-08-15", "2016-08-22"])
    )
    assert drawn.get_drawstyle() == "steps-post"
    assert drawn.get_linewidth() == 5
    heights = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == (0, 4)
    assert entries(ax) == ["reported", "certain to possible"]
    assert ax.get_ylabel() == "events per week"
    assert ax.get_ylim()[0] == 0


@pytest.mark.parametrize(
    ("starts", "word"),
    [
        (["2016-08-01", "2016-08-02"], "day"),
        (["2016-08-01", "2016-09-01"], "month"),
        (["2016-08-01", "2016-11-01"], "period"),
        (["2016-08-01"], "period"),
    ],
)
def test_the_axis_says_what_a_period_is(starts, word):
    index = pd.DatetimeIndex(starts, name="period")
    frame = pd.DataFrame({"n": 1.0, "n_low": 1, "n_high": 1}, index=index)
    assert plot.plot_tempo(frame).get_ylabel() == f"events per {word}"


def test_groups_are_lines_in_the_colours_of_their_camps():
    ax = plot.plot_tempo(by_camp())
    colours = [one.get_color() for one in ax.lines]
    assert colours == [GOVERNMENT, OPPOSITION, RUSSIA]
    assert len({one.get_linestyle() for one in ax.lines}) > 1
    assert ax.lines[1].get_ydata().tolist() == [2.5, 1, 5, 5]
    assert entries(ax)[:3] == ["Government", "Opposition", "Russia"]
    bands = [one.get_facecolor()[0] for one in ax.collections]
    assert all(map(same_color, [band[:3] for band in bands], colours))


def test_intensity_has_its_interval():
    ax = plot.plot_intensity(intensity())
    assert ax.lines[0].get_ydata().tolist() == [1, 0, 0]
    heights = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == (0, 2)
    assert entries(ax) == ["reported", "90 % interval"]
    assert ax.get_ylabel() == "reported incidents per day"
    plain = intensity().rename(columns={"rate_p05": "low", "rate_p95": "high"})
    assert entries(plot.plot_intensity(plain))[1] == "low to high"


def broken(*days):
    """Breaks of coverage from pairs of first and last day."""
    frame = pd.DataFrame(days, columns=["period", "last"], dtype="datetime64[ms]")
    return frame.assign(publisher_id="sana", kind="appeared")


def shaded(ax):
    """First and last day, exclusive, of each hatched span over the whole height."""
    spans = [one for one in ax.patches if one.get_hatch()]
    assert all(one.get_y() == 0 and one.get_height() == 1 for one in spans)
    assert all(one.get_transform() != ax.transData for one in spans)
    edges = [(one.get_x(), one.get_x() + one.get_width()) for one in spans]
    return [tuple(f"{mpl.dates.num2date(day):%m-%d}" for day in one) for one in edges]


BREAK = "a source appears or falls silent"


@pytest.mark.parametrize("name", ["tempo", "intensity"])
def test_periods_of_breaks_are_shaded_behind_the_line(name):
    function, (result,) = DRAWINGS[name]
    plain = entries(function(result))
    breaks = broken(("2016-08-08", "2016-08-14"), ("2016-08-08", "2016-08-14"))
    before = breaks.copy()
    ax = function(result, breaks=breaks)
    assert shaded(ax) == [("08-08", "08-15")]  # two breaks of one week, shaded once
    assert entries(ax) == [*plain, BREAK]
    assert ax.patches[0].get_zorder() < ax.lines[0].get_zorder()
    assert ax.patches[0].get_zorder() < ax.collections[0].get_zorder()
    assert ax.get_legend().legend_handles[-1].get_hatch() == ax.patches[0].get_hatch()
    assert ax.get_ylim()[0] == 0
    pd.testing.assert_frame_equal(breaks, before)


def test_breaks_of_other_periods_shade_those_they_touch():
    # Sunday 7 to Saturday 13 August lies in the weeks of 1 and of 8 August
    ax = plot.plot_tempo(by_camp(), breaks=broken(("2016-08-07", "2016-08-13")))
    assert shaded(ax) == [("08-01", "08-08"), ("08-08", "08-15")]
    ax = plot.plot_tempo(tempo(), breaks=broken(("2016-08-01", "2016-08-31")))
    assert shaded(ax)[-1] == ("08-15", "08-22")


def test_breaks_elsewhere_or_none_shade_nothing():
    edges = broken(("2016-07-25", "2016-07-31"), ("2016-08-22", "2016-08-28"))
    for breaks in (edges, edges[:0], None):
        ax = plot.plot_tempo(tempo(), breaks=breaks)
        assert shaded(ax) == []
        assert BREAK not in entries(ax)


@pytest.mark.parametrize("name", ["tempo", "intensity"])
def test_breaks_of_another_kind_are_refused_before_drawing(name):
    function, (result,) = DRAWINGS[name]
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match="breaks lacks last"):
        function(result, ax, breaks=broken().drop(columns="last"))
    assert not ax.lines


# strikes --------------------------------------------------------------------------


def test_strikes_are_bars_up_to_the_low_and_on_to_the_high_count():
    ax = plot.plot_strikes(counts(), alpha=0.5)
    solid, hatched = ax.containers
    assert [bar.get_width() for bar in solid] == [31, 24, 0, 3]
    assert [bar.get_x() for bar in hatched] == [31, 24, 0, 3]
    assert [bar.get_width() for bar in hatched][:3] == [0, 75, 12]
    assert hatched[3].get_width() <= 0 or np.isnan(hatched[3].get_width())
    assert {bar.get_hatch() for bar in hatched} == {"////"}
    assert solid[0].get_alpha() == 0.5
    colours = [bar.get_facecolor()[:3] for bar in solid]
    assert same_color(colours[0], RUSSIA)
    assert same_color(colours[1], GOVERNMENT)
    assert not any(same_color(colours[2], one) for one in (GOVERNMENT, OPPOSITION))
    words = [text.get_text() for text in ax.texts]
    assert words == ["31", "24 \N{EN DASH} 99", "up to 12", "3 or more"]
    ticks = [label.get_text() for label in ax.get_yticklabels()]
    assert ticks == ["Russia", "Government", "A | b", "Not named"]
    assert ax.yaxis_inverted()
    assert entries(ax) == ["at least", "at most"]


def test_strikes_carry_their_unit():
    assert plot.plot_strikes(counts()).get_xlabel() == "strikes"
    rates = counts(unit="casualty_event", per="day")
    assert plot.plot_strikes(rates).get_xlabel() == "casualty events per day"
    nothing = counts(
        low=pd.array([None] * 4, "Int64"), high=pd.array([None] * 4, "Int64")
    )
    assert {text.get_text() for text in plot.plot_strikes(nothing).texts} == {
        "not told"
    }


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("unit", ["sortie", "strike", "strike", "strike"]),
        ("per", ["day", "total", "total", "total"]),
        ("grain", ["aggregate", "discrete", "discrete", "discrete"]),
    ],
)
def test_what_cannot_be_compared_is_not_drawn_together(column, values):
    with pytest.raises(ValueError, match=f"{column} is .*{values[0]}.*own"):
        plot.plot_strikes(counts(**{column: values}))


def test_strikes_by_two_groups_name_both():
    index = pd.MultiIndex.from_tuples(
        [("russia", "bomb"), ("russia", "cluster"), ("sdf", "bomb"), ("isis", "bomb")]
    )
    ax = plot.plot_strikes(counts().set_index(index))
    first = ax.get_yticklabels()[0].get_text()
    assert first == "Russia \N{MIDDLE DOT} Bomb"
    assert same_color(ax.containers[0][1].get_facecolor()[:3], RUSSIA)


# axis and coverage ----------------------------------------------------------------


def test_axis_position_has_band_middle_and_lone_bounds():
    ax = plot.plot_axis(position(), color="red")
    middle = next(one for one in ax.lines if one.get_label() == "middle")
    assert middle.get_ydata()[:2].tolist() == [5, 20]
    assert middle.get_color() == "red"
    lone = {one.get_label(): one for one in ax.lines if one.get_marker() in "^v"}
    assert lone["at least"].get_ydata().tolist() == [10]
    assert lone["at most"].get_ydata().tolist() == [30]
    band = np.vstack([path.vertices for path in ax.collections[0].get_paths()])
    # the second step must reach the third day although that has no upper bound
    assert band[:, 1].max() == 30
    assert mpl.dates.num2date(band[:, 0].max()).day == 30
    stops = ax.child_axes[0]
    names = [label.get_text() for label in stops.get_yticklabels()]
    assert dict(zip(names, stops.get_yticks(), strict=True)) == {
        "Hama": 0,
        "Souran": 10,
        "Khan Shaykhun": 30,
    }
    assert set(entries(ax)) == {"lowest to highest", "middle", "at least", "at most"}


def test_the_stops_of_an_axis_are_named_as_the_places_are():
    # the third stop is no place of the frame: its identifier must do
    places = PLACES.replace({"name": {"Souran": "Souran (Hama)"}})
    ax = plot.plot_axis(position(), places=places)
    names = [label.get_text() for label in ax.child_axes[0].get_yticklabels()]
    assert names == ["Hama", "Souran (Hama)", "Khan Shaykhun"]
    with pytest.raises(ValueError, match="places"):
        plot.plot_axis(position(), places=places.drop(columns="name"))


def test_an_axis_of_which_nothing_is_known_is_refused():
    unknown = position().assign(km_low=np.nan, km_high=np.nan, km=np.nan)
    with pytest.raises(ValueError, match="no day has a bound"):
        plot.plot_axis(unknown)


def test_coverage_has_a_dot_per_publisher_and_week_with_claims():
    ax = plot.plot_coverage(coverage())
    (dots,) = (one for one in ax.collections if isinstance(one, PathCollection))
    sizes = dots.get_sizes()
    rows = dots.get_offsets()[:, 1].tolist()
    assert rows == [0, 0, 1]
    # areas in proportion to 5, 2 and 3 claims
    assert (sizes / sizes[1] * 2).tolist() == pytest.approx([5, 2, 3])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["guardian", "sana"]
    assert entries(ax) == ["1", "2", "5"]
    assert ax.get_legend().get_title().get_text() == "claims"
    assert ax.get_xlabel() == "week in which the happening began"


def test_many_claims_do_not_burst_the_drawing():
    ax = plot.plot_coverage(coverage() * 1000)
    assert max(ax.collections[-1].get_sizes()) <= 600


# maps -----------------------------------------------------------------------------


def test_control_marks_side_and_status():
    ax = plot.plot_control(held(), PLACES, markersize=20)
    marks = {one.get_label(): one for one in ax.lines}
    assert entries(ax) == [
        "Government",
        "Opposition",
        "Contested: Opposition | Government",
        "Government, besieged",
        "Held by nobody",
        "Not known",
    ]
    assert marks["Government"].get_markerfacecolor() == GOVERNMENT
    assert marks["Opposition"].get_markerfacecolor() == OPPOSITION
    assert marks["Government"].get_marker() != marks["Opposition"].get_marker()
    contested = marks["Contested: Opposition | Government"]
    assert contested.get_fillstyle() == "left"
    assert contested.get_markerfacecolor() == OPPOSITION
    assert contested.get_markerfacecoloralt() == GOVERNMENT
    besieged = marks["Government, besieged"]
    assert besieged.get_markeredgewidth() > marks["Government"].get_markeredgewidth()
    assert besieged.get_xydata().tolist() == [[36.712, 35.266]]
    assert marks["Held by nobody"].get_markerfacecolor() == "white"
    assert marks["Not known"].get_marker() == "x"
    assert {one.get_markersize() for one in ax.lines} == {20}
    assert named(ax) == {row[0] for row in POINTS.values()}


def test_control_leaves_out_places_it_cannot_place():
    ax = plot.plot_control(held(), PLACES[PLACES["place_id"] != "hama"])
    assert "Hama" not in named(ax)
    nowhere = PLACES.assign(longitude=np.nan)
    with pytest.raises(ValueError, match="no place of it has coordinates"):
        plot.plot_control(held(), nowhere)
    with pytest.raises(ValueError, match="stands in several rows"):
        plot.plot_control(held(), pd.concat([PLACES, PLACES]))


def test_areas_have_colour_hatch_and_km2():
    middle = PLACES[:1].assign(place_id="plain", name="Hama plain", kind="area")
    ax = plot.plot_areas(areas(), places=pd.concat([PLACES, middle]), linewidth=2)
    assert entries(ax) == [
        "Government: 1,070 km²",
        "Opposition: 80 km²",
        "Contested: 60 km²",
        "Government, besieged: 50 km²",
        "Held by nobody: 90 km²",
        "Not known: 100 km²",
    ]
    looks = {
        label: (patch.get_facecolor(), patch.get_hatch())
        for label, patch in zip(entries(ax), ax.get_legend().get_patches(), strict=True)
    }
    government, opposition, contested, besieged, *_ = looks.values()
    assert same_color(government[0][:3], GOVERNMENT)
    assert same_color(besieged[0][:3], GOVERNMENT)
    assert same_color(opposition[0][:3], OPPOSITION)
    hatches = [hatch for _, hatch in (government, opposition, contested, besieged)]
    assert len(set(hatches)) == 4
    assert len(ax.collections) == 6
    assert {one.get_linewidth()[0] for one in ax.collections} == {2}
    # the squares lie at 35.08 to 35.18 N: Hama alone is inside
    assert named(ax) == {"Hama"}
    assert ax.dataLim.x0 == pytest.approx(36.69, abs=0.02)


def test_a_front_is_solid_between_held_and_dashed_along_contested_ground():
    ax = plot.plot_front(line(), places=PLACES)
    firm, contested = ax.get_legend().get_lines()
    dash = "\N{EN DASH}"
    assert entries(ax) == [
        f"Government {dash} opposition: 54 km",
        f"Opposition {dash} contested: 30 km",
    ]
    assert (firm.get_linestyle(), contested.get_linestyle()) == ("-", "--")
    assert contested.get_color() == OPPOSITION
    drawn = [one.get_linestyle()[0][1] for one in ax.collections]
    assert sorted(pattern is None for pattern in drawn) == [False, True]
    # places within 15 km of the line: not Morek, 20 km to the north, nor Aleppo
    assert named(ax) == {"Hama", "Souran", "Taybat al-Imam", "Halfaya"}


def test_a_shift_shows_what_changed_hands():
    twin = PLACES[:1].assign(place_id="near-hama", name="Near Hama")
    ax = plot.plot_shift(changes(), places=pd.concat([PLACES, twin]))
    assert named(ax) == {"Hama"}
    arrow = "\N{RIGHTWARDS ARROW}"
    labels = entries(ax)
    assert set(labels) == {
        f"Government {arrow} Opposition: 100 km²",
        f"Not known {arrow} Contested: 400 km²",
        "Government, unchanged: 200 km²",
        "Opposition, unchanged: 300 km²",
    }
    patches = dict(zip(labels, ax.get_legend().get_patches(), strict=True))
    won = patches[f"Government {arrow} Opposition: 100 km²"]
    kept = patches["Opposition, unchanged: 300 km²"]
    assert same_color(won.get_facecolor()[:3], OPPOSITION)
    assert same_color(kept.get_facecolor()[:3], OPPOSITION)
    assert won.get_alpha() > 2 * kept.get_alpha()
    heard = patches[f"Not known {arrow} Contested: 400 km²"]
    assert won.get_alpha() > heard.get_alpha() > kept.get_alpha()
    assert won.get_hatch()
    assert not kept.get_hatch()


def test_events_have_the_shape_of_their_class_and_the_colour_of_the_camp():
    ax = plot.plot_events(events(), places=PLACES, s=99)
    marks = [one for one in ax.collections if isinstance(one, PathCollection)]
    assert sum(len(one.get_offsets()) for one in marks) == 4
    assert {one.get_sizes()[0] for one in marks} == {99}
    faces = [one.get_facecolor()[0][:3] for one in marks]
    # air not stated, air russia, ground opposition, in order of class and camp
    assert list(map(same_color, faces, ["white", RUSSIA, OPPOSITION])) == [True] * 3
    assert entries(ax) == [
        *("Class of event", "Ground", "Air"),
        *("Initiator", "Opposition", "Russia", "Not stated"),
    ]
    assert named(ax) == {
        "Hama",
        "Aleppo",
        # three events at Hama: 0.018 x sqrt(2) of 1.069 degrees of 111.32 km
        "marks of one place are set up to 3 km off it",
        "without coordinates, not drawn: 1",
    }
    assert set(plot.plot_events.__globals__["CLASS_MARKERS"]) == set(EVENT_CLASSES)


def test_events_at_one_point_are_set_side_by_side():
    ax = plot.plot_events(events())
    spots = np.vstack([one.get_offsets() for one in ax.collections])
    assert len(np.unique(spots.round(6), axis=0)) == 4
    hama = spots[spots[:, 1] < 36]
    away = np.hypot(*(hama - POINTS["hama"][1:]).T)
    # the first on the point, the others within 3 % of the longer side, 1.07 degrees
    assert sorted(away)[0] == 0
    assert 0 < sorted(away)[1] <= max(away) < 0.04
    assert ax.get_figure() is not None
    shuffled = plot.plot_events(events()[::-1])
    again = np.vstack([one.get_offsets() for one in shuffled.collections])
    np.testing.assert_allclose(np.sort(spots, axis=0), np.sort(again, axis=0))


def test_many_events_at_one_point_stay_near_it():
    crowd = pd.concat([events()[:1]] * 400 + [events()[3:4]], ignore_index=True)
    ax = plot.plot_events(crowd)
    spots = np.vstack([one.get_offsets() for one in ax.collections])
    at = crowd[["longitude", "latitude"]].drop_duplicates().to_numpy()
    narrow = np.cos(np.radians(at[0, 1]))
    off = [np.hypot(*((spots - one) * [narrow, 1]).T) for one in at]
    # 0.05 of the longer side, from Hama to Aleppo: 1.069 degrees, or 5.95 km
    assert np.minimum(*off).max() == pytest.approx(0.05 * 1.069, rel=1e-3)
    assert "marks of one place are set up to 6 km off it" in named(ax)


def test_events_without_coordinates_alone_are_refused():
    with pytest.raises(ValueError, match="none has coordinates"):
        plot.plot_events(events()[4:])


def test_flows_are_arrows_in_the_colours_of_the_camps():
    ax = plot.plot_flows(movements(), PLACES, linewidth=7)
    arrows = [one for one in ax.patches if isinstance(one, FancyArrowPatch)]
    assert len(arrows) == 3
    assert {one.get_linewidth() for one in arrows} == {7}
    assert same_color(arrows[0].get_edgecolor(), GOVERNMENT)
    assert same_color(arrows[2].get_edgecolor(), OPPOSITION)
    assert arrows[0].get_linestyle() != arrows[2].get_linestyle()
    bends = [one.get_connectionstyle().rad for one in arrows]
    # two movements on one way bend differently, so that neither hides the other
    assert bends[0] != bends[1]
    assert bends[0] == bends[2]
    assert entries(ax) == ["Government", "Opposition", "Iran aligned"]
    note = "origin or destination not known, not drawn: 2"
    places = {"Aleppo", "Hama", "Morek", "Souran"}
    assert named(ax) == {*places, "Tiger Forces", "one brigade", note}


def test_an_arrow_runs_from_origin_to_destination_under_its_label():
    ax = plot.plot_flows(movements()[:1], PLACES)
    (arrow,) = (one for one in ax.patches if isinstance(one, FancyArrowPatch))
    start, end = arrow._posA_posB
    assert start == pytest.approx(POINTS["aleppo"][1:])
    assert end == pytest.approx(POINTS["hama"][1:])
    ax.figure.canvas.draw()
    label = next(one for one in ax.texts if one.get_text() == "Tiger Forces")
    on_bow = ax.transData.transform(label.xy)
    path = arrow.get_transform().transform_path(arrow.get_path())
    way = shapely.linestrings(path.to_polygons(closed_only=False)[0])
    assert way.distance(shapely.points(on_bow)) < 3  # pixels


def test_flows_without_two_known_ends_are_refused():
    with pytest.raises(ValueError, match="none has two ends"):
        plot.plot_flows(movements()[3:], PLACES)
    plain = plot.plot_flows(movements()[["from_place_id", "to_place_id"]], PLACES)
    assert plain.get_legend() is None


# names ----------------------------------------------------------------------------


def test_names_cover_neither_each_other_nor_a_mark():
    ax = plot.plot_control(held(), PLACES[PLACES["place_id"] != "aleppo"])
    ax.figure.canvas.draw()
    boxes = {text.get_text(): text.get_window_extent() for text in ax.texts}
    marks = ax.transData.transform(np.vstack([one.get_xydata() for one in ax.lines]))
    for name, box in boxes.items():
        assert not any(box.contains(*mark) for mark in marks), name
        others = [other for key, other in boxes.items() if key != name]
        # annotations report the box of text and leader line: names alone are compared
        assert not any(_share(box, other) > 4 for other in others), name
        assert ax.get_window_extent().padded(1).contains(box.x0, box.y0)


def _share(one, other):
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    return max(width, 0) * max(height, 0)


def test_a_name_goes_right_of_a_lone_mark_and_gets_a_line_when_far():
    _, ax = plt.subplots()
    ax.set(xlim=(0, 10), ylim=(0, 10))
    alone = pd.DataFrame({"name": ["Hama"], "longitude": [5.0], "latitude": [5.0]})
    (name,) = _map_names.write_names(ax, alone)
    assert name.get_position()[0] > 0
    assert name.get_position()[1] == pytest.approx(0)
    assert not name.arrow_patch.get_visible()
    crowd = pd.DataFrame(
        {"name": ["Taybat al-Imam"] * 60, "longitude": 5.0, "latitude": 5.0}
    )
    names = _map_names.write_names(ax, crowd)
    assert any(one.arrow_patch.get_visible() for one in names)
    # the line begins outside the mark, which is up to 9 points wide
    assert all(one.arrow_patch.shrinkB >= 4.5 for one in names)
    # there is no room for all of so many around one point
    assert 1 < len(names) < 60
    assert len(ax.texts) == 1 + len(names)


def test_who_has_another_spot_makes_room_whoever_chose_first():
    # Both would like the square at 0 (area 100, so covering it costs 500).  The first
    # can go elsewhere for 1, the second for 50: together 1 is cheaper than 50.
    square, far, farther = ([x, 0, x + 10, 10] for x in (0, 100, 200))
    flat = {"is_far": np.array([False, False]), "at": np.zeros(2)}
    flat["reach"] = np.array([0, 0, 210, 10])
    easy, hard = (
        {"box": np.array([square, other]), "cost": np.array([0.0, price])}
        | {"shift": np.zeros((2, 2))}
        | flat
        for other, price in ((far, 1.0), (farther, 50.0))
    )
    assert _map_names._settled([easy, hard]) == [1, 0]
    assert _map_names._settled([hard, easy]) == [0, 1]


def test_a_besieged_place_of_no_known_holder_is_told_so():
    row = {"side": [None], "other_camp": [None], "status": ["besieged"]}
    held = pd.DataFrame(row, index=pd.Index(["aleppo"], name="place_id"))
    ax = plot.plot_control(held, PLACES)
    assert entries(ax) == ["Holder not known, besieged"]


def test_boxes_on_the_way_to_a_spot_are_counted():
    # from the origin to (10, 0), to (0, 10) and to (10, 10)
    shifts = np.array([[10.0, 0.0], [0.0, 10.0], [10.0, 10.0]])
    boxes = np.array([[4, -1, 5, 1], [4, 4, 5, 5], [11, -1, 12, 12], [4.0, 6, 5, 7]])
    assert _map_names._crossed(np.zeros(2), shifts, boxes).tolist() == [1, 0, 1]


def test_a_name_keeps_off_a_line_beside_its_mark():
    _, ax = plt.subplots()
    ax.set(xlim=(0, 10), ylim=(0, 10))
    ax.vlines(5.3, 0, 10)
    alone = pd.DataFrame({"name": ["Hama"], "longitude": [5.0], "latitude": [5.0]})
    (name,) = _map_names.write_names(ax, alone)
    ax.figure.canvas.draw()
    assert name.get_window_extent().x1 < ax.transData.transform((5.3, 5))[0]


def test_names_without_room_are_counted_in_a_note():
    crowd = pd.concat(
        [PLACES.assign(place_id=PLACES["place_id"] + str(turn)) for turn in range(9)]
    )
    frame = pd.concat([held().set_axis(held().index + str(turn)) for turn in range(9)])
    ax = plot.plot_control(frame, crowd)
    notes = [text for text in ax.texts if text.get_style() == "italic"]
    missing = 54 - (len(ax.texts) - 1)
    assert missing > 0
    words = [text.get_text() for text in notes]
    assert words == [f"names left out for want of room: {missing}"]


def one_bar(low, high):
    index = pd.Index(["russia"], name="operators")
    told = {"low": [low], "high": [high], "unit": "strike"}
    return pd.DataFrame(told | {"grain": "aggregate", "per": "total"}, index=index)


@pytest.mark.parametrize(("low", "high"), [(24, 99), (31, 31)])
def test_the_number_beside_a_bar_has_room_inside_the_axes(low, high):
    ax = plot.plot_strikes(one_bar(low, high))
    assert ax.get_xlim()[0] == 0
    # the margin asked for is 18 % of the longest bar
    assert ax.get_xlim()[1] > 1.15 * high
