"""Level, power and speed of the test for coupling between two fronts.

Prints how often `coupling.coupling` finds a lead between simulated series that have
none, beside a plain circular shift of the counts; where it is known to fail; how often
it finds planted leads, and whether `coupling.power` foretells that; and its time on
5,000 days beside a loop over shifts, lags and blocks.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.signal import lfilter
from scipy.stats import beta

from syriaconflict import _shifts as s
from syriaconflict import coupling as c
from syriaconflict._residuals import surprises

LAG = 10
DRAWS = 199
Pair = tuple[np.ndarray, np.ndarray, list[int], np.ndarray | None]


def level(
    rng: np.random.Generator, days: int, along: float, spread: float
) -> np.ndarray:
    """Return a lognormal autoregression of order 1 with mean 1."""
    shocks = rng.normal(size=days) * np.sqrt(1 - along**2)
    shocks[0] /= np.sqrt(1 - along**2)
    return np.exp(spread * lfilter([1], [1, -along], shocks) - spread**2 / 2)


def autocorrelated(
    rng: np.random.Generator,
    *,
    days: int = 400,
    mean: float = 1.0,
    along: float = 0.8,
    every: int = 0,
) -> Pair:
    """Two series that persist, each by itself."""
    a, b = (rng.poisson(mean * level(rng, days, along, 0.7)) for _ in "ab")
    return a, b, list(range(every, days, every)) if every else [], None


def trending(
    rng: np.random.Generator, *, days: int = 400, known: bool = True, cuts: bool = True
) -> Pair:
    """Two series of which reporting grew twentyfold, persistent besides."""
    growth = np.exp(np.linspace(-1.5, 1.5, days))
    growth /= growth.mean()
    a, b = (rng.poisson(growth * level(rng, days, 0.7, 0.6)) for _ in "ab")
    total = rng.poisson(30 * growth) if known else None
    return a, b, [days // 4, days // 2, 3 * days // 4] if cuts else [], total


def published(
    rng: np.random.Generator, *, days: int = 400, total: float = 30, excess: bool = True
) -> Pair:
    """Two series told by one publisher whose volume comes and goes."""
    volume = level(rng, days, 0.7, 0.6)
    a, b = (
        rng.poisson(volume * (rng.gamma(1, 1, days) if excess else 1)) for _ in "ab"
    )
    return a, b, [], rng.poisson(total * volume) if total else None


def stepping(rng: np.random.Generator, *, days: int = 400, off: int | None = 0) -> Pair:
    """Two series that rise and fall fourfold on the same days."""
    steps = np.roll(np.repeat([0.5, 2.0, 0.5, 1.0], days // 4), 20)
    steps[:20] = 0.5
    a, b = (rng.poisson(steps * level(rng, days, 0.6, 0.5)) for _ in "ab")
    cuts = [] if off is None else [nth * days // 4 + 20 + off for nth in (1, 2, 3)]
    return a, b, cuts, None


def pausing(rng: np.random.Generator, *, days: int = 400, known: bool = True) -> Pair:
    """Two series that rest for two weeks, three times, in common ceasefires."""
    begins = [110, 215, 330]
    rate = np.full(days, 1.5)
    for first in begins:
        rate[first : first + 14] = 0.1
    a, b = (rng.poisson(rate * level(rng, days, 0.6, 0.4)) for _ in "ab")
    cuts = sorted([*begins, *(first + 14 for first in begins)])
    return a, b, cuts if known else [], None


def weekly(rng: np.random.Generator, *, days: int = 400, known: bool = True) -> Pair:
    """Two series that one day of the week hardly reaches."""
    rhythm = np.where(np.arange(days) % 7 == 4, 0.2, 1.13)
    a, b = (rng.poisson(rhythm) for _ in "ab")
    return a, b, [], rng.poisson(100 * rhythm) if known else None


def answering(
    rng: np.random.Generator, *, days: int = 400, share: float, mean: float = 1.0
) -> Pair:
    """Two persistent series; a share of the second answers the first after 5 days."""
    a = rng.poisson(mean * level(rng, days, 0.6, 0.5))
    answers = rng.binomial(a, share)
    b = rng.poisson((1 - share) * mean * level(rng, days, 0.6, 0.5))
    b[5:] += answers[:-5]
    return a, b, [days // 2], None


HOLDS: dict[str, tuple[Callable[..., Pair], dict]] = {
    "(1) autocorrelated": (autocorrelated, {}),
    "    0.2 events a day": (autocorrelated, {"mean": 0.2}),
    "    0.1 events a day": (autocorrelated, {"mean": 0.1}),
    "    phases of 40 days": (autocorrelated, {"every": 40}),
    "(2) common trend, total and phases": (trending, {}),
    "    phases alone": (trending, {"known": False}),
    "    total alone": (trending, {"cuts": False}),
    "(3) common publisher": (published, {}),
    "    no excess variance": (published, {"excess": False}),
    "common steps in phases": (stepping, {}),
    "common ceasefires in phases": (pausing, {}),
    "weekly rhythm in total": (weekly, {}),
}
FAILS: dict[str, tuple[Callable[..., Pair], dict]] = {
    "publisher, total of 5 a day": (published, {"total": 5, "excess": False}),
    "publisher, no total": (published, {"total": 0, "excess": False}),
    "common trend, neither": (trending, {"known": False, "cuts": False}),
    "common steps, phases 7 days late": (stepping, {"off": 7}),
    "common steps, no phases": (stepping, {"off": None}),
    "common ceasefires, no phases": (pausing, {"known": False}),
    "weekly rhythm, no total": (weekly, {"known": False}),
    "persistent (0.97), phases of 40 days": (
        autocorrelated,
        {"along": 0.97, "every": 40},
    ),
}


def test(pair: Pair, seed: int) -> np.ndarray:
    """Return the p-values that `coupling.leads` gives, and of a plain shift."""
    a, b, cuts, total = pair
    counts = [one.astype(float) for one in (a, b)]
    phase = np.searchsorted(cuts, np.arange(len(a)), side="right")
    more = np.zeros((len(a), 0))
    if total is not None:
        more = np.log(total + 0.5)[:, None]
        more = more - more.mean()
    ends = c._ends(counts, phase, more, (LAG, DRAWS, seed))
    return np.r_[ends, plain(*counts, seed)]


def plain(a: np.ndarray, b: np.ndarray, seed: int) -> float:
    """Return the p-value of the largest correlation against shifts of the counts."""
    table = np.abs(s.all_shifts(a - a.mean(), b - b.mean(), LAG)).max(axis=1)
    drawn = np.random.default_rng(seed).integers(0, len(a), DRAWS)
    return (1 + (table[drawn] >= table[0] - 1e-9).sum()) / (DRAWS + 1)


def rates(
    cases: dict[str, tuple[Callable[..., Pair], dict]], rounds: int
) -> pd.DataFrame:
    """Return how often each case is rejected at 5 %, with 95 % intervals."""
    rows = {}
    for nth, (name, (make, setting)) in enumerate(cases.items()):
        rng = np.random.default_rng(nth)
        ends = np.array([test(make(rng, **setting), one) for one in range(rounds)])
        told = ends[~np.isnan(ends[:, 0])]
        told = np.delete(told, 2, axis=1)  # lag 0 has no p-value
        rows[name] = [interval(column <= 0.05) for column in told.T]
        rows[name].append(f"{len(ends) - len(told)}")
    return pd.DataFrame(rows, ["a leads", "b leads", "any", "plain shift", "refused"]).T


def interval(hits: np.ndarray) -> str:
    """Return a share of hits with its 95 % Jeffreys interval, in per cent."""
    yes, no = hits.sum(), (~hits).sum()
    low, high = beta.ppf([0.025, 0.975], yes + 0.5, no + 0.5)
    return f"{hits.mean():.1%} ({100 * low:.1f}-{100 * high:.1f})"


def found(rounds: int) -> pd.DataFrame:
    """Return how often planted leads are found, and what `coupling.power` foretells.

    Foretold is from one pair without an effect: what a user could do.
    """
    rows = {}
    for days, mean in ((200, 0.5), (400, 1.0), (1000, 1.0)):
        days_ = pd.date_range("2016-01-01", periods=days)
        pair = answering(np.random.default_rng(1), days=days, share=0.0, mean=mean)
        a, b = (pd.Series(one, days_) for one in pair[:2])
        setting = {"phases": [days_[days // 2]], "total": None, "rounds": rounds}
        shares = [0.1, 0.2, 0.3, 0.5]
        told = c.power(a, b, LAG, shares=shares, lag=5, **setting)
        for share in shares:
            rng = np.random.default_rng(2)
            made = {"days": days, "share": share, "mean": mean}
            ends = np.array(
                [test(answering(rng, **made), nth) for nth in range(rounds)]
            )
            rows[f"{days * mean:.0f} events in {days} days, share {share}"] = {
                "found": interval(ends[:, 0] <= 0.05),
                "turned round": interval(ends[:, 1] <= 0.05),
                "foretold": f"{told.loc[(1, share), 'found']:.1%}",
            }
    return pd.DataFrame(rows).T


def by_loop(
    rests: list[np.ndarray], block: np.ndarray, setting: tuple[int, int, int]
) -> np.ndarray:
    """Return what `coupling._sums` does, by the straightforward loop."""
    max_lag, draws, seed = setting
    rng = np.random.default_rng(seed)
    sums = np.zeros((draws + 1, 2 * max_lag + 1))
    for label in np.unique(block):
        a, b = (one[block == label] for one in rests)
        for draw, shift in enumerate(np.r_[0, rng.integers(0, len(a), draws)]):
            turned = np.roll(b, -shift)
            for nth, lag in enumerate(range(-max_lag, max_lag + 1)):
                first = a[max(-lag, 0) : len(a) - max(lag, 0)]
                second = turned[max(lag, 0) : len(a) - max(-lag, 0)]
                sums[draw, nth] += first @ second
    return sums


def speed() -> None:
    """Print the time on 5,000 days, and the ratio to the loop on 99 draws."""
    rng = np.random.default_rng(0)
    days = pd.date_range("2011-01-01", periods=5000)
    a, b, _, _ = autocorrelated(rng, days=5000)
    a, b, total = (
        pd.Series(one, days).astype(float) for one in (a, b, rng.poisson(50, 5000))
    )
    begins = time.perf_counter()
    c.coupling(a, b, 30, phases=days[::250], total=total, draws=1999)
    took = time.perf_counter() - begins
    print(f"\n5,000 days, 20 phases, lags to 30, 1,999 draws: {took:.2f} s")
    phase = np.arange(5000) // 250
    rests = [surprises(one.to_numpy(), phase, np.zeros((5000, 0))) for one in (a, b)]
    block = s.blocks(phase, 30)
    times, made = [], []
    for sums in (s.sums_of_shifts, by_loop):
        begins = time.perf_counter()
        made.append(sums(rests, block, (30, 99, 0)))
        times.append(time.perf_counter() - begins)
    apart = np.abs(made[0] - made[1]).max()
    print(
        f"sums of 99 draws: {times[0]:.3f} s, by the loop {times[1]:.2f} s, ratio "
        f"{times[1] / times[0]:.0f}; largest difference {apart:.1e}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=1000)
    options = parser.parse_args()
    pd.set_option("display.width", 200, "display.max_columns", 10)
    print(f"rejected at 5 % without a coupling, {options.rounds} pairs each (95 %)")
    print(rates(HOLDS, options.rounds).to_string())
    print("\nwhere the test is known to fail, or may")
    print(rates(FAILS, options.rounds).to_string())
    print("\nplanted leads of 5 days")
    print(found(max(options.rounds // 2, 10)).to_string())
    speed()


if __name__ == "__main__":
    main()
