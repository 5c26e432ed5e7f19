"""Citations: what they say, by hand, and what other programs read in them."""

import json

import bibtexparser
import pandas as pd
import pytest
import rispy
from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON

import syriaconflict as sc
from conftest import installed_as
from syriaconflict import _citation_cli, citation, editions
from syriaconflict.cli import main
from syriaconflict.reference_formats import apa, bibtex, csl, ris
from syriaconflict.references import document_items, release_item

HALFAYA = "2017-04-24-syria-direct-halfaya-004"
FOUNDING = "2017-04-24-syria-direct-halfaya"
SIGNS = 'Fuel & bread: 50% of {Hama}_north #1, "so they say" for $5 \\ ~ ^'
ARABIC = "الجيش في حماة"
RUSSIAN = "Сводка {"
PUBLISHERS = pd.DataFrame(
    [("radio-hill", "Radio Hill"), ("hafiz", "حافظ نيوز"), ("wiki", "Openpedia")],
    columns=["publisher_id", "name"],
)
COLUMNS = (
    *("document_id", "publisher_id", "title", "author", "published"),
    *("published_precision", "url", "archive_url", "language", "genre"),
    *("derived_from", "accessed"),
)


def documents(*rows: tuple) -> pd.DataFrame:
    """Return rows of the table of documents, their dates as dates."""
    frame = pd.DataFrame(rows, columns=COLUMNS).astype("object")
    for name in ("published", "accessed"):
        frame[name] = pd.to_datetime(frame[name])
    return frame


def document(document_id: str = "a", **cells: object) -> pd.DataFrame:
    """Return one document of Radio Hill, of 6 August 2016, changed as told."""
    plain = {
        "publisher_id": "radio-hill",
        "title": "Bread",
        "published": "2016-08-06",
        "published_precision": "day",
        "language": "en",
        "genre": "news_report",
    }
    row = {"document_id": document_id} | plain | cells
    return documents(tuple(row.get(name) for name in COLUMNS))


def items(*frames: pd.DataFrame) -> list[dict]:
    """Return frames of documents as items, in the order given."""
    return [item for frame in frames for item in document_items(frame, PUBLISHERS)]


HARD = items(
    document(
        "2016-08-06-radio-hill-bread",
        title=SIGNS,
        url="https://radio.example/a,b?x=1&y={2}%20#c_d",
        derived_from="2016-08-hafiz",
        accessed="2026-11-22",
    ),
    document(
        "2016-08-hafiz",
        publisher_id="hafiz",
        title=ARABIC,
        author="Desk of the {North}",
        published="2016-08-01",
        published_precision="month",
        archive_url="https://archive.example/1",
        language="ar",
        genre="incident_record",
    ),
    document(
        "2016-08-05-hafiz-svodka",
        publisher_id="hafiz",
        title=RUSSIAN,
        published="2016-08-05",
        published_precision="few_days",
        language="ru",
        genre="statement",
    ),
    document(
        "2016-openpedia",
        publisher_id="wiki",
        title=None,
        published="2016-01-01",
        published_precision="year",
        url="https://w.example/",
        accessed="2026-11-02",
        genre="reference_article",
    ),
)


def test_a_date_has_as_many_parts_as_are_known():
    issued = {}
    for precision in ("day", "few_days", "relative", "month", "season", "year", None):
        (item,) = items(document(published_precision=precision))
        issued[precision] = item["issued"]
    assert issued == {
        "day": {"date-parts": [[2016, 8, 6]]},
        "few_days": {"date-parts": [[2016, 8, 6]], "circa": True},
        "relative": {"date-parts": [[2016, 8, 6]], "circa": True},
        "month": {"date-parts": [[2016, 8]]},
        "season": {"date-parts": [[2016]]},
        "year": {"date-parts": [[2016]]},
        None: {"date-parts": [[2016]], "circa": True},
    }
    (none,) = items(document(published=None))
    assert "issued" not in none


