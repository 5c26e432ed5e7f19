import numpy as np
import pandas as pd
import pytest

from syriaconflict import air

RUAF, SYAF = "russian-air-force", "syrian-air-force"
APRIL = ("2017-04-01", "2017-04-30")

PLAIN = {
    "event_class": "air",
    "event_type": "airstrike",
    "modality": "realised",
    "grain": "discrete",
    "start": "2017-04-03",
    "end": "2017-04-03",
    "place_id": "halfaya",
    "front_id": "north-hama",
    "munition": None,
    "target_kind": None,
    "unit": None,
    "count_low": None,
    "count_high": None,
    "count_per": None,
}
DOZENS_A_DAY = {
    "grain": "aggregate",
    "start": "2017-03-21",
    "end": "2017-04-24",
    "unit": "strike",
    "count_low": 24,
    "count_high": 99,
    "count_per": "day",
}
CASUALTY_EVENTS = {
    "event_class": "harm",
    "event_type": "casualty_report",
    "grain": "aggregate",
    "start": "2017-03-21",
    "end": "2017-04-24",
    "place_id": "northern-hama",
    "unit": "casualty_event",
    "count_low": 31,
    "count_high": 31,
    "count_per": "total",
}


def make(rows):
    """Events from {event_id: changes}, by default one airstrike that counts nothing."""
    frame = pd.DataFrame(
        [{"event_id": name} | PLAIN | changes for name, changes in rows.items()],
        columns=["event_id", *PLAIN],
    )
    kinds = dict.fromkeys(frame.columns, "str")
    kinds |= dict.fromkeys(("start", "end"), "datetime64[ms]")
    kinds |= dict.fromkeys(("count_low", "count_high"), "Int32")
    return frame.astype(kinds)


def named(rows):
    """Event actors from (event_id, actor_id, certainty), all initiators."""
    frame = pd.DataFrame(rows, columns=["event_id", "actor_id", "certainty"])
    return frame.astype("str").assign(role="initiator")


NOBODY = named([])


# --- strikes


def test_every_discrete_strike_is_one_incident_whatever_it_counts():
    events = make(
        {
            "a": {},
            "b": {"unit": "strike", "count_low": 5, "count_high": 9},
            "c": {"unit": "incident", "count_low": 3, "count_high": 3},
            "d": {"event_class": "drone", "event_type": "drone_strike"},
            "e": DOZENS_A_DAY,
            "f": DOZENS_A_DAY | {"unit": "incident"},
        }
    )
    rows = air.strikes(events, NOBODY, unit="incident").set_index("event_id")
    assert rows[["low", "high", "per"]].to_dict("index") == {
        "a": {"low": 1, "high": 1, "per": "total"},
        "b": {"low": 1, "high": 1, "per": "total"},
        "c": {"low": 1, "high": 1, "per": "total"},
        "d": {"low": 1, "high": 1, "per": "total"},
        "f": {"low": 24, "high": 99, "per": "day"},
    }
    assert set(rows["unit"]) == {"incident"}


def test_another_unit_takes_only_events_that_carry_it():
    events = make(
        {
            "a": {},
            "b": {"unit": "strike", "count_low": 5},
            "c": {"unit": "munition", "count_low": 2, "count_high": 2},
            "d": DOZENS_A_DAY,
        }
    )
    rows = air.strikes(events, NOBODY, unit="strike").set_index("event_id")
    assert rows["low"].to_dict() == {"b": 5, "d": 24}
    assert rows["high"].isna().to_dict() == {"b": True, "d": False}
    # a discrete event is on one day: its number is a total
    assert rows["per"].to_dict() == {"b": "total", "d": "day"}
    assert rows["grain"].to_dict() == {"b": "discrete", "d": "aggregate"}
    assert rows.index.name == "event_id"


