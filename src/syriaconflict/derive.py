"""What follows from the sources: events, control, and every worked-out column.

Nothing here reads or writes a file; the same sources give the same tables.
"""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
import pandas as pd

from syriaconflict.camps import camp_on, side_of
from syriaconflict.grades import grades
from syriaconflict.members import resolve_actors, shared_camps
from syriaconflict.resolve import resolve
from syriaconflict.rules import Rule
from syriaconflict.schema import TABLES, Table
from syriaconflict.spells import control_spells
from syriaconflict.vocabulary import EVENT_TYPES
from syriaconflict.voters import Tables

PRIOGRID_COLUMNS = 720
ROLES = ("initiator", "target")  # whose camp an event tells
_UCDP_DAYS = [(1, 1), (6, 2), (7, 3), (31, 4)]  # longest interval [days], precision
_UCDP_KM = [(3, 1), (25, 2), (45, 3)]  # longest radius [km], precision


def build_tables(frames: Tables) -> dict[str, pd.DataFrame]:
    """Work out every published table from the sources' frames.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        The sources, as `validate.read_sources` returns them without findings.

    Returns
    -------
    dict of str to DataFrame
        All published tables: columns, types and order of rows as `schema.TABLES` says;
        geometries as WKB.
    """
    tables = dict(frames)
    tables["places"] = _places(tables["places"], tables["fronts"])
    tables["axes"] = _axes(tables["axes"], tables["places"])
    tables["campaigns"] = _campaigns(tables["campaigns"], tables["fronts"])
    tables = derived(tables)
    return {
        name: _shaped(tables[name], table)
        for name, table in TABLES.items()
        if table.is_published
    }


def derived(
    tables: Tables, rule: Rule = "representative", *, only: bool = False
) -> dict[str, pd.DataFrame]:
    """Work out events and control from claims, by a rule.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Published tables, or what `build_tables` made of the sources so far.
    rule, only
        As for `resolve.resolve`.

    Returns
    -------
    dict of str to DataFrame
        The tables given, with ``events``, ``event_actors``, ``control`` and
        ``control_claims`` worked out anew.

    Raises
    ------
    ValueError
        As `resolve.resolve`.
    """
    made = dict(tables)
    made["event_actors"] = resolve_actors(tables, rule, only=only)
    made["events"] = _events(made, rule, only=only)
    made["control"], made["control_claims"] = control_spells(
        made["events"], made["claims"], made["places"]
    )
    for name in ("event_actors", "events", "control", "control_claims"):
        made[name] = _shaped(made[name], TABLES[name])
    return made


