"""Reports brought down to events.

The worked examples of the R package eventreport, what is done otherwise than there, and
what holds whatever is reported.
"""

import math
import statistics
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syriaconflict.aggregations import AGGREGATIONS, aggregate

# Six reports of one event, and what its README says of them
CIV_0004 = pd.DataFrame(
    {
        "event_id": ["CIV-0004"] * 6,
        "city": ["Abidjan"] * 6,
        "location": ["Abobo", "Abobo", "", "Abobo", "", "Abobo"],
        "actor1": [*["Unknown security force"] * 3, *["Police"] * 2, "Unknown actor"],
        "deaths_best": [5, 1, 5, 6, 6, 7],
    }
)


def one(values: list, rule, *, ties: tuple[list, ...] = (), dtype=None, **columns):
    """What the rule makes of the values of one event."""
    reports = pd.DataFrame({"event_id": "a", "x": pd.Series(values, dtype=dtype)})
    reports = reports.assign(
        **columns, **{f"tie{n}": tie for n, tie in enumerate(ties)}
    )
    names = [f"tie{n}" for n in range(len(ties))]
    shown = aggregate(reports, {"x": rule}, ties=names)
    assert shown["reports"].tolist() == [len(values)]
    (value,) = shown["x"]
    return None if pd.isna(value) else value


def days(*texts: str) -> list[pd.Timestamp]:
    return [pd.Timestamp(text) for text in texts]


MOST = ("most_precise", "p")
LEAST = ("least_precise", "p")


# Worked examples of its manual pages, README and vignette


def test_the_event_of_its_readme():
    shown = aggregate(CIV_0004, {"city": "mode"})
    assert shown.index.tolist() == ["CIV-0004"]
    assert shown.iloc[0].tolist() == ["Abidjan", 6]


def test_the_mode_with_ties():
    fruit = ["apple", "apple", "banana", "banana"]
    first, second = [1, 2, 1, 2], [1, 1, 2, 1]
    assert one(fruit, "mode") == "indeterminate"
    assert one(fruit, "mode", ties=(first,)) == "indeterminate"
    assert one(fruit, "mode", ties=(first, second)) == "banana"
    north = ["Sweden", "Sweden", "Denmark", "Denmark"]
    assert one(north, "mode", ties=([1, 1, 1, 1], [1, 4, 1, 1])) == "Sweden"
    assert one(["Sweden", "Sweden", "Denmark", "Sweden"], "mode") == "Sweden"
    assert one(["a", "b", "b", "b"], "mode") == "b"
    assert one(["a", "a", "b", "b"], "mode", ties=([1, 1, 2, 1],)) == "b"


def test_the_first_tie_goes_before_the_second():
    assert one(["a", "b"], "mode", ties=([2, 1], [1, 9])) == "a"
    assert one(["a", "b"], "mode", ties=([1, 2], [9, 1])) == "b"
    # in any report: the second a, the first b
    assert one(["a", "a", "b", "b"], "mode", ties=([0, 3, 2, 0],)) == "a"


def test_the_mode_of_what_is_told():
    told = ["Sweden", "", "", "Denmark"]
    assert one(told, "mode") == "indeterminate"
    assert one(told, "mode", ties=([1, 1, 1, 1], [4, 1, 1, 1])) == "Sweden"
    fruit, second = ["apple", "", "banana", None], [1, None, 2, None]
    assert one(fruit, "mode", ties=([1, None, 1, None],)) == "indeterminate"
    assert one(fruit, "mode", ties=([1, None, 1, None], second)) == "banana"


@pytest.mark.parametrize(
    ("values", "mode"),
    [([1, 2, 2, 3, 4, 4], 2), ([1, 1, 1, 2, 3, 5], 1), ([5, 1, 5, 6, 6, 7], 5)],
)
def test_the_mode_of_numbers(values, mode):
    """Of 2 and 4, and of 5 and 6, told twice each, the less."""
    assert one(values, "mode_numeric") == mode


