"""How to cite the release, and the documents behind some rows."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

import pandas as pd

from syriaconflict.bumps import is_development
from syriaconflict.load import load
from syriaconflict.reference_formats import apa, bibtex, csl, ris
from syriaconflict.references import AUTHORS, TITLE, document_items, release_item

FORMATS = {"bibtex": bibtex, "csl": csl, "ris": ris, "apa": apa}
_KEYS = {  # columns that lead to documents, the nearest first -> table of identifiers
    ("document_id",): "documents",
    ("claim_id", "other_claim_id"): "claims",
    ("event_id", "other_event_id"): "events",
    ("control_id",): "control",
    ("place_id",): "places",
    ("actor_id",): "actors",
}


def cite(frame: pd.DataFrame | None = None, *, format: str = "text") -> str:
    """Return how to cite the release, or the release and the sources of some rows.

    The documents follow from the identifiers in the rows, never from what a frame
    carries beside them, so they hold after any selection, join or round trip. Of the
    columns below, columns or names of the index, the first that is there counts:

    - ``document_id``: these documents;
    - ``claim_id`` (and ``other_claim_id``): the documents that make the claims;
    - ``event_id`` (and ``other_event_id``): all documents with a claim about the event;
    - ``control_id``: the documents of the claims that the spell rests on;
    - ``place_id``: all documents that tell of something at, to or from the place;
    - ``actor_id``: all documents that give the actor a part or quote it.

    With a document comes the one that it reprints or relays, where that was coded.

    Parameters
    ----------
    frame : DataFrame, optional
        Rows of any table, or of a result that keeps one of these columns.
    format : {"text", "bibtex", "csl", "ris", "apa"}
        Plain lines; BibTeX; CSL-JSON; RIS; a reference list by the rules of the
        American Psychological Association.  Publishers stand as authors of documents
        without a named author.

    Returns
    -------
    str
        The release first, then each document behind the rows.

    Raises
    ------
    ValueError
        If the frame has none of these columns, an identifier is not in the release, or
        there is no such format.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> sc.cite(sc.events().head(0)) == sc.cite()
    True
    >>> sc.cite(sc.documents(), format="ris").splitlines()[0]
    'TY  - DATA'
    """
    if format != "text" and format not in FORMATS:
        msg = f"format is {format!r}, wanted one of {['text', *FORMATS]}"
        raise ValueError(msg)
    if frame is None:  # needs no table, so that a build can ask
        return (
            release_line(version("syriaconflict"))
            if format == "text"
            else FORMATS[format]([release_item()])
        )
    documents, publishers = load("documents"), load("publishers")
    rows = documents[documents["document_id"].isin(_documents(frame, documents))]
    if format == "text":
        first = release_line(version("syriaconflict"))
        return "\n".join([first, *_lines(rows, publishers)])
    return FORMATS[format]([release_item(), *document_items(rows, publishers)])


def release_line(number: str) -> str:
    """Return how to cite a release, or what is none yet.

    Examples
    --------
    >>> "(development version, not a release)" in release_line("9.0.0.dev0")
    True
    """
    state = " (development version, not a release)" if is_development(number) else ""
    return f"{AUTHORS}. {TITLE}. Version {number}{state}. Dataset, CC BY 4.0."


def _lines(documents: pd.DataFrame, publishers: pd.DataFrame) -> list[str]:
    """Return publisher, title, day and address of each document, in one line each."""
    names = publishers.set_index("publisher_id")["name"]
    lines = []
    for row in documents.sort_values("document_id").to_dict("records"):
        published = f"{row['published']:%Y-%m-%d} ({row['published_precision']})"
        parts = [names[row["publisher_id"]], row["title"], published, row["url"]]
        lines.append(". ".join(str(part) for part in parts if pd.notna(part)) + ".")
    return lines


def _documents(frame: pd.DataFrame, documents: pd.DataFrame) -> set[str]:
    """Return the documents that a frame's identifiers lead to, with their originals."""
    key, identifiers = _identifiers(frame)
    table = load(_KEYS[key])
    unknown = sorted(identifiers - set(table[key[0]]))
    if unknown:
        more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
        msg = (
            f"{key[0]} {unknown[0]!r}{more} not in release {version('syriaconflict')}; "
            "cite with the release that the rows come from, and rows of other data "
            "by their own rules"
        )
        raise ValueError(msg)
    found = _led_to(key[0], identifiers)
    original = documents.set_index("document_id")["derived_from"].dropna()
    reached = found
    while reached:
        reached = set(original.reindex(sorted(reached)).dropna()) - found
        found = found | reached
    return found


def _identifiers(frame: pd.DataFrame) -> tuple[tuple[str, ...], set[str]]:
    """Return the first key that a frame has, and its values."""
    levels = [name for name in frame.index.names if name is not None]
    for key in _KEYS:
        cells: list[Sequence] = [frame[name] for name in key if name in frame.columns]
        cells += [frame.index.get_level_values(n) for n in key if n in levels]
        if cells:
            return key, {str(cell) for part in cells for cell in part if pd.notna(cell)}
    keys = [name for key in _KEYS for name in key]
    msg = f"columns are {list(frame.columns)}; to cite rows, keep one of {keys}"
    raise ValueError(msg)


def _led_to(key: str, identifiers: set[str]) -> set[str]:
    """Return the documents that identifiers of one kind lead to."""
    if key == "document_id":
        return identifiers
    claims = load("claims")
    wanted = claims["claim_id"].isin(identifiers)
    if key == "event_id":
        wanted = claims["event_id"].isin(identifiers)
    elif key != "claim_id":
        named = _claims_naming(key, identifiers)
        wanted = claims["claim_id"].isin(named)
        own = {"place_id": "place_id", "actor_id": "claimant_id"}.get(key)
        wanted |= claims[own].isin(identifiers) if own else False
    return set(claims.loc[wanted, "document_id"])


def _claims_naming(key: str, identifiers: set[str]) -> set[str]:
    """Return the claims that a link table ties to places, actors or spells."""
    name = {"place_id": "claim_places", "actor_id": "claim_actors"}
    links = load(name.get(key, "control_claims"))
    return set(links.loc[links[key].isin(identifiers), "claim_id"])
