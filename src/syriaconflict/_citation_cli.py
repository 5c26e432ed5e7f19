"""The command ``syriaconflict cite``: parses words and calls functions."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

_FORMATS = ("bibtex", "csl", "ris", "apa")  # of `citation`, which is slow to import


def add_cite(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command ``cite``."""
    command = add("cite", help="how to cite the release, or some events")
    command.add_argument("event_id", nargs="*")
    command.add_argument("--format", default="text", choices=["text", *_FORMATS])
    command.set_defaults(run=_cite)


def _cite(words: argparse.Namespace) -> None:
    from syriaconflict.citation import cite
    from syriaconflict.load import load

    events = load("events")
    unknown = set(words.event_id) - set(events["event_id"])
    if unknown:
        msg = f"no event is called {', '.join(sorted(unknown))}"
        raise LookupError(msg)
    rows = events[events["event_id"].isin(words.event_id)]
    sys.stdout.write(cite(rows if words.event_id else None, format=words.format) + "\n")
