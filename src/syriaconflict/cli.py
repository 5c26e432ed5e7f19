"""The command ``syriaconflict``: parses words and calls public functions."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from syriaconflict import _paths
from syriaconflict._citation_cli import add_cite
from syriaconflict._convert_cli import add_convert
from syriaconflict._export_cli import add_export
from syriaconflict._linking_cli import add_linking
from syriaconflict._map_cli import add_map
from syriaconflict._release_cli import add_release
from syriaconflict._reliability_cli import add_reliability

BUILD_MODULES = ("pandera", "yaml")  # what only the extra `build` brings
Words = argparse.Namespace
Add = Callable[..., argparse.ArgumentParser]


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return its exit status.

    Parameters
    ----------
    argv : list of str, optional
        The words after ``syriaconflict``; those of the process by default.

    Returns
    -------
    int
        0 if all went well, 1 if something was found wrong, 2 for wrong words.
    """
    words = _parser().parse_args(argv)
    try:
        return words.run(words) or 0
    except (ValueError, LookupError, OSError, ImportError) as error:
        message = error.args[0] if isinstance(error, KeyError) else error
        if isinstance(error, ModuleNotFoundError) and error.name in BUILD_MODULES:
            message = f"{error}; pip install 'syriaconflict[build]'"
        sys.stderr.write(f"syriaconflict {words.command}: {message}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="syriaconflict",
        description="Documents, claims and events on the fronts of the Syrian war.",
    )
    add = parser.add_subparsers(dest="command", required=True).add_parser
    for add_command in (
        _add_report,
        _add_tables,
        _add_evidence,
        add_cite,
        add_release,
        _add_notebooks,
        _add_anchor,
        _add_coding,
        _add_validate,
        _add_build,
        add_reliability,
        add_map,
        add_export,
        add_convert,
    ):
        add_command(add)
    return parser


def _say(line: object) -> None:
    sys.stdout.write(f"{line}\n")


def _add_report(add: Add) -> None:
    command = add("report", help="run the notebooks and write one HTML report")
    command.add_argument("--out", type=Path, default=Path("report"), metavar="DIR")
    command.add_argument("--quiet", action="store_true", help="no progress bar")
    command.set_defaults(run=_report)


def _report(words: Words) -> None:
    from syriaconflict.report import write_report

    page = write_report(words.out, progress=not words.quiet)
    _say(f"{page}: open it in a browser; figures/ and tables/ lie beside it")


def _add_tables(add: Add) -> None:
    command = add("tables", help="list the dataset's tables")
    command.set_defaults(run=_tables)


def _tables(words: Words) -> None:  # noqa: ARG001
    from syriaconflict.load import tables

    _say(tables().to_string())


def _add_evidence(add: Add) -> None:
    command = add("evidence", help="show the claims behind an event")
    command.add_argument("event_id")
    command.add_argument("--texts", type=Path, metavar="DIR", help="your copies")
    command.set_defaults(run=_evidence)


def _evidence(words: Words) -> None:
    from syriaconflict.provenance import evidence

    for claim in evidence(words.event_id, words.texts).to_dict("records"):
        _say(_claim_lines(claim))


def _claim_lines(claim: dict) -> str:
    """Return one claim as the lines that a reader wants to see."""
    who = claim["claimant_kind"]
    if isinstance(claim["claimant"], str):
        who = f"{claim['claimant']} ({who})"
    start, size = claim["quote_start"], claim["quote_tokens"]
    lines = [
        f"{claim['claim_id']}: {claim['summary']}",
        f"  {claim['event_type']}, {claim['modality']}; "
        f"{who} {claim['stance']} it, {claim['certainty']}",
        f"  {claim['publisher']}, {claim['title']}, {claim['published']:%Y-%m-%d}",
        f"  tokens {start} to {start + size - 1}, sha256 {claim['quote_sha256'][:16]}",
    ]
    if isinstance(claim["url"], str):
        lines.insert(3, f"  {claim['url']}")
    if "passage" in claim:
        passage, note = claim["passage"], claim["passage_note"]
        found = isinstance(passage, str)
        lines.append(f"  {note}: {passage}" if found else f"  passage: {note}")
    return "\n".join(lines)


def _add_notebooks(add: Add) -> None:
    command = add("notebooks", help="copy the notebooks to a folder of yours")
    command.add_argument("folder", type=Path)
    command.set_defaults(run=_notebooks)


def _notebooks(words: Words) -> None:
    from syriaconflict.report import copy_notebooks

    for path in copy_notebooks(words.folder):
        _say(path)


def _add_anchor(add: Add) -> None:
    command = add("anchor", help="compute the quote anchor of a passage")
    command.add_argument("textfile", type=Path)
    command.add_argument("first", help="first words of the passage")
    command.add_argument("last", nargs="?", help="last words of the passage")
    command.set_defaults(run=_anchor)