def test_casualty_events_come_from_casualty_reports():
    events = make(
        {"a": CASUALTY_EVENTS, "b": {}, "c": CASUALTY_EVENTS | {"unit": "person"}}
    )
    rows = air.strikes(events, named([("a", RUAF, "hedged")]), unit="casualty_event")
    assert rows["event_id"].tolist() == ["a"]
    assert rows["operators"].tolist() == [f"{RUAF} (hedged)"]
    assert air.strikes(events, NOBODY, unit="person").empty


def test_strikes_has_the_columns_it_promises_also_when_empty():
    columns = [
        *("event_id", "start", "end", "grain", "place_id", "front_id", "event_type"),
        *("munition", "target_kind", "operators", "unit", "low", "high", "per"),
    ]
    for events in (make({}), make({"a": {}})):
        rows = air.strikes(events, NOBODY, unit="incident")
        assert list(rows.columns) == columns
        assert str(rows["low"].dtype) == "Int64"
        assert (rows["operators"] == "not named").all()


def test_every_event_is_a_strike_or_set_aside_with_a_reason():
    events = make(
        {
            "a": {"unit": "strike", "count_low": 2},
            "b": {"event_class": "fires", "event_type": "shelling"},
            "c": {"event_type": "shootdown", "unit": "strike", "count_low": 1},
            "d": DOZENS_A_DAY | {"modality": "threatened"},
            "e": {"grain": "state", "end": None},
            "f": {},
            "g": {"unit": "munition", "count_low": 2},
            "h": DOZENS_A_DAY | {"count_per": None},
            "i": {"unit": "strike"},
            "j": {"modality": None},
            "k": {"grain": None},
            "l": CASUALTY_EVENTS,
        }
    )
    aside = air.set_aside(events, unit="strike")
    assert dict(zip(aside["event_id"], aside["reason"], strict=True)) == {
        "b": "not from the air",
        "c": "shootdown",
        "d": "threatened",
        "e": "state",
        "f": "no count",
        "g": "counted in munition",
        "h": "neither total nor rate",
        "i": "no count",
        "j": "no modality",
        "k": "no grain",
        "l": "not from the air",
    }
    for unit in ("strike", "incident", "casualty_event", "sortie"):
        rows = air.strikes(events, NOBODY, unit=unit)
        aside = air.set_aside(events, unit=unit)
        assert sorted([*rows["event_id"], *aside["event_id"]]) == list(
            events["event_id"]
        )


def test_strikes_ignores_row_order_and_leaves_its_input_alone():
    events = make({"a": {"unit": "strike", "count_low": 2}, "b": {}, "c": DOZENS_A_DAY})
    actors = named([("a", SYAF, "stated"), ("a", RUAF, "stated")])
    before, actors_before = events.copy(), actors.copy()
    rows = air.strikes(events, actors, unit="incident")
    backwards = air.strikes(events[::-1], actors[::-1], unit="incident")
    pd.testing.assert_frame_equal(rows, backwards)
    pd.testing.assert_frame_equal(events, before)
    pd.testing.assert_frame_equal(actors, actors_before)


def test_strikes_refuses_what_it_does_not_know():
    events = make({"a": {}})
    with pytest.raises(ValueError, match="unit: 'sorties' is not known; nearest: sort"):
        air.strikes(events, NOBODY, unit="sorties")
    with pytest.raises(ValueError, match="unit: 'raid' is not known"):
        air.set_aside(events, unit="raid")
    with pytest.raises(ValueError, match="events lacks munition"):
        air.strikes(events.drop(columns="munition"), NOBODY, unit="strike")
    with pytest.raises(ValueError, match="event_actors lacks role"):
        air.strikes(events, NOBODY.drop(columns="role"), unit="strike")
    with pytest.raises(ValueError, match="'a' stands in several rows"):
        air.strikes(pd.concat([events, events]), NOBODY, unit="strike")


# --- operators


