"""Every kind of fault in the sources, and the line that a coder then reads.

The sources of the fixture are clean; each test puts one fault in and names the whole
line ``file:line: field: what, what was wanted``.  Line numbers are those at which the
fault was put.
"""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import DOCUMENT, DOCUMENT_ID, FRONTS, SHA, TEXT, sha256
from syriaconflict import schema
from syriaconflict.validate import read_sources

FIRST = f"{DOCUMENT_ID}-001"
SENTENCE = "government forces took the town of tell amber on sunday"
HOLE = (
    f"{DOCUMENT}:2: ledger: sentence at token 5 (Government forces took the town of "
    "...) is in no claim, wanted a claim or an uncoded passage with its reason"
)


def test_clean_sources_have_no_findings(sources):
    read = read_sources(sources.folder, sources.texts)
    assert read.findings == []
    assert read.unchecked == []
    assert read.frames["claims"]["claim_id"].tolist() == [
        FIRST, f"{DOCUMENT_ID}-002", f"{DOCUMENT_ID}-003"]  # fmt: skip
    assert read.frames["claims"]["event_id"].tolist() == [
        FIRST, f"{DOCUMENT_ID}-002", FIRST]  # fmt: skip
    written = {t.name for t in schema.TABLES.values() if t.source}
    assert set(read.frames) == written | {"confirmations"}


def test_every_frame_has_the_columns_of_its_table(sources):
    for name, frame in read_sources(sources.folder).frames.items():
        assert list(frame.columns) == schema.TABLES[name].names


