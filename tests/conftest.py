"""Small hand-made tables and sources that any test may use.

The places, actors, outlets and happenings are invented; the coordinates lie in the
region so that checks of range hold.
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from syriaconflict import schema

DOCUMENT_ID = "2017-04-24-gazette-tell-amber"
DOCUMENT = f"documents/{DOCUMENT_ID}.yaml"
# Sentences and the tokens they come to, counted by hand: 5, 10, 12, 13, 7; 47 in all.
TEXT = """The battle of Tell Amber

Government forces took the town of Tell Amber on Sunday.
Between three and nine fighters of the Amber Brigade were killed there.
"We never left Tell Amber," a spokesman of the brigade told Radio Hill.
Older wars, the writer recalls, were slower.
"""
SENTENCES = (
    (0, "the battle of tell amber"),
    (5, "government forces took the town of tell amber on sunday"),
    (15, "between three and nine fighters of the amber brigade were killed there"),
    (27, "we never left tell amber a spokesman of the brigade told radio hill"),
    (40, "older wars the writer recalls were slower"),
)


def sha256(words: str) -> str:
    """Digest of words that are already normalised."""
    return hashlib.sha256(words.encode()).hexdigest()


SHA = {start: sha256(words) for start, words in SENTENCES}
TEXT_SHA = sha256(" ".join(words for _, words in SENTENCES))

WHEN = "{start: 2017-04-23, end: 2017-04-23, start_precision: day, end_precision: day}"
DOCUMENT_YAML = f"""\
document:
  document_id: {DOCUMENT_ID}
  publisher_id: gazette
  title: "The battle of Tell Amber"
  published: 2017-04-24
  published_precision: day
  published_basis: "printed on the page"
  url: https://example.org/amber
  archive_url: null
  language: en
  genre: news_report
  coverage: full
  found_by: invented
  guide_version: "0.1"
  token_count: 47
  text_sha256: {TEXT_SHA}
claims:
  - n: 1
    claimant: {{kind: publisher}}
    event_type: capture
    extent: whole
    when:
      start: 2017-04-23
      end: 2017-04-23
      start_precision: day
      end_precision: day
    place: tell-amber
    radius_km: 2
    actors:
      - {{actor: army, role: initiator}}
      - {{actor: brigade, role: target}}
    places:
      - {{place: wadi-qasr, role: near}}
    quote:
      start: 5
      tokens: 10
      sha256: {SHA[5]}
    summary: Government forces take Tell Amber.
  - n: 2
    claimant: {{kind: publisher}}
    event_type: killing
    when: {WHEN}
    place: tell-amber
    count:
      unit: person
      low: 3
      high: 9
      per: total
    actors:
      - actor: brigade
        role: target
        killed: [3, 9]
    links:
      - relation: part_of
        claim: 1
    quote: {{start: 15, tokens: 12, sha256: {SHA[15]}}}
    summary: Three to nine fighters of the brigade die.
  - n: 3
    event: {DOCUMENT_ID}-001
    claimant:
      kind: spokesperson
      actor: brigade
    stance: denies
    event_type: capture
    when: {WHEN}
    place: tell-amber
    quote: {{start: 27, tokens: 13, sha256: {SHA[27]}}}
    summary: The brigade denies that the town fell.
uncoded:
  - start: 0
    tokens: 5
    sha256: {SHA[0]}
    reason: boilerplate
  - {{start: 40, tokens: 7, sha256: {SHA[40]}, reason: comparison}}