def _anchor(words: Words) -> None:
    from syriaconflict.anchors import anchor

    text = words.textfile.read_text(encoding="utf-8")
    mark = anchor(text, words.first, words.last)
    more = f", matches: {mark.matches}" if mark.matches > 1 else ""
    place = f"start: {mark.start}, tokens: {mark.tokens}, sha256: {mark.sha256}"
    _say(f"    quote: {{{place}{more}}}")


def _add_coding(add: Add) -> None:
    command = add("coding", help="start a document's file, or close its ledger")
    parts = command.add_subparsers(dest="part", required=True).add_parser
    new = parts("new", help="print the beginning of a document's file")
    new.add_argument("textfile", type=Path)
    new.add_argument("--id", default="yyyy-mm-dd-publisher-word", dest="document_id")
    new.set_defaults(run=_coding_new)
    again = parts("reprint", help="begin a reprint's file with its original's claims")
    again.add_argument("original", type=Path, help="YAML file of the original")
    again.add_argument("textfile", type=Path, help="text of the reprint")
    again.add_argument("--id", default="yyyy-mm-dd-publisher-word", dest="document_id")
    again.set_defaults(run=_coding_reprint)
    ledger = parts("ledger", help="list sentences neither claimed nor uncoded")
    ledger.add_argument("file", type=Path, nargs="*", help="documents' YAML files")
    ledger.add_argument("--texts", type=Path, required=True, metavar="DIR")
    ledger.set_defaults(run=_coding_ledger)
    add_linking(parts)


def _coding_new(words: Words) -> None:
    from syriaconflict.ledger import known_names, start_document

    text = words.textfile.read_text(encoding="utf-8")
    _say(start_document(text, words.document_id, known_names(text, _paths.sources())))


def _coding_reprint(words: Words) -> None:
    from syriaconflict.reprints import reprint

    original = words.original.read_text(encoding="utf-8")
    text = words.textfile.read_text(encoding="utf-8")
    _say(reprint(original, words.original.stem, text, words.document_id))


def _coding_ledger(words: Words) -> int:
    from syriaconflict.coding import read_document
    from syriaconflict.ledger import check_anchors, find_text

    status = 0
    for path in words.file or sorted((_paths.sources() / "documents").glob("*.yaml")):
        reader = read_document(path, path.name)
        found = list(reader.findings)
        if "documents" in reader.rows:
            sha256 = reader.rows["documents"][0].cells.get("text_sha256")
            text = find_text(words.texts, str(sha256))
            if text is None:
                _say(f"{path.name}: its text is not in {words.texts}")
                status = 1
                continue
            found += check_anchors(reader, text)
        for finding in sorted(found):
            _say(finding)
        claims, passages = (len(reader.rows.get(t, [])) for t in ("claims", "uncoded"))
        state = f"{len(found)} findings" if found else "ledger closed"
        _say(f"{path.name}: {claims} claims, {passages} uncoded passages, {state}")
        status = 1 if found else status
    return status


def _add_validate(add: Add) -> None:
    command = add("validate", help="check the sources, every fault at once")
    command.add_argument("--sources", type=Path, metavar="DIR")
    command.add_argument("--texts", type=Path, metavar="DIR", help="check anchors too")
    command.set_defaults(run=_validate)


def _validate(words: Words) -> int:
    from syriaconflict.validate import read_sources

    sources = read_sources(words.sources or _paths.sources(), words.texts)
    for finding in sources.findings:
        _say(finding)
    for document_id in sources.unchecked:
        _say(f"{document_id}: its text is not in {words.texts}, anchors not checked")
    rows = ", ".join(f"{len(f)} {name}" for name, f in sources.frames.items() if len(f))
    _say(f"{len(sources.findings)} findings in {rows}")
    return 1 if sources.findings else 0


def _add_build(add: Add) -> None:
    command = add("build", help="build the tables from the sources")
    command.add_argument("--sources", type=Path, metavar="DIR")
    command.add_argument("--texts", type=Path, metavar="DIR", help="check anchors too")
    command.add_argument("--root", type=Path, metavar="DIR", help="where to build")
    command.set_defaults(run=_build)


def _build(words: Words) -> int:
    from syriaconflict.build import SourcesError, build

    sources = words.sources or _paths.sources()
    root = words.root or sources.parents[1]
    try:
        rows = build(root, sources, words.texts)
    except SourcesError as error:
        for finding in error.findings:
            _say(finding)
        _say(f"{len(error.findings)} findings; the tables are as they were")
        return 1
    for name, count in rows.items():
        _say(f"{name:18} {count:6}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
