"""The command ``syriaconflict map``: parses words and calls `explore.explore`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

Words = argparse.Namespace


def add_map(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command ``map``."""
    command = add("map", help="write an interactive map as one HTML file")
    command.add_argument("--out", type=Path, default=Path("map.html"), metavar="FILE")
    command.add_argument("--campaign", metavar="ID", help="one campaign's days only")
    command.add_argument("--start", metavar="DAY", help="first day, with --end")
    command.add_argument("--end", metavar="DAY", help="last day, with --start")
    command.add_argument("--rule", default="representative", help="how claims resolve")
    command.set_defaults(run=_map)


def _map(words: Words) -> None:
    from syriaconflict.explore import explore

    made = explore(
        rule=words.rule, campaign=words.campaign, start=words.start, end=words.end
    )
    path = made.save(words.out)
    size = path.stat().st_size / 1e6
    sys.stdout.write(f"{path}: {size:.1f} MB; open it in a browser, offline too\n")
