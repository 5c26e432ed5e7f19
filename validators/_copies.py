"""Broken copies of the tables: a validator must refuse each of them."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

TABLES = Path(__file__).parents[1] / "datasets" / "tables"
Break = Callable[[Path], None]


def asked(tool: str, wanted: str) -> None:
    """Stop unless a tool has the version that was asked for."""
    if version(tool) != wanted:
        sys.exit(f"{tool} is {version(tool)}, wanted {wanted}: remove .nox, run again")


def broken(breaks: Mapping[str, Break]) -> Iterator[tuple[str, Path]]:
    """Yield a broken copy of the tables for each way to break them."""
    for name, damage in breaks.items():
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "tables"
            shutil.copytree(TABLES, copy)
            damage(copy)
            yield name, copy


def finish(tool: str, faults: list[str], accepted: list[str]) -> None:
    """Say how it went; stop if the tables were refused or a broken copy was not."""
    for fault in faults:
        print(f"{tool}: {fault}")
    for name in accepted:
        print(f"{tool}: takes a copy with {name}, so it proves nothing")
    if faults or accepted:
        sys.exit(1)
    print(f"{tool} {version(tool)}: the tables pass, every broken copy is refused")
