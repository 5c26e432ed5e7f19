"""What a release consists of, and whether the installed tables are whole."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version

import pandas as pd

from syriaconflict import _paths


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
