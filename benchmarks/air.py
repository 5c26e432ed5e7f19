"""How long each estimator of air takes on 300,000 events, and what its intervals hold.

The first table: seconds on 300,000 made-up events over 5,000 days (10 are allowed), and
for the log-linear models the ratio to the same fits by statsmodels where it is there.
The second: how often intervals said to hold the truth in 90 of 100 cases do so.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd

from syriaconflict import air, dispersion

EVENTS, DAYS, ALLOWED = 300_000, 5_000, 10.0
FIRST = pd.Timestamp("2011-01-01")
LAST = FIRST + pd.Timedelta(days=DAYS - 1)
ACTORS = ("russian-air-force", "syrian-arab-air-force", "us-led-coalition", "turkey")
SIDES = {"Russia": ACTORS[:1], "government": ACTORS[1:2], "others": ACTORS[2:]}


def made_up(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return the tables of 300,000 made-up air events, one in fifty an aggregate."""
    day = FIRST + pd.to_timedelta(rng.integers(0, DAYS, EVENTS), unit="D")
    told = rng.random(EVENTS) < 0.02
    events = pd.DataFrame(
        {
            "event_id": np.char.add("e", np.arange(EVENTS).astype(str)),
            "event_class": "air",
            "event_type": "airstrike",
            "modality": "realised",
            "grain": np.where(told, "aggregate", "discrete"),
            "start": day,
            "end": day,
            "place_id": rng.choice(["halfaya", "khanasir", "souran"], EVENTS),
            "front_id": rng.choice(["aleppo", "ghab", "northern-hama"], EVENTS),
            "munition": rng.choice(["bomb", "cluster", "rocket"], EVENTS),
            "target_kind": rng.choice(["settlement", "position", "hospital"], EVENTS),
            "unit": "strike",
            "count_low": rng.integers(1, 9, EVENTS),
            "count_high": rng.integers(9, 30, EVENTS),
            "count_per": "total",
        }
    ).astype({"count_low": "Int32", "count_high": "Int32"})
    acting = pd.DataFrame(
        {
            "event_id": np.repeat(events["event_id"], 2).to_numpy(),
            "actor_id": np.tile(ACTORS[:2], EVENTS),
            "role": "initiator",
            "certainty": np.repeat(rng.choice(["stated", "one_of"], EVENTS), 2),
        }
    )
    claims = events[["event_id"]].assign(claim_id=events["event_id"], stance="asserts")
    lists = pd.DataFrame(rng.random((EVENTS, 5)) < 0.3, columns=list("abcde"))
    return {
        "events": events,
        "event_actors": acting,
        "claims": claims,
        "claim_actors": acting.rename(columns={"event_id": "claim_id"}),
        "lists": lists[lists.any(axis=1)],
    }


