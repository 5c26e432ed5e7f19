"""The codebook: every table, column and code, written from `schema.TABLES`."""

from __future__ import annotations

from collections.abc import Iterator

from syriaconflict import vocabulary
from syriaconflict.schema import TABLES, Column, Table
from syriaconflict.vocabulary import EventType

_TYPES = {
    "string": "text",
    "timestamp[ms]": "date",
    "int32": "whole number",
    "double": "number",
    "bool": "true or false",
    "binary": "geometry",
}


def codebook() -> str:
    """Return the codebook of the published tables as Markdown.

    Examples
    --------
    >>> print(codebook().splitlines()[0])
    # Codebook
    """
    lines = ["# Codebook", "", "Written by `syriaconflict build` from `schema.py`.", ""]
    published = [table for table in TABLES.values() if table.is_published]
    lines += ["| table | a row is | key |", "|---|---|---|"]
    for table in published:
        key = ", ".join(f"`{name}`" for name in table.key)
        lines.append(f"| [{table.name}](#{table.name}) | {table.title} | {key} |")
    for table in published:
        lines += ["", *_table(table)]
    return "\n".join([*lines, "", *_codes(published)]) + "\n"


def _table(table: Table) -> Iterator[str]:
    yield f"## {table.name}"
    yield ""
    yield f"{table.title}."
    for warning in table.warnings:
        yield f"\n> {warning}"
    yield ""
    yield "| column | type | unit | required | meaning |"
    yield "|---|---|---|---|---|"
    for column in table.columns:
        required = "yes" if column.required else ""
        kind = _TYPES[str(column.type)]
        name, unit = f"`{column.name}`", column.unit
        yield f"| {name} | {kind} | {unit} | {required} | {_meaning(column)} |"


def _meaning(column: Column) -> str:
    """Return a column's description, what it refers to and its codes."""
    more = ""
    if column.references:
        more = f" Refers to [{column.references}](#{column.references})."
    if column.codes is not None:
        anchor = _vocabulary_name(column)
        more += f" Codes: [{anchor}](#{anchor.replace('_', '-')})."
    return column.description + more


def _vocabulary_name(column: Column) -> str:
    """Return the name, in lower case, under which `vocabulary` declares the codes."""
    for name, codes in vars(vocabulary).items():
        if codes is column.codes:
            return name.lower()
    msg = f"the codes of {column.name} are not declared in vocabulary.py"
    raise LookupError(msg)


def _codes(tables: list[Table]) -> Iterator[str]:
    used = {
        _vocabulary_name(column): column.codes
        for table in tables
        for column in table.columns
        if column.codes is not None
    }
    yield "# Codes"
    for name in sorted(used):
        yield f"\n## {name.replace('_', '-')}\n"
        if name == "event_types":
            yield "| code | class | meaning | initiator | target | holds it after |"
            yield "|---|---|---|---|---|---|"
        else:
            yield "| code | meaning |"
            yield "|---|---|"
        for code, meaning in used[name].items():
            yield f"| `{code}` | {_code_cells(meaning)} |"


def _code_cells(meaning: object) -> str:
    if isinstance(meaning, EventType):
        cells = (meaning.event_class, meaning.meaning, meaning.initiator,
                 meaning.target, meaning.holder)  # fmt: skip
        return " | ".join(cells)
    if isinstance(meaning, tuple):
        low, high = meaning
        return f"{low} to {high}"
    return str(meaning)