@pytest.mark.parametrize(
    ("actors", "label"),
    [
        ([("z", "stated")], "z"),
        ([("z", "stated"), ("a", "stated")], "a & z"),
        ([("z", "one_of"), ("a", "one_of")], "a | z"),
        ([("z", "hedged")], "z (hedged)"),
        ([("a", "hedged"), ("z", "stated")], "z & a (hedged)"),
        ([("a", "one_of"), ("b", "one_of"), ("z", "stated")], "z & (a | b)"),
        ([("a", "one_of"), ("z", "stated")], "z & a (one of)"),
        ([("a", "one_of")], "a (one of)"),
    ],
)
def test_the_label_keeps_and_apart_from_or(actors, label):
    rows = [("x", actor, certainty) for actor, certainty in actors]
    assert air.operators(named(rows)).to_dict() == {"x": label}
    assert air.operators(named(rows[::-1])).to_dict() == {"x": label}


def test_only_initiators_are_operators():
    actors = named([("x", "a", "stated"), ("x", "b", "stated"), ("y", "b", "stated")])
    actors["role"] = ["initiator", "target", "supporter"]
    label = air.operators(actors)
    assert label.to_dict() == {"x": "a"}
    assert (label.name, label.index.name) == ("operators", "event_id")


def test_a_certainty_must_be_known():
    with pytest.raises(ValueError, match="certainty: 'sure' is not known"):
        air.operators(named([("x", "a", "sure")]))


# --- count, total_over, add


def counted(rows, actors=(), unit="strike"):
    return air.strikes(make(rows), named(list(actors)), unit=unit)


def strike(low, high, **changes):
    return {"unit": "strike", "count_low": low, "count_high": high} | changes


def test_counts_add_up_by_group_and_an_open_one_stays_open():
    rows = counted(
        {
            "a": strike(2, 3),
            "b": strike(5, None),
            "c": strike(4, 4),
            "d": strike(None, 7, front_id=None),
        },
        [("a", RUAF, "stated"), ("b", RUAF, "stated"), ("c", RUAF, "hedged")],
    )
    table = air.count(rows, "operators")
    # a and b: 2 + 5 = 7 and 3 + open; c: 4, 4; d: open below, 7
    assert table.index.tolist() == ["not named", RUAF, f"{RUAF} (hedged)"]
    assert table["events"].tolist() == [1, 2, 1]
    assert table["low"].tolist() == [pd.NA, 7, 4]
    assert table["high"].tolist() == [7, pd.NA, 4]
    assert table["unit"].unique().tolist() == ["strike"]
    fronts = air.count(rows, ["front_id", "event_type"])
    assert fronts.index.tolist() == [
        ("north-hama", "airstrike"),
        ("not stated", "airstrike"),
    ]
    assert fronts["low"].tolist() == [11, pd.NA]
    pd.testing.assert_frame_equal(air.count(rows[::-1], "operators"), table)


def test_count_of_nothing_is_nothing():
    table = air.count(counted({}), "operators")
    assert table.empty
    assert list(table.columns) == ["events", "low", "high", "unit", "grain", "per"]


def test_units_are_never_added():
    rows = {"a": strike(2, 3), "b": {"unit": "sortie", "count_low": 1, "count_high": 1}}
    mixed = pd.concat([counted(rows), counted(rows, unit="sortie")])
    with pytest.raises(
        ValueError,
        match=r"unit sortie and strike cannot be added; .*strikes one sortie",
    ):
        air.count(mixed, "front_id")


def test_aggregates_are_never_added_to_what_they_may_retell():
    mixed = counted({"a": strike(2, 3), "b": DOZENS_A_DAY | {"count_per": "total"}})
    with pytest.raises(ValueError, match=r"aggregate and discrete cannot be .*compare"):
        air.count(mixed, "front_id")


def test_rates_are_never_added_to_totals():
    later = {"start": "2017-05-01", "end": "2017-05-02", "count_per": "total"}
    mixed = counted({"a": DOZENS_A_DAY, "b": DOZENS_A_DAY | later})
    with pytest.raises(ValueError, match=r"per day and total cannot .*total_over\(\)"):
        air.count(mixed, "front_id")


