"""From claims to events: a happening's claims resolved by a named rule.

Claims are never changed or dropped.  A rule picks, for each event and each group of
columns that belong together (dates; count and unit; place and radius), the version that
the event shall show.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from pandas.api.typing import SeriesGroupBy

from syriaconflict import vocabulary
from syriaconflict.camps import claim_sides

Tables = Mapping[str, pd.DataFrame]

GROUPS = {  # columns resolved together, and the one that must be there to count
    "event_type": ["event_type"],
    "modality": ["modality"],
    "grain": ["grain"],
    "outcome": ["outcome"],
    "target_kind": ["target_kind"],
    "munition": ["munition"],
    "extent": ["extent"],
    "start": ["start", "end", "start_precision", "end_precision", "day_part",
              "day_order"],
    "place_id": ["place_id", "radius_km"],
    "unit": ["unit", "count_low", "count_high", "count_per", "count_word"],
}  # fmt: skip
PRECISION = {"start": "days", "place_id": "radius_km", "unit": "width"}
HARM = [f"{k}_{b}" for k in ("killed", "injured", "captured", "displaced")
        for b in ("low", "high")]  # fmt: skip
RULES = ("representative",)
INDETERMINATE = "indeterminate"
OPEN = 10**6  # days or counts: an open interval is wider than any closed one


def source_ids(claims: pd.DataFrame, tables: Tables) -> pd.Series:
    """Name the independent source behind each claim.

    One claimant quoted by two outlets is one source; so are a document and those
    derived from it, and an outlet in its own voice.

    Parameters
    ----------
    claims : DataFrame
        Rows of the ``claims`` table.
    tables : mapping of str to DataFrame
        With ``documents`` and ``actors``.

    Returns
    -------
    Series of str
        On the index of ``claims``, named ``source_id``: an actor's or a publisher's
        id behind its kind.
    """
    documents = tables["documents"].set_index("document_id")
    root = documents["derived_from"].dropna().to_dict()
    origin = {}
    for document_id in documents.index:
        seen = [document_id]
        while seen[-1] in root and root[seen[-1]] not in seen:
            seen.append(root[seen[-1]])
        origin[document_id] = documents.at[seen[-1], "publisher_id"]
    outlet = tables["actors"].set_index("actor_id")["publisher_id"]
    publisher = claims["claimant_id"].map(outlet)
    unnamed = claims["claimant_id"].isna()
    publisher = publisher.mask(unnamed, claims["document_id"].map(origin))
    named = "actor:" + claims["claimant_id"]
    ids = ("publisher:" + publisher).where(publisher.notna(), named)
    return ids.rename("source_id")


def voters(tables: Tables) -> pd.DataFrame:
    """Return the claims that speak for an event's version, with what ranks them.

    These are the assertions that their source did not retract; for an event that
    nobody asserts, the claims that deny or dispute it.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        With ``claims``, ``documents``, ``actors``, ``publishers``, ``places`` and
        ``actor_camps``.

    Returns
    -------
    DataFrame
        Rows of ``claims`` with ``source_id``, ``side``, ``is_asserted``, ``days``
        (width of the dates), ``width`` (of the count) and the radius filled in from
        the place where the claim gives none.
    """
    claims = tables["claims"].copy()
    claims["source_id"] = source_ids(claims, tables)
    claims["side"] = claim_sides(
        claims, tables["documents"], tables["publishers"], tables["actor_camps"]
    )
    pairs = pd.MultiIndex.from_frame(claims[["event_id", "source_id"]])
    retracted = pairs.isin(pairs[claims["stance"] == "retracts"])
    claims["is_asserted"] = (claims["stance"] == "asserts") & ~retracted
    asserted = claims.groupby("event_id")["is_asserted"].transform("any")
    claims = claims[claims["is_asserted"] | ~asserted]
    radius = tables["places"].set_index("place_id")["radius_km"]
    own = claims["place_id"].map(radius)
    days = (claims["end"] - claims["start"]).dt.days
    width = claims["count_high"] - claims["count_low"]
    return claims.assign(
        radius_km=claims["radius_km"].fillna(own),
        days=days.fillna(OPEN),
        width=width.fillna(OPEN).astype("int64"),
    )


def resolve(tables: Tables, rule: str = "representative") -> pd.DataFrame:
    """Resolve every event's claims into one row.

    ``representative`` takes the version most claims tell; between equals the one more
    independent sources tell, then the more precise one.  What is still undecided is
    ``indeterminate`` (codes), the envelope of the versions left (dates, counts) or
    missing (places).

    Parameters
    ----------
    tables : mapping of str to DataFrame
        As for `voters`.
    rule : str, default "representative"
        Name of the rule.

    Returns
    -------
    DataFrame
        Indexed by ``event_id`` in order, with the columns of `GROUPS` and
        ``claim_count``, ``document_count``, ``source_count`` and ``summary``.

    Raises
    ------
    ValueError
        If there is no such rule.
    """
    if rule not in RULES:
        msg = f"no rule is called {rule!r}; there are: {', '.join(RULES)}"
        raise ValueError(msg)
    votes = voters(tables)
    parts = [_chosen(votes, lead, columns) for lead, columns in GROUPS.items()]
    events = pd.concat(parts, axis=1).sort_index()
    events.index.name = "event_id"
    nobody = ~votes.groupby("event_id")["is_asserted"].any()
    events.loc[nobody[nobody].index, "modality"] = "denied"
    claims = tables["claims"].groupby("event_id")
    asserted = votes[votes["is_asserted"]].groupby("event_id")["source_id"].nunique()
    founders = tables["claims"].set_index("claim_id")["summary"]
    return events.assign(
        claim_count=claims.size(),
        document_count=claims["document_id"].nunique(),
        source_count=asserted.reindex(events.index, fill_value=0),
        summary=founders.reindex(events.index),
    )


def _chosen(votes: pd.DataFrame, lead: str, columns: list[str]) -> pd.DataFrame:
    """Return the version of a group of columns that wins in each event."""
    leads = ["start", "end"] if lead == "start" else [lead]
    told = votes.dropna(subset=leads, how="all")
    if told.empty:
        return pd.DataFrame(columns=columns).astype(votes[columns].dtypes)
    rank = told[PRECISION[lead]] if lead in PRECISION else 0
    told = told.assign(_rank=rank)
    versions = (
        told.groupby(["event_id", *columns], dropna=False)
        .agg(_votes=("claim_id", "size"), _sources=("source_id", "nunique"),
             _rank=("_rank", "min"))
        .reset_index()
        .sort_values(["event_id", "_votes", "_sources", "_rank"],
                     ascending=[True, False, False, True], kind="stable")
    )  # fmt: skip
    merits = ["event_id", "_votes", "_sources", "_rank"]
    first = versions.drop_duplicates("event_id")
    best = versions.merge(first[merits], on=merits)
    chosen = first.set_index("event_id")[columns].copy()
    tied = best.groupby("event_id").size()
    tied = tied.index[tied > 1]
    if len(tied):
        rivals = best[best["event_id"].isin(tied)].groupby("event_id")
        for column in columns:
            chosen.loc[tied, column] = _undecided(rivals[column], column, lead)
        if lead == "unit":  # a number without its unit, or of no known span, is none
            bare = chosen[["unit", "count_per"]].isna().any(axis=1)
            chosen.loc[bare & chosen.index.isin(tied), columns] = pd.NA
    return chosen


def _undecided(rivals: SeriesGroupBy, column: str, lead: str) -> pd.Series:
    """Return what stands where a rule cannot choose between versions."""
    complete = rivals.count() == rivals.size()
    if column in ("start", "count_low"):
        return rivals.min().where(complete)
    if column in ("end", "count_high"):
        return rivals.max().where(complete)
    agreed = rivals.first().where(rivals.nunique(dropna=False) == 1)
    return agreed if lead in PRECISION else agreed.fillna(INDETERMINATE)


def resolve_actors(tables: Tables) -> pd.DataFrame:
    """Return who took part in each event, as a set.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        As for `voters`, and ``claim_actors``.

    Returns
    -------
    DataFrame
        Columns of the ``event_actors`` table.  ``certainty`` is the least reserved of
        the claims that name the part; each kind of harm is resolved like a count.
    """
    votes = voters(tables)[["claim_id", "event_id", "source_id"]]
    parts = tables["claim_actors"].merge(votes, on="claim_id")
    keys = ["event_id", "actor_id", "role"]
    ranks = {name: rank for rank, name in enumerate(vocabulary.ACTOR_CERTAINTIES)}
    parts["_certainty"] = parts["certainty"].map(ranks)
    sets = parts.groupby(keys).agg(
        certainty=("_certainty", "min"), claim_count=("claim_id", "nunique")
    )
    sets["certainty"] = sets["certainty"].map({r: n for n, r in ranks.items()})
    names = parts[keys].agg("\0".join, axis=1) if len(parts) else pd.Series(dtype=str)
    harmed = parts.assign(event_id=names)
    for low, high in zip(HARM[::2], HARM[1::2], strict=True):
        # an open bound is a version too, so either bound makes the pair count
        told = harmed[harmed[low].notna() | harmed[high].notna()]
        chosen = _chosen(told.assign(told=1), "told", ["told", low, high])
        chosen.index = pd.MultiIndex.from_tuples(
            [tuple(name.split("\0")) for name in chosen.index], names=keys
        )
        sets = sets.join(chosen[[low, high]].astype("Int32"))
    return sets.reset_index()
