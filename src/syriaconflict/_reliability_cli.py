"""The command ``syriaconflict reliability``: parses words and calls functions."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from syriaconflict import _paths

Words = argparse.Namespace


def add_reliability(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command ``reliability`` and its parts."""
    command = add("reliability", help="double coding: draw, keep, measure agreement")
    parts = command.add_subparsers(dest="part").add_parser
    draw = parts("draw", help="draw the documents of a round")
    draw.add_argument("--n", type=int, required=True, help="documents to draw")
    draw.add_argument("--seed", type=int, required=True)
    draw.add_argument("--guide", metavar="VERSION", help="of this guide only")
    draw.add_argument("--texts", type=Path, nargs="+", metavar="DIR",
                      help="excerpts only whose text is in one of these")  # fmt: skip
    draw.set_defaults(run=_reliability_draw)
    keep = parts("keep", help="copy the first coding before it is compared")
    keep.add_argument("--texts", type=Path, nargs="+", default=[], metavar="DIR")
    keep.set_defaults(run=_reliability_keep)
    command.set_defaults(run=_reliability)
    command.add_argument("--round", type=int, default=1, help="1 unless told")
    command.add_argument("--sources", type=Path, metavar="DIR")
    for part in (draw, keep):  # the words may stand before or after the part's name
        part.add_argument("--round", type=int, default=argparse.SUPPRESS)
        part.add_argument("--sources", type=Path, default=argparse.SUPPRESS)


def _round_folder(words: Words) -> tuple[Path, Path]:
    if words.round < 1:
        msg = f"--round is {words.round}, wanted 1, 2, ..."
        raise ValueError(msg)
    sources = words.sources or _paths.sources()
    return sources.parent / "reliability" / str(words.round), sources


def _reliability_draw(words: Words) -> None:
    from syriaconflict.load import published
    from syriaconflict.reliability import document_strata, draw_round, eligible

    folder, _ = _round_folder(words)
    tables = published()
    documents = document_strata(tables)
    chosen = eligible(tables["documents"], guide=words.guide, texts=words.texts)
    documents = documents[documents["document_id"].isin(chosen)]
    path = draw_round(folder, documents, words.n, words.seed)
    _say(f"{path}: {words.n} documents, seed {words.seed}; commit it before coding")


def _reliability_keep(words: Words) -> None:
    from syriaconflict.reliability import keep_first

    folder, sources = _round_folder(words)
    now, before = keep_first(folder, sources, words.texts)
    _say(f"{folder / 'first'}: {len(now)} documents copied, {len(before)} kept before")


def _reliability(words: Words) -> None:
    from syriaconflict.agreement import CAVEAT
    from syriaconflict.reliability import compare

    folder, sources = _round_folder(words)
    table, missing = compare(folder, sources)
    _say(table.round(2).to_string(index=False, na_rep="-"))
    for line in missing:
        _say(f"missing: {line}")
    _say(f"{folder / 'agreement.csv'}: {CAVEAT}")


def _say(line: object) -> None:
    sys.stdout.write(f"{line}\n")
