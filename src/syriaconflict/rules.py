"""The rules by which one version of what is told of an event is shown.

A rule looks at one group of columns at a time: dates; place; count, unit and per; and
each code by itself.  What stands beside a value (its precision, the hour, the radius)
comes from claims that tell this value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from syriaconflict import elections as e
from syriaconflict.voters import Tables, voters

CODES = ("event_type", "modality", "grain", "outcome", "target_kind", "munition",
         "extent")  # fmt: skip
DATES = ("start", "end")
PLACE = ("place_id",)
COUNT = ("unit", "count_per", "count_low", "count_high")
GROUPS = {DATES: "days", PLACE: "radius_km", COUNT: "width"}  # and what ranks precision
BESIDE = {  # columns told beside others: they split no votes, and go with their value
    "start_precision": ("start",),
    "end_precision": ("end",),
    "day_part": DATES,
    "day_order": DATES,
    "radius_km": PLACE,
    "count_word": COUNT,
}
_RANKS = {"radius_km": "radius_km", "start_precision": "start_rank",
          "end_precision": "end_rank"}  # fmt: skip
_COMPARABLE = ("unit", "count_per")  # counts that differ in these are not compared
VAGUE = ("unknown", "unspecified", "strike_unspecified")  # less precise than any other
RULES = {
    "representative": "The version of most independent sources, then of most claims, "
    "then the most precise.",
    "conservative": "The lowest count, the widest interval and the widest radius; "
    "codes as by representative.",
    "informative": "The most precise version, then that of most independent sources, "
    "then of most claims.",
    "government": "The government side's version, and representative where it has "
    "none; what it alone denies is out.",
    "opposition": "The opposition's version, and representative where it has none; "
    "what it alone denies is out.",
}
SIDED = ("government", "opposition")  # rules that are the name of a side
_USUAL = (e.SOURCES, e.CLAIMS, e.FINEST)
_FINEST = (e.FINEST, e.SOURCES, e.CLAIMS)
_COARSEST = (e.COARSEST, e.SOURCES, e.CLAIMS)

Rule = str | Callable[[pd.DataFrame], object]


class Poll(NamedTuple):
    """The claims that speak for each event, ready to be asked by any rule."""

    voters: pd.DataFrame  # in order of event and source
    events: pd.Index
    votes: e.Votes
    fields: dict[tuple[str, ...], e.Field]
    versions: dict[tuple[str, ...], e.Versions]  # as told by all voters


def poll(tables: Tables) -> Poll:
    """Ask the claims once, for any number of rules.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        As for `voters.voters`.

    Returns
    -------
    Poll
        What `choices` reads, with a field for each of `GROUPS` and `CODES`, and for
        each column of `BESIDE`.
    """
    asked = voters(tables)
    vague = {code: asked[code].isin(VAGUE) for code in CODES}
    asked = asked.assign(**{f"{code}_vague": cells for code, cells in vague.items()})
    ranks = GROUPS | {(code,): f"{code}_vague" for code in CODES}
    return ask(asked, "event_id", ranks, {(c,): _RANKS.get(c) for c in BESIDE})


def ask(
    told: pd.DataFrame,
    key: str,
    groups: Mapping[tuple[str, ...], str],
    beside: Mapping[tuple[str, ...], str | None] | None = None,
) -> Poll:
    """Give numbers to who tells what, of whatever the key names.

    Parameters
    ----------
    told : DataFrame
        Rows with ``source_id``, the key, and the columns told.
    key : str
        Column that names the event, or the part of one.
    groups : mapping of tuple of str to str
        Columns that are one version together, and that which ranks their precision.
    beside : mapping of tuple of str to str or None, optional
        The same of columns told beside them.

    Returns
    -------
    Poll
        What `choices` reads.
    """
    event, events = pd.factorize(told[key], sort=True)
    source = pd.factorize(told["source_id"])[0]
    order = np.lexsort([source, event])
    told = told.iloc[order].reset_index(drop=True)
    votes = e.Votes(event[order], source[order], len(events))
    fields = {
        group: e.field_of(told, group, _rank(told[by]) if by else None)
        for group, by in [*groups.items(), *(beside or {}).items()]
    }
    versions = {group: e.count(votes, fields[group]) for group in groups}
    return Poll(told, pd.Index(events), votes, fields, versions)


def _rank(values: pd.Series) -> np.ndarray:
    """Return the place of each value in order; a missing one comes last."""
    rank, known = pd.factorize(values, sort=True)
    return np.where(rank < 0, len(known), rank)


def choices(
    asked: Poll, rule: str, among: np.ndarray | None = None
) -> dict[tuple[str, ...], e.Choice]:
    """Return what a rule shows of each group of columns and of those beside them.

    Parameters
    ----------
    asked : Poll
        As `poll` returns it.
    rule : str
        Name of the rule.
    among : array of bool, optional
        The voters that are asked; by default all.

    Returns
    -------
    dict of tuple of str to Choice
        A choice for each group of columns.

    Raises
    ------
    ValueError
        If there is no such rule.
    """
    check_rule(rule)
    found = {group: _chosen(asked, rule, group, among) for group in asked.versions}
    for column, beside in BESIDE.items():
        if (column,) in asked.fields:
            group = next(group for group in GROUPS if set(beside) <= set(group))
            alike = _telling(asked, group, beside, found[group])
            alike = alike if among is None else alike & among
            found[(column,)] = _chosen(asked, rule, (column,), alike)
    return found


def _chosen(
    asked: Poll, rule: str, group: tuple[str, ...], among: np.ndarray | None
) -> e.Choice:
    """Choose as the rule does for these columns."""
    if rule in SIDED:
        return _of_side(asked, group, rule, among)
    if rule == "informative":
        return _elected(asked, group, _FINEST, among)
    if rule == "representative" or group[0] in CODES:
        return _elected(asked, group, _USUAL, among)
    if group == DATES:
        return _widest(asked, group, among)
    if _is_range(group):
        return _lowest(asked, group, among)
    return _elected(asked, group, _COARSEST, among)


def check_rule(rule: str) -> None:
    """Refuse a name that is no rule's.

    Parameters
    ----------
    rule : str
        Name of a rule.

    Raises
    ------
    ValueError
        If there is no such rule; the message lists those there are.
    """
    if rule not in RULES:
        msg = (
            f"no rule is called {rule!r}; there are: {', '.join(RULES)}, or hand over "
            "a function of a happening's claims"
        )
        raise ValueError(msg)


def _asked(asked: Poll, group: tuple[str, ...], among: np.ndarray | None) -> e.Versions:
    if among is None and group in asked.versions:
        return asked.versions[group]
    return e.count(asked.votes, asked.fields[group], among)


def _elected(
    asked: Poll, group: tuple[str, ...], merits: tuple[str, ...],
    among: np.ndarray | None,
) -> e.Choice:  # fmt: skip
    """Choose by merits; what they leave undecided is enveloped where it can be."""
    versions, count = _asked(asked, group, among), asked.votes.count
    left, reason = e.elect(versions, count, merits)
    open_ = reason == e.UNDECIDED
    rows = e.rows_of(versions, count, left)
    if not _is_range(group) or not open_.any():
        return e.Choice(dict.fromkeys(group, np.where(open_, -1, rows)), reason)
    field = asked.fields[group]
    rivals = left & open_[versions.event]
    alike = open_ & ~_unlike(versions, field, rivals, count)
    outer = e.bounds(versions, field, count, rivals & alike[versions.event])
    reason[alike] = e.ENVELOPE
    return e.Choice({c: np.where(open_, outer[c], rows) for c in group}, reason)


def _unlike(
    versions: e.Versions, field: e.Field, rivals: np.ndarray, count: int
) -> np.ndarray:
    """Whether the rivals of an event count different things."""
    unlike = np.zeros(count, bool)
    first = e.rows_of(versions, count, rivals)
    for column in set(_COMPARABLE) & set(field.columns):
        code = field.codes[column]
        differs = code[versions.row] != code[first[versions.event]]
        unlike[versions.event[differs & rivals]] = True
    return unlike


def _of_side(
    asked: Poll, group: tuple[str, ...], side: str, among: np.ndarray | None
) -> e.Choice:
    """Choose a side's version where it has one, else that of all."""
    own = (asked.voters["side"] == side).to_numpy()
    theirs = _elected(asked, group, _USUAL, own if among is None else own & among)
    every = _elected(asked, group, _USUAL, among)
    silent = theirs.reason == e.NOT_TOLD
    rows = {c: np.where(silent, every.rows[c], theirs.rows[c]) for c in group}
    return e.Choice(rows, np.where(silent, every.reason, theirs.reason))


