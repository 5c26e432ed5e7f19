"""Speed, false alarms, coverage and power of `phases.phases`, by simulation.

False alarms: share of constant series in which any change is found.  Coverage: share of
true changes that were found whose interval holds them; of true rates that the interval
of the phase around them holds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from syriaconflict.phases import COSTS, phases, threshold

KINDS = ("poisson", "overdispersed", "self-excited")


def counts(kind: str, rates: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw daily counts with these mean rates.

    Overdispersed: negative binomial with variance 3 x mean.  Self-excited: branching
    0.5 with a half-life of 7 days.
    """
    if kind == "poisson":
        return rng.poisson(rates)
    if kind == "overdispersed":
        return rng.negative_binomial(rates / 2, 1 / 3)
    keep, drawn = 0.5 ** (1 / 7), np.empty(len(rates), "int64")
    pressure = rates[0]
    for day, rate in enumerate(rates):
        drawn[day] = rng.poisson(0.5 * rate + 0.5 * pressure)
        pressure = keep * pressure + (1 - keep) * drawn[day]
    return drawn


def false_alarms(runs: int) -> pd.DataFrame:
    """Return the share of constant series with any change, at alpha 0.05."""
    rng = np.random.default_rng(1)
    rows = {}
    for days in (300, 1000):
        for rate in (0.1, 1.0, 10.0):
            for kind in KINDS:
                drawn = [counts(kind, np.full(days, rate), rng) for _ in range(runs)]
                rows[days, rate, kind] = {
                    cost: np.mean([len(phases(n, cost=cost)) > 1 for n in drawn])
                    for cost in COSTS
                }
    table = pd.DataFrame.from_dict(rows, orient="index")
    return table.rename_axis(["days", "rate", "kind"])


def found(runs: int) -> pd.DataFrame:
    """Return power and coverage on 1,000 days, rate x 3 between days 400 and 700."""
    rng = np.random.default_rng(2)
    rows = {}
    for rate in (0.1, 1.0, 10.0):
        rates = np.full(1000, rate)
        rates[400:700] *= 3
        for kind in KINDS:
            for cost in COSTS:
                made = [
                    _one(phases(counts(kind, rates, rng), cost=cost), rates)
                    for _ in range(runs)
                ]
                rows[rate, kind, cost] = pd.concat(made).mean()
    table = pd.DataFrame.from_dict(rows, orient="index")
    return table.rename_axis(["rate", "kind", "cost"])


def _one(table: pd.DataFrame, rates: np.ndarray) -> pd.DataFrame:
    """Return what was found of the two changes, one row each."""
    rows = []
    for true in (400, 700):
        near = table[1:][(table["start"][1:] - true).abs() <= 60]
        holds = near["start_low"].le(true) & near["start_high"].ge(true)
        within = table[(table["start"] <= true + 100) & (table["end"] >= true + 100)]
        mean, row = rates[true + 100], within.iloc[0]
        seen = len(near) > 0
        width = near["start_high"] - near["start_low"]
        rows.append(
            {
                "found": seen,
                "date_covered": bool(holds.any()) if seen else np.nan,
                "width_days": width.iloc[0] if seen else np.nan,
                "rate_covered": row["rate_p05"] <= mean <= row["rate_p95"],
                "phases": len(table),
            }
        )
    return pd.DataFrame(rows).astype("float64")


def loop(n: np.ndarray, shortest: int = 7) -> list[int]:
    """Cut by the same criterion (cost "poisson") with two plain loops."""
    size, events = len(n), np.concatenate(([0], np.cumsum(n)))
    penalty = threshold(size, 0.05, shortest)
    best, origin = np.full(size + 1, np.inf), np.zeros(size + 1, "int64")
    best[0] = -penalty
    for end in range(shortest, size + 1):
        for begin in range(end - shortest + 1):
            inside = events[end] - events[begin]
            gain = inside * np.log(inside / (end - begin)) if inside else 0.0
            if best[begin] + penalty - 2 * gain < best[end]:
                best[end], origin[end] = best[begin] + penalty - 2 * gain, begin
    starts = [int(origin[size])]
    while starts[-1]:
        starts.append(int(origin[starts[-1]]))
    return starts[::-1]


def seconds(call: Callable[[], object]) -> tuple[float, object]:
    begin = time.perf_counter()
    result = call()
    return time.perf_counter() - begin, result


def speed() -> None:
    rng = np.random.default_rng(3)
    constant = rng.poisson(60, 5000)
    stepped = rng.poisson(np.repeat([30, 90, 45, 75], 1250))
    phases(stepped[:100])  # what is imported on first use is not timed
    for name, n in (("constant", constant), ("3 changes", stepped)):
        for cost in COSTS:
            took, table = seconds(lambda n=n, cost=cost: phases(n, cost=cost))
            print(
                f"5,000 days, {n.sum():,} events, {name}, {cost}: {took:.2f} s, "
                f"{len(table) - 1} changes at {table['start'][1:].tolist()}"
            )
    few = stepped[1000:2000]
    ours, table = seconds(lambda: phases(few, cost="poisson"))
    plain, starts = seconds(lambda: loop(few))
    same = "same" if starts == table["start"].tolist() else "OTHER"
    print(f"1,000 days, two plain loops: {plain:.2f} s, {plain / ours:.0f} x, {same}")
    try:
        import ruptures
    except ImportError:
        print("ruptures is not installed: no comparison with it")
        return
    ours, _ = seconds(lambda: phases(stepped, cost="poisson"))
    pelt = ruptures.Pelt(model="l2", min_size=7, jump=1)
    penalty = threshold(len(stepped), 0.05, 7) * stepped.mean()
    took, ends = seconds(lambda: pelt.fit(stepped).predict(penalty))
    print(
        f"ruptures {ruptures.__version__}, l2, the same penalty x mean, 3 changes: "
        f"{took:.1f} s, {took / ours:.0f} x ours, changes at {ends[:-1]}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=200)
    runs = parser.parse_args().runs
    speed()
    print(f"\nfalse alarms at alpha 0.05, {runs} series each")
    print(false_alarms(runs).to_string(float_format="%.3f"))
    print(f"\nrate x 3 between days 400 and 700 of 1,000, {runs // 2} series each")
    print(found(runs // 2).to_string(float_format="%.2f"))


if __name__ == "__main__":
    main()
