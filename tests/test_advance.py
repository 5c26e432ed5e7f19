import pandas as pd
import pytest

from syriaconflict.advance import CAPTURES, capture_rate, position_days, set_aside

PLACES = pd.DataFrame(
    {
        "place_id": ["souran", "maardis", "halfaya", "plain"],
        "kind": ["settlement", "settlement", "settlement", "area"],
    }
)
WEEKS = ("W", "2024-11-25", "2024-12-08")  # Monday to Sunday, two weeks of 7 days


def make(*rows):
    """Events from (start, end, changes); whole captures by the opposition."""
    plain = {
        "event_type": "capture",
        "modality": "realised",
        "grain": "discrete",
        "extent": "whole",
        "place_id": "souran",
        "initiator_camp": "opposition",
        "target_camp": "government",
    }
    told = [
        {"event_id": f"e{nth}", "start": start, "end": end} | plain | changes
        for nth, (start, end, changes) in enumerate(rows)
    ]
    frame = pd.DataFrame(told, columns=["event_id", "start", "end", *plain])
    texts = {name: frame[name].astype("str") for name in ("event_id", *plain)}
    dates = {name: pd.to_datetime(frame[name]) for name in ("start", "end")}
    return frame.assign(**texts, **dates).astype(dict.fromkeys(dates, "datetime64[ms]"))


def day(text, **changes):
    return (text, text, changes)


def cell(table, side, nth=0):
    return table.xs(side, level="side").iloc[nth]


def test_captures_count_for_the_side_that_takes_the_place():
    events = make(
        day("2024-11-26"),
        day("2024-11-27", initiator_camp="turkey"),  # on the opposition's side
        day("2024-12-02", initiator_camp="russia"),
    )
    table = capture_rate(events, PLACES, *WEEKS)
    assert table.index.names == ["period", "side"]
    assert table["n"].tolist() == [0, 2, 1, 0]
    assert table["days"].tolist() == [7] * 4
    assert table["rate"].tolist() == pytest.approx([0, 2 / 7, 1 / 7, 0])


def test_the_interval_is_the_jeffreys_one():
    # Quantiles of the gamma distribution of shape n + 1/2 are half those of chi squared
    # with 2 n + 1 degrees of freedom; from a printed table 0.00393, 3.841 (1 degree)
    # and 1.145, 11.070 (5 degrees), at 5 and 95 %.
    table = capture_rate(make(day("2024-11-26"), day("2024-11-27")), PLACES, *WEEKS)
    two, none = cell(table, "opposition"), cell(table, "government")
    assert two[["rate_p05", "rate_p95"]].tolist() == pytest.approx(
        [1.145 / 2 / 7, 11.070 / 2 / 7], rel=1e-3
    )
    assert none[["rate_p05", "rate_p95"]].tolist() == pytest.approx(
        [0.00393 / 2 / 7, 3.841 / 2 / 7], rel=1e-3
    )


def test_an_unknown_day_is_spread_and_widens_the_interval():
    # Saturday 30 November to Tuesday 3 December: two of four days in each week
    table = capture_rate(make(("2024-11-30", "2024-12-03", {})), PLACES, *WEEKS)
    first = cell(table, "opposition")
    assert first[["n", "n_low", "n_high"]].tolist() == [0.5, 0, 1]
    # 1 degree of freedom for 0 surely, 3 degrees (7.815) for 1 possibly
    assert first["rate_p05"] == pytest.approx(0.00393 / 2 / 7, rel=1e-3)
    assert first["rate_p95"] == pytest.approx(7.815 / 2 / 7, rel=1e-3)


def test_surrender_and_handover_give_the_place_to_the_target_when_asked_for():
    events = make(
        day("2024-11-26", event_type="surrender", initiator_camp="government",
            target_camp="opposition"),
        day("2024-11-26", event_type="handover", initiator_camp="opposition",
            target_camp="government"),
        day("2024-11-26", event_type="hold"),
    )  # fmt: skip
    assert capture_rate(events, PLACES, *WEEKS)["n"].sum() == 0
    table = capture_rate(events, PLACES, *WEEKS, types=CAPTURES)
    assert cell(table, "opposition")["n"] == 1
    assert cell(table, "government")["n"] == 1


def test_what_is_not_counted_is_listed_with_the_first_reason():
    cases = [
        (day("2024-11-26", modality="planned", grain="state"), "planned"),
        (day("2024-11-26", modality=None), "no modality"),
        (day("2024-11-26", grain="aggregate"), "aggregate"),
        (day("2024-11-26", grain=None), "no grain"),
        ((None, "2024-11-26", {}), "open start"),
        (("2024-11-26", None, {}), "open end"),
        (("2024-11-26", "2024-11-25", {}), "end before start"),
        (day("2024-11-26", place_id=None), "no place"),
        (day("2024-11-26", extent="part"), "part of a place"),
        (day("2024-11-26", place_id="plain"), "area"),
        (day("2024-11-26", initiator_camp=None), "side not known"),
        (day("2024-11-26", initiator_camp="civilian"), "side not known"),
        (day("2024-11-26", initiator_camp="isis"), "side not asked for"),
    ]
    other = [day("2024-11-26", event_type="clash"), day("2024-11-26")]
    events = make(*[row for row, _ in cases], *other)
    aside = set_aside(events, PLACES)
    assert aside.set_index("event_id")["reason"].to_dict() == {
        f"e{nth}": reason for nth, (_, reason) in enumerate(cases)
    }
    assert capture_rate(events, PLACES, *WEEKS)["n"].sum() == 1


