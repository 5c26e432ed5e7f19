"""A reprint's file from the coding of its original, as far as the passages stand in it.

What a reprint changes, leaves out or adds is left to the coder: the ledger shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from syriaconflict.anchors import digest, locate, normalise

_ITEM = re.compile(r"^  - ", re.MULTILINE)
_QUOTE = re.compile(
    r"start: *(\d+), *tokens: *(\d+), *sha256: *'?([0-9a-f]{64})'?"
    r"(?:, *matches: *\d+)?"
)
_EVENT = re.compile(r"^    event: *(\S+).*\n", re.MULTILINE)


def reprint(original: str, original_id: str, text: str, document_id: str) -> str:
    """Begin the file of a reprint with the claims of its original.

    Parameters
    ----------
    original : str
        The YAML of the document that was coded.
    original_id : str
        Its ``document_id``.
    text : str
        The text of the reprint.
    document_id : str
        The reprint's own.

    Returns
    -------
    str
        YAML: the claims and uncoded passages of the original whose passage stands in
        the text, with the place where it stands there, each claim about the event of
        the original's; numbers are kept, so that links hold.  What was not found is
        listed in comments at the end.  Publisher, title, date and address are left to
        fill in.

    Raises
    ------
    ValueError
        If no passage of the original stands in the text: it is no reprint.
    """
    kept: dict[str, list[str]] = {"claims": [], "uncoded": []}
    lost = []
    for part, number, block in _blocks(original):
        moved = _moved(block, text)
        if moved is None:
            lost.append(f"claim {number}" if number else f"uncoded {block.strip()}")
        elif number:
            kept[part].append(_about(moved, f"{original_id}-{int(number):03d}"))
        else:
            kept[part].append(moved)
    if not kept["claims"]:
        msg = (
            f"no passage of {original_id} stands in the text, wanted a reprint; code "
            "it as a document of its own (`syriaconflict coding new`)"
        )
        raise ValueError(msg)
    tokens = normalise(text)
    head = (
        f"document:\n  document_id: {document_id}\n  publisher_id:\n  title:\n"
        "  published:\n  published_precision:\n  published_basis:\n  url:\n"
        "  accessed:\n  language:\n  genre:\n  coverage:\n  found_by:\n"
        f"  guide_version:\n  derived_from: {original_id}\n"
        f"  token_count: {len(tokens)}\n  text_sha256: {digest(tokens)}\n"
    )
    notes = "".join(f"# not found in this text: {what}\n" for what in lost)
    uncoded = "uncoded:\n" + "".join(kept["uncoded"]) if kept["uncoded"] else ""
    return f"{head}claims:\n{''.join(kept['claims'])}{uncoded}{notes}"


def _blocks(original: str) -> Iterator[tuple[str, str | None, str]]:
    """Yield part, claim number and lines of every claim and uncoded passage."""
    for head in re.finditer(r"^(claims|uncoded):.*\n", original, re.MULTILINE):
        rest = re.search(r"^\S", original[head.end() :], re.MULTILINE)
        until = head.end() + rest.start() if rest else len(original)
        body = original[head.end() : until]
        starts = [item.start() for item in _ITEM.finditer(body)]
        ends = [*starts[1:], len(body)] if starts else []
        for at, end in zip(starts, ends, strict=True):
            number = re.match(r"  - n: *(\d+)", body[at:end])
            yield head[1], number and number[1], body[at:end]


def _moved(block: str, text: str) -> str | None:
    """Return the block with its passage where it stands in the text, if it does."""
    quote = _QUOTE.search(block)
    found = locate(text, int(quote[2]), quote[3]) if quote else []
    if not quote or not found:
        return None
    place = f"start: {found[0]}, tokens: {quote[2]}, sha256: {quote[3]}"
    more = f", matches: {len(found)}" if len(found) > 1 and "- n:" in block else ""
    return block[: quote.start()] + place + more + block[quote.end() :]


def _about(block: str, founder: str) -> str:
    """Return a claim's block that is about the event of the original's claim."""
    if _EVENT.search(block):
        return block
    first, rest = block.split("\n", 1)
    return f"{first}\n    event: {founder}\n{rest}"
