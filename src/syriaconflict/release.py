"""What a release consists of, and whether its tables are whole."""

from __future__ import annotations

import json
from pathlib import Path

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


def verify(
    version: str = "installed", *, source: str | Path | None = None
) -> pd.DataFrame:
    """Check the tables of a release, and the files that describe them.

    Parameters
    ----------
    version : str, default "installed"
        What to check: what is installed, or a sealed release.
    source : str or Path, optional
        Where the sealed release is, see `editions.edition`.

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
    from syriaconflict.archives import TABLES, checked
    from syriaconflict.editions import edition
    from syriaconflict.manifests import REMEDY, ReleaseError

    release = edition(version, source)
    held = release.manifest
    files = {f"{TABLES}/{entry['file']}": entry for entry in held["tables"].values()}
    files |= {f"{TABLES}/{entry['file']}": entry for entry in held["metadata"].values()}
    files |= {held["catalog"]["file"]: held["catalog"]}
    wrong = []
    for name, entry in files.items():
        try:
            checked(release, name, entry)
        except ReleaseError as error:
            wrong.append(str(error))
    if wrong:
        msg = "\n".join([*wrong, REMEDY])
        raise ReleaseError(msg)
    frame = pd.DataFrame.from_dict(held["tables"], orient="index")
    return frame.rename_axis("table")[["rows", "bytes", "sha256"]]


def state() -> str:
    """Say what is installed: a sealed release, or what stands between two.

    Returns
    -------
    str
        Such as ``"version 0.2.0, as sealed on 2026-12-01"`` or ``"development version
        0.2.0.dev0, not a sealed release"``.

    Examples
    --------
    >>> state().split()[0] in ("version", "development")
    True
    """
    from syriaconflict.editions import index, is_sealed

    ours = manifest()["version"]
    dates = {entry["version"]: entry["date"] for entry in index() if is_sealed(entry)}
    if ours in dates:
        return f"version {ours}, as sealed on {dates[ours]}"
    return f"development version {ours}, not a sealed release"