def _shaped(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the frame with the table's columns, types and order of rows."""
    typed = {c.name: frame[c.name].astype(c.dtype) for c in table.columns}
    shaped = pd.DataFrame(typed, columns=table.names)
    return shaped.sort_values(list(table.key)).reset_index(drop=True)


def _points(frame: pd.DataFrame) -> pd.Series:
    """Return the points of a frame's coordinates as WKB; missing without any."""
    import shapely

    located = frame["longitude"].notna() & frame["latitude"].notna()
    points = shapely.points(frame[["longitude", "latitude"]].to_numpy(float))
    wkb = pd.Series(shapely.to_wkb(points), index=frame.index, dtype="object")
    return wkb.where(located, None)


def _places(places: pd.DataFrame, fronts: pd.DataFrame) -> pd.DataFrame:
    import shapely

    points = shapely.points(places[["longitude", "latitude"]].to_numpy(float))
    front_ids = pd.Series(None, index=places.index, dtype="str")
    outlines = shapely.from_wkb(fronts["geometry"].to_numpy())
    for front_id, outline in zip(fronts["front_id"], outlines, strict=True):
        inside = shapely.covers(outline, points) & front_ids.isna().to_numpy()
        front_ids[inside] = front_id
    wide = places["kind"].isin(["country", "governorate"])
    return places.assign(front_id=front_ids.mask(wide), geometry=_points(places))


def _axes(axes: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    from pyproj import Geod

    stops = axes.sort_values(["axis_id", "seq"]).merge(
        places[["place_id", "longitude", "latitude", "geometry"]],
        on="place_id", suffixes=("_source", ""),
    )  # fmt: skip
    stops = stops.sort_values(["axis_id", "seq"]).reset_index(drop=True)
    before = stops.groupby("axis_id")[["longitude", "latitude"]].shift()
    _, _, metres = Geod(ellps="WGS84").inv(
        before["longitude"].fillna(stops["longitude"]).to_numpy(),
        before["latitude"].fillna(stops["latitude"]).to_numpy(),
        stops["longitude"].to_numpy(),
        stops["latitude"].to_numpy(),
    )
    legs = pd.Series(metres / 1000, index=stops.index)
    return stops.assign(km=legs.groupby(stops["axis_id"]).cumsum().round(3))


def _campaigns(campaigns: pd.DataFrame, fronts: pd.DataFrame) -> pd.DataFrame:
    import shapely

    outlines = dict(
        zip(fronts["front_id"], shapely.from_wkb(fronts["geometry"]), strict=True)
    )
    unions = []
    for ids in campaigns["front_ids"]:
        union = shapely.union_all([outlines[front] for front in ids.split()])
        parts = shapely.get_parts(union)
        unions.append(shapely.to_wkb(shapely.multipolygons(parts)))
    return campaigns.assign(geometry=pd.Series(unions, campaigns.index, dtype="object"))


def _events(tables: Tables, rule: Rule, *, only: bool) -> pd.DataFrame:
    """Return the events table: resolved claims and what follows from them."""
    events = resolve(tables, rule, only=only)
    roles = _roles(tables, events, rule, only=only)
    events["event_class"] = events.index.map(_classes(tables))
    events = events.join(roles)
    places = tables["places"].set_index("place_id")
    for column in ("longitude", "latitude", "front_id"):
        found = events["place_id"].map(places[column])
        events[column] = found.astype(places[column].dtype)
    events["last_day"] = _published(tables, events)
    events["campaign_id"] = _campaign_ids(events, tables["campaigns"])
    events["grade"], events["is_contested"] = grades(
        events, _claim_actor_sides(tables, events), tables
    )
    release = version("syriaconflict")
    sealed = tables["releases" if "releases" in tables else "events"]
    sealed = sealed.set_index("event_id")
    for column in ("first_release", "last_changed"):
        known = pd.Series(events.index.map(sealed[column]), events.index, "str")
        events[column] = known.fillna(release)
    events["priogrid_gid"] = priogrid(events["longitude"], events["latitude"])
    events["ucdp_date_prec"] = _ucdp_date_prec(events)
    kinds = events["place_id"].map(places["kind"])
    events["ucdp_where_prec"] = _ucdp_where_prec(events["radius_km"], kinds)
    return events.assign(geometry=_points(events)).reset_index()


def _classes(tables: Tables) -> dict[str, str]:
    claims = tables["claims"].drop_duplicates("event_id").set_index("event_id")
    return {e: EVENT_TYPES[t].event_class for e, t in claims["event_type"].items()}


def members_of(tables: Tables, events: pd.DataFrame) -> pd.DataFrame:
    """Return the actors of events, with the camp of each on the event's day.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        With ``event_actors``, ``documents``, ``claims`` and ``actor_camps``.
    events : DataFrame
        Resolved events, indexed by ``event_id``.

    Returns
    -------
    DataFrame
        Rows of ``event_actors``, with ``camp``.
    """
    actors = tables["event_actors"]
    days = _days(tables, events).reindex(actors["event_id"]).set_axis(actors.index)
    return actors.assign(camp=camp_on(actors["actor_id"], days, tables["actor_camps"]))


def _roles(
    tables: Tables, events: pd.DataFrame, rule: Rule, *, only: bool
) -> pd.DataFrame:
    """Return initiator, target, their camps and the dead, by event."""
    actors = members_of(tables, events)
    acting = actors[actors["role"].isin(ROLES)]
    camps = shared_camps(acting, tables, rule, only=only)["camp"].unstack("role")
    roles = {}
    for role in ROLES:
        single = actors[actors["role"] == role].groupby("event_id")["actor_id"]
        roles[f"{role}_id"] = single.first()[single.nunique() == 1]
        roles[f"{role}_camp"] = camps.get(role)
    for who, prefix in (
        (actors, "killed"),
        (actors[actors["camp"] == "civilian"], "civilians_killed"),
    ):
        for bound in ("low", "high"):
            dead = who.groupby("event_id")[f"killed_{bound}"]
            told = who[who["killed_low"].notna() | who["killed_high"].notna()]
            # an open bound of one actor leaves the sum open
            open_ = told.loc[told[f"killed_{bound}"].isna(), "event_id"]
            summed = dead.sum(min_count=1).dropna()
            roles[f"{prefix}_{bound}"] = summed[~summed.index.isin(open_)]
    return pd.DataFrame(roles, index=events.index)


def _published(tables: Tables, events: pd.DataFrame) -> pd.Series:
    """Return the day on which each event's founding document was published."""
    published = tables["documents"].set_index("document_id")["published"]
    founders = tables["claims"].set_index("claim_id")["document_id"]
    days = published.reindex(founders.reindex(events.index))
    return days.set_axis(events.index)


def _days(tables: Tables, events: pd.DataFrame) -> pd.Series:
    """Return the day on which each event's actors are asked for their camp."""
    return events["start"].fillna(_published(tables, events))


def _claim_actor_sides(tables: Tables, events: pd.DataFrame) -> pd.DataFrame:
    """Return claim_id, role and side of the actors of claims that are on a side."""
    parts = tables["claim_actors"][["claim_id", "actor_id", "role"]]
    event_ids = tables["claims"].set_index("claim_id")["event_id"]
    event_ids = parts["claim_id"].map(event_ids)
    days = _days(tables, events).reindex(event_ids).set_axis(parts.index)
    sides = side_of(camp_on(parts["actor_id"], days, tables["actor_camps"]))
    return parts.assign(side=sides).dropna(subset=["side"])


def _campaign_ids(events: pd.DataFrame, campaigns: pd.DataFrame) -> pd.Series:
    """Return the campaign whose fronts hold the event and whose days it shares most.

    An open event counts up to the last day told (``last_day``).
    """
    last = events["end"].fillna(events["last_day"])
    first = events["start"].fillna(last)
    shared = {}
    for campaign in campaigns.sort_values("start").to_dict("records"):
        begin = first.clip(lower=campaign["start"])
        days = (last.clip(upper=campaign["end"]) - begin).dt.days + 1
        inside = events["front_id"].isin(campaign["front_ids"].split())
        shared[campaign["campaign_id"]] = days.where(inside & (days > 0), 0).fillna(0)
    if not shared or events.empty:
        return pd.Series(None, events.index, dtype="str")
    table = pd.DataFrame(shared, index=events.index)
    return table.idxmax(axis=1).where(table.max(axis=1) > 0).astype("str")


def priogrid(longitude: pd.Series, latitude: pd.Series) -> pd.Series:
    """Return the PRIO-GRID cell (0.5 degrees) of each point on earth, else missing.

    Examples
    --------
    >>> priogrid(pd.Series([-180.0, 179.9]), pd.Series([-90.0, 89.9])).tolist()
    [1, 259200]
    """
    row = np.floor((latitude + 90) * 2)
    column = np.floor((longitude + 180) * 2)
    on_earth = latitude.between(-90, 90) & longitude.between(-180, 180)
    return (row * PRIOGRID_COLUMNS + column + 1).where(on_earth).astype("Int32")


def _ucdp_date_prec(events: pd.DataFrame) -> pd.Series:
    days = (events["end"] - events["start"]).dt.days + 1
    return _banded(days, _UCDP_DAYS, 5)


def _ucdp_where_prec(radius: pd.Series, kinds: pd.Series) -> pd.Series:
    prec = _banded(radius, _UCDP_KM, 4)
    return prec.mask(kinds == "road", 5).mask(kinds == "country", 6)


def _banded(values: pd.Series, bands: list[tuple[int, int]], last: int) -> pd.Series:
    edges, labels = zip(*bands, strict=True)
    place = np.searchsorted(edges, values.fillna(0).to_numpy(float))
    codes = np.array([*labels, last])[place]
    return pd.Series(codes, values.index, dtype="Int32").mask(values.isna())