@pytest.mark.parametrize(
    ("values", "mode"), [([0, 1, 1, 0, 1], 1), ([0, 1, 1, 1, 0, 0], 1), ([0, 0, 1], 0)]
)
def test_the_mode_of_a_binary(values, mode):
    """Three against three is 1."""
    assert one(values, "mode_binary") == mode
    assert one([*map(bool, values)], "mode_binary") == bool(mode)


@pytest.mark.parametrize(
    ("told", "mode"),
    [
        (["2021-01-01", "2021-01-02", "2021-01-01"], "2021-01-01"),
        (["2024-01-01", "2024-01-01", "2024-01-02", "2024-01-03"], "2024-01-01"),
        (["2024-01-01", "2024-01-01", "2024-01-03", "2024-01-03"], "2024-01-02"),
        # the mean of the 1st and the 2nd is noon of the 1st
        (["2024-01-01", "2024-01-02"], "2024-01-01"),
        # of the 1st, the 2nd and the 9th the 4th
        (["2024-01-01", "2024-01-02", "2024-01-09"], "2024-01-04"),
        # before 1970 down is still down
        (["1949-12-31", "1950-01-01"], "1949-12-31"),
        (["1017-04-20"], "1017-04-20"),
    ],
)
@pytest.mark.parametrize("unit", ["s", "ms", "us"])
def test_the_mode_of_dates(told, mode, unit):
    dates = pd.Series(told).astype(f"datetime64[{unit}]")
    reports = pd.DataFrame({"event_id": "a", "x": dates})
    shown = aggregate(reports, {"x": "mode_date"})["x"]
    assert shown.dtype == dates.dtype
    assert shown.tolist() == days(mode)


def test_hours_are_of_one_day():
    told = days("2024-01-01 20:00", "2024-01-02 07:00", "2024-01-02 08:00")
    assert one(told, "mode_date") == pd.Timestamp("2024-01-02")


def test_the_most_and_the_least_precise():
    towns = {"values": ["Tranas", "Smaland", "Sweden"], "p": [3, 2, 1]}
    assert one(**towns, rule=MOST) == "Tranas"
    assert one(**towns, rule=LEAST) == "Sweden"
    towns = {"values": ["Tranas", "Aneby", "Sweden"], "p": [3, 3, 1]}
    assert one(**towns, rule=MOST) == "indeterminate"
    assert one(**towns, rule=MOST, ties=([1, 2, 1],)) == "Aneby"
    assert one(**towns, rule=MOST, ties=([1, 1, 1], [1, 3, 1])) == "Aneby"
    assert one([0, 7, 13], MOST, p=[3, 3, 1]) is None
    fruit = {"values": ["apple", "apple", "banana", "banana"], "p": [1, 2, 1, 2],
             "ties": ([1, 2, 1, 2], [1, 1, 2, 1])}  # fmt: skip
    # of the second and the fourth, tied by both; of the first and the third
    assert one(**fruit, rule=MOST) == "indeterminate"
    assert one(**fruit, rule=LEAST) == "banana"


def test_several_columns_at_once():
    reports = pd.DataFrame(
        {
            "event_id": [1, 1, 1, 1],
            "city": ["Tranas", "Smaland", "Smaland", "Sweden"],
            "geo_precision": [3, 2, 2, 1],
            "actor": ["Police", "Police", "Army", "Insatsstyrkan"],
            "actor_precision": [1, 1, 1, 2],
        }
    )
    how = {"city": ("most_precise", "geo_precision"),
           "actor": ("most_precise", "actor_precision")}  # fmt: skip
    assert aggregate(reports, how).iloc[0].tolist() == ["Tranas", "Insatsstyrkan", 4]
    how = {"city": ("least_precise", "geo_precision"), "actor": "mode"}
    assert aggregate(reports, how).iloc[0].tolist() == ["Sweden", "Police", 4]


def test_combined_strings():
    told = ["Sweden", "Sweden", "Denmark", "", "Finland"]
    assert one(told, "combine") == "Denmark; Finland; Sweden"
    assert one(["Reuters"] * 3, "combine") == "Reuters"


# What is done otherwise than there


