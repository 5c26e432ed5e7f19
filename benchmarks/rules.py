"""Processor time and memory of resolving claims by all rules, against fast pandas.

Simulated are claims that contradict each other in every column, 1 to 12 to an event.
The baseline reads the same columns: the mode of codes by size, sort and
drop_duplicates, the least and the greatest of dates and numbers.  It has no sources,
no ties, no sides and one result; ours has five.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np
import pandas as pd

from syriaconflict import schema, vocabulary
from syriaconflict.resolve import resolve, resolve_all
from syriaconflict.rules import BESIDE, CODES, RULES
from syriaconflict.schema import Table

BOUNDS = {"start": "min", "end": "max", "count_low": "min", "count_high": "max",
          "radius_km": "max"}  # fmt: skip
OF_CODES = [*CODES, "place_id", "unit", "count_per",
            *(column for column in BESIDE if column not in BOUNDS)]  # fmt: skip
MEAN = 2.5  # claims an event
PEER = 36 / 3_287  # [s] a report: eventreport in R, representative set, in another run


def simulate(claims: int, seed: int = 1) -> dict[str, pd.DataFrame]:
    """Return the tables that resolution reads, with claims of random content.

    Parameters
    ----------
    claims : int
        Number of claims.
    seed : int, default 1
        Of the random numbers.

    Returns
    -------
    dict of str to DataFrame
        ``claims`` and the registers around them.
    """
    rng = np.random.default_rng(seed)
    events = int(claims / MEAN)
    sizes = np.minimum(1 + rng.poisson(MEAN - 1, events), 12)
    event = np.repeat(np.arange(events), sizes)[:claims]
    event = np.concatenate([event, rng.integers(0, events, claims - len(event))])
    rng.shuffle(event)
    names = {name: pd.array([f"{name}-{n:04d}" for n in range(size)], dtype="str")
             for name, size in (("doc", 5000), ("out", 200), ("act", 500),
                                ("pla", 2000))}  # fmt: skip
    columns = {
        column.name: _cells(column, claims, rng) for column in schema.CLAIMS.columns
    }
    number = pd.array([f"c{n:07d}" for n in range(claims)], dtype="str")
    first = pd.Series(np.arange(claims)).groupby(event).transform("min").to_numpy()
    start = np.datetime64("2016-08-01", "D") + first % 3000 + rng.integers(0, 4, claims)
    low = rng.integers(0, 50, claims)
    columns |= {
        "claim_id": number,
        "event_id": number.take(first),
        "document_id": names["doc"].take(rng.integers(0, 5000, claims)),
        "claimant_id": names["act"].take(rng.integers(-300, 500, claims).clip(-1),
                                         allow_fill=True),
        "stance": pd.array(["asserts", "denies", "retracts"], dtype="str").take(
            rng.choice(3, claims, p=[0.94, 0.05, 0.01])),
        "place_id": names["pla"].take((first + rng.integers(0, 3, claims)) % 2000),
        "start": start.astype("datetime64[ms]"),
        "end": (start + rng.integers(0, 5, claims)).astype("datetime64[ms]"),
        "count_low": pd.array(low, dtype="Int32"),
        "count_high": pd.array(low + rng.integers(0, 20, claims), dtype="Int32"),
        "radius_km": rng.integers(1, 20, claims).astype(float),
    }  # fmt: skip
    perspectives = pd.array([*vocabulary.PERSPECTIVES], dtype="str")
    camps = pd.array([*vocabulary.CAMPS], dtype="str")
    return {
        "claims": pd.DataFrame(columns)[schema.CLAIMS.names],
        "documents": _table(
            schema.DOCUMENTS, document_id=names["doc"],
            publisher_id=names["out"].take(np.arange(5000) % 200),
            published=pd.array(["2024-12-31"] * 5000, dtype="datetime64[ms]"),
        ),
        "publishers": _table(
            schema.PUBLISHERS, publisher_id=names["out"],
            perspective=perspectives.take(np.arange(200) % len(perspectives)),
        ),
        "actors": _table(schema.ACTORS, actor_id=names["act"]),
        "actor_camps": _table(
            schema.ACTOR_CAMPS, actor_id=names["act"],
            camp=camps.take(np.arange(500) % len(camps)),
        ),
        "places": _table(schema.PLACES, place_id=names["pla"],
                         radius_km=np.ones(2000)),
    }  # fmt: skip


def _cells(column: schema.Column, count: int, rng: np.random.Generator) -> object:
    """Return random cells of a column: codes from its vocabulary, else missing."""
    if column.codes:
        return pd.array([*column.codes], dtype="str").take(
            rng.integers(0, len(column.codes), count)
        )
    return pd.array([None] * count, dtype=column.dtype)


def _table(table: Table, **columns: object) -> pd.DataFrame:
    """Return a frame of a table, the other columns missing."""
    rows = len(next(iter(columns.values())))
    cells = {c.name: pd.array([None] * rows, dtype=c.dtype)
             for c in table.columns if c.dtype != "bool"}  # fmt: skip
    return pd.DataFrame(cells | columns)


def baseline(claims: pd.DataFrame) -> pd.DataFrame:
    """Resolve the same columns with pandas alone, in its fast way.

    Parameters
    ----------
    claims : DataFrame
        Rows of the ``claims`` table.

    Returns
    -------
    DataFrame
        Indexed by ``event_id``.
    """
    modes = []
    for column in OF_CODES:
        sizes = claims.groupby(["event_id", column]).size().rename("n").reset_index()
        sizes = sizes.sort_values(["event_id", "n"], ascending=[True, False])
        modes.append(sizes.drop_duplicates("event_id").set_index("event_id")[column])
    return pd.concat([*modes, claims.groupby("event_id").agg(BOUNDS)], axis=1)


def main() -> None:
    """Print the times, their ratio and the peak of memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    tables = simulate(asked.claims)
    claims = tables["claims"]
    ours, theirs, alone = [], [], []
    for _ in range(asked.runs):
        began = time.process_time()
        resolve(tables)
        alone.append(time.process_time() - began)
        began = time.process_time()
        for _ in resolve_all(tables, RULES):
            pass
        ours.append(time.process_time() - began)
        began = time.process_time()
        baseline(claims)
        theirs.append(time.process_time() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{len(claims):,} claims on {claims['event_id'].nunique():,} events")
    print(f"five rules     {min(ours):6.1f} s (best of {asked.runs})")
    each = min(alone) / len(claims)
    print(f"representative {min(alone):6.1f} s, {each * 1e6:.1f} microseconds a claim, "
          f"1 / {PEER / each:,.0f} of eventreport's {PEER * 1e3:.1f} ms")  # fmt: skip
    print(f"fast pandas    {min(theirs):6.1f} s (one result, {len(OF_CODES)} modes)")
    print(f"ratio          {min(ours) / min(theirs):6.2f}")
    print(f"peak of memory {peak:6.2f} GB, tables and both ways included")


if __name__ == "__main__":
    main()
