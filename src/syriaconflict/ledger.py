"""A document's file against its text: anchors, the ledger, and a file's beginning."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from syriaconflict import schema
from syriaconflict.anchors import (
    SHORTEST_QUOTE,
    digest,
    locate,
    normalise,
    positions,
    sentences,
)
from syriaconflict.coding import Reader
from syriaconflict.sources import Finding, Row, parse, read_csv

GUIDE_VERSION = "0.4"


def find_text(folder: Path, text_sha256: str) -> str | None:
    """Return the text in ``folder`` whose normalised form has the given digest.

    Parameters
    ----------
    folder : Path
        Folder of plain texts (``.txt``), whatever their names.
    text_sha256 : str
        A document's ``text_sha256``.

    Returns
    -------
    str or None
        The text as printed; ``None`` if the folder has no such text.
    """
    for path in sorted(folder.glob("*.txt")):
        text = path.read_text(encoding="utf-8", errors="replace")
        if digest(normalise(text)) == text_sha256:
            return text
    return None


def texts_at_hand(folders: Iterable[Path]) -> dict[str, str]:
    """Return the texts in some folders by the digest of their normalised form.

    Parameters
    ----------
    folders : iterable of Path
        Folders of plain texts (``.txt``), whatever their names.

    Raises
    ------
    NotADirectoryError
        If one is no folder.
    """
    texts = {}
    for folder in folders:
        if not folder.is_dir():
            msg = f"{folder} is no folder; wanted one that holds texts (.txt)"
            raise NotADirectoryError(msg)
        for path in sorted(folder.glob("*.txt")):
            text = path.read_text(encoding="utf-8", errors="replace")
            texts.setdefault(digest(normalise(text)), text)
    return texts


def check_anchors(reader: Reader, text: str) -> Iterator[Finding]:
    """Yield a finding for every anchor, repeat or sentence that the text belies.

    Parameters
    ----------
    reader : Reader
        A document's file as read.
    text : str
        The text that it codes.
    """
    document = reader.rows["documents"][0]
    tokens = normalise(text)
    if _whole(document, "token_count") != len(tokens):
        what = f"is {document.cells.get('token_count')}, the text has {len(tokens)}"
        yield document.finding("token_count", what)
    covered = [False] * len(tokens)
    for row in reader.rows.get("document_repeats", []):
        start, end, first = (_whole(row, k) for k in ("start", "end", "first_start"))
        if start is None or end is None or first is None:
            continue  # the column checks report it
        copy, original = tokens[start:end], tokens[first : first + end - start]
        if not 0 <= first < start < end or copy != original:
            yield row.finding(
                "repeats", f"tokens {start} to {end} do not repeat {first}"
            )
            continue
        covered[start:end] = [True] * (end - start)
    for row in reader.rows.get("claims", []) + reader.rows.get("uncoded", []):
        yield from _check_quote(row, tokens, text, covered)
    for start, size, sentence in sentences(text):
        if sum(covered[start : start + size]) < min(SHORTEST_QUOTE, size):
            words = " ".join(sentence.split()[:6])
            what = f"sentence at token {start} ({words} ...) is in no claim"
            message = f"{what}, wanted a claim or an uncoded passage with its reason"
            yield Finding(reader.name, document.line, "ledger", message)


def _check_quote(
    row: Row, tokens: list[str], text: str, covered: list[bool]
) -> Iterator[Finding]:
    start, size = _whole(row, "quote_start"), _whole(row, "quote_tokens")
    if start is None or size is None or start < 0 or size < 1:
        return  # the column checks report it
    sha256 = str(row.cells.get("quote_sha256"))
    if digest(tokens[start : start + size]) != sha256:
        found = locate(text, size, sha256)
        where = f"it stands at {found}" if found else "it is nowhere in the text"
        what = f"no such passage at token {start}: {where}; recompute the anchor"
        yield row.finding("quote_start", what)
        return
    covered[start : start + size] = [True] * size
    if "claim_id" not in row.cells:
        return
    found = positions(tokens, tokens[start : start + size])
    if len(found) != _whole(row, "quote_matches") or found[0] != start:
        what = f"the passage stands at {found}, quote says {start} and"
        what = f"{what} {row.cells['quote_matches']} match(es)"
        yield row.finding("quote_matches", f"{what}; take a longer passage or mend it")


def _whole(row: Row, key: str) -> int | None:
    """Return a cell as the tables will have it; missing if it is no whole number."""
    return parse(row.cells.get(key), schema.Column(key, schema.COUNT, ""))[0]


def known_names(text: str, folder: Path) -> dict[str, list[str]]:
    """Return the ids of places and actors whose names stand in a text.

    Parameters
    ----------
    text : str
        The text.
    folder : Path
        ``datasets/sources``, whose registers of names are searched.

    Returns
    -------
    dict
        ``places`` and ``actors``, each a sorted list of ids.  Names are compared as
        normalised tokens; a spelling that the registers lack is not found.
    """
    words = " ".join(["", *normalise(text), ""])
    found = {}
    for table in (schema.PLACE_NAMES, schema.ACTOR_NAMES):
        rows, _ = read_csv(folder / table.source, table, table.source)
        names = [(row.cells["name"] or "", row.cells[table.key[0]]) for row in rows]
        hits = {key for name, key in names if f" {' '.join(normalise(name))} " in words}
        found[table.name.replace("_names", "s")] = sorted(hits)
    return found


def start_document(text: str, document_id: str, found: dict[str, list[str]]) -> str:
    """Return the beginning of a document's file for a text.

    Parameters
    ----------
    text : str
        The text.
    document_id : str
        Identifier the document shall have.
    found : dict
        Known ids found in the text, by kind (``places``, ``actors``); listed as
        comments.

    Returns
    -------
    str
        YAML with token count, digest, repeats and blanks to fill in.
    """
    tokens = normalise(text)
    lines = [
        f"# {kind} named in the text: {', '.join(ids)}" for kind, ids in found.items()
    ]
    blanks = ("publisher_id", "title", "published", "published_precision",
              "published_basis", "url", "language", "genre", "coverage",
              "found_by")  # fmt: skip
    lines += ["document:", f"  document_id: {document_id}"]
    lines += [f"  {blank}:" for blank in blanks]
    lines += [f'  guide_version: "{GUIDE_VERSION}"', f"  token_count: {len(tokens)}"]
    lines += [f"  text_sha256: {digest(tokens)}"]
    repeats = find_repeats(tokens)
    if repeats:
        lines += [f"  repeats: {json.dumps(repeats)}"]
    return "\n".join([*lines, "claims: []", "uncoded: []", ""])


def find_repeats(tokens: list[str], shortest: int = 20) -> list[list[int]]:
    """Return the parts of a text that it prints a second time.

    Parameters
    ----------
    tokens : list of str
        The normalised text.
    shortest : int, default 20
        Shorter repeats are passed over [tokens].

    Returns
    -------
    list of [start, end, first_start]
        Tokens ``start`` to ``end`` (exclusive) stand already at ``first_start``.

    Examples
    --------
    >>> find_repeats("a b c d x a b c d".split(), shortest=3)
    [[5, 9, 0]]
    """
    first: dict[tuple[str, ...], int] = {}
    repeats, i = [], 0
    while i + shortest <= len(tokens):
        run = tuple(tokens[i : i + shortest])
        begun = first.setdefault(run, i)
        if begun == i:
            i += 1
            continue
        size = shortest
        while i + size < len(tokens) and tokens[begun + size] == tokens[i + size]:
            size += 1
        repeats.append([i, i + size, begun])
        i += size
    return repeats
