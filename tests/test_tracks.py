"""A period day by day must be what each of its days is alone.

Squares of 10 km, as in test_fronts: 100.08 km2 of ground each.
"""

import subprocess
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syriaconflict import fronts, holders, parties
from test_fronts import CELL, T0, T1, T2, grid, picture, spell, squares, table

PLACES = ["p00", "p01", "p10", "p11"]
DAYS = pd.date_range("2016-08-01", "2016-08-16", name="date")


def track(control, cells, start, end, **options):
    return fronts.front_track(control, cells, start, end, progress=False, **options)


def advance(columns, days):
    """One column of three rows falls to the government every second day."""
    rows = []
    for row in range(3):
        for column in range(columns):
            fall = DAYS[0] + pd.Timedelta(days=2 * column)
            place = f"p{row}{column}"
            if column:
                rows.append(spell(place, "opposition", DAYS[0], fall))
            rows.append(spell(place, "government", fall))
    return table(*rows), DAYS[days - 1]


def test_a_straight_advance_has_its_known_speed():
    control, last = advance(8, 13)
    found = track(control, squares(3, 8), DAYS[0], last)
    government = found.xs("government", level="state")
    # 13 days: the line stands 1 column from the west on the first two and 7 at last
    assert government["places"].tolist() == [3 * (1 + n // 2) for n in range(13)]
    assert government["line_km"].tolist() == pytest.approx([30] * 13)
    moved = government["displacement_km"]
    assert moved.iloc[1:].tolist() == pytest.approx([0, 10.008] * 6, rel=1e-4)
    # 60 km in 12 days, ground by a length in the plane: 5 km a day x 1.0008
    assert moved.sum() / 12 == pytest.approx(5.004, rel=1e-4)
    weekly = track(control, squares(3, 8), DAYS[0], last, freq="4D")
    every4 = weekly.xs("government", level="state")
    assert every4["displacement_km"].iloc[1:].tolist() == pytest.approx([20.016] * 3)
    assert every4["km_per_day"].iloc[1:].tolist() == pytest.approx([5.004] * 3, 1e-4)
    assert government[["gained_km2", "net_km2", "displacement_km"]].iloc[0].isna().all()


def test_every_date_has_every_state():
    control = picture({T0: "GcO nIu", T1: "GGO GGO"})
    found = track(control, squares(2, 3), "2016-08-27", T1)
    states = ["government", "opposition", "contested", "isis", "none", "unknown"]
    dates = pd.date_range("2016-08-27", T1)
    assert found.index.tolist() == [(date, state) for date in dates for state in states]
    areas = found["km2"].unstack()[states]
    assert areas.iloc[0].tolist() == [0, 0, 0, 0, 0, pytest.approx(6 * CELL)]
    assert areas.iloc[1].tolist() == pytest.approx([CELL] * 6)
    assert areas.sum(axis=1).to_numpy() == pytest.approx(6 * CELL)
    lines = found["line_km"].unstack()[states]
    # p00 is nobody's on the first day told: government - contested and contested -
    # opposition are half of 10 km each
    assert lines["government"].tolist()[:2] == [0, pytest.approx(10)]
    assert lines[states[2:]].isna().all(axis=None)
    # the unknown that becomes known is a gain of ground, but there was no line before
    second = found.loc["2016-08-28"].loc["government"]
    assert second["net_km2"] == pytest.approx(CELL)
    assert np.isnan(second["displacement_km"])


spells = st.lists(
    st.tuples(
        st.sampled_from(PLACES),
        st.sampled_from(
            ["government", "russia", "opposition", "isis", "civilian", None]
        ),
        st.sampled_from(["held", "contested", "besieged", "none", "unknown"]),
        st.one_of(st.none(), st.integers(-2, 18)),
        st.one_of(st.none(), st.integers(0, 22)),
        st.one_of(st.none(), st.integers(-2, 22)),
        st.sampled_from([None, "opposition", "isis"]),
    ).filter(lambda row: row[3] is not None or row[4] is not None),
    min_size=1,
    max_size=8,
)


def control_of(rows):
    """Return spells of any kind, their ids in order of time within a place."""
    rows = sorted(rows, key=lambda row: row[4] if row[3] is None else row[3])
    day = {None: None} | {n: DAYS[0] + pd.Timedelta(days=n) for n in range(-2, 23)}
    return table(
        *(
            spell(
                place, camp, day[start], day[end], status=status, other_camp=other,
                control_id=f"{place}-{nth:02d}", last_told=day[told],
            )
            for nth, (place, camp, status, start, end, told, other) in enumerate(rows)
        )
    ).astype({"last_told": "datetime64[ms]"})  # fmt: skip


def alone(function, *args, **options):
    """Return a result, or the error's message."""
    try:
        return function(*args, **options)
    except ValueError as error:
        return str(error)


@settings(max_examples=25, deadline=None)
@given(
    spells, st.sampled_from([0, 3, 30]), st.sampled_from([None, 0, 2.5]), st.booleans()
)
def test_every_day_of_many_is_as_control_at_tells_it(rows, reach_back, max_age, told):
    control = control_of(rows)
    if not told:
        control = control.drop(columns="last_told")
    options = {"reach_back": reach_back, "max_age": max_age}
    days = DAYS[:12]
    daily = [alone(holders.spells_on, control, day, **options) for day in days]
    places = pd.Index(PLACES)
    found = alone(holders.spells_by_day, control, days, places, **options)
    if isinstance(found, str):
        assert "name different sides" in found
        assert any(isinstance(one, str) for one in daily)
        return
    n = len(control)
    for nth, one in enumerate(daily):
        assert not isinstance(one, str)
        rows = pd.Series(found[:, nth], places)
        rows = rows[rows >= 0]
        ids = control["control_id"].to_numpy()[rows % n]
        assert dict(zip(rows.index, ids, strict=True)) == one["control_id"].to_dict()
        limit = np.inf if max_age is None else max_age
        too_old = (one["age_days"] > limit).fillna(False)
        assert rows.index[rows >= n].tolist() == too_old.index[too_old].tolist()


@settings(max_examples=6, deadline=None)
@given(spells, st.sampled_from(["2D", "5D"]))
def test_a_track_is_what_its_days_are_alone(rows, freq):
    control = control_of([*rows, ("p01", "opposition", "held", -2, None, None, None)])
    cells = squares(2, 2)
    found = alone(track, control, cells, DAYS[0], DAYS[-1], freq=freq)
    if isinstance(found, str):
        assert "name different sides" in found or "holds a cell" in found
        return
    dates = found.index.levels[0]
    lines = alone(
        fronts.line_track, control, cells, DAYS[0], DAYS[-1], freq=freq, progress=False
    )
    states = pd.DataFrame(
        {
            date: parties.states(holders.spells_on(control, date).reindex(cells.index))
            for date in dates
        }
    )
    for earlier, date in zip([None, *dates], dates, strict=False):
        day = found.loc[date]
        km2 = states[date].value_counts() * CELL
        assert day["km2"].to_dict() == pytest.approx(
            km2.reindex(day.index, fill_value=0).to_dict(), abs=1e-6
        )
        line = alone(fronts.front_line, control, cells, date)
        on = (
            lines[(lines["first"] <= date) & (date <= lines["last"])]
            if not isinstance(lines, str)
            else pd.DataFrame({"length_km": [], "kind": []})
        )
        if isinstance(line, str):
            assert day["line_km"].dropna().tolist() == [0, 0]
            assert on.empty
        else:
            weight = np.where(line["kind"] == "held-held", 1, 0.5)
            expected = (line["length_km"] * weight).sum()
            assert day["line_km"].dropna().tolist() == pytest.approx([expected] * 2)
            for kind in ("held-held", "held-contested"):
                one, two = (
                    each.loc[each["kind"] == kind, "length_km"].sum()
                    for each in (on, line)
                )
                assert one == pytest.approx(two)
        if earlier is not None:
            shift = alone(fronts.front_shift, control, cells, earlier, date)
            if not isinstance(shift, str):
                keys = ["gained_km2", "lost_km2", "net_km2", "displacement_km"]
                np.testing.assert_allclose(
                    day.loc[shift.index, keys], shift[keys], rtol=1e-4, atol=1e-6
                )


def test_the_line_is_told_in_unbroken_runs():
    control = picture({T0: "GO", T1: "OO", T2: "GO"})
    found = fronts.line_track(control, squares(1, 2), T0, "2016-09-12", progress=False)
    assert found["first"].astype(str).tolist() == ["2016-08-28", "2016-09-11"]
    assert found["last"].astype(str).tolist() == ["2016-08-31", "2016-09-12"]
    row = found.iloc[0]
    assert row[["place_a", "place_b", "kind", "side", "other_side"]].tolist() == [
        "p00", "p01", "held-held", "government", "opposition",
    ]  # fmt: skip
    assert row["length_km"] == pytest.approx(10)
    assert isinstance(found, gpd.GeoDataFrame)
    assert found.crs == "EPSG:32637"


def test_a_border_whose_sides_change_places_is_one_run():
    control = picture({T0: "GO", T1: "OG"})
    found = fronts.line_track(control, squares(1, 2), T0, T1, progress=False)
    assert found["last"].astype(str).tolist() == ["2016-09-01"]


def test_a_border_that_becomes_contested_is_another_run():
    control = picture({T0: "GO", T1: "Gc"})
    found = fronts.line_track(control, squares(1, 2), T0, T1, progress=False)
    assert found["kind"].tolist() == ["held-held", "held-contested"]
    assert found["other_side"].tolist() == ["opposition", "contested"]


def test_places_with_evidence_on_any_date_have_cells():
    control = picture({T0: "GO.", T1: ".O."})
    found = track(control, grid(2, 3), T0, T1)
    assert found.groupby("date")["places"].sum().unique().tolist() == [2]
    assert found.loc[T1]["places"].to_dict() == {
        "government": 0, "opposition": 1, "unknown": 1,
    }  # fmt: skip


def test_parties_and_views_of_a_track():
    control = picture({T0: "GRO"})
    by_camp = track(
        control, squares(1, 3), T0, T0, by="camp", between=("isis", "russia")
    )
    assert by_camp.loc[T0]["places"].to_dict() == {
        "isis": 0, "russia": 1, "government": 1, "opposition": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"start": "2016-09-02"}, "starts on 2016-09-02 and ends on 2016-09-01"),
        ({"freq": "YS"}, "no date of freq 'YS' lies between"),
        ({"freq": "6h"}, "freq is '6h', wanted whole days or longer, such as 'D'"),
        ({"freq": "36h"}, "freq is '36h', wanted whole days or longer"),
        ({"freq": "-1D"}, "freq is '-1D', wanted whole days or longer"),
        ({"freq": "days"}, "freq is 'days', wanted whole days or longer"),
        ({"freq": None}, "freq is None, wanted whole days or longer"),
        (
            {"start": "2014-01-01", "end": "2014-02-01"},
            "none of 4 spells runs from 2014",
        ),
        (
            {"between": ("isis", "sdf")},
            "neither isis nor sdf holds a cell.*'government'",
        ),
        ({"between": ("rebels", "sdf")}, "'rebels' is not known"),
        ({"by": "actor"}, "by: 'actor' is not known"),
    ],
)
def test_a_track_says_what_is_wrong(change, words):
    control = picture({T0: "GO", T1: "GO"})
    call = {"start": T0, "end": T1} | change
    with pytest.raises(ValueError, match=words):
        track(control, squares(1, 2), call.pop("start"), call.pop("end"), **call)