# One fault in the document's file: what to replace, with what, and the rest of the
# finding's line behind ``file:line: ``.  A third part of the first column says that the
# finding stands at the line of that text instead of the line of the fault.
IN_CLAIM_1 = "    place: tell-amber\n    radius_km: 2\n"
FAULTS = {
    "unknown place": (
        IN_CLAIM_1, IN_CLAIM_1.replace("tell-amber", "tel-amber"),
        "place_id: 'tel-amber' is not in places, wanted a known one, nearest: "
        "tell-amber",
    ),
    "unknown place, known by another spelling": (
        IN_CLAIM_1, IN_CLAIM_1.replace("tell-amber", "tall-ambar-town"),
        "place_id: 'tall-ambar-town' is not in places, wanted a known one, nearest: "
        "tell-amber",
    ),
    "unknown further place": (
        "{place: wadi-qasr, role: near}", "{place: wadi-kasr, role: near}",
        "place_id: 'wadi-kasr' is not in places, wanted a known one, nearest: "
        "wadi-qasr",
    ),
    "unknown actor": (
        "{actor: army, role: initiator}", "{actor: armi, role: initiator}",
        "actor_id: 'armi' is not in actors, wanted a known one, nearest: army",
    ),
    "unknown code": (
        "event_type: killing", "event_type: kiling",
        "event_type: is 'kiling', wanted a known one, nearest: killing",
    ),
    "unknown code, unlike any": (
        "    extent: whole", "    extent: 17%",
        "extent: is '17%', wanted one of: part, unknown, whole",
    ),
    "computed modality": (
        "event_type: killing", "event_type: killing\n    modality: denied",
        "modality: is 'denied', wanted a known one, nearest: demanded",
    ),
    "unknown key": (
        "    radius_km: 2", "    radius_mk: 2",
        "claim.radius_mk: is no such key, did you mean radius_km?",
    ),
    "unknown key of a group": (
        "      low: 3", "      low: 3\n      notes: about three",
        "count.notes: is no such key, did you mean note?",
    ),
    "unknown key of an actor": (
        "        killed: [3, 9]", "        kiled: [3, 9]",
        "actors.kiled: is no such key, did you mean killed?",
    ),
    "unknown key of a place": (
        "role: near}", "roll: near}",
        "places.roll: is no such key, did you mean role?",
    ),
    "unknown key of a link": (
        "- relation: part_of", "- relation: part_of\n        zeal: 1",
        "links.zeal: is no such key, wanted one of ['claim', 'relation']",
    ),
    "unknown key of the document": (
        "  found_by: invented", "  foundby: invented",
        "document.foundby: is no such key, did you mean found_by?",
    ),
    "unknown key of the file": (
        "uncoded:\n", "note: none\nuncoded:\n",
        "note: is no such key, wanted one of ['claims', 'document', 'uncoded']",
    ),
    "unknown key of a passage": (
        "reason: comparison}", "reason: comparison, matches: 1}",
        "uncoded.matches: is no such key, wanted one of "
        "['reason', 'sha256', 'start', 'tokens']",
    ),
    "end before start": (
        "      end: 2017-04-23", "      end: 2017-04-22",
        "end: 2017-04-22 is below start 2017-04-23, wanted start <= end",
    ),
    "impossible first day": (
        "      start: 2017-04-23", "      start: 2017-02-30",
        "start: is '2017-02-30', wanted a date YYYY-MM-DD",
    ),
    "impossible last day": (
        "      end: 2017-04-23", "      end: 2017-04-31",
        "end: is '2017-04-31', wanted a date YYYY-MM-DD",
    ),
    "day in another form": (
        "      start: 2017-04-23", "      start: 23.04.2017",
        "start: is '23.04.2017', wanted a date YYYY-MM-DD",
    ),
    "time of day": (
        "      start: 2017-04-23", "      start: 2017-04-23 12:00:00",
        "start: is '2017-04-23 12:00:00', wanted a date YYYY-MM-DD",
    ),
    "number as a day": (
        "      start: 2017-04-23", "      start: 20170423",
        "start: is 20170423, wanted a date YYYY-MM-DD",
    ),
    "told before it happened": (
        "      start: 2017-04-23\n      end: 2017-04-23",
        "      start: 2017-04-26\n      end: 2017-04-26",
        "start: 2017-04-26 lies after the document's publication (2017-04-25), "
        "wanted a day before it or modality: planned, threatened, expected, demanded; "
        "mend it, or confirm it: confirmed: {after_publication: reason}",
    ),
    "day without precision": (
        "      start_precision: day\n", "",
        "start: start without start_precision, wanted both or neither",
        "      start: 2017-04-23",
    ),
    "precision without day": (
        "      end: 2017-04-23\n", "",
        "end: end_precision without end, wanted both or neither",
        "    when:\n",
    ),
    "count upside down": (
        "      low: 3", "      low: 10",
        "count_high: 9 is below count_low 10, wanted count_low <= count_high",
        "      high: 9",
    ),
    "count below nothing": (
        "      low: 3", "      low: -3",
        "count_low: is -3, wanted 0 or more",
    ),
    "count without lower bound below nothing": (
        "      low: 3\n      high: 9", "      high: -9",
        "count_high: is -9, wanted 0 or more",
    ),
    "harm upside down": (
        "        killed: [3, 9]", "        killed: [9, 3]",
        "killed_high: 3 is below killed_low 9, wanted killed_low <= killed_high",
    ),
    "harm below nothing": (
        "        killed: [3, 9]", "        killed: [null, -1]",
        "killed_high: is -1, wanted 0 or more",
    ),
    "harm of three numbers": (
        "        killed: [3, 9]", "        killed: [3, 6, 9]",
        "killed: is [3, 6, 9], wanted a number, [low, high] or one of ['couple', "
        "'dozens', 'few', 'hundreds', 'scores', 'several', 'thousands']",
    ),
    "harm in a word that is no number": (
        "        killed: [3, 9]", "        killed: many",
        "killed: is 'many', wanted a number, [low, high] or one of ['couple', "
        "'dozens', 'few', 'hundreds', 'scores', 'several', 'thousands']",
    ),
    "unit without a count": (
        "      low: 3\n      high: 9\n", "",
        "unit: a unit without a count, wanted low:, high: or word:",
        "      unit: person",
    ),
    "count without a unit": (
        "      unit: person\n", "",
        "unit: a count without a unit, wanted count: {unit: ...}",
        "    count:\n",
    ),
    "count without per": (
        "      per: total\n", "",
        "count_per: is missing, wanted per: total or per: day",
        "    count:\n",
    ),
    "boolean as a number": (
        "      low: 3", "      low: true",
        "count_low: is True, wanted a whole number below 2147483648",
    ),
    "fraction as a count": (
        "      low: 3", "      low: 3.5",
        "count_low: is 3.5, wanted a whole number",
    ),
    "word as a number": (
        "      low: 3", "      low: three",
        "count_low: is 'three', wanted a whole number below 2147483648",
    ),
    "list as a number": (
        "      low: 3", "      low: [3, 9]",
        "count_low: is [3, 9], wanted a whole number below 2147483648",
    ),
    "count word in a list": (
        "      per: total", "      per: total\n      word: [few]",
        "count_word: is ['few'], wanted text (quote it)",
    ),
    "huge number": (
        "      high: 9", "      high: 99999999999999999999",
        "count_high: is 99999999999999999999, wanted a whole number below 2147483648",
    ),
    "not a number": (
        "    radius_km: 2", "    radius_km: .nan",
        "radius_km: is nan, wanted a number below 2147483648",
    ),
    "infinity": (
        "    radius_km: 2", "    radius_km: -.inf",
        "radius_km: is -inf, wanted a number below 2147483648",
    ),
    "no radius": (
        "    radius_km: 2", "    radius_km: 0",
        "radius_km: is 0.0, wanted more than 0 km",
    ),
    "number with a leading nought": (  # YAML takes 010 for eight
        "      start: 5\n", "      start: 010\n",
        "quote_start: no such passage at token 10: it stands at [5]; recompute the "
        "anchor",
    ),
    "minutes": (  # YAML takes 1:10 for seventy
        "      high: 9", "      high: 1:10",
        "count_high: is '1:10', wanted a whole number below 2147483648",
    ),
    "text that YAML takes for a truth": (
        "  language: en", "  language: no",
        "language: is False, wanted text (quote it)",
    ),
    "text that is a number": (
        '  guide_version: "0.1"', "  guide_version: 0.1",
        "guide_version: is 0.1, wanted text (quote it)",
    ),
    "text that is a mapping": (
        "  found_by: invented", "  found_by: {a: b}",
        "found_by: is {'a': 'b'}, wanted text (quote it)",
    ),
    "text that is blank": (
        "  language: en", '  language: " "',
        "language: is empty, wanted: ISO 639-1 code.",
    ),
    "text that no file can hold": (
        "  found_by: invented", '  found_by: "\\ud800"',
        "found_by: is '\\ud800', wanted text that UTF-8 can hold",
    ),
    "required cell left out": (
        "  genre: news_report\n", "",
        "genre: is empty, wanted: Kind of text.",
        "  document_id:",
    ),
    "required cell left empty": (
        "  genre: news_report", "  genre:",
        "genre: is empty, wanted: Kind of text.",
    ),
    "no sentence": (
        "    summary: Government forces take Tell Amber.", "    summary: ''",
        "summary: is empty, wanted: The claim in one sentence of our own.",
    ),
    "no stop": (
        "take Tell Amber.\n", "take Tell Amber\n",
        "summary: ends in 'r', wanted one sentence that ends in a stop",
    ),
    "long story": (
        "take Tell Amber.\n", "take " + 220 * "x" + ".\n",
        "summary: has 244 characters, wanted at most 240",
    ),
    "no place and no note": (
        IN_CLAIM_1, "",
        "place_id: no place and no note, wanted place: or place_note: with the reason",
        "  - n: 1",
    ),
    "event that nobody founds": (
        f"    event: {FIRST}", f"    event: {DOCUMENT_ID}-004",
        f"event_id: '{DOCUMENT_ID}-004' founds no event, wanted a known one, nearest: "
        f"{DOCUMENT_ID}-002, {FIRST}",
    ),
    "event of a claim that is about another event": (
        "event_type: killing", f"event_type: killing\n    event: {DOCUMENT_ID}-003",
        f"event_id: '{DOCUMENT_ID}-003' founds no event, wanted a known one, nearest: "
        f"{FIRST}",
    ),
    "event that is a number": (
        f"    event: {FIRST}", "    event: 1",
        "event_id: is 1, wanted text (quote it)",
    ),
    "a shelling under a capture": (
        "event_type: killing", f"event_type: shelling\n    event: {FIRST}",
        f"event_type: is shelling (fires), event {FIRST} is capture (control): "
        "cannot be one event",
    ),
    "two classes in one event": (
        f"    event: {FIRST}", f"    event: {DOCUMENT_ID}-002",
        f"event_type: is capture (control), event {DOCUMENT_ID}-002 is killing (harm): "
        "cannot be one event",
        "    stance: denies\n    event_type: capture",
    ),
    "one of one": (
        "{actor: brigade, role: target}",
        "{actor: brigade, role: target, certainty: one_of}",
        "certainty: one_of marks one actor, wanted two or more",
    ),
    "claim number twice": (
        "  - n: 3", "  - n: 2",
        f"claim_id: repeats ('{DOCUMENT_ID}-002',), wanted one row for each",
    ),
    "claim number taken back": (
        "  - n: 3", "  - n: 9",
        f"claim_id: {DOCUMENT_ID}-009 was withdrawn, wanted a new one",
    ),
    "claim number nought": (
        "  - n: 3", "  - n: 0", "n: is 0, wanted the claim's number, from 1",
    ),
    "claim number true": (
        "  - n: 3", "  - n: true", "n: is True, wanted the claim's number, from 1",
    ),
    "claim number in words": (
        "  - n: 3", "  - n: three",
        "n: is 'three', wanted the claim's number, from 1",
    ),
    "actor twice in one part": (
        "      - {actor: brigade, role: target}",
        "      - {actor: army, role: initiator}",
        f"claim_id+actor_id+role: repeats ('{FIRST}', 'army', 'initiator'), wanted one "
        "row for each",
    ),
    "digest cut short": (
        f"sha256: {SHA[40]}, reason", f"sha256: {SHA[40][:-1]}, reason",
        f"quote_sha256: is '{SHA[40][:-1]}', wanted 64 hexadecimal digits",
    ),
    "passage of no length": (
        "  - {start: 40, tokens: 7,", "  - {start: 40, tokens: 0,",
        "quote_tokens: is 0, wanted 1 or more",
    ),
    "quote of three tokens": (
        "{start: 27, tokens: 13,", "{start: 27, tokens: 3,",
        "quote_tokens: is 3, wanted 4 or more",
    ),
    "reason unknown": (
        "    reason: boilerplate", "    reason: bolerplate",
        "reason: is 'bolerplate', wanted a known one, nearest: boilerplate",
    ),
    "document under another name": (
        f"  document_id: {DOCUMENT_ID}", "  document_id: another",
        f"document_id: is 'another', wanted the file's name '{DOCUMENT_ID}'",
    ),
    "list instead of claims": (
        "uncoded:\n", "uncoded: none\nrest:\n",
        "uncoded: is 'none', wanted a list of mappings",
    ),
    "scalar instead of a claim": (
        "uncoded:\n", "  - forgotten\nuncoded:\n",
        "claims: holds 'forgotten', wanted a mapping",
        "claims:\n",
    ),
    "mapping instead of actors": (
        "    actors:\n      - {actor: army, role: initiator}\n"
        "      - {actor: brigade, role: target}\n",
        "    actors: {actor: army, role: initiator}\n",
        "actors: is {'actor': 'army', 'role': 'initiator'}, wanted a list of mappings",
    ),
    "repeats that are no list": (
        "claims:\n", "  repeats: 5\nclaims:\n",
        "repeats: is 5, wanted a list of [start, end, first_start]",
        "  repeats: 5",
    ),
    "repeats of two numbers": (
        "claims:\n", "  repeats: [[5, 9]]\nclaims:\n",
        "repeats: holds [5, 9], wanted [start, end, first_start]",
        "  repeats:",
    ),
    "repeats of words": (
        "claims:\n", "  repeats: [[5, end, 0]]\nclaims:\n",
        "end: is 'end', wanted a whole number below 2147483648",
        "  repeats:",
    ),
    "repeats of what is no repeat": (
        "claims:\n", "  repeats: [[5, 9, 0]]\nclaims:\n",
        "repeats: tokens 5 to 9 do not repeat 0",
        "  repeats:",
    ),
    "token count": (
        "  token_count: 47", "  token_count: 46", "token_count: is 46, the text has 47",
    ),
}  # fmt: skip
# faults that hide what stands behind them, so that findings on that follow
WITH_MORE = {
    "list instead of claims", "repeats of words", "unknown key of a place",
    "document under another name", "claim number nought", "claim number true",
    "claim number in words", "digest cut short", "passage of no length",
    "quote of three tokens", "number with a leading nought", "count upside down",
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_a_document_is_reported_where_it_stands(sources, fault):
    old, new, rest, *elsewhere = FAULTS[fault]
    line = sources.replace(old, new)
    changed = 0  # lines down to the first that differs
    while old.split("\n")[: changed + 1] == new.split("\n")[: changed + 1]:
        changed += 1
    if elsewhere:
        text = sources.read(DOCUMENT)
        assert text.count(elsewhere[0]) == 1
        end = text.index(elsewhere[0]) + len(elsewhere[0].rstrip("\n"))
        line, changed = text[:end].count("\n") + 1, 0
    wanted = f"{DOCUMENT}:{line + changed}: {rest}"
    found = sources.findings()
    if fault in WITH_MORE:
        assert wanted in found
    else:
        assert found == [wanted]


REGISTER_FAULTS = {
    "half a point": (
        "places.csv", 1, {"longitude": ""},
        ["places.csv:2: longitude: is empty, wanted both coordinates or neither"],
    ),
    "the other half": (
        "places.csv", 1, {"latitude": ""},
        ["places.csv:2: latitude: is empty, wanted both coordinates or neither"],
    ),
    "swapped in the range of both": (
        "places.csv", 2, {"longitude": "35.2", "latitude": "36.8"},
        ["places.csv:3: longitude: is 35.2 beside latitude 36.8, wanted the larger one "
         "here: swapped?"],
    ),
    "far out": (
        "places.csv", 1, {"longitude": "3.67"},
        ["places.csv:2: longitude: is 3.67, wanted 34.0 to 43.0"],
    ),
    "far south": (
        "places.csv", 1, {"latitude": "-35.3"},
        ["places.csv:2: latitude: is -35.3, wanted 31.0 to 38.5"],
    ),
    "point without a source": (
        "places.csv", 1, {"coordinate_source": ""},
        ["places.csv:2: coordinate_source: is empty beside coordinates, wanted a "
         "value"],
    ),
    "point without a radius": (
        "places.csv", 1, {"radius_km": ""},
        ["places.csv:2: radius_km: is empty beside coordinates, wanted a value"],
    ),
    "radius of nothing": (
        "places.csv", 1, {"radius_km": "0"},
        ["places.csv:2: radius_km: is 0.0, wanted more than 0 km"],
    ),
    "not a number": (
        "places.csv", 1, {"latitude": "nan"},
        ["places.csv:2: latitude: is 'nan', wanted a number below 2147483648"],
    ),
    "infinity": (
        "places.csv", 1, {"latitude": "1e999"},
        ["places.csv:2: latitude: is '1e999', wanted a number below 2147483648"],
    ),
    "huge id": (
        "places.csv", 2, {"geonames_id": "17295500000"},
        ["places.csv:3: geonames_id: is '17295500000', wanted a whole number below "
         "2147483648"],
    ),
    "place twice": (
        "places.csv", 3, {"place_id": "wadi-qasr"},
        ["places.csv:4: place_id: repeats ('wadi-qasr',), wanted one row for each"],
    ),
    "id with capitals": (
        "places.csv", 3, {"place_id": "Amber_Plain"},
        ["places.csv:4: place_id: is 'Amber_Plain', wanted words-joined-so"],
    ),
    "unknown kind": (
        "places.csv", 2, {"kind": "village"},
        ["places.csv:3: kind: is 'village', wanted one of: area, base, checkpoint, "
         "country, crossing, facility, governorate, height, road, settlement"],
    ),
    "name left out": (
        "places.csv", 2, {"name": ""},
        ["places.csv:3: name: is empty, wanted: Common English name."],
    ),
    "impossible day": (
        "actors.csv", 2, {"active_from": "2015-13-01"},
        ["actors.csv:3: active_from: is '2015-13-01', wanted a date YYYY-MM-DD"],
    ),
    "ended before it began": (
        "actors.csv", 2, {"active_to": "2014-12-31"},
        ["actors.csv:3: active_to: 2014-12-31 is below active_from 2015-01-01, wanted "
         "active_from <= active_to"],
    ),
    "camp ended before it began": (
        "actor_camps.csv", 3, {"end": "2016-12-31"},
        ["actor_camps.csv:4: end: 2016-12-31 is below start 2017-01-01, wanted start "
         "<= end"],
    ),
    "camp from the beginning, twice": (
        "actor_camps.csv", 3, {"start": ""},
        ["actor_camps.csv:4: actor_id+camp+start: repeats ('brigade', 'opposition', "
         "None), wanted one row for each"],
    ),
    "campaign ended before it began": (
        "campaigns.csv", 1, {"end": "2017-02-28"},
        ["campaigns.csv:2: end: 2017-02-28 is below start 2017-03-01, wanted start <= "
         "end"],
    ),
    "campaign on no known front": (
        "campaigns.csv", 1, {"front_ids": "amber-front ambr-front"},
        ["campaigns.csv:2: front_ids: 'ambr-front' is not in fronts, wanted a known "
         "one, nearest: amber-front"],
    ),
    "truth left out": (
        "selection.csv", 2, {"is_taken": ""},
        ["selection.csv:3: is_taken: is empty, wanted: Whether it was taken."],
    ),
    "neither true nor false": (
        "selection.csv", 2, {"is_taken": "maybe"},
        ["selection.csv:3: is_taken: is 'maybe', wanted true or false"],
    ),
    "stop nought": (
        "axes.csv", 1, {"seq": "0"}, ["axes.csv:2: seq: is 0, wanted 1 or more"],
    ),
    "stop twice": (
        "axes.csv", 2, {"seq": "1"},
        ["axes.csv:3: axis_id+seq: repeats ('amber-road', '1'), wanted one row for "
         "each"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", REGISTER_FAULTS)
def test_a_fault_in_a_register_is_reported_where_it_stands(sources, fault):
    name, row, cells, wanted = REGISTER_FAULTS[fault]
    for column, value in cells.items():
        sources.set_cell(name, row, column, value)
    assert sources.findings() == wanted


# Every column that refers to a table.  Those of a document's file that a coder writes:
# where, what stands there once, and what to put in its place.
COINED = "nowhere-at-all"
WRITTEN = {
    ("documents", "publisher_id"): ("publisher_id: gazette", "publisher_id: {}"),
    ("documents", "derived_from"): ("  archive_url: null", "  derived_from: {}"),
    ("claims", "claimant_id"): (
        "      actor: brigade\n    stance", "      actor: {}\n    stance"),
    ("claims", "place_id"): (IN_CLAIM_1, IN_CLAIM_1.replace("tell-amber", "{}")),
    ("claim_actors", "actor_id"): ("      - actor: brigade", "      - actor: {}"),
    ("claim_places", "place_id"): ("{place: wadi-qasr,", "{{place: {},"),
    ("claim_links", "other_claim_id"): ("        claim: 1", "        claim: {}"),
}  # fmt: skip
COMPUTED = {  # filled in by the reader from the document's own name and numbers
    ("claims", "document_id"), ("claim_actors", "claim_id"),
    ("claim_places", "claim_id"), ("claim_links", "claim_id"),
    ("uncoded", "document_id"), ("document_repeats", "document_id"),
}  # fmt: skip
REFERENCES = [
    pytest.param(table, column, id=f"{table.name}.{column.name}")
    for table in schema.TABLES.values()
    for column in table.columns
    if table.source
    and column.references
    and column.references != "events"
    and column.name not in schema.DERIVED.get(table.name, ())
    and (table.name, column.name) not in COMPUTED
]


@pytest.mark.parametrize(("table", "column"), REFERENCES)
def test_a_reference_to_nothing_is_reported(sources, table, column):
    if table.source.endswith(".csv"):
        name = table.source
        line = sources.set_cell(name, 1, column.name, COINED)
    else:
        name = DOCUMENT
        old, new = WRITTEN[table.name, column.name]
        line = sources.replace(old, new.format(COINED))
    (found,) = sources.findings()
    what = f"{name}:{line}: {column.name}: {COINED!r} is not in {column.references}, "
    assert found.startswith(what + "wanted ")


def test_a_derived_reference_needs_no_source(sources):
    assert ("places", "front_id") not in {
        (p.values[0].name, p.values[1].name) for p in REFERENCES
    }
    assert "front_id" not in sources.read("places.csv")


def test_the_nearest_names_survive_a_name_that_is_missing(sources):
    line = sources.set_cell("place_names.csv", 2, "name", "")
    sources.replace("{place: wadi-qasr,", "{place: wadi-kasr,")
    found = sources.findings()
    assert f"place_names.csv:{line}: name: is empty, wanted: Spelling." in found
    assert any("nearest: wadi-qasr" in finding for finding in found)


# Anchors and the ledger


def test_a_passage_that_does_not_stand_where_its_anchor_says(sources):
    line = sources.replace("      start: 5\n", "      start: 6\n")
    assert sources.findings() == [
        HOLE,
        f"{DOCUMENT}:{line}: quote_start: no such passage at token 6: it stands at "
        "[5]; recompute the anchor",
    ]


def test_a_passage_that_is_not_in_the_text(sources):
    sources.replace(SHA[5], sha256("another sentence"))
    line = sources.line("      start: 5")
    assert sources.findings() == [
        HOLE,
        f"{DOCUMENT}:{line}: quote_start: no such passage at token 5: it is nowhere in "
        "the text; recompute the anchor",
    ]


def test_a_negative_start_is_no_way_to_count_from_the_end(sources):
    line = sources.replace("  - {start: 40, tokens: 7,", "  - {start: -7, tokens: 7,")
    found = sources.findings()
    assert f"{DOCUMENT}:{line}: quote_start: is -7, wanted 0 or more" in found


def printed_twice(sources, *, matches: str = "", repeats: bool = True) -> None:
    """Let the text print its second sentence once more at the end, at token 47."""
    text = f"{TEXT}\nGovernment forces took the town of Tell Amber on Sunday."
    (sources.texts / "any name.txt").write_text(text, encoding="utf-8")
    digest = sources.read(DOCUMENT).split("text_sha256: ")[1].split("\n")[0]
    words = " ".join(TEXT.replace('"', "").replace(",", "").replace(".", "").split())
    sources.replace(digest, sha256(f"{words} {SENTENCE}".lower()))
    sources.replace("token_count: 47", "token_count: 57")
    if repeats:
        sources.replace("claims:\n", "  repeats: [[47, 57, 5]]\nclaims:\n")
    if matches:
        sources.replace("      tokens: 10\n", f"      tokens: 10\n{matches}")


def test_a_passage_printed_twice_and_anchored_so_is_clean(sources):
    printed_twice(sources, matches="      matches: 2\n")
    assert sources.findings() == []


def test_a_passage_found_more_often_than_its_anchor_says(sources):
    printed_twice(sources)
    line = sources.line("      start: 5") - 1  # matches is left out: the quote's line
    assert sources.findings() == [
        f"{DOCUMENT}:{line}: quote_matches: the passage stands at [5, 47], quote says "
        "5 and 1 match(es); take a longer passage or mend it"
    ]


def test_a_passage_found_less_often_than_its_anchor_says(sources):
    line = 1 + sources.replace(
        "      tokens: 10\n", "      tokens: 10\n      matches: 2\n"
    )
    assert sources.findings() == [
        f"{DOCUMENT}:{line}: quote_matches: the passage stands at [5], quote says 5 "
        "and 2 match(es); take a longer passage or mend it"
    ]


def test_an_anchor_at_the_second_of_two_places_is_refused(sources):
    printed_twice(sources, matches="      matches: 2\n")
    sources.replace("      start: 5\n", "      start: 47\n")
    line = sources.line("      matches: 2")
    assert (
        f"{DOCUMENT}:{line}: quote_matches: the passage stands at [5, 47], quote says "
        "47 and 2 match(es); take a longer passage or mend it"
    ) in sources.findings()


def test_a_copy_that_is_not_listed_as_a_repeat_is_a_hole_in_the_ledger(sources):
    printed_twice(sources, matches="      matches: 2\n", repeats=False)
    (found,) = sources.findings()
    assert found.startswith(f"{DOCUMENT}:2: ledger: sentence at token 47 (Government ")


def test_a_sentence_neither_claimed_nor_uncoded_is_reported(sources):
    sources.replace(
        f"  - {{start: 40, tokens: 7, sha256: {SHA[40]}, reason: comparison}}\n", ""
    )
    assert sources.findings() == [
        f"{DOCUMENT}:2: ledger: sentence at token 40 (Older wars, the writer recalls, "
        "were ...) is in no claim, wanted a claim or an uncoded passage with its reason"
    ]


def test_without_its_text_a_document_is_named_as_unchecked(sources):
    (sources.texts / "any name.txt").write_text(TEXT + "changed", encoding="utf-8")
    sources.replace("      start: 5\n", "      start: 6\n")
    read = read_sources(sources.folder, sources.texts)
    assert read.findings == []
    assert read.unchecked == [DOCUMENT_ID]


# Files that cannot be read as they are


def test_a_missing_register(sources):
    (sources.folder / "releases.csv").unlink()
    assert sources.findings() == [
        "releases.csv:1: file: is missing, wanted event_id,first_release,last_changed"
    ]


def test_an_empty_register(sources):
    sources.write("releases.csv", "")
    assert sources.findings() == [
        "releases.csv:1: header: columns are , wanted "
        "event_id,first_release,last_changed"
    ]


def test_an_identifier_taken_back_may_not_stand_again(sources):
    rows = sources.read("withdrawn.csv")
    event = f"{DOCUMENT_ID}-001"
    taken_back = [
        "places,wadi-qasr,,0.2.0,invented",
        f"events,{event},,0.2.0,never told",
        f"documents,2016-01-01-gazette-x,{DOCUMENT_ID}x,0.2.0,again",
        "events,2016-01-01-gazette-x-001,,0.2.0,its claim may stay",
        "place,tell-ambar,,0.2.0,spelling",
    ]
    sources.write("withdrawn.csv", rows + "\n".join(taken_back) + "\n")
    first, third = sources.line("  - n: 1"), sources.line(f"    event: {event}")
    found = sources.findings()
    assert found[0].startswith(f"{DOCUMENT}:{first}: event_id: {event} was withdrawn")
    assert found[1].startswith(f"{DOCUMENT}:{third}: event_id: {event} was withdrawn")
    place = sources.line("wadi-qasr,", "places.csv")
    gone = f"places.csv:{place}: place_id: wadi-qasr was withdrawn, wanted a new one"
    assert found[2] == gone
    heir = f"withdrawn.csv:5: replaced_by: '{DOCUMENT_ID}x' is not in documents, wanted"
    assert found[3].startswith(heir)
    assert found[4].startswith("withdrawn.csv:7: table_name: is 'place', wanted")
    assert len(found) == 5


def test_another_header(sources):
    sources.replace("id,replaced_by", "old,replaced_by", "withdrawn.csv")
    assert sources.findings() == [
        "withdrawn.csv:1: header: columns are table_name,old,replaced_by,release,"
        "reason, wanted table_name,id,replaced_by,release,reason"
    ]


def test_a_header_that_a_spreadsheet_marks_is_read(sources):
    sources.write("places.csv", b"\xef\xbb\xbf" + sources.read("places.csv").encode())
    assert sources.findings() == []


def test_a_row_with_too_many_cells(sources):
    line = sources.replace(
        "amber-road,Tell Amber - Wadi Qasr,2",
        "amber-road,Tell Amber, Wadi Qasr,2",
        "axes.csv",
    )
    assert sources.findings() == [f"axes.csv:{line}: row: has 5 cells, wanted 4"]


def test_lines_are_right_behind_a_cell_of_two_lines(sources):
    line = sources.set_cell("places.csv", 1, "note", "one\ntwo")
    sources.set_cell("places.csv", 1, "kind", "town")
    sources.set_cell("places.csv", 2, "kind", "town")
    starts = [f"places.csv:{n}: kind: is 'town'" for n in (line, line + 2)]
    found = sources.findings()
    assert len(found) == 2
    assert all(f.startswith(s) for f, s in zip(found, starts, strict=True))


def test_a_register_that_is_not_utf_8(sources):
    text = sources.read("withdrawn.csv").encode()
    sources.write("withdrawn.csv", text.replace(b"coded twice", b"cod\xe9 twice"))
    (found,) = sources.findings()
    assert found.startswith(
        "withdrawn.csv:2: file: 'utf-8' codec can't decode byte 0xe9"
    )
    assert found.endswith(", not readable as UTF-8")


def test_a_quote_that_is_not_closed(sources):
    line = sources.replace("coded twice", '"coded twice', "withdrawn.csv")
    (found,) = sources.findings()
    assert found == (
        f"withdrawn.csv:{line}: file: unexpected end of data, not readable as CSV"
    )


BROKEN = {
    "two colons": ("place: wadi-qasr, role", "place: wadi: qasr, role", None),
    "tab": ("    radius_km: 2", "\tradius_km: 2", "character '\\t'"),
    "key twice": (
        "    radius_km: 2", "    radius_km: 2\n    radius_km: 3",
        "'radius_km' stands twice in one mapping, not valid YAML",
    ),
    "key twice in a group": (
        "      high: 9", "      high: 9\n      high: 10",
        "'high' stands twice in one mapping, not valid YAML",
    ),
    "key that is a number": (
        "    radius_km: 2", "    2: radius_km",
        "the key 2 is not a word, not valid YAML",
    ),
    "key that is a list": (
        "    radius_km: 2", "    ? [a]\n    : 2",
        "the key ['a'] is not a word, not valid YAML",
    ),
    "unknown tag": ("    radius_km: 2", "    radius_km: !!python/name:os.x 2", None),
    "tag that does not fit": ("    radius_km: 2", "    radius_km: !!bool 2", None),
    "number of nothing": ("    radius_km: 2", "    radius_km: !!int ''", None),
    "control character": ("    radius_km: 2", "    radius_km: \x07", None),
    "not UTF-8": ("found_by: invented", "found_by: \udcff", "can't decode byte 0xff"),
}  # fmt: skip


@pytest.mark.parametrize("fault", BROKEN)
def test_a_document_that_cannot_be_read_is_one_finding_at_its_line(sources, fault):
    old, new, what = BROKEN[fault]
    text = sources.read(DOCUMENT)
    assert text.count(old) == 1
    line = text[: text.index(old)].count("\n") + 1
    line += fault.startswith("key twice")
    broken = text.replace(old, new).encode("utf-8", "surrogateescape")
    sources.write(DOCUMENT, broken)
    (found,) = (f for f in sources.findings() if f.startswith(DOCUMENT))
    assert found.startswith(f"{DOCUMENT}:{line}: yaml: ")
    assert "\n" not in found
    assert (what or "") in found


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "1: document: is missing, wanted the keys document and claims"),
        ("# nothing\n", "1: document: is missing, wanted the keys document and claims"),
        ("- a\n- b\n", "1: document: is missing, wanted the keys document and claims"),
        (
            "claims: []\n",
            "1: document: is missing, wanted the keys document and claims",
        ),
        ("document: 5\n", "1: document: is 5, wanted a mapping"),
        ("document:\n", "1: document: is None, wanted a mapping"),
        ("a: b: c", "1: yaml: mapping values are not allowed here, not valid YAML"),
    ],
)
def test_a_document_without_its_parts(sources, text, wanted):
    sources.write(DOCUMENT, text)
    assert f"{DOCUMENT}:{wanted}" in sources.findings()


def test_claims_of_a_document_that_cannot_be_read_are_not_made_up(sources):
    sources.write(DOCUMENT, "")
    assert (
        f"actor_relations.csv:2: claim_id: '{FIRST}' is not in claims, and there are "
        "none to refer to"
    ) in sources.findings()


# Fronts


def spoil_fronts(sources, change) -> list[str]:
    fronts = json.loads(json.dumps(FRONTS))
    change(fronts["features"])
    sources.write("fronts.geojson", json.dumps(fronts))
    return [f for f in sources.findings() if f.startswith("fronts.geojson:1: ")]


def test_faults_in_the_fronts(sources):
    def cross(features):
        ring = features[0]["geometry"]["coordinates"][0]
        ring[1], ring[2] = ring[2], ring[1]

    assert spoil_fronts(sources, cross) == [
        "fronts.geojson:1: geometry: feature 1 is no valid polygon"
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda features: features[0]["properties"].pop("description"),
        lambda features: features[0].pop("geometry"),
        lambda features: features[0].update(geometry=None),
        lambda features: features[0]["geometry"].update(coordinates=[[[36, 35]]]),
        lambda features: features[0]["geometry"].update(coordinates=[[["a", 35]] * 4]),
        lambda features: features[0]["geometry"].update(type="Hexagon"),
        lambda features: features[0].update(properties=[]),
        lambda features: features.insert(0, None),
    ],
)
def test_a_front_that_is_no_front(sources, change):
    (found, *_) = spoil_fronts(sources, change)
    assert found.startswith("fronts.geojson:1: feature: feature 1: ")
    assert found.endswith(", wanted a polygon with properties")


