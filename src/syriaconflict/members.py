"""Who took part in each event, as a set, and the camp for which they did."""

from __future__ import annotations

import numpy as np
import pandas as pd

from syriaconflict import vocabulary
from syriaconflict.camps import side_of
from syriaconflict.resolve import denied_by, voting
from syriaconflict.rules import SIDED, Rule, ask, choices
from syriaconflict.voters import Tables, voters, width

HARM = [f"{kind}_{bound}" for kind in vocabulary.HARMS for bound in ("low", "high")]
_MEMBER = ["event_id", "actor_id", "role"]
_PART = ["event_id", "role"]
SHARED = "all members are of this camp"
MOST = "of the camps of one side, the one that most independent sources tell"
LEADING = "told by as many sources as another camp of its side, which it leads"
APART = "the members are not of one side"
EITHER = "camps of one side, told as one or the other"


def resolve_actors(
    tables: Tables, rule: Rule = "representative", *, only: bool = False
) -> pd.DataFrame:
    """Return who took part in each event, as a set.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        As for `voters.voters`, and ``claim_actors``.
    rule, only
        As for `resolve.resolve`; a function chooses no actors.

    Returns
    -------
    DataFrame
        Columns of the ``event_actors`` table: all that the claims name, under the rule
        of a side those whom its own claims name in a role, where these name any.
        ``certainty`` is the least reserved of the claims that name the part; each kind
        of harm is resolved like a count.

    Raises
    ------
    ValueError
        As `resolve.resolve`.

    Examples
    --------
    >>> from syriaconflict.load import load, published
    >>> sets = resolve_actors(published())
    >>> len(sets) == len(load("event_actors"))
    True
    """
    parts = _told(tables, rule, only=only)
    named = parts[parts["is_named"]]
    ranks = {name: rank for rank, name in enumerate(vocabulary.ACTOR_CERTAINTIES)}
    sets = (
        named.assign(certainty=named["certainty"].map(ranks))
        .groupby(_MEMBER)
        .agg(certainty=("certainty", "min"), claim_count=("claim_id", "nunique"))
        .reset_index()
    )
    sets["certainty"] = sets["certainty"].map({r: n for n, r in ranks.items()})
    return _harmed(sets, parts, "representative" if callable(rule) else rule)


def shared_camps(
    members: pd.DataFrame,
    tables: Tables,
    rule: Rule = "representative",
    *,
    only: bool = False,
) -> pd.DataFrame:
    """Return the camp for which the members of each part acted, and why this one.

    Members of one camp share it.  Of members of several camps of one side the camp is
    the one that most independent sources tell, of camps told by as many the one that
    stands first in `vocabulary.SIDES`; those who are told as one or the other have no
    vote.  Members of two sides, or of none, share no camp.

    Parameters
    ----------
    members : DataFrame
        ``event_id``, ``role``, ``actor_id`` and ``camp``, as `resolve_actors` returns
        them by the same rule, with the camp of each on the day.
    tables : mapping of str to DataFrame
        As for `resolve_actors`.
    rule, only
        As for `resolve_actors`.

    Returns
    -------
    DataFrame
        Indexed by ``event_id`` and ``role``: ``camp``, missing where none is shared,
        and ``reason``.

    Raises
    ------
    ValueError
        As `resolve.resolve`.

    Examples
    --------
    >>> members = pd.DataFrame({
    ...     "event_id": ["e1", "e1", "e2", "e2"], "role": "initiator",
    ...     "actor_id": ["army", "militia", "army", "brigade"],
    ...     "camp": ["government", "government", "government", "opposition"]})
    >>> shared_camps(members, {}).reset_index()[["event_id", "camp", "reason"]]
      event_id        camp                           reason
    0       e1  government     all members are of this camp
    1       e2         NaN  the members are not of one side
    """
    told = members.assign(side=side_of(members["camp"])).groupby(_PART)
    known = told[["camp", "side"]].first()
    single = told[["camp", "side"]].nunique(dropna=False) == 1
    shared = pd.DataFrame({"camp": known["camp"].where(single["camp"])})
    allied = single["side"] & known["side"].notna() & ~single["camp"]
    shared["reason"] = np.select(
        [shared["camp"].notna(), allied], [SHARED, EITHER], APART
    )
    if not allied.any():
        return shared
    events = allied.index[allied].get_level_values("event_id")
    claims = tables["claims"]
    about = {**tables, "claims": claims[claims["event_id"].isin(events)]}
    parts = _told(about, rule, only=only)
    votes = parts[parts["is_named"] & (parts["certainty"] != "one_of")]
    votes = votes.merge(members[[*_MEMBER, "camp"]], on=_MEMBER)
    votes = votes.groupby([*_PART, "camp"])["source_id"].nunique().rename("sources")
    votes = votes.reset_index("camp").loc[lambda v: allied.reindex(v.index)]
    most = votes["sources"].groupby(_PART).transform("max")
    rivals = votes[votes["sources"] == most].sort_values(
        "camp", key=lambda camps: camps.map(list(vocabulary.SIDES).index)
    )
    ties = rivals.groupby(_PART)["camp"].agg(["first", "size"])
    shared.loc[ties.index, "camp"] = ties["first"]
    shared.loc[ties.index, "reason"] = np.where(ties["size"] > 1, LEADING, MOST)
    return shared


def _told(tables: Tables, rule: Rule, *, only: bool) -> pd.DataFrame:
    """Return the parts that the claims asked by a rule tell, and whose count.

    ``is_named`` is false where the side of the rule names others in this part.
    """
    votes = voters(tables)
    among = voting(votes, rule, only=only)
    if among is not None:
        votes = votes[among]
    sided = not callable(rule) and rule in SIDED
    if sided:
        votes = votes[~votes["event_id"].isin(denied_by(tables, rule))]
    told = votes[["claim_id", "event_id", "source_id", "side"]]
    parts = tables["claim_actors"].merge(told, on="claim_id").assign(is_named=True)
    if sided:
        own = parts["side"] == rule
        part = [parts[column] for column in _PART]
        parts["is_named"] = own | ~own.groupby(part).transform("any")
    return parts


def _harmed(sets: pd.DataFrame, parts: pd.DataFrame, rule: str) -> pd.DataFrame:
    """Add what each actor in each role suffered, resolved by the rule."""
    number = pd.MultiIndex.from_frame(sets[_MEMBER])
    parts = parts.assign(
        part=number.get_indexer(pd.MultiIndex.from_frame(parts[_MEMBER]))
    )
    parts = parts[parts["part"] >= 0]
    groups = {}
    for low, high in zip(HARM[::2], HARM[1::2], strict=True):
        parts[f"{low}_width"] = width(parts[low], parts[high])
        groups[low, high] = f"{low}_width"
    asked = ask(parts, "part", groups)
    for group, choice in choices(asked, rule).items():
        for column in group:
            cells = asked.voters[column].array
            harm = pd.api.extensions.take(cells, choice.rows[column], allow_fill=True)
            sets[column] = pd.Series(harm, asked.events).reindex(sets.index)
    return sets
