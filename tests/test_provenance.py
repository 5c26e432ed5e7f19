"""From a number back to the passage: evidence, citation, verification."""

import json
import shutil

import pandas as pd
import pytest

import syriaconflict as sc
from syriaconflict import _paths, provenance, release
from syriaconflict.anchors import anchor, normalise
from syriaconflict.cli import main

HALFAYA = "2017-04-24-syria-direct-halfaya-004"  # the capture of Halfaya
TEXT = """<html><head><style>p {}</style><script>var a = 1;</script></head>
<p>Own words of a made-up page.</p><p>The mill by the river changed hands
at dawn, say three millers.</p></html>"""


def test_evidence_lists_every_claim_of_the_event():
    found = sc.evidence(HALFAYA)
    claims = sc.claims()
    wanted = claims.loc[claims["event_id"] == HALFAYA, "claim_id"]
    assert found["claim_id"].tolist() == wanted.tolist()
    assert len(found) >= 2
    assert "Syria Direct" in set(found["publisher"])
    assert "SANA" in "".join(found["claimant"].dropna())


def test_evidence_of_a_claim_that_founds_nothing_names_its_event():
    claims = sc.claims()
    other = claims.loc[claims["event_id"] != claims["claim_id"]].iloc[0]
    with pytest.raises(KeyError, match=f"about the event '{other['event_id']}'"):
        sc.evidence(other["claim_id"])


def test_evidence_of_an_unknown_event_names_the_nearest():
    with pytest.raises(KeyError, match=f"nearest: {HALFAYA[:-3]}"):
        sc.evidence(HALFAYA[:-1])


def test_a_withdrawn_event_says_what_replaced_it(monkeypatch):
    gone = pd.DataFrame(
        {"table_name": ["claims", "events", "events"],
         "id": ["old-001", "old-001", "old-002"],
         "replaced_by": ["new-009", "new-002", None], "release": ["0.2.0"] * 3,
         "reason": ["another id", "told twice", "never told"]}
    )  # fmt: skip
    load = provenance.load
    monkeypatch.setattr(
        provenance, "load", lambda n: gone if n == "withdrawn" else load(n)
    )
    with pytest.raises(KeyError, match=r"withdrawn: told twice \(new-002\)"):
        provenance.evidence("old-001")
    with pytest.raises(KeyError, match=r"withdrawn: never told \(not replaced\)"):
        provenance.evidence("old-002")


def made_up_claim(monkeypatch, plain):
    """Let the tables hold one claim about a made-up page."""
    mark = anchor(plain, "the mill by", "at dawn")
    claims = sc.claims().head(1).assign(
        quote_start=mark.start, quote_tokens=mark.tokens, quote_sha256=mark.sha256
    )  # fmt: skip
    load = provenance.load
    monkeypatch.setattr(
        provenance, "load", lambda n: claims if n == "claims" else load(n)
    )
    return claims["event_id"].iloc[0]


def test_the_passage_is_shown_from_the_users_own_copy(tmp_path, monkeypatch):
    plain = "The mill by the river changed hands at dawn, say three millers."
    event_id = made_up_claim(monkeypatch, plain)
    (tmp_path / "saved.html").write_text(TEXT)
    (tmp_path / "other.txt").write_text("nothing of the kind")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    found = provenance.evidence(event_id, tmp_path)
    # the page has other words before it, so the passage stands further in than coded
    assert found.loc[0, "passage"] == "The mill by the river changed hands at dawn,"
    assert found.loc[0, "passage_note"] == "saved.html"
    (tmp_path / "saved.html").unlink()
    (tmp_path / "plain.txt").write_text(plain)
    found = provenance.evidence(event_id, tmp_path)
    assert normalise(found.loc[0, "passage"]) == normalise(plain)[:9]


def test_a_passage_that_is_not_there_is_said_to_be_missing(tmp_path, monkeypatch):
    event_id = made_up_claim(
        monkeypatch, "The mill by the river changed hands at dawn."
    )
    (tmp_path / "a.txt").write_text("Something else.")
    found = provenance.evidence(event_id, tmp_path)
    assert found["passage"].isna().all()
    assert found.loc[0, "passage_note"] == "in none of 1 texts"
    with pytest.raises(NotADirectoryError, match="copies of the documents"):
        provenance.evidence(event_id, tmp_path / "a.txt")


def test_the_command_shows_claimant_place_in_text_and_address(capsys):
    assert main(["evidence", HALFAYA]) == 0
    shown = capsys.readouterr().out
    assert f"{HALFAYA}: " in shown
    assert "Syria Direct, Regime forces push deeper" in shown
    assert "tokens 73 to 100, sha256 895c923fa9d5365a" in shown
    assert main(["evidence", "nothing-001"]) == 1
    assert "no event is called 'nothing-001'" in capsys.readouterr().err


def test_a_citation_names_the_documents_behind_the_rows():
    events = sc.events()
    rows = events[events["event_id"] == HALFAYA]
    lines = sc.cite(rows).splitlines()
    assert lines[0] == sc.cite()
    assert sc.__version__ in lines[0]
    assert len(lines) >= 1 + rows["document_count"].item()  # with originals
    (own,) = (line for line in lines if line.startswith("Syria Direct. Regime forces"))
    assert "syriadirect.org" in own
    by_claim = sc.cite(sc.claims().query("event_id == @HALFAYA")[["claim_id"]])
    assert by_claim == sc.cite(rows)
    assert len(sc.cite(sc.documents()).splitlines()) == 1 + len(sc.documents())


def test_a_citation_of_rows_without_identifiers_is_refused():
    with pytest.raises(ValueError, match=r"columns are \['n'\]; to cite rows, keep"):
        sc.cite(pd.DataFrame({"n": [1]}))


def test_verify_names_the_file_with_one_flipped_byte(tmp_path, monkeypatch):
    assert len(sc.verify()) == len(sc.tables())
    copy = tmp_path / "datasets" / "tables"
    shutil.copytree(_paths.tables(), copy)
    monkeypatch.setattr(_paths, "root", lambda: tmp_path)
    content = bytearray((copy / "claims.parquet").read_bytes())
    content[len(content) // 2] ^= 1
    (copy / "claims.parquet").write_bytes(content)
    (copy / "axes.parquet").unlink()
    with pytest.raises(ValueError, match=r"pip install --force-reinstall") as caught:
        release.verify()
    assert "claims.parquet: has" in str(caught.value)
    assert "damaged, or another file; get release" in str(caught.value)
    assert "axes.parquet: is missing" in str(caught.value)
    assert "events.parquet" not in str(caught.value)


def test_commands_for_the_release(capsys):
    assert main(["verify"]) == 0
    assert "all as released" in capsys.readouterr().out
    assert main(["cite", HALFAYA]) == 0
    assert "Syria Direct" in capsys.readouterr().out
    assert main(["cite", "nothing-1"]) == 1
    assert "nothing-1" in capsys.readouterr().err
    assert main(["tables"]) == 0
    assert "One row per outlet" in capsys.readouterr().out
    assert json.dumps(release.manifest())


def test_wrong_words_are_refused():
    with pytest.raises(SystemExit) as stopped:
        main(["evidnce"])
    assert stopped.value.code == 2


def test_a_missing_extra_is_named_with_the_way_to_get_it(monkeypatch, capsys):
    def lacking(*_):
        msg = "No module named 'yaml'"
        raise ModuleNotFoundError(msg, name="yaml")

    monkeypatch.setattr("syriaconflict.validate.read_sources", lacking)
    assert main(["validate", "--sources", "."]) == 1
    assert "pip install 'syriaconflict[build]'" in capsys.readouterr().err
