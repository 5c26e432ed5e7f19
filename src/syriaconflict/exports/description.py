"""What goes along with the rows: columns, codes, and how to cite and read them."""

from __future__ import annotations

import pandas as pd

from syriaconflict import vocabulary
from syriaconflict.exports.rows import Export
from syriaconflict.schema import DATE, FLAG, SHAPE, TEXT
from syriaconflict.vocabulary import EventType

LICENCE = "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"
_KINDS = {TEXT: "text", DATE: "date", FLAG: "true or false", SHAPE: "geometry"}


def columns(made: Export) -> pd.DataFrame:
    """Return a row for each column of the exported tables: type, unit, meaning."""
    rows = [
        (
            name,
            column.name,
            _KINDS.get(column.type, "number"),
            column.unit,
            column.required,
            column.name in table.key,
            column.references,
            _vocabulary_of(column.codes),
            column.description,
        )
        for name, table in made.tables.items()
        for column in table.columns
    ]
    names = ["table_name", "column_name", "type", "unit", "required", "is_key",
             "refers_to", "codes", "meaning"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=names)
    return frame.replace({name: {"": None} for name in ("unit", "refers_to", "codes")})


def codes(made: Export) -> pd.DataFrame:
    """Return a row for each code that a column of the exported tables may hold."""
    used = {
        _vocabulary_of(column.codes): column.codes
        for table in made.tables.values()
        for column in table.columns
        if column.codes is not None
    }
    rows = [
        (name, code, _meaning(meaning))
        for name in sorted(used)
        for code, meaning in used[name].items()
    ]
    return pd.DataFrame(rows, columns=["codes", "code", "meaning"])


def _vocabulary_of(wanted: object) -> str:
    if wanted is None:
        return ""
    found = (name for name, codes in vars(vocabulary).items() if codes is wanted)
    return next(found).lower()


def _meaning(meaning: object) -> str:
    if isinstance(meaning, EventType):
        return meaning.meaning
    if isinstance(meaning, tuple):
        return f"{meaning[0]} to {meaning[1]}"
    return str(meaning)


def facts(made: Export) -> dict[str, str]:
    """Return what every export says of itself: release, rule, citation, licence."""
    from syriaconflict.citation import release_line
    from syriaconflict.references import TITLE

    return {
        "title": TITLE,
        "version": made.version,
        "rule": made.rule,
        "citation": release_line(made.version),
        "licence": LICENCE,
        "beware": "Documents say what was reported, not all that happened. Planned, "
        "threatened, expected and denied events stand in the table events too: mind "
        "modality. Missing is empty, never 0.",
    }


def warnings(made: Export) -> pd.DataFrame:
    """Return a row for each warning that a table of the schema carries."""
    rows = [
        (name, warning)
        for name, table in made.tables.items()
        for warning in table.warnings
    ]
    return pd.DataFrame(rows, columns=["table_name", "warning"])


def readme(made: Export, *notes: str) -> str:
    """Return a text to lie beside the rows."""
    told = [f"{name}: {value}" for name, value in facts(made).items()]
    counts = [f"{name}: {len(frame)} rows" for name, frame in made.frames.items()]
    left = made.set_aside.groupby(["table", "reason"], sort=False).size()
    asides = [f"{table}: {n}, {reason}" for (table, reason), n in left.items()]
    parts = [told, list(notes), counts, ["set aside:", *asides] if asides else []]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"
