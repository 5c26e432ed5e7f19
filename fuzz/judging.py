"""Whether an exception is one that the package documents."""

from __future__ import annotations

import linecache
import traceback
from pathlib import Path

import syriaconflict

PACKAGE = str(Path(syriaconflict.__file__).parent)
DOCUMENTED = (ValueError, LookupError, OSError, ImportError)
SHORTEST = 20  # characters of a message that says where, what and how


class Broken(Exception):
    """A promise that a target checks does not hold."""


def fault(error: BaseException) -> str:
    """Return what is wrong with an exception; empty if it is documented.

    It is where a ``raise`` of the package raised it, with a message; an `OSError` of
    the system that names its file is one as well.
    """
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    if not isinstance(error, DOCUMENTED):
        return f"{kind} is not documented"
    if not kind.startswith(("builtins.", "syriaconflict.")):
        return f"{kind} is another library's"
    if isinstance(error, UnicodeError):
        return f"{kind} comes raw"
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return ""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    line = linecache.getline(frame.filename, frame.lineno or 0).strip()
    if not frame.filename.startswith(PACKAGE) or not line.startswith("raise"):
        return f"{kind} comes raw from {Path(frame.filename).name}"
    if len(str(error)) < SHORTEST:
        return f"{kind} says only {str(error)!r}"
    return ""


def place(error: BaseException) -> str:
    """Return the innermost line of the package that an exception came through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if f.filename.startswith(PACKAGE)] or list(frames)
    if not ours:
        return "?"
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"
