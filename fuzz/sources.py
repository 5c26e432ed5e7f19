"""Targets: the hand-coded sources, one file at a time and all together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import yaml

from fuzz import seeds
from fuzz.judging import Broken
from fuzz.mutations import ODD, damaged, odd_cells, odd_tree
from fuzz.target import Target, into

_MARK = b"\n==\n"  # between the name of a file and what it holds


def targets(stage: Path) -> Iterator[Target]:
    """Yield the targets of the sources."""
    from syriaconflict import schema
    from syriaconflict.coding import read_document
    from syriaconflict.ledger import check_anchors
    from syriaconflict.sources import frame, read_csv, read_fronts
    from syriaconflict.validate import read_sources

    invented = seeds.conftest()
    made = seeds.make_sources(stage / "seed")
    files = {
        path.relative_to(made.folder).as_posix(): path.read_bytes()
        for path in sorted(made.folder.rglob("*.*"))
        if path.is_file()
    }
    document = files[invented.DOCUMENT]
    short = document.split(b"  - n: 2")[0]
    tree = yaml.load(document.decode(), yaml.BaseLoader)
    tables = {t.source: t for t in schema.TABLES.values() if t.source.endswith(".csv")}

    def make_yaml(rng: Random) -> bytes:
        if rng.random() < 0.3:
            return json.dumps(odd_tree(rng, tree), indent=rng.choice((None, 1))).encode(
                errors="replace"
            )
        if rng.random() < 0.1:
            return "\n".join(rng.choices(ODD, k=rng.randrange(1, 9))).encode()
        return damaged(rng, rng.choice((short, short, document)), document)

    def run_yaml(folder: Path) -> None:
        path = folder / Path(invented.DOCUMENT).name
        reader = read_document(path, "documents/it.yaml")
        for name, rows in reader.rows.items():
            frame(schema.TABLES[name], rows)
        if "documents" in reader.rows:
            list(check_anchors(reader, invented.TEXT))
        _told(reader.findings)

    def make_csv(rng: Random) -> bytes:
        name = rng.choice(sorted(tables))
        if rng.random() < 0.5:
            return name.encode() + _MARK + odd_cells(rng, files[name].decode())
        return name.encode() + _MARK + damaged(rng, files[name], document)

    def put_csv(content: bytes, folder: Path) -> None:
        name, _, inside = content.partition(_MARK)
        (folder / "name").write_bytes(name)
        (folder / "register.csv").write_bytes(inside)

    def run_csv(folder: Path) -> None:
        table = tables[(folder / "name").read_text()]
        rows, findings = read_csv(folder / "register.csv", table, table.source)
        _told([*findings, *frame(table, rows)[1]])

    def make_fronts(rng: Random) -> bytes:
        if rng.random() < 0.6:
            return json.dumps(odd_tree(rng, invented.FRONTS)).encode(errors="replace")
        return damaged(rng, files["fronts.geojson"])

    def run_fronts(folder: Path) -> None:
        rows, findings = read_fronts(folder / "fronts.geojson", "fronts.geojson")
        _told([*findings, *frame(schema.FRONTS, rows)[1]])

    def make_any(rng: Random) -> bytes:
        name = rng.choice([*sorted(files), *[invented.DOCUMENT] * 6])
        if name.endswith(".csv") and rng.random() < 0.7:
            return name.encode() + _MARK + odd_cells(rng, files[name].decode())
        if name.endswith(".yaml"):
            return name.encode() + _MARK + make_yaml(rng)
        return name.encode() + _MARK + damaged(rng, files[name])

    def put_any(content: bytes, folder: Path) -> None:
        (folder / "documents").mkdir(exist_ok=True)
        for name, whole in files.items():
            (folder / name).write_bytes(whole)
        name, _, inside = content.partition(_MARK)
        if name.decode("utf-8", "replace") in files:
            (folder / name.decode()).write_bytes(inside)

    def run_any(folder: Path) -> None:
        _told(read_sources(folder, made.texts).findings)

    yaml_file = into(Path(invented.DOCUMENT).name)
    yield Target("document-yaml", 30, make_yaml, yaml_file, run_yaml)
    yield Target("register-csv", 60, make_csv, put_csv, run_csv)
    yield Target("fronts-geojson", 40, make_fronts, into("fronts.geojson"), run_fronts)
    yield Target("sources", 1, make_any, put_any, run_any)


def _told(findings: list) -> None:
    """Every finding says where it is, and what was found and wanted."""
    for finding in findings:
        where = finding.file and finding.line >= 1 and finding.field
        if not where or len(finding.message) < 8:
            msg = f"a finding says too little: {finding}"
            raise Broken(msg)
