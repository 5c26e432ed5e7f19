"""Documents and the release as references: items of CSL-JSON.

Every form of citation follows from them. Authors of documents are organisations or
unknown, so the publisher stands as author where none is named.
"""

from __future__ import annotations

from importlib.metadata import version

import pandas as pd

from syriaconflict.bumps import is_development

TITLE = (
    "syriaconflict: documents, claims and events on the Hama - Aleppo - Idlib fronts"
)
AUTHORS = "The syriaconflict developers"
Item = dict[str, object]  # one reference, as CSL-JSON has it

_TYPES = {  # genre -> type of CSL; the others are web pages
    "news_report": "article-newspaper",
    "blog_post": "post-weblog",
    "newsletter": "post-weblog",
    "reference_article": "entry-encyclopedia",
}
_PARTS = {"day": 3, "few_days": 3, "week": 3, "relative": 3, "month": 2}
_ABOUT = ("few_days", "week", "relative")


def release_item() -> Item:
    """Return the installed release as an item of CSL-JSON.

    It has the day on which it was sealed, and none before.

    Examples
    --------
    >>> release_item()["type"]
    'dataset'
    """
    from syriaconflict.editions import index

    number = version("syriaconflict")
    days = [entry["date"] for entry in index() if entry["version"] == number]
    issued = {"issued": _date(pd.Timestamp(days[0]), "day")} if days else {}
    return {
        "id": f"syriaconflict-{number}",
        "type": "dataset",
        "title": TITLE,
        "author": [{"literal": AUTHORS}],
        "version": number,
        "note": f"Data set, CC BY 4.0.{_state(number)}",
        **issued,
    }


def _state(number: str) -> str:
    """Say of a number between two releases that nobody can get the same bytes by it."""
    return " Development version, not a release." if is_development(number) else ""


def document_items(documents: pd.DataFrame, publishers: pd.DataFrame) -> list[Item]:
    """Return documents as items of CSL-JSON, in the order of their identifiers.

    Parameters
    ----------
    documents, publishers : DataFrame
        Rows of these tables.

    Returns
    -------
    list of dict
        ``issued`` has no day where `published_precision` is month, no month where it is
        season or year, and is missing where no date is known; ``circa`` marks a day
        that is known within some days and a year of unknown precision.  A document
        without a title has none; one that reprints or relays another says so in its
        ``note``.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> rows = sc.documents().query("document_id == '2017-04-24-syria-direct-halfaya'")
    >>> document_items(rows, sc.load("publishers"))[0]["issued"]
    {'date-parts': [[2017, 4, 24]]}
    """
    names = publishers.set_index("publisher_id")["name"]
    rows = documents.sort_values("document_id").to_dict("records")
    return [_document_item(row, names[row["publisher_id"]]) for row in rows]


def _document_item(row: Item, publisher: str) -> Item:
    author = _words(row["author"]) or publisher
    item = {
        "id": row["document_id"],
        "type": _TYPES.get(row["genre"], "webpage"),
        "title": _words(row["title"]),
        "author": [{"literal": author}],
        "container-title": publisher,
        "issued": _date(row["published"], row["published_precision"]),
        "accessed": _date(row["accessed"], "day"),
        "URL": _words(row["url"]),
        "language": row["language"],
        "genre": str(row["genre"]).replace("_", " "),
        "note": " ".join(_notes(row)),
    }
    return {name: value for name, value in item.items() if value}


def _words(cell: object) -> str:
    """Return a cell on one line, empty where it is missing."""
    return " ".join(str(cell).split()) if pd.notna(cell) else ""


def _date(day: pd.Timestamp, precision: object) -> Item:
    """Return a date of CSL-JSON, with as many parts as are known."""
    if pd.isna(day):
        return {}
    known = pd.notna(precision)
    size = _PARTS.get(precision, 1) if known else 1
    date = {"date-parts": [[day.year, day.month, day.day][:size]]}
    return date | ({"circa": True} if not known or precision in _ABOUT else {})


def _notes(row: Item) -> list[str]:
    notes = []
    if pd.notna(row["derived_from"]):
        notes.append(f"Reprints or relays {row['derived_from']}.")
    if pd.notna(row["archive_url"]):
        notes.append(f"Archived copy: {_words(row['archive_url'])}")
    return notes