def _is_range(group: tuple[str, ...]) -> bool:
    """Whether columns have a lower and an upper bound."""
    return group == DATES or any(column.endswith("_low") for column in group)


def _widest(asked: Poll, group: tuple[str, ...], among: np.ndarray | None) -> e.Choice:
    """Choose the outermost bounds that any version tells."""
    versions, count = _asked(asked, group, among), asked.votes.count
    left, reason = e.elect(versions, count, ())
    reason[reason == e.UNDECIDED] = e.WIDEST
    return e.Choice(e.bounds(versions, asked.fields[group], count, left), reason)


def _lowest(asked: Poll, group: tuple[str, ...], among: np.ndarray | None) -> e.Choice:
    """Choose the lowest of the counts of the one thing that most sources count."""
    field, count = asked.fields[group], asked.votes.count
    thing = field._replace(version=_thing(field))
    things = e.count(asked.votes, thing, among)
    elected, reason = e.elect(things, count, _USUAL[:2])
    decided = (reason != e.UNDECIDED)[things.event]
    chosen = e.rows_of(things, count, elected & decided)
    versions = _asked(asked, group, among)
    wanted = chosen[versions.event]
    left = (wanted >= 0) & (thing.version[versions.row] == thing.version[wanted])
    several = np.bincount(versions.event[left], minlength=count) > 1
    reason[several] = e.LOWEST
    return e.Choice(e.bounds(versions, field, count, left, widest=False), reason)


def _thing(field: e.Field) -> np.ndarray:
    """Return a number for what each voter counts: unit and per, where there are."""
    thing = np.zeros(len(field.version), "int64")
    for column in set(_COMPARABLE) & set(field.columns):
        code = field.codes[column] + 1
        thing = thing * (code.max(initial=0) + 1) + code
    return np.where(field.version >= 0, thing, -1)


def _telling(
    asked: Poll, group: tuple[str, ...], beside: tuple[str, ...], choice: e.Choice
) -> np.ndarray:
    """Whether a voter tells the values chosen of some columns of a group."""
    field = asked.fields[group]
    telling = asked.voters[[*beside]].notna().any(axis=1).to_numpy()
    for column in beside:
        row = choice.rows[column][asked.votes.event]
        code = field.codes[column]
        telling = telling & (row >= 0) & (code == code[row])
    return telling
