"""What must hold before a release is sealed; each says what is wrong and the remedy."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from importlib.metadata import version as installed_version
from pathlib import Path

import pandas as pd

from syriaconflict._cells import Cells
from syriaconflict.build import TOOLS
from syriaconflict.bumps import STEPS, is_development, least, parse, step
from syriaconflict.changes import needed
from syriaconflict.release_notes import told

_LISTED = 10  # differences that a message names


def check_number(root: Path, version: str) -> None:
    """Hold the number to the package's, wherever it is written."""
    if is_development(version):
        msg = f"version {version!r} stands between releases, wanted such as '0.2.0'"
        raise ValueError(msg)
    project = tomllib.loads(_text(root / "pyproject.toml"))
    cited = re.search(
        r"^version: *['\"]?([^'\"\s]+)", _text(root / "CITATION.cff"), re.M
    )
    numbers = {
        "pyproject.toml": project.get("project", {}).get("version"),
        "CITATION.cff": cited and cited[1],
        "what is installed": installed_version("syriaconflict"),
    }
    for where, number in numbers.items():
        if number != version:
            msg = (
                f"{where}: has version {number}, wanted {version}: write it into "
                "pyproject.toml and CITATION.cff, install again (pip install -e .), "
                "build and commit"
            )
            raise ValueError(msg)


def check_tools(root: Path) -> None:
    """Hold the tools that write the tables to the versions that are pinned."""
    lines = _text(root / "constraints-build.txt").splitlines()
    pins = dict(line.split("==") for line in lines if "==" in line)
    for tool in TOOLS:
        found = installed_version(tool)
        if pins.get(tool) != found:
            msg = (
                f"{tool} is {found}, constraints-build.txt pins {pins.get(tool)}: a "
                "release is written with the pinned versions "
                "(pip install -e '.[build]' --constraint constraints-build.txt)"
            )
            raise ValueError(msg)


def day(date: str | None) -> str:
    """Return the day of sealing, today unless told."""
    if date is None:
        return dt.datetime.now(dt.UTC).date().isoformat()
    try:
        return dt.date.fromisoformat(date).isoformat()
    except ValueError as error:
        msg = f"date is {date!r}, wanted a day such as 2026-12-01"
        raise ValueError(msg) from error


def check_order(version: str, entries: list[dict]) -> None:
    """Refuse a number that is below the last sealed, unless it is sealed itself."""
    sealed = [entry["version"] for entry in entries]
    if sealed and version not in sealed and parse(version) < parse(sealed[-1]):
        msg = f"release {version} comes before {sealed[-1]}, which is sealed; wanted "
        raise ValueError(msg + f"a number from {least(sealed[-1], 'patch')} on")


def check_committed(root: Path, written: dict[str, bytes]) -> None:
    """Hold the files in place to what the sources give."""
    folder = root / "datasets" / "tables"
    found = {f"datasets/tables/{path.name}" for path in folder.glob("*")}
    for place in sorted({*written, *found}):
        path = root / place
        if not path.is_file() or path.read_bytes() != written.get(place):
            msg = f"{place}: is not what the sources give; run `syriaconflict build`, "
            raise ValueError(msg + "look at what changed, and commit it")


def check_step(before: str, version: str, changes: pd.DataFrame) -> None:
    """Refuse a number that says less than the differences, naming those that say more.

    Raises
    ------
    ValueError
        If a difference is refused outright, or demands a larger step.
    """
    demanded, taken = needed(changes), step(before, version)
    larger = changes["demands"].map(STEPS.index) > STEPS.index(taken)
    if demanded == "refused":
        head = f"{before} -> {version} cannot be sealed under any number"
        larger = changes["demands"] == "refused"
    elif larger.any():
        head = (
            f"{version} is a {taken} step after {before}, the data demand a {demanded} "
            f"one: at least {least(before, demanded)}"
        )
    else:
        return
    named = [told(row) for row in changes[larger].head(_LISTED).to_dict("records")]
    more = int(larger.sum()) - len(named)
    named += [f"and {more} more: `syriaconflict diff {before} installed`"] * (more > 0)
    raise ValueError("\n  ".join([f"{head}. Because of:", *named]))


def check_withdrawn(version: str, before: Cells | None, after: Cells) -> None:
    """Hold new entries of ``withdrawn`` to the release that takes their rows back."""
    known = before.withdrawn() if before is not None else {}
    for (table, identifier), row in after.withdrawn().items():
        if (table, identifier) not in known and row["release"] != version:
            msg = (
                f"withdrawn.csv: {table}, {identifier}: release is {row['release']}, "
                f"wanted {version}, the release that takes it back"
            )
            raise ValueError(msg)


def dated_citation(text: str, date: str) -> str:
    """Return CITATION.cff with the day of sealing in it."""
    line = f'date-released: "{date}"'
    if re.search(r"^date-released:", text, re.M):
        return re.sub(r"^date-released:.*$", line, text, flags=re.M)
    return re.sub(r"^(version:.*)$", rf"\1\n{line}", text, count=1, flags=re.M)


def _text(path: Path) -> str:
    if not path.is_file():
        msg = f"{path}: is missing, which sealing reads; run it in a checkout"
        raise ValueError(msg)
    return path.read_text(encoding="utf-8")