"""

CSV = {  # rows of each register; cells that are not named are empty
    "publishers.csv": [
        {"publisher_id": "gazette", "name": "Northern Gazette", "perspective": "press"},
        {"publisher_id": "radio-hill", "name": "Radio Hill",
         "perspective": "opposition"},
    ],
    "actors.csv": [
        {"actor_id": "army", "name": "Army", "kind": "army", "ucdp_id": "118"},
        {"actor_id": "brigade", "name": "Amber Brigade", "name_ar": "لواء العنبر",
         "kind": "faction", "parent_id": "rebels", "predecessor_id": "old-brigade",
         "active_from": "2015-01-01", "active_to": "2018-01-01"},
        {"actor_id": "old-brigade", "name": "Old Brigade", "kind": "faction",
         "active_to": "2014-12-31"},
        {"actor_id": "radio-hill-media", "name": "Radio Hill", "kind": "media",
         "publisher_id": "radio-hill"},
        {"actor_id": "rebels", "name": "Rebels", "kind": "umbrella"},
    ],
    "actor_names.csv": [
        {"actor_id": "army", "name": "Government forces"},
        {"actor_id": "brigade", "name": "Amber Brigade"},
        {"actor_id": "brigade", "name": "Ambar Brigade"},
    ],
    "actor_camps.csv": [
        {"actor_id": "army", "camp": "government"},
        {"actor_id": "brigade", "camp": "opposition", "end": "2016-12-31"},
        {"actor_id": "brigade", "camp": "opposition", "start": "2017-01-01"},
    ],
    "actor_relations.csv": [
        {"actor_id": "brigade", "other_actor_id": "rebels", "relation": "part_of",
         "start": "2015-01-01", "end": "2018-01-01", "start_precision": "day",
         "end_precision": "day", "claim_id": f"{DOCUMENT_ID}-001"},
    ],
    "places.csv": [
        {"place_id": "tell-amber", "name": "Tell Amber", "name_ar": "تل العنبر",
         "kind": "settlement", "longitude": "36.7", "latitude": "35.3",
         "radius_km": "2", "coordinate_source": "invented"},
        {"place_id": "wadi-qasr", "name": "Wadi Qasr", "kind": "settlement",
         "longitude": "36.8", "latitude": "35.2", "radius_km": "1.5",
         "geonames_id": "172955", "coordinate_source": "invented"},
        {"place_id": "amber-plain", "name": "Amber Plain", "kind": "area"},
    ],
    "place_names.csv": [
        {"place_id": "tell-amber", "name": "Tell Amber"},
        {"place_id": "tell-amber", "name": "Tall Ambar"},
        {"place_id": "wadi-qasr", "name": "Wadi Qasr"},
    ],
    "axes.csv": [
        {"axis_id": "amber-road", "axis_name": "Tell Amber - Wadi Qasr", "seq": "1",
         "place_id": "tell-amber"},
        {"axis_id": "amber-road", "axis_name": "Tell Amber - Wadi Qasr", "seq": "2",
         "place_id": "wadi-qasr"},
    ],
    "campaigns.csv": [
        {"campaign_id": "amber-2017", "name": "Amber, spring 2017",
         "start": "2017-03-01", "end": "2017-04-30", "front_ids": "amber-front"},
    ],
    "releases.csv": [],
    "distinct.csv": [],
    "withdrawn.csv": [
        {"table_name": "claims", "id": f"{DOCUMENT_ID}-009",
         "replaced_by": f"{DOCUMENT_ID}-001", "release": "0.1.0",
         "reason": "coded twice"},
    ],
    "selection.csv": [
        {"candidate_id": DOCUMENT_ID, "is_taken": "true", "reason": "invented"},
        {"candidate_id": "2017-05-01-gazette-river", "publisher_id": "gazette",
         "title": "Another battle", "is_taken": "false", "reason": "no text"},
    ],
}  # fmt: skip
OUTLETS = {"press": "press", "wire": "wire", "gov": "government", "opp": "opposition",
           "kurd": "kurdish"}  # and their perspectives  # fmt: skip
SAME = {  # cells that are alike in every row of a register that has the column
    "actor_names.csv": {"language": "en", "kind": "name"},
    "place_names.csv": {"language": "en", "kind": "name"},
}


def csv_text(name: str) -> str:
    """Write a register as a coder would, with the columns that the schema declares."""
    table = next(t for t in schema.TABLES.values() if t.source == name)
    derived = schema.DERIVED.get(table.name, ())
    columns = [column for column in table.names if column not in derived]
    same = {"source": "invented"} if "source" in columns else {}
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(same | SAME.get(name, {}) | row for row in CSV[name])
    return out.getvalue()


FRONTS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {
                "front_id": "amber-front",
                "name": "Amber front",
                "description": "Both towns.",
            },
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [
                        [36.5, 35.0],
                        [37.0, 35.0],
                        [37.0, 35.5],
                        [36.5, 35.5],
                        [36.5, 35.0],
                    ]
                ],
            },
        }
    ],
}


@dataclass(frozen=True)
class SourcesFolder:
    """A complete small ``sources`` folder, the text it codes, and ways to spoil it."""

    folder: Path
    texts: Path

    def read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def write(self, name: str, text: str | bytes) -> None:
        content = text if isinstance(text, bytes) else text.encode()
        (self.folder / name).write_bytes(content)

    def line(self, needle: str, name: str = DOCUMENT) -> int:
        """Number of the only line that holds the needle."""
        lines = self.read(name).splitlines()
        found = [n for n, line in enumerate(lines, 1) if needle in line]
        assert len(found) == 1, (needle, found)
        return found[0]

    def replace(self, old: str, new: str, name: str = DOCUMENT) -> int:
        """Replace what stands once in a file; return the line where it stood."""
        text = self.read(name)
        assert text.count(old) == 1, (old, text.count(old))
        self.write(name, text.replace(old, new))
        return text[: text.index(old)].count("\n") + 1

    def set_cell(self, name: str, row: int, column: str, value: str) -> int:
        """Put a value in a cell of a CSV (row 1 is the first); return its line."""
        rows = list(csv.reader(io.StringIO(self.read(name))))
        rows[row][rows[0].index(column)] = value
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        self.write(name, out.getvalue())
        return row + 1

    def findings(self, *, with_texts: bool = True) -> list[str]:
        """All findings as the lines that a coder sees."""
        from syriaconflict.validate import read_sources

        texts = self.texts if with_texts else None
        return [str(f) for f in read_sources(self.folder, texts).findings]


@pytest.fixture(scope="session")
def make_sources() -> Callable[[Path], SourcesFolder]:
    """Factory: a complete, clean ``sources`` folder and its text under a root."""

    def make(root: Path) -> SourcesFolder:
        made = SourcesFolder(root / "sources", root / "texts")
        (made.folder / "documents").mkdir(parents=True)
        made.texts.mkdir()
        made.write(DOCUMENT, DOCUMENT_YAML)
        for name in CSV:
            made.write(name, csv_text(name))
        made.write("fronts.geojson", json.dumps(FRONTS, indent=1))
        (made.texts / "any name.txt").write_text(TEXT, encoding="utf-8")
        return made

    return make


@pytest.fixture
def sources(make_sources, tmp_path) -> SourcesFolder:
    return make_sources(tmp_path)


def _typed(table: schema.Table, rows: list[dict]) -> pd.DataFrame:
    unknown = {key for row in rows for key in row} - set(table.names)
    assert not unknown, f"{table.name} has no columns {unknown}"
    return pd.DataFrame(
        {
            column.name: pd.Series(
                [row.get(column.name) for row in rows], dtype=column.dtype
            )
            for column in table.columns
        },
        columns=table.names,
    )


@pytest.fixture(scope="session")
def make_frame() -> Callable[..., pd.DataFrame]:
    """Factory: a typed frame of a table from rows that may leave out columns."""

    def make(name: str, *rows: dict) -> pd.DataFrame:
        return _typed(schema.TABLES[name], list(rows))

    return make


@pytest.fixture(scope="session")
def make_claims() -> Callable[..., pd.DataFrame]:
    """Factory: claims ``c1``, ``c2`` ... about one event unless told otherwise.

    Each asserts, in the voice of the document ``d-press``, the capture of ``amber`` on
    23 April 2017.  ``day`` stands for ``start`` and ``end``; ``n`` for both counts.
    """

    def make(*rows: dict) -> pd.DataFrame:
        made = []
        for number, row in enumerate(rows, 1):
            given = dict(row)
            day = given.pop("day", "2017-04-23")
            count = given.pop("n", None)
            if count is not None:
                given = {"unit": "strike", "count_per": "total"} | given
                given |= {"count_low": count, "count_high": count}
            claim = {
                "claim_id": f"c{number}", "event_id": "c1", "document_id": "d-press",
                "claimant_kind": "publisher", "stance": "asserts", "certainty": "flat",
                "event_type": "capture", "modality": "realised", "grain": "discrete",
                "start": day, "end": day, "place_id": "amber", "quote_start": 0,
                "quote_tokens": 4, "quote_sha256": "0" * 64, "quote_matches": 1,
                "summary": f"Claim {number}.",
            } | given  # fmt: skip
            for bound in ("start", "end"):
                if claim[bound] is not None:
                    claim.setdefault(f"{bound}_precision", "day")
            made.append(claim)
        return _typed(schema.CLAIMS, made)

    return make


@pytest.fixture(scope="session")
def registers() -> dict[str, pd.DataFrame]:
    """Publishers, actors, their camps and places: the same around all claims."""
    camps = {"army": "government", "russia": "russia", "militia": "iran_aligned",
             "brigade": "opposition", "battalion": "opposition", "ypg": "sdf",
             "caliphate": "isis", "civilians": "civilian", "radio": "other",
             "agency": "other"}  # fmt: skip
    outlets = {"radio": "opp", "agency": "gov"}
    moved = [
        {"actor_id": "turncoat", "camp": "opposition", "end": "2016-12-31"},
        {"actor_id": "turncoat", "camp": "government", "start": "2017-01-01"},
    ]
    rows = [{"actor_id": a, "camp": camp} for a, camp in camps.items()] + moved
    radii = {"amber": 2.0, "qasr": 1.0, "sumaq": 2.0, "plain": 20.0, "river": None}
    return {
        "publishers": _typed(
            schema.PUBLISHERS,
            [{"publisher_id": p, "perspective": v} for p, v in OUTLETS.items()],
        ),
        "actors": _typed(
            schema.ACTORS,
            [{"actor_id": a, "publisher_id": outlets.get(a)}
             for a in [*camps, "turncoat", "nobody"]],
        ),
        "actor_camps": _typed(schema.ACTOR_CAMPS, rows),
        "places": _typed(
            schema.PLACES, [{"place_id": p, "radius_km": r} for p, r in radii.items()]
        ),
    }  # fmt: skip


@pytest.fixture(scope="session")
def make_tables(make_claims, registers) -> Callable[..., dict[str, pd.DataFrame]]:
    """Factory: the tables that resolution reads, around the given claims.

    ``parts`` are rows of ``claim_actors``; ``documents`` adds to or overrides the
    documents ``d-press``, ``d-wire``, ``d-gov``, ``d-opp`` and ``d-kurd`` (each of the
    publisher ``press`` ...).
    """

    def make(
        *claims: dict, parts: list[dict] | None = None, documents: dict | None = None
    ) -> dict[str, pd.DataFrame]:
        known = {f"d-{name}": {"publisher_id": name} for name in OUTLETS}
        for document_id, cells in (documents or {}).items():
            known[document_id] = known.get(document_id, {}) | cells
        return {
            "claims": make_claims(*claims),
            "claim_actors": _typed(
                schema.CLAIM_ACTORS,
                [{"certainty": "stated"} | part for part in parts or []],
            ),
            "documents": _typed(
                schema.DOCUMENTS,
                [{"document_id": d, "published": "2017-04-24"} | cells
                 for d, cells in known.items()],
            ),
        } | {name: frame.copy() for name, frame in registers.items()}  # fmt: skip

    return make


@pytest.fixture(scope="session")
def whole(make_tables, make_frame) -> Callable[..., dict[str, pd.DataFrame]]:
    """Factory: as ``make_tables``, with what else it takes to derive events."""

    def make(*claims: dict, **kwargs) -> dict[str, pd.DataFrame]:
        made = make_tables(*claims, **kwargs)
        return made | {name: make_frame(name) for name in ("campaigns", "events")}

    return make


@pytest.fixture(scope="session")
def make_events() -> Callable[..., pd.DataFrame]:
    """Factory: resolved events ``e1``, ``e2`` ... for what comes after resolution.

    Each is the capture of ``amber``.  ``day`` stands for ``start`` and ``end``, ``by``
    and ``of`` for the camps of initiator and target.
    """

    def make(*rows: dict) -> pd.DataFrame:
        made = []
        for number, row in enumerate(rows, 1):
            given = dict(row)
            if "day" in given:
                given["start"] = given["end"] = given.pop("day")
            for short, column in (("by", "initiator_camp"), ("of", "target_camp")):
                if short in given:
                    given[column] = given.pop(short)
            event = {
                "event_id": f"e{number}", "event_type": "capture",
                "modality": "realised", "grain": "discrete", "place_id": "amber",
                "grade": "single_source", "is_contested": False,
            } | given  # fmt: skip
            for bound in ("start", "end"):
                if event.get(bound) is not None:
                    event.setdefault(f"{bound}_precision", "day")
            made.append(event)
        return _typed(schema.EVENTS, made)

    return make


@dataclass(frozen=True)
class Checkout:
    """A small checkout that can be built, sealed and taken for what is installed."""

    root: Path
    sources: SourcesFolder

    def number(self, version: str) -> None:
        """Take the number everywhere, as a maintainer does before sealing."""
        (self.root / "pyproject.toml").write_text(f'[project]\nversion = "{version}"\n')
        cff = f"cff-version: 1.2.0\nversion: {version}\ntype: dataset\n"
        (self.root / "CITATION.cff").write_text(cff)
        log = self.root / "CHANGELOG.md"
        old = log.read_text() if log.exists() else "# Changelog\n\nRules.\n"
        head, mark, rest = old.partition("\n## ")
        new = f"\n## {version} (not yet sealed)\n\n### Functions\n- Of {version}.\n"
        log.write_text(head + new + mark + rest)

    def build(self) -> None:
        from syriaconflict.build import build

        build(self.root, self.sources.folder)

    def seal(self, version: str, **words) -> object:
        """Build and seal a release, the number being the one that is installed."""
        from syriaconflict.sealing import seal

        with installed_as(version):
            if words.pop("anew", True):
                self.number(version)
                self.build()
            return seal(self.root, version, **{"date": "2026-12-01"} | words)


@contextmanager
def installed_as(version: str) -> Iterator[None]:
    """Let another version of the package count as installed."""
    import importlib.metadata as metadata

    real = metadata.distribution
    fake = SimpleNamespace(version=version)

    def distribution(name: str) -> object:
        return fake if name == "syriaconflict" else real(name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metadata, "distribution", distribution)
        yield


@pytest.fixture(scope="session")
def make_checkout(make_sources) -> Callable[[Path], Checkout]:
    """Factory: a checkout with the small sources, nothing sealed yet."""
    from importlib.metadata import version

    from syriaconflict.build import TOOLS

    def make(root: Path) -> Checkout:
        made = Checkout(root, make_sources(root / "datasets"))
        pins = "".join(f"{tool}=={version(tool)}\n" for tool in TOOLS)
        (root / "constraints-build.txt").write_text(f"# pinned\n{pins}")
        (root / "LICENSE-DATA").write_text("Use it.\n")
        rounds = root / "datasets" / "reliability" / "1"
        rounds.mkdir(parents=True)
        (rounds / "agreement.csv").write_text("field,alpha\nplace,0.9\n")
        (rounds.parent / "README.md").write_text("Double coding.\n")
        releases = root / "datasets" / "releases"
        releases.mkdir()
        (releases / "index.json").write_text('{"releases": []}\n')
        return made

    return make


def correct(checkout: Checkout) -> None:
    """Correct a value: four fighters at least, not three."""
    checkout.sources.replace("      low: 3", "      low: 4")
    checkout.sources.replace("killed: [3, 9]", "killed: [4, 9]")


def withdraw_and_add(checkout: Checkout) -> None:
    """Take back the denial, for the first claim; add a place."""
    text = checkout.sources.read(DOCUMENT)
    start, end = text.index("  - n: 3"), text.index("uncoded:\n")
    passage = f"  - {{start: 27, tokens: 13, sha256: {SHA[27]}, reason: rhetoric}}\n"
    text = text[:start] + "uncoded:\n" + passage + text[end + len("uncoded:\n") :]
    checkout.sources.write(DOCUMENT, text)
    rows = checkout.sources.read("withdrawn.csv")
    taken_back = f"claims,{DOCUMENT_ID}-003,{DOCUMENT_ID}-001,0.2.0,told once\n"
    checkout.sources.write("withdrawn.csv", rows + taken_back)
    rows = checkout.sources.read("places.csv").splitlines()
    new = {"place_id": "river-bend", "name": "River Bend", "kind": "area"}
    rows.append(",".join(new.get(name, "") for name in rows[0].split(",")))
    checkout.sources.write("places.csv", "\n".join(rows) + "\n")


@pytest.fixture(scope="session")
def three_releases(make_checkout, tmp_path_factory) -> Checkout:
    """A checkout with 0.1.0, 0.1.1 (a value corrected), 0.2.0; not to be changed."""
    made = make_checkout(tmp_path_factory.mktemp("three"))
    made.seal("0.1.0")
    correct(made)
    made.seal("0.1.1", date="2026-12-02")
    withdraw_and_add(made)
    made.seal("0.2.0", date="2026-12-03", texts=[made.sources.texts])
    return made


@pytest.fixture
def next_checkout(three_releases, tmp_path) -> Checkout:
    """A copy of the checkout after 0.2.0, to go on with."""
    import shutil

    root = tmp_path / "next"
    shutil.copytree(three_releases.root, root)
    data = root / "datasets"
    return Checkout(root, SourcesFolder(data / "sources", data / "texts"))


@pytest.fixture
def as_installed(three_releases, monkeypatch) -> Checkout:
    """The three releases as what is installed, with no other place to look."""
    from syriaconflict import _paths

    monkeypatch.setattr(_paths, "root", lambda: three_releases.root)
    monkeypatch.delenv("SYRIACONFLICT_RELEASES", raising=False)
    monkeypatch.delenv("SYRIACONFLICT_CACHE", raising=False)
    with installed_as("0.2.0"):
        yield three_releases