def test_a_missing_value_is_not_a_value():
    """There the mode of the first three is an empty text or missing."""
    assert one(["", "", "a", "b", "b"], "mode") == "b"
    assert one(["a", "b", "b", "", None, None, None], "mode") == "b"
    assert one([1, 2, 2, None, None, None], "mode") == 2
    assert one([True, False, False, None, None, None], "mode") == False  # noqa: E712
    assert one([" ", "\t", "a"], "mode") == "a"
    # there a binary with a missing value is missing
    assert one([1, None, 1, 0], "mode_binary") == 1
    assert one(["a", "b", None, None], MOST, p=[1, 2, 3, 3]) == "b"
    assert one(["a", "b", "", ""], LEAST, p=[1, 2, 0, 0]) == "a"


@pytest.mark.parametrize("rule", [r for r in AGGREGATIONS if not r.endswith("precise")])
def test_what_nobody_tells_is_missing(rule):
    """There the greatest of none is minus infinity, the text of none empty."""
    told = {"combine": ["", None], "mode": ["", None]}.get(rule, [math.nan, math.nan])
    if rule == "mode_date":
        told = pd.to_datetime([None, None])
    assert one(told, rule) is None
    assert one([None, None], rule) is None


def test_a_report_without_a_precision_is_neither_extreme():
    assert one(["a", "b", "c"], MOST, p=[None, 1, 2]) == "c"
    assert one(["a", "a", "a", "b", "c"], LEAST, p=[None, None, None, 1, 2]) == "b"
    assert one(["a", "b"], MOST, p=[None, None]) is None
    assert one(["a", "b"], LEAST, p=[math.nan, math.nan]) is None


def test_a_missing_tie_value_is_below_all():
    """There it leaves the tie undecided."""
    assert one(["a", "b", "b", "a"], "mode", ties=([None, 1, None, 0],)) == "b"
    assert one(["a", "b"], "mode", ties=([None, -5],)) == "b"
    assert one(["a", "b"], "mode", ties=([None, None],)) == "indeterminate"


def test_strings_are_combined_whole_and_whatever_they_say():
    told = ["Unknown", "Tell Amber; the plain", "Hama", " "]
    assert one(told, "combine") == "Hama; Tell Amber; the plain; Unknown"


POINTS = pd.DataFrame(
    {
        "event_id": ["a"] * 5,
        "latitude": [35.1, 35.1, 35.2, 35.2, 35.2],
        "longitude": [36.7, 36.7, 36.5, 36.8, 36.9],
    }
)


def test_a_point_is_of_one_report():
    """Most tell the latitude 35.2 and the longitude 36.7, and nobody tells both."""
    shown = aggregate(POINTS, {("latitude", "longitude"): "mode"})
    assert shown.iloc[0].tolist() == [35.1, 36.7, 5]
    assert aggregate(POINTS.iloc[2:], {("latitude", "longitude"): "mode"}).iloc[
        0
    ].isna().tolist() == [True, True, False]


@pytest.mark.parametrize("rule", ["mode", "min", "max"])
def test_a_point_is_not_torn_apart(rule):
    with pytest.raises(ValueError, match="latitude and longitude are one point: give"):
        aggregate(POINTS, {"latitude": rule, "longitude": "mode"})
    # one of them alone is no point
    assert len(aggregate(POINTS, {"latitude": rule})) == 1


def spells(*told: tuple) -> pd.DataFrame:
    starts, ends, sure_of_start, sure_of_end = zip(*told, strict=True)
    return pd.DataFrame(
        {"event_id": "a", "start": days(*starts), "end": days(*ends),
         "sure_of_start": sure_of_start, "sure_of_end": sure_of_end}
    )  # fmt: skip


def test_an_end_before_its_start_is_refused():
    """The one is sure of a late start, the other of an early end."""
    reports = spells(("2017-04-20", "2017-04-30", 2, 1),
                     ("2017-04-01", "2017-04-10", 1, 2))  # fmt: skip
    apart = {
        "start": ("most_precise", "sure_of_start"),
        "end": ("most_precise", "sure_of_end"),
    }
    wanted = (
        "^event_id 'a': start 2017-04-20 00:00:00 is above end 2017-04-10 00:00:00; "
        "give both under one key of how, or the first by min and the other by max$"
    )
    for how in (apart, {"start": "max", "end": "min"}):
        with pytest.raises(ValueError, match=wanted):
            aggregate(reports, how)
    together = {("start", "end"): ("most_precise", "sure_of_end")}
    shown = aggregate(reports, together)
    assert shown.iloc[0].tolist() == [*days("2017-04-01", "2017-04-10"), 2]
    shown = aggregate(reports, {"start": "min", "end": "max"})
    assert shown.iloc[0].tolist() == [*days("2017-04-01", "2017-04-30"), 2]


