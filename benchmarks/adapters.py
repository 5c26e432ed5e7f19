"""How fast GED and ACLED files are read, beside bare ``pyarrow.csv`` and type casts.

The samples beside the checkout are repeated, with new ids, to about 300,000 rows in a
temporary folder; after every fifth time their places move, so that there are more of
them, as in a longer file.  Bare is what a script would do by hand: read the CSV with
the types of its columns given, cast the identifiers and counts to whole numbers, and
hand the table to pandas.  Prints the median of each and the ratio; we ask for 0.7.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from syriaconflict import adapters

REFERENCE = Path(__file__).parents[2] / "shared" / "reference"
ROWS = 300_000
RUNS = 7
WANTED = 0.7
LINES = csv.ParseOptions(newlines_in_values=True)
FILES = {
    "ucdp_ged191_syria_2016.csv.gz": ("id", adapters.read_ucdp_ged),
    "ucdp_ged231_sample.csv": ("id", adapters.read_ucdp_ged),
    "acled_sample.csv": ("event_id_cnty", adapters.read_acled),
}


def inflated(name: str, key: str, folder: Path) -> Path:
    """Write the rows of a sample again and again, each with an id of its own."""
    sample = pd.read_csv(REFERENCE / name, low_memory=False)
    times = -(-ROWS // len(sample))
    table = pd.concat([sample] * times, ignore_index=True)
    table[key] = range(1, len(table) + 1)
    if key == "event_id_cnty":
        table[key] = "SYR" + table[key].astype("str")
    moved = [nth // 5 * 1e-4 for nth in range(times) for _ in range(len(sample))]
    for axis in ("longitude", "latitude"):
        table[axis] = (table[axis] + moved).round(6)
    file = folder / f"{name.split('.')[0]}.csv"
    table.to_csv(file, index=False)
    return file


def types_of(file: Path) -> dict[str, pa.DataType]:
    """Return the types that pyarrow finds over a whole file, dates as timestamps."""
    found = csv.read_csv(file, parse_options=LINES).schema
    dates = [n for n in found.names if n in ("date_start", "date_end", "event_date")]
    return {f.name: f.type for f in found} | {n: pa.timestamp("ms") for n in dates}


def bare(file: Path, types: dict[str, pa.DataType]) -> pd.DataFrame:
    """Read a CSV with pyarrow alone, and cast what is whole to whole numbers."""
    options = csv.ConvertOptions(column_types=types, strings_can_be_null=True)
    try:
        table = csv.read_csv(file, convert_options=options)
    except pa.ArrowInvalid:  # a line break inside a cell
        table = csv.read_csv(file, parse_options=LINES, convert_options=options)
    for nth, column in enumerate(table.columns):
        if pa.types.is_floating(column.type):
            whole = pc.all(pc.equal(pc.floor(column), column)).as_py()
            if whole:
                cast = pc.cast(column, pa.int64())
                table = table.set_column(nth, table.column_names[nth], cast)
    return table.to_pandas()


def medians(*tasks: Callable[[], object]) -> list[tuple[float, float]]:
    """Return the median seconds of each task, on the clock and of the processors.

    They take turns after one warm run.  On a machine that others use, the second is
    the fairer one: it leaves out what they took.
    """
    taken: list[list[tuple[float, float]]] = [[] for _ in tasks]
    for run in range(RUNS + 1):
        for task, times in zip(tasks, taken, strict=True):
            begun = time.perf_counter(), time.process_time()
            made = task()
            ended = time.perf_counter(), time.process_time()
            del made  # to give back what was read is no part of reading
            if run:
                times.append((ended[0] - begun[0], ended[1] - begun[1]))
    return [
        tuple(statistics.median(column) for column in zip(*times, strict=True))
        for times in taken
    ]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, (key, read) in FILES.items():
            file = inflated(name, key, Path(folder))
            types = types_of(file)
            by_hand, ours = medians(partial(bare, file, types), partial(read, file))
            print(f"{name} x {ROWS:,} rows, {file.stat().st_size / 1e6:.0f} MB")
            for nth, clock in enumerate(("clock", "processors")):
                print(
                    f"  {clock:10} bare {by_hand[nth]:.2f} s, read {ours[nth]:.2f} s: "
                    f"{by_hand[nth] / ours[nth]:4.2f} of its speed, wanted {WANTED}"
                )
            file.unlink()


if __name__ == "__main__":
    main()
