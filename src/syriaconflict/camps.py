"""Which camp an actor belonged to on a day, and which side a camp is on."""

from __future__ import annotations

import pandas as pd

from syriaconflict.vocabulary import PERSPECTIVE_SIDES, SIDES


def camp_on(
    actor_ids: pd.Series, days: pd.Series, actor_camps: pd.DataFrame
) -> pd.Series:
    """Return the camp of each actor on each day.

    Parameters
    ----------
    actor_ids : Series of str
        Actors; missing ones are allowed.
    days : Series of datetime64
        The day for each actor, on the same index.  A missing day finds the camp of
        an actor that never changed it.
    actor_camps : DataFrame
        Rows of the ``actor_camps`` table.

    Returns
    -------
    Series of str
        Camps on the same index, named ``camp``; missing where the actor is missing
        or has no camp, or more than one, on that day.

    Examples
    --------
    >>> camps = pd.DataFrame({"actor_id": ["a", "a"], "camp": ["opposition", "other"],
    ...     "start": pd.to_datetime([None, "2017-01-01"]),
    ...     "end": pd.to_datetime(["2016-12-31", None])})
    >>> days = pd.Series(pd.to_datetime(["2016-06-01", "2018-01-01", None]))
    >>> camp_on(pd.Series(["a", "a", "a"]), days, camps).tolist()
    ['opposition', 'other', nan]
    """
    asked = pd.DataFrame({"actor_id": actor_ids, "day": days})
    asked["row"] = range(len(asked))
    spells = actor_camps[["actor_id", "camp", "start", "end"]]
    found = asked.merge(spells, on="actor_id", how="inner")
    begun = found["start"].isna() | (found["start"] <= found["day"])
    ended = found["end"].notna() & ~(found["end"] >= found["day"])
    found = found[begun & ~ended]
    single = found.groupby("row")["camp"].agg(["first", "nunique"])
    camps = single.loc[single["nunique"] == 1, "first"].reindex(asked["row"])
    return pd.Series(camps.to_numpy(), actor_ids.index, dtype="str", name="camp")


def side_of(camps: pd.Series) -> pd.Series:
    """Return the side of each camp; missing for camps that are on none.

    Examples
    --------
    >>> side_of(pd.Series(["russia", "turkey", "civilian"])).tolist()
    ['government', 'opposition', nan]
    """
    return camps.map(SIDES).astype("str").rename("side")


def claim_sides(
    claims: pd.DataFrame,
    documents: pd.DataFrame,
    publishers: pd.DataFrame,
    actor_camps: pd.DataFrame,
) -> pd.Series:
    """Return the side for which each claim's claimant speaks.

    That is the side of the claimant's camp on the day of the happening (of the
    document, if it has none), else the side of the publisher's perspective.

    Parameters
    ----------
    claims, documents, publishers, actor_camps : DataFrame
        Rows of the tables of these names.

    Returns
    -------
    Series of str
        On the index of ``claims``, named ``side``; missing for claimants on no side.
    """
    about = documents.set_index("document_id")
    published = claims["document_id"].map(about["published"])
    days = claims["start"].fillna(published)
    own = side_of(camp_on(claims["claimant_id"], days, actor_camps))
    perspective = publishers.set_index("publisher_id")["perspective"]
    outlet = claims["document_id"].map(about["publisher_id"])
    theirs = outlet.map(perspective).map(PERSPECTIVE_SIDES)
    known = claims["claimant_id"].notna()
    return own.where(known, theirs).astype("str").rename("side")