def test_a_low_above_its_high_is_refused():
    reports = pd.DataFrame(
        {"event_id": ["a", "a", "b", "b"], "deaths_low": [1, 2, 9, 20],
         "deaths_high": [5, 6, 12, None]}
    )  # fmt: skip
    with pytest.raises(ValueError, match="'b': deaths_low 20 is above deaths_high 12"):
        aggregate(reports, {"deaths_low": "max", "deaths_high": "min"})
    shown = aggregate(reports, {("deaths_low", "deaths_high"): "max"})
    assert shown["deaths_low"].tolist() == [2, 20]
    assert shown["deaths_high"].fillna(-1).tolist() == [6, -1]
    shown = aggregate(reports, {"deaths_high": "max", "deaths_low": "min"})
    assert shown["deaths_high"].tolist() == [6, 12]


def test_a_report_that_is_the_wrong_way_round_is_named():
    reports = spells(("2017-04-20", "2017-04-10", 1, 1))
    wanted = "^a report of event_id 'a': start .* is above end .*; mend the report"
    with pytest.raises(ValueError, match=wanted):
        aggregate(reports, {("start", "end"): "mode"})
    # who does not ask for the end is not told of it
    assert aggregate(reports, {"start": "mode"})["start"].tolist() == days("2017-04-20")


def test_text_that_is_undecided_is_no_end_before_a_start():
    reports = pd.DataFrame(
        {"event_id": "a", "start": ["2017-04-01", "2017-04-02"], "end": "2017-04-03"}
    )
    shown = aggregate(reports, {"start": "mode", "end": "mode"})
    assert shown.iloc[0].tolist() == ["indeterminate", "2017-04-03", 2]


# min, max and columns together


def test_the_least_and_the_greatest():
    assert one([3, 1, None, 2], "min") == 1
    assert one([3, 1, None, 2], "max") == 3
    assert one([-0.5, math.inf, None], "max") == math.inf
    dates = days("2017-04-20", "2017-04-01", "2017-04-20")
    assert one(dates, "min") == dates[1]
    assert one(dates, "max") == dates[0]
    assert one([True, False], "max") == True  # noqa: E712


def test_columns_together_go_by_the_first_then_the_next():
    reports = pd.DataFrame(
        {"event_id": ["a"] * 4, "low": [3, 3, 5, None], "high": [9, 7, None, 2]}
    )
    for rule, shown in (("min", (3, 7)), ("max", (5, None))):
        row = aggregate(reports, {("low", "high"): rule}).iloc[0]
        assert tuple(None if pd.isna(v) else v for v in row[["low", "high"]]) == shown
    # one that tells the next goes before one that does not
    row = aggregate(reports.assign(high=[None, 7, 8, 2]), {("low", "high"): "min"})
    assert row.iloc[0].tolist() == [3, 7, 4]


def test_a_version_of_text_and_numbers():
    reports = pd.DataFrame(
        {"event_id": ["a", "a", "a", "b", "b"], "who": ["x", "x", "y", "x", "y"],
         "n": [1, 1, 1, 1, 2]}
    )  # fmt: skip
    shown = aggregate(reports, {("who", "n"): "mode"})
    assert shown.loc["a"].tolist() == ["x", 1, 3]
    assert shown.loc["b", "who"] == "indeterminate"
    assert pd.isna(shown.loc["b", "n"])


# The frame


