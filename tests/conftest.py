"""Small hand-made tables and sources that any test may use.

The places, actors, outlets and happenings are invented; the coordinates lie in the
region so that checks of range hold.
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from syriaconflict import schema
from syriaconflict.sources import dtype

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

DOCUMENT_YAML = f"""\
document:
  document_id: {DOCUMENT_ID}
  publisher_id: gazette
  title: "The battle of Tell Amber"
  published: 2017-04-24
  published_precision: day
  published_basis: "printed on the page"
  url: https://example.org/amber
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
    when: {{start: 2017-04-23, end: 2017-04-23, start_precision: day, end_precision: day}}
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
    when: {{start: 2017-04-23, end: 2017-04-23, start_precision: day, end_precision: day}}
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

CSV = {
    "publishers.csv": """\
publisher_id,name,perspective,language,country,url,note
gazette,Northern Gazette,press,en,,,
radio-hill,Radio Hill,opposition,ar,,,
""",
    "actors.csv": """\
actor_id,name,name_ar,kind,parent_id,predecessor_id,active_from,active_to,publisher_id,ucdp_id,acled_name,source,note
army,Army,,army,,,,,,118,,invented,
brigade,Amber Brigade,لواء العنبر,faction,rebels,old-brigade,2015-01-01,2018-01-01,,,,invented,
old-brigade,Old Brigade,,faction,rebels,,,2014-12-31,,,,invented,
radio-hill-media,Radio Hill,,media,,,,,radio-hill,,,invented,
rebels,Rebels,,umbrella,,,,,,,,invented,
""",
    "actor_names.csv": """\
actor_id,name,language,kind,source
army,Government forces,en,name,invented
brigade,Amber Brigade,en,name,invented
brigade,Ambar Brigade,en,name,invented
""",
    "actor_camps.csv": """\
actor_id,camp,start,end,source
army,government,,,invented
brigade,opposition,,2016-12-31,invented
brigade,opposition,2017-01-01,,invented
""",
    "actor_relations.csv": f"""\
actor_id,other_actor_id,relation,start,end,start_precision,end_precision,claim_id,source
brigade,rebels,part_of,2015-01-01,2018-01-01,day,day,{DOCUMENT_ID}-001,invented
""",
    "places.csv": """\
place_id,name,name_ar,kind,longitude,latitude,radius_km,governorate,governorate_pcode,district,district_pcode,subdistrict,subdistrict_pcode,geonames_id,coordinate_source,note
tell-amber,Tell Amber,تل العنبر,settlement,36.7,35.3,2,,,,,,,,invented,
wadi-qasr,Wadi Qasr,,settlement,36.8,35.2,1.5,,,,,,172955,invented,
amber-plain,Amber Plain,,area,,,,,,,,,,,,
""",
    "place_names.csv": """\
place_id,name,language,kind,source
tell-amber,Tell Amber,en,name,invented
tell-amber,Tall Ambar,en,name,invented
wadi-qasr,Wadi Qasr,en,name,invented
""",
    "axes.csv": """\
axis_id,axis_name,seq,place_id
amber-road,Tell Amber - Wadi Qasr,1,tell-amber
amber-road,Tell Amber - Wadi Qasr,2,wadi-qasr
""",
    "campaigns.csv": """\
campaign_id,name,start,end,front_ids,note
amber-2017,"Amber, spring 2017",2017-03-01,2017-04-30,amber-front,
""",
    "releases.csv": "event_id,first_release,last_changed\n",
    "withdrawn.csv": f"""\
id,replaced_by,release,reason
{DOCUMENT_ID}-009,{DOCUMENT_ID}-001,0.1.0,coded twice
""",
    "selection.csv": f"""\
url,title,publisher_id,published,document_id,is_taken,reason
https://example.org/amber,The battle of Tell Amber,gazette,2017-04-24,{DOCUMENT_ID},true,invented
,Another battle,gazette,,,false,no text
""",
}

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
                    [[36.5, 35.0], [37.0, 35.0], [37.0, 35.5], [36.5, 35.5], [36.5, 35.0]]
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
        for name, text in CSV.items():
            made.write(name, text)
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
                [row.get(column.name) for row in rows], dtype=dtype(column)
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
def make_tables(make_claims) -> Callable[..., dict[str, pd.DataFrame]]:
    """Factory: the tables that resolution reads, around the given claims.

    ``parts`` are rows of ``claim_actors``; ``documents`` adds to or overrides the
    documents ``d-press``, ``d-wire``, ``d-gov``, ``d-opp`` and ``d-kurd`` (each of the
    publisher ``press`` ...).
    """

    def make(
        *claims: dict, parts: list[dict] | None = None, documents: dict | None = None
    ) -> dict[str, pd.DataFrame]:
        perspectives = {"press": "press", "wire": "wire", "gov": "government",
                        "opp": "opposition", "kurd": "kurdish"}  # fmt: skip
        known = {f"d-{name}": {"publisher_id": name} for name in perspectives}
        for document_id, cells in (documents or {}).items():
            known[document_id] = known.get(document_id, {}) | cells
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
            "publishers": _typed(
                schema.PUBLISHERS,
                [{"publisher_id": p, "perspective": v} for p, v in perspectives.items()],
            ),
            "actors": _typed(
                schema.ACTORS,
                [{"actor_id": a, "publisher_id": outlets.get(a)}
                 for a in [*camps, "turncoat", "nobody"]],
            ),
            "actor_camps": _typed(schema.ACTOR_CAMPS, rows),
            "places": _typed(
                schema.PLACES,
                [{"place_id": p, "radius_km": r} for p, r in radii.items()],
            ),
        }  # fmt: skip

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
