"""The tables built anew from the sources, aside, for a release to be sealed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from syriaconflict._cells import Cells
from syriaconflict.archives import MANIFEST, TABLES, open_folder
from syriaconflict.changes import compare

_BOOKKEEPING = ("first_release", "last_changed")


@dataclass(frozen=True)
class Made:
    """Tables built from the sources in a folder aside, as files and as cells."""

    work: Path
    frames: dict[str, pd.DataFrame]
    files: dict[str, bytes]
    cells: Cells
    anchors: pd.DataFrame

    @classmethod
    def of(cls, root: Path, work: Path, texts: Sequence[Path]) -> Made:
        """Check the sources and build the tables."""
        from syriaconflict.build import SourcesError
        from syriaconflict.validate import read_sources

        read = read_sources(root / "datasets" / "sources", texts)
        if read.findings:
            raise SourcesError(read.findings)
        anchors = _anchors(read.frames, read.unchecked if texts else None)
        return cls(work, read.frames, *_written(work / "first", read.frames), anchors)

    @property
    def rows(self) -> dict[str, int]:
        """Rows by table."""
        manifest = json.loads(self.files[MANIFEST])
        return {name: entry["rows"] for name, entry in manifest["tables"].items()}

    def with_releases(self, version: str, before: Cells | None) -> Made:
        """Return the tables with the releases in which events stood and changed."""
        now = self.cells.rows("events", ["event_id"])
        was = before.rows("events", ["event_id"]) if before is not None else {}
        changed = _changed(before, self.cells)
        rows = []
        for (event_id,) in sorted(now):
            first = was[event_id,]["first_release"] if (event_id,) in was else version
            same = (event_id,) in was and event_id not in changed
            last = was[event_id,]["last_changed"] if same else version
            rows.append((event_id, first, last))
        columns = ["event_id", *_BOOKKEEPING]
        frames = {
            **self.frames,
            "releases": pd.DataFrame(rows, columns=columns, dtype="str"),
        }
        written = _written(self.work / "second", frames)
        return Made(self.work, frames, *written, self.anchors)

    def releases_csv(self) -> bytes:
        """Return the source that keeps in which releases events stood and changed."""
        frame, out = self.frames["releases"], io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerows([list(frame.columns), *frame.itertuples(index=False)])
        return out.getvalue().encode("utf-8")


def _written(
    work: Path, frames: dict[str, pd.DataFrame]
) -> tuple[dict[str, bytes], Cells]:
    """Return the built files by their place, and the tables' cells."""
    from syriaconflict.build import catalog_text, write_tables
    from syriaconflict.derive import build_tables

    write_tables(build_tables(frames), work / TABLES)
    catalog = work / "catalog.yaml"
    catalog.write_text(catalog_text(), encoding="utf-8", newline="\n")
    paths = [*sorted((work / TABLES).iterdir()), catalog]
    files = {path.relative_to(work).as_posix(): path.read_bytes() for path in paths}
    return files, Cells.of(open_folder(work, None))


def _changed(before: Cells | None, after: Cells) -> set[str]:
    """Return the events of which a value or an actor changed."""
    if before is None:
        return set()
    changes = compare(before, after)
    values = (changes["table"] == "events") & (changes["change"] == "cell_changed")
    values &= ~changes["column"].isin(_BOOKKEEPING)
    parts = changes.loc[changes["table"] == "event_actors", "key"].dropna()
    lists = parts[parts.str.startswith("[")]
    return {*changes.loc[values, "key"], *(json.loads(key)[0] for key in lists)}


def _anchors(
    frames: dict[str, pd.DataFrame], unchecked: list[str] | None
) -> pd.DataFrame:
    """Count the anchors by table: checked, and not, for the text was not at hand."""
    counts = {}
    for name in ("claims", "uncoded"):
        documents = frames[name]["document_id"]
        absent = documents.notna()
        if unchecked is not None:
            absent = documents.isin(unchecked)
        n = int(absent.sum())
        counts[name] = {"checked": len(documents) - n, "not_checked": n}
    return pd.DataFrame.from_dict(counts, orient="index").rename_axis("table")
