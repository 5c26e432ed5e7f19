"""Events that happened, as other data sets list them: who, told by whom, what is sure.

Their files hold one row a happening, so planned, threatened, expected and denied events
are set aside, and attribution, which is a set with certainties here, is written out in
a column of notes beside whatever their columns can take of it.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pandas as pd

from syriaconflict.exports import csv_files
from syriaconflict.exports.cells import refuse_nul
from syriaconflict.exports.rows import aside
from syriaconflict.vocabulary import COUNTED_MODALITIES

NEEDS = ("documents", "publishers", "claims", "events", "event_actors", "actors",
         "actor_camps", "places")  # fmt: skip
_ROLES = ("initiator", "target", "affected", "supporter", "party")


@cache
def shape(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a table in ``shapes``: what stands in which column.

    Examples
    --------
    >>> [row["from"] for row in shape("ged_columns") if row["column"] == "relid"]
    ['event_id']
    """
    path = Path(__file__).parent / "shapes" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def keep(
    events: pd.DataFrame, fine: pd.Series, reason: str | pd.Series
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return the events that are fine, and the others as rows set aside."""
    left = events[~fine]
    why = pd.Series(reason, left.index) if isinstance(reason, str) else reason
    found = [
        aside("events", rows["event_id"], word)
        for word, rows in left.groupby(why.loc[left.index], sort=True)
    ]
    return events[fine].reset_index(drop=True), found


def happened(events: pd.DataFrame) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return realised and ongoing events, and the others as rows set aside.

    Examples
    --------
    >>> told = pd.DataFrame({
    ...     "event_id": ["a", "b"], "modality": ["ongoing", "planned"],
    ... })
    >>> kept, (left,) = happened(told)
    >>> kept["event_id"].tolist(), left["reason"].tolist()
    (['a'], ['modality is planned, no happening'])
    """
    fine = events["modality"].isin(COUNTED_MODALITIES)
    return keep(events, fine, "modality is " + events["modality"] + ", no happening")


def members(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the actors of events, most told first: name and camp of the day."""
    from syriaconflict.derive import members_of

    names = frames["actors"][["actor_id", "name", "kind", "ucdp_id", "acled_name"]]
    rows = members_of(frames, frames["events"].set_index("event_id"))
    rows = rows.merge(names, on="actor_id", how="left")
    order = ["event_id", "claim_count", "actor_id"]
    return rows.sort_values(order, ascending=[True, False, True], kind="stable")


def told_together(rows: pd.DataFrame, role: str, name: str) -> pd.Series:
    """Return the names in a role by event, joined; missing where one of them is meant.

    "Russia or the government" is not "Russia and the government": where a member is
    told as ``one_of``, no name stands.
    """
    rows = rows[rows["role"] == role]
    doubtful = set(rows.loc[rows["certainty"] == "one_of", "event_id"])
    sure = rows[~rows["event_id"].isin(doubtful)]
    return sure.groupby("event_id")[name].agg("; ".join)


def one_of_all(rows: pd.DataFrame, role: str, name: str) -> pd.Series:
    """Return what all members in a role have in common, by event; else missing.

    Examples
    --------
    >>> rows = pd.DataFrame({
    ...     "event_id": ["a", "a", "b", "b"], "role": "target",
    ...     "camp": ["isis", "isis", "russia", "government"],
    ... })
    >>> one_of_all(rows, "target", "camp").to_dict()
    {'a': 'isis'}
    """
    told = rows.loc[rows["role"] == role].groupby("event_id")[name]
    alike = (told.nunique() == 1) & (told.count() == told.size())
    return told.first()[alike]


def attribution(rows: pd.DataFrame) -> pd.Series:
    """Return who took which part, with what certainty, as a text by event.

    Examples
    --------
    >>> rows = pd.DataFrame({
    ...     "event_id": "a", "role": "initiator", "name": ["Russia", "Government"],
    ...     "certainty": "one_of",
    ... })
    >>> attribution(rows)["a"]
    'initiator: Russia (one_of), Government (one_of)'
    """
    part = rows["name"] + " (" + rows["certainty"] + ")"
    joined = part.groupby([rows["event_id"], rows["role"]]).agg(", ".join)
    texts = joined.unstack().reindex(columns=_ROLES)
    lines = [
        "; ".join(f"{role}: {told}" for role, told in row.items() if pd.notna(told))
        for row in texts.to_dict("records")
    ]
    return pd.Series(lines, index=texts.index, dtype="str")


def notes(events: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Return, row by row, what the columns of other data sets cannot hold."""
    told = events["event_id"].map(attribution(rows)).astype("str")
    start = events["start"].dt.strftime("%Y-%m-%d").fillna("unknown")
    end = events["end"].dt.strftime("%Y-%m-%d").fillna("open")
    said = events["summary"] + " | " + told.fillna("nobody named")
    said += " | between " + start + " and " + end + " | " + words(events)
    return said


def words(events: pd.DataFrame) -> pd.Series:
    """Return our own codes of each event as ``name=code`` pairs."""
    names = ["event_type", "modality", "grain", "outcome", "munition", "grade"]
    pairs = [
        "; ".join(f"{name}={code}" for name, code in row.items() if pd.notna(code))
        for row in events[names].to_dict("records")
    ]
    contested = events["is_contested"].map({True: "; contested by a claim", False: ""})
    return pd.Series(pairs, index=events.index, dtype="str") + contested


def sources(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the documents behind each event: a row an event and document."""
    pairs = frames["claims"][["event_id", "document_id"]].drop_duplicates()
    outlets = frames["publishers"][["publisher_id", "name"]]
    documents = frames["documents"].merge(outlets, on="publisher_id", how="left")
    rows = pairs.merge(documents, on="document_id", how="left")
    return rows.sort_values(["event_id", "document_id"]).assign(
        day=rows["published"].dt.strftime("%Y-%m-%d"),
        name=rows["name"].str.replace(";", ","),  # what stands between two of them
        title=rows["title"].str.replace(";", ","),
    )


def joined(rows: pd.DataFrame, name: str) -> pd.Series:
    """Return a column of `sources` by event, joined; each value once."""
    told = rows[["event_id", name]].dropna().drop_duplicates()
    return told.groupby("event_id")[name].agg(";".join)


def to_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write the rows that other data sets' readers, ours too, are to take for text."""
    refuse_nul(frame, path.name, "which readers take for a binary file; export csv")
    csv_files.to_csv(frame, path)


def located(events: pd.DataFrame, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the place of each event, row by row: its name and its divisions."""
    names = ["name", "kind", "governorate", "governorate_pcode", "district",
             "subdistrict"]  # fmt: skip
    places = frames["places"].set_index("place_id")[names]
    return places.reindex(events["place_id"]).set_axis(events.index)


def in_syria(place: pd.DataFrame, word: str) -> pd.Series:
    """Return a word where a place lies in a governorate of Syria, else missing."""
    inside = place["governorate_pcode"].str.startswith("SY").fillna(False)
    return inside.astype(bool).map({True: word, False: None})
