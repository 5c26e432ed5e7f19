"""Where on this machine a sealed release may lie."""

from __future__ import annotations

import os
from pathlib import Path

from syriaconflict import _paths
from syriaconflict.archives import open_folder, stem
from syriaconflict.manifests import ReleaseError


def is_address(source: str | Path) -> bool:
    return isinstance(source, str) and "://" in source


def cache() -> Path | None:
    """Return the folder of this user's downloads; none without pooch or a setting."""
    told = os.environ.get("SYRIACONFLICT_CACHE")
    if told:
        return Path(told).expanduser()
    try:
        import pooch
    except ImportError:
        return None
    return Path(pooch.os_cache("syriaconflict"))


def places() -> list[Path]:
    """Return the folders and archives in which releases are looked for."""
    told = os.environ.get("SYRIACONFLICT_RELEASES", "")
    mine = [Path(told).expanduser()] if told and not is_address(told) else []
    return [*mine, _paths.releases(), *filter(None, [cache()])]


def candidates(entry: dict) -> list[Path]:
    """Return what may be a release on this machine: archives and unpacked folders."""
    found = [found for place in places() for found in inside(place, entry)]
    return list(dict.fromkeys(found))


def inside(place: Path, entry: dict) -> list[Path]:
    if place.is_file():
        return [place] if place.name == entry["file"] else []
    inside = [place / entry["file"]] if (place / entry["file"]).is_file() else []
    folders = [place / stem(entry["version"]), place]
    return inside + [f for f in folders if _manifest_version(f) == entry["version"]]


def _manifest_version(folder: Path) -> str | None:
    """Return the version that a folder says it is of."""
    try:
        return open_folder(folder, None).version
    except ReleaseError:
        return None
