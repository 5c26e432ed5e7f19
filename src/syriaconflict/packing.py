"""The archive of a release: the same bytes for the same files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from syriaconflict.archives import stem

_TIME = (1980, 1, 1, 0, 0, 0)  # the first that the format knows
_UNIX, _PLAIN_FILE = 3, 0o100644 << 16


def pack(version: str, files: Mapping[str, bytes]) -> bytes:
    """Return the archive of a release.

    Parameters
    ----------
    version : str
        Its number.
    files : mapping of str to bytes
        Content by name.

    Returns
    -------
    bytes
        A zip archive whose members are stored as they are, sorted by name, without
        times or owners: its bytes depend on the files alone, not on zlib's version.

    Examples
    --------
    >>> pack("0.1.0", {"b": b"2", "a": b"1"}) == pack("0.1.0", {"a": b"1", "b": b"2"})
    True
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(f"{stem(version)}/{name}", _TIME)
            info.create_system, info.external_attr = _UNIX, _PLAIN_FILE
            archive.writestr(info, files[name])
    return buffer.getvalue()


def archive_files(root: Path, made: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return what goes into an archive, by name.

    Parameters
    ----------
    root : Path
        The checkout.
    made : mapping of str to bytes
        What sealing made, by place: tables, pages.

    Raises
    ------
    ValueError
        If a file is missing that a release must have.
    """
    reliability = root / "datasets" / "reliability"
    agreement = sorted(reliability.glob("*/agreement.csv"))
    if not [path for path in agreement if path.read_bytes().strip()]:
        msg = (
            f"{reliability}: holds no agreement.csv of a round of double coding, which "
            "a release must have; run `syriaconflict reliability`"
        )
        raise ValueError(msg)
    files = {"LICENSE-DATA": _required(root / "LICENSE-DATA")}
    for path in (reliability / "README.md", *agreement):
        files[path.relative_to(root).as_posix()] = _required(path)
    return files | made


def _required(path: Path) -> bytes:
    if not path.is_file():
        msg = f"{path}: is missing, which a release must have"
        raise ValueError(msg)
    return path.read_bytes()


def readme(version: str, date: str, rows: Mapping[str, int]) -> str:
    """Return the page that tells a reader what is in the archive."""
    lines = [
        f"# syriaconflict {version}: the data",
        "",
        f"Sealed on {date}. Documents, claims and events on the Hama - Aleppo - Idlib "
        "fronts of the Syrian war, 2016-2024.",
        "",
        "| table | rows |",
        "|---|--:|",
        *(f"| `datasets/tables/{name}.parquet` | {n} |" for name, n in rows.items()),
        "",
        "- Tables are Parquet; those with geometry GeoParquet 1.1 in WGS 84.",
        "- `datasets/tables/schema.json` says what every table, column and code means; "
        "`manifest.json` beside it gives size, rows and SHA-256 of each file.",
        "- `catalog.yaml` opens the tables with intake.",
        "- `datasets/reliability` holds the agreement of double codings.",
        "- `CHANGELOG.md` says what changed, `CITATION.cff` how to cite, "
        "`LICENSE-DATA` what is allowed (CC BY 4.0).",
        "",
        "In Python, with the package of this or a later version:",
        "",
        "```python",
        "import syriaconflict as sc",
        "",
        f'events = sc.load("events", version="{version}", '
        f'source="{stem(version)}.zip")',
        "```",
        "",
    ]
    return "\n".join(lines)
