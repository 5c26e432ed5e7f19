"""A reprint's file from its original's, by hand."""

import pytest

from syriaconflict.anchors import anchor, digest, normalise
from syriaconflict.cli import main
from syriaconflict.reprints import reprint

TEXT = "The army took Amber on Monday. The mayor said so. It rained in Qasr all day."
COPY = "Copied by us. The mayor said so. The army took Amber on Monday. More to come."


def quote(words: str) -> str:
    mark = anchor(TEXT, words)
    return f"start: {mark.start}, tokens: {mark.tokens}, sha256: {mark.sha256}"


ORIGINAL = f"""document:
  document_id: 2017-04-24-one-amber
claims:
  - n: 1
    event_type: capture
    links: [{{relation: part_of, claim: 2}}]
    quote: {{{quote("The army took Amber on Monday")}}}
    summary: Amber falls.
  - n: 2
    event: 2017-04-23-other-amber-007
    quote: {{{quote("The mayor said so")}}}
    summary: By the mayor's word.
  - n: 3
    quote: {{{quote("It rained in Qasr all day")}}}
    summary: Rain.
uncoded:
  - {{{quote("The mayor said so")}, reason: repeat}}
"""


def test_a_reprint_keeps_what_stands_in_it_where_it_stands_there():
    made = reprint(ORIGINAL, "2017-04-24-one-amber", COPY, "2017-04-25-two-amber")
    mayor = quote("The mayor said so").replace("start: 6", "start: 3")
    army = quote("The army took Amber on Monday").replace("start: 0", "start: 7")
    body = f"""claims:
  - n: 1
    event: 2017-04-24-one-amber-001
    event_type: capture
    links: [{{relation: part_of, claim: 2}}]
    quote: {{{army}}}
    summary: Amber falls.
  - n: 2
    event: 2017-04-23-other-amber-007
    quote: {{{mayor}}}
    summary: By the mayor's word.
uncoded:
  - {{{mayor}, reason: repeat}}
# not found in this text: claim 3
"""
    head, _, rest = made.partition("claims:\n")
    assert "claims:\n" + rest == body
    tokens = normalise(COPY)
    assert "  derived_from: 2017-04-24-one-amber\n" in head
    assert f"  token_count: 16\n  text_sha256: {digest(tokens)}\n" in head


def test_an_original_without_uncoded_passages_is_read():
    bare = ORIGINAL.partition("uncoded:")[0]
    assert reprint(bare + "uncoded: []\n", "one", COPY, "two").count("- n:") == 2
    assert reprint(bare, "one", COPY, "two").count("- n:") == 2


def test_a_passage_that_stands_twice_says_so():
    made = reprint(ORIGINAL, "2017-04-24-one-amber", f"{COPY} {COPY}", "d")
    assert made.count("matches: 2}") == 2  # of the claims, not of uncoded passages


def test_what_is_no_reprint_is_refused():
    with pytest.raises(ValueError, match="no passage of one stands in the text"):
        reprint(ORIGINAL, "one", "Something else altogether, in other words.", "two")


def test_the_command_prints_the_file(tmp_path, capsys):
    file, text = tmp_path / "2017-04-24-one-amber.yaml", tmp_path / "copy.txt"
    file.write_text(ORIGINAL, "utf-8")
    text.write_text(COPY, "utf-8")
    words = ["coding", "reprint", str(file), str(text), "--id", "2017-04-25-two-amber"]
    assert main(words) == 0
    assert "event: 2017-04-24-one-amber-001" in capsys.readouterr().out
