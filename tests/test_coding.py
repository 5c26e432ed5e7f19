"""From a coder's file to rows; the ledger; the beginning of a new file."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import DOCUMENT, DOCUMENT_ID, SHA, TEXT, TEXT_SHA, sha256
from syriaconflict import schema
from syriaconflict.anchors import normalise
from syriaconflict.coding import KEYS, read_document
from syriaconflict.ledger import (
    check_anchors,
    find_repeats,
    find_text,
    known_names,
    start_document,
)

FIRST = f"{DOCUMENT_ID}-001"


@pytest.fixture
def read(tmp_path):
    """Read a document's file from its text; the file is called ``doc.yaml``."""

    def read(text: str):
        path = tmp_path / "doc.yaml"
        path.write_text(text, encoding="utf-8")
        return read_document(path, "doc.yaml")

    return read


def claim(read, lines: str, table: str = "claims") -> list[dict]:
    """Rows of a table from the lines of one claim."""
    body = "".join(f"    {line}\n" for line in lines.splitlines())
    reader = read(f"document: {{document_id: doc}}\nclaims:\n  - n: 7\n{body}")
    assert [str(f) for f in reader.findings] == []
    return [row.cells for row in reader.rows.get(table, [])]


def test_a_claim_in_full(sources):
    reader = read_document(sources.folder / DOCUMENT, DOCUMENT)
    assert reader.findings == []
    assert {name: len(rows) for name, rows in reader.rows.items()} == {
        "documents": 1, "claims": 3, "claim_actors": 3, "claim_places": 1,
        "claim_links": 1, "uncoded": 2,
    }  # fmt: skip
    first, second, third = (row.cells for row in reader.rows["claims"])
    assert first == {
        "claim_id": FIRST, "document_id": DOCUMENT_ID, "event_id": FIRST,
        "claimant_kind": "publisher", "stance": "asserts", "certainty": "flat",
        "event_type": "capture", "modality": "realised", "grain": "discrete",
        "extent": "whole", "start": "2017-04-23", "end": "2017-04-23",
        "start_precision": "day", "end_precision": "day", "place_id": "tell-amber",
        "radius_km": 2, "quote_start": 5, "quote_tokens": 10, "quote_sha256": SHA[5],
        "quote_matches": 1, "summary": "Government forces take Tell Amber.",
    }  # fmt: skip
    assert [second[k] for k in ("unit", "count_low", "count_high", "count_per")] == [
        "person", 3, 9, "total"]  # fmt: skip
    keys = ("event_id", "stance", "claimant_id", "claimant_kind")
    assert [third[k] for k in keys] == [
        FIRST, "denies", "brigade", "spokesperson"]  # fmt: skip
    assert [row.cells for row in reader.rows["claim_links"]] == [
        {"claim_id": f"{DOCUMENT_ID}-002", "other_claim_id": FIRST,
         "relation": "part_of"}]  # fmt: skip
    assert [row.cells for row in reader.rows["uncoded"]] == [
        {"document_id": DOCUMENT_ID, "quote_start": 0, "quote_tokens": 5,
         "quote_sha256": SHA[0], "reason": "boilerplate"},
        {"document_id": DOCUMENT_ID, "quote_start": 40, "quote_tokens": 7,
         "quote_sha256": SHA[40], "reason": "comparison"},
    ]  # fmt: skip


def test_cells_know_their_lines(sources):
    reader = read_document(sources.folder / DOCUMENT, DOCUMENT)
    first, second, _ = reader.rows["claims"]
    assert first.line == sources.line("- n: 1")
    assert first.lines["quote_start"] == sources.line("      start: 5")
    assert first.lines["radius_km"] == sources.line("radius_km: 2")
    assert second.lines["count_high"] == sources.line("      high: 9")
    harmed = reader.rows["claim_actors"][2]
    assert harmed.lines["killed_high"] == sources.line("killed: [3, 9]")
    assert harmed.lines["actor_id"] == sources.line("      - actor: brigade")
    (link,) = reader.rows["claim_links"]
    assert link.lines["other_claim_id"] == sources.line("        claim: 1")
    passage = reader.rows["uncoded"][0]
    assert passage.lines["reason"] == sources.line("    reason: boilerplate")
    # what a group leaves out is looked for where the group stands
    assert first.lines["quote_matches"] == sources.line("      start: 5") - 1


