"""Differences between the declarations of two releases: tables, columns, codes."""

from __future__ import annotations

import json
from collections.abc import Iterator

_TABLE = {"key": "major", "geometry": "major", "title": "major", "warnings": "patch"}
_COLUMN = ("type", "unit", "description", "references")


def declared_changes(before: dict, after: dict) -> Iterator[tuple]:
    """Yield what changed in the declarations, as rows of `changes.diff`.

    Parameters
    ----------
    before, after : dict
        As `declaration.declared` gives them.
    """
    for name in after.keys() - before.keys():
        yield _line(name, "table_added", demands="minor")
    for name in before.keys() - after.keys():
        yield _line(name, "table_removed", demands="major")
    for name in after.keys() & before.keys():
        old, new = before[name], after[name]
        for part, demands in _TABLE.items():
            if old[part] != new[part]:
                yield _line(name, "table_changed", old=old[part], new=new[part],
                            demands=demands, note=part)  # fmt: skip
        yield from _columns(name, old["columns"], new["columns"])


def _columns(name: str, before: dict, after: dict) -> Iterator[tuple]:
    for column in after.keys() - before.keys():
        yield _line(name, "column_added", column=column, demands="minor")
    for column in before.keys() - after.keys():
        yield _line(name, "column_removed", column=column, demands="major")
    shared = [column for column in after if column in before]
    order = [column for column in before if column in after]
    if shared != order:
        yield _line(name, "table_changed", old=order, new=shared, demands="minor",
                    note="order of columns")  # fmt: skip
    for column in shared:
        old, new = before[column], after[column]
        for part in _COLUMN:
            if old[part] != new[part]:
                yield _line(name, "column_changed", column=column, old=old[part],
                            new=new[part], demands="major", note=part)  # fmt: skip
        if old["required"] != new["required"]:  # what may now be missing was relied on
            demands = "patch" if new["required"] else "major"
            yield _line(name, "column_changed", column=column, old=old["required"],
                        new=new["required"], demands=demands,
                        note="required")  # fmt: skip
        yield from _codes(name, column, old["codes"] or {}, new["codes"] or {})


def _codes(name: str, column: str, before: dict, after: dict) -> Iterator[tuple]:
    for code in after.keys() - before.keys():
        yield _line(name, "code_added", key=code, column=column, new=after[code],
                    demands="minor")  # fmt: skip
    for code in before.keys() - after.keys():
        yield _line(name, "code_removed", key=code, column=column, old=before[code],
                    demands="major")  # fmt: skip
    for code in after.keys() & before.keys():
        if before[code] != after[code]:
            yield _line(name, "code_changed", key=code, column=column,
                        old=before[code], new=after[code], demands="major")  # fmt: skip


def _line(
    table: str,
    change: str,
    *,
    demands: str,
    key: str | None = None,
    column: str | None = None,
    old: object = None,
    new: object = None,
    note: str | None = None,
) -> tuple:
    return table, change, key, column, _plain(old), _plain(new), demands, note


def _plain(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
