"""The entry point behind ``intake.cat.syriaconflict``.

intake asks the entry point for an object and for its ``container``; the catalog is
opened only when it does.  With ``"catalog"`` intake would take it for one of version 1
and try to rename it.
"""

from __future__ import annotations


def __getattr__(name: str) -> object:
    if name != "catalog":
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    from syriaconflict.load import catalog

    opened = catalog()
    opened.container = "catalog version 2"
    return opened
