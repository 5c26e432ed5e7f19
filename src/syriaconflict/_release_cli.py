"""The commands ``release``, ``diff`` and ``verify``: parse words, call functions."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from syriaconflict import _paths

Words = argparse.Namespace
_SHOWN = 50  # differences that are printed


def add_release(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands about releases."""
    command = add("release", help="check everything, and seal a release")
    command.add_argument("version", help="its number, such as 0.2.0")
    command.add_argument("--check", action="store_true", help="write nothing")
    more = {"type": Path, "action": "append", "default": [], "metavar": "DIR"}
    command.add_argument("--texts", help="check anchors too; repeatable", **more)
    command.add_argument("--date", help="day of sealing, today unless told")
    command.add_argument("--root", type=Path, metavar="DIR", help="the checkout")
    command.set_defaults(run=_release)
    command = add("diff", help="what changed from one release to another")
    command.add_argument("old", help="a release, or `installed`")
    command.add_argument("new", help="a release, or `installed`")
    command.add_argument("--table", help="only changes of this table")
    command.add_argument("--source", help="folder or address with the releases")
    command.add_argument("--out", type=Path, metavar="CSV", help="write them all")
    command.set_defaults(run=_diff)
    command = add("verify", help="check the tables of a release, byte by byte")
    command.add_argument("--version", default="installed", help="a sealed release")
    command.add_argument("--source", help="archive, folder or address to take it from")
    command.set_defaults(run=_verify)


def _release(words: Words) -> None:
    from syriaconflict.release_notes import told
    from syriaconflict.sealing import seal

    root = words.root or _paths.sources().parents[1]
    made = seal(root, words.version, words.texts, date=words.date, check=words.check)
    for table, found in made.anchors.iterrows():
        checked, not_checked = found["checked"], found["not_checked"]
        _say(f"anchors of {table}: {checked} checked, {not_checked} could not be "
             "(their text is not at hand)")  # fmt: skip
    if made.changes is None:
        _say("the first release: nothing to compare with")
    else:
        _say(f"since {made.before}: {len(made.changes)} differences, which demand "
             f"{made.demands}")  # fmt: skip
        for change in made.changes.head(_SHOWN).to_dict("records"):
            _say(f"  {told(change)}")
    entry = made.entry
    what = {(True, True): "would be sealed", (True, False): "sealed",
            (False, True): "is sealed already, with these bytes",
            (False, False): "is sealed already, with these bytes"}  # fmt: skip
    _say(f"{entry['version']} {what[made.is_new, words.check]}: {entry['file']}, "
         f"{entry['bytes']} bytes, SHA-256 {entry['sha256']}")  # fmt: skip
    if made.is_new and not words.check:
        _say("commit it; then put the next number with .dev0 into pyproject.toml")


def _diff(words: Words) -> None:
    from syriaconflict.changes import diff, needed, summary
    from syriaconflict.release_notes import told

    found = diff(words.old, words.new, words.table, source=words.source)
    if words.out is not None:
        found.to_csv(words.out, index=False)
    for change in found.head(_SHOWN).to_dict("records"):
        _say(told(change))
    if len(found) > _SHOWN:
        _say(f"... {len(found) - _SHOWN} more; all of them with --out FILE.csv")
    if len(found):
        _say(summary(found).to_string(index=False))
    _say(f"{len(found)} differences, which demand: {needed(found)}")


def _verify(words: Words) -> None:
    from syriaconflict.release import state, verify

    checked = verify(words.version, source=words.source)
    whole = f"{len(checked)} tables, {checked['rows'].sum()} rows"
    what = state() if words.version == "installed" else f"version {words.version}"
    _say(f"{what}: {whole}, all as released")


def _say(line: object) -> None:
    sys.stdout.write(f"{line}\n")