def test_two_rates_of_one_group_do_not_add_up_but_their_totals_do():
    first = DOZENS_A_DAY | {"start": "2017-04-01", "end": "2017-04-02"}
    second = DOZENS_A_DAY | {"start": "2017-04-03", "end": "2017-04-05"}
    rows = counted({"a": first, "b": second})
    with pytest.raises(ValueError, match="a, b in one group are rates a day, and rate"):
        air.count(rows, "front_id")
    assert air.count(rows, "event_id")["low"].tolist() == [24, 24]
    # two and three days: 24 * 5 and 99 * 5
    table = air.count(air.total_over(rows), "front_id")
    assert table[["low", "high"]].to_numpy().tolist() == [[120, 495]]


@pytest.mark.parametrize(
    ("end", "start"),
    [("2017-04-10", "2017-04-10"), (None, "2017-04-20"), ("2017-04-10", None)],
)
def test_aggregates_over_the_same_days_may_retell_each_other(end, start):
    total = DOZENS_A_DAY | {"count_per": "total"}
    first = total | {"start": "2017-04-01", "end": end}
    second = total | {"start": start, "end": "2017-04-30"}
    for rows in (
        counted({"a": first, "b": second}),
        counted({"b": first, "a": second}),
    ):
        with pytest.raises(ValueError, match="a, b in one group are aggregates over"):
            air.count(rows, "front_id")
        assert len(air.count(rows, ["front_id", "event_id"])) == 2


def test_aggregates_of_days_apart_add_up():
    total = DOZENS_A_DAY | {"count_per": "total"}
    rows = counted(
        {
            "a": total | {"start": "2017-04-11", "end": "2017-04-30"},
            "b": total | {"start": "2017-04-01", "end": "2017-04-10"},
        }
    )
    assert air.count(rows, "front_id")["high"].tolist() == [198]


def test_count_refuses_unknown_columns_and_repeats():
    rows = counted({"a": strike(1, 1)})
    with pytest.raises(
        ValueError, match="by: 'operator' is not known; nearest: operat"
    ):
        air.count(rows, "operator")
    with pytest.raises(ValueError, match="'a' stands in several rows"):
        air.count(pd.concat([rows, rows]), "operators")
    with pytest.raises(ValueError, match="strikes lacks low"):
        air.count(rows.drop(columns="low"), "operators")


def test_a_rate_becomes_a_total_over_its_days_both_inclusive():
    rows = counted({"a": DOZENS_A_DAY, "b": strike(2, None), "c": DOZENS_A_DAY})
    rows.loc[rows["event_id"] == "c", "high"] = pd.NA
    before = rows.copy()
    total = air.total_over(rows)
    # 21 March to 24 April: 11 days of March and 24 of April; 35 * 24, 35 * 99
    assert total["low"].tolist() == [840, 2, 840]
    assert total["high"].tolist() == [3465, pd.NA, pd.NA]
    assert total["per"].tolist() == ["total"] * 3
    pd.testing.assert_frame_equal(rows, before)
    pd.testing.assert_frame_equal(air.total_over(total), total)


def test_an_endless_rate_has_no_total():
    rows = counted({"a": DOZENS_A_DAY | {"end": None}, "b": strike(2, 2, end=None)})
    with pytest.raises(ValueError, match=r"^a: a rate with no first or last day"):
        air.total_over(rows)


def test_add_joins_groups_and_keeps_open_bounds_open():
    first = air.count(
        counted({"a": strike(2, None), "b": strike(1, 1, front_id="aleppo")}),
        "front_id",
    )
    second = air.count(
        counted({"c": strike(3, 4), "d": strike(5, 6, front_id=None)}), "front_id"
    )
    table = air.add(first, second)
    assert table.index.tolist() == ["aleppo", "north-hama", "not stated"]
    assert table["events"].tolist() == [1, 2, 1]
    assert table["low"].tolist() == [1, 5, 5]
    assert table["high"].tolist() == [1, pd.NA, 6]
    pd.testing.assert_frame_equal(air.add(second, first), table)
    empty = air.count(counted({}), "front_id")
    pd.testing.assert_frame_equal(air.add(first, empty), first)


