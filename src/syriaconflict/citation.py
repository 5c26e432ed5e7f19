"""How to cite the release, and the documents behind some rows."""

from __future__ import annotations

from importlib.metadata import version

import pandas as pd

from syriaconflict.load import load

TITLE = (
    "syriaconflict: documents, claims and events on the Hama - Aleppo - Idlib fronts"
)
AUTHORS = "The syriaconflict developers"


def cite(frame: pd.DataFrame | None = None) -> str:
    """Return how to cite the release, or the release and the sources of some rows.

    Parameters
    ----------
    frame : DataFrame, optional
        Rows of any table with ``document_id``, ``claim_id`` or ``event_id``; the
        documents follow from these identifiers.

    Returns
    -------
    str
        One line for the release, then one for each document behind the rows.

    Raises
    ------
    ValueError
        If the frame has none of these columns.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> sc.cite(sc.events().head(0)) == sc.cite()
    True
    """
    head = (
        f"{AUTHORS}. {TITLE}. Version {version('syriaconflict')}. Dataset, CC BY 4.0."
    )
    if frame is None:
        return head
    documents = load("documents").set_index("document_id")
    names = load("publishers").set_index("publisher_id")["name"]
    lines = [head]
    for document_id in sorted(_document_ids(frame)):
        row = documents.loc[document_id]
        published = f"{row['published']:%Y-%m-%d} ({row['published_precision']})"
        parts = [names[row["publisher_id"]], row["title"], published, row["url"]]
        lines.append(". ".join(str(part) for part in parts if pd.notna(part)) + ".")
    return "\n".join(lines)


def _document_ids(frame: pd.DataFrame) -> set[str]:
    """Return the documents that the identifiers in a frame lead to."""
    if "document_id" in frame.columns:
        return set(frame["document_id"].dropna())
    claims = load("claims")
    for key in ("claim_id", "event_id"):
        if key in frame.columns:
            known = claims[claims[key].isin(frame[key].dropna())]
            return set(known["document_id"])
    keys = ("document_id", "claim_id", "event_id")
    msg = f"columns are {list(frame.columns)}; to cite rows, keep one of {list(keys)}"
    raise ValueError(msg)
