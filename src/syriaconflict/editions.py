"""The sealed releases: which there are, and where one is read from.

The package holds the index of the releases that were sealed when it was made.  The
archives are looked for on this machine first; nothing is downloaded that is there.
"""

from __future__ import annotations

import datetime as dt
import difflib
import json
import os
from importlib.metadata import version as installed_version
from pathlib import Path

import pandas as pd

from syriaconflict import _paths
from syriaconflict._places import candidates, inside, is_address, places
from syriaconflict.archives import (
    MANIFEST,
    Release,
    open_archive,
    open_folder,
)
from syriaconflict.bumps import parse
from syriaconflict.manifests import LARGEST, ReleaseError, is_file_entry

INSTALLED = "installed"
_CELLS = ["date", "sha256", "bytes", "address"]


def index(folder: Path | None = None) -> list[dict]:
    """Return what is known of the sealed releases, oldest first.

    Parameters
    ----------
    folder : Path, optional
        Folder that holds ``index.json``; by default the one that is installed.

    Returns
    -------
    list of dict
        ``version``, ``date``, ``file``, ``sha256``, ``bytes``, ``manifest_sha256``
        and ``address`` (null: it has none).

    Raises
    ------
    ReleaseError
        If the file is missing or is no index.

    Examples
    --------
    >>> isinstance(index(), list)
    True
    """
    path = (folder or _paths.releases()) / "index.json"
    try:
        with path.open("rb") as opened:
            content = opened.read(LARGEST)
        entries = json.loads(content)["releases"]
        for entry in entries:
            parse(entry["version"])
            dt.date.fromisoformat(entry["date"])
            manifest = {**entry, "sha256": entry["manifest_sha256"]}
            fine = is_file_entry(entry) and is_file_entry(manifest)
            if not fine or not isinstance(entry["address"], str | None):
                msg = f"release {entry['version']} is {entry!r}"
                raise ValueError(msg)
        return sorted(entries, key=lambda entry: parse(entry["version"]))
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        msg = (
            f"{path}: is no readable index of releases ({error}); install again "
            "(pip install --force-reinstall syriaconflict), or in a checkout: "
            "git checkout -- datasets/releases/index.json"
        )
        raise ReleaseError(msg) from error


def versions() -> pd.DataFrame:
    """Return the sealed releases that this package knows.

    Returns
    -------
    DataFrame
        Indexed by ``version``, oldest first: ``date`` of sealing, ``sha256`` and
        ``bytes`` of the archive, ``address`` (null if it has none), and ``is_here``:
        whether it can be read without a network.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> list(sc.versions().columns)
    ['date', 'sha256', 'bytes', 'address', 'is_here']
    """
    entries = index()
    frame = pd.DataFrame(entries, columns=["version", *_CELLS])
    frame = frame.assign(date=pd.to_datetime(frame["date"]).astype("datetime64[s]"))
    frame = frame.astype({"bytes": "int64", "version": "str", "address": "str"})
    here = [is_sealed(entry) or bool(candidates(entry)) for entry in entries]
    return frame.assign(is_here=pd.array(here, dtype="bool")).set_index("version")


def edition(version: str, source: str | Path | None = None) -> Release:
    """Return a release, found and checked, for its tables to be read.

    Parameters
    ----------
    version : str
        Number of a sealed release, or ``"installed"``.
    source : str or Path, optional
        Archive, folder or address to take it from, and nowhere else.  By default:
        what is installed if it is this release; then the archive or folder in the
        environment variable ``SYRIACONFLICT_RELEASES``, a checkout's
        ``datasets/releases``, the user's cache, and the address in that variable or
        in the index.

    Raises
    ------
    ValueError
        If no such release is known.
    ReleaseError
        If what is there is not the release.
    FileNotFoundError, ConnectionError
        If it is nowhere, or could not be had; says where it was looked for and what
        to do by hand.

    Examples
    --------
    >>> edition("installed").manifest["name"]
    'syriaconflict'
    """
    if version == INSTALLED:
        if source is not None:
            msg = f"source is {str(source)!r}, but no release is named to read from it"
            msg += ": give its number as version"
            raise ValueError(msg)
        return installed()
    entry = _entry(version, source)
    if entry is None:
        return installed()
    given = source or os.environ.get("SYRIACONFLICT_RELEASES") or None
    if source is None and is_sealed(entry):
        return installed()
    if source is not None and not is_address(source):
        return _open_given(Path(source).expanduser(), entry)
    looked: list[str] = []
    if source is None:
        for place in candidates(entry):
            try:
                return _open(place, entry)
            except ReleaseError as error:
                looked.append(str(error))
    address = str(given) if given and is_address(given) else entry["address"]
    if address is not None:
        from syriaconflict.mirrors import fetch_archive

        return open_archive(fetch_archive(address, entry, looked), entry)
    looked += [f"{place}: has no {entry['file']}" for place in places()]
    msg = (
        f"release {version} is not on this machine and has no address yet. Looked in:\n"
        + "\n".join(f"  {line}" for line in looked)
        + f"\nget {entry['file']} (SHA-256 {entry['sha256']}) and give it as source=, "
        "or put its folder into SYRIACONFLICT_RELEASES"
    )
    raise FileNotFoundError(msg)


def installed() -> Release:
    """Return what is installed as a release, sealed or not."""
    folder = _paths.tables()  # puts back what a build, cut off, had moved aside
    if not (folder / "manifest.json").exists():
        msg = f"{folder} holds no tables: run `syriaconflict build`, or install again"
        raise FileNotFoundError(msg)
    return open_folder(_paths.root(), None)


def _entry(version: str, source: str | Path | None) -> dict | None:
    """Return what the index says of a release; none for an unsealed installed one."""
    entries = {entry["version"]: entry for entry in index()}
    if version in entries:
        return entries[version]
    ours = installed_version("syriaconflict")
    if version == ours and source is None:
        return None
    near = difflib.get_close_matches(str(version), [*entries, ours], 1, 0.5)
    hint = f"nearest: {near[0]}; " if near else ""
    known = f"sealed are: {', '.join(entries)}" if entries else "none is sealed yet"
    msg = (
        f"no sealed release is called {version!r}; {hint}{known}; installed is {ours}. "
        "A later one needs a later package (pip install --upgrade syriaconflict)"
    )
    raise ValueError(msg)


def is_sealed(entry: dict) -> bool:
    """Say whether what is installed is, byte for byte, this release."""
    import hashlib

    path = _paths.root() / MANIFEST
    if not path.is_file():
        return False
    return hashlib.sha256(path.read_bytes()).hexdigest() == entry["manifest_sha256"]


def _open(place: Path, entry: dict) -> Release:
    return open_folder(place, entry) if place.is_dir() else open_archive(place, entry)


def _open_given(place: Path, entry: dict) -> Release:
    """Return the release at a place that the user named."""
    if place.is_file():
        return open_archive(place, entry)
    found = inside(place, entry)
    if found:
        return _open(found[0], entry)
    if (place / MANIFEST).is_file():
        return open_folder(place, entry)  # raises: says what is wrong
    msg = (
        f"{place}: holds no release {entry['version']}; wanted an archive "
        f"{entry['file']}, a folder that holds it, or one it was unpacked to"
    )
    raise FileNotFoundError(msg)