def test_the_result_is_sorted_and_counts_the_reports():
    reports = pd.DataFrame(
        {"incident": [30, 4, 30], "n": [1, 2, 3], "where": ["x", None, "x"]},
        index=[7, 7, 7],
    )
    shown = aggregate(reports, {"where": "mode", "n": "max"}, by="incident")
    expected = pd.DataFrame(
        {"where": [None, "x"], "n": pd.array([2, 3], "Int64"), "reports": [1, 2]},
        index=pd.Index([4, 30], name="incident"),
    ).astype({"where": "str"})
    pd.testing.assert_frame_equal(shown, expected)


@pytest.mark.parametrize(
    ("values", "rule", "dtype"),
    [
        (pd.Series([1, 2], dtype="int32"), "mode", "Int32"),
        (pd.Series([1, 2], dtype="uint8"), "max", "UInt8"),
        (pd.Series([1, 2], dtype="Int16"), "mode", "Int16"),
        (pd.Series([1.5, 2]), "mode", "float64"),
        (pd.Series([True, False]), "mode", "boolean"),
        (pd.Series(["x", "y"], dtype="category"), "mode", "str"),
        (pd.Series(["x", "y"], dtype="object"), "mode", "str"),
        (pd.Series(["x", "y"], dtype="string"), "combine", "str"),
        (pd.Series([1, None], dtype="object"), "max", "Int64"),
        (pd.Series(days("2017-04-01", "2017-04-02")), "mode", "datetime64[us]"),
    ],
)
def test_kinds_of_columns(values, rule, dtype):
    """Undecided between two: text says so, all else is missing."""
    reports = pd.DataFrame({"event_id": "a", "x": values})
    shown = aggregate(reports, {"x": rule})["x"]
    assert str(shown.dtype) == dtype
    if rule == "mode":
        (value,) = shown
        assert value == "indeterminate" if dtype == "str" else pd.isna(value)


def test_events_of_categories_and_none_of_them():
    reports = pd.DataFrame({"event_id": pd.Categorical(["b", "a"], ["c", "b", "a"])})
    shown = aggregate(reports.assign(x=[1, 2]), {"x": "max"})
    assert shown["x"].to_dict() == {"b": 1, "a": 2}


@pytest.mark.parametrize("rule", [*AGGREGATIONS])
def test_no_reports_make_no_events(rule):
    kinds = {"mode_date": "datetime64[ms]", "combine": "str", "mode": "str"}
    empty = pd.DataFrame(
        {"event_id": pd.Series(dtype="str"), "p": pd.Series(dtype="float"),
         "x": pd.Series(dtype=kinds.get(rule, "Int64"))}
    )  # fmt: skip
    shown = aggregate(
        empty, {"x": (rule, "p") if rule.endswith("precise") else rule}, ties="p"
    )
    assert shown.empty
    assert [*shown] == ["x", "reports"]
    assert shown.index.name == "event_id"


def test_no_columns_count_reports():
    assert aggregate(CIV_0004, {})["reports"].to_dict() == {"CIV-0004": 6}


# Errors


@pytest.mark.parametrize(
    ("how", "kwargs", "error", "message"),
    [
        ({"city": "median"}, {}, ValueError,
         "^city: no rule is called 'median'; there are: mode, mode_numeric, mode_date, "
         "mode_binary, min, max, most_precise, least_precise, combine$"),
        ({"city": None}, {}, ValueError, "no rule is called None; there are: mode"),
        ({"city": "most_precise"}, {}, ValueError,
         r"city: found 'most_precise', wanted \('most_precise', column\)"),
        ({"city": ("mode", "deaths_best")}, {}, ValueError,
         r"city: found \('mode', 'deaths_best'\), wanted 'mode' alone"),
        ({("city", "location"): "combine"}, {}, ValueError,
         "city, location: 'combine' is for one column; for several together: mode, "
         "min, max, most_precise, least_precise"),
        ({"town": "mode"}, {}, KeyError, "'town': wanted one column of this name; "
         "there are: event_id, city, location, actor1, deaths_best"),
        ({"city": ("most_precise", "sure")}, {}, KeyError, "'sure': wanted one column"),
        ({"city": "mode"}, {"ties": ["trust"]}, KeyError, "'trust': wanted one column"),
        ({"city": "mode"}, {"by": "event"}, KeyError, "'event': wanted one column"),
        ({"city": "mode", ("city", "location"): "mode"}, {}, ValueError,
         "'city' would stand twice in the result"),
        ({"event_id": "mode"}, {}, ValueError, "'event_id' would stand twice"),
        ({"city": "mode_numeric"}, {}, TypeError,
         r"city: mode_numeric wants number, found text \(str\); turn the column into"),
        ({"city": "mode_date"}, {}, TypeError, "city: mode_date wants date, found t"),
        ({"city": "mode_binary"}, {}, TypeError, "mode_binary wants number, found"),
        ({"city": "max"}, {}, TypeError, "city: max wants number or date, found text"),
        ({("deaths_best", "city"): "min"}, {}, TypeError, "city: min wants number or"),
        ({"deaths_best": "combine"}, {}, TypeError, "combine wants text, found number"),
        ({"deaths_best": "mode_binary"}, {}, ValueError,
         "deaths_best: mode_binary wants 0 and 1, found 1 to 7"),
        ({"location": ("most_precise", "city")}, {}, TypeError,
         "city: precision or tie wants number or date, found text"),
        ({"location": "mode"}, {"ties": "city"}, TypeError,
         "city: precision or tie wants number"),
    ],
)  # fmt: skip
def test_errors_say_what_was_wanted(how, kwargs, error, message):
    with pytest.raises(error, match=message):
        aggregate(CIV_0004, how, **kwargs)