def test_a_front_twice_and_one_that_is_a_point(sources):
    def change(features):
        point = {"type": "Point", "coordinates": [36, 35]}
        features += [features[0], features[0] | {"geometry": point}]

    assert spoil_fronts(sources, change) == [
        "fronts.geojson:1: front_id: repeats ('amber-front',), wanted one row for each",
        "fronts.geojson:1: geometry: feature 3 is no valid polygon",
    ]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", "5", '{"features": null}', '{"features": {}}', "[" * 10**5,
     '{"features": 3}'],
)  # fmt: skip
def test_fronts_that_cannot_be_read(sources, text):
    sources.write("fronts.geojson", text)
    found = [f for f in sources.findings() if f.startswith("fronts.geojson")]
    assert len(found) == 1
    assert found[0].startswith("fronts.geojson:1: file: ")
    assert found[0].endswith(", not a readable GeoJSON FeatureCollection")


# All at once


def test_all_faults_are_reported_in_one_pass(sources):
    """One of each family, spread over all files, in order of file and line."""
    sources.set_cell("places.csv", 1, "longitude", "")
    sources.set_cell("places.csv", 2, "geonames_id", "many")
    sources.set_cell("actors.csv", 1, "kind", "armi")
    sources.set_cell("axes.csv", 1, "place_id", "tel-amber")
    (sources.folder / "releases.csv").unlink()
    reason = sources.replace("reason: comparison", "reason: comparision")
    quote = sources.replace("tokens: 13", "tokens: 12")
    link = sources.replace("        claim: 1", "        claim: 8")
    low = sources.replace("      low: 3", "      low: 10")
    extent = sources.replace("    extent: whole", "    extent: hole")
    day = sources.replace("  published: 2017-04-24", "  published: 2017-04-31")
    assert [finding.rsplit(":", 1)[0] if "recompute" in finding else finding
            for finding in sources.findings()] == [
        "actors.csv:2: kind: is 'armi', wanted a known one, nearest: army",
        "axes.csv:2: place_id: 'tel-amber' is not in places, wanted a known one, "
        "nearest: tell-amber",
        f"{DOCUMENT}:2: ledger: sentence at token 27 (\"We never left Tell Amber,\" a "
        "...) is in no claim, wanted a claim or an uncoded passage with its reason",
        f"{DOCUMENT}:{day}: published: is '2017-04-31', wanted a date YYYY-MM-DD",
        f"{DOCUMENT}:{extent}: extent: is 'hole', wanted a known one, nearest: whole",
        f"{DOCUMENT}:{low + 1}: count_high: 9 is below count_low 10, wanted count_low "
        "<= count_high",
        f"{DOCUMENT}:{link}: other_claim_id: '{DOCUMENT_ID}-008' is not in claims, "
        f"wanted a known one, nearest: {DOCUMENT_ID}-003, {DOCUMENT_ID}-002, {FIRST}",
        f"{DOCUMENT}:{quote}: quote_start: no such passage at token 27",
        f"{DOCUMENT}:{reason}: reason: is 'comparision', wanted a known one, nearest: "
        "comparison",
        "places.csv:2: longitude: is empty, wanted both coordinates or neither",
        "places.csv:3: geonames_id: is 'many', wanted a whole number below 2147483648",
        "releases.csv:1: file: is missing, wanted event_id,first_release,last_changed",
    ]  # fmt: skip


