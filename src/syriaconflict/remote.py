"""Fetching other people's files: once, whole, and the same ever after.

`fetch` downloads a file from its publisher into a cache of this machine.  A download
that broke off goes on where it stopped; what came is checked against the SHA-256 that
is known of the file, or, where nobody has told one, recorded at first use and held to
from then on.  Where no length is told either, a file cut off cannot be told from a
whole one: `unchecked` names such files.  The addresses stand in
``adapters/mappings/addresses.csv``, each with where it was seen.  What cannot be
fetched is said how to get by hand.
"""

from __future__ import annotations

import json
import os
import re
import urllib.parse
from numbers import Integral
from pathlib import Path
from types import ModuleType

from syriaconflict._by_hand import by_hand, held
from syriaconflict._locks import locked
from syriaconflict.adapters import _tables
from syriaconflict.filters import codes

HASHES = "hashes.json"
UNCHECKED = "unchecked.json"
_ENDLESS = (
    "the server told no length and nobody has told a hash: a file cut off would look "
    "the same; compare its size or rows with what its publisher tells"
)


def fetch(
    name: str,
    version: str | int,
    *,
    folder: str | Path | None = None,
    mirror: str | None = None,
    progress: bool = False,
    retries: int = 3,
) -> Path:
    """Return the path of a file of another publisher, downloaded if it is not there.

    Parameters
    ----------
    name : str
        Which data, see `sources`: ``"ucdp-ged"``, ``"ucdp-candidate"``, ...
    version : str or int
        Which version of it: ``"25.1"``; of VIINA the year (an int will do), of GDELT
        the time of the file (``"20241130121500"``), of ACLED and Airwars a word of
        your own.
    folder : str or Path, optional
        Where files are kept; by default the cache folder of this user, or the one in
        the environment variable ``SYRIACONFLICT_CACHE``.
    mirror : str, optional
        Server and folder of a copy, such as ``"https://mirror.example.org/ucdp"``, to
        take the file of that name from.
    progress : bool, default False
        Whether to show a progress bar (tqdm).
    retries : int, default 3
        How often to try again after a failure that may pass.

    Returns
    -------
    Path
        The file as published, to be handed to a reader of `adapters`.  A file that is
        there and has the hash known or recorded of it is not downloaded again.  Whether
        it is known to be whole: `unchecked`.

    Raises
    ------
    ValueError
        If the data or version is unknown, ``retries`` is no number of tries, or what
        came has another hash.
    TypeError
        If the version is neither text nor a whole number.
    ConnectionError
        If the file could not be had: no network, refused, or given up after so many
        tries.  The message says what to download by hand and where to put it.
    OSError
        If the disk is full, or the folder cannot be written.
    ImportError
        If pooch is not installed (``pip install 'syriaconflict[remote]'``).

    Examples
    --------
    >>> fetch("ucdp-ged", version="3.0")
    Traceback (most recent call last):
    ...
    ValueError: version: '3.0' of ucdp-ged is not known; known: 17.1, 18.1, ...
    """
    from syriaconflict._download import Download, download

    if not isinstance(retries, Integral) or retries < 0:
        msg = f"retries is {retries!r}, wanted a whole number of tries more, 0 or more"
        raise ValueError(msg)
    wanted = address(name, version)
    pooch = _pooch()
    home = _home(folder)
    _make(home)
    target = home / wanted["file"]
    url = wanted["url"]
    if mirror is not None:
        url = f"{mirror.rstrip('/')}/{wanted['file']}"
    how = by_hand(wanted, home)
    with locked(target.with_name(f".{target.name}.lock")):
        known = wanted["sha256"] or _recorded(home, HASHES).get(target.name)
        if not target.exists():
            if not url:
                msg = f"{name} has no open address ({wanted['note']}): {how}"
                raise ConnectionError(msg)
            order = Download(url, target, known, how, progress, retries)
            told = None if download(order) else _ENDLESS
            _note(home, UNCHECKED, target.name, told)
        found = pooch.file_hash(str(target), alg="sha256")
        if not known:
            _note(home, HASHES, target.name, found)
        elif found != known:
            msg = (
                f"{target} has the SHA-256 {found}, wanted {known}: it is damaged or "
                f"was replaced. Delete it and fetch again, or {how}; if its publisher "
                f"changed it, {held(target, wanted['sha256'], home / HASHES)}"
            )
            raise ValueError(msg)
    return target


