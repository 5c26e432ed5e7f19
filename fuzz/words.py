"""Targets: odd texts for anchors and names, and the words of the command line."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

from fuzz import seeds
from fuzz.judging import Broken
from fuzz.mutations import ODD, damaged
from fuzz.target import Target, into

_PIECES = ("Tell Amber", "fell.", "at dawn,", "حماة", "ʿIzza’s", "\n", "  ", "…", "1st",
           "İstanbul", "ﬁre", "e\u0301", "\u200f", "؟", "the town", "held")  # fmt: skip


def targets(stage: Path) -> Iterator[Target]:
    """Yield the targets that read texts and words."""
    from syriaconflict import anchors, names

    invented = seeds.conftest()

    def make_text(rng: Random) -> bytes:
        text = rng.choice((invented.TEXT, invented.TEXT * 3, ""))
        text += " ".join(rng.choices((*_PIECES, *ODD), k=rng.randrange(20)))
        words = text.split() or [""]
        first, last = (
            " ".join(words[at : at + rng.randrange(5)])
            for at in (rng.randrange(len(words)), rng.randrange(len(words)))
        )
        told = {"text": text, "first": first, "last": rng.choice((last, None))}
        told["start"] = rng.choice((0, 1, 5, -1, 10**9))
        told["tokens"] = rng.choice((4, 10, 0, -1, -(10**9), 10**9))
        if rng.random() < 0.3:
            told[rng.choice(("text", "first"))] = rng.choice(ODD)
        return json.dumps(told).encode()

    def run_anchor(folder: Path) -> None:
        told = _strings(folder / "text.json")
        text = told["text"]
        pieces = list(anchors.sentences(text))
        if sum(size for _, size, _ in pieces) != len(anchors.normalise(text)):
            msg = "the sentences' tokens are not the text's"
            raise Broken(msg)
        mark = anchors.anchor(text, told["first"], told["last"])
        if mark.start not in anchors.locate(text, mark.tokens, mark.sha256):
            msg = "an anchor is not found in its own text"
            raise Broken(msg)

    def run_locate(folder: Path) -> None:
        told = _strings(folder / "text.json")
        anchors.excerpt(told["text"], told["start"], told["tokens"])
        anchors.locate(told["text"], told["tokens"], told["first"])

    def make_name(rng: Random) -> bytes:
        words = rng.choices((*_PIECES, *ODD), k=rng.randrange(1, 4))
        return json.dumps({"text": " ".join(words)}).encode()

    def run_fold(folder: Path) -> None:
        names.fold(_strings(folder / "text.json")["text"])

    def run_find(folder: Path) -> None:
        import syriaconflict as sc

        text = _strings(folder / "text.json")["text"]
        sc.find_place(text)
        sc.find_actor(text)
        sc.place_id(text)

    text_file = into("text.json")
    yield Target("anchor", 120, make_text, text_file, run_anchor)
    yield Target("locate", 70, make_text, text_file, run_locate)
    yield Target("fold", 220, make_name, text_file, run_fold)
    yield Target("find", 1, make_name, text_file, run_find)
    yield _command_line(stage)


def _strings(path: Path) -> dict:
    """Return the words of an input."""
    return json.loads(path.read_text())


_COMMANDS = (
    ["anchor", "text.txt", "WORD", "WORD"], ["anchor", "PATH", "WORD"],
    ["coding", "new", "text.txt", "--id", "WORD"], ["coding", "new", "PATH"],
    ["coding", "reprint", "document.yaml", "text.txt", "--id", "WORD"],
    ["coding", "reprint", "PATH", "PATH"],
    ["coding", "ledger", "PATH", "--texts", "PATH"],
    ["coding", "ledger", "document.yaml", "--texts", "."],
    ["coding", "link", "WORD", "WORD", "--sources", "PATH"],
    ["validate", "--sources", "PATH", "--texts", "PATH"], ["tables"],
    ["evidence", "WORD", "--texts", "PATH"], ["cite", "WORD", "--format", "WORD"],
    ["diff", "WORD", "WORD", "--table", "WORD", "--source", "PATH"],
    ["verify", "--version", "WORD", "--source", "PATH"], ["verify", "--source", "WORD"],
    ["map", "--campaign", "WORD"], ["map", "--start", "WORD"],
    ["map", "--rule", "WORD", "--out", "PATH"], ["notebooks", "PATH"],
    ["build", "--sources", "PATH", "--root", "."], ["reliability", "PATH"],
    ["export", "WORD", "PATH"],
    ["convert", "WORD", "odd.bin", "out.csv"], ["convert", "acled", "PATH", "PATH"],
    ["release", "WORD", "--root", "PATH", "--date", "WORD"], ["WORD", "WORD"], [],
)  # fmt: skip
_FILES = ("text.txt", "document.yaml", "odd.bin", "absent", "folder", "empty", ".")


def _command_line(stage: Path) -> Target:  # noqa: ARG001
    from syriaconflict.cli import main

    invented = seeds.conftest()

    def make(rng: Random) -> bytes:
        command = list(rng.choice(_COMMANDS))
        kinds = {"WORD": lambda: rng.choice((*ODD, "capture", "took the town", "of")),
                 "PATH": lambda: rng.choice((*_FILES, *_FILES, ""))}  # fmt: skip
        argv = [kinds[w]() if w in kinds else w for w in command]
        if rng.random() < 0.1:
            argv.insert(rng.randrange(len(argv) + 1), rng.choice(ODD))
        odd = damaged(rng, rng.choice((invented.DOCUMENT_YAML, invented.TEXT)).encode())
        # what a shell hands over holds no NUL, and odd bytes as lone surrogates
        argv = [a.replace("\x00", "\udcff")[:1000] for a in argv]
        argv = [a if not _leads_out(a) else a.replace("/", "-") for a in argv]
        return json.dumps({"argv": argv, "odd": odd.decode("latin-1")}).encode()

    def put(content: bytes, folder: Path) -> None:
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        told = json.loads(content)
        (folder / "odd.bin").write_bytes(told["odd"].encode("latin-1"))
        (folder / "text.txt").write_text(invented.TEXT)
        (folder / "document.yaml").write_text(invented.DOCUMENT_YAML)
        (folder / "empty").write_text("")
        (folder / "folder").mkdir()
        (folder / "argv.json").write_text(json.dumps(told["argv"]))

    def run(folder: Path) -> None:
        argv = json.loads((folder / "argv.json").read_text())
        before = Path.cwd()
        said = io.StringIO(), io.StringIO()
        os.chdir(folder)
        try:
            with (contextlib.redirect_stdout(said[0]),
                  contextlib.redirect_stderr(said[1])):  # fmt: skip
                status = main(argv)
        except SystemExit as end:
            status = end.code
        finally:
            os.chdir(before)
        told = "".join(out.getvalue() for out in said)
        if status not in (0, 1, 2) or len(told) < 20:
            msg = f"ends with {status!r} and says {told!r:.100}"
            raise Broken(msg)
        if status == 1 and "Traceback" in told:
            msg = "shows a traceback"
            raise Broken(msg)

    return Target("command-line", 2, make, put, run, may_write=True)


def _leads_out(word: str) -> bool:
    """Say whether a user told to write elsewhere: that is no fault of the package."""
    return word.startswith(("/", "~")) or ".." in word or "://" in word
