"""The command ``python -m fuzz``: run from a checkout, with the extra ``test``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from fuzz.running import run


def main(argv: list[str] | None = None) -> int:
    """Run the fuzzer; return 1 if there are findings."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=200_000, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--target", action="append", default=[], help="only this one")
    parser.add_argument("--out", type=Path, default=Path("fuzz-findings"))
    parser.add_argument("--resume", action="store_true", help="go on with a run")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    told = parser.parse_args(argv)
    record = run(
        told.inputs, told.seed, told.out,
        only=told.target, resume=told.resume, progress=not told.quiet,
    )  # fmt: skip
    found = 0
    for name, of in record.told.items():
        found += len(of["findings"])
        line = f"{name:14} {of['done']:8,} inputs {of['seconds']:8.1f} s"
        sys.stdout.write(f"{line}  {len(of['findings'])} findings\n")
        for wrong, file in of["findings"].items():
            sys.stdout.write(f"    {wrong} ({told.out / file})\n")
    done = sum(of["done"] for of in record.told.values())
    seconds = sum(of["seconds"] for of in record.told.values())
    sys.stdout.write(f"{done:,} inputs, {seconds:,.0f} s, {found} findings\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
