"""What to do by hand where a file cannot be fetched, or is not the one that is known.

Used by ``remote``.
"""

from __future__ import annotations

from pathlib import Path

_CLOSED = {  # data without an open address
    "acled": "with an account at {page}, log in and export the events as CSV",
    "airwars": "Airwars shows its incidents on web pages ({page}): write them into a "
    "table with the columns that adapters.read_airwars reads, one row an incident",
}


def by_hand(wanted: dict[str, str], home: Path) -> str:
    """Return how to get a file by hand, and where to put it.

    Parameters
    ----------
    wanted : dict of str to str
        From `remote.address`.
    home : Path
        The folder where files are kept.

    Examples
    --------
    >>> by_hand({"name": "ucdp-ged", "url": "https://x.org/1.csv", "file": "1.csv"},
    ...         Path("here"))
    'download https://x.org/1.csv in a browser and put it, under the name 1.csv, ...'
    """
    put = f"put it, under the name {wanted['file']}, into {home}"
    if wanted["url"]:
        return f"download {wanted['url']} in a browser and {put}"
    how = _CLOSED.get(wanted["name"], "get the file of this version at {page}")
    return f"{how.format(page=wanted['page'])}, and {put}"


def held(target: Path, shipped: str, record: Path) -> str:
    """Return what to do with a file that its publisher may have changed.

    Parameters
    ----------
    target : Path
        The file.
    shipped : str
        The hash that this package tells of it; empty: one was recorded at first use.
    record : Path
        Where hashes are recorded.

    Examples
    --------
    >>> held(Path("1.csv"), "", Path("hashes.json"))
    'take its line out of hashes.json'
    """
    if not shipped:
        return f"take its line out of {record}"
    return (
        "fetch will not hand it out, for the hash is shipped with this version of "
        "syriaconflict (adapters/mappings/hashes.csv): read it by hand, such as with "
        f"adapters.read_ucdp_ged({str(target)!r})"
    )