def speeds(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the seconds of each estimator."""
    events, acting, lists = tables["events"], tables["event_actors"], tables["lists"]
    incidents = air.strikes(events, acting, unit="incident")
    strikes = air.strikes(events, acting, unit="strike")
    discrete = incidents[incidents["grain"] == "discrete"]
    told = strikes[strikes["grain"] == "aggregate"]
    by_front = air.intensity(discrete, "D", FIRST, LAST, by="front_id")
    pair = lists[["a", "b"]][lists[["a", "b"]].any(axis=1)]
    claim = told.iloc[:1].assign(start=FIRST, end=LAST)
    single = strikes[strikes["grain"] == "discrete"]
    one_day = told.drop_duplicates(["front_id", "start"])
    jobs: dict[str, Callable[[], object]] = {
        "strikes": lambda: air.strikes(events, acting, unit="incident"),
        "operators": lambda: air.operators(acting),
        "attribution": lambda: air.attribution(
            tables["claims"], tables["claim_actors"], sides=SIDES
        ),
        "count": lambda: air.count(single, ["operators", "front_id"]),
        "aggregates": lambda: air.aggregates(strikes),
        "aggregate_rate": lambda: air.aggregate_rate(one_day, by="front_id"),
        "intensity, days": lambda: air.intensity(discrete, "D", FIRST, LAST),
        "intensity, days, fronts, munitions": lambda: air.intensity(
            discrete, "D", FIRST, LAST, by=["front_id", "munition"]
        ),
        "mean_intensity, fronts": lambda: air.mean_intensity(by_front),
        "compare": lambda: air.compare(claim, strikes),
        "undercount, 2 lists": lambda: air.undercount(pair),
        "undercount, 5 lists": lambda: air.undercount(lists),
        "pair_dependence": lambda: air.pair_dependence(lists),
    }
    rows = []
    for name, job in jobs.items():
        begun = time.perf_counter()
        job()
        rows.append({"estimator": name, "seconds": time.perf_counter() - begun})
    table = pd.DataFrame(rows).set_index("estimator")
    return table.assign(allowed=ALLOWED, within=table["seconds"] < ALLOWED)


def drawn(model: str, mean: float, number: int, rng: np.random.Generator) -> np.ndarray:
    """Return counts of one of the three models."""
    if model == "poisson":
        return rng.poisson(mean, number)
    if model == "negative binomial":
        return rng.negative_binomial(0.5, 0.5 / (0.5 + mean), number)
    return rng.poisson(mean / 0.4, number) * (rng.random(number) < 0.4)


def mean_coverage(runs: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return how often `mean_intensity` holds the mean, and picks the true model."""
    rows = []
    for model in dispersion.MODELS:
        for number, mean in ((26, 2.0), (52, 1.0), (104, 0.3), (365, 0.3), (365, 2.0)):
            made, poisson = [], 0
            for _ in range(runs):
                n = drawn(model, mean, number, rng)
                frame = pd.DataFrame({"n": n.astype(float), "exposure": 1.0})
                frame = frame.rename_axis("period").assign(unit="incident", per="day")
                made.append(air.mean_intensity(frame).iloc[0])
                low, high = dispersion._jeffreys(n.sum(), number)
                poisson += low <= mean <= high
            held = [row["rate_p05"] <= mean <= row["rate_p95"] for row in made]
            chosen = [row["model"] == model for row in made]
            case = f"{model}, {number} periods, mean {mean}"
            rows.append([case, np.mean(held), poisson / runs, np.mean(chosen)])
    columns = ["case", "holds", "poisson_alone", "true_model"]
    return pd.DataFrame(rows, columns=columns).set_index("case")


def period_coverage(runs: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return how often the Jeffreys interval of one period holds its rate."""
    from scipy.stats import gamma

    rows = []
    for mean in (0.2, 1, 3, 10):
        n = rng.poisson(mean, runs * 50)
        low, high = (gamma.ppf(p, n + 0.5) for p in (0.05, 0.95))
        rows.append(
            [f"intensity, mean {mean}", ((low <= mean) & (mean <= high)).mean()]
        )
    return pd.DataFrame(rows, columns=["case", "holds"]).set_index("case")


def aggregate_coverage(runs: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return how often `aggregate_rate` holds the rate behind words for numbers."""
    words = np.array([0, 3, 10, 24, 100, 1000])
    rows = []
    for mean, texts in ((4.0, 1), (4.0, 5), (30.0, 1), (30.0, 5)):
        n = rng.poisson(mean, runs * texts)
        at = np.searchsorted(words, n, side="right") - 1
        day = FIRST + pd.to_timedelta(np.tile(np.arange(texts), runs), unit="D")
        frame = pd.DataFrame(
            {
                "event_id": np.arange(runs * texts).astype(str),
                "run": np.repeat(np.arange(runs), texts).astype(str),
                "start": day,
                "end": day,
                "low": words[at],
                "high": words[at + 1] - 1,
            }
        )
        fixed = {"per": "total", "unit": "strike", "grain": "aggregate"}
        made = air.aggregate_rate(frame.assign(**fixed), by="run")
        held = (made["rate_p05"] <= mean) & (mean <= made["rate_p95"])
        rows.append([f"aggregate_rate, {texts} words, mean {mean}", held.mean()])
    return pd.DataFrame(rows, columns=["case", "holds"]).set_index("case")


def list_coverage(runs: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return how often `undercount` holds the total, and its share of the total."""
    rows = []
    for total, chances, tie in (
        (100, (0.4, 0.3), 0.0),
        (500, (0.4, 0.3), 0.0),
        (500, (0.2, 0.15), 0.0),
        (500, (0.4, 0.3), 0.3),
        (500, (0.4, 0.3, 0.3), 0.0),
        (500, (0.4, 0.3, 0.3), 0.3),
        (500, (0.3, 0.3, 0.2, 0.2), 0.3),
    ):
        held, estimates, refused = [], [], 0
        for _ in range(runs):
            lists = rng.random((total, len(chances))) < chances
            copied = rng.random(total) < tie  # the second list copies the first
            lists[copied, 1] |= lists[copied, 0]
            frame = pd.DataFrame(
                lists[lists.any(axis=1)], columns=list("abcd")[: len(chances)]
            )
            try:
                row = air.undercount(frame).iloc[0]
            except ValueError:
                refused += 1
                continue
            held.append(row["total_low"] <= total <= row["total_high"])
            estimates.append(row["total"] / total)
        tied = f", b copies {tie:.0%} of a" if tie else ""
        case = f"undercount, {total} things, lists {chances}{tied}"
        rows.append([case, np.mean(held), np.median(estimates), refused])
    columns = ["case", "holds", "median_share", "refused"]
    return pd.DataFrame(rows, columns=columns).set_index("case")


def against_statsmodels(lists: pd.DataFrame) -> str:
    """Return how long one model takes here and there, and how far totals differ."""
    try:
        import statsmodels.api as sm
    except ImportError:
        return "statsmodels is not installed: no ratio"
    from syriaconflict.undercount import _poisson_regression

    lanes = 2 ** np.arange(lists.shape[1])
    counts = np.bincount(lists.to_numpy() @ lanes, minlength=2 ** len(lanes))[1:]
    inside = (np.arange(1, 2 ** len(lanes))[:, None] & lanes > 0).astype(float)
    design = np.column_stack([np.ones(len(counts)), inside])
    begun = time.perf_counter()
    for _ in range(100):
        ours = _poisson_regression(design, counts.astype(float))
    own = time.perf_counter() - begun
    begun = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(100):
            theirs = sm.GLM(counts, design, family=sm.families.Poisson()).fit()
    peer = time.perf_counter() - begun
    apart = np.exp(ours[0][0]) / np.exp(theirs.params[0]) - 1
    return (
        f"one log-linear model: {own * 10:.2f} ms here, {peer * 10:.2f} ms by "
        f"statsmodels, "
        f"ratio {own / peer:.2f}; missed totals differ by {abs(apart):.1e} of it"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200, help="simulations a case")
    runs = parser.parse_args().runs
    rng = np.random.default_rng(20170424)
    tables = made_up(rng)
    print(speeds(tables).round(2).to_string(), "\n")
    print(against_statsmodels(tables["lists"]), "\n")
    print(f"share of {runs} intervals at 90 % that hold the truth")
    for table in (period_coverage, mean_coverage, aggregate_coverage, list_coverage):
        print(table(runs, rng).round(3).to_string(), "\n")


if __name__ == "__main__":
    main()
