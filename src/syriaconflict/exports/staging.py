"""Writing beside the target and putting it in place whole, or not at all."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LISTING = "export.json"  # in a folder: which files the export wrote


def check_target(path: Path, endings: tuple[str, ...], *, overwrite: bool) -> Path:
    """Return where to write, after checking that it may be written.

    Parameters
    ----------
    path : Path
        File or folder that was asked for.
    endings : tuple of str
        What the name of a file may end in; empty: a folder is written.
    overwrite : bool
        Whether what is there may be replaced.

    Raises
    ------
    ValueError
        If the name of a file ends in something else.
    FileExistsError
        If the target is there, and ``overwrite`` is not given or it is no earlier
        export.
    FileNotFoundError
        If the folder to write into is not there.
    """
    path = path.expanduser().absolute()
    if endings and path.suffix.lower() not in endings:
        msg = f"{path}: wanted a name that ends in {' or '.join(endings)}"
        raise ValueError(msg)
    if not path.parent.is_dir():
        msg = f"{path.parent} is no folder: make it first, or write elsewhere"
        raise FileNotFoundError(msg)
    if not path.is_symlink() and not path.exists():
        return path
    if not overwrite:
        msg = f"{path} is there already: give another name, or overwrite (--overwrite)"
        raise FileExistsError(msg)
    reason = _kept(path, is_file=bool(endings))
    if reason:
        msg = f"{path} is not overwritten: {reason}; give another name"
        raise FileExistsError(msg)
    return path


def _kept(path: Path, *, is_file: bool) -> str:
    """Return why what is at the target must stay; empty if it may go."""
    if path.is_symlink():
        return "it is a link to another place"
    if is_file:
        return "" if path.is_file() else "it is a folder, wanted a file"
    if not path.is_dir():
        return "it is a file, wanted a folder"
    there = {entry.name for entry in path.iterdir()}
    if not there:
        return ""
    try:
        ours = json.loads((path / LISTING).read_text(encoding="utf-8"))["files"]
        strange = sorted(there - {LISTING, *ours})
    except (OSError, ValueError, LookupError, TypeError):
        return f"it holds no readable {LISTING}, so it is no export of ours"
    strange += [name for name in ours if (path / name).is_dir()]
    return f"it also holds {', '.join(strange[:3])}" if strange else ""


@contextmanager
def staging(path: Path) -> Iterator[Path]:
    """Give the name to write under, in a folder of its own beside the target.

    The folder is gone afterwards, whatever happened.
    """
    folder = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        yield folder / path.name
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_in_place(new: Path, path: Path) -> None:
    """Put what was written in place of what is at the target, if anything is."""
    if new.is_dir():
        names = sorted(entry.name for entry in new.iterdir())
        listing = {"written_by": "syriaconflict export", "files": names}
        text = json.dumps(listing, indent=2) + "\n"
        (new / LISTING).write_text(text, encoding="utf-8")
    if not path.is_dir():
        new.replace(path)
        return
    former = new.with_name("former")
    path.rename(former)
    try:
        new.rename(path)
    except OSError:
        former.rename(path)
        raise
