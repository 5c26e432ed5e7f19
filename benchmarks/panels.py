"""Time and memory of a weekly panel by place and class, beside what is written by hand.

Simulated are event files of the size of GDELT: Parquet, many files, 300 places of very
unequal weight, 15 classes, ten years.  Each run is a process of its own, so that its
peak of memory is its own; shown is the best of several, by processor and by the clock.

By hand stands for two baselines.  Bare: the grouping alone, in the order it comes, with
what was quiet left out.  Complete: the same, put on every week by every place and
class seen, as a wide table.

We ask, at the largest size, for 1.3 x the bare SQL in duckdb and under 2 GB, and for
1.1 x the bare groupby in pandas.

    python benchmarks/panels.py                   # to 20,000,000 rows
    python benchmarks/panels.py --rows 200000000  # 1 GB of disk, half an hour
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd

from syriaconflict.panels import panel

BY = ["place_id", "event_class"]
FILE = 2_000_000  # rows of a file, the first ones smaller
IN_MEMORY = 10_000_000  # most rows handed to pandas
SIZES = (100_000, 1_000_000, 10_000_000, 20_000_000, 50_000_000, 200_000_000)
LIMIT = "800MB"  # of duckdb; its results and pandas come on top
WRITE = """
copy (
    select
        i as event_id,
        date '2015-01-05' + (hash(i) % 3647)::int as start,
        'place-' || lpad(floor((hash(i, 1) % 1000000 / 1e6) ** 3 * 300)::int::varchar,
            3, '0') as place_id,
        'class-' || lpad((hash(i, 2) % 15)::varchar, 2, '0') as event_class,
        (hash(i, 3) % 5)::int as killed_low,
        (hash(i, 4) % 100)::int as source_mentions,
    from range({first}, {last}) as numbers(i)
) to '{file}' (format parquet, compression zstd)
"""
GROUPED = """
select date_trunc('week', start) as period, place_id, event_class, count(*) as events
from read_parquet({files}) group by all
"""


def simulate(folder: Path, rows: int) -> None:
    """Write files that hold 100,000 rows, 1,000,000, and then 2,000,000 more each."""
    ends = [n for n in (SIZES[0], SIZES[1]) if n <= rows]
    ends += range(FILE, rows + 1, FILE)
    for number, (first, last) in enumerate(zip([0, *ends], ends, strict=False)):
        file = folder / f"{number:03d}.parquet"
        duckdb.execute(WRITE.format(first=first, last=last, file=file))


def files_of(folder: Path, rows: int) -> list[str]:
    """Return the files that together hold so many rows."""
    count = {SIZES[0]: 1, SIZES[1]: 2}.get(rows, 2 + rows // FILE)
    return [str(file) for file in sorted(folder.glob("*.parquet"))[:count]]


def complete(bare: pd.DataFrame) -> pd.DataFrame:
    """Give every place and class seen a column and every week a row, quiet ones 0."""
    table = bare.set_index(["period", *BY])["events"].unstack(BY, fill_value=0)
    weeks = pd.date_range(table.index.min(), table.index.max(), freq="W-MON")
    return table.reindex(weeks, fill_value=0).sort_index(axis=1)


def in_duckdb(way: str, files: list[str]) -> Callable[[], object]:
    """Return what to time in duckdb."""
    duckdb.execute(f"set memory_limit = '{LIMIT}'")
    by_hand = GROUPED.format(files=files)
    return {
        "panel": lambda: panel(duckdb.read_parquet(files), "W", BY, "events"),
        "bare": lambda: duckdb.sql(by_hand).df(),
        "complete": lambda: complete(duckdb.sql(by_hand).df()),
    }[way]


def in_pandas(way: str, files: list[str]) -> Callable[[], object]:
    """Return what to time in pandas."""
    columns = f"start::timestamp_ms as start, {', '.join(BY)}"
    frame = duckdb.sql(f"select {columns} from read_parquet({files})").to_arrow_table()
    frame = frame.to_pandas()

    def bare() -> pd.DataFrame:
        begins = pd.to_timedelta(frame["start"].dt.day_of_week, unit="D")
        weeks = (frame["start"] - begins).rename("period")
        grouped = frame.groupby([weeks, *(frame[key] for key in BY)], sort=False)
        return grouped.size().rename("events").reset_index()

    return {
        "panel": lambda: panel(frame, "W", BY, "events"),
        "bare": bare,
        "complete": lambda: complete(bare()),
    }[way]


ENGINES = {"duckdb": in_duckdb, "pandas": in_pandas}


def run(engine: str, way: str, files: list[str]) -> None:
    """Time one way once, after a small one that imports what it needs; print it."""
    panel(pd.DataFrame({"start": [pd.Timestamp("2024-11-27")]}), "W", None, "events")
    call = ENGINES[engine](way, files)
    processor, clock = time.process_time(), time.perf_counter()
    made = call()
    processor, clock = time.process_time() - processor, time.perf_counter() - clock
    events = int(made["events"].sum() if "events" in made else made.to_numpy().sum())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    found = {"processor": processor, "clock": clock, "gb": peak}
    print(
        json.dumps(
            found
            | {"cells": made.size if way == "complete" else len(made), "events": events}
        )
    )


def best(engine: str, files: list[str], runs: int) -> dict[str, dict[str, float]]:
    """Return the least time and the highest memory of each way, run by turns."""
    found: dict[str, dict[str, float]] = {}
    ways = ["panel", "bare", "complete"]
    for nth in range(runs):
        for way in ways if nth % 2 else ways[::-1]:  # what else runs slows all alike
            words = [sys.executable, __file__, "--run", engine, way, *files]
            answer = json.loads(subprocess.check_output(words))
            before = found.setdefault(way, answer)
            for name, value in answer.items():
                keep = max if name == "gb" else min
                before[name] = keep(before[name], value)
    return found


def show(engine: str, rows: int, found: dict[str, dict[str, float]]) -> None:
    """Print a line of what was measured."""
    ours = found["panel"]
    if {found[way]["events"] for way in found} != {rows}:
        msg = f"the ways counted {[found[way]['events'] for way in found]}, not {rows}"
        raise ValueError(msg)
    ratios = "  ".join(
        f"{way} {ours['processor'] / found[way]['processor']:.2f} "
        f"({ours['clock'] / found[way]['clock']:.2f})"
        for way in ("bare", "complete")
    )
    print(
        f"{engine} {rows:>11,} rows {ours['cells']:>9,} cells  "
        f"processor {ours['processor']:7.2f} s  clock {ours['clock']:7.2f} s  "
        f"peak {ours['gb']:.2f} GB (bare {found['bare']['gb']:.2f})  "
        f"ratio by processor (clock) to {ratios}",
        flush=True,
    )


def main() -> None:
    """Simulate, measure at each size, print, and remove what was written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--least", type=int, default=0, help="leave smaller sizes out")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--run", nargs="+", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        run(*asked.run[:2], asked.run[2:])
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        began = time.perf_counter()
        simulate(folder, asked.rows)
        size = sum(file.stat().st_size for file in folder.iterdir()) / 1e9
        print(
            f"{asked.rows:,} rows in {len(list(folder.iterdir()))} files, {size:.1f} "
            f"GB, written in {time.perf_counter() - began:.0f} s; best of {asked.runs}",
            flush=True,
        )
        for rows in SIZES:
            if not asked.least <= rows <= asked.rows:
                continue
            files = files_of(folder, rows)
            for engine in ENGINES:
                if engine == "duckdb" or rows <= IN_MEMORY:
                    show(engine, rows, best(engine, files, asked.runs))


if __name__ == "__main__":
    main()