@pytest.mark.parametrize("freq", ["W", "48h", "ME", "QE-SEP"])
def test_other_lengths_are_as_pandas_has_them(freq):
    control = picture({T0: "GO"}).assign(end=pd.NaT)
    found = track(control, squares(1, 2), T0, "2016-10-31", freq=freq)
    dates = pd.date_range(T0, "2016-10-31", freq=freq)
    assert found.index.unique("date").tolist() == dates.tolist()


def test_a_period_without_a_line_is_refused_as_a_line():
    control = picture({T0: "GnO"})
    with pytest.raises(
        ValueError, match=r"no line between .* the cells are government, "
    ):
        fronts.line_track(control, squares(1, 3), T0, T0, progress=False)


def test_two_sides_in_one_place_are_refused_by_name():
    control = table(
        spell("p00", "government", "2016-08-01"), spell("p00", "isis", "2016-08-05"),
        spell("p01", "government", "2016-08-01"),
    )  # fmt: skip
    with pytest.raises(ValueError, match=r"p00-2016-08-01b.*p00-2016-08-05b") as why:
        track(control, squares(1, 2), "2016-08-01", "2016-08-10")
    assert "p01" not in str(why.value)
    # before the second begins there is nothing to refuse
    assert len(track(control, squares(1, 2), "2016-08-01", "2016-08-04"))


def test_input_is_left_alone_and_row_order_does_not_matter():
    control = picture({T0: "GcO GGO BOO", T1: "GGO GOO OOO"})
    kept = control.copy(deep=True)
    one = track(control, squares(3, 3), T0, T1)
    other = track(control[::-1], squares(3, 3)[::-1], T0, T1)
    pd.testing.assert_frame_equal(one, other)
    pd.testing.assert_frame_equal(control, kept)


def test_the_bar_is_shown_only_if_wanted(capsys):
    control = picture({T0: "GO"})
    fronts.front_track(control, squares(1, 2), T0, T0)
    assert "spells" in capsys.readouterr().err
    track(control, squares(1, 2), T0, T0)
    assert capsys.readouterr().err == ""


def test_without_tqdm_there_is_no_bar():
    code = (
        "import sys; sys.modules['tqdm'] = None\n"
        "from syriaconflict._progress import steps\n"
        "assert list(steps([1, 2], 'things', progress=True)) == [1, 2]"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert done.stderr == ""
