"""Targets: the catalog, the installed tables, records of downloads, and the map."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from unittest import mock

from fuzz import seeds
from fuzz.judging import Broken
from fuzz.mutations import ODD, damaged, odd_tree
from fuzz.target import Target, into

_TABLES = ("publishers", "places", "events")


def targets(stage: Path) -> Iterator[Target]:
    """Yield the targets of what is installed, downloaded or drawn."""
    import yaml

    import syriaconflict as sc
    from syriaconflict import _paths, remote

    checkout = seeds.make_checkout(stage / "installed")
    root = checkout.root
    catalog = (root / "catalog.yaml").read_bytes()
    tree = yaml.load(catalog.decode(), yaml.BaseLoader)
    folder_of = "datasets/tables"
    tables = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted((root / folder_of).glob("*.*"))
        if path.stem in (*_TABLES, "manifest")
    }

    def installed_in(folder: Path) -> object:
        return mock.patch.object(_paths, "root", return_value=folder)

    def put_tables(folder: Path) -> None:
        (folder / folder_of).mkdir(parents=True, exist_ok=True)
        for name, content in tables.items():
            (folder / name).write_bytes(content)
        (folder / "catalog.yaml").write_bytes(catalog)

    def make_catalog(rng: Random) -> bytes:
        if rng.random() < 0.5:
            return json.dumps(odd_tree(rng, tree)).encode(errors="replace")
        return damaged(rng, catalog)

    def put_catalog(content: bytes, folder: Path) -> None:
        if not (folder / folder_of).is_dir():
            put_tables(folder)
        (folder / "catalog.yaml").write_bytes(content)

    def run_catalog(folder: Path) -> None:
        with installed_in(folder):
            opened = sc.catalog()
            if "publishers" in list(opened):
                opened["publishers"].read()

    def make_table(rng: Random) -> bytes:
        name = rng.choice(sorted(tables))
        return name.encode() + b"\n" + damaged(rng, tables[name])

    def put_table(content: bytes, folder: Path) -> None:
        put_tables(folder)
        name, _, inside = content.partition(b"\n")
        if name.decode("utf-8", "replace") in tables:
            (folder / name.decode()).write_bytes(inside)

    def run_table(folder: Path) -> None:
        with installed_in(folder):
            for name in _TABLES:
                sc.load(name)
            sc.verify()

    def make_record(rng: Random) -> bytes:
        record = {"ged251-csv.zip": "0" * 64, "other.csv": "f" * 64}
        content = json.dumps(odd_tree(rng, record)).encode(errors="replace")
        content = content if rng.random() < 0.6 else damaged(rng, content)
        words = [rng.choice(("ucdp-ged", "viina-events", "gdelt", *ODD)),
                 rng.choice(("25.1", "2022", "20241130121500", *ODD))]  # fmt: skip
        return json.dumps(words).encode() + b"\n" + content

    def put_record(content: bytes, folder: Path) -> None:
        words, _, record = content.partition(b"\n")
        (folder / "words.json").write_bytes(words)
        (folder / "ged251-csv.zip").write_bytes(b"invented")
        for name in (remote.HASHES, remote.UNCHECKED):
            (folder / name).write_bytes(record)

    def run_record(folder: Path) -> None:
        name, version = json.loads((folder / "words.json").read_text())
        wanted: list[BaseException] = []
        for call in (
            lambda: remote.unchecked(folder),
            lambda: remote.fetch("ucdp-ged", "25.1", folder=folder),
            lambda: remote.address(name, version),
        ):
            try:
                call()
            except Exception as error:  # the next is tried all the same
                wanted.append(error)
        from fuzz.judging import fault

        for error in sorted(wanted, key=lambda e: not fault(e)):
            raise error

    yield Target("catalog", 15, make_catalog, put_catalog, run_catalog)
    yield Target("tables", 1, make_table, put_table, run_table)
    yield Target("remote", 30, make_record, put_record, run_record, may_write=True)
    yield from _pages()


class _Elements(HTMLParser):
    """Counts elements, and keeps what stands in the page's data."""

    def __init__(self) -> None:
        super().__init__()
        self.started: list[str] = []
        self.data: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.started.append(tag)
        self.inside = ("id", "data") in attrs

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.data.append(data)


def _pages() -> Iterator[Target]:
    """Yield the targets of the map: its data alone, and the whole page."""
    from syriaconflict import _explore_page as drawn
    from syriaconflict.explore import Page

    event = {"title": "Tell Amber falls", "summary": "A </script> in it",
             "place": {"name": "Tell Amber", "name_ar": "تل"}, "n": 3}  # fmt: skip
    data = {"release": "0.1.0", "events": [event, event], "words": {"a": "b"}}

    def make(rng: Random) -> bytes:
        odd = odd_tree(rng, data)
        where = odd if isinstance(odd, dict) else {}
        where["more"] = rng.choice(ODD) + rng.choice(ODD) + rng.choice(ODD)
        return json.dumps(where).encode()

    def run_data(folder: Path) -> None:
        odd = json.loads((folder / "data.json").read_text())
        _check(f'<script id="data">{drawn._as_json(odd)}</script>', odd, 1)

    def run_page(folder: Path) -> None:
        odd = json.loads((folder / "data.json").read_text())
        html = drawn.page(odd)
        _check(html, odd, 4)
        framed = _Elements()
        framed.feed(Page("</iframe>" + json.dumps(odd))._repr_html_())
        if framed.started != ["iframe"]:
            msg = f"the frame holds {framed.started}"
            raise Broken(msg)

    yield Target("page-data", 170, make, into("data.json"), run_data)
    yield Target("page", 0.5, make, into("data.json"), run_page)


def _check(html: str, odd: object, scripts: int) -> None:
    """Hold a page to so many scripts, and to the data that went in."""
    found = _Elements()
    found.feed(html)
    if found.started.count("script") != scripts:
        msg = f"{found.started.count('script')} scripts, wanted {scripts}"
        raise Broken(msg)
    if json.loads("".join(found.data)) != odd:
        msg = "the data in the page are not those that went in"
        raise Broken(msg)
