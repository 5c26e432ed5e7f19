"""Exposures and units of `air.intensity`; its intervals are in test_air."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from syriaconflict import air

WINDOW = ("MS", "2017-04-01", "2017-05-31")


def incidents(*rows, **more):
    frame = pd.DataFrame(
        [(f"e{n}", day, front) for n, (day, front) in enumerate(rows)],
        columns=["event_id", "start", "front_id"],
    )
    frame["start"] = pd.to_datetime(frame["start"])
    fixed = {"grain": "discrete", "unit": "incident", "end": frame["start"]}
    return frame.assign(**(fixed | more))


TWO = (("2017-04-03", "a"), ("2017-05-03", "b"))


def test_a_rate_per_km2_divides_by_days_and_area():
    area = pd.Series({"a": 10.0, "b": 2.0}, name="km2").rename_axis("front_id")
    rows = incidents(*TWO)
    made = air.intensity(rows, *WINDOW, by="front_id", exposure=area)
    # April has 30 days, May 31
    assert made["exposure"].tolist() == [300, 60, 310, 62]
    assert made["rate"].tolist() == pytest.approx([1 / 300, 0, 0, 1 / 62])
    assert made["per"].unique().tolist() == ["day and km2"]
    plain = air.intensity(rows, *WINDOW, by="front_id")
    ratio = plain["rate_p95"] / made["rate_p95"]
    assert ratio.tolist() == pytest.approx([10, 2, 10, 2])
    assert plain["per"].unique().tolist() == ["day"]
    # the order of a given exposure does not matter
    again = air.intensity(rows, *WINDOW, by="front_id", exposure=area[::-1])
    pd.testing.assert_frame_equal(made, again)


def test_days_of_front_stand_in_place_of_the_days_of_the_period():
    index = pd.MultiIndex.from_product(
        [["a", "b"], pd.to_datetime(["2017-04-01", "2017-05-01"])],
        names=["front_id", "period"],
    )
    days = pd.Series([5.0, 0.0, 0.0, 20.0], index, name="days")
    rows = incidents(*TWO)
    made = air.intensity(rows, *WINDOW, by="front_id", exposure=days)
    assert made["exposure"].tolist() == [5, 0, 0, 20]
    assert made["per"].unique().tolist() == ["day of front"]
    # where there was no day of front there is no rate, neither 0 nor infinite
    assert made["rate"].isna().tolist() == [False, True, True, False]
    assert made["rate_p95"].isna().tolist() == [False, True, True, False]
    assert made["rate"].dropna().tolist() == pytest.approx([1 / 5, 1 / 20])
    alone = days["a"].replace(0, 7)
    whole = air.intensity(rows, *WINDOW, exposure=alone)
    assert whole["rate"].tolist() == pytest.approx([1 / 5, 1 / 7])


AREA = pd.Series({"a": 10.0, "b": 2.0}, name="km2").rename_axis("front_id")


@pytest.mark.parametrize(
    ("exposure", "message"),
    [
        (AREA.rename("area"), "the name of exposure: 'area' is not known"),
        (AREA.rename_axis(None), r"indexed by \[None\], wanted each value once"),
        (pd.concat([AREA, AREA]), "wanted each value once"),
        (AREA.iloc[:1], "exposure of 'b' is nan, wanted one above 0"),
        (-AREA, "exposure of 'a' is -10.0"),
        (AREA * 0, "exposure of 'a' is 0.0, wanted one above 0"),
    ],
)
def test_an_exposure_must_fit(exposure, message):
    with pytest.raises(ValueError, match=message):
        air.intensity(incidents(*TWO), *WINDOW, by="front_id", exposure=exposure)


def test_an_exposure_is_a_series_by_the_groups_asked_for():
    with pytest.raises(TypeError, match="exposure is float, wanted a Series"):
        air.intensity(incidents(*TWO), *WINDOW, exposure=3.0)
    with pytest.raises(ValueError, match=r"by \['front_id'\].*among \['period'\]"):
        air.intensity(incidents(*TWO), *WINDOW, exposure=AREA)


def test_casualty_events_are_counted_where_each_row_is_one():
    one = {"unit": "casualty_event", "low": 1, "high": 1}
    made = air.intensity(incidents(*TWO, **one), *WINDOW)
    assert made["unit"].unique().tolist() == ["casualty_event"]
    assert made["n"].tolist() == [1, 1]
    with pytest.raises(ValueError, match="2 of 2 rows do not count exactly one"):
        air.intensity(incidents(*TWO, **(one | {"high": 2})), *WINDOW)
    with pytest.raises(ValueError, match="strikes lacks low"):
        air.intensity(incidents(*TWO, unit="casualty_event"), *WINDOW)


def test_incidents_and_casualty_events_are_not_counted_together():
    rows = incidents(*TWO, unit=["incident", "casualty_event"])
    with pytest.raises(ValueError, match=r"counted together.*which share of incidents"):
        air.intensity(rows, *WINDOW)


def test_nothing_countable_gives_quiet_periods_and_no_groups():
    made = air.intensity(incidents(), *WINDOW)
    assert made["n"].tolist() == [0, 0]
    assert made["unit"].tolist() == ["incident"] * 2
    assert air.intensity(incidents(), *WINDOW, by="front_id", exposure=AREA).empty


def test_the_area_of_a_front_is_measured_in_an_equal_area_system():
    # one degree by one degree at the equator is 110.57 km x 111.32 km = 12,309 km2
    degree = gpd.GeoDataFrame(
        {"front_id": ["x"]}, geometry=[shapely.box(0, 0, 1, 1)], crs="EPSG:4326"
    )
    assert air.front_km2(degree)["x"] == pytest.approx(12_309, rel=2e-3)
    assert air.front_km2(degree).index.name == "front_id"
    with pytest.raises(ValueError, match="no coordinate system"):
        air.front_km2(pd.DataFrame(degree))
    with pytest.raises(ValueError, match="'x' stands in several rows"):
        air.front_km2(pd.concat([degree, degree]))