def test_every_key_of_a_claim_fills_a_column():
    columns = [
        column
        for value in KEYS.values()
        for column in (value.values() if isinstance(value, dict) else [value])
    ]
    assert set(columns) <= set(schema.CLAIMS.names)
    # the reader fills in these two
    assert set(schema.CLAIMS.names) - set(columns) == {"document_id"}


def test_what_a_claim_leaves_out_is_left_out():
    """No default for what only the text can say."""
    from syriaconflict.coding import DEFAULTS

    assert DEFAULTS == {
        "stance": "asserts", "certainty": "flat", "modality": "realised",
        "grain": "discrete", "quote_matches": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("count", "bounds"),
    [
        ("{unit: strike, word: dozens, per: day}", (24, 99)),
        ("{unit: strike, word: couple, per: day}", (2, 2)),
        ("{unit: strike, word: dozens, low: 30, per: day}", (30, None)),
        ("{unit: strike, low: 5, per: day}", (5, None)),
        ("{unit: strike, word: legions, per: day}", (None, None)),
    ],
)
def test_a_count_word_stands_for_its_numbers_unless_numbers_are_given(
    read, count, bounds
):
    (cells,) = claim(read, f"count: {count}")
    assert (cells.get("count_low"), cells.get("count_high")) == bounds


@pytest.mark.parametrize(
    ("killed", "bounds"),
    [("5", (5, 5)), ("[3, 9]", (3, 9)), ("[3, null]", (3, None)), ("few", (3, 9)),
     ("0", (0, 0))],
)  # fmt: skip
def test_harm_as_a_number_a_range_or_a_word(read, killed, bounds):
    text = f"actors: [{{actor: a, role: target, killed: {killed}, captured: 1}}]"
    (cells,) = claim(read, text, "claim_actors")
    assert (cells["killed_low"], cells["killed_high"]) == bounds
    assert (cells["captured_low"], cells["captured_high"]) == (1, 1)
    assert "injured_low" not in cells
    assert cells["certainty"] == "stated"


def test_links_by_number_or_by_whole_id(read):
    rows = claim(
        read,
        "links: [{relation: says, claim: 12}, {relation: causes, claim: other-003}]",
        "claim_links",
    )
    assert [row["other_claim_id"] for row in rows] == ["doc-012", "other-003"]


def test_a_claim_founds_its_own_event_unless_told_otherwise(read):
    assert claim(read, "stance: denies")[0]["event_id"] == "doc-007"
    assert claim(read, "event: doc-003")[0]["event_id"] == "doc-003"


