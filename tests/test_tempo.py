import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syriaconflict.tempo import (
    OPERATIONS,
    periods,
    set_aside,
    spread,
    tempo,
    told_by,
)
from syriaconflict.vocabulary import EVENT_CLASSES

NOVEMBER = ("2024-11-01", "2024-11-30")


def make(rows):
    """Events from (start, end, changes); ground, realised and discrete unless told."""
    plain = {
        "event_class": "ground",
        "modality": "realised",
        "grain": "discrete",
        "front_id": "hama",
        "initiator_camp": "opposition",
    }
    columns = ["event_id", "start", "end", *plain]
    told = [
        {"event_id": f"e{i}", "start": start, "end": end} | plain | changes
        for i, (start, end, changes) in enumerate(rows)
    ]
    frame = pd.DataFrame(told, columns=columns)
    dates = {name: pd.to_datetime(frame[name]) for name in ("start", "end")}
    texts = {name: frame[name].astype("str") for name in plain}
    return frame.assign(**dates, **texts).astype(
        {"event_id": "str", "start": "datetime64[ms]", "end": "datetime64[ms]"}
    )


def day(text, **changes):
    return (text, text, changes)


def labels(table):
    return [f"{label:%Y-%m-%d}" for label in table.index]


# --- periods


def test_weeks_run_from_monday_to_sunday():
    # 2024-11-25 is a Monday, 2024-12-01 a Sunday
    weeks = periods("W", "2024-11-25", "2024-12-08")
    assert labels(weeks) == ["2024-11-25", "2024-12-02"]
    assert weeks["days"].tolist() == [7, 7]
    assert weeks["last"].dt.day_name().tolist() == ["Sunday", "Sunday"]
    for same in ("w", "W-MON"):
        pd.testing.assert_frame_equal(periods(same, "2024-11-25", "2024-12-08"), weeks)


@pytest.mark.parametrize(
    ("freq", "begins", "days"),
    [
        ("D", ["2024-11-29", "2024-11-30", "2024-12-01", "2024-12-02"], [1] * 4),
        ("MS", ["2024-11-01", "2024-12-01"], [2, 2]),
        ("M", ["2024-11-01", "2024-12-01"], [2, 2]),
        ("Q", ["2024-10-01"], [4]),
        ("YS", ["2024-01-01"], [4]),
        # a week named by a day begins on it: Sunday 24 November and 1 December
        ("W-SUN", ["2024-11-24", "2024-12-01"], [2, 2]),
        ("2W", ["2024-11-25"], [4]),
        ("3D", ["2024-11-29", "2024-12-02"], [3, 1]),
        ("48h", ["2024-11-29", "2024-12-01"], [2, 2]),
        # 29 November is a Friday, whose period takes in the weekend
        ("B", ["2024-11-29", "2024-12-02"], [3, 1]),
        (pd.offsets.MonthBegin(), ["2024-11-01", "2024-12-01"], [2, 2]),
    ],
)
def test_edges_are_clipped_and_labels_are_not(freq, begins, days):
    table = periods(freq, "2024-11-29", "2024-12-02")
    assert labels(table) == begins
    assert table["days"].tolist() == days
    assert table["first"].iloc[0] == pd.Timestamp("2024-11-29")
    assert table["last"].iloc[-1] == pd.Timestamp("2024-12-02")
    assert table.index.name == "period"


@pytest.mark.parametrize("freq", ["h", "12h", "ms", "foo", "-1D", "0D", "", None])
def test_what_is_no_number_of_days_is_refused(freq):
    with pytest.raises(ValueError, match="wanted whole days or longer, such as 'D'"):
        periods(freq, *NOVEMBER)


@pytest.mark.parametrize("freq", ["ME", "QE", "YE"])
def test_periods_named_by_their_end_are_refused(freq):
    with pytest.raises(ValueError, match="by their last day, wanted"):
        periods(freq, *NOVEMBER)


def test_a_window_must_be_one():
    with pytest.raises(ValueError, match="exchange them"):
        periods("D", "2024-11-30", "2024-11-01")


# --- tempo


def test_operations_are_classes_without_words_and_harm():
    assert set(EVENT_CLASSES) - set(OPERATIONS) == {"political", "mobilisation", "harm"}
    assert set(OPERATIONS) < set(EVENT_CLASSES)


def test_quiet_periods_are_there_before_between_and_after():
    events = make([day("2024-11-12"), day("2024-11-17"), day("2024-11-26")])
    # weeks from Monday: 28 Oct, 4, 11 (12th, Sunday 17th), 18, 25 (26th) November
    table = tempo(events, "W", *NOVEMBER, classes="ground")
    assert labels(table) == [
        "2024-10-28",
        "2024-11-04",
        "2024-11-11",
        "2024-11-18",
        "2024-11-25",
    ]
    assert table["n"].tolist() == [0, 0, 2, 0, 1]
    assert table["n"].dtype == "float64"
    assert table["n_low"].dtype == table["n_high"].dtype == "int64"


