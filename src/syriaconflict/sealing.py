"""Sealing a release: every check, the archive, the index, in one step or not at all."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from syriaconflict import _journal
from syriaconflict import _sealing_checks as checks
from syriaconflict._cells import Cells
from syriaconflict._locks import locked
from syriaconflict._rebuilding import Made
from syriaconflict.archives import MANIFEST, open_archive, stem
from syriaconflict.bumps import least, parse
from syriaconflict.changes import compare, needed
from syriaconflict.editions import index
from syriaconflict.packing import archive_files, pack, readme
from syriaconflict.release_notes import changelog_of, notes, sealed_changelog

RELEASES = "datasets/releases"
_STEP = f"{RELEASES}/.sealing"


@dataclass(frozen=True)
class Sealed:
    """What sealing found and made.

    ``changes`` are those since the release ``before`` (none: it is the first),
    ``anchors`` the numbers of anchors by table, checked or not, ``is_new`` whether the
    release was not sealed already.
    """

    entry: dict
    before: str | None
    changes: pd.DataFrame | None
    demands: str
    anchors: pd.DataFrame
    rows: dict[str, int]
    is_new: bool


def seal(
    root: Path,
    version: str,
    texts: Sequence[Path] = (),
    *,
    date: str | None = None,
    check: bool = False,
) -> Sealed:
    """Check everything that a release needs, and seal it.

    Parameters
    ----------
    root : Path
        The checkout.
    version : str
        Number of the release, which must be the one that is installed.
    texts : sequence of Path
        Folders with texts of the documents, to check the anchors against.
    date : str, optional
        Day of sealing; today by default, or that of the index if it is sealed already.
    check : bool, default False
        Whether to write nothing.

    Returns
    -------
    Sealed
        What was found and made.

    Raises
    ------
    ValueError
        If anything is not as a release must be: says what, and how to mend it.
        Nothing is changed then.
    """
    if check:
        if (root / _STEP).exists():
            msg = f"{root / _STEP}: sealing was cut off; `syriaconflict release` again "
            raise ValueError(msg + "without --check finishes it")
        return _seal(root, version, texts, date, check=True)
    with locked(root / RELEASES / ".lock"):
        finish(root)
        return _seal(root, version, texts, date, check=False)


def finish(root: Path) -> bool:
    """Carry out a sealing that was cut off after its step was taken; say if one was."""
    return _journal.carry_out(root / _STEP, root)


def _seal(
    root: Path, version: str, texts: Sequence[Path], date: str | None, *, check: bool
) -> Sealed:
    checks.check_number(root, version)
    checks.check_tools(root)
    entries = index(root / RELEASES)
    checks.check_order(version, entries)
    own = next((e for e in entries if e["version"] == version), None)
    date = checks.day(date or (own["date"] if own else None))
    earlier = [e for e in entries if parse(e["version"]) < parse(version)]
    before, last = None, None
    if earlier:
        last = earlier[-1]["version"]
        sealed = root / RELEASES / earlier[-1]["file"]
        before = Cells.of(open_archive(sealed, earlier[-1]))
    with tempfile.TemporaryDirectory() as work:
        made = Made.of(root, Path(work), texts)
        checks.check_committed(root, made.files)
        made = made.with_releases(version, before)
    checks.check_withdrawn(version, before, made.cells)
    changes = None if before is None else compare(before, made.cells)
    if changes is not None:
        checks.check_step(last, version, changes)
    place = _pages(root, version, date, notes(changes, made.rows)) | made.files
    content = _archive(root, version, date, place, made.rows)
    entry = {
        "version": version,
        "date": date,
        "file": f"{stem(version)}.zip",
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "manifest_sha256": _sha256(made.files[MANIFEST]),
        "address": own["address"] if own else None,
    }
    if own and own != entry:
        msg = (
            f"release {version} is sealed with the SHA-256 {own['sha256']}, this "
            f"checkout gives {entry['sha256']}: a sealed release never changes. Take "
            f"the next number, at least {least(entries[-1]['version'], 'patch')}"
        )
        raise ValueError(msg)
    if not check and own is None:
        listed = {"releases": [*entries, entry]}
        place |= {
            "datasets/sources/releases.csv": made.releases_csv(),
            f"{RELEASES}/{entry['file']}": content,
            f"{RELEASES}/index.json": (json.dumps(listed, indent=2) + "\n").encode(),
        }  # the index last: a release stands in it once all else is there
        _journal.prepare(root / _STEP, place)
        finish(root)
    demands = "none" if changes is None else needed(changes)
    return Sealed(entry, last, changes, demands, made.anchors, made.rows, own is None)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _pages(root: Path, version: str, date: str, told: str) -> dict[str, bytes]:
    """Return the pages that tell of the release, as they are once it is sealed."""
    log = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    citation = (root / "CITATION.cff").read_text(encoding="utf-8")
    pages = {
        "CHANGELOG.md": sealed_changelog(log, version, date, told),
        "CITATION.cff": checks.dated_citation(citation, date),
    }
    return {name: text.encode("utf-8") for name, text in pages.items()}


def _archive(
    root: Path, version: str, date: str, place: dict[str, bytes], rows: dict[str, int]
) -> bytes:
    log = changelog_of(place["CHANGELOG.md"].decode("utf-8"), version)
    pages = {"CHANGELOG.md": log, "README.md": readme(version, date, rows)}
    files = place | {name: text.encode("utf-8") for name, text in pages.items()}
    return pack(version, archive_files(root, files))
