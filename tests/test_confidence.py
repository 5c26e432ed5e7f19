"""Confidence in spells by hand: a half-life of 10 days, so that 10 days give 0.75."""

import numpy as np
import pandas as pd
import pytest

from syriaconflict.confidence import HALF_LIFE, confidence, goes_untold, persistence

DATES = ("start", "end", "last_told")


def control(*rows):
    frame = pd.DataFrame(
        [
            {"control_id": f"souran-{nth:02d}", "place_id": "souran", "status": "held",
             "start": None, "end": None, "last_told": None} | row
            for nth, row in enumerate(rows)
        ]
    )  # fmt: skip
    return frame.astype(dict.fromkeys(DATES, "datetime64[ms]"))


def sure(frame, date, **options):
    return confidence(frame, pd.Timestamp(date), **{"half_life": 10} | options).tolist()


def test_half_of_the_way_to_one_half_goes_in_each_half_life():
    found = persistence(np.array([0, 10, 20, 1e6]), half_life=10)
    assert found.tolist() == [1, 0.75, 0.625, 0.5]
    # 97.4 days are 3.2 months, and the default
    assert persistence(np.array([97.4])).tolist() == [0.75]
    assert HALF_LIFE == 97.4
    assert persistence(np.array([0, 1e6]), half_life=np.inf).tolist() == [1, 1]


@pytest.mark.parametrize("wrong", [0, -1, float("nan")])
def test_a_half_life_is_above_0(wrong):
    with pytest.raises(ValueError, match="wanted more than 0; inf: never aging"):
        persistence(np.array([1.0]), wrong)


def test_news_ages_from_the_last_day_told():
    spell = control({"start": "2017-01-01", "last_told": "2017-01-11"})
    assert sure(spell, "2017-01-06") == [1]
    assert sure(spell, "2017-01-11") == [1]
    assert sure(spell, "2017-01-21") == [0.75]
    # where no last day is told, from the start
    assert sure(spell.drop(columns="last_told"), "2017-01-11") == [0.75]
    assert sure(spell.assign(last_told=pd.NaT), "2017-01-11") == [0.75]


def test_two_reports_that_agree_bridge_what_lies_between():
    frame = control(
        {"start": "2017-01-01", "end": "2017-01-21", "last_told": "2017-01-01"},
        {"start": "2017-01-21", "last_told": "2017-01-21"},
    )
    # 10 days from either: 0.75 x 0.75 against 0.25 x 0.25 is 0.9
    assert sure(frame, "2017-01-11")[0] == pytest.approx(0.9)
    assert sure(frame, "2017-01-01")[0] == 1
    # on the last day 19 days from the one, 1 from the other: surer than 0.75
    assert sure(frame, "2017-01-20")[0] > 0.95
    # a table by its own words; which events end it is not told
    lost = frame.assign(end_reason=["capture", None])
    assert sure(lost, "2017-01-11") == sure(frame, "2017-01-11")


@pytest.mark.parametrize("reason", ["hold", "no_mans_land"])
def test_a_report_that_another_holds_it_by_then_bridges_to_the_change(reason):
    frame = control(
        {"start": "2017-01-01", "end": "2017-01-21", "last_told": "2017-01-01"},
        {"start": "2017-01-21", "last_told": "2017-01-21"},
    ).assign(end_reason=[reason, None])
    # as likely before the middle as after it
    assert sure(frame, "2017-01-11")[0] == pytest.approx(0.5)
    assert sure(frame, "2017-01-01")[0] == 1
    days = [sure(frame, day)[0] for day in pd.date_range("2017-01-01", "2017-01-20")]
    assert (np.diff(days) < 0).all()
    assert days[-1] < 0.1


def test_a_holder_who_gave_way_to_an_implied_one_did_so_anywhere_between():
    frame = control(
        {"start": "2017-01-01", "end": "2017-01-21", "last_told": "2017-01-01"},
        {"start": "2017-01-21", "end": "2017-01-21", "last_told": "2017-01-21"},
        {"start": "2017-01-21", "last_told": "2017-01-21"},
    ).assign(basis=["stated", "implied", "stated"])
    # 5 days of half-life 10 give (1 + 2^-0.5) / 2 = 0.8536, 15 days 0.6768:
    # 0.8536 x 0.3232 against 0.1464 x 0.6768
    assert sure(frame, "2017-01-06")[0] == pytest.approx(0.7357, abs=1e-4)
    assert sure(frame, "2017-01-11")[0] == pytest.approx(0.5)
    assert goes_untold(frame).tolist() == [True, False, False]
    assert not goes_untold(frame.drop(columns="basis")).any()


def test_an_end_that_tells_nothing_of_the_holder_is_no_evidence():
    frame = control(
        {"start": "2017-01-01", "end": "2017-01-21", "last_told": "2017-01-01"},
        {"start": "2017-01-21", "last_told": "2017-01-21", "status": "unknown"},
    ).assign(end_reason=["status_unknown", None])
    assert sure(frame, "2017-01-11")[0] == 0.75
    # nor one that nothing follows on
    frame = control(
        {"start": "2017-01-01", "end": "2017-01-21", "last_told": "2017-01-01"},
        {"start": "2017-01-31", "last_told": "2017-01-31"},
    )
    assert sure(frame, "2017-01-11")[0] == 0.75


def test_a_spell_known_by_its_end_alone_is_the_surer_the_nearer_its_end():
    frame = control(
        {"end": "2017-01-21", "last_told": "2017-01-21"},
        {"start": "2017-01-21", "last_told": "2017-01-21"},
    )
    assert sure(frame, "2017-01-11")[0] == 0.75
    assert sure(frame, "2017-01-01")[0] == 0.625


def test_told_to_hold_and_to_have_lost_it_on_one_day_is_a_toss():
    frame = control(
        {"start": "2017-01-01", "end": "2017-01-01", "last_told": "2017-01-01"},
        {"start": "2017-01-01", "last_told": "2017-01-01"},
    ).assign(end_reason=["hold", None])
    assert sure(frame, "2017-01-01")[0] == 0.5


def test_only_who_holds_a_place_alone_is_sure_of_it():
    rows = [
        {"place_id": place, "status": place, "start": "2017-01-01",
         "last_told": "2017-01-01"}
        for place in ("held", "besieged", "contested", "none", "unknown")
    ]  # fmt: skip
    found = confidence(control(*rows), pd.Timestamp("2017-01-11"), 10)
    assert found.tolist()[:2] == [0.75, 0.75]
    assert found[2:].isna().all()
    assert found.name == "probability"


def test_order_does_not_matter_and_input_is_left_alone():
    frame = control(
        {"start": "2017-01-01", "end": "2017-01-21", "last_told": "2017-01-01"},
        {"start": "2017-01-21", "last_told": "2017-01-21"},
        {"place_id": "morek", "control_id": "morek-01", "start": "2017-01-03"},
    )
    kept = frame.copy(deep=True)
    found = confidence(frame, pd.Timestamp("2017-01-11"))
    backwards = confidence(frame[::-1], pd.Timestamp("2017-01-11"))
    pd.testing.assert_series_equal(backwards.sort_index(), found)
    pd.testing.assert_frame_equal(frame, kept)
    assert confidence(frame[:0], pd.Timestamp("2017-01-11")).empty