def test_a_publisher_stands_for_a_missing_author_and_white_space_is_one_space():
    (item,) = items(document(title="Bread\n and\tfuel "))
    assert item["author"] == [{"literal": "Radio Hill"}]
    assert item["title"] == "Bread and fuel"
    assert HARD[1]["author"] == [{"literal": "Desk of the {North}"}]
    assert HARD[1]["container-title"] == "حافظ نيوز"
    assert "title" not in HARD[3]


def test_bibtex_is_read_whole_by_a_parser():
    with installed_as("0.3.0"):
        library = bibtexparser.parse_string(bibtex([release_item(), *HARD]))
    assert not library.failed_blocks
    release, bread, hafiz, svodka, openpedia = library.entries
    assert release["note"] == "Version 0.3.0. Data set, CC BY 4.0."
    assert bread.key == "2016-08-06-radio-hill-bread"
    assert bread["title"] == (
        r"{Fuel \& bread: 50\% of \textbraceleft{}Hama\textbraceright{}\_north \#1, "
        r'"so they say" for \$5 \textbackslash{} \textasciitilde{} '
        r"\textasciicircum{}}"
    )
    assert bread["url"] == "https://radio.example/a,b?x=1&y=%7B2%7D%20#c_d"
    assert (bread["year"], bread["month"], bread["day"]) == ("2016", "aug", "6")
    assert bread["urldate"] == "2026-11-22"
    assert bread["note"] == "Reprints or relays 2016-08-hafiz."
    fields = {field.key for field in hafiz.fields}
    assert not {"day", "url"} & fields
    assert hafiz["title"] == "{" + ARABIC + "}"
    assert hafiz["howpublished"] == "حافظ نيوز"
    assert hafiz["author"] == r"{Desk of the \textbraceleft{}North\textbraceright{}}"
    assert svodka["title"] == r"{Сводка \textbraceleft{}}"
    assert svodka["note"] == "Day of publication not exactly known."
    assert openpedia["title"] == "{[Reference article]}"
    assert "month" not in {field.key for field in openpedia.fields}


def test_keys_that_bibtex_would_take_for_one_are_told_apart():
    many = items(*(document(name) for name in ("a, b", "a{b", "A-B", "c")))
    library = bibtexparser.parse_string(bibtex(many))
    assert [entry.key for entry in library.entries] == ["a-b", "a-b-2", "A-B-3", "c"]


def test_ris_is_read_whole_by_a_parser():
    release, bread, hafiz, svodka, openpedia = rispy.loads(ris([release_item(), *HARD]))
    assert release["type_of_reference"] == "DATA"
    assert release["edition"] == sc.__version__
    assert bread["type_of_reference"] == "NEWS"
    assert bread["title"] == SIGNS
    assert bread["urls"] == ["https://radio.example/a,b?x=1&y={2}%20#c_d"]
    assert (bread["date"], bread["access_date"]) == ("2016/08/06/", "2026/11/22/")
    assert bread["notes"] == ["Reprints or relays 2016-08-hafiz."]
    assert (hafiz["title"], hafiz["date"]) == (ARABIC, "2016/08//")
    assert hafiz["authors"] == ["Desk of the {North}"]
    assert svodka["date"] == "2016/08/05/about"
    assert (openpedia["type_of_reference"], openpedia["date"]) == ("ENCYC", "2016///")
    (undated,) = rispy.loads(ris(items(document(published=None))))
    assert not {"year", "date"} & set(undated)


def rendered(text: str) -> list[str]:
    """Return CSL-JSON as a reference list in the style that citeproc-py ships."""
    source = CiteProcJSON(json.loads(text))
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    page = CitationStylesBibliography(style, source, formatter.plain)
    for key in source:
        page.register(Citation([CitationItem(key)]))
    return [str(line) for line in page.bibliography()]


