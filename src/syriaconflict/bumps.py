"""Version numbers: their order, and how much of a step one is beyond another."""

from __future__ import annotations

import re

NUMBER = re.compile(
    r"(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})(\.dev[0-9]{1,6})?"
)
STEPS = ("none", "patch", "minor", "major", "refused")  # the last: by no number

Parsed = tuple[int, int, int, int]


def parse(version: str) -> Parsed:
    """Return a version as numbers that sort; a development version before its release.

    Raises
    ------
    ValueError
        If it is not ``X.Y.Z`` or ``X.Y.Z.devN``.

    Examples
    --------
    >>> parse("0.2.0.dev0") < parse("0.2.0") < parse("0.10.0")
    True
    """
    found = NUMBER.fullmatch(version) if isinstance(version, str) else None
    if found is None:
        msg = f"version {version!r} is no number of a release, wanted such as '0.2.0'"
        raise ValueError(msg)
    major, minor, patch, dev = found.groups()
    return int(major), int(minor), int(patch), 0 if dev else 1


def is_development(version: str) -> bool:
    """Say whether a version stands between two releases.

    Examples
    --------
    >>> is_development("0.2.0.dev0"), is_development("0.2.0")
    (True, False)
    """
    return parse(version)[3] == 0


def step(old: str, new: str) -> str:
    """Return which part of the number moves from one release to a later one.

    Raises
    ------
    ValueError
        If the later one is not later.

    Examples
    --------
    >>> step("0.1.0", "0.2.0"), step("0.1.9", "1.0.0")
    ('minor', 'major')
    """
    before, after = parse(old), parse(new)
    if after <= before:
        msg = f"version {new} does not come after {old}, wanted a higher number"
        raise ValueError(msg)
    parts = ("major", "minor", "patch", "patch")
    moved = [b != a for b, a in zip(before, after, strict=True)]
    return parts[moved.index(True)]


def least(old: str, demanded: str) -> str:
    """Return the lowest number after a release that takes a step as large as demanded.

    Examples
    --------
    >>> least("0.1.3", "patch"), least("0.1.3", "minor"), least("0.1.3", "major")
    ('0.1.4', '0.2.0', '1.0.0')
    """
    major, minor, patch, _ = parse(old)
    if demanded == "major":
        return f"{major + 1}.0.0"
    if demanded == "minor":
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"
