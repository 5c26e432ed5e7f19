"""Events that may be one happening: candidates found here, decided by a person."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

DAYS, KM = 2, 10.0
_COLUMNS = ["event_id", "other_event_id", "score", "event_type", "other_event_type",
            "day", "other_day", "place_id", "other_place_id", "km", "days", "shared",
            "summary", "other_summary"]  # fmt: skip
_WORDS = ("political", "mobilisation")  # classes that happen at no place
_EARTH_KM = 6371.0


def link_candidates(
    events: pd.DataFrame,
    event_actors: pd.DataFrame,
    actors: pd.DataFrame,
    *,
    distinct: pd.DataFrame | None = None,
    days: int = DAYS,
    km: float = KM,
) -> pd.DataFrame:
    """Find pairs of events of one class, near in days and place, with a common actor.

    Parameters
    ----------
    events, event_actors, actors : DataFrame
        Rows of the tables of these names.
    distinct : DataFrame, optional
        ``event_id`` and ``other_event_id`` of pairs that a person found to be two
        happenings: not found again.
    days : int, default 2
        Most days between the intervals of the two [day].
    km : float, default 10
        Most kilometres between their places, beyond the larger radius [km].

    Returns
    -------
    DataFrame
        A row a pair of events founded by two documents, the likeliest first:
        ``score`` (0 to 4: a point each for the same type, the same place, overlapping
        days, actors in common in the same role), types, days, places and summaries of
        both, ``km`` between the places, ``days`` between the intervals (0: they
        overlap) and ``shared``, the actors in common.  An actor and the one it is part
        of count as common.  Events without a day are in no pair; of classes that happen
        somewhere, neither are those without a located place.

    Raises
    ------
    ValueError
        If a limit is below 0.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> found = link_candidates(sc.events(), sc.load("event_actors"), sc.actors())
    >>> bool((found["days"] <= 2).all())
    True
    """
    for name, value in (("days", days), ("km", km)):
        if not value >= 0:
            msg = f"{name} is {value!r}, wanted 0 or more"
            raise ValueError(msg)
    told = pd.DataFrame(events).dropna(subset=["start", "end"], how="all")
    told = told[told["modality"] != "denied"].reset_index(drop=True)
    told["first"] = told["start"].fillna(told["end"])
    told["last"] = told["end"].fillna(told["start"])
    one, other = _near(told, days, km)
    if not len(one):
        return pd.DataFrame(columns=_COLUMNS)
    pairs = _measured(told, one, other)
    pairs = pairs[(pairs["days"] <= days) & ~(pairs["km"] > pairs.pop("reach") + km)]
    pairs = _with_actors(pairs, event_actors, actors)
    if distinct is not None:
        known = {
            frozenset(p)
            for p in zip(distinct["event_id"], distinct["other_event_id"], strict=True)
        }
        kept = [
            frozenset(p) not in known
            for p in zip(pairs["event_id"], pairs["other_event_id"], strict=True)
        ]
        pairs = pairs[kept]  # fmt: skip
    order = ["score", "km", "days", "event_id", "other_event_id"]
    pairs = pairs.sort_values(order, ascending=[False, True, True, True, True])
    return pairs[_COLUMNS].reset_index(drop=True)


def join(documents: Path, event_id: str, others: Sequence[str]) -> dict[str, str]:
    """Write into the sources that events are one happening.

    The claims of the others get ``event:`` set to the one that is kept; nothing else
    in the files changes.

    Parameters
    ----------
    documents : Path
        The folder of the documents' YAML files.
    event_id : str
        The event that is kept.
    others : sequence of str
        Events that are the same happening.

    Returns
    -------
    dict of str to str
        The event that each moved claim was about, by ``claim_id``.

    Raises
    ------
    LookupError
        If no claim is about one of these events, or it is named twice; nothing is
        written then.
    """
    files = {path: path.read_text("utf-8") for path in sorted(documents.glob("*.yaml"))}
    claims = {path: list(_claims(path.stem, text)) for path, text in files.items()}
    known = {event for found in claims.values() for _, event, _ in found}
    for name in (event_id, *others):
        if name not in known:
            msg = f"no claim in {documents} is about {name!r}, wanted an event_id"
            raise LookupError(msg)
    if len({event_id, *others}) <= len(others):
        msg = f"an event stands twice in {[event_id, *others]}"
        raise LookupError(msg)
    moved = {}
    for path, found in claims.items():
        mine = [claim for claim in found if claim[1] in others]
        if not mine:
            continue
        text = files[path]
        for claim_id, event, (at, until) in reversed(mine):
            text = f"{text[:at]}    event: {event_id}\n{text[until:]}"
            moved[claim_id] = event
        path.write_text(text, "utf-8")
    return moved


def _claims(document_id: str, text: str) -> Iterator[tuple[str, str, tuple[int, int]]]:
    """Yield each claim, its event, and where its ``event:`` line stands or would."""
    for head in re.finditer(r"^  - n: *(\d+).*\n", text, re.MULTILINE):
        rest = re.search(r"^(  - |\S)", text[head.end() :], re.MULTILINE)
        until = head.end() + rest.start() if rest else len(text)
        claim_id = f"{document_id}-{int(head[1]):03d}"
        line = re.compile(r"^    event: *(\S+).*\n", re.MULTILINE)
        said = line.search(text, head.end(), until)
        where = said.span() if said else (head.end(), head.end())
        yield claim_id, said[1] if said else claim_id, where


def _near(told: pd.DataFrame, days: int, km: float) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of row numbers that may be near: one class, two documents."""
    document = told["event_id"].str.rsplit("-", n=1).str[0].to_numpy()
    one, other = [], []
    for event_class, mine in told.groupby("event_class"):
        rows = mine.sort_values("first").index.to_numpy()
        first = told["first"].to_numpy()[rows]
        longest = (told["last"] - told["first"]).to_numpy()[rows].max()
        reach = first + longest + np.timedelta64(days, "D")
        until = np.searchsorted(first, reach, side="right")
        for at, row in enumerate(rows):
            near = rows[at + 1 : until[at]]
            near = near[document[near] != document[row]]
            if event_class not in _WORDS:
                near = near[_km(told, row, near) <= km + _wide(told, row, near)]
            one.append(np.full(len(near), row))
            other.append(near)
    if not one:
        return np.zeros(0, int), np.zeros(0, int)
    return np.concatenate(one).astype(int), np.concatenate(other).astype(int)