def test_a_release_has_the_day_on_which_it_was_sealed(monkeypatch):
    sealed = {"version": sc.__version__, "date": "2026-12-01"}
    other = {"version": "0.0.1", "date": "2020-01-02"}
    monkeypatch.setattr(editions, "index", lambda: [other, sealed])
    assert release_item()["issued"] == {"date-parts": [[2026, 12, 1]]}
    assert "developers. (2026, December 1). syria" in sc.cite(format="apa")
    monkeypatch.setattr(editions, "index", lambda: [other])
    assert "issued" not in release_item()


def test_csl_json_is_rendered_by_citeproc(monkeypatch):
    monkeypatch.setattr(editions, "index", list)
    release, bread, hafiz, svodka, openpedia = rendered(csl([release_item(), *HARD]))
    assert release.startswith("The syriaconflict developers (no date) ")
    assert bread == (
        f"Radio Hill (2016) “{SIGNS}”, Radio Hill, 6 August. Available at: "
        "https://radio.example/a,b?x=1&y={2}%20#c_d (Accessed: November 22, 2026)."
    )
    assert hafiz.startswith(f"Desk of the {{North}} (2016) {ARABIC}")
    assert RUSSIAN in svodka
    assert openpedia.startswith("Openpedia (2016) ")


def test_apa_data_set_and_web_pages(monkeypatch):
    monkeypatch.setattr(editions, "index", list)
    lines = apa([*HARD, release_item()]).splitlines()
    assert lines == [
        "The syriaconflict developers. (n.d.). syriaconflict: documents, claims and "
        "events on the Hama - Aleppo - Idlib fronts "
        f"(Version {sc.__version__}) [Data set].",
        f"Desk of the {{North}}. (2016, August). {ARABIC}. حافظ نيوز.",
        "Openpedia. (2016). [Reference article]. "
        "Retrieved November 2, 2026, from https://w.example/",
        f"Radio Hill. (2016, August 6). {SIGNS}. "
        "https://radio.example/a,b?x=1&y={2}%20#c_d",
        f"حافظ نيوز. (ca. 2016, August 5). {RUSSIAN}.",
    ]


def test_apa_tells_works_of_one_author_and_year_apart_by_letters():
    lines = apa(
        items(
            document("a", published="2016-08-07", title="Who fled?"),
            document("b", published="2016-08-06"),
            document("c", published_precision="year", title="Alms"),
            document("d", published=None, title="Zeal"),
            document("e", published=None, title="Yeast", accessed="2026-11-02"),
            document("f", published="2017-01-01"),
        )
    ).splitlines()
    assert lines == [
        "Radio Hill. (n.d.-a). Yeast.",
        "Radio Hill. (n.d.-b). Zeal.",
        "Radio Hill. (2016a). Alms.",
        "Radio Hill. (2016b, August 6). Bread.",
        "Radio Hill. (2016c, August 7). Who fled?",
        "Radio Hill. (2017, January 1). Bread.",
    ]


def test_thousands_of_documents_are_cited_at_once():
    many = items(
        *(document(f"d{n}", url=f"https://r.example/{n}") for n in range(3000))
    )
    lines = apa(many).splitlines()
    assert len(lines) == 3000
    # 26 letters and 26 * 26 pairs are 702: the 703rd has three, aaa
    assert "(2016zz, August 6)" in lines[701]
    assert "(2016aaa, August 6)" in lines[702]
    assert bibtex(many).count("@misc{") == 3000


def keys(frame: pd.DataFrame) -> set[str]:
    """Return the documents that a citation names."""
    cited = json.loads(sc.cite(frame, format="csl"))
    assert cited[0] == release_item()
    return {item["id"] for item in cited[1:]}