def test_two_faults_on_one_line_are_both_reported(sources):
    """A cell that cannot be read hides none of its neighbours on the line."""
    line = sources.replace(
        "      - {actor: army, role: initiator}\n"
        "      - {actor: brigade, role: target}",
        "      [{actor: 5, role: initiator}, {actor: brigad, role: target}]",
    )
    assert sources.findings() == [
        f"{DOCUMENT}:{line}: actor_id: 'brigad' is not in actors, wanted a known one, "
        "nearest: brigade, old-brigade",
        f"{DOCUMENT}:{line}: actor_id: is 5, wanted text (quote it)",
    ]


def test_a_cell_that_cannot_be_read_is_reported_once(sources):
    """Neither as empty nor as missing beside its precision."""
    line = sources.replace("  published: 2017-04-24", "  published: yesterday")
    assert sources.findings() == [
        f"{DOCUMENT}:{line}: published: is 'yesterday', wanted a date YYYY-MM-DD"
    ]


def test_what_is_planned_may_lie_after_publication(sources):
    sources.replace("event_type: killing", "event_type: killing\n    modality: planned")
    sources.replace(
        "{start: 2017-04-23, end: 2017-04-23, start_precision: day, "
        "end_precision: day}\n    place: tell-amber\n    count",
        "{start: 2017-05-23, end: 2017-05-23, start_precision: day, "
        "end_precision: day}\n    place: tell-amber\n    count",
    )
    assert sources.findings() == []