def _wide(told: pd.DataFrame, row: int, near: np.ndarray) -> np.ndarray:
    radius = told["radius_km"].fillna(0).to_numpy()
    return np.maximum(radius[row], radius[near])


def _km(told: pd.DataFrame, row: int, near: np.ndarray) -> np.ndarray:
    """Return the distance between places on a sphere [km]; NaN without both."""
    east, north = (np.radians(told[c].to_numpy(float)) for c in
                   ("longitude", "latitude"))  # fmt: skip
    half = np.sin((north[near] - north[row]) / 2) ** 2
    half += (
        np.cos(north[row]) * np.cos(north[near])
        * np.sin((east[near] - east[row]) / 2) ** 2
    )  # fmt: skip
    return 2 * _EARTH_KM * np.arcsin(np.sqrt(half))


def _measured(told: pd.DataFrame, one: np.ndarray, other: np.ndarray) -> pd.DataFrame:
    a, b = told.iloc[one].reset_index(), told.iloc[other].reset_index()
    gap = np.maximum((b["first"] - a["last"]).dt.days, (a["first"] - b["last"]).dt.days)
    km = [
        float(_km(told, i, np.array([j]))[0]) for i, j in zip(one, other, strict=True)
    ]
    same = (a["place_id"] == b["place_id"]) & a["place_id"].notna()
    days = gap.clip(lower=0)
    score = (a["event_type"] == b["event_type"]).astype(int) + same + (days == 0)
    return pd.DataFrame(
        {
            "event_id": a["event_id"], "other_event_id": b["event_id"],
            "score": score, "event_type": a["event_type"],
            "other_event_type": b["event_type"], "day": a["first"],
            "other_day": b["first"], "place_id": a["place_id"],
            "other_place_id": b["place_id"], "km": np.array(km, float), "days": days,
            "reach": np.fmax(a["radius_km"].fillna(0), b["radius_km"].fillna(0)),
            "summary": a["summary"], "other_summary": b["summary"],
        }
    )  # fmt: skip


def _with_actors(
    pairs: pd.DataFrame, event_actors: pd.DataFrame, actors: pd.DataFrame
) -> pd.DataFrame:
    """Keep pairs with an actor in common, or of which one names nobody."""
    parent = actors.set_index("actor_id")["parent_id"].dropna().to_dict()
    families: dict[str, dict[str, set]] = {}
    for event_id, actor_id, role in zip(
        event_actors["event_id"], event_actors["actor_id"], event_actors["role"],
        strict=True,
    ):  # fmt: skip
        family = families.setdefault(event_id, {}).setdefault(role, set())
        family |= {actor_id, *_ancestors(actor_id, parent)}
    shared, kept, points = [], [], []
    for one, other in zip(pairs["event_id"], pairs["other_event_id"], strict=True):
        a, b = families.get(one, {}), families.get(other, {})
        role = set().union(*(a[r] & b[r] for r in a.keys() & b.keys()))
        common = set().union(*a.values()) & set().union(*b.values())
        shared.append(" ".join(sorted(common)))
        kept.append(bool(common) or not a or not b)
        points.append(bool(role))
    pairs = pairs.assign(shared=shared, score=pairs["score"] + np.array(points, int))
    return pairs[kept]


def _ancestors(actor_id: str, parent: dict[str, str]) -> list[str]:
    found = []
    while actor_id in parent and parent[actor_id] not in found:
        actor_id = parent[actor_id]
        found.append(actor_id)
    return found
