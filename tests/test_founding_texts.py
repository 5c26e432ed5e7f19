"""The five founding texts: every anchor resolves, every sentence is accounted for."""

from pathlib import Path

import pytest

import syriaconflict as sc
from syriaconflict.anchors import locate, normalise, sentences
from syriaconflict.cli import main
from syriaconflict.coding import read_document
from syriaconflict.ledger import check_anchors, find_text

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted((ROOT / "datasets" / "sources" / "documents").glob("*.yaml"))
TEXTS = ROOT.parent / "shared" / "seeds"
FOUNDING = {
    "2016-10-04-yalla-souriya-hama-aleppo",
    "2017-04-24-syria-direct-halfaya",
    "2017-10-smm-syria-isis-hama",
    "2024-12-02-syria-revisited-idlib-aleppo",
    "2024-12-05-zerohedge-hama",
}

PATHS = [path for path in DOCUMENTS if path.stem in FOUNDING]

needs_texts = pytest.mark.skipif(
    not TEXTS.is_dir(), reason="the founding texts are not beside this checkout"
)


def test_the_five_founding_texts_are_coded():
    assert {path.stem for path in DOCUMENTS} >= FOUNDING


@needs_texts
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_anchors_resolve_and_the_ledger_is_closed(path):
    reader = read_document(path, path.name)
    text = find_text(TEXTS, reader.rows["documents"][0].cells["text_sha256"])
    assert text is not None
    assert [str(f) for f in [*reader.findings, *check_anchors(reader, text)]] == []


@needs_texts
def test_every_claim_in_the_tables_stands_where_it_says():
    """The same from the installed tables, by `locate` alone."""
    claims = sc.claims()
    documents = sc.documents().set_index("document_id")
    founding = claims[claims["document_id"].isin(FOUNDING)]
    for document_id, group in founding.groupby("document_id"):
        text = find_text(TEXTS, documents.loc[document_id, "text_sha256"])
        assert text is not None, document_id
        for claim in group.itertuples():
            found = locate(text, claim.quote_tokens, claim.quote_sha256)
            assert found[0] == claim.quote_start, claim.claim_id
            assert len(found) == claim.quote_matches, claim.claim_id


@needs_texts
def test_a_claim_taken_out_opens_the_ledger():
    """The ledger can fail: without its claims, a text's sentences are findings."""
    path = next(p for p in DOCUMENTS if p.stem == "2017-04-24-syria-direct-halfaya")
    reader = read_document(path, path.name)
    text = find_text(TEXTS, reader.rows["documents"][0].cells["text_sha256"])
    reader.rows["claims"] = []
    missing = [f for f in check_anchors(reader, text) if f.field == "ledger"]
    told = len(list(sentences(text)))
    # all but the sentences that are coded as holding nothing
    assert told - len(reader.rows["uncoded"]) - 4 <= len(missing) < told


@needs_texts
def test_no_run_of_nine_words_of_a_text_is_in_the_sources():
    grams = set()
    for path in TEXTS.glob("*.txt"):
        tokens = normalise(path.read_text(encoding="utf-8"))
        grams |= {tuple(tokens[i : i + 9]) for i in range(len(tokens) - 8)}
    assert len(grams) > 2000
    for path in [*DOCUMENTS, *(ROOT / "datasets" / "sources").glob("*.csv")]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if "title" in line[:12] or path.name == "selection.csv":
                continue
            tokens = normalise(line)
            runs = {tuple(tokens[i : i + 9]) for i in range(len(tokens) - 8)}
            assert not runs & grams, f"{path.name}:{number}"


@needs_texts
def test_the_coding_commands(capsys, tmp_path):
    files = [str(path) for path in PATHS]
    assert main(["coding", "ledger", *files, "--texts", str(TEXTS)]) == 0
    assert capsys.readouterr().out.count("ledger closed") == len(PATHS)
    assert main(["coding", "ledger", "--texts", str(tmp_path)]) == 1
    assert "its text is not in" in capsys.readouterr().out
    text = next(TEXTS.glob("003*"))
    assert main(["coding", "new", str(text)]) == 0
    begun = capsys.readouterr().out
    assert "repeats: [[498, 973, 15]]" in begun
    assert "token_count: 974" in begun
    assert "hayat-tahrir-al-sham" in begun
    words = ["anchor", str(text), "Hama is one-third", "populous government regions"]
    assert main(words) == 0
    assert "start: 152, tokens: 28, sha256: e4c28e" in capsys.readouterr().out
    assert main(["anchor", str(text), "no such words here"]) == 1
    assert "not in the text" in capsys.readouterr().err