def test_add_refuses_what_is_not_alike():
    strikes = air.count(counted({"a": strike(2, 2)}), "front_id")
    incidents = air.count(counted({"a": strike(2, 2)}, unit="incident"), "front_id")
    with pytest.raises(ValueError, match="add: unit incident and strike cannot be add"):
        air.add(strikes, incidents)
    rates = air.count(counted({"a": DOZENS_A_DAY}), "front_id")
    with pytest.raises(ValueError, match="add: grain aggregate and discrete cannot"):
        air.add(strikes, rates)
    with pytest.raises(ValueError, match="both hold rates a day for one group"):
        air.add(rates, rates)
    by_munition = air.count(counted({"a": strike(2, 2)}), "munition")
    with pytest.raises(ValueError, match=r"by \['front_id'\] and b by \['munition'\]"):
        air.add(strikes, by_munition)
    with pytest.raises(ValueError, match="a result of count lacks events"):
        air.add(strikes, counted({"a": strike(2, 2)}))


# --- intensity


def test_the_interval_is_that_of_the_chi_square_table():
    # gamma(n + 1/2) quantiles are half those of chi-square with 2n + 1 degrees of
    # freedom. Tables, 5 % and 95 %: 1 degree 0.00393 and 3.841, 5: 1.145 and 11.070
    rows = counted({"a": {}, "b": {}}, unit="incident")
    table = air.intensity(rows, "10D", "2017-04-01", "2017-04-20")
    assert table["n"].tolist() == [2, 0]
    assert table["days"].tolist() == [10, 10]
    assert table["rate"].tolist() == [0.2, 0]
    assert table["rate_p05"].tolist() == pytest.approx([0.05725, 0.0001966], rel=1e-3)
    assert table["rate_p95"].tolist() == pytest.approx([0.5535, 0.19205], rel=1e-3)


def test_a_clipped_period_has_fewer_days_of_exposure():
    rows = counted({"a": {}}, unit="incident")
    # 3 April 2017 is a Monday; Saturday 1 and Sunday 2 belong to the week of 27 March
    table = air.intensity(rows, "W", "2017-04-01", "2017-04-05")
    assert table["days"].tolist() == [2, 3]
    assert table["rate"].tolist() == pytest.approx([0, 1 / 3])


def test_intensity_by_group_is_complete():
    rows = counted(
        {"a": {}, "b": {"start": "2017-05-03", "end": "2017-05-03"}},
        [("a", RUAF, "stated")],
        unit="incident",
    )
    table = air.intensity(rows, "MS", "2017-04-01", "2017-05-31", by="operators")
    assert table["n"].to_dict() == {
        (pd.Timestamp("2017-04-01"), "not named"): 0,
        (pd.Timestamp("2017-04-01"), RUAF): 1,
        (pd.Timestamp("2017-05-01"), "not named"): 1,
        (pd.Timestamp("2017-05-01"), RUAF): 0,
    }
    assert table["days"].tolist() == [30, 30, 31, 31]


def test_intensity_takes_only_dated_discrete_incidents():
    with pytest.raises(ValueError, match="1 of 2 rows are no discrete incidents"):
        air.intensity(
            counted(
                {"a": {}, "b": DOZENS_A_DAY | {"unit": "incident"}}, unit="incident"
            ),
            "W",
            *APRIL,
        )
    with pytest.raises(ValueError, match="1 of 1 rows are no discrete incidents"):
        air.intensity(counted({"a": strike(2, 2)}), "W", *APRIL)
    with pytest.raises(ValueError, match="1 of 1 rows have no start, no end"):
        air.intensity(counted({"a": {"end": None}}, unit="incident"), "W", *APRIL)


