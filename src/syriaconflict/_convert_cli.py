"""The command ``syriaconflict convert``: another source's file in our columns."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

Words = argparse.Namespace
SUFFIXES = (".parquet", ".csv")


def add_convert(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command ``convert``."""
    command = add("convert", help="write another source's file in our columns")
    command.add_argument("source", help="whose file it is, such as ucdp_ged")
    command.add_argument("file", type=Path)
    command.add_argument("out", type=Path, help="a .parquet or .csv file")
    command.add_argument("--overwrite", action="store_true")
    command.set_defaults(run=_convert)


def _convert(words: Words) -> None:
    from syriaconflict.adapters import READERS
    from syriaconflict.exports.staging import check_target, put_in_place, staging
    from syriaconflict.filters import codes

    (name,) = codes([words.source], READERS, "source")
    out = check_target(words.out, SUFFIXES, overwrite=words.overwrite)
    frame, account = READERS[name](words.file)
    with staging(out) as new:
        if out.suffix.lower() == ".parquet":
            frame.to_parquet(new, index=False)
        else:
            frame.to_csv(new, index=False, lineterminator="\n")
        put_in_place(new, out)
    sys.stdout.write(f"{account}\n{out}: {len(frame)} rows\n")
