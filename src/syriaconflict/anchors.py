"""Quote anchors: where in a text a claim stands, without keeping the text.

A text is normalised to tokens (Unicode NFKC, case folded, combining marks dropped,
every run of characters that are not alphanumeric turned into one space).  An anchor is
the index of the passage's first token, its length in tokens and the SHA-256 of the
tokens joined by single spaces.  Anyone who has a copy of the text can find the passage
again, also where the page gained a header or lost a footer.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SHORTEST_QUOTE = 4  # tokens; shorter passages are found by chance
_SENTENCE_END = re.compile(r"(?<=[.!?…؟])[\"'”’)\]]*\s+|\n+")


@dataclass(frozen=True)
class Anchor:
    """The place of a passage in a normalised text.

    Parameters
    ----------
    start : int
        Index of the passage's first token in the text as coded, counted from 0.
    tokens : int
        Length of the passage [tokens].
    sha256 : str
        SHA-256 of the tokens joined by one space, UTF-8, in hexadecimal.
    matches : int, default 1
        How many places of the text as coded hold the same tokens.
    """

    start: int
    tokens: int
    sha256: str
    matches: int = 1


def normalise(text: str) -> list[str]:
    r"""Return the tokens of a text.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    list of str
        Case-folded alphanumeric tokens in reading order; empty for a text without
        letters or digits.

    Examples
    --------
    >>> normalise("Jaysh al-ʿIzza’s 1st  battalion\n(حماة)")
    ['jaysh', 'al', 'ʿizza', 's', '1st', 'battalion', 'حماة']
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    bare = (c for c in folded if unicodedata.category(c)[0] != "M")
    return "".join(c if c.isalnum() else " " for c in bare).split()


def digest(tokens: Sequence[str]) -> str:
    """Return the SHA-256 of tokens joined by single spaces, in hexadecimal.

    Examples
    --------
    >>> digest(["abc"])[:16]
    'ba7816bf8f01cfea'
    """
    return hashlib.sha256(" ".join(tokens).encode()).hexdigest()


def positions(tokens: Sequence[str], passage: Sequence[str]) -> list[int]:
    """Return every index at which ``passage`` stands in ``tokens``.

    Examples
    --------
    >>> positions("a b a b".split(), ["a", "b"])
    [0, 2]
    """
    size, passage = len(passage), list(passage)
    if not size:
        return []
    return [
        i
        for i in range(len(tokens) - size + 1)
        if tokens[i] == passage[0] and list(tokens[i : i + size]) == passage
    ]


def anchor(text: str, first: str, last: str | None = None) -> Anchor:
    """Compute the anchor of the passage from ``first`` to ``last`` words.

    Parameters
    ----------
    text : str
        The whole text as coded.
    first : str
        The passage's first words, as many as make the place unique (or, in a text
        that prints it twice, as many as name one passage).
    last : str, optional
        The passage's last words; the next occurrence after ``first`` ends the
        passage.  Without it ``first`` is the whole passage.

    Returns
    -------
    Anchor
        Of the first occurrence, with the number of places that hold the same tokens.

    Raises
    ------
    ValueError
        If the words are not found, if ``first`` stands in several places that
        continue differently, or if the passage is shorter than four tokens.

    Examples
    --------
    >>> text = "The town fell at dawn. Nobody knows who holds the town now."
    >>> anchor(text, "nobody knows", "town now")
    ... # doctest: +ELLIPSIS
    Anchor(start=5, tokens=7, sha256='...', matches=1)
    """
    tokens = normalise(text)
    ends = normalise(last) if last is not None else []
    passages = []
    starts = positions(tokens, normalise(first))
    if not starts:
        msg = (
            f"the first words {first!r} are not in the text; {_nearest(tokens, first)}"
        )
        raise ValueError(msg)
    for begin in starts:
        end = begin + len(normalise(first))
        if last is not None:
            # the last words may overlap the first ones
            after = [p + len(ends) for p in positions(tokens, ends) if p >= begin]
            after = [p for p in after if p >= end]
            if not after:
                continue
            end = after[0]
        passages.append((begin, tokens[begin:end]))
    if not passages:
        where = f"token {starts[0]}"
        msg = f"the last words {last!r} do not stand after {first!r} ({where})"
        raise ValueError(msg)
    begin, passage = passages[0]
    if any(other != passage for _, other in passages):
        places = ", ".join(str(start) for start, _ in passages)
        msg = (
            f"{first!r} begins different passages, at tokens {places}: give more words"
        )
        raise ValueError(msg)
    if len(passage) < SHORTEST_QUOTE:
        msg = f"the passage has {len(passage)} tokens, fewer than {SHORTEST_QUOTE}"
        raise ValueError(msg)
    matches = len(positions(tokens, passage))
    return Anchor(begin, len(passage), digest(passage), matches)


def locate(text: str, tokens: int, sha256: str) -> list[int]:
    """Find an anchored passage in any copy of its text.

    Parameters
    ----------
    text : str
        A copy of the text, possibly with other parts before or after.
    tokens : int
        Length of the passage [tokens].
    sha256 : str
        Digest of the passage.

    Returns
    -------
    list of int
        Token indices at which the passage stands in this copy; empty if it is absent.

    Raises
    ------
    ValueError
        If the passage has no token.

    Examples
    --------
    >>> mark = anchor("one two three four five", "two", "five")
    >>> locate("Header. One two three four five", mark.tokens, mark.sha256)
    [2]
    """
    if tokens < 1:
        msg = f"tokens is {tokens}, wanted the length of the passage, 1 or more"
        raise ValueError(msg)
    words = normalise(text)
    return [
        i
        for i in range(len(words) - tokens + 1)
        if digest(words[i : i + tokens]) == sha256
    ]


def sentences(text: str) -> Iterator[tuple[int, int, str]]:
    r"""Yield each sentence as (first token, number of tokens, text).

    Lines and sentence-ending marks separate; pieces without a letter or digit are
    passed over, so the sentences' tokens are the text's tokens, each once.

    Examples
    --------
    >>> [(start, size) for start, size, _ in sentences("It fell. Who knows?\nNow!")]
    [(0, 2), (2, 2), (4, 1)]
    """
    start = 0
    for piece in _SENTENCE_END.split(text):
        size = len(normalise(piece))
        if size:
            yield start, size, piece.strip()
        start += size


def excerpt(text: str, start: int, tokens: int) -> str:
    """Return the characters of ``text`` that hold tokens ``start`` to the end.

    Parameters
    ----------
    text : str
        A copy of the text.
    start, tokens : int
        First token and number of tokens.

    Returns
    -------
    str
        The passage as printed, white space folded.

    Examples
    --------
    >>> excerpt("The town, they say, fell.", 1, 3)
    'town, they say,'
    """
    words = re.split(r"(\s+)", text)
    seen, kept = 0, []
    for word in words:
        size = len(normalise(word))
        if seen + size > start and seen < start + tokens:
            kept.append(word)
        seen += size
    return " ".join("".join(kept).split())


def _nearest(tokens: Sequence[str], words: str) -> str:
    """Say where the longest beginning of ``words`` stands in the text."""
    wanted = normalise(words)
    for size in range(len(wanted) - 1, 0, -1):
        found = positions(tokens, wanted[:size])
        if found:
            begun = " ".join(wanted[:size])
            return f"only {begun!r} is, at token {found[0]}"
    return "nor is any beginning of them"
