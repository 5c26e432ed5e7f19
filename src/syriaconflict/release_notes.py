"""The changelog's part on data: counted from the differences, by kind."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from syriaconflict.changes import summary

HEADING = "### Data, counted when sealed"
_ADDED = {"table_added", "column_added", "code_added", "row_added"}
_BREAKING = {"table_removed", "column_removed", "code_removed"}
_CHANGED = {"table_changed", "column_changed", "code_changed"}
_MOST = 20  # withdrawn or breaking lines written out


def notes(changes: pd.DataFrame | None, rows: Mapping[str, int]) -> str:
    """Return the part of the changelog that tells what changed in the data.

    Parameters
    ----------
    changes : DataFrame or None
        As `changes.diff` gives them; none for the first release.
    rows : mapping of str to int
        Rows of the new release by table.

    Returns
    -------
    str
        Lines by kind: added, corrected, withdrawn, breaking.

    Examples
    --------
    >>> print(notes(None, {"claims": 3}))
    ### Data, counted when sealed
    - Data added: claims 3 rows.
    """
    lines = [HEADING]
    if changes is None:
        counted = [f"{name} {n} row{'s' * (n > 1)}" for name, n in rows.items() if n]
        lines.append(f"- Data added: {', '.join(counted)}.")
        return "\n".join(lines)
    kinds = {
        "Data added": changes["change"].isin(_ADDED) & ~_of_an_owner(changes),
        "Data corrected": changes["change"].isin({"cell_changed", "row_removed"})
        | _of_an_owner(changes),
    }
    for kind, which in kinds.items():
        counted = [_counted(row) for row in summary(changes[which]).to_dict("records")]
        if counted:
            lines.append(f"- {kind}: {', '.join(counted)}.")
    withdrawn = changes[changes["change"] == "row_withdrawn"]
    lines += _listed("Data withdrawn", withdrawn, _withdrawn)
    removed = changes["change"].isin(_BREAKING)
    changed = changes["change"].isin(_CHANGED) & (changes["demands"] == "major")
    lines += _listed("Breaking", changes[removed | changed], _breaking)
    if len(lines) == 1:
        lines.append("- The data are those of the release before.")
    return "\n".join(lines)


def _of_an_owner(changes: pd.DataFrame) -> pd.Series:
    """Say which rows were added to something that stays: its value was corrected."""
    return (changes["change"] == "row_added") & (changes["demands"] == "patch")


def _counted(row: dict) -> str:
    what, verb = row["change"].split("_", 1)
    more = {"added": "", "removed": " fewer", "changed": ""}[verb]
    plural = "s" if row["n"] > 1 else ""
    return f"{row['table']} {row['n']} {what}{plural}{more}"


def _listed(kind: str, found: pd.DataFrame, line) -> list[str]:
    lines = [f"- {kind}: {line(row)}." for row in found.head(_MOST).to_dict("records")]
    more = len(found) - _MOST
    if more > 0:
        lines.append(f"- {kind}: {more} more, see `syriaconflict diff`.")
    return lines


def _withdrawn(row: dict) -> str:
    heir = f"; {row['new']} stands in its place" if pd.notna(row["new"]) else ""
    return f"{row['table']} `{row['key']}` ({row['note']}{heir})"


def _breaking(row: dict) -> str:
    parts = [row["table"], row["column"], row["key"]]
    what = ".".join(part for part in parts if pd.notna(part))
    note = f" ({row['note']})" if pd.notna(row["note"]) else ""
    return f"{row['change'].replace('_', ' ')}: `{what}`{note}"


def told(row: dict) -> str:
    """Return one difference as a line.

    Examples
    --------
    >>> told({"table": "claims", "change": "cell_changed", "key": "a-001",
    ...       "column": "count_low", "old": "3", "new": "4", "demands": "patch",
    ...       "note": None})
    'claims a-001 count_low: cell changed: 3 -> 4 (patch)'
    """
    where = [row[part] for part in ("table", "key", "column") if pd.notna(row[part])]
    values = ""
    if row["change"].endswith("_changed"):
        shown = ["nothing" if pd.isna(row[v]) else row[v] for v in ("old", "new")]
        values = f": {shown[0]} -> {shown[1]}"
    note = f", {row['note']}" if pd.notna(row["note"]) else ""
    change = row["change"].replace("_", " ")
    return f"{' '.join(where)}: {change}{values} ({row['demands']}{note})"


def sealed_changelog(text: str, version: str, date: str, told: str) -> str:
    """Return the changelog with a release's heading dated and its data told.

    Raises
    ------
    ValueError
        If the changelog has no section for the release.
    """
    heading = re.search(rf"^## {re.escape(version)} \([^\n]*\)$", text, re.M)
    if heading is None:
        msg = (
            f"CHANGELOG.md: has no heading '## {version} (not yet sealed)'; write one "
            "above the newest, and under it what changed for users"
        )
        raise ValueError(msg)
    body, rest = _section(text[heading.end() :])
    before, mark, old = body.partition(f"{HEADING}\n")
    after = ""
    if mark:
        following = re.search(r"^### ", old, re.M)
        after = old[following.start() :] if following else ""
    kept = (before.strip("\n") + "\n\n" + after.strip("\n")).strip("\n")
    section = f"## {version} ({date})\n\n{told}\n\n{kept}".rstrip("\n") + "\n"
    return text[: heading.start()] + section + (f"\n{rest}" if rest else "")


def changelog_of(text: str, version: str) -> str:
    """Return a changelog as it stood at a release: its head, and from there down."""
    first = re.search(r"^## ", text, re.M)
    heading = re.search(rf"^## {re.escape(version)} \(", text, re.M)
    if first is None or heading is None:
        return text
    return text[: first.start()] + text[heading.start() :]


def _section(text: str) -> tuple[str, str]:
    """Return what comes before the next release's heading, and the rest."""
    following = re.search(r"^## ", text, re.M)
    end = following.start() if following else len(text)
    return text[:end], text[end:]
