"""Reading one sealed release, as an archive or a folder, without trusting it.

Nothing is ever extracted.  Bytes are read by the names that the manifest lists, never
more than it says, and compared with the digest that is known of them before anything
parses them.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from syriaconflict.manifests import ReleaseError, read_manifest

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

TABLES = "datasets/tables"  # where a release has them, as a checkout does
MANIFEST = f"{TABLES}/manifest.json"
LARGEST_MANIFEST = 4_000_000  # [bytes]


@dataclass(frozen=True)
class Release:
    """A release that can be read: its manifest, and how to get a file of it.

    ``read`` takes a name and the most bytes it may have; a file that is longer comes
    cut off, one byte too long.
    """

    version: str
    where: str
    manifest: dict
    read: Callable[[str, int], bytes]


def stem(version: str) -> str:
    """Return the name of a release's archive, without ``.zip``, and of its folder."""
    return f"syriaconflict-data-{version}"


def open_archive(path: Path, entry: dict) -> Release:
    """Return the release in an archive, whose bytes must be those of the index.

    Parameters
    ----------
    path : Path
        The archive.
    entry : dict
        What the index says of the release: ``version``, ``sha256``, ``bytes``,
        ``manifest_sha256``.

    Raises
    ------
    ReleaseError
        If the file is another one, or no archive as sealing writes them.
    """
    where, version = str(path), entry["version"]
    content = _file(path, entry["bytes"])
    _hold(where, content, entry, f"delete it and get {stem(version)}.zip again")
    members = _members(where, content)
    archive = io.BytesIO(content)

    def read(name: str, most: int) -> bytes:
        member = members.get(f"{stem(version)}/{name}")
        if member is None:
            msg = f"{where}: holds no {name}, which release {version} has"
            raise ReleaseError(msg)
        try:
            with zipfile.ZipFile(archive) as opened, opened.open(member) as file:
                return file.read(most + 1)
        except _BROKEN as error:
            msg = f"{where}: {name} cannot be read ({error}); get the archive again"
            raise ReleaseError(msg) from error

    return _with_manifest(where, entry, read)


# what zipfile raises on archives that are not as they should be
_BROKEN = (zipfile.BadZipFile, ValueError, OSError, EOFError, RuntimeError,
           LookupError, OverflowError, NotImplementedError)  # fmt: skip


def _members(where: str, content: bytes) -> dict[str, zipfile.ZipInfo]:
    """Return an archive's members by name, if they are plain, stored files."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            listed = opened.infolist()
    except _BROKEN as error:
        msg = f"{where}: is no readable zip archive ({error}); get it again"
        raise ReleaseError(msg) from error
    members = {info.filename: info for info in listed}
    if len(members) != len(listed):
        msg = f"{where}: holds two files of one name, wanted one of each; get it again"
        raise ReleaseError(msg)
    for info in listed:
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
            msg = f"{where}: {info.filename} is compressed or encrypted, wanted stored"
            raise ReleaseError(msg)
    return members


def open_folder(path: Path, entry: dict | None) -> Release:
    """Return the release in a folder: an unpacked archive, or the installed data.

    Parameters
    ----------
    path : Path
        Folder that holds ``datasets/tables``.
    entry : dict or None
        What the index says of the release, see `open_archive`; without it the manifest
        in the folder is believed, if it is as it was written.

    Raises
    ------
    ReleaseError
        If the manifest is missing, or is not that of the release.
    """

    def read(name: str, most: int) -> bytes:
        return _file(path / name, most)

    return _with_manifest(str(path), entry, read)


def _with_manifest(
    where: str, entry: dict | None, read: Callable[[str, int], bytes]
) -> Release:
    name = f"{where}: {MANIFEST}"
    content = read(MANIFEST, LARGEST_MANIFEST)
    if entry is not None:
        wanted = {"bytes": len(content), "sha256": entry["manifest_sha256"]}
        version = entry["version"]
        _hold(name, content, wanted, f"get release {version} again")
    manifest = read_manifest(name, content)
    if entry is not None and manifest["version"] != entry["version"]:
        msg = f"{name}: is of {manifest['version']}, wanted {entry['version']}"
        raise ReleaseError(msg)
    return Release(manifest["version"], where, manifest, read)


def _file(path: Path, most: int) -> bytes:
    """Return a file's bytes, one more than allowed at most."""
    try:
        if not path.is_file():
            msg = f"{path}: is missing, or no file"
            raise ReleaseError(msg)
        with path.open("rb") as opened:
            return opened.read(most + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, ReleaseError):
            raise
        msg = f"{path}: cannot be read ({error})"
        raise ReleaseError(msg) from error


def _hold(name: str, content: bytes, wanted: dict, remedy: str) -> None:
    """Hold bytes to the size and digest known of them."""
    found = hashlib.sha256(content).hexdigest()
    if len(content) > wanted["bytes"]:
        found = f"more than {wanted['bytes']} bytes"
    elif found == wanted["sha256"]:
        return
    else:
        found = f"{len(content)} bytes with the SHA-256 {found}"
    msg = (
        f"{name}: has {found}, wanted {wanted['bytes']} bytes with "
        f"{wanted['sha256']}: damaged, or another file; {remedy}"
    )
    raise ReleaseError(msg)


def checked(release: Release, name: str, wanted: dict) -> bytes:
    """Return a file of a release, held to what its manifest says of it."""
    content = release.read(name, wanted["bytes"])
    remedy = f"get release {release.version} again"
    _hold(f"{release.where}: {name}", content, wanted, remedy)
    return content


def read_arrow(release: Release, name: str) -> pa.Table:
    """Return a table of a release as Arrow, as written."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    content, wanted, where = _table(release, name)
    try:
        opened = pq.ParquetFile(pa.BufferReader(content))
        rows = opened.metadata.num_rows
        if rows != wanted["rows"]:
            msg = f"{where}: has {rows} rows, the manifest says {wanted['rows']}"
            raise ReleaseError(msg)
        return opened.read()
    except (pa.ArrowException, OSError, ValueError, LookupError) as error:
        if isinstance(error, ReleaseError):
            raise
        msg = f"{where}: is no readable Parquet file ({error}); get the release again"
        raise ReleaseError(msg) from error


def _table(release: Release, name: str) -> tuple[bytes, dict, str]:
    tables = release.manifest["tables"]
    if name not in tables:
        from difflib import get_close_matches

        near = get_close_matches(str(name), tables, 1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        msg = f"release {release.version} has no table {name!r}; {hint}it has: "
        raise ValueError(msg + ", ".join(tables))
    wanted = tables[name]
    file = f"{TABLES}/{wanted['file']}"
    return checked(release, file, wanted), wanted, f"{release.where}: {file}"


def read_frame(release: Release, name: str) -> pd.DataFrame:
    """Return a table of a release as a frame, with geometry as a GeoDataFrame."""
    arrow = read_arrow(release, name)
    content, _, where = _table(release, name)
    has_geometry = b"geo" in (arrow.schema.metadata or {})
    try:
        if not has_geometry:
            return arrow.to_pandas()
        import geopandas

        return geopandas.read_parquet(io.BytesIO(content))
    except Exception as error:  # whatever a wrong `geo` or `pandas` entry leads to
        what = "its geometry" if has_geometry else "its table"
        why = f"{type(error).__name__}: {error}"
        msg = f"{where}: {what} cannot be read ({why}); get the release again"
        raise ReleaseError(msg) from error
