"""Who stands on either side of a front: sets of sides, camps or actors.

On a map of cells a place is in one state: held by a side (cut off or not),
``contested``, ``none`` or ``unknown``.  Towards two parties it has one of four roles:
`FIRST` or `SECOND` holds it, it is contested `BETWEEN_THEM`, or it is none of these.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import pandas as pd

from syriaconflict.filters import codes
from syriaconflict.vocabulary import CAMPS, SIDES

Party = str | Collection[str]

BETWEEN = ("government", "opposition")
FIRST, SECOND, BETWEEN_THEM, OTHER = range(4)
NOT_HELD = ("contested", "none", "unknown")
VIEWS = ("side", "camp")
# What a border counts towards the length of the line, by the roles on either side of
# it.  A band has two edges: the line somewhere between them is half as long as both.
WEIGHTS = np.zeros((4, 4))
WEIGHTS[FIRST, SECOND] = WEIGHTS[SECOND, FIRST] = 1
WEIGHTS[:2, BETWEEN_THEM] = WEIGHTS[BETWEEN_THEM, :2] = 0.5


class Group(NamedTuple):
    """One of two parties: its name, its camps, and the actors named for themselves."""

    name: str
    camps: frozenset[str]
    actors: frozenset[str]


def parties(between: tuple[Party, Party], control: pd.DataFrame) -> tuple[Group, Group]:
    """Return the two parties that some names stand for.

    Parameters
    ----------
    between : pair of str or collection of str
        Each party: a side, a camp, an ``actor_id``, or several of them.  A name that is
        both a side and a camp is the side; ``camp:government`` and ``actor:saa`` say
        which is meant.
    control : DataFrame
        Rows of the ``control`` table: its actors may be named.

    Returns
    -------
    pair of Group
        The parties.  One of several names is called by all of them.

    Raises
    ------
    ValueError
        If a name is not known, or the two have a name in common.

    Examples
    --------
    >>> control = pd.DataFrame({"actor_id": ["hts"], "camp": ["opposition"]})
    >>> one, other = parties(("isis", ["sdf", "camp:turkey", "hts"]), control)
    >>> other.name, sorted(other.camps), sorted(other.actors)
    ('camp:turkey + hts + sdf', ['sdf', 'turkey', 'us_coalition'], ['hts'])
    """
    if isinstance(between, str) or len(between) != 2:
        msg = f"between is {between!r}, wanted two different parties"
        raise ValueError(msg)
    actors = set(control["actor_id"].dropna())
    known = _known(actors)
    one, other = (_party(names, known) for names in between)
    if one.camps & other.camps or one.actors & other.actors:
        msg = (
            f"between is {between!r}, wanted two different parties; these have "
            f"{sorted((one.camps & other.camps) | (one.actors & other.actors))} in "
            "common"
        )
        raise ValueError(msg)
    return one, other


def roles(
    held: pd.DataFrame, groups: tuple[Group, Group], control: pd.DataFrame
) -> np.ndarray:
    """Return the role of each place towards two parties.

    A place that is held but cut off counts as held.  A contested place of which one
    party is a third one lies between no two.

    Parameters
    ----------
    held : DataFrame
        ``camp``, ``other_camp``, ``status`` and ``actor_id``, as from `control_at`.
    groups : pair of Group
        The two parties.
    control : DataFrame
        Rows of the ``control`` table: the camps of the actors are looked up there.

    Returns
    -------
    array of int8
        In the order of ``held``: 0 or 1 for the party that holds it, 2 for contested
        between them, 3 for all else.

    Raises
    ------
    ValueError
        If both parties hold a place, one by its camp and the other by its actor.
    """
    is_firm = held["status"].isin(["held", "besieged"])
    mine = [
        is_firm & (held["camp"].isin(one.camps) | held["actor_id"].isin(one.actors))
        for one in groups
    ]
    if (mine[0] & mine[1]).any():
        where = held.index[mine[0] & mine[1]].unique().tolist()
        msg = (
            f"between: {where} would be held by {groups[0].name} and {groups[1].name} "
            "at once; name camps or actors that do not hold places together"
        )
        raise ValueError(msg)
    role = np.full(len(held), OTHER, dtype="int8")
    role[mine[0]], role[mine[1]] = FIRST, SECOND
    role[(held["status"] == "contested") & ~third(held, groups, control)] = BETWEEN_THEM
    return role


def states(held: pd.DataFrame, view: str = "side") -> pd.Series:
    """Return the state of each place: its side or camp, or how it is held by none.

    Parameters
    ----------
    held : DataFrame
        ``camp``, ``side`` and ``status``, as from `control_at`.
    view : {"side", "camp"}
        What a holder is told by; a camp on no side stands for itself.

    Returns
    -------
    Series of str
        On the index of ``held``; ``unknown`` where the holder is not told.
    """
    codes(view, VIEWS, "by")
    holder = held["side"].fillna(held["camp"]) if view == "side" else held["camp"]
    state = held["status"].where(held["status"].isin(NOT_HELD), holder)
    return state.fillna("unknown")


def third(
    held: pd.DataFrame, groups: tuple[Group, Group], control: pd.DataFrame
) -> pd.Series:
    """Return whether anyone but the two parties takes part in each place.

    Parameters
    ----------
    held, groups, control
        As for `roles`.

    Returns
    -------
    Series of bool
        On the index of ``held``; a camp that is not told is no third one.
    """
    by_actor = control["actor_id"].isin(groups[0].actors | groups[1].actors)
    own = groups[0].camps | groups[1].camps | set(control.loc[by_actor, "camp"])
    third = pd.Series(False, held.index)
    for camps in (held["camp"], held["other_camp"]):
        third |= camps.notna() & ~camps.isin(own)
    return third


def _known(actors: set[str]) -> dict[str, tuple[str, str]]:
    """Return what each name stands for: a kind and a code."""
    kinds = {"actor": actors, "camp": CAMPS, "side": SIDES.values()}
    known = {}
    for kind, names in kinds.items():
        for name in names:
            # a later kind goes before an earlier one of the same name
            known[name] = known[f"{kind}:{name}"] = (kind, name)
    return known


def _party(names: Party, known: dict[str, tuple[str, str]]) -> Group:
    names = [names] if isinstance(names, str) else sorted(names)
    # names with a prefix are understood, but would crowd the list of those known
    plain = {name for name in known if ":" not in name}
    codes(names, plain | known.keys() & set(names), "between")
    camps, actors = set(), set()
    for kind, code in (known[name] for name in names):
        if kind == "side":
            camps |= {camp for camp, side in SIDES.items() if side == code}
        else:
            (camps if kind == "camp" else actors).add(code)
    return Group(" + ".join(names), frozenset(camps), frozenset(actors))