def test_reports_of_no_event_are_refused():
    reports = pd.DataFrame({"event_id": ["a", None, None], "x": [1, 2, 3]})
    with pytest.raises(
        ValueError, match="event_id: 2 reports are of no event; name it"
    ):
        aggregate(reports, {"x": "max"})


def test_a_column_called_reports_is_refused():
    reports = pd.DataFrame({"event_id": ["a"], "reports": [3]})
    with pytest.raises(ValueError, match="'reports' would stand twice in the result"):
        aggregate(reports, {"reports": "max"})


def test_two_columns_of_one_name_are_refused():
    reports = pd.DataFrame([["a", 1, 2]], columns=["event_id", "x", "x"])
    with pytest.raises(KeyError, match="'x': wanted one column of this name"):
        aggregate(reports, {"x": "max"})


@pytest.mark.parametrize("cells", [[1, "a"], [[1], [2]]])
def test_cells_of_several_kinds_are_refused(cells):
    reports = pd.DataFrame({"event_id": ["a", "a"], "x": cells})
    with pytest.raises(
        TypeError, match="x: mode wants number or date or text or other"
    ):
        aggregate(reports, {"x": "mode"})


# What holds whatever is reported, and the same rules slowly

REPORT = st.fixed_dictionaries(
    {
        "event_id": st.sampled_from(["a", "b", "c"]),
        "city": st.sampled_from([None, "", "x", "y", "z"]),
        "n": st.sampled_from([None, 0, 1, 2, 30]),
        "flag": st.sampled_from([None, 0, 1]),
        "day": st.sampled_from([None, *days("2017-04-01", "2017-04-02", "2017-04-05")]),
        "latitude": st.sampled_from([None, 35.0, 35.5]),
        "longitude": st.sampled_from([None, 36.0, 36.5]),
        "precision": st.sampled_from([None, 1, 2, 3]),
        "trust": st.sampled_from([None, 1, 2]),
        "fame": st.sampled_from([None, 1, 2, 3]),
    }
)
TYPES = {"city": "str", "n": "Int32", "flag": "float", "day": "datetime64[ms]",
         "latitude": "float", "longitude": "float", "precision": "Int32",
         "trust": "float", "fame": "Int32"}  # fmt: skip
POINT = ("latitude", "longitude")
TIES = ("trust", "fame")
TASKS = [
    (("city",), "mode"), (("n",), "mode"), (POINT, "mode"), (("day",), "mode"),
    (("city",), "most_precise"), (POINT, "least_precise"), (POINT, "most_precise"),
    (POINT, "min"), (POINT, "max"), (("n",), "min"), (("day",), "max"),
    (("n",), "mode_numeric"), (("flag",), "mode_binary"), (("day",), "mode_date"),
    (("city",), "combine"),
]  # fmt: skip


