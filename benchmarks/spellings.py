"""How often a place or an actor is found by a spelling: top-1 and top-3.

Run on a list with the columns kind (place or actor), spelling, id; by default the 100
spellings in ``tests/data``, which were collected by somebody who did not know the rule.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from syriaconflict import names

ROOT = Path(__file__).parents[1]
VARIANTS = ROOT / "tests" / "data" / "spelling_variants.csv"
IDENTIFY = {"place": ["kind", "governorate", "district"], "actor": ["kind"]}


def read_names(tables: Path, kind: str) -> pd.DataFrame:
    """Return the recorded spellings of places or actors, as `names.find` wants them."""
    columns = [f"{kind}_id", "name", "name_ar", *IDENTIFY[kind]]
    things = pd.read_parquet(tables / f"{kind}s.parquet", columns=columns)
    other = pd.read_parquet(tables / f"{kind}_names.parquet")
    return names.spellings(
        things, other, id_column=f"{kind}_id", identify=IDENTIFY[kind]
    )


def measure(variants: pd.DataFrame, recorded: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Find every variant and return where the thing meant stands among the candidates.

    Returned beside the columns of ``variants``: ``rank`` (1: none scores better),
    ``last`` (its place if all its equals stood before it), ``score``, ``recorded``
    (the table holds this very spelling) and ``best`` (the first candidate).
    """
    rows = []
    for kind, spelling, wanted in variants[["kind", "spelling", "id"]].itertuples(
        index=False
    ):
        table, id_column = recorded[kind], f"{kind}_id"
        found = names.find(spelling, table, id_column=id_column, limit=len(table))
        if wanted not in set(found[id_column]):
            msg = f"{kind} {wanted!r} (for {spelling!r}) is not in the table"
            raise KeyError(msg)
        hit = found[found[id_column] == wanted].iloc[0]
        own = table.loc[table[id_column] == wanted, "spelling"]
        rows.append(
            {
                "rank": hit["rank"],
                "last": hit["rank"] + (found["rank"] == hit["rank"]).sum() - 1,
                "score": hit["score"],
                "recorded": own.str.casefold().eq(spelling.casefold()).any(),
                "best": found[id_column].iloc[0],
            }
        )
    return variants.reset_index(drop=True).join(pd.DataFrame(rows))


def summary(measured: pd.DataFrame) -> pd.DataFrame:
    """Count the spellings found, by kind and in all; a tie for first is not top-1."""
    found = measured.assign(
        spellings=True,
        top1=measured["last"] == 1,
        tied_first=(measured["rank"] == 1) & (measured["last"] > 1),
        top3=measured["last"] <= 3,
    )
    columns = ["spellings", "recorded", "top1", "tied_first", "top3"]
    counts = found.groupby("kind")[columns].sum()
    counts.loc["all"] = counts.sum()
    return counts.astype(int)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "variants", type=Path, nargs="?", default=VARIANTS, help="CSV: kind,spelling,id"
    )
    parser.add_argument("--tables", type=Path, default=ROOT / "datasets" / "tables")
    options = parser.parse_args()
    variants = pd.read_csv(options.variants, keep_default_na=False)
    recorded = {k: read_names(options.tables, k) for k in variants["kind"].unique()}
    measured = measure(variants, recorded)
    print(summary(measured).to_string())
    missed = measured[measured["last"] > 1]
    print(missed.to_string(index=False) if len(missed) else "none missed")


if __name__ == "__main__":
    main()