def test_an_unknown_day_is_spread_and_bounded():
    # a: Saturday 16 to Tuesday 19: two of four days in each week
    # b: known day in the second week; c: any day of the second week
    events = make(
        [
            ("2024-11-16", "2024-11-19", {}),
            day("2024-11-20"),
            ("2024-11-18", "2024-11-24", {}),
        ]
    )
    table = tempo(events, "W", "2024-11-11", "2024-11-24", classes=OPERATIONS)
    assert table["n"].tolist() == [0.5, 2.5]
    assert table["n_low"].tolist() == [0, 2]
    assert table["n_high"].tolist() == [1, 3]


def test_a_clipped_period_counts_only_days_of_the_window():
    # the week of 25 November, cut at Wednesday 27: the 26th is out, the span of
    # 25 to 28 has two of its four days (27, 28) inside
    events = make([day("2024-11-26"), ("2024-11-25", "2024-11-28", {})])
    table = tempo(events, "W", "2024-11-27", "2024-12-01", classes="ground")
    assert labels(table) == ["2024-11-25"]
    assert table.iloc[0].tolist() == [0.5, 0, 1]


def test_the_last_day_of_the_window_is_in_it():
    events = make([day("2024-11-30"), day("2024-12-01"), day("2024-10-31")])
    assert tempo(events, "MS", *NOVEMBER, classes="ground")["n"].tolist() == [1]


def test_only_discrete_events_that_happened_in_the_classes_asked_for_count():
    events = make(
        [
            day("2024-11-05"),
            day("2024-11-05", modality="ongoing"),
            day("2024-11-05", modality="planned"),
            day("2024-11-05", modality="denied"),
            day("2024-11-05", grain="aggregate"),
            day("2024-11-05", grain="state"),
            day("2024-11-05", event_class="political"),
            day("2024-11-05", event_class="air"),
        ]
    )
    assert tempo(events, "MS", *NOVEMBER, classes="ground")["n"].tolist() == [2]
    both = tempo(events, "MS", *NOVEMBER, classes=["ground", "air"])
    assert both["n"].tolist() == [3]


def test_groups_are_complete_and_a_missing_one_is_named():
    events = make(
        [
            day("2024-11-05"),
            day("2024-12-05", front_id="aleppo"),
            day("2024-12-06", front_id=None),
            # idlib is known from another year: quiet here, not unknown
            day("2020-02-01", front_id="idlib"),
            # homs has no countable event: nothing is known of its tempo
            day("2024-11-05", front_id="homs", event_class="political"),
        ]
    )
    table = tempo(
        events, "MS", "2024-11-01", "2024-12-31", by="front_id", classes="ground"
    )
    assert table.index.names == ["period", "front_id"]
    assert table["n"].groupby("front_id").agg(list).to_dict() == {
        "aleppo": [0, 1],
        "hama": [1, 0],
        "idlib": [0, 0],
        "not stated": [0, 1],
    }
    assert table["n_high"].tolist() == [0, 1, 0, 0, 1, 0, 0, 1]


def test_two_groupings_give_only_the_combinations_seen():
    events = make(
        [
            day("2024-11-05"),
            day("2024-11-06", front_id="aleppo", initiator_camp="government"),
        ]
    )
    table = tempo(
        events,
        "MS",
        "2024-11-01",
        "2024-12-31",
        by=["front_id", "initiator_camp"],
        classes="ground",
    )
    assert table.index.names == ["period", "front_id", "initiator_camp"]
    assert table.index.droplevel("period").unique().tolist() == [
        ("aleppo", "government"),
        ("hama", "opposition"),
    ]
    assert table["n"].tolist() == [1, 1, 0, 0]


def test_no_events_give_zeros_and_no_groups_give_no_rows():
    empty = make([])
    assert tempo(empty, "W", *NOVEMBER, classes="ground")["n"].tolist() == [0] * 5
    grouped = tempo(empty, "W", *NOVEMBER, by="front_id", classes="ground")
    assert grouped.empty
    assert grouped.index.names == ["period", "front_id"]
    assert list(grouped.columns) == ["n", "n_low", "n_high"]


def test_what_is_asked_must_be_known():
    events = make([day("2024-11-05")])
    with pytest.raises(TypeError, match="classes"):
        tempo(events, "W", *NOVEMBER)
    with pytest.raises(ValueError, match="classes: 'grund' is not known; nearest: gro"):
        tempo(events, "W", *NOVEMBER, classes="grund")
    with pytest.raises(ValueError, match="by: 'front' is not known; nearest: front_id"):
        tempo(events, "W", *NOVEMBER, classes="ground", by="front")
    with pytest.raises(ValueError, match="events lacks grain"):
        tempo(events.drop(columns="grain"), "W", *NOVEMBER, classes="ground")


