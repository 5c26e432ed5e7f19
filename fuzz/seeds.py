"""Small invented data to start from: those of the tests, built and sealed once."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests"


@cache
def conftest() -> object:
    """Return the module of the tests' invented data."""
    if "conftest" in sys.modules and hasattr(sys.modules["conftest"], "make_checkout"):
        return sys.modules["conftest"]
    sys.path.append(str(TESTS))
    import conftest

    return conftest


def _factory(name: str) -> object:
    """Return what a fixture's function makes; pytest keeps it from being called."""
    fixture = getattr(conftest(), name)
    inner = getattr(fixture, "_get_wrapped_function", None)
    return inner() if inner else fixture.__wrapped__


def make_sources(root: Path) -> object:
    """Make the small sources folder under a root."""
    return _factory("make_sources")()(root)


def make_checkout(root: Path) -> object:
    """Make a small checkout with 0.1.0 sealed in it."""
    made = _factory("make_checkout")(_factory("make_sources")())(root)
    with redirect_stdout(StringIO()):
        made.seal("0.1.0")
    return made
