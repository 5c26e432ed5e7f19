"""The manifest's text: the same for the same content, and checked before it is used."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator

from syriaconflict.bumps import parse

_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
LARGEST = 1_000_000_000  # of one file [bytes]; a larger number is no size of ours


class ReleaseError(ValueError):
    """A release's file is not what it should be; says which, and what to do."""


def manifest_text(manifest: dict) -> str:
    r"""Return a manifest as the text in its file.

    Examples
    --------
    >>> manifest_text({"name": "a"})
    '{\n  "name": "a"\n}\n'
    """
    return json.dumps(manifest, indent=2, sort_keys=True) + "\n"


def self_sha256(manifest: dict) -> str:
    """Return the digest that a manifest carries of the rest of itself.

    Examples
    --------
    >>> self_sha256({"name": "a", "self_sha256": "x"}) == self_sha256({"name": "a"})
    True
    """
    rest = {key: value for key, value in manifest.items() if key != "self_sha256"}
    return hashlib.sha256(manifest_text(rest).encode("utf-8")).hexdigest()


def read_manifest(name: str, content: bytes) -> dict:
    """Return the manifest in a file's bytes.

    Parameters
    ----------
    name : str
        How messages call the file.
    content : bytes
        What it holds.

    Raises
    ------
    ReleaseError
        If it is not, byte for byte, as a build wrote it.
    """
    try:
        manifest = json.loads(content)
        whole = manifest_text(manifest).encode("utf-8") == content
        whole = whole and manifest["self_sha256"] == self_sha256(manifest)
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        msg = f"{name}: is no manifest that can be read ({error}); {REMEDY}"
        raise ReleaseError(msg) from error
    if not whole:
        msg = f"{name}: is not as it was written, its digest differs; {REMEDY}"
        raise ReleaseError(msg)
    for problem in _problems(manifest):
        msg = f"{name}: {problem}; {REMEDY}"
        raise ReleaseError(msg)
    return manifest


REMEDY = (
    "install again (pip install --force-reinstall syriaconflict), in a checkout run "
    "syriaconflict build, or get the release again"
)


def _problems(manifest: dict) -> Iterator[str]:
    try:
        parse(manifest.get("version"))
    except ValueError as error:
        yield str(error)
    groups = {name: manifest.get(name) for name in ("tables", "metadata")}
    groups["catalog"] = {"catalog": manifest.get("catalog")}
    for group, entries in groups.items():
        if not isinstance(entries, dict):
            yield f"{group} is {entries!r}, wanted a file each by name"
            continue
        for name, entry in entries.items():
            wanted = ["rows"] if group == "tables" else []
            if not is_file_entry(entry, *wanted):
                yield f"{group}: {name} is {entry!r}, wanted file, bytes and sha256"


def is_file_entry(entry: object, *numbers: str) -> bool:
    """Say whether something is what is said of a file: name, size, digest, numbers."""
    if not isinstance(entry, dict):
        return False
    sizes = [entry.get(number) for number in ("bytes", *numbers)]
    return (
        isinstance(entry.get("file"), str)
        and _FILE.fullmatch(entry["file"]) is not None
        and isinstance(entry.get("sha256"), str)
        and _SHA256.fullmatch(entry["sha256"]) is not None
        and all(type(size) is int and 0 <= size <= LARGEST for size in sizes)
    )
