"""Putting several files in place so that, cut off anywhere, all or none are there.

What is to be put in place is written to a folder beside them first, with a plan.  Once
the plan is whole the step is taken: whoever finds it carries it out to the end.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

_PLAN = "plan.json"


def prepare(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files and their plan to a folder, which then stands for the step.

    Parameters
    ----------
    folder : Path
        The folder, which must not exist; until all is written it is called ``.part``.
    files : mapping of str to bytes
        Content by place, relative to the root; put in place in this order.
    """
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    for number, content in enumerate(files.values()):
        _write(part / str(number), content)
    _write(part / _PLAN, json.dumps(list(files)).encode("utf-8"))
    part.rename(folder)


def carry_out(folder: Path, root: Path) -> bool:
    """Put the files of a prepared step in place; done again, it comes to the same.

    Returns
    -------
    bool
        Whether there was a step to carry out.
    """
    shutil.rmtree(folder.with_name(f"{folder.name}.part"), ignore_errors=True)
    done = folder.with_name(f"{folder.name}.done")
    shutil.rmtree(done, ignore_errors=True)
    if not folder.exists():
        return False
    for number, place in enumerate(json.loads((folder / _PLAN).read_bytes())):
        target = root / place
        target.parent.mkdir(parents=True, exist_ok=True)
        new = target.with_name(f"{target.name}.new")
        _write(new, (folder / str(number)).read_bytes())
        new.replace(target)
    folder.rename(done)
    shutil.rmtree(done)
    return True


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
