"""Time of aggregating reports, a report, beside bare pandas.

Simulated are 100,000 reports on 40,000 events with every kind of column.  The baseline
reads the same columns and breaks no ties: modes by size, sort and drop_duplicates, the
least and the greatest, most precise by sort and drop_duplicates, texts as they come.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import pandas as pd

from syriaconflict.aggregations import aggregate

PEER = 211 / 98_610  # [s] a report: eventreport in R, bare rules, timed in another run
TIES = ["trust", "fame"]
MODES = ["city", "deaths", "is_armed", "day", "latitude", "longitude"]
HOW = {
    "city": "mode",
    ("latitude", "longitude"): "mode",
    "deaths": "mode_numeric",
    "is_armed": "mode_binary",
    "day": "mode_date",
    "injured_low": "min",
    "injured_high": "max",
    "actor": ("most_precise", "precision"),
    "target": ("least_precise", "precision"),
    "source": "combine",
}


def simulate(reports: int, seed: int = 1) -> pd.DataFrame:
    """Return reports that contradict each other in every column.

    Parameters
    ----------
    reports : int
        Number of reports.
    seed : int, default 1
        Of the random numbers.

    Returns
    -------
    DataFrame
        One row a report, of 2.5 reports an event on average, with a tenth of the texts
        empty.
    """
    rng = np.random.default_rng(seed)
    event = rng.integers(0, int(reports / 2.5), reports)

    def text(name: str, kinds: int) -> object:
        words = pd.array(["", *(f"{name} {n}" for n in range(kinds))], dtype="str")
        told = rng.random(reports) > 0.1
        return words.take(np.where(told, 1 + (event + rng.integers(0, 3, reports)) %
                                   kinds, 0))  # fmt: skip

    low = rng.integers(0, 20, reports)
    place = (event + rng.integers(0, 2, reports)) % 500
    start = np.datetime64("2016-08-01", "D") + event % 3000
    return pd.DataFrame(
        {
            "event_id": pd.array([f"e{n:06d}" for n in event], dtype="str"),
            "city": text("city", 200),
            "actor": text("actor", 60),
            "target": text("target", 60),
            "source": text("source", 1000),
            "latitude": 34 + place / 200,
            "longitude": 36 + rng.integers(0, 2, reports) / 100 + place / 300,
            "deaths": rng.integers(0, 6, reports),
            "is_armed": rng.integers(0, 2, reports),
            "day": (start + rng.integers(0, 3, reports)).astype("datetime64[ms]"),
            "injured_low": low,
            "injured_high": low + rng.integers(0, 9, reports),
            "precision": rng.integers(1, 6, reports),
            "trust": rng.integers(1, 4, reports),
            "fame": rng.integers(1, 4, reports),
        }
    )


def baseline(reports: pd.DataFrame) -> pd.DataFrame:
    """Aggregate the same columns with pandas alone, in its fast way.

    Parameters
    ----------
    reports : DataFrame
        As `simulate` returns them.

    Returns
    -------
    DataFrame
        Indexed by ``event_id``.
    """
    found = []
    for column in MODES:
        sizes = reports.groupby(["event_id", column]).size().rename("n").reset_index()
        sizes = sizes.sort_values(["event_id", "n"], ascending=[True, False])
        found.append(sizes.drop_duplicates("event_id").set_index("event_id")[column])
    for column, rising in (("actor", False), ("target", True)):
        ranked = reports.sort_values(
            ["event_id", "precision"], ascending=[True, rising]
        )
        found.append(ranked.drop_duplicates("event_id").set_index("event_id")[column])
    grouped = reports.groupby("event_id")
    found.append(grouped.agg({"injured_low": "min", "injured_high": "max"}))
    texts = reports.drop_duplicates(["event_id", "source"])
    found.append(texts.groupby("event_id")["source"].agg("; ".join))
    return pd.concat([*found, grouped.size().rename("reports")], axis=1)


def main() -> None:
    """Print the times, a report, and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    reports = simulate(asked.reports)
    ours, bare, theirs = [], [], []
    for _ in range(asked.runs):
        began = time.perf_counter()
        events = aggregate(reports, HOW, ties=TIES)
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        aggregate(reports, HOW)
        bare.append(time.perf_counter() - began)
        began = time.perf_counter()
        baseline(reports)
        theirs.append(time.perf_counter() - began)
    size, events = len(reports), len(events)
    print(
        f"{size:,} reports on {events:,} events, {len(HOW)} rules, best of {asked.runs}"
    )
    for name, times in (("two ties", ours), ("no ties", bare), ("bare pandas", theirs)):
        each = min(times) / size
        print(f"{name:12} {min(times):6.2f} s {each * 1e6:8.1f} microseconds a report, "
              f"ratio to pandas {min(times) / min(theirs):.2f}, "
              f"to eventreport 1 / {PEER / each:,.0f}")  # fmt: skip
    print(f"eventreport: {PEER * 1e6:.0f} microseconds a report, timed in another run")


if __name__ == "__main__":
    main()
