"""Every estimator by rule and by publisher in one call, and on a large plain frame."""

import time

import numpy as np
import pandas as pd
import pytest

import syriaconflict as sc
from syriaconflict import air
from syriaconflict.bands import band, versions
from syriaconflict.rules import RULES

START, END = "2016-01-01", "2016-10-26"  # 300 days
OPERATIONS = sc.tempo.OPERATIONS
LAST_DAY = pd.Timestamp("2023-12-31")


# --- by rule and by publisher, in one call


@pytest.fixture(scope="module")
def tables(make_tables, make_frame):
    """480 captures on 300 days: each told by the press, every second by the government.

    The government tells them two days later.
    """
    rng = np.random.default_rng(5)
    days = pd.Timestamp(START) + pd.to_timedelta(
        np.sort(rng.integers(0, 298, 480)), "D"
    )
    rows, parts = [], []
    for nth, place in enumerate(rng.choice(["amber", "qasr"], 480)):
        for outlet in ("press", "gov")[: 1 + nth % 2]:
            day = days[nth] + pd.Timedelta(days=2 * (outlet == "gov"))
            claim = f"e{nth}" if outlet == "press" else f"e{nth}-gov"
            rows.append({"event_id": f"e{nth}", "claim_id": claim, "day": day,
                         "place_id": place, "document_id": f"d-{outlet}"})  # fmt: skip
            parts.append(
                {"claim_id": claim, "actor_id": "brigade", "role": "initiator"}
            )
    made = make_tables(*rows, parts=parts)
    for name in ("campaigns", "events", "claim_places", "claim_links"):
        made[name] = make_frame(name)
    front = made["places"]["place_id"].map({"amber": "north", "qasr": "south"})
    made["places"] = made["places"].assign(
        longitude=36.7, latitude=35.2, front_id=front, kind="settlement"
    )
    return made


def daily(events, by=None):
    return sc.tempo.tempo(events, "D", START, END, by=by, classes=OPERATIONS)["n_low"]


def excitation(events):
    return sc.tempo.excitation(daily(events)).loc["either", ["branching_p05"]]


def burstiness(events):
    return sc.tempo.burstiness(events, classes=OPERATIONS)


def phases(events):
    return sc.tempo.phases(daily(events))["rate"]


def leads(events):
    north, south = (one for _, one in daily(events, "front_id").unstack().items())
    lags = sc.tempo.coupling(north, south, 7, phases=[], total=None, draws=99)
    return sc.tempo.leads(lags)["correlation"]


def captures(events, places):
    return sc.tempo.capture_rate(events, places, "MS", START, END)["rate"]


def movements(events, claims, claim_places):
    moves = sc.tempo.movements(events, claims, claim_places, types="capture")
    return sc.tempo.flows(moves)["n"]


def every(events, claims, claim_places, places):
    """All of them in one pass, as each version of the tables is worked out anew."""
    parts = {
        "daily": daily(events),
        "excitation": excitation(events),
        "burstiness": burstiness(events),
        "phases": phases(events),
        "leads": leads(events),
        "captures": captures(events, places),
        "movements": movements(events, claims, claim_places),
    }
    flat = {
        (name, str(key)): number
        for name, one in parts.items()
        for key, number in one.items()
    }
    return pd.Series(flat, dtype=float)


def test_each_estimator_by_rule_and_by_publisher_in_one_call(tables):
    told = versions(every, tables=tables)
    rules = [f"rule {rule}" for rule in RULES]
    assert told.columns.tolist() == [*rules, "without gov", "without press"]
    shown = told.groupby(level=0).count()
    assert (shown > 0).to_numpy().all()
    sums = told.loc["daily"].sum()
    # between two days half of the 480 are undecided, and so of no known day
    assert sums["rule representative"] == 240
    assert sums["without gov"] == 480
    assert sums["without press"] == 240
    assert sums["rule government"] == 480
    n = told.loc[("burstiness", "n")]
    assert n.tolist() == sums.tolist()
    # and one alone, as the users call it
    alone = band(leads, tables=tables, over="publishers")
    assert alone["representative"].tolist() == pytest.approx(
        told.loc["leads", "rule representative"].tolist()
    )
    assert (alone["versions"] == 3).all()


# --- a large frame of another dataset in the columns of our events


@pytest.fixture(scope="module")
def large():
    """100,000 events with the columns that a dataset of events alone can fill."""
    rng = np.random.default_rng(1)
    many = 100_000
    start = LAST_DAY - pd.to_timedelta(rng.integers(30, 2900, many), "D")
    kind = np.array(["airstrike", "clash", "shelling", "capture"])
    nth = rng.integers(0, 4, many)
    return pd.DataFrame(
        {
            "event_id": np.char.add("g", np.arange(many).astype(str)),
            "event_class": np.array(["air", "ground", "fires", "control"])[nth],
            "event_type": kind[nth],
            "modality": "realised",
            "grain": "discrete",
            "start": start,
            # one in ten is of one unknown day of a week
            "end": start + pd.to_timedelta(6 * (rng.random(many) < 0.1), "D"),
            "place_id": rng.choice(["a", "b", "c"], many),
            "front_id": rng.choice(["north", "south", "east"], many),
            "initiator_camp": rng.choice(["government", "opposition"], many),
            "outcome": "succeeded",
            "extent": "whole",
            "unit": None,
            "count_low": pd.array([pd.NA] * many, "Int32"),
            "count_high": pd.array([pd.NA] * many, "Int32"),
            "count_per": None,
            "munition": "unspecified",
            "target_kind": None,
        }
    )


def test_a_hundred_thousand_events_of_another_dataset_are_counted(large):
    began = time.process_time()
    span = ("2016-01-01", "2023-12-31")
    days = sc.tempo.tempo(large, "D", *span, by="front_id", classes=OPERATIONS)
    known = (large["start"] == large["end"]).sum()
    assert days["n"].sum() == pytest.approx(100_000)
    assert days["n_low"].sum() == known
    north, south, east = (days["n_low"].xs(f, level=1) for f in ("north", "south",
                                                                 "east"))  # fmt: skip
    assert len(sc.tempo.phases(north)) <= 3  # quiet, steady, quiet
    lags = sc.tempo.coupling(north, south, 14, phases=["2016-01-24", "2023-12-03"],
                             total=east, draws=199)  # fmt: skip
    assert sc.tempo.leads(lags).loc["any", "p_value"] > 0.01
    steady = days["n_low"].groupby("period").sum()["2016-03-01":"2023-11-01"]
    table = sc.tempo.excitation(steady)
    assert (table["branching_p05"] < 0.1).all()
    bursts = sc.tempo.burstiness(large, classes=OPERATIONS)
    assert bursts[["n", "left_out"]].tolist() == [known, 100_000 - known]
    assert abs(bursts["b"]) < 0.02
    strikes = air.strikes(large, pd.DataFrame(
        {"event_id": large["event_id"], "actor_id": "army", "role": "initiator",
         "certainty": "stated"}), unit="incident")  # fmt: skip
    air_events = (large["event_class"] == "air").sum()
    assert len(strikes) == air_events
    rates = air.intensity(strikes, "YS", *span, by="front_id")
    assert rates["n"].sum() == pytest.approx(air_events)
    assert (rates["rate_p05"] < rates["rate_p95"]).all()
    assert time.process_time() - began < 30
