"""The tables as the columns that the map's page reads: numbers, words, nothing else.

Days are whole numbers since 1970-01-01, positions kilometres in `CRS_DISTANCE`, codes
and references numbers into lists.  Missing is null.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from syriaconflict import cite
from syriaconflict.names import spellings
from syriaconflict.palette import wording
from syriaconflict.tessellation import CRS_DISTANCE
from syriaconflict.vocabulary import CAMPS, EVENT_CLASSES, GRADES, GRAINS, MODALITIES

Columns = dict[str, list]
NARROW = 14  # days; what is spread wider the page shows when asked to


def days(dates: pd.Series) -> list[int | None]:
    """Return dates as whole days since 1970-01-01.

    Examples
    --------
    >>> days(pd.Series(pd.to_datetime(["1970-01-11", None])))
    [10, None]
    """
    since = (pd.to_datetime(dates) - pd.Timestamp(0)).dt.days
    return [None if pd.isna(one) else int(one) for one in since]


def words(values: pd.Series) -> list[str | None]:
    """Return words, null where missing."""
    return [None if pd.isna(one) else str(one) for one in values]


def numbers(values: pd.Series, digits: int = 0) -> list[float | None]:
    """Return numbers, null where missing, whole ones without a point."""
    found = [None if pd.isna(one) else round(float(one), digits) for one in values]
    return [int(one) if one is not None and one == int(one) else one for one in found]


def codes(values: pd.Series, known: Iterable[str]) -> list[int | None]:
    """Return the number of each value in a list, null where it is not in it."""
    found = pd.Index(list(known)).get_indexer(pd.Index(values))
    return [None if one < 0 else int(one) for one in found]


def positions(frame: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return easting and northing of rows with longitude and latitude [km]."""
    import geopandas as gpd

    at = gpd.GeoSeries.from_xy(
        frame["longitude"], frame["latitude"], index=frame.index, crs="EPSG:4326"
    ).to_crs(CRS_DISTANCE)
    placed = frame["longitude"].notna() & frame["latitude"].notna()
    return (at.x / 1000).where(placed), (at.y / 1000).where(placed)


def periods_of(windows: pd.DataFrame, events: pd.DataFrame) -> list[dict]:
    """Return the periods with their days, and last the days of all events.

    A period on whose days no event can lie is left out.  The days of all events are
    those on which one begins or ends that is dated within `NARROW` days.
    """
    made = []
    start, end = events["start"], events["end"]
    for row in windows.sort_values("start").itertuples():
        begun = start.isna() | (start <= row.end)
        over = end.notna() & (end < row.start)
        inside = (begun & ~over & ~(start.isna() & end.isna())).sum()
        low, high = days(pd.Series([row.start, row.end]))
        if inside:
            made.append(
                {
                    "id": row.campaign_id,
                    "name": row.name,
                    "note": None if pd.isna(row.note) else row.note,
                    "days": list(range(low, high + 1)),
                    "events": int(inside),
                }
            )
    narrow = events[(end - start).dt.days <= NARROW]
    bounds = days(pd.concat([narrow["start"], narrow["end"]]))
    if bounds and (len(made) != 1 or "chosen" not in {one["id"] for one in made}):
        whole = {"id": "all", "name": "All days on which an event began or ended"}
        whole |= {"note": None, "days": sorted(set(bounds)), "events": len(events)}
        made.append(whole)
    return made


def places_of(
    places: pd.DataFrame, place_names: pd.DataFrame, celled: pd.Index
) -> Columns:
    """Return the places with their names, spellings, position and cell."""
    x, y = positions(places)
    arabic = place_names[place_names["language"] == "ar"]
    arabic = arabic.drop_duplicates("place_id").set_index("place_id")["name"]
    also = (
        spellings(places, place_names, id_column="place_id")
        .groupby("place_id")["spelling"]
        .agg(list)
    )
    own = places["name_ar"].fillna(places["place_id"].map(arabic))
    ids = places["place_id"]
    return {
        "id": words(ids),
        "name": words(places["name"]),
        "arabic": words(own),
        "also": [sorted(set(also.get(one, []))) for one in ids],
        "kind": words(places["kind"].map(wording)),
        "x": numbers(x, 2),
        "y": numbers(y, 2),
        "radius": numbers(places["radius_km"], 1),
        "cell": codes(ids, celled),
    }


def events_of(events: pd.DataFrame, places: pd.DataFrame) -> Columns:
    """Return the events, one list a column."""
    x, y = positions(events)
    return {
        "id": words(events["event_id"]),
        "class": codes(events["event_class"], EVENT_CLASSES),
        "type": words(events["event_type"]),
        "modality": codes(events["modality"], MODALITIES),
        "grain": codes(events["grain"], GRAINS),
        "start": days(events["start"]),
        "end": days(events["end"]),
        "place": codes(events["place_id"], places["place_id"]),
        "x": numbers(x, 2),
        "y": numbers(y, 2),
        "radius": numbers(events["radius_km"], 1),
        "camp": codes(events["initiator_camp"], CAMPS),
        "target": codes(events["target_camp"], CAMPS),
        "grade": codes(events["grade"], GRADES),
        "contested": [bool(one) for one in events["is_contested"].fillna(False)],
        "sources": numbers(events["source_count"]),
        "campaign": words(events["campaign_id"]),
        "summary": words(events["summary"]),
    }


def claims_of(
    claims: pd.DataFrame,
    events: pd.DataFrame,
    documents: pd.DataFrame,
    actors: pd.DataFrame,
) -> Columns:
    """Return the claims; ``event`` and ``document`` are rows of theirs."""
    claimant = claims["claimant_id"].map(actors.set_index("actor_id")["name"])
    return {
        "id": words(claims["claim_id"]),
        "event": codes(claims["event_id"], events["event_id"]),
        "document": codes(claims["document_id"], documents["document_id"]),
        "claimant": words(claimant),
        "kind": words(claims["claimant_kind"].map(wording)),
        "stance": words(claims["stance"]),
        "certainty": words(claims["certainty"]),
        "start": days(claims["start"]),
        "end": days(claims["end"]),
        "token": numbers(claims["quote_start"]),
        "tokens": numbers(claims["quote_tokens"]),
        "summary": words(claims["summary"]),
    }


def documents_of(documents: pd.DataFrame, publishers: pd.DataFrame) -> Columns:
    """Return the documents, each with its line of a citation and its original.

    An address that is not of the web is left out: the page would not link to it.
    ``original`` is the row of the document that this one reprints or relays.
    """
    outlet = publishers.set_index("publisher_id")
    source = documents["publisher_id"]
    _, *lines = cite(documents).split("\n")
    ids = documents["document_id"]
    line = dict(zip(sorted(ids), lines, strict=True))
    is_web = documents["url"].fillna("").str.match(r"https?://", case=False)
    return {
        "id": words(ids),
        "publisher": words(source.map(outlet["name"])),
        "perspective": words(source.map(outlet["perspective"]).map(wording)),
        "title": words(documents["title"]),
        "date": words(documents["published"].dt.strftime("%Y-%m-%d")),
        "precision": words(documents["published_precision"]),
        "url": words(documents["url"].where(is_web)),
        "citation": [line[one] for one in ids],
        "original": codes(documents["derived_from"], ids),
    }
