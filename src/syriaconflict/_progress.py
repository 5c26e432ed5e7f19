"""A progress bar where one can be had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")


def steps(items: Iterable[Item], what: str, *, progress: bool) -> Iterator[Item]:
    """Yield the items, showing how many are done if that is wanted.

    Parameters
    ----------
    items : iterable
        What is worked through.
    what : str
        What they are, to head the bar.
    progress : bool
        Whether to show a bar, which goes to standard error.  Without tqdm there is
        none: it is an optional package.
    """
    if progress:
        try:
            from tqdm import tqdm
        except ImportError:
            pass
        else:
            items = tqdm(items, desc=what, unit="")
    yield from items
