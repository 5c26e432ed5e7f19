"""Speed, bias and coverage of `excitation` and `burstiness`, by simulation."""

from __future__ import annotations

import argparse
import time

import numpy as np
import pandas as pd

from syriaconflict._triggering import bounds, cuts, peak, refined
from syriaconflict.excitation import burstiness, excitation

BACKGROUNDS = ("constant", "step x 3", "3 steps", "trend", "yearly wave")
CASES = ((0.0, 7.0), (0.3, 3.0), (0.3, 7.0), (0.6, 3.0), (0.6, 7.0))


def background(kind: str, days: int) -> np.ndarray:
    """Return a background of mean 1 [events per day]."""
    rate, day = np.ones(days), np.arange(days)
    if kind == "step x 3":
        rate[days // 2 :] *= 3
    elif kind == "3 steps":
        rate[int(0.3 * days) : int(0.5 * days)] *= 4
        rate[int(0.8 * days) :] *= 2
    elif kind == "trend":
        rate = np.linspace(0.3, 2, days)
    elif kind == "yearly wave":
        rate = 1 + 0.5 * np.sin(2 * np.pi * day / 365)
    return rate / rate.mean()


def draw(
    rate: np.ndarray, branching: float, half_life: float, rng: np.random.Generator
) -> np.ndarray:
    """Draw daily counts whose background is ``rate`` x (1 - branching)."""
    keep, drawn = 0.5 ** (1 / half_life), np.empty(len(rate), "int64")
    pressure = rate[0]
    for day, own in enumerate(rate * (1 - branching)):
        drawn[day] = rng.poisson(own + branching * pressure)
        pressure = keep * pressure + (1 - keep) * drawn[day]
    return drawn


def accuracy(
    runs: int,
    days: int = 1000,
    mean: float = 1.0,
    kinds: tuple[str, ...] = BACKGROUNDS,
    **settings: float,
) -> pd.DataFrame:
    """Return bias and coverage of each row for every background and branching."""
    rows = {}
    for kind in kinds:
        for case, (branching, half_life) in enumerate(CASES):
            rng = np.random.default_rng([case, days, BACKGROUNDS.index(kind)])
            rate = mean * background(kind, days)
            made = [
                excitation(draw(rate, branching, half_life, rng), **settings)
                for _ in range(runs)
            ]
            for name in ("phases", "kernel", "either"):
                table = pd.DataFrame([one.loc[name] for one in made])
                low, high = table["branching_p05"], table["branching_p95"]
                first, last = table["half_life_p05"], table["half_life_p95"]
                rows[kind, branching, half_life, name] = {
                    "median": table["branching"].astype(float).median(),
                    "bias": table["branching"].mean() - branching,
                    "covered": ((low <= branching) & (branching <= high)).mean(),
                    "below_0.1": (low < 0.1).mean(),
                    "width": (high - low).mean(),
                    "hl_median": table["half_life"].astype(float).median(),
                    "hl_covered": ((first <= half_life) & (half_life <= last)).mean(),
                    "at_limit": table["at_limit"].astype(float).mean(),
                    "levels": table["phases"].mean(),
                }
    table = pd.DataFrame.from_dict(rows, orient="index").astype("float64")
    return table.rename_axis(["background", "branching", "half_life", "row"])


def plain(n: np.ndarray) -> float:
    """Fit a constant background by a plain loop over days and a simplex search."""
    from scipy.optimize import minimize

    def minus_likelihood(theta: np.ndarray) -> float:
        own, branching, half_life = np.exp(theta)
        keep, pressure, total = 0.5 ** (1 / half_life), n[:28].mean(), 0.0
        for count in n:
            rate = own + branching * pressure
            total += rate - count * np.log(rate)
            pressure = keep * pressure + (1 - keep) * count
        return total

    start = np.log([n.mean() / 2, 0.5, 5.0])
    return float(np.exp(minimize(minus_likelihood, start, method="Nelder-Mead").x[1]))


def speed() -> None:
    rng = np.random.default_rng(1)
    excitation(draw(np.ones(300), 0.3, 3, rng))  # imports on first use are not timed
    for kind in ("constant", "3 steps"):
        n = draw(60 * background(kind, 5000), 0.4, 5, rng)
        begin = time.perf_counter()
        table = excitation(n)
        took = time.perf_counter() - begin
        print(f"5,000 days, {n.sum():,} events, {kind}, branching 0.4: {took:.2f} s")
        print(table.iloc[:, :6].round(2).to_string())
        if kind == "constant":
            begin = time.perf_counter()
            found = plain(n)
            other = time.perf_counter() - begin
            counts = n.astype(float)
            begin = time.perf_counter()
            level = cuts(counts, 14.0)[0]
            made = time.perf_counter() - begin
            begin = time.perf_counter()
            top = peak(counts, level, 0.5, 14.0)
            floor = top.logl.max() - 2.3
            bounds(counts, level, refined(counts, level, top, floor), floor)
            one = time.perf_counter() - begin
            print(
                f"one level, no interval, by a plain loop over days: {other:.2f} s, "
                f"branching {found:.2f}; by ours, with interval: {one:.2f} s, ratio "
                f"{other / one:.1f}; cutting phases took {made:.2f} s"
            )
    days = pd.Series(np.repeat(pd.date_range("2011-01-01", periods=len(n)), n))
    begin = time.perf_counter()
    burstiness(days)
    print(f"burstiness of {len(days):,} events: {time.perf_counter() - begin:.2f} s")


def bursts(runs: int) -> pd.DataFrame:
    """Return the mean of both measures for events at random, by number and rate."""
    rng = np.random.default_rng(4)
    rows = {}
    for number in (5, 10, 50, 500):
        for rate in (0.1, 1.0, 10.0):
            span = max(int(number / rate), 2)
            made = []
            for _ in range(runs):
                day = pd.Series(rng.integers(0, span, number))
                if day.nunique() > 1:
                    made.append(burstiness(pd.to_datetime(day, unit="D")))
            table = pd.DataFrame(made)
            inside = table["b"].between(table["chance_p05"], table["chance_p95"])
            rows[number, rate] = {
                "b": table["b"].mean(),
                "b_days": table["b_days"].mean(),
                "in_band": inside.mean(),
            }
    table = pd.DataFrame.from_dict(rows, orient="index")
    return table.rename_axis(["events", "rate"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=100)
    runs = parser.parse_args().runs
    speed()
    form = "%.2f"
    print(f"\n1,000 days, 1 event a day, {runs} series each")
    print(accuracy(runs).to_string(float_format=form))
    some = ("constant", "step x 3")
    print(f"\n3,000 days, 2 events a day, {runs // 4} series each")
    print(accuracy(runs // 4, 3000, 2.0, some).to_string(float_format=form))
    print(f"\nburstiness of events at random, {runs} series each")
    print(bursts(runs).to_string(float_format="%.3f"))


if __name__ == "__main__":
    main()