def test_dates_stay_text_until_they_are_checked(read):
    (cells,) = claim(read, "when: {start: 2017-02-30, end: 2017-02-28}")
    assert (cells["start"], cells["end"]) == ("2017-02-30", "2017-02-28")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[1, 2]",
         "doc.yaml:1: document: is missing, wanted the keys document and claims"),
        ("document: []", "doc.yaml:1: document: is [], wanted a mapping"),
        ("document:\n  document_id: doc\nclaims:\n  - [n, 1]\n",
         "doc.yaml:3: claims: holds ['n', 1], wanted a mapping"),
        ("document:\n  document_id: doc\nclaims:\n  - n: 1\n    when: 2017-04-23\n",
         "doc.yaml:5: when: is '2017-04-23', wanted a mapping"),
        ("document:\n  document_id: doc\nclaims:\n  - n: 1\n    places: amber\n",
         "doc.yaml:5: places: is 'amber', wanted a list of mappings"),
        ("document:\n  document_id: doc\nclaims:\n  - place: amber\n",
         "doc.yaml:4: n: is None, wanted the claim's number, from 1"),
        ("document:\n  document_id: doc\n  repeats: {a: 1}\n",
         "doc.yaml:3: repeats: is {'a': 1}, wanted a list of [start, end, "
         "first_start]"),
        ("document:\n  title: x\n",
         "doc.yaml:2: document_id: is None, wanted the file's name 'doc'"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_reported_and_the_rest_is_read(read, text, wanted):
    assert [str(finding) for finding in read(text).findings] == [wanted]


def test_a_bad_claim_does_not_hide_the_next(read):
    reader = read(
        "document: {document_id: doc}\nclaims:\n  - {n: x}\n  - {n: 2, plce: a}\n"
        "  - 5\n"
    )
    assert [row.cells["claim_id"] for row in reader.rows["claims"]] == ["doc-002"]
    assert len(reader.findings) == 3


KEYWORDS = ["document", "claims", "uncoded", "n", "event", "claimant", "kind", "when",
            "start", "end", "place", "count", "low", "word", "quote", "tokens",
            "sha256", "actors", "actor", "role", "killed", "places", "links",
            "relation", "claim",
            "repeats", "document_id", "summary", "radius_km", "event_type"]  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
    | st.sampled_from(["doc", "dozens", "few", "2017-02-30", "amber", 1, 5]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(KEYWORDS), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
CLAIMS = st.lists(
    st.dictionaries(st.sampled_from(KEYWORDS), VALUES, max_size=6), max_size=3
)


@settings(max_examples=150, deadline=None)
@given(
    document=st.dictionaries(st.sampled_from(KEYWORDS), VALUES, max_size=4) | VALUES,
    claims=CLAIMS | VALUES,
    uncoded=CLAIMS | VALUES,
)
def test_whatever_stands_under_a_key_is_a_row_or_a_finding(
    tmp_path_factory, document, claims, uncoded
):
    path = tmp_path_factory.getbasetemp() / "doc.yaml"
    content = {"document": document, "claims": claims, "uncoded": uncoded}
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    reader = read_document(path, "doc.yaml")
    if "documents" in reader.rows:
        reader.findings += check_anchors(reader, TEXT)
    assert all("\n" not in str(finding) for finding in reader.findings)
    assert all(finding.line >= 1 for finding in reader.findings)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_whatever_bytes_a_file_holds_reading_does_not_raise(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "doc.yaml"
    path.write_bytes(content)
    assert all("\n" not in str(f) for f in read_document(path, "doc.yaml").findings)


def test_a_missing_file_is_a_finding(tmp_path):
    (finding,) = read_document(tmp_path / "doc.yaml", "doc.yaml").findings
    assert str(finding) == (
        "doc.yaml:1: yaml: No such file or directory, not a readable file"
    )


# The ledger (what is wrong with an anchor is tested in test_validate.py)


def test_a_clean_document_has_a_closed_ledger(sources):
    reader = read_document(sources.folder / DOCUMENT, DOCUMENT)
    assert list(check_anchors(reader, TEXT)) == []


def test_sentences_of_fewer_than_four_tokens_have_to_be_covered_whole(sources):
    reader = read_document(sources.folder / DOCUMENT, DOCUMENT)
    found = [f.message for f in check_anchors(reader, TEXT + "\nRun for life!")]
    assert found == [
        "is 47, the text has 50",
        "sentence at token 47 (Run for life! ...) is in no claim, wanted a claim or an "
        "uncoded passage with its reason",
    ]


def test_a_quote_that_reaches_four_tokens_into_a_sentence_accounts_for_it(sources):
    """The header has five tokens: four are enough, three are not."""
    words = ["the", "battle", "of", "tell"]
    for size, holes in ((4, 0), (3, 1)):
        sources.replace(
            f"    tokens: {size + 1}\n    sha256: "
            + (SHA[0] if size == 4 else sha256(" ".join(words))),
            f"    tokens: {size}\n    sha256: {sha256(' '.join(words[:size]))}",
        )
        reader = read_document(sources.folder / DOCUMENT, DOCUMENT)
        assert len(list(check_anchors(reader, TEXT))) == holes


def test_numbers_written_as_text_are_checked_like_numbers(sources):
    sources.replace("      start: 5\n", '      start: "6"\n')
    reader = read_document(sources.folder / DOCUMENT, DOCUMENT)
    assert "quote_start" in [finding.field for finding in check_anchors(reader, TEXT)]


# Finding a document's text


def test_a_text_is_found_by_what_it_says_not_by_its_name(tmp_path):
    assert find_text(tmp_path, TEXT_SHA) is None
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe not a text")
    (tmp_path / "b.md").write_text(TEXT, encoding="utf-8")
    assert find_text(tmp_path, TEXT_SHA) is None
    # white space and capitals do not matter to what a text says
    (tmp_path / "c.txt").write_text(TEXT.upper(), encoding="utf-8")
    assert find_text(tmp_path, TEXT_SHA) == TEXT.upper()
    assert find_text(tmp_path / "nowhere", TEXT_SHA) is None


# Starting a document


def test_known_names_are_found_as_whole_words(sources):
    text = "Near TALL AMBAR the Amber  Brigade met; Wadi Qasrah did not."
    assert known_names(text, sources.folder) == {
        "places": ["tell-amber"], "actors": ["brigade"]
    }  # fmt: skip
    assert known_names("", sources.folder) == {"places": [], "actors": []}


def test_known_names_pass_over_a_name_that_is_missing_or_has_no_letters(sources):
    sources.set_cell("place_names.csv", 1, "name", "")
    sources.set_cell("place_names.csv", 2, "name", "...")
    assert known_names("Wadi Qasr.", sources.folder)["places"] == ["wadi-qasr"]


def test_a_started_document_holds_what_can_be_counted(tmp_path):
    path = tmp_path / "doc.yaml"
    found = {"places": ["tell-amber"], "actors": ["army", "brigade"]}
    path.write_text(start_document(TEXT, "doc", found), encoding="utf-8")
    assert path.read_text().startswith(
        "# places named in the text: tell-amber\n"
        "# actors named in the text: army, brigade\n"
    )
    reader = read_document(path, "doc.yaml")
    assert reader.findings == []
    (document,) = reader.rows["documents"]
    assert document.cells["token_count"] == 47
    assert document.cells["text_sha256"] == TEXT_SHA
    assert document.cells["publisher_id"] is None
    # every sentence is still to be claimed: five, as counted in conftest.py
    assert [f.field for f in check_anchors(reader, TEXT)] == ["ledger"] * 5


def test_a_started_document_asks_for_all_that_is_required():
    begun = yaml.safe_load(start_document("Some words.", "doc", {}))["document"]
    required = {c.name for c in schema.DOCUMENTS.columns if c.required}
    assert required <= set(begun)


def test_a_started_document_lists_what_the_text_prints_twice(tmp_path):
    body = " ".join(f"word{i}" for i in range(25))
    path = tmp_path / "doc.yaml"
    path.write_text(start_document(f"Title\n{body}\nAgain\n{body}\n", "doc", {}))
    reader = read_document(path, "doc.yaml")
    (repeat,) = reader.rows["document_repeats"]
    # 1 title, 25 words, 1 again, then the copy up to token 52
    assert repeat.cells == {
        "document_id": "doc", "start": 27, "end": 52, "first_start": 1
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shortest", "repeats"),
    [
        ("", 2, []),
        ("a b c", 2, []),
        ("a b x a b", 2, [[3, 5, 0]]),
        ("a b x a b", 3, []),
        # three copies: each is told from the first
        ("a b x a b y a b", 2, [[3, 5, 0], [6, 8, 0]]),
        # as long as the copies run alike
        ("a b c d x a b c e", 2, [[5, 8, 0]]),
        # a copy right behind its original
        ("a b a b", 2, [[2, 4, 0]]),
        # the run of one word stands in itself
        ("a a a a", 2, [[1, 4, 0]]),
    ],
)
def test_find_repeats(text, shortest, repeats):
    assert find_repeats(text.split(), shortest) == repeats


@given(st.lists(st.sampled_from("ab"), max_size=30), st.integers(2, 5))
def test_repeats_do_not_overlap_and_hold_what_stood_before(tokens, shortest):
    last = 0
    for start, end, first in find_repeats(tokens, shortest):
        assert first < start
        assert last <= start <= end - shortest
        assert tokens[start:end] == tokens[first : first + end - start]
        last = end


def test_normalised_text_of_the_fixture_is_the_one_counted_by_hand():
    """Guards the fixture itself: its numbers do not come from the code."""
    assert len(normalise(TEXT)) == 47
    assert sha256(" ".join(normalise(TEXT))) == TEXT_SHA
