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

CODES = ("event_type", "modality", "grain", "outcome", "target_kind", "munition",
         "extent")  # fmt: skip
GROUPS = {  # columns that are one version together, and how precise a version is
    ("start", "end"): "days",
    ("place_id",): "radius_km",
    ("unit", "count_per", "count_low", "count_high"): "width",
}
BESIDE = {  # columns told beside others: they split no votes, and go with their value
    "start_precision": ("start",),
    "end_precision": ("end",),
    "day_part": ("start", "end"),
    "day_order": ("start", "end"),
    "radius_km": ("place_id",),
    "count_word": ("unit", "count_per", "count_low", "count_high"),
}
RANKS = {"radius_km": "radius_km", "start_precision": "start_rank",
         "end_precision": "end_rank"}  # fmt: skip
COMPARABLE = ["unit", "count_per"]  # counts that differ in these are not compared
HARM = [f"{kind}_{bound}" for kind in vocabulary.HARMS for bound in ("low", "high")]
RULES = ("representative",)
INDETERMINATE = "indeterminate"
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
    origin = {
        document_id: documents.at[_origin(document_id, root), "publisher_id"]
        for document_id in documents.index
    }
    outlet = tables["actors"].set_index("actor_id")["publisher_id"]
    publisher = claims["claimant_id"].map(outlet)
    unnamed = claims["claimant_id"].isna()
    publisher = publisher.mask(unnamed, claims["document_id"].map(origin))
    named = "actor:" + claims["claimant_id"]
    ids = ("publisher:" + publisher).where(publisher.notna(), named)
    return ids.rename("source_id")


def _origin(document_id: str, root: dict[str, str]) -> str:
    """Return the first document of a chain of reprints; of a ring, the least id."""
    seen = [document_id]
    while seen[-1] in root:
        if root[seen[-1]] in seen:
            return min(seen[seen.index(root[seen[-1]]) :])
        seen.append(root[seen[-1]])
    return seen[-1]


def voters(tables: Tables) -> pd.DataFrame:
    """Return the claims that speak for an event's version, with what ranks them.

    These are the assertions that neither their source nor the outlet that printed them
    retracted; for an event that nobody asserts, all its claims.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        With ``claims``, ``documents``, ``actors``, ``publishers``, ``places`` and
        ``actor_camps``.

    Returns
    -------
    DataFrame
        Rows of ``claims`` with ``source_id``, ``side``, ``is_asserted``, ``days``
        (width of the dates), ``width`` (of the count), ``start_rank`` and ``end_rank``
        (of the precisions, finest first) and the radius filled in from the place where
        the claim gives none.
    """
    claims = tables["claims"].copy()
    claims["source_id"] = source_ids(claims, tables)
    claims["side"] = claim_sides(
        claims, tables["documents"], tables["publishers"], tables["actor_camps"]
    )
    claims["is_asserted"] = (claims["stance"] == "asserts") & ~_retracted(
        claims, tables
    )
    asserted = claims.groupby("event_id")["is_asserted"].transform("any")
    claims = claims[claims["is_asserted"] | ~asserted]
    radius = tables["places"].set_index("place_id")["radius_km"]
    own = claims["place_id"].map(radius)
    finest = {code: rank for rank, code in enumerate(vocabulary.PRECISIONS)}
    days = (claims["end"] - claims["start"]).dt.days
    return claims.assign(
        radius_km=claims["radius_km"].fillna(own),
        days=days.fillna(OPEN),
        width=_width(claims["count_low"], claims["count_high"]),
        start_rank=claims["start_precision"].map(finest),
        end_rank=claims["end_precision"].map(finest),
    )


def _width(low: pd.Series, high: pd.Series) -> pd.Series:
    """Return how far apart two bounds are; open ones are farther than any."""
    return (high.astype("Int64") - low).fillna(OPEN).astype("int64")


def _retracted(claims: pd.DataFrame, tables: Tables) -> pd.Series:
    """Whether a claim's source, or the outlet that printed it, took it back."""
    outlets = tables["documents"].set_index("document_id")["publisher_id"]
    outlet = claims["document_id"].map(outlets)
    back = claims["stance"] == "retracts"
    own_voice = claims["claimant_id"].isna() & (claims["claimant_kind"] == "publisher")
    retracted = pd.Series(False, claims.index)
    for who, retracts in ((claims["source_id"], back), (outlet, back & own_voice)):
        pairs = pd.MultiIndex.from_arrays([claims["event_id"], who])
        retracted |= pairs.isin(pairs[retracts])
    return retracted


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
    told = votes.melt(["event_id", "claim_id", "source_id"], list(CODES), "code")
    codes = _chosen(told, ["event_id", "code"], ["value"]).fillna(INDETERMINATE)
    parts = [_chosen(votes, ["event_id"], [*g], by) for g, by in GROUPS.items()]
    codes = codes["value"].unstack("code").reindex(columns=CODES).astype("str")
    events = pd.concat([codes, *parts], axis=1).sort_index()
    for column, beside in BESIDE.items():
        told = votes.dropna(subset=[*beside], how="all")
        told = told.merge(events[[*beside]], on=["event_id", *beside])
        events[column] = _chosen(told, ["event_id"], [column], RANKS.get(column, ""))
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


def _chosen(
    votes: pd.DataFrame, by: list[str], columns: list[str], precision: str = ""
) -> pd.DataFrame:
    """Return, for each group, the version of the columns that most of its claims tell.

    Ties go to more sources, then to the lower ``precision``; what is left of a tie is
    the envelope of dates or like counts, and else missing.
    """
    told = votes[votes[columns].notna().any(axis=1)]
    if told.empty:
        return told.set_index(by)[columns]
    rank = told[precision] if precision else 0
    versions = (
        told.assign(_rank=rank)
        .groupby([*by, *columns], dropna=False)
        .agg(_votes=("claim_id", "size"), _sources=("source_id", "nunique"),
             _rank=("_rank", "min"))
        .reset_index()
        .sort_values([*by, "_votes", "_sources", "_rank"],
                     ascending=[*[True] * len(by), False, False, True], kind="stable")
    )  # fmt: skip
    merits = [*by, "_votes", "_sources", "_rank"]
    best = versions.merge(versions.drop_duplicates(by)[merits], on=merits)
    rivals = best.groupby(by)
    unlike = rivals[best.columns.intersection(COMPARABLE)].nunique(dropna=False) > 1
    chosen = pd.DataFrame({c: _settled(rivals[c]) for c in columns})
    return chosen.mask(unlike.any(axis=1))


def _settled(rivals: SeriesGroupBy) -> pd.Series:
    """Return the value of the one version left, or what several have in common."""
    complete = rivals.count() == rivals.size()
    if rivals.obj.name == "start" or rivals.obj.name.endswith("_low"):
        return rivals.min().where(complete)
    if rivals.obj.name == "end" or rivals.obj.name.endswith("_high"):
        return rivals.max().where(complete)
    return rivals.first().where(rivals.nunique(dropna=False) == 1)


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
    for low, high in zip(HARM[::2], HARM[1::2], strict=True):
        width = _width(parts[low], parts[high])
        harm = _chosen(parts.assign(width=width), keys, [low, high], "width")
        sets = sets.join(harm)
    return sets.reset_index()