def frame_of(reports: list[dict]) -> pd.DataFrame:
    return pd.DataFrame(reports, columns=["event_id", *TYPES]).astype(TYPES)


def told_by(reports: list[dict], columns: tuple[str, ...]) -> list[tuple]:
    """The versions of those that tell any of the columns, each with its report."""
    versions = [(tuple(r[c] or None if c == "city" else r[c] for c in columns), r)
                for r in reports]  # fmt: skip
    return [(v, r) for v, r in versions if any(cell is not None for cell in v)]


def slowly(reports: list[dict], columns: tuple[str, ...], rule: str) -> tuple:
    told = told_by(reports, columns)
    nothing = (None,) * len(columns)
    if rule.endswith("precise"):
        sure = [r["precision"] for _, r in told if r["precision"] is not None]
        best = (max if rule.startswith("most") else min)(sure, default=None)
        told = [(v, r) for v, r in told if best is not None and r["precision"] == best]
    if not told:
        return nothing
    versions = [v for v, _ in told]
    if rule in ("min", "max"):
        sign = 1 if rule == "min" else -1
        return min(versions, key=lambda v: [
            (1, 0) if x is None else (0, sign * getattr(x, "value", x)) for x in v
        ])  # fmt: skip
    if rule == "combine":
        return ("; ".join(sorted({v for (v,) in versions})),)
    most = max(Counter(versions).values())
    tied = [v for v, n in Counter(versions).items() if n == most]
    if rule == "mode_numeric":
        return min(tied)
    if rule == "mode_binary":
        return max(tied)
    if rule == "mode_date":
        mean = statistics.fmean(v.value for (v,) in tied)
        return (pd.Timestamp(round(mean)).floor("D"),)
    for tie in TIES:
        highest = {
            v: max([-1 if r[tie] is None else r[tie] for w, r in told if w == v])
            for v in tied
        }
        tied = [v for v in tied if highest[v] == max(highest.values())]
    if len(tied) == 1:
        return tied[0]
    return ("indeterminate",) if columns == ("city",) else nothing


@settings(max_examples=60, deadline=None)
@given(reports=st.lists(REPORT, max_size=18), task=st.sampled_from(TASKS))
def test_the_fast_way_shows_what_the_slow_way_shows(reports, task):
    columns, rule = task
    frame = frame_of(reports)
    before = frame.copy()
    asked = (rule, "precision") if rule.endswith("precise") else rule
    shown = aggregate(frame, {columns: asked}, ties=TIES)
    pd.testing.assert_frame_equal(frame, before)
    turned = frame.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(aggregate(turned, {columns: asked}, ties=TIES), shown)
    assert shown["reports"].sum() == len(reports)
    by_event = {}
    for report in reports:
        by_event.setdefault(report["event_id"], []).append(report)
    slow = {e: slowly(told, columns, rule) for e, told in sorted(by_event.items())}
    fast = {
        e: tuple(None if pd.isna(row[c]) else row[c] for c in columns)
        for e, row in shown.to_dict("index").items()
    }
    assert fast == slow
    # a point that is shown is told by one report
    if columns == POINT:
        for event, version in fast.items():
            assert version in [v for v, _ in told_by(by_event[event], POINT)] + [
                (None, None)
            ]


def test_many_events_at_once_are_as_each_by_itself():
    rng = np.random.default_rng(5)
    size = 600
    reports = pd.DataFrame(
        {
            "event_id": rng.integers(0, 150, size),
            "city": rng.choice(["x", "y", "z", ""], size),
            "n": rng.choice([1.0, 2.0, np.nan], size),
            "latitude": rng.choice([35.0, 36.0, np.nan], size),
            "longitude": rng.choice([35.0, 36.0], size),
            "p": rng.integers(0, 3, size),
            "trust": rng.integers(0, 4, size),
        }
    )
    how = {"city": "mode", "n": "mode_numeric", POINT: ("most_precise", "p")}
    whole = aggregate(reports, how, ties=["trust"])
    parts = [
        aggregate(part, how, ties=["trust"]) for _, part in reports.groupby("event_id")
    ]
    pd.testing.assert_frame_equal(pd.concat(parts), whole)
