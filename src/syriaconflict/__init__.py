"""Documents, claims and events on the Hama - Aleppo - Idlib fronts, 2016-2024.

Load a table (`documents`, `claims`, `events`, `actors`, `places`, `control`, or any by
`load`), find a place or an actor by any spelling, see the evidence behind an event, and
hand the frames to the analyses in `tempo`, `fronts`, `air`, `coverage` and `plot`.
"""

from __future__ import annotations

import importlib
from importlib.metadata import version as _version
from typing import TYPE_CHECKING

from syriaconflict.load import (
    actors,
    catalog,
    claims,
    control,
    documents,
    events,
    load,
    places,
    tables,
)

if TYPE_CHECKING:
    from syriaconflict import (
        adapters,
        air,
        coverage,
        fronts,
        panels,
        plot,
        remote,
        tempo,
    )
    from syriaconflict.bands import band
    from syriaconflict.changes import diff
    from syriaconflict.citation import cite
    from syriaconflict.editions import versions
    from syriaconflict.exports import export
    from syriaconflict.filters import select
    from syriaconflict.lookup import find_actor, find_place, place_id
    from syriaconflict.matching import match
    from syriaconflict.panels import panel
    from syriaconflict.provenance import disagreement, evidence, explain
    from syriaconflict.release import verify

__version__ = _version("syriaconflict")

__all__ = [
    "actors",
    "adapters",
    "air",
    "band",
    "catalog",
    "cite",
    "claims",
    "control",
    "coverage",
    "diff",
    "disagreement",
    "documents",
    "events",
    "evidence",
    "explain",
    "export",
    "find_actor",
    "find_place",
    "fronts",
    "load",
    "match",
    "panel",
    "panels",
    "place_id",
    "places",
    "plot",
    "remote",
    "select",
    "tables",
    "tempo",
    "verify",
    "versions",
]

_MODULES = (
    "adapters",
    "air",
    "coverage",
    "fronts",
    "panels",
    "plot",
    "remote",
    "tempo",
)
_FUNCTIONS = {
    "band": "bands",
    "cite": "citation",
    "diff": "changes",
    "disagreement": "provenance",
    "evidence": "provenance",
    "explain": "provenance",
    "export": "exports",
    "find_actor": "lookup",
    "find_place": "lookup",
    "match": "matching",
    "panel": "panels",
    "place_id": "lookup",
    "select": "filters",
    "verify": "release",
    "versions": "editions",
}


def __getattr__(name: str) -> object:
    """Import an analysis or a function when it is first asked for."""
    if name in _MODULES:
        return importlib.import_module(f"syriaconflict.{name}")
    if name in _FUNCTIONS:
        module = importlib.import_module(f"syriaconflict.{_FUNCTIONS[name]}")
        return getattr(module, name)
    msg = f"module 'syriaconflict' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
