"""What is fuzzed: how an input is made, put in place and handed to the package."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random


@dataclass(frozen=True)
class Target:
    """One thing that reads.

    Parameters
    ----------
    name : str
        What it is called.
    share : float
        How many inputs it gets, against the shares of the others: what takes long to
        read gets fewer.
    make : callable
        Random generator -> an input, as bytes.
    put : callable
        Writes an input into the folder, unwatched.
    run : callable
        Lets the package read what is in the folder, watched.
    may_write : bool, default False
        Whether the package may write into the folder.
    """

    name: str
    share: float
    make: Callable[[Random], bytes]
    put: Callable[[bytes, Path], None]
    run: Callable[[Path], None]
    may_write: bool = False


def into(name: str) -> Callable[[bytes, Path], None]:
    """Return a ``put`` that writes the input as one file."""

    def put(content: bytes, folder: Path) -> None:
        (folder / name).write_bytes(content)

    return put