def test_the_nearest_identifier_in_the_rows_counts():
    claims = sc.claims()
    about = claims[claims["event_id"] == HALFAYA]
    told = keys(about[["event_id"]])
    assert set(about["document_id"]) <= told
    own = claims[claims["claim_id"] == HALFAYA]
    assert keys(own[["claim_id", "event_id"]]) == {FOUNDING}
    assert keys(own[["document_id", "event_id"]]) == {FOUNDING}
    assert keys(own.set_index("claim_id")[["event_type"]]) == {FOUNDING}
    links = own[["claim_id"]].rename(columns={"claim_id": "other_claim_id"})
    assert keys(links) == {FOUNDING}


def test_a_spell_a_place_and_an_actor_lead_to_the_documents_that_tell_of_them():
    claims = sc.claims()
    rests = sc.load("control_claims").merge(claims[["claim_id", "document_id"]])
    row = rests[rests["document_id"] == FOUNDING].iloc[0]
    spell = sc.control().query("control_id == @row.control_id")
    mine = rests[rests["control_id"] == row["control_id"]]["document_id"]
    assert set(mine) <= keys(spell)
    assert FOUNDING in keys(sc.places().query("place_id == 'halfaya'"))
    assert FOUNDING in keys(sc.load("claim_actors").query("claim_id == @HALFAYA"))
    actor = sc.load("claim_actors").query("claim_id == @HALFAYA")[["actor_id"]]
    assert FOUNDING in keys(actor.head(1))
    assert len(keys(actor.head(0))) == 0


def test_with_a_reprint_comes_its_original(monkeypatch):
    held = {
        "documents": documents(
            *document("a", derived_from="b").itertuples(index=False),
            *document("b", derived_from="c").itertuples(index=False),
            *document("c").itertuples(index=False),
            *document("d", derived_from="d").itertuples(index=False),
        ),
        "publishers": PUBLISHERS,
    }
    monkeypatch.setattr(citation, "load", held.__getitem__)
    assert keys(pd.DataFrame({"document_id": ["a"]})) == {"a", "b", "c"}
    assert keys(pd.DataFrame({"document_id": ["c", None]})) == {"c"}
    assert keys(pd.DataFrame({"document_id": ["d"]})) == {"d"}


def test_attributes_of_a_frame_are_not_relied_on():
    rows = sc.claims().query("claim_id == @HALFAYA")
    told = sc.cite(rows)
    rows.attrs = {"citation": "nonsense"}
    assert sc.cite(rows) == told
    assert sc.cite(rows.merge(rows[["claim_id"]], on="claim_id")) == told


def test_identifiers_of_other_data_are_refused():
    rows = pd.DataFrame({"event_id": ["syr-1", "syr-2", HALFAYA]})
    with pytest.raises(ValueError, match="event_id 'syr-1' and 1 more not in release"):
        sc.cite(rows)


def test_an_unknown_format_is_refused():
    with pytest.raises(ValueError, match=r"format is 'mla', wanted one of \['text'"):
        sc.cite(format="mla")


def test_the_command_writes_every_format(capsys):
    assert set(_citation_cli._FORMATS) == set(citation.FORMATS)
    begins = {"bibtex": "@misc{", "csl": "[", "ris": "TY  - DATA", "apa": "The syria"}
    for name, begin in begins.items():
        assert main(["cite", HALFAYA, "--format", name]) == 0
        shown = capsys.readouterr().out
        assert shown.startswith(begin)
        assert "Syria Direct" in shown
    with pytest.raises(SystemExit):
        main(["cite", "--format", "mla"])
    assert "invalid choice: 'mla'" in capsys.readouterr().err


def test_a_development_version_is_cited_as_one():
    with installed_as("0.3.0"):
        assert "development" not in sc.cite().lower()
    with installed_as("0.3.0.dev0"):
        line = "Version 0.3.0.dev0 (development version, not a release). Dataset"
        assert line in sc.cite()
        assert "Development version, not a release." in sc.cite(format="csl")
        assert "Development version, not a release" in sc.cite(format="bibtex")
