"""Where the data lies: in the package when installed, else two folders up."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent


def root() -> Path:
    """Return the folder that holds ``catalog.yaml`` and ``datasets``."""
    return PACKAGE if (PACKAGE / "catalog.yaml").exists() else PACKAGE.parents[1]


def sources() -> Path:
    """Return the folder of the sources, which only a checkout has."""
    folder = PACKAGE.parents[1] / "datasets" / "sources"
    if not folder.is_dir():
        msg = (
            f"no sources at {folder}: coding and building need a checkout of the "
            "project (pip install -e .), or --sources DIR"
        )
        raise FileNotFoundError(msg)
    return folder


def releases() -> Path:
    """Return the folder of the sealed releases' index (in a checkout, and archives)."""
    return root() / "datasets" / "releases"


def tables() -> Path:
    """Return the folder of the built tables.

    A build that was cut off between its two renames leaves the former tables as
    ``tables.old``; they are put back, or read where they are if the folder cannot be
    written.
    """
    folder = root() / "datasets" / "tables"
    former = folder.with_name("tables.old")
    if not folder.exists() and former.exists():
        try:
            former.rename(folder)
        except OSError:
            return former
    return folder
