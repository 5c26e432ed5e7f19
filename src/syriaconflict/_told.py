"""What claims tell of each field, as numbers that can be compared.

A reader for each kind of field; `disagreement` compares what they return.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from syriaconflict.camps import camp_on, side_of
from syriaconflict.filters import codes, require
from syriaconflict.tessellation import CRS_DISTANCE
from syriaconflict.vocabulary import EVENT_TYPES
from syriaconflict.voters import source_ids, voters

Tables = Mapping[str, pd.DataFrame]
Distance = Callable[[np.ndarray, np.ndarray], np.ndarray]

KINDS = {  # how the values of a field are compared, and the fields
    "code": ("event_type", "modality", "grain", "outcome", "target_kind", "munition",
             "extent", "day_part", "unit", "count_per", "stance"),
    "day": ("start", "end"),
    "place": ("place_id",),
    "count": ("count_low", "count_high"),
    "harm": ("killed_low", "killed_high", "injured_low", "injured_high",
             "captured_low", "captured_high", "displaced_low", "displaced_high"),
    "set": ("initiator", "target"),
    "holder": ("holder",),
}  # fmt: skip
FIELDS = {field: kind for kind, fields in KINDS.items() for field in fields}
_ACTED = ("harm", "set", "holder")  # kinds that are told of actors
_TABLES = ("documents", "actors", "publishers", "places", "actor_camps")
_READ = ("claim_id", "document_id", "event_id", "claimant_id", "claimant_kind",
         "stance", "event_type", "start", "end", "start_precision", "end_precision",
         "place_id", "radius_km", "unit", "count_per", "count_low",
         "count_high")  # fmt: skip
_KEPT = ("claim_id", "document_id", "event_type", "start", "unit", "count_per", "event",
         "source_id")  # fmt: skip
_PER = {"total": "", "day": " per day"}
_HOLDER_ROLES = {"besieged": "target", "last": "target", "unknown": ""}
_HOLDERS = {
    name: _HOLDER_ROLES.get(kind.holder, kind.holder)
    for name, kind in EVENT_TYPES.items()
}


class Told(NamedTuple):
    """What is told of a field, as numbers: a row for each claim that tells it."""

    rows: pd.DataFrame  # event, source, value, of
    distance: Distance | None = None  # between two numbers in ``value``
    labels: Sequence[str] = ("",)  # what the numbers in ``of`` stand for


def told_of(
    claims: pd.DataFrame, tables: Tables, fields: Sequence[str]
) -> Iterator[tuple[str, Told]]:
    """Yield what the claims tell of each field, one at a time to spare memory.

    Parameters
    ----------
    claims : DataFrame
        Rows of the ``claims`` table that passed `check`, with the number of the
        ``event`` of each.
    tables : mapping of str to DataFrame
        As for `differences.disagreement`.
    fields : sequence of str
        Keys of `FIELDS`.

    Yields
    ------
    str, Told
        Field, and what is told of it.

    Raises
    ------
    ValueError
        If a claim has no source or an unknown place.
    """
    data = {**tables, "claims": claims}
    kept = dict.fromkeys([*_KEPT, *claims.columns.intersection(fields)])
    votes = _numbered(voters(data)[[*kept]])
    if "claim_actors" in data:
        parts = data["claim_actors"]
        row = pd.Index(votes["claim_id"]).get_indexer(parts["claim_id"])
        data["claim_actors"] = parts.assign(row=row)[row >= 0].reset_index(drop=True)
    for field in fields:
        yield field, _READERS[FIELDS[field]](field, votes, data)


def check(claims: pd.DataFrame, tables: Tables, fields: Sequence[str]) -> None:
    """Refuse what cannot be read.

    Parameters
    ----------
    claims : DataFrame
        Rows of the ``claims`` table.
    tables : mapping of str to DataFrame
        As for `differences.disagreement`.
    fields : sequence of str
        Keys of `FIELDS`.

    Raises
    ------
    ValueError
        If a table or column is absent, a claim stands twice, or there is none.
    """
    acted = [field for field in fields if FIELDS[field] in _ACTED]
    needed = [*_TABLES, *(["claim_actors"] if acted else [])]
    absent = [name for name in needed if name not in tables]
    if absent:
        msg = (
            f"tables lacks {', '.join(absent)}, wanted for {', '.join(fields)} a "
            f"mapping with {', '.join(needed)}: {{name: load(name), ...}}"
        )
        raise ValueError(msg)
    own = [field for field in fields if field not in acted]
    require(claims, (*_READ, *own), "claims", key="claim_id")
    if acted:
        harm = [field for field in acted if FIELDS[field] == "harm"]
        columns = ("claim_id", "actor_id", "role", "certainty", *harm)
        require(tables["claim_actors"], columns, "claim_actors")
    if claims.empty:
        msg = "claims has no rows, wanted claims about one event or more"
        raise ValueError(msg)


def _numbered(claims: pd.DataFrame) -> pd.DataFrame:
    """Return claims with their source as a number; refuse those without."""
    lost = claims.loc[claims["source_id"].isna(), ["claim_id", "document_id"]]
    if len(lost):
        msg = (
            "claims: {!r} has no source, for its document {!r} is not in documents; "
            "hand over the whole table".format(*lost.iloc[0])
        )
        raise ValueError(msg)
    numbered = claims.assign(source=pd.factorize(claims["source_id"])[0])
    return numbered.sort_values(["event", "source"], ignore_index=True)


def _spoken(votes: pd.DataFrame, data: Tables) -> pd.DataFrame:
    """Return all claims, also denials and what was retracted."""
    claims = data["claims"]
    others = claims[~claims["claim_id"].isin(votes["claim_id"])]
    others = others.assign(source_id=source_ids(others, data))
    columns = ["claim_id", "document_id", "event", "source_id", "stance"]
    return _numbered(pd.concat([votes[columns], others[columns]]))


def _rows(
    claims: pd.DataFrame,
    value: np.ndarray,
    of: np.ndarray | int = 0,
    at: np.ndarray | slice = slice(None),
) -> pd.DataFrame:
    """Return what claims, those ``at`` some places, tell; below nought is missing."""
    rows = claims[["event", "source"]].iloc[at].assign(value=value, of=of)
    return rows[(rows["value"] >= 0) & (rows["of"] >= 0)]


def _along(values: np.ndarray) -> Distance:
    return lambda one, other: np.abs(values[one] - values[other])


def _codes(field: str, votes: pd.DataFrame, data: Tables) -> Told:
    told = _spoken(votes, data) if field == "stance" else votes
    return Told(_rows(told, pd.factorize(told[field])[0]))


def _days(field: str, votes: pd.DataFrame, _: Tables) -> Told:
    value, days = pd.factorize(votes[field])
    numbers = days.to_numpy("datetime64[D]").astype("float64")
    return Told(_rows(votes, value), _along(numbers))


def _places(field: str, votes: pd.DataFrame, data: Tables) -> Told:
    import geopandas as gpd

    value, ids = pd.factorize(votes[field])
    columns = ["place_id", "longitude", "latitude"]
    require(data["places"], columns, "places", key="place_id")
    places = pd.DataFrame(data["places"])[columns].set_index("place_id")
    if len(ids):
        codes(list(ids), set(places.index), "claims: place_id")
    told = places.reindex(ids)
    known = told.notna().all(axis=1).to_numpy()
    located = gpd.GeoSeries.from_xy(*told[known].to_numpy().T, crs="EPSG:4326")
    located = located.to_crs(CRS_DISTANCE)
    east, north = np.full((2, len(ids)), np.nan)
    east[known], north[known] = located.x / 1000, located.y / 1000

    def distance(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        return np.hypot(east[one] - east[other], north[one] - north[other])

    return Told(_rows(votes, value), distance)


def _counts(field: str, votes: pd.DataFrame, _: Tables) -> Told:
    value, numbers = pd.factorize(votes[field])
    of, labels = pd.factorize(votes["unit"] + votes["count_per"].map(_PER))
    return Told(_rows(votes, value, of), _along(numbers.to_numpy("float64")), labels)


def _harm(field: str, votes: pd.DataFrame, data: Tables) -> Told:
    columns = ["row", "actor_id", "role", field]
    parts = data["claim_actors"][columns].dropna(subset=[field])
    value, numbers = pd.factorize(parts[field])
    of, labels = pd.factorize(parts["actor_id"] + " as " + parts["role"])
    rows = _rows(votes, value, of, parts["row"].array)
    return Told(rows, _along(numbers.to_numpy("float64")), labels)


def _sets(field: str, votes: pd.DataFrame, data: Tables) -> Told:
    parts = data["claim_actors"][["row", "actor_id", "role", "certainty"]]
    parts = parts[parts["role"] == field]
    either = parts["certainty"] == "one_of"
    share = 1 / either.groupby(parts["row"]).transform("sum")
    weight = share.where(either, 1.0).to_numpy()
    actor = pd.factorize(parts["actor_id"])[0]
    members = pd.DataFrame(
        {"row": parts["row"].array, "actor": actor, "weight": weight}
    )
    one = members.groupby(["actor", "weight"]).ngroup()
    version = _versions(members.assign(one=one))
    first = version.drop_duplicates()
    bags = members.assign(version=members["row"].map(first)).dropna(subset=["version"])
    rows = _rows(votes, version.array, at=version.index)
    return Told(rows, _jaccard(bags.astype({"version": "int64"})))


def _versions(members: pd.DataFrame) -> pd.Series:
    """Return a number for the set of each row, the same for the same members."""
    members = members[["row", "one"]].assign(one=pd.factorize(members["one"])[0])
    members = members.drop_duplicates().sort_values(["row", "one"])
    nth = members.groupby("row").cumcount()
    wide = members.assign(nth=nth).pivot(index="row", columns="nth", values="one")
    if wide.empty:
        return pd.Series(dtype="int64")
    return wide.fillna(-1).groupby([*wide.columns]).ngroup()


def _jaccard(bags: pd.DataFrame) -> Distance:
    """Return the weighted Jaccard distance between versions."""
    size = bags.groupby("version")["weight"].sum().to_numpy()
    bags = bags[["version", "actor", "weight"]]

    def distance(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        pairs = pd.DataFrame({"one": one, "other": other})
        shared = pairs.drop_duplicates().merge(bags, left_on="one", right_on="version")
        keys = ["other", "actor"], ["version", "actor"]
        shared = shared.merge(bags, left_on=keys[0], right_on=keys[1])
        least = shared[["weight_x", "weight_y"]].min(axis=1)
        common = least.groupby([shared["one"], shared["other"]]).sum()
        both = common.reindex(pd.MultiIndex.from_frame(pairs)).fillna(0).to_numpy()
        return 1 - both / (size[one] + size[other] - both)

    return distance


def _holder(_: str, votes: pd.DataFrame, data: Tables) -> Told:
    roles = votes["event_type"].map(_HOLDERS)
    parts = data["claim_actors"][["row", "actor_id", "role", "certainty"]]
    parts = parts[parts["role"].to_numpy() == roles.iloc[parts["row"]].to_numpy()]
    published = data["documents"].set_index("document_id")["published"]
    days = votes["start"].fillna(votes["document_id"].map(published))
    asked = parts.assign(day=days.iloc[parts["row"]].array)
    keys = ["actor_id", "day"]
    once = asked[keys].drop_duplicates()
    camps = camp_on(once["actor_id"], once["day"], data["actor_camps"])
    sides = asked.merge(once.assign(one=side_of(camps)), on=keys).dropna(subset=["one"])
    either = (sides["certainty"] == "one_of").groupby(sides["row"]).transform("any")
    sides = sides[~either | (sides.groupby("row")["one"].transform("nunique") == 1)]
    nobody = pd.DataFrame({"row": np.flatnonzero(roles == "nobody"), "one": "nobody"})
    version = _versions(pd.concat([sides[["row", "one"]], nobody]))
    return Told(_rows(votes, version.array, at=version.index))


_READERS = {"code": _codes, "day": _days, "place": _places, "count": _counts,
         "harm": _harm, "set": _sets, "holder": _holder}  # fmt: skip