@pytest.mark.parametrize("day", ["0001-01-01", "1677-01-01", "9999-12-31"])
def test_days_at_the_end_of_the_calendar_are_no_trouble(sources, day):
    sources.replace("  published: 2017-04-24", f"  published: {day}")
    assert all(": start: 2017-04-23 lies after" in f for f in sources.findings())


def test_findings_do_not_depend_on_the_order_of_rows(sources):
    sources.set_cell("places.csv", 1, "kind", "town")
    before = {f.split(": ", 1)[1] for f in sources.findings()}
    header, first, *rest = sources.read("places.csv").splitlines()
    sources.write("places.csv", "\n".join([header, *rest, first, ""]))
    assert {f.split(": ", 1)[1] for f in sources.findings()} == before


SNIPPETS = st.sampled_from(
    [b"", b"\t", b": ", b"\n", b"- ", b"[", b"]", b"{", b"}", b'"', b"'", b"null", b"~",
     b"true", b"&a ", b"*a", b"!!int ", b"!!float ", b"!!binary ", b"!!timestamp ",
     b"!!set ", b"!!omap ", b"<<: ", b"? ", b"|\n", b">", b"#", b"%", b"@", b"`", b",",
     b"\xff", b"\x00", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"1e400", b".inf", b".nan",
     b"-", b"0x1F", b"99999999999999999999", b"2017-02-30", b"\\ud800", b'"\\uD800"']
)  # fmt: skip
EDITS = st.lists(
    st.tuples(
        st.floats(0, 1), st.integers(0, 12), st.one_of(SNIPPETS, st.binary(max_size=4))
    ),
    min_size=1,
    max_size=4,
)  # fmt: skip


