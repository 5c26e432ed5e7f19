"""Getting a release's archive from an address, once, into the user's cache."""

from __future__ import annotations

import hashlib
from pathlib import Path

from syriaconflict._locks import locked
from syriaconflict._places import cache


def fetch_archive(address: str, entry: dict, looked: list[str]) -> Path:
    """Return the path of a release's archive, downloaded if it is not in the cache.

    Parameters
    ----------
    address : str
        Address of the archive, or of the folder that holds it: of a web server, or any
        that fsspec reads (``s3://``, ``memory://``, ...).
    entry : dict
        What the index says of the release.
    looked : list of str
        What was found wrong on this machine, for the message if nothing comes.

    Raises
    ------
    ConnectionError
        If it could not be had; says what to do by hand.
    ReleaseError, ValueError
        If what came is another file; it is thrown away.
    ImportError
        If pooch is not installed (``pip install 'syriaconflict[remote]'``).
    """
    name = entry["file"]
    url = address if address.endswith(".zip") else f"{address.rstrip('/')}/{name}"
    home = cache()
    if home is None:
        msg = f"{url} needs the extra remote: pip install 'syriaconflict[remote]'"
        raise ImportError(msg)
    home.mkdir(parents=True, exist_ok=True)
    target = home / name
    found = "".join(f"; {line}" for line in looked)
    by_hand = (
        f"download {url} in a browser and put it, under the name {name}, into "
        f"{home}{found}"
    )
    with locked(home / f".{name}.lock"):
        if target.is_file() and _sha256(target) == entry["sha256"]:
            return target
        if url.startswith(("http://", "https://")):
            from syriaconflict._download import Download, download

            order = Download(url, target, entry["sha256"], by_hand, most=entry["bytes"])
            download(order)
        else:
            _copy(url, target, entry, by_hand)
    return target


def _sha256(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _copy(url: str, target: Path, entry: dict, by_hand: str) -> None:
    """Copy an archive from a file system that fsspec knows."""
    import fsspec

    try:
        with fsspec.open(url, "rb") as opened:
            content = opened.read(entry["bytes"] + 1)
    except (OSError, ValueError, ImportError) as error:
        msg = f"{url} could not be read ({error}): {by_hand}"
        raise ConnectionError(msg) from error
    found = hashlib.sha256(content).hexdigest()
    if found != entry["sha256"]:
        msg = (
            f"{url} gave a file with the SHA-256 {found}, wanted {entry['sha256']}: it "
            f"was changed or damaged on the way, and is thrown away; {by_hand}"
        )
        raise ValueError(msg)
    new = target.with_name(f"{target.name}.new")
    new.write_bytes(content)
    new.replace(target)
