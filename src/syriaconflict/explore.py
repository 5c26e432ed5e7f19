"""An interactive map of events, control and lines: one HTML file, no network needed.

The page says what was reported.  There is no background map: it draws places, roads as
lines through their places, fronts as the dataset names them, a graticule and a scale.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from syriaconflict._explore_control import MAX_AGE, control_of, lines_of
from syriaconflict._explore_ground import ground_of
from syriaconflict._explore_page import page
from syriaconflict._explore_rows import (
    claims_of,
    documents_of,
    events_of,
    periods_of,
    places_of,
)
from syriaconflict._explore_words import release_of, words_of
from syriaconflict.filters import require, select, window
from syriaconflict.holders import Day
from syriaconflict.load import resolved
from syriaconflict.mesh import mesh_of
from syriaconflict.rules import Rule

_READ = (
    "event_id", "event_class", "event_type", "modality", "grain", "start", "end",
    "place_id", "longitude", "latitude", "radius_km", "initiator_camp", "target_camp",
    "grade", "is_contested", "source_count", "campaign_id", "summary",
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """A map as a page: shows itself in a notebook, saves itself as a file.

    Attributes
    ----------
    html : str
        The whole page, everything it needs inside.
    height : int
        Height of its frame in a notebook [pixel].
    """

    html: str
    height: int = 820

    def save(self, path: str | Path) -> Path:
        """Write the page to a file and return the file's path."""
        path = Path(path)
        path.write_text(self.html, encoding="utf-8")
        return path

    def __repr__(self) -> str:
        """Return how large the page is and how to save it."""
        return f"<map, {len(self.html.encode()) / 1e6:.1f} MB: .save('map.html')>"

    def _repr_html_(self) -> str:
        rights = "allow-scripts allow-popups allow-popups-to-escape-sandbox"
        return (
            f'<iframe title="Map of reported events" sandbox="{rights}" width="100%" '
            f'height="{self.height}" style="border:0" '
            f'srcdoc="{html.escape(self.html)}"></iframe>'
        )


def explore(
    events: pd.DataFrame | None = None,
    *,
    rule: Rule = "representative",
    campaign: str | None = None,
    start: Day | None = None,
    end: Day | None = None,
) -> Page:
    """Make an interactive map, day by day, of events, control and lines.

    Parameters
    ----------
    events : DataFrame, optional
        Rows of the ``events`` table; by default all, as ``rule`` shows them.
    rule : str or callable, default "representative"
        As for `events`; control follows it too.
    campaign : str, optional
        A ``campaign_id``: only its days, and what may have happened on them.
    start, end : str or date, optional
        First and last day, both inclusive, instead of the campaigns' days.

    Returns
    -------
    Page
        In a notebook it shows itself; ``.save(path)`` writes it, ``.html`` is it.  It
        needs no network and asks for none.

    Raises
    ------
    ValueError
        If no event is left, the campaign or rule is not known, a column is missing, or
        one of ``start`` and ``end`` is given without the other.
    ModuleNotFoundError
        If the extra ``map`` is not installed.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> page = sc.plot.explore(campaign="aleppo-hama-2024")
    >>> page.html.startswith("<!doctype html>")
    True
    """
    _need_bokeh()
    tables = resolved(rule)
    events = tables["events"] if events is None else events
    require(events, _READ, "events")
    windows = _windows(tables["campaigns"], campaign, start, end)
    if campaign or start:
        first, last = windows["start"].min(), windows["end"].max()
        events = select(events, start=first, end=last)
    if events.empty:
        msg = "events: no row is left to draw; choose another campaign, days or rows"
        raise ValueError(msg)
    rule_name = rule if isinstance(rule, str) else getattr(rule, "__name__", "own rule")
    return Page(page(_data(tables, events, windows) | {"rule": rule_name}))


def _need_bokeh() -> None:
    try:
        import bokeh  # noqa: F401
    except ModuleNotFoundError as error:
        msg = "the map is drawn by Bokeh: pip install 'syriaconflict[map]'"
        raise ModuleNotFoundError(msg, name="bokeh") from error


def _windows(
    campaigns: pd.DataFrame, campaign: str | None, start: Day | None, end: Day | None
) -> pd.DataFrame:
    """Return the periods that the page lets a reader choose."""
    if (start is None) != (end is None):
        msg = f"start is {start!r} and end is {end!r}; give both or neither"
        raise ValueError(msg)
    windows = campaigns[["campaign_id", "name", "note", "start", "end"]]
    if campaign is not None:
        known = windows["campaign_id"].tolist()
        if campaign not in known:
            msg = f"no campaign is called {campaign!r}; there are: {', '.join(known)}"
            raise ValueError(msg)
        windows = windows[windows["campaign_id"] == campaign]
    if start is None:
        return windows
    first, last = window(start, end)
    row = {"campaign_id": "chosen", "name": f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"}
    return pd.DataFrame([row | {"note": None, "start": first, "end": last}])


def _data(
    tables: dict[str, pd.DataFrame], events: pd.DataFrame, windows: pd.DataFrame
) -> dict[str, object]:
    """Return all that the page shows, as what JSON can hold."""
    mesh = mesh_of(tables["places"])
    control = tables["control"]
    places = places_of(tables["places"], tables["place_names"], mesh.cells.index)
    shown = tables["claims"]
    shown = shown[shown["event_id"].isin(events["event_id"])]
    documents = _with_originals(tables["documents"], set(shown["document_id"]))
    return {
        "release": release_of(),
        "words": words_of(),
        "periods": periods_of(windows, events),
        "places": places,
        "events": events_of(events, tables["places"]),
        "claims": claims_of(shown, events, documents, tables["actors"]),
        "documents": documents_of(documents, tables["publishers"]),
        "control": control_of(control, tables["places"], mesh, windows),
        "lines": lines_of(control, mesh, windows),
        "ground": ground_of(mesh, tables["axes"], tables["fronts"]),
        "maxAge": MAX_AGE,
    }


def _with_originals(documents: pd.DataFrame, wanted: set[str]) -> pd.DataFrame:
    """Return documents and those that they reprint or relay, as `cite` names them."""
    original = documents.set_index("document_id")["derived_from"].dropna()
    new = wanted
    while new:
        new = set(original.reindex(list(new)).dropna()) - wanted
        wanted = wanted | new
    return documents[documents["document_id"].isin(wanted)]
