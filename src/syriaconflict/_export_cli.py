"""The command ``syriaconflict export``: parses words and calls `exports.export`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

_FORMATS = "sqlite, geopackage, geojson, csv, excel, ged, acled or timemap"
Words = argparse.Namespace


def add_export(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command ``export``."""
    command = add("export", help="write the dataset in a format of other tools")
    command.add_argument("format", help=_FORMATS)
    command.add_argument("out", type=Path, help="file or folder to write")
    command.add_argument("--tables", nargs="+", metavar="TABLE", help="these only")
    command.add_argument("--version", metavar="X.Y.Z", help="of a sealed release")
    command.add_argument("--rule", default="representative", help="how claims resolve")
    command.add_argument("--overwrite", action="store_true", help="an earlier export")
    command.set_defaults(run=_export)


def _export(words: Words) -> None:
    from syriaconflict.exports import export

    made = export(
        words.format,
        words.out,
        tables=words.tables,
        version=words.version,
        rule=words.rule,
        overwrite=words.overwrite,
    )
    sys.stdout.write(f"{made}\n{made.path}\n")
