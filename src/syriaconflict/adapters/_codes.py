"""Codes of a source turned into ours, and what was met on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from syriaconflict.adapters import _accounts, _tables
from syriaconflict.adapters._cores import side_by_side
from syriaconflict.adapters._files import Raw
from syriaconflict.schema import EVENTS
from syriaconflict.vocabulary import EVENT_TYPES

Cells = pa.ChunkedArray
CLASSES = {name: kind.event_class for name, kind in EVENT_TYPES.items()}


@dataclass
class Codes:
    """Codes turned into ours, and what was met on the way."""

    raw: Raw
    unknown: _accounts.Counts = field(default_factory=dict)
    without: _accounts.Counts = field(default_factory=dict)
    seen: dict[str, Coded] = field(default_factory=dict)

    def ahead(self, *source_columns: str) -> Codes:
        """Find the codes of several columns side by side, and return self."""
        found = side_by_side({n: partial(code, self.raw[n]) for n in source_columns})
        self.seen.update(found)
        return self

    def of(self, source_column: str, column: str) -> Cells:
        """Return a column of ours from the codes of a source's column."""
        coded, known = self._known(source_column, column)
        if column == "event_type":
            self._note(
                self.without,
                source_column,
                coded,
                lambda key: known.get(key, "") is None,
            )
        return coded.to(known, arrow_type(column))

    def perhaps(self, source_column: str, column: str) -> Cells:
        """Return a column of ours that only some codes tell; the others are no news."""
        known = _tables.codes(self.raw.source, source_column, column)
        return self._coded(source_column).to(known, arrow_type(column))

    def actor(self, source_column: str, field_: str) -> Cells:
        """Return the ``actor_id`` or ``camp`` of the actors in a source's column."""
        coded, known = self._actors(source_column, field_)
        return coded.to(known, _tables.TEXT)

    def camp(self, actor: str, kind: str, column: str) -> Cells:
        """Return the camp of the actors in a column, else that of their kind."""
        return first_told(self._actors(actor, "camp"), self._known(kind, column))

    def event_class(self, source_column: str) -> Cells:
        """Return the class of the types that a source's column tells."""
        known = _tables.codes(self.raw.source, source_column, "event_type")
        classes = {key: CLASSES.get(type_) for key, type_ in known.items()}
        return self._coded(source_column).to(classes, _tables.TEXT)

    def leave(self, source_column: str, hit: Cells, why: str) -> None:
        """Note codes for which we have nothing in these rows, and why."""
        coded = self._coded(source_column)
        for found in pc.value_counts(coded.index.filter(hit)).to_pylist():
            text = coded.told[found["values"]]
            self.without[source_column, f"{text}{why}"] = found["counts"]

    def more(self, source_column: str, unknown: list[str], rows: int) -> None:
        """Add rows to codes that are not known."""
        for text in unknown:
            key = (source_column, text)
            self.unknown[key] = self.unknown.get(key, 0) + rows

    def _known(self, source_column: str, column: str) -> Known:
        known = _tables.codes(self.raw.source, source_column, column)
        coded = self._coded(source_column)
        self._note(self.unknown, source_column, coded, lambda key: key not in known)
        return coded, known

    def _actors(self, source_column: str, field_: str) -> Known:
        known = _tables.actors(self.raw.source, field_)
        coded = self._coded(source_column)
        if field_ == "camp":
            self._note(
                self.without, source_column, coded, lambda key: known.get(key) is None
            )
        return coded, known

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
        for nth, text in enumerate(coded.told):
            if holds(text.casefold()):
                notes[column, text] = int(coded.rows[nth])


@dataclass(frozen=True)
class Coded:
    """A column as its distinct codes, and which of them each row has."""

    told: list[str]
    index: pa.Array

    @cached_property
    def rows(self) -> np.ndarray:
        """How many rows have each code; rarely asked, so counted then."""
        used = self.index.drop_null().to_numpy()
        return np.bincount(used, minlength=len(self.told))

    def to(self, known: Mapping[str, str | None], wanted: pa.DataType) -> Cells:
        """Return the value that a table gives each code; missing where it gives none.

        An empty cell is the code ``""``: a value only if the table gives one.
        """
        found = [known.get(text.casefold()) for text in self.told]
        found = pa.array(found, pa.string()).cast(wanted)
        if found.null_count == len(found):
            made = pa.nulls(len(self.index), wanted)
        else:
            made = pc.take(found, self.index)
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
        return Coded([], pa.array([], pa.int32()))
    coded = pc.dictionary_encode(cells).combine_chunks()
    coded = coded.chunk(0) if isinstance(coded, pa.ChunkedArray) else coded
    told = [written(value) for value in coded.dictionary.to_pylist()]
    return Coded(told, coded.indices)


Known = tuple[Coded, Mapping[str, str | None]]  # a column, and what its codes mean


def first_told(*columns: Known) -> Cells:
    """Return text from the first of several columns whose table gives a row one.

    Examples
    --------
    >>> name = code(pa.chunked_array([["a", "b"]]))
    >>> kind = code(pa.chunked_array([[1, 1]]))
    >>> first_told((name, {"b": "rebel"}), (kind, {"1": "civilian"})).to_pylist()
    ['civilian', 'rebel']
    """
    texts = [text for _, known in columns for text in known.values() if text]
    texts = list(dict.fromkeys(texts))
    place = {text: str(nth) for nth, text in enumerate(texts)}
    numbers = [
        coded.to({key: place.get(text) for key, text in known.items()}, pa.int32())
        for coded, known in columns  # text would be copied for each column
    ]
    return pc.take(pa.array(texts, _tables.TEXT), pc.coalesce(*numbers))


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