def sources() -> dict[str, list[str]]:
    """Return what `fetch` knows: the versions of each source, or their pattern.

    Examples
    --------
    >>> "25.1" in sources()["ucdp-ged"]
    True
    """
    return {
        row["name"]: row["versions"].split() or [row["pattern"]]
        for row in _tables.rows("addresses")
    }


def unchecked(folder: str | Path | None = None) -> dict[str, str]:
    """Return the files fetched of which nothing tells whether they are whole.

    Parameters
    ----------
    folder : str or Path, optional
        As for `fetch`.

    Returns
    -------
    dict of str to str
        Name of the file -> why it could not be checked; also in ``unchecked.json``
        beside the files.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     unchecked(folder)
    {}
    """
    return _recorded(_home(folder), UNCHECKED)


def address(name: str, version: str | int) -> dict[str, str]:
    """Return where a file is published and what is known of it.

    Parameters
    ----------
    name, version : str
        As for `fetch`.

    Returns
    -------
    dict of str to str
        ``url`` (empty: none is open to all), ``file``, ``sha256`` (empty: nobody has
        told one), ``page``, ``seen_in``, ``note``.

    Raises
    ------
    ValueError
        If the data or the version is unknown.
    TypeError
        If the version is neither text nor a whole number.

    Examples
    --------
    >>> address("ucdp-ged", "25.1")["file"]
    'ged251-csv.zip'
    """
    rows = {row["name"]: row for row in _tables.rows("addresses")}
    codes([name], rows, "name")
    row = rows[name]
    version = _version(version, name)
    listed = row["versions"].split()
    fits = version in listed if listed else re.fullmatch(row["pattern"], version)
    if not fits:
        known = ", ".join(listed) or f"what fits {row['pattern']}"
        msg = f"version: {version!r} of {name} is not known; known: {known}"
        raise ValueError(msg)
    parts = {"version": version, "joined": version.replace(".", ""),
             "underscored": version.replace(".", "_")}  # fmt: skip
    url = row["url"].format(**parts)
    file = urllib.parse.urlsplit(url).path.rpartition("/")[2]
    hashes = {r["file"]: r["sha256"] for r in _tables.rows("hashes")}
    file = file or row["file"].format(**parts)
    return row | {"url": url, "file": file, "sha256": hashes.get(file, "")}


def _version(version: object, name: str) -> str:
    """Return a version as text that can be part of a file's name."""
    if isinstance(version, bool) or not isinstance(version, str | Integral):
        msg = (
            f"version of {name} is {version!r}, wanted a text, such as '25.1', or a "
            "year"
        )
        raise TypeError(msg)
    if not re.fullmatch(r"[\w. -]+", str(version)):
        msg = (
            f"version: {version!r} of {name} cannot be part of a file's name, wanted "
            "letters, digits, points, spaces, hyphens and underscores"
        )
        raise ValueError(msg)
    return str(version)


def _pooch() -> ModuleType:
    try:
        import pooch
    except ImportError as error:
        msg = "remote.fetch needs pooch: pip install 'syriaconflict[remote]'"
        raise ImportError(msg) from error
    return pooch


def _home(folder: str | Path | None) -> Path:
    if folder is None:
        cache = _pooch().os_cache("syriaconflict")
        folder = os.environ.get("SYRIACONFLICT_CACHE") or cache
    return Path(folder).expanduser()


def _make(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"{home} cannot be made ({error.strerror}); give folder= another place"
        raise type(error)(error.errno, msg) from error


def _recorded(home: Path, record: str) -> dict[str, str]:
    """Return what a record beside the files tells, by the name of the file."""
    file = home / record
    if not file.exists():
        return {}
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(told, dict) and all(isinstance(t, str) for t in told.values()):
            return told
        why = f"it holds {told!r:.80}"
    except (ValueError, RecursionError) as error:
        why = str(error)
    msg = (
        f"{file} is no record of files ({why}), wanted JSON: a text each by name; mend "
        "it, or delete it: what it told is recorded anew at the next fetch"
    )
    raise ValueError(msg)


def _note(home: Path, record: str, name: str, told: str | None) -> None:
    """Write down what is told of a file; None: take its line out."""
    with locked(home / f".{record}.lock"):
        before = _recorded(home, record)
        lines = {key: line for key, line in before.items() if key != name}
        if told is not None:
            lines[name] = told
        if lines == before:
            return
        new = home / f"{record}.new"
        new.write_text(json.dumps(lines, indent=1, sort_keys=True), encoding="utf-8")
        new.replace(home / record)
