"""CITATION.cff by cffconvert, and the licence of every file by reuse; some seconds."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from _copies import asked

ROOT = Path(__file__).parents[1]
COMMANDS = {"cffconvert": ("cffconvert", "--validate"), "reuse": ("reuse", "lint")}
BREAKS = {
    "cffconvert": ("CITATION.cff", "title:", "titel:"),
    "reuse": ("REUSE.toml", '"MIT"', '"MIT-0"'),  # of which there is no text
}


def run(tool: str, folder: Path) -> subprocess.CompletedProcess:
    """Run a tool in a folder."""
    return subprocess.run(
        COMMANDS[tool], cwd=folder, capture_output=True, text=True, check=False
    )


def copied(folder: Path) -> Path:
    """Copy the files that git knows."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    return folder


if __name__ == "__main__":
    tool, wanted = sys.argv[1:]
    asked(tool, wanted)
    with tempfile.TemporaryDirectory() as place:
        copy = copied(Path(place))
        whole = run(tool, copy)
        if whole.returncode:
            sys.exit(f"{tool}: {whole.stdout}{whole.stderr}")
        name, old, new = BREAKS[tool]
        text = (copy / name).read_text(encoding="utf-8")
        (copy / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        if old not in text or run(tool, copy).returncode == 0:
            sys.exit(f"{tool}: takes a broken {name}, so it proves nothing")
    print(f"{tool} {wanted}: passes, and a broken {name} is refused")
