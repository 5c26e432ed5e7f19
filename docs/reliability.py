"""Write the table of `reliability.md` from ``datasets/reliability/*/agreement.csv``.

Run it with ``python docs/reliability.py``; it fills the page beside itself.
"""

import re
from pathlib import Path

import pandas as pd

ROUNDS = Path(__file__).parents[1] / "datasets" / "reliability"
BEGIN, END = "<!-- agreement:begin -->\n", "<!-- agreement:end -->"


def cell(row):
    """Return an estimate with its interval, and how often both are alike."""
    if pd.isna(row["estimate"]):
        return "-"
    found = f"{row['estimate']:.2f}"
    if pd.notna(row["low"]):
        found += f" ({row['low']:.2f} to {row['high']:.2f})"
    return found


def table():
    """Return the rows of all rounds side by side, as Markdown."""
    rounds = {
        path.parent.name: pd.read_csv(path).set_index(["variable", "measure"])
        for path in sorted(ROUNDS.glob("*/agreement.csv"))
    }
    head = "| variable | measure |"
    for name in rounds:
        head += f" n, round {name} | estimate, round {name} | same |"
    lines = [head, "|---|---|" + "--:|:--|--:|" * len(rounds)]
    known = pd.concat(rounds.values()).index.unique()
    for key in known:
        cells, told = [], False
        for frame in rounds.values():
            row = frame.loc[key] if key in frame.index else None
            if row is None or pd.isna(row["estimate"]):
                n = "" if row is None or pd.isna(row["n"]) else f"{row['n']:.0f}"
                cells += [n, "-", ""]
                continue
            told = True
            same = "" if pd.isna(row["same"]) else f"{row['same']:.2f}"
            cells += [f"{row['n']:.0f}", cell(row), same]
        if told:
            lines.append(f"| {' | '.join([*key, *cells])} |")
    return "\n".join(lines) + "\n"


def filled(page):
    """Return the page with the table of today."""
    return re.sub(
        f"{BEGIN}.*?{END}", lambda _: BEGIN + table() + END, page, flags=re.DOTALL
    )


if __name__ == "__main__":
    path = Path(__file__).with_suffix(".md")
    path.write_text(filled(path.read_text("utf-8")), "utf-8")
