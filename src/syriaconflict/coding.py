"""Documents' files: from a coder's YAML to rows.

The form of a document's file is described in ``datasets/README.md``.  `KEYS` below is
its declaration: which key of the file fills which column of which table.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

from syriaconflict import schema, vocabulary
from syriaconflict.sources import Finding, Node, Row, read_yaml

KEYS = {
    "n": "claim_id",
    "event": "event_id",
    "claimant": {
        "actor": "claimant_id",
        "kind": "claimant_kind",
        "note": "claimant_note",
    },
    "when": {
        "start": "start",
        "end": "end",
        "start_precision": "start_precision",
        "end_precision": "end_precision",
        "day_part": "day_part",
        "day_order": "day_order",
        "note": "date_note",
    },
    "date_note": "date_note",
    "place": "place_id",
    "count": {
        "unit": "unit",
        "low": "count_low",
        "high": "count_high",
        "per": "count_per",
        "word": "count_word",
        "note": "count_note",
    },
    "quote": {
        "start": "quote_start",
        "tokens": "quote_tokens",
        "sha256": "quote_sha256",
        "matches": "quote_matches",
    },
} | {
    name: name
    for name in (
        "stance", "certainty", "event_type", "modality", "grain", "outcome",
        "target_kind", "munition", "extent", "radius_km", "place_note", "summary",
    )
}  # fmt: skip
DEFAULTS = {
    "stance": "asserts",
    "certainty": "flat",
    "modality": "realised",
    "grain": "discrete",
    "quote_matches": 1,
}
PARTS = {
    "actors": ("actor", "role", "certainty", *vocabulary.HARMS),
    "places": ("place", "role"),
    "links": ("relation", "claim"),
}  # fmt: skip
CONFIRMED = "confirmed"
UNCODED_KEYS = ("start", "tokens", "sha256", "reason")


class Reader:
    """Collects the rows and findings of one document's file."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: dict[str, list[Row]] = {}
        self.findings: list[Finding] = []

    def add(self, table: str, cells: dict, node: Node, lines: dict[str, int]) -> None:
        """Keep a row."""
        row = Row(cells, self.name, node.line, lines)
        self.rows.setdefault(table, []).append(row)

    def report(self, line: int, field: str, message: str) -> None:
        """Keep a finding."""
        self.findings.append(Finding(self.name, line, field, message))

    def known(self, node: Node, keys: object, where: str) -> list[str]:
        """Return the node's keys that may stand there, and report the others."""
        for key in set(node) - set(keys):
            near = difflib.get_close_matches(key, list(keys), 1)
            hint = (
                f"did you mean {near[0]}?" if near else f"wanted one of {sorted(keys)}"
            )
            named = where + key or "''"
            self.report(node.lines[key], named, f"is no such key, {hint}")
        return [key for key in node if key in keys]

    def nodes(self, parent: Node, key: str) -> Iterator[Node]:
        """Yield the mappings in the list under a key, and report what is none."""
        items = parent.get(key)
        if items is None:
            return
        if not isinstance(items, list):
            what = f"is {items!r}, wanted a list of mappings"
            self.report(parent.lines[key], key, what)
            return
        for item in items:
            if isinstance(item, Node):
                yield item
            else:
                what = f"holds {item!r}, wanted a mapping"
                self.report(parent.lines[key], key, what)


def read_document(path: Path, name: str) -> Reader:
    """Read a document's file into rows of the tables that come from it.

    Parameters
    ----------
    path : Path
        The YAML file.
    name : str
        How findings call it.

    Returns
    -------
    Reader
        Rows by table name, and findings.  What cannot be read is reported and the
        rest is read on.
    """
    reader = Reader(name)
    content, findings = read_yaml(path, name)
    reader.findings += findings
    if findings:
        return reader
    if not isinstance(content, Node) or "document" not in content:
        reader.report(1, "document", "is missing, wanted the keys document and claims")
        return reader
    if not isinstance(content["document"], Node):
        what = f"is {content['document']!r}, wanted a mapping"
        reader.report(content.lines["document"], "document", what)
        return reader
    reader.known(content, ("document", "claims", "uncoded"), "")
    document_id = _read_metadata(reader, content["document"], path.stem)
    for claim in reader.nodes(content, "claims"):
        _read_claim(reader, claim, document_id)
    for passage in reader.nodes(content, "uncoded"):
        keys = reader.known(passage, UNCODED_KEYS, "uncoded.")
        cells = {"document_id": document_id} | {
            ("reason" if key == "reason" else f"quote_{key}"): passage[key]
            for key in keys
        }
        lines = {f"quote_{key}": line for key, line in passage.lines.items()}
        lines |= passage.lines
        reader.add("uncoded", cells, passage, lines)
    return reader


def _read_metadata(reader: Reader, node: Node, stem: str) -> str:
    columns = [*schema.DOCUMENTS.names, "repeats", CONFIRMED]
    cells = {key: node[key] for key in reader.known(node, columns, "document.")}
    if cells.get("document_id") != stem:
        what = f"is {cells.get('document_id')!r}, wanted the file's name {stem!r}"
        reader.report(node.lines.get("document_id", node.line), "document_id", what)
    _read_repeats(reader, node, cells.pop("repeats", None) or [], stem)
    _read_confirmed(reader, node, stem)
    cells.pop(CONFIRMED, None)
    reader.add("documents", cells | {"document_id": stem}, node, node.lines)
    return stem