def test_an_event_in_two_rows_is_refused_not_counted_twice():
    events = make([day("2024-11-05")])
    joined = pd.concat([events, events])
    with pytest.raises(ValueError, match="'e0' stands in several rows"):
        tempo(joined, "W", *NOVEMBER, classes="ground")
    with pytest.raises(ValueError, match="'e0' stands in several rows"):
        set_aside(joined, *NOVEMBER, classes="ground")


def test_spread_refuses_undated_rows():
    events = make([day("2024-11-05"), (None, "2024-11-05", {})])
    with pytest.raises(ValueError, match="1 of 2 rows have no start, no end"):
        spread(events, periods("W", *NOVEMBER))


# --- set_aside


def test_every_reason_and_the_first_of_several():
    cases = [
        (day("2024-11-05", event_class="harm"), "class not asked for", 1),
        (day("2024-11-05", event_class="harm", modality="planned"), "class not", 1),
        (day("2024-11-05", modality="planned", grain="state"), "planned", 1),
        (day("2024-11-05", modality="denied"), "denied", 1),
        (day("2024-11-05", modality="indeterminate"), "indeterminate", 1),
        (day("2024-11-05", modality=None), "no modality", 1),
        (("2024-11-05", None, {"grain": "state"}), "state", 1),
        (day("2024-11-05", grain="aggregate"), "aggregate", 1),
        (day("2024-11-05", grain=None), "no grain", 1),
        ((None, None, {}), "no date", 1),
        ((None, "2024-11-05", {}), "open start", 1),
        (("2024-11-05", None, {}), "open end", 1),
        (("2024-11-06", "2024-11-05", {}), "end before start", 1),
        (day("2024-12-01"), "outside the window", 1),
        (("2024-10-01", "2024-10-31", {}), "outside the window", 1),
        # 30 November and 1, 2, 3 December: three of four days are outside
        (("2024-11-30", "2024-12-03", {}), "partly outside the window", 0.75),
        # 60 days from 17 October, of which the window holds 30
        (("2024-10-17", "2024-12-15", {}), "partly outside the window", 0.5),
    ]
    events = make([row for row, _, _ in cases] + [day("2024-11-30")])
    aside = set_aside(events, *NOVEMBER, classes="ground").set_index("event_id")
    assert list(aside.columns) == ["reason", "share"]
    for i, (_, reason, share) in enumerate(cases):
        assert aside.loc[f"e{i}", "reason"].startswith(reason)
        assert aside.loc[f"e{i}", "share"] == pytest.approx(share)
    assert f"e{len(cases)}" not in aside.index  # the one counted in full
    counted = tempo(events, "W", *NOVEMBER, classes="ground")["n"].sum()
    assert counted == pytest.approx(1 + 0.25 + 0.5)


def test_nothing_set_aside_is_an_empty_list():
    aside = set_aside(make([day("2024-11-05")]), *NOVEMBER, classes="ground")
    assert aside.empty
    assert list(aside.columns) == ["event_id", "reason", "share"]
    assert set_aside(make([]), *NOVEMBER, classes="ground").empty


# --- invariants

BASE = pd.Timestamp("2024-10-20")


@st.composite
def some_events(draw):
    rows = []
    for _ in range(draw(st.integers(0, 6))):
        first = BASE + pd.Timedelta(days=draw(st.integers(0, 60)))
        last = first + pd.Timedelta(days=draw(st.integers(0, 40)))
        changes = {
            "event_class": draw(st.sampled_from(["ground", "air", "political"])),
            "modality": draw(st.sampled_from(["realised", "ongoing", "planned"])),
            "grain": draw(st.sampled_from(["discrete", "discrete", "state"])),
            "front_id": draw(st.sampled_from(["hama", "aleppo", None])),
        }
        end = last if draw(st.integers(0, 5)) else None
        rows.append((first, end, changes))
    return make(rows)


def begin_of(moment, freq):
    """First day of a period, worked out without pandas offsets."""
    return {
        "D": moment,
        "W": moment - pd.Timedelta(days=moment.weekday()),
        "MS": moment.replace(day=1),
    }[freq]


