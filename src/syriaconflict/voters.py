"""Which claims speak for an event's version, for whom, and how independent they are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from syriaconflict import vocabulary
from syriaconflict.camps import claim_sides

Tables = Mapping[str, pd.DataFrame]

OPEN = 2**31  # days or counts: an open interval is wider than any closed one


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
    derived = documents["derived_from"]
    root = derived[derived.isin(documents.index)].to_dict()
    outlet = tables["actors"].set_index("actor_id")["publisher_id"]
    claimant, claimants = pd.factorize(claims["claimant_id"])
    document, names = pd.factorize(claims["document_id"])
    theirs = pd.Series(claimants, dtype="str").map(outlet)
    own = pd.Series(
        [
            documents.at[_origin(name, root), "publisher_id"]
            if name in documents.index
            else None
            for name in names
        ],
        dtype="str",
    )
    named = ("publisher:" + theirs).fillna("actor:" + pd.Series(claimants, dtype="str"))
    labels = pd.concat([named, "publisher:" + own], ignore_index=True).astype("str")
    place = np.where(claimant >= 0, claimant, len(claimants) + document)
    ids = labels.array.take(place) if len(labels) else []
    return pd.Series(ids, claims.index, dtype="str", name="source_id")


def _origin(document_id: str, root: dict[str, str]) -> str:
    """Return the first document of a chain of reprints; of a ring, the least id."""
    seen = [document_id]
    while seen[-1] in root:
        if root[seen[-1]] in seen:
            return min(seen[seen.index(root[seen[-1]]) :])
        seen.append(root[seen[-1]])
    return seen[-1]


def voices(tables: Tables) -> pd.DataFrame:
    """Return the claims with who is behind each, for which side, and what stands.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        With ``claims``, ``documents``, ``actors``, ``publishers`` and ``actor_camps``.

    Returns
    -------
    DataFrame
        All rows of ``claims``, with ``source_id`` (see `source_ids`), ``side`` (see
        `camps.claim_sides`) and ``is_asserted`` (bool): it asserts, and neither its
        source nor the outlet that printed it took it back.

    Examples
    --------
    >>> from syriaconflict.load import published
    >>> heard = voices(published()).set_index("claim_id")
    >>> quoted = "2017-04-24-syria-direct-halfaya-011"  # SANA, in another's report
    >>> heard.loc[quoted, ["source_id", "side"]].tolist()
    ['publisher:sana', 'government']
    """
    claims = tables["claims"]
    about = ("documents", "publishers", "actor_camps")
    heard = claims.assign(
        source_id=source_ids(claims, tables),
        side=claim_sides(claims, *(tables[name] for name in about)),
    )
    asserts = heard["stance"] == "asserts"
    return heard.assign(is_asserted=asserts & ~_retracted(heard, tables))


def voters(tables: Tables) -> pd.DataFrame:
    """Return the claims that speak for an event's version, with what ranks them.

    These are the assertions that stand; for an event that nobody asserts, all its
    claims.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        As for `voices`, and ``places``.

    Returns
    -------
    DataFrame
        Rows of `voices`, with ``days`` (width of the dates), ``width`` (of the count),
        ``start_rank`` and ``end_rank`` (of the precisions, finest first) and the radius
        filled in from the place where the claim gives none.
    """
    claims = voices(tables)
    event = pd.factorize(claims["event_id"])[0]
    spoken = np.bincount(event, claims["is_asserted"]) > 0
    claims = claims[claims["is_asserted"] | ~spoken[event]]
    radius = tables["places"].set_index("place_id")["radius_km"]
    own = claims["place_id"].map(radius)
    finest = {code: rank for rank, code in enumerate(vocabulary.PRECISIONS)}
    days = (claims["end"] - claims["start"]).dt.days
    return claims.assign(
        radius_km=claims["radius_km"].fillna(own),
        days=days.fillna(OPEN),
        width=width(claims["count_low"], claims["count_high"]),
        start_rank=claims["start_precision"].map(finest),
        end_rank=claims["end_precision"].map(finest),
    )


def width(low: pd.Series, high: pd.Series) -> pd.Series:
    """Return how far apart two bounds are; open ones are farther than any."""
    return (high.astype("Int64") - low).fillna(OPEN).astype("int64")


def _retracted(claims: pd.DataFrame, tables: Tables) -> pd.Series:
    """Whether a claim's source, or the outlet that printed it, took it back."""
    retracted = pd.Series(False, claims.index)
    taken_back = claims.loc[claims["stance"] == "retracts", "event_id"]
    if taken_back.empty:
        return retracted
    about = claims[claims["event_id"].isin(taken_back)]
    outlets = tables["documents"].set_index("document_id")["publisher_id"]
    outlet = about["document_id"].map(outlets)
    back = about["stance"] == "retracts"
    own_voice = about["claimant_id"].isna() & (about["claimant_kind"] == "publisher")
    for who, retracts in ((about["source_id"], back), (outlet, back & own_voice)):
        pairs = pd.MultiIndex.from_arrays([about["event_id"], who])
        retracted[about.index[pairs.isin(pairs[retracts])]] = True
    return retracted
