"""Codes of a source turned into ours, and what was met on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from syriaconflict.adapters import _accounts, _tables
from syriaconflict.adapters._files import Raw
from syriaconflict.schema import EVENTS

Cells = pa.ChunkedArray


@dataclass
class Codes:
    """Codes turned into ours, and what was met on the way."""

    raw: Raw
    unknown: _accounts.Counts = field(default_factory=dict)
    without: _accounts.Counts = field(default_factory=dict)
    seen: dict[str, Coded] = field(default_factory=dict)

    def of(self, source_column: str, column: str) -> Cells:
        """Return a column of ours from the codes of a source's column."""
        known = _tables.codes(self.raw.source, source_column, column)
        coded = self._coded(source_column)
        self._note(self.unknown, source_column, coded, lambda key: key not in known)
        if column == "event_type":
            self._note(
                self.without,
                source_column,
                coded,
                lambda key: known.get(key, "") is None,
            )
        return coded.to(known, arrow_type(column))

    def actor(self, source_column: str, field_: str) -> Cells:
        """Return the ``actor_id`` or ``camp`` of the actors in a source's column."""
        known = _tables.actors(self.raw.source, field_)
        coded = self._coded(source_column)
        if field_ == "camp":
            self._note(
                self.without, source_column, coded, lambda key: known.get(key) is None
            )
        return coded.to(known, _tables.TEXT)

    def leave(self, source_column: str, cells: Cells, why: str) -> None:
        """Note codes for which we have nothing in these cells, and why."""
        coded = code(cells)
        for text, rows in zip(coded.told, coded.rows, strict=True):
            self.without[source_column, f"{text}{why}"] = int(rows)

    def more(self, source_column: str, unknown: list[str], rows: int) -> None:
        """Add rows to codes that are not known."""
        for text in unknown:
            key = (source_column, text)
            self.unknown[key] = self.unknown.get(key, 0) + rows

    def _coded(self, source_column: str) -> Coded:
        if source_column not in self.seen:
            self.seen[source_column] = code(self.raw[source_column])
        return self.seen[source_column]

    def _note(
        self,
        notes: _accounts.Counts,
        column: str,
        coded: Coded,
        holds: Callable[[str], bool],
    ) -> None:
        for text, rows in zip(coded.told, coded.rows, strict=True):
            if holds(text.casefold()):
                notes[column, text] = int(rows)


@dataclass(frozen=True)
class Coded:
    """A column as its distinct codes, which of them each row has, and their rows."""

    told: list[str]
    index: pa.Array
    rows: np.ndarray

    def to(self, known: Mapping[str, str | None], wanted: pa.DataType) -> Cells:
        """Return the value that a table gives each code; missing where it gives none.

        An empty cell is the code ``""``: a value only if the table gives one.
        """
        found = [known.get(text.casefold()) for text in self.told]
        made = pc.take(pa.array(found, pa.string()).cast(wanted), self.index)
        if known.get("") is not None:
            empty = pa.scalar(known[""]).cast(wanted)
            made = pc.if_else(pc.is_null(self.index), empty, made)
        return pa.chunked_array([made])


def code(cells: Cells) -> Coded:
    """Return a column as its distinct codes.

    Examples
    --------
    >>> made = code(pa.chunked_array([[2.0, None, 2.0, 1.0]]))
    >>> made.told, made.rows.tolist()
    (['2', '1'], [2, 1])
    """
    if len(cells) == 0:
        return Coded([], pa.array([], pa.int32()), np.zeros(0, int))
    coded = pc.dictionary_encode(cells).combine_chunks()
    coded = coded.chunk(0) if isinstance(coded, pa.ChunkedArray) else coded
    told = [written(value) for value in coded.dictionary.to_pylist()]
    index = coded.indices
    used = index.drop_null().to_numpy()
    return Coded(told, index, np.bincount(used, minlength=len(told)))


def arrow_type(column: str) -> pa.DataType:
    """Return the Arrow type in which a column of ours is made."""
    declared = EVENTS.column(column).type
    return _tables.TEXT if declared == pa.string() else declared


def written(code: object) -> str:
    """Return a code as the mapping tables write it.

    Examples
    --------
    >>> written(1.0), written(" Armed clash ")
    ('1', 'Armed clash')
    """
    if isinstance(code, float) and code.is_integer():
        return str(int(code))
    return str(code).strip()