@settings(max_examples=40, deadline=None)
@given(some_events(), st.sampled_from(["D", "W", "MS"]))
def test_tempo_is_what_counting_day_by_day_gives(events, freq):
    window = ("2024-11-06", "2024-12-10")
    before = events.copy()
    table = tempo(events, freq, *window, classes=["ground", "air"])
    aside = set_aside(events, *window, classes=["ground", "air"])
    expected = {
        begin_of(moment, freq): 0.0 for moment in pd.date_range(*window, freq="D")
    }
    counted = (
        events["event_class"].isin(["ground", "air"])
        & events["modality"].isin(["realised", "ongoing"])
        & (events["grain"] == "discrete")
        & events["end"].notna()
    )
    for row in events[counted].itertuples():
        possible = pd.date_range(row.start, row.end)
        for moment in possible:
            if pd.Timestamp(window[0]) <= moment <= pd.Timestamp(window[1]):
                expected[begin_of(moment, freq)] += 1 / len(possible)
    assert table["n"].to_dict() == pytest.approx(expected)
    # what is counted and what is set aside are all rows
    assert table["n"].sum() + aside["share"].sum() == pytest.approx(len(events))
    assert (table["n_low"] <= table["n"] + 1e-9).all()
    assert (table["n"] <= table["n_high"] + 1e-9).all()
    pd.testing.assert_frame_equal(events, before)


@settings(max_examples=30, deadline=None)
@given(some_events())
def test_groups_add_up_and_order_does_not_matter(events):
    window = ("2024-11-06", "2024-12-10")
    whole = tempo(events, "W", *window, classes=OPERATIONS)
    parts = tempo(events, "W", *window, by="front_id", classes=OPERATIONS)
    summed = parts.groupby("period").sum().reindex(whole.index, fill_value=0)
    pd.testing.assert_frame_equal(summed, whole, check_dtype=False)
    backwards = events[::-1]
    pd.testing.assert_frame_equal(
        tempo(backwards, "W", *window, by="front_id", classes=OPERATIONS), parts
    )
    pd.testing.assert_frame_equal(
        set_aside(backwards, *window, classes=OPERATIONS),
        set_aside(events, *window, classes=OPERATIONS),
    )


# --- by publisher


CLAIMS = pd.DataFrame(
    {
        "event_id": ["e0", "e0", "e0", "e1", "e2", "e3"],
        "document_id": ["d1", "d2", "d3", "d3", "d1", "d2"],
        "stance": ["asserts", "asserts", "asserts", "asserts", "denies", "asserts"],
    }
)
DOCUMENTS = pd.DataFrame(
    {"document_id": ["d1", "d2", "d3"], "publisher_id": ["sana", "sohr", "sohr"]}
)


def test_by_publisher_an_event_counts_once_for_each_that_asserts_it():
    # e0 is told by sana and, twice, by sohr; e1 by sohr; e2 is only denied; e3 by sohr
    events = make([day("2024-11-01"), day("2024-11-01"), day("2024-11-02"), day(
        "2024-11-02")])  # fmt: skip
    before = events.copy()
    told = told_by(events[::-1], CLAIMS, DOCUMENTS)
    pairs = told[["event_id", "publisher_id"]].to_numpy().tolist()
    assert pairs == [["e0", "sana"], ["e0", "sohr"], ["e1", "sohr"], ["e3", "sohr"]]
    daily = tempo(
        told, "D", "2024-11-01", "2024-11-02", by="publisher_id", classes=OPERATIONS
    )
    days = daily["n_low"].unstack()
    assert days["sana"].tolist() == [1, 0]
    assert days["sohr"].tolist() == [2, 1]
    pd.testing.assert_frame_equal(events, before)


def test_publishers_are_not_added_up_unawares():
    told = told_by(make([day("2024-11-01")]), CLAIMS.iloc[:2], DOCUMENTS)
    with pytest.raises(ValueError, match="'e0' stands in several rows"):
        tempo(told, "D", *NOVEMBER, classes=OPERATIONS)
    with pytest.raises(ValueError, match="'e0' stands in several rows"):
        tempo(told, "D", *NOVEMBER, by="front_id", classes=OPERATIONS)


def test_documents_of_all_claims_are_wanted():
    with pytest.raises(ValueError, match="'d3' is not in documents"):
        told_by(make([day("2024-11-01")]), CLAIMS, DOCUMENTS[:2])


def test_an_offset_of_pandas_is_as_good_as_its_name():
    for offset, name in (
        (pd.offsets.Week(weekday=3), "W-THU"),
        (pd.offsets.SemiMonthBegin(), "SMS"),
        (pd.offsets.QuarterBegin(startingMonth=10), "QS-OCT"),
        (pd.offsets.Day(10), "10D"),
    ):
        named = periods(name, "2016-02-03", "2017-08-09")
        pd.testing.assert_frame_equal(
            periods(offset, "2016-02-03", "2017-08-09"), named
        )
        assert named["days"].sum() == 554  # 2016-02-03 to 2017-08-09, both inclusive
