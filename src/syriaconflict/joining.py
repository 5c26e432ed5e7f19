"""Events written together as one happening, once a person has decided it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path


def join(
    documents: Path, event_id: str, others: Sequence[str], *, release: str = ""
) -> dict[str, str]:
    """Write into the sources that events are one happening.

    The claims of the others get ``event:`` set to the one that is kept, and pairs of
    ``distinct.csv`` that name one of the others name that one; an identifier that a
    sealed release had goes to ``withdrawn.csv``.  Nothing else in the files changes.

    Parameters
    ----------
    documents : Path
        The folder of the documents' YAML files.
    event_id : str
        The event that is kept.
    others : sequence of str
        Events that are the same happening.
    release : str, optional
        The coming release, which takes back identifiers of sealed ones.

    Returns
    -------
    dict of str to str
        The event that each moved claim was about, by ``claim_id``.

    Raises
    ------
    LookupError
        If no claim is about one of these events, it is named twice, or two of them
        stand apart in ``distinct.csv``; nothing is written then.
    ValueError
        If a sealed release had one of the others and no ``release`` is named; nothing
        is written then either.
    """
    files = {path: path.read_text("utf-8") for path in sorted(documents.glob("*.yaml"))}
    claims = {path: list(_claims(path.stem, text)) for path, text in files.items()}
    known = {event for found in claims.values() for _, event, _ in found}
    for name in (event_id, *others):
        if name not in known:
            msg = f"no claim in {documents} is about {name!r}, wanted an event_id"
            raise LookupError(msg)
    if len({event_id, *others}) <= len(others):
        msg = f"an event stands twice in {[event_id, *others]}"
        raise LookupError(msg)
    distinct = documents.parent / "distinct.csv"
    apart = _apart(distinct, event_id, others)
    gone = _taken_back(documents.parent, event_id, others, release)
    moved = {}
    for path, found in claims.items():
        mine = [claim for claim in found if claim[1] in others]
        if not mine:
            continue
        text = files[path]
        for claim_id, event, (at, until) in reversed(mine):
            text = f"{text[:at]}    event: {event_id}\n{text[until:]}"
            moved[claim_id] = event
        path.write_text(text, "utf-8")
    if apart is not None:
        distinct.write_text(apart, "utf-8")
    if gone:
        with (documents.parent / "withdrawn.csv").open("a", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows(gone)
    return moved


def _taken_back(
    sources: Path, event_id: str, others: Sequence[str], release: str
) -> list[tuple[str, ...]]:
    """Return the rows of withdrawn.csv for events that a sealed release had."""
    path = sources / "releases.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as file:
        sealed = {row["event_id"] for row in csv.DictReader(file)}
    gone = [name for name in others if name in sealed]
    if gone and not release:
        msg = (
            f"{path.name} has {', '.join(gone)}: name the release that takes back the "
            "identifier"
        )
        raise ValueError(msg)
    why = "one happening under two identifiers"
    return [("events", name, event_id, release, why) for name in gone]


def _apart(path: Path, event_id: str, others: Sequence[str]) -> str | None:
    """Return distinct.csv with the kept event for the others, each pair once."""
    if not path.exists():
        return None
    head, *rows = csv.reader(io.StringIO(path.read_text("utf-8")))
    seen, kept = set(), [head]
    for one, other, reason in rows:
        if {one, other} <= {event_id, *others}:
            msg = (
                f"{path.name} keeps {one} and {other} apart ({reason}); if they are "
                "one happening after all, take that row out first"
            )
            raise LookupError(msg)
        now = [event_id if name in others else name for name in (one, other)]
        if frozenset(now) not in seen:
            seen.add(frozenset(now))
            kept.append([*now, reason])
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(kept)
    return text.getvalue()


def _claims(document_id: str, text: str) -> Iterator[tuple[str, str, tuple[int, int]]]:
    """Yield each claim, its event, and where its ``event:`` line stands or would."""
    for head in re.finditer(r"^  - n: *(\d+).*\n", text, re.MULTILINE):
        rest = re.search(r"^(  - |\S)", text[head.end() :], re.MULTILINE)
        until = head.end() + rest.start() if rest else len(text)
        claim_id = f"{document_id}-{int(head[1]):03d}"
        line = re.compile(r"^    event: *(\S+).*\n", re.MULTILINE)
        said = line.search(text, head.end(), until)
        where = said.span() if said else (head.end(), head.end())
        yield claim_id, said[1] if said else claim_id, where