def test_nine_of_ten_intervals_hold_the_rate_that_made_the_events():
    rate, length, number = 0.5, 10, 400
    rng = np.random.default_rng(0)
    first = pd.Timestamp("2010-01-01")
    each = rng.poisson(rate * length, number)
    offsets = np.repeat(np.arange(number) * length, each)
    offsets += rng.integers(0, length, each.sum())
    days = first + pd.to_timedelta(offsets, unit="D")
    rows = pd.DataFrame(
        {
            "event_id": [f"e{i}" for i in range(len(days))],
            "grain": "discrete",
            "unit": "incident",
            "start": days,
            "end": days,
        }
    )
    last = first + pd.Timedelta(days=number * length - 1)
    table = air.intensity(rows, "10D", first, last)
    assert table["n"].tolist() == each.tolist()
    held = (table["rate_p05"] <= rate) & (rate <= table["rate_p95"])
    # 90 % wanted; 0.015 is one standard error of 400 draws, and counts are whole
    assert 0.85 <= held.mean() <= 0.95


# --- compare


def claimed(actors=((RUAF, "stated"),), **changes):
    rows = [("claim", *actor) for actor in actors]
    return counted({"claim": CASUALTY_EVENTS | changes}, rows, unit="casualty_event")


def observed(rows, actors=()):
    """One casualty event each, discrete."""
    one = {"unit": "casualty_event", "count_low": 1, "count_high": 1}
    rows = {name: one | changes for name, changes in rows.items()}
    return counted(rows, actors, unit="casualty_event")


def test_a_claim_stands_beside_what_surely_and_possibly_matches():
    rows = observed(
        {
            "sure": {},
            "both": {},
            "either": {},
            "hedged": {},
            "unnamed": {},
            "other": {},
            "before": {"start": "2017-03-20", "end": "2017-03-20"},
            "last": {"start": "2017-04-24", "end": "2017-04-24"},
            "edge": {"start": "2017-04-20", "end": "2017-04-25"},
            "undated": {"start": None, "end": None},
            "aleppo": {"front_id": "aleppo"},
            "nowhere": {"front_id": None},
        },
        [
            ("sure", RUAF, "stated"),
            ("both", RUAF, "stated"),
            ("both", SYAF, "stated"),
            ("either", RUAF, "one_of"),
            ("either", SYAF, "one_of"),
            ("hedged", RUAF, "hedged"),
            ("other", SYAF, "stated"),
            *(
                (name, RUAF, "stated")
                for name in ("before", "last", "edge", "undated", "aleppo", "nowhere")
            ),
        ],
    )
    result = air.compare(claimed(), rows)
    assert result.index.tolist() == ["claim"]
    row = result.iloc[0]
    # surely: sure, both, last; possibly also: either, hedged, unnamed, edge, undated,
    # nowhere
    assert row[["claimed_low", "claimed_high"]].tolist() == [31, 31]
    assert row[["observed_low", "observed_high"]].tolist() == [3, 9]
    assert row["unit"] == "casualty_event"
    assert row["days"] == 35
    assert "6 events match only possibly" in row["note"]
    assert "all of north-hama, the claim's place northern-hama" in row["note"]
    assert "casualty report need not" in row["note"]
    assert "aggregates" not in row["note"]


def test_the_claim_is_not_counted_among_the_observed():
    claim = claimed()
    result = air.compare(claim, claim)
    assert result[["observed_low", "observed_high"]].to_numpy().tolist() == [[0, 0]]
    assert "1 aggregates among the observed are not counted" in result["note"].iloc[0]


def test_an_observed_open_bound_stays_open():
    rows = observed({"a": {}, "b": {"count_high": None}}, [("a", RUAF, "stated")])
    result = air.compare(claimed(), rows).iloc[0]
    assert result["observed_low"] == 1
    assert result["observed_high"] is pd.NA


def test_a_claim_without_operator_or_front_takes_all_and_says_so():
    rows = observed({"a": {"front_id": "aleppo"}, "b": {}}, [("a", SYAF, "stated")])
    result = air.compare(claimed(actors=(), front_id=None), rows).iloc[0]
    assert result[["observed_low", "observed_high"]].tolist() == [2, 2]
    assert "names no operator" in result["note"]
    assert "lies on no front" in result["note"]