def mutate(content: bytes, edits) -> bytes:
    for place, cut, put in edits:
        at = int(place * len(content))
        content = content[:at] + put + content[at + cut :]
    return content


@pytest.fixture(scope="module")
def shared(make_sources, tmp_path_factory):
    return make_sources(tmp_path_factory.mktemp("mutated"))


@pytest.mark.parametrize(
    "name",
    [DOCUMENT, "places.csv", "actor_camps.csv", "campaigns.csv", "fronts.geojson"],
)
@settings(max_examples=15, deadline=None,
          suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
@given(edits=EDITS)
def test_whatever_a_file_holds_reading_does_not_raise(shared, name, edits):
    content = (shared.folder / name).read_bytes()
    try:
        shared.write(name, mutate(content, edits))
        for finding in read_sources(shared.folder, shared.texts).findings:
            assert finding.line >= 1
            assert "\n" not in str(finding)
    finally:
        shared.write(name, content)


def test_two_places_at_one_point_stand_for_one_ground_only(sources):
    for column, value in (("longitude", "36.7"), ("latitude", "35.3")):
        line = sources.set_cell("places.csv", 2, column, value)
    (found,) = sources.findings()
    assert found == (
        f"places.csv:{line}: radius_km: is 1.5 at the point of tell-amber, wanted more "
        "than 8: a borrowed point is only near"
    )
    sources.set_cell("places.csv", 2, "radius_km", "9")
    assert sources.findings() == []
