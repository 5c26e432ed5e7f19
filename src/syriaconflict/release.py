"""What a release consists of: are the tables whole, and how to cite them."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version

import pandas as pd

from syriaconflict import _paths
from syriaconflict.load import load

TITLE = (
    "syriaconflict: documents, claims and events on the Hama - Aleppo - Idlib fronts"
)
AUTHORS = "The syriaconflict developers"


def manifest() -> dict:
    """Return the manifest written with the tables: version, files, rows, digests.

    Examples
    --------
    >>> manifest()["name"]
    'syriaconflict'
    """
    path = _paths.tables() / "manifest.json"
    return json.loads(path.read_text(encoding="utf-8"))


def verify() -> pd.DataFrame:
    """Check the installed tables against their manifest.

    Returns
    -------
    DataFrame
        Indexed by ``table``: ``rows``, ``bytes`` and ``sha256`` of each file, all as
        the manifest has them.

    Raises
    ------
    ValueError
        If a file is missing or its content is not what was released; names every
        such file and what to do.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> sc.verify().loc["publishers", "rows"] > 0
    np.True_
    """
    folder, wanted = _paths.tables(), manifest()["tables"]
    wrong = []
    for entry in wanted.values():
        path = folder / entry["file"]
        if not path.exists():
            wrong.append(f"{path}: is missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
            wrong.append(
                f"{path}: is not the file of release {version('syriaconflict')}"
            )
    if wrong:
        remedy = "install again (pip install --force-reinstall syriaconflict)"
        msg = "\n".join([*wrong, f"{remedy}; in a checkout: syriaconflict build"])
        raise ValueError(msg)
    frame = pd.DataFrame.from_dict(wanted, orient="index").rename_axis("table")
    return frame[["rows", "bytes", "sha256"]]


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
