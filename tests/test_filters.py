import datetime

import pandas as pd
import pytest

from syriaconflict.filters import codes, day, last_reason, require, select, window


@pytest.fixture
def events():
    """Four events: dated, spread over days, open-ended, undated."""
    return pd.DataFrame(
        {
            "event_id": ["a", "b", "c", "d"],
            "event_class": ["air", "ground", "control", "ground"],
            "event_type": ["airstrike", "assault", "hold", "clash"],
            "start": pd.to_datetime(["2017-04-02", "2017-04-09", "2016-08-29", None]),
            "end": pd.to_datetime(["2017-04-02", "2017-04-12", None, None]),
            "start_precision": ["day", "few_days", "day", None],
            "end_precision": ["day", "month", None, None],
            "place_id": ["halfaya", "souran", "halfaya", None],
            "front_id": ["north-hama", "north-hama", "aleppo", None],
            "campaign_id": ["hama-2017", "hama-2017", None, None],
            "initiator_camp": ["russia", "opposition", "opposition", None],
            "target_camp": ["opposition", "government", None, "isis"],
            "radius_km": [1.0, 5.0, None, 25.0],
            "grade": ["confirmed", "single_source", "contested", "single_source"],
        },
        index=[10, 20, 30, 40],
    )


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        ({}, "abcd"),
        ({"places": "halfaya"}, "ac"),
        ({"places": ["halfaya", "souran"]}, "abc"),
        ({"fronts": "north-hama"}, "ab"),
        ({"campaigns": ("hama-2017",)}, "ab"),
        # as target of a, as initiator of b and c
        ({"camps": "opposition"}, "abc"),
        ({"camps": ["russia", "isis"]}, "ad"),
        ({"classes": "ground"}, "bd"),
        ({"types": ["clash", "hold"]}, "cd"),
        ({"grades": "single_source"}, "bd"),
        # an unknown radius is not a small one
        ({"max_radius_km": 5}, "ab"),
        ({"max_radius_km": 0}, ""),
        # b is known to the day at neither end; c's open end needs no precision
        ({"precisions": "day"}, "ac"),
        ({"precisions": ["few_days", "month"]}, "b"),
        ({"precisions": "few_days"}, ""),
        # b may have happened on the 12th, c was still going on, d has no date
        ({"start": "2017-04-12"}, "bc"),
        ({"start": "2017-04-13"}, "c"),
        ({"end": "2017-04-02"}, "ac"),
        ({"end": datetime.date(2017, 4, 1)}, "c"),
        ({"start": "2017-04-03", "end": "2017-04-08"}, "c"),
        ({"camps": "opposition", "fronts": "north-hama", "classes": "air"}, "a"),
    ],
)
def test_select_keeps_what_fits_every_filter(events, filters, kept):
    before = events.copy()
    chosen = select(events, **filters)
    assert "".join(chosen["event_id"]) == kept
    assert list(chosen.columns) == list(events.columns)
    pd.testing.assert_frame_equal(chosen, events.loc[chosen.index])
    backwards = select(events[::-1], **filters)
    pd.testing.assert_frame_equal(backwards.sort_index(), chosen)
    chosen["event_id"] = "changed"
    pd.testing.assert_frame_equal(events, before)


def test_an_open_start_reaches_into_the_past(events):
    early = events.assign(start=events["start"].mask(events["event_id"] == "a"))
    assert select(early, end="2010-01-01")["event_id"].tolist() == ["a"]
    assert "a" not in set(select(early, start="2017-04-03")["event_id"])


def test_an_empty_result_keeps_its_columns(events):
    none = select(events, fronts="aleppo", classes="air")
    assert none.empty
    assert list(none.columns) == list(events.columns)


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"places": "halfayah"}, "places: 'halfayah' is not known; nearest: halfaya"),
        ({"fronts": ["north-hama", "hama"]}, "'hama' is not known; nearest: north-h"),
        ({"camps": "oposition"}, "camps: 'oposition' is not known; nearest: opposit"),
        ({"classes": "zzz"}, "classes: 'zzz' is not known; known: air, control, dr"),
        ({"types": "air_strike"}, "types: 'air_strike' .* nearest: airstrike"),
        ({"grades": "good"}, "grades: 'good' is not known"),
        ({"precisions": "days"}, "precisions: 'days' is not known; nearest: day"),
        ({"campaigns": []}, "campaigns is an empty list, wanted at least one of ham"),
        ({"max_radius_km": -1}, "max_radius_km is -1, wanted a distance in km"),
        ({"max_radius_km": float("nan")}, "max_radius_km is nan"),
        ({"max_radius_km": "5"}, "max_radius_km is '5'"),
        ({"start": "2017-04"}, "start is '2017-04', wanted a calendar day such as"),
        ({"end": "yesterday"}, "end is 'yesterday'"),
        ({"start": "2017-05-01", "end": "2017-04-30"}, "exchange them"),
    ],
)
def test_select_refuses_what_it_does_not_know(events, filters, message):
    with pytest.raises(ValueError, match=message):
        select(events, **filters)


def test_select_names_the_column_it_needs(events):
    with pytest.raises(ValueError, match=r"events lacks front_id.*it has .*place_id"):
        select(events.drop(columns="front_id"), fronts="aleppo")


def test_codes_keeps_order_and_drops_repeats():
    assert codes(["b", "a", "b"], ["a", "b"], "x") == ["b", "a"]


def test_codes_wants_names():
    with pytest.raises(TypeError, match="camps is 3, wanted a str or a list of str"):
        codes(3, ["a"], "camps")


def test_codes_breaks_a_long_list_off():
    with pytest.raises(ValueError, match=r"n58, n59 \.\.\. \(70 in all\)"):
        codes("zz", [f"n{i:02}" for i in range(70)], "x")


@pytest.mark.parametrize(
    "value",
    [
        "2024",
        "2024-13-01",
        None,
        pd.NaT,
        pd.Timestamp("2024-11-27 12:00"),
        pd.Timestamp("2024-11-27", tz="Asia/Damascus"),
    ],
)
def test_day_refuses_what_is_no_calendar_day(value):
    with pytest.raises(ValueError, match="wanted a calendar day"):
        day(value, "start")


def test_window_may_be_one_day_and_no_less():
    first, last = window("2024-11-27", datetime.date(2024, 11, 27))
    assert first == last == pd.Timestamp("2024-11-27")
    with pytest.raises(ValueError, match="starts on 2024-11-28 and ends on 2024-11-27"):
        window("2024-11-28", "2024-11-27")


def test_require_refuses_events_multiplied_by_a_join():
    frame = pd.DataFrame({"event_id": ["a", "b", "b"]})
    with pytest.raises(ValueError, match=r"event_id 'b' stands in several rows"):
        require(frame, ["event_id"], "events", key="event_id")
    assert require(frame, ["event_id"], "events") is None


def test_the_last_reason_that_holds_wins():
    index = pd.Index(["x", "y", "z"])
    first = pd.Series([True, True, False], index)
    second = pd.Series([False, True, False], index)
    reason = last_reason([(first, "weak"), (second, "strong")], index)
    assert reason.dropna().to_dict() == {"x": "weak", "y": "strong"}