def positions(*rows):
    columns = ["km_low", "km", "km_high"]
    days = position_days(*WEEKS)
    assert [f"{one:%Y-%m-%d}" for one in days] == [
        "2024-11-24",
        "2024-12-01",
        "2024-12-08",
    ]
    return pd.DataFrame(rows, days, columns, dtype=float)


def test_km_along_an_axis_are_differences_of_positions():
    # first week: from 10 (8 to 12) to 24 (20 to 28): 14, at least 20 - 12, at most
    # 28 - 8; second week: back to 17 (16 to 18): -7, from 16 - 28 to 18 - 20
    given = {"opposition": positions((8, 10, 12), (20, 24, 28), (16, 17, 18))}
    table = capture_rate(make(), PLACES, *WEEKS, km=given)
    columns = ["km_low", "km", "km_high", "km_per_day"]
    assert cell(table, "opposition")[columns].tolist() == [8, 14, 20, 2]
    assert cell(table, "opposition", 1)[columns].tolist() == [-12, -7, -2, -1]
    assert table.xs("government", level="side")["km"].isna().all()


def test_km_given_by_period_have_no_bounds():
    moved = pd.Series([3.5, -7.0], pd.to_datetime(["2024-11-25", "2024-12-02"]))
    table = capture_rate(make(), PLACES, *WEEKS, km={"government": moved})
    assert table.xs("government", level="side")["km_per_day"].tolist() == [0.5, -1]
    assert table["km_low"].isna().all()


def test_an_unknown_position_leaves_the_way_unknown():
    given = {"opposition": positions((8, 10, 12), (20, None, None), (16, 17, 18))}
    first = cell(capture_rate(make(), PLACES, *WEEKS, km=given), "opposition")
    assert first["km_low"] == 8
    assert first[["km", "km_high", "km_per_day"]].isna().all()


def test_wrong_arguments_are_refused():
    events = make(day("2024-11-26"))
    with pytest.raises(ValueError, match="sides: 'rebels' is not known"):
        capture_rate(events, PLACES, *WEEKS, sides="rebels")
    with pytest.raises(ValueError, match="types: 'hold' is not known"):
        capture_rate(events, PLACES, *WEEKS, types="hold")
    with pytest.raises(ValueError, match="'souran' is not in places"):
        capture_rate(events, PLACES[1:], *WEEKS)
    with pytest.raises(ValueError, match="'e0' stands in several rows"):
        capture_rate(pd.concat([events, events]), PLACES, *WEEKS)
    with pytest.raises(ValueError, match="places: place_id 'souran' stands in several"):
        set_aside(events, pd.concat([PLACES, PLACES]))
    with pytest.raises(ValueError, match="km: 'isis' is not known"):
        capture_rate(events, PLACES, *WEEKS, km={"isis": pd.Series(dtype=float)})
    with pytest.raises(TypeError, match=r"km\['opposition'\] is list, wanted pos"):
        capture_rate(events, PLACES, *WEEKS, km={"opposition": [1, 2]})
    short = positions((1, 1, 1), (2, 2, 2), (3, 3, 3))[:2]
    with pytest.raises(ValueError, match="lacks 2024-12-08; wanted each"):
        capture_rate(events, PLACES, *WEEKS, km={"opposition": short})
    twice = pd.concat([short, positions(*[(1, 1, 1)] * 3)])
    with pytest.raises(ValueError, match="has a day twice"):
        capture_rate(events, PLACES, *WEEKS, km={"opposition": twice})
    moved = pd.Series([1.0], pd.to_datetime(["2024-11-25"]))
    with pytest.raises(ValueError, match="lacks 2024-12-02"):
        capture_rate(events, PLACES, *WEEKS, km={"opposition": moved})


def test_order_does_not_matter_and_the_input_stays():
    events = make(day("2024-11-26"), ("2024-11-30", "2024-12-03", {}))
    before = events.copy()
    table = capture_rate(events, PLACES, *WEEKS)
    pd.testing.assert_frame_equal(capture_rate(events[::-1], PLACES, *WEEKS), table)
    pd.testing.assert_frame_equal(events, before)
    aside = set_aside(events, PLACES)
    assert aside.empty
    assert list(aside.columns) == ["event_id", "reason"]
    # without a capture there is still a row for each side and period
    assert capture_rate(make(), PLACES, *WEEKS)["n"].tolist() == [0] * 4