def test_a_claim_about_one_of_two_operators():
    claim = claimed(actors=((RUAF, "one_of"), (SYAF, "one_of")))
    rows = observed(
        {"a": {}, "b": {}, "c": {}},
        [
            ("a", RUAF, "one_of"),
            ("a", SYAF, "one_of"),
            ("b", SYAF, "stated"),
            ("c", "us-coalition", "stated"),
        ],
    )
    result = air.compare(claim, rows).iloc[0]
    assert result[["observed_low", "observed_high"]].tolist() == [1, 2]
    assert "operators are told as" in result["note"]


def test_a_hedged_claim_is_surely_met_by_stated_rows_alone():
    told = {"a": "stated", "b": "stated", "c": "hedged"}
    rows = observed(
        {name: {} for name in told}, [(name, RUAF, how) for name, how in told.items()]
    )
    result = air.compare(claimed(actors=((RUAF, "hedged"),)), rows).iloc[0]
    # surely: a, b; possibly also: c, whose own text names the operator with reserve
    assert result[["observed_low", "observed_high"]].tolist() == [2, 3]
    assert "'russian-air-force (hedged)'" in result["note"]


def test_compare_refuses_across_units_and_names_both():
    incidents = counted({"a": {}}, unit="incident")
    with pytest.raises(
        ValueError,
        match=r"in casualty_event, observed in incident; .* justify which share of inc",
    ):
        air.compare(claimed(), incidents)
    # what the user can justify as the same unit is compared
    share = {"low": 0.5, "high": 1}
    same = air.convert(incidents, "casualty_event", each=share, because="a survey")
    row = air.compare(claimed(), same).iloc[0]
    # nobody is named, so the one incident matches only possibly: 1 times 1
    assert row[["observed_low", "observed_high"]].tolist() == [0, 1]
    whole = air.compare(claimed(actors=()), same).iloc[0]
    assert whole[["observed_low", "observed_high"]].tolist() == [0.5, 1]


def test_a_claim_on_an_area_is_held_against_the_places_in_it():
    rows = observed(
        {
            "inside": {},
            "outside": {"place_id": "souran"},
            "no place": {"place_id": None},
            "no front": {"front_id": None},
        },
        [(name, RUAF, "stated") for name in ("inside", "outside", "no place")],
    )
    result = air.compare(claimed(), rows, places=["halfaya", "northern-hama"]).iloc[0]
    # surely: inside; possibly also: the one without a place, and "no front", which is
    # at Halfaya with nobody named
    assert result[["observed_low", "observed_high"]].tolist() == [1, 3]
    assert "Observed are 2 places" in result["note"]
    whole_front = air.compare(claimed(), rows).iloc[0]
    assert whole_front[["observed_low", "observed_high"]].tolist() == [3, 4]
    with pytest.raises(ValueError, match="places: 'hama' is not known"):
        air.compare(claimed(), rows, places="hama")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda row: row.iloc[:0], "claimed has 0 rows; choose one"),
        (lambda row: row.assign(grain="discrete"), "claimed is not an aggregate"),
        (lambda row: row.assign(end=pd.NaT), "claimed has no first or last day"),
        (lambda row: row.assign(per="day"), "claimed is a rate a day; use total_over"),
        (lambda row: row.drop(columns="per"), "claimed lacks per"),
    ],
)
def test_a_claim_must_be_one_aggregate_total(change, message):
    claim = claimed()
    with pytest.raises(ValueError, match=message):
        air.compare(change(claim), claim)


def test_compare_leaves_its_input_alone():
    claim, rows = claimed(), observed({"a": {}})
    before = claim.copy(), rows.copy()
    first = air.compare(claim, rows)
    pd.testing.assert_frame_equal(air.compare(claim, rows[::-1]), first)
    pd.testing.assert_frame_equal(claim, before[0])
    pd.testing.assert_frame_equal(rows, before[1])