def _read_repeats(reader: Reader, node: Node, repeats: object, stem: str) -> None:
    line = node.lines.get("repeats", node.line)
    if not isinstance(repeats, list):
        what = f"is {repeats!r}, wanted a list of [start, end, first_start]"
        reader.report(line, "repeats", what)
        return
    names = schema.DOCUMENT_REPEATS.names
    for item in repeats:
        if isinstance(item, list) and len(item) == len(names) - 1:
            repeat = dict(zip(names, [stem, *item], strict=True))
            lines = dict.fromkeys([*names, "repeats"], line)
            reader.add("document_repeats", repeat, node, lines)
        else:
            what = f"holds {item!r}, wanted [start, end, first_start]"
            reader.report(line, "repeats", what)


def _read_confirmed(reader: Reader, node: Node, subject_id: str) -> None:
    """Read the doubts that were looked at, each with the reason why it is right."""
    if CONFIRMED not in node:
        return
    line, given = node.lines[CONFIRMED], node[CONFIRMED]
    if not isinstance(given, Node):
        what = f"is {given!r}, wanted a mapping of doubts to reasons"
        reader.report(line, CONFIRMED, what)
        return
    for doubt, reason in given.items():
        cells = {"subject_id": subject_id, "doubt": doubt, "reason": reason}
        reader.add("confirmations", cells, given, dict.fromkeys(
            [*cells, CONFIRMED], given.lines[doubt]))  # fmt: skip


def _read_claim(reader: Reader, node: Node, document_id: str) -> None:
    cells, lines = dict(DEFAULTS), {}
    for key in reader.known(node, [*KEYS, *PARTS, CONFIRMED], "claim."):
        column = KEYS.get(key)
        if isinstance(column, str):
            cells[column], lines[column] = node[key], node.lines[key]
        elif isinstance(column, dict):
            _read_group(reader, node, key, cells, lines)
    number = cells.get("claim_id")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        what = f"is {number!r}, wanted the claim's number, from 1"
        reader.report(node.lines.get("n", node.line), "n", what)
        return
    claim_id = _claim_id(document_id, number)
    cells |= {"claim_id": claim_id, "document_id": document_id}
    cells.setdefault("event_id", claim_id)
    _read_count_word(cells)
    reader.add("claims", cells, node, lines)
    _read_confirmed(reader, node, claim_id)
    _read_parts(reader, node, claim_id, document_id)


def _read_group(reader: Reader, node: Node, key: str, cells: dict, lines: dict) -> None:
    group = node[key]
    if not isinstance(group, Node):
        reader.report(node.lines[key], key, f"is {group!r}, wanted a mapping")
        return
    lines |= dict.fromkeys(KEYS[key].values(), node.lines[key])
    for part in reader.known(group, KEYS[key], f"{key}."):
        column = KEYS[key][part]
        cells[column], lines[column] = group[part], group.lines[part]


def _read_count_word(cells: dict) -> None:
    bounds = vocabulary.COUNT_WORDS.get(str(cells.get("count_word")))
    if bounds and not {"count_low", "count_high"} & set(cells):
        cells["count_low"], cells["count_high"] = bounds


def _read_parts(reader: Reader, node: Node, claim_id: str, document_id: str) -> None:
    for part in reader.nodes(node, "actors"):
        keys = reader.known(part, PARTS["actors"], "actors.")
        cells = {"claim_id": claim_id, "certainty": "stated"}
        cells |= {
            {"actor": "actor_id"}.get(key, key): part[key]
            for key in keys
            if key not in vocabulary.HARMS
        }
        lines = dict(part.lines) | {"actor_id": part.lines.get("actor", part.line)}
        for harm in set(keys) & set(vocabulary.HARMS):
            bounds = _harm(reader, part, harm)
            cells |= bounds
            lines |= dict.fromkeys(bounds, part.lines[harm])
        reader.add("claim_actors", cells, part, lines)
    for part in reader.nodes(node, "places"):
        reader.known(part, PARTS["places"], "places.")
        cells = {"place_id": part.get("place"), "role": part.get("role")}
        lines = dict(part.lines) | {"place_id": part.lines.get("place", part.line)}
        reader.add("claim_places", cells | {"claim_id": claim_id}, part, lines)
    for part in reader.nodes(node, "links"):
        reader.known(part, PARTS["links"], "links.")
        other = part.get("claim")
        if isinstance(other, int) and not isinstance(other, bool):
            other = _claim_id(document_id, other)
        cells = {"relation": part.get("relation"), "other_claim_id": other}
        lines = dict(part.lines) | {
            "other_claim_id": part.lines.get("claim", part.line)
        }
        reader.add("claim_links", cells | {"claim_id": claim_id}, part, lines)


def _harm(reader: Reader, part: Node, harm: str) -> dict[str, object]:
    value = part[harm]
    if isinstance(value, list) and len(value) == 2:
        low, high = value
    elif isinstance(value, str) and value in vocabulary.COUNT_WORDS:
        low, high = vocabulary.COUNT_WORDS[value]
    elif isinstance(value, int) and not isinstance(value, bool):
        low = high = value
    else:
        words = sorted(vocabulary.COUNT_WORDS)
        what = f"is {value!r}, wanted a number, [low, high] or one of {words}"
        reader.report(part.lines[harm], harm, what)
        return {}
    return {f"{harm}_low": low, f"{harm}_high": high}


def _claim_id(document_id: str, number: int) -> str:
    return f"{document_id}-{number:03d}"
