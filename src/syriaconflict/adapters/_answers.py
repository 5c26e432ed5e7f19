"""What the API of a source answers: JSON with a list of records, or why there is none.

An answer that holds no records is a table without rows; one that says that something
failed is refused with what it says.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from syriaconflict.adapters import _looks

Record = dict[str, object]
_SAYS = ("message", "messages", "error", "errors", "error_description", "detail")
_LONGEST = 200  # of what an answer says [characters]


def records(file: str, source: str, text: bytes) -> list[Record]:
    """Return the records of an answer.

    Parameters
    ----------
    file : str
        Its name, for messages.
    source : str
        Whose answer it should be.
    text : bytes
        The answer.

    Raises
    ------
    ValueError
        If it is cut off, is no list of records, or says that something failed.

    Examples
    --------
    >>> records("answer.json", "acled", b'{"status": 200, "count": 0, "data": []}')
    []
    """
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        msg = f"{file} is cut off or no JSON: {error}; download it again"
        raise ValueError(msg) from error
    answer = told if isinstance(told, dict) else {"data": told}
    found = answer.get("data", answer.get("Result"))
    is_list = isinstance(found, list) and all(isinstance(r, dict) for r in found)
    if is_list and (found or not _failed(answer)):
        return found
    keys = ", ".join(map(held, told)) if isinstance(told, dict) else "a list"
    holds = "no records, says that it failed" if is_list else keys
    said = _said(answer.get(key) for key in _SAYS)
    msg = (
        f"{file} is no {_looks.title(source)}: wanted JSON with a list of records "
        f"under 'data', it holds {holds}" + (f", and says {said!r}" if said else "")
    )
    raise ValueError(msg)


def held(text: str) -> str:
    """Return text that UTF-8 can hold: JSON can write one half of a pair of units."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _failed(answer: Record) -> bool:
    """Whether an answer says that something failed, by its status or otherwise."""
    status = str(answer.get("status") or 200).casefold()
    return answer.get("success") is False or status not in ("200", "success", "ok")


def _said(cells: Iterable[object]) -> str:
    """Return what an answer says in words, on one line and not too long."""
    told = "; ".join(str(cell) for cell in cells if cell)
    text = held(" ".join(told.split()))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ..."
