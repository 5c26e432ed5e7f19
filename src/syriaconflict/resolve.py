"""From claims to events: a happening's claims resolved by a named rule.

Claims are never changed or dropped.  A rule picks, for each event and each group of
columns that belong together (dates; count and unit; place and radius), the version that
the event shall show; the rules are in `rules`, how votes are counted in `elections`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from syriaconflict import elections as e
from syriaconflict.own_rule import INDETERMINATE, shown_by
from syriaconflict.rules import (
    CODES,
    SIDED,
    Poll,
    Rule,
    check_rule,
    choices,
    poll,
)
from syriaconflict.voters import Tables, voices


def resolve(
    tables: Tables, rule: Rule = "representative", *, only: bool = False
) -> pd.DataFrame:
    """Resolve every event's claims into one row.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        As for `voters.voters`.
    rule : str or callable, default "representative"
        Name of a rule, see `rules.RULES`, or a function of a happening's claims, see
        `own_rule.shown_by`.  What a rule leaves undecided is ``indeterminate`` (codes),
        the envelope of the versions left (dates, counts) or missing (places).
    only : bool, default False
        Whether the rule of a side shows that side's claims alone, instead of falling
        back on the representative version where it has none.

    Returns
    -------
    DataFrame
        Indexed by ``event_id`` in order, with the columns of `rules.GROUPS` and of
        those beside them, and ``claim_count``, ``document_count``, ``source_count``
        and ``summary``, which are the same under every rule.  An event that the side
        denies and does not assert is not in the rule of that side.

    Raises
    ------
    ValueError
        If there is no such rule, ``only`` is asked of one that is no side's, or a
        function returns what cannot stand in an event.
    """
    return next(resolve_all(tables, [rule], only=only))


def resolve_all(
    tables: Tables, rules: Iterable[Rule], *, only: bool = False
) -> Iterator[pd.DataFrame]:
    """Yield what `resolve` returns under each of several rules; the claims read once.

    Parameters
    ----------
    tables, only
        As for `resolve`.
    rules : iterable of str or callable
        Names of rules, or functions.

    Yields
    ------
    DataFrame
        As from `resolve`, one a rule, in their order.
    """
    asked = poll(tables)
    told = _about(asked, tables)
    for rule in rules:
        among = voting(asked.voters, rule, only=only)
        if callable(rule):
            usual = _shown(asked, choices(asked, "representative"))
            yield shown_by(rule, usual, asked.voters, tables).join(told)
            continue
        events = _shown(asked, choices(asked, rule, among)).join(told)
        kept = ~events.index.isin(denied_by(tables, rule))
        if among is not None:
            kept &= events.index.isin(asked.voters.loc[among, "event_id"])
        yield events[kept]


def voting(voters: pd.DataFrame, rule: Rule, *, only: bool) -> np.ndarray | None:
    """Return which voters a rule asks; None: all of them.

    Parameters
    ----------
    voters : DataFrame
        As `voters.voters` returns them.
    rule : str or callable
        Name of a rule, or a function.
    only : bool
        Whether the side of the rule is asked alone.

    Returns
    -------
    array of bool or None
        In the order of the voters.

    Raises
    ------
    ValueError
        If there is no such rule, or it is no side's and ``only`` is asked.
    """
    if not callable(rule):
        check_rule(rule)
    if not only:
        return None
    if rule not in SIDED:
        msg = f"only=True is for the rules {' and '.join(SIDED)}, not for {rule!r}"
        raise ValueError(msg)
    return ((voters["side"] == rule) & voters["is_asserted"]).to_numpy()


def denied_by(tables: Tables, rule: str) -> set[str]:
    """Return the events that the side of a rule denies and does not assert.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        As for `voters.voters`.
    rule : str
        Name of a rule; one that is no side's denies nothing.

    Returns
    -------
    set of str
        Ids of events.
    """
    if rule not in SIDED:
        return set()
    claims = tables["claims"]
    denied = claims.loc[claims["stance"] == "denies", "event_id"]
    heard = voices({**tables, "claims": claims[claims["event_id"].isin(denied)]})
    own = heard[heard["side"] == rule]
    asserted = set(own.loc[own["is_asserted"], "event_id"])
    return set(own.loc[own["stance"] == "denies", "event_id"]) - asserted


def _shown(asked: Poll, found: dict[tuple[str, ...], e.Choice]) -> pd.DataFrame:
    """Return the values of the claims chosen, and what stays undecided."""
    events = {}
    for choice in found.values():
        for column, rows in choice.rows.items():
            cells = asked.voters[column].array
            shown = pd.Series(pd.api.extensions.take(cells, rows, allow_fill=True))
            if column in CODES:
                shown = shown.mask(choice.reason == e.UNDECIDED, INDETERMINATE)
            events[column] = shown.array
    events = pd.DataFrame(events, index=asked.events.rename("event_id"))
    asserted = np.bincount(asked.votes.event, asked.voters["is_asserted"]) > 0
    events.loc[~asserted, "modality"] = "denied"
    return events


def _about(asked: Poll, tables: Tables) -> pd.DataFrame:
    """Return what is the same under every rule: counts of evidence and the summary."""
    claims = tables["claims"]
    event = asked.events.get_indexer(claims["event_id"])
    documents, count = pd.factorize(claims["document_id"])[0], len(asked.events)
    speaks = asked.voters["is_asserted"].to_numpy()
    founders = pd.Index(claims["claim_id"]).get_indexer(asked.events)
    summary = pd.api.extensions.take(claims["summary"].array, founders, allow_fill=True)
    return pd.DataFrame(
        {
            "claim_count": np.bincount(event, minlength=count),
            "document_count": _different(event, documents, count),
            "source_count": _different(
                asked.votes.event[speaks], asked.votes.source[speaks], count
            ),
            "summary": summary,
        },
        index=asked.events.rename("event_id"),
    )


def _different(event: np.ndarray, value: np.ndarray, count: int) -> np.ndarray:
    """Return how many different values each event has."""
    pairs = np.unique(event * (value.max(initial=0) + 1) + value)
    return np.bincount(pairs // (value.max(initial=0) + 1), minlength=count)
