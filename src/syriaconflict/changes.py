"""What changed from one release to another, and the step in the number that it takes.

=======================================================  =======
difference                                               demands
=======================================================  =======
a cell of a row that stays; a row of a link table whose  patch
owner stays (it belongs to the owner's value)
a row, column, table or code added; a row withdrawn      minor
with a reason and with what stands in its place
a row withdrawn with a reason, and nothing in its        major
place; a column, table or code removed; a key, type,
unit, reference or meaning changed
a row of a table with identifiers gone without an entry  refused
in ``withdrawn``; an identifier that came back
=======================================================  =======
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from syriaconflict._cells import Cells, key_text, row_text
from syriaconflict.bumps import STEPS
from syriaconflict.declared_changes import declared_changes
from syriaconflict.editions import edition

COLUMNS = ["table", "change", "key", "column", "old", "new", "demands", "note"]
CHANGES = {
    "table_added": "A table that was not there.",
    "table_removed": "A table that is no longer there.",
    "table_changed": "Its key, geometry, title, warnings or order of columns changed.",
    "column_added": "A column that was not there.",
    "column_removed": "A column that is no longer there.",
    "column_changed": "Its type, unit, meaning, reference or requirement changed.",
    "code_added": "A code that a column did not have; ``key`` is the code.",
    "code_removed": "A code that a column no longer has.",
    "code_changed": "A code means something else.",
    "row_added": "A row that was not there; ``new`` holds its cells.",
    "row_removed": "A row of a link table that is no longer there.",
    "row_withdrawn": "A row taken back; ``note`` says why, ``new`` what replaces it.",
    "row_gone": "A row gone without an entry in ``withdrawn``.",
    "row_back": "An identifier that was withdrawn and stands again.",
    "cell_changed": "A cell of a row that stays.",
}
_NUMBERED = {"control": "place_id"}  # numbered anew at each build: rows of their place


def diff(
    old: str,
    new: str,
    table: str | None = None,
    *,
    source: str | Path | None = None,
) -> pd.DataFrame:
    """Return what changed from one release to another.

    Parameters
    ----------
    old, new : str
        Sealed releases, or ``"installed"``.
    table : str, optional
        Only changes of this table.
    source : str or Path, optional
        Folder or address that holds the releases, see `editions.edition`.

    Returns
    -------
    DataFrame
        One row per difference, all text: ``table``; ``change``, a code of `CHANGES`;
        ``key`` of the row (of several columns: a JSON list); ``column``; ``old`` and
        ``new`` value (dates as ISO, geometry as hexadecimal WKB, rows as JSON
        objects); ``demands``, the step in the version number that it takes; ``note``.
        Cells of an added column are not listed one by one.

    Raises
    ------
    ValueError
        If a release or the table is unknown.
    FileNotFoundError, ConnectionError
        If a release could not be had.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> len(sc.diff("installed", "installed"))
    0
    """
    before = contents(old, source)
    after = contents(new, source)
    known = list(dict.fromkeys([*after.declared, *before.declared]))
    if table is not None and table not in known:
        msg = f"table is {table!r}, wanted one of: {', '.join(known)}"
        raise ValueError(msg)
    found = compare(before, after)
    if table is not None:
        found = found[found["table"] == table].reset_index(drop=True)
    return found


def contents(version: str, source: str | Path | None = None) -> Cells:
    """Return all tables of a release as text, with their declaration."""
    place = None if version == "installed" else source
    return Cells.of(edition(version, place))


def needed(changes: pd.DataFrame) -> str:
    """Return the step in the version number that differences take, all together.

    Examples
    --------
    >>> needed(pd.DataFrame({"demands": ["patch", "minor", "patch"]}))
    'minor'
    """
    return max(changes["demands"], key=STEPS.index, default="none")


def summary(changes: pd.DataFrame) -> pd.DataFrame:
    """Count differences by table and change.

    Returns
    -------
    DataFrame
        ``table``, ``change``, ``demands``, ``n``, in the order of the differences.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> summary(sc.diff("installed", "installed"))["n"].sum()
    np.int64(0)
    """
    by = ["table", "change", "demands"]
    return changes.groupby(by, sort=False).size().rename("n").reset_index()


def compare(before: Cells, after: Cells) -> pd.DataFrame:
    """Return what changed between the contents of two releases, as `diff` does."""
    rows = [*declared_changes(before.declared, after.declared), *_rows(before, after)]
    frame = pd.DataFrame(rows, columns=COLUMNS).astype("str")
    tables = list(dict.fromkeys([*after.declared, *before.declared]))
    order = pd.DataFrame(
        {
            "table": frame["table"].map(tables.index).astype("int64"),
            "change": frame["change"].map(list(CHANGES).index).astype("int64"),
            "key": frame["key"].fillna(""),
            "column": frame["column"].fillna(""),
        }
    ).sort_values(["table", "change", "key", "column"], kind="stable")
    return frame.loc[order.index].reset_index(drop=True)


def _rows(before: Cells, after: Cells) -> Iterator[tuple]:
    sides = before, after
    earlier, withdrawn = (side.withdrawn() for side in sides)
    for name, declared in after.declared.items():
        if name not in before.declared:
            continue
        key = declared["key"]
        if key != before.declared[name]["key"]:
            continue  # a change of the declaration: no row can be told from another
        old, new = before.rows(name, key), after.rows(name, key)
        former = before.declared[name]["columns"]
        shared = [column for column in declared["columns"] if column in former]
        for row in new.keys() & old.keys():
            for column in shared:
                was, now = old[row][column], new[row][column]
                if was != now:
                    what = key_text(row), column, was, now
                    yield name, "cell_changed", *what, "patch", None
        owner = _NUMBERED.get(name) or (key[0] if len(key) > 1 else None)
        added = {row: new[row] for row in new.keys() - old.keys()}
        gone = {row: old[row] for row in old.keys() - new.keys()}
        if name == "withdrawn":
            yield from _ledger(added, gone)
        elif owner is not None:
            stays = before.owners(name, owner) & after.owners(name, owner)
            yield from _links(name, owner, stays, added, gone)
            if not declared["columns"][owner]["references"]:  # told here alone: an axis
                ids = [{(i,): {owner: i} for i in s.owners(name, owner)} for s in sides]
                lost = {row: ids[0][row] for row in ids[0].keys() - ids[1].keys()}
                yield from _entities(name, withdrawn, earlier, ids[1], {}, lost)
        else:
            yield from _entities(name, withdrawn, earlier, new, added, gone)


def _ledger(added: dict, gone: dict) -> Iterator[tuple]:
    """Yield changes of ``withdrawn``: a new entry demands what its row demands."""
    for row, cells in added.items():
        made = row_text(cells)
        yield "withdrawn", "row_added", key_text(row), None, None, made, "patch", None
    for row, cells in gone.items():
        why = "an entry of withdrawn cannot be taken back"
        was = row_text(cells)
        yield "withdrawn", "row_gone", key_text(row), None, was, None, "refused", why


def _links(
    name: str, owner: str, stays: set, added: dict, gone: dict
) -> Iterator[tuple]:
    for row, cells in added.items():
        kept = cells[owner] in stays
        demands, note = ("patch", None) if kept else ("minor", f"with its {owner}")
        made = row_text(cells)
        yield name, "row_added", key_text(row), None, None, made, demands, note
    for row, cells in gone.items():
        note = None if cells[owner] in stays else f"with its {owner}"
        was = row_text(cells)
        yield name, "row_removed", key_text(row), None, was, None, "patch", note


def _entities(
    name: str, withdrawn: dict, earlier: dict, new: dict, added: dict, gone: dict
) -> Iterator[tuple]:
    for row, cells in added.items():
        if (name, row[0]) not in earlier and (name, row[0]) not in withdrawn:
            made = row_text(cells)
            yield name, "row_added", row[0], None, None, made, "minor", None
    for row in new:
        if (name, row[0]) in earlier or (name, row[0]) in withdrawn:
            why = "it was withdrawn; give the row a new identifier"
            yield name, "row_back", row[0], None, None, None, "refused", why
    for row, cells in gone.items():
        was, entry = row_text(cells), withdrawn.get((name, row[0]))
        if entry is None:
            why = f"give it a row in withdrawn.csv ({name}, {row[0]}, ...)"
            yield name, "row_gone", row[0], None, was, None, "refused", why
            continue
        heir = entry["replaced_by"]
        demands = "major" if heir is None else "minor"
        yield name, "row_withdrawn", row[0], None, was, heir, demands, entry["reason"]
