"""Why an event shows what it shows: for each field the claims, the rule, the reason."""

from __future__ import annotations

import pandas as pd

from syriaconflict import elections as e
from syriaconflict.derive import ROLES, derived, members_of
from syriaconflict.members import shared_camps
from syriaconflict.own_rule import COLUMNS, INDETERMINATE
from syriaconflict.rules import CODES, SIDED, Poll, Rule, choices, poll
from syriaconflict.vocabulary import GRADES
from syriaconflict.voters import Tables

_JOINED = {"stated": " and ", "hedged": " and ", "one_of": " or "}


def reasons(
    event_id: str, tables: Tables, rule: Rule = "representative"
) -> pd.DataFrame:
    """Return for each field of an event its value, the claims behind it, and why.

    Parameters
    ----------
    event_id : str
        An event that has claims.
    tables : mapping of str to DataFrame
        The published tables.
    rule : str or callable, default "representative"
        As for `resolve.resolve`.

    Returns
    -------
    DataFrame
        Indexed by ``field``, with ``value`` (as text; missing where nothing is shown),
        ``claims`` (those that tell this value) and ``otherwise`` (those that tell
        another: of a part, that name somebody in it who is not shown; those that name
        nobody in it are in neither), both ids joined by spaces, ``rule`` and
        ``reason``.  Claims that deny or dispute an asserted event tell no field of it.

    Raises
    ------
    ValueError
        As `resolve.resolve`, and if the event is not in the tables of the rule.
    """
    claims = tables["claims"]
    about = claims[claims["event_id"] == event_id]
    mine = {**tables, "claims": about}
    parts = tables["claim_actors"]
    mine["claim_actors"] = parts[parts["claim_id"].isin(about["claim_id"])]
    events = derived(mine, rule)
    if events["events"].empty:
        msg = (
            f"{event_id}: is not an event under the rule {rule!r}: that side denies it "
            "and does not assert it; see evidence"
        )
        raise ValueError(msg)
    shown = events["events"].set_index("event_id")
    event = shown.loc[event_id]
    asked = poll(mine)
    rows = [*_fields(event, asked, rule)]
    rows += _parts(events["event_actors"], mine["claim_actors"], asked, rule)
    acting = members_of(events, shown)
    acting = acting[acting["role"].isin(ROLES)]
    camps = shared_camps(acting, mine, rule).droplevel("event_id")
    rows += _camps(camps, acting, mine["claim_actors"], asked)
    rows.append(_grade(event, about, asked))
    name = rule if isinstance(rule, str) else getattr(rule, "__name__", "own rule")
    columns = ["field", "value", "claims", "otherwise", "reason"]
    table = pd.DataFrame(rows, columns=columns).set_index("field")
    table.insert(3, "rule", name)
    return table


def _fields(event: pd.Series, asked: Poll, rule: Rule) -> list[tuple]:
    """Return a row for each field that is resolved."""
    usual = choices(asked, "representative" if callable(rule) else rule)
    rows = []
    for group, choice in usual.items():
        reason = e.REASONS[int(choice.reason[0])]
        if rule in SIDED:
            own = asked.voters["side"] == rule
            if asked.voters.loc[own, [*group]].notna().any(axis=None):
                reason = f"version of the {rule} side: {reason}"
            elif choice.reason[0] != e.NOT_TOLD:
                reason = f"the {rule} side tells none; representative: {reason}"
        told = asked.voters[[*group]].notna().any(axis=1)
        for column in group:
            rows.append(_row(event, asked, column, told, reason, rule))
    return sorted(rows, key=lambda row: COLUMNS.index(row[0]))


def _row(
    event: pd.Series, asked: Poll, column: str, told: pd.Series, reason: str, rule: Rule
) -> tuple:
    """Return field, value, the claims that tell it, those that do not, and why.

    ``told`` are the claims that tell the field, or what goes with it: of dates, one
    that tells a start alone tells that the end is open.
    """
    value, cells = event[column], asked.voters[column]
    if callable(rule):
        reason = "as the function returned it, or as by representative"
    same = cells.isna() if pd.isna(value) else cells.eq(value).fillna(False)
    if column == "modality" and value == "denied":
        reason, same = "nobody asserts it", told
    elif column in CODES and value == INDETERMINATE:
        same = told
    same, other = told & same, told & ~same
    return (column, _text(value), _ids(asked, same), _ids(asked, other), reason)


def _ids(asked: Poll, which: pd.Series) -> str:
    return " ".join(sorted(asked.voters.loc[which.to_numpy(bool), "claim_id"]))


def _text(value: object) -> str | None:
    if pd.isna(value):
        return None
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else f"{value}"


def _parts(
    actors: pd.DataFrame, claim_actors: pd.DataFrame, asked: Poll, rule: Rule
) -> list[tuple]:
    """Return a row for each part that actors took, from the claims that speak."""
    sides = asked.voters.set_index("claim_id")["side"]
    told = claim_actors[claim_actors["claim_id"].isin(sides.index)]
    rows = []
    for role, named in actors.groupby("role", sort=True):
        part = told[told["role"] == role]
        groups = [
            _JOINED[certainty].join(sorted(group["actor_id"]))
            for certainty, group in named.groupby("certainty", sort=False)
        ]
        unseen = ~part["actor_id"].isin(named["actor_id"])
        other = {*part.loc[unseen, "claim_id"]}
        ids = [" ".join(sorted(who)) for who in ({*part["claim_id"]} - other, other)]
        why = "all whom the claims name in this part"
        if rule in SIDED and part["claim_id"].map(sides).eq(rule).any():
            why = f"all whom the claims of the {rule} side name in this part"
        elif rule in SIDED:
            why = f"the {rule} side names nobody; {why}"
        rows.append((str(role), "; ".join(groups), *ids, why))
    return rows


def _camps(
    camps: pd.DataFrame, acting: pd.DataFrame, claim_actors: pd.DataFrame, asked: Poll
) -> list[tuple]:
    """Return a row for the camp of the initiators and for that of the targets."""
    speaking = claim_actors["claim_id"].isin(asked.voters["claim_id"])
    told = claim_actors[speaking].merge(acting[["actor_id", "role", "camp"]])
    rows = []
    for role, (camp, reason) in camps.iterrows():
        part = told[told["role"] == role]
        same = {*part.loc[part["camp"] == camp, "claim_id"]}
        ids = (same, {*part["claim_id"]} - same)
        ids = [" ".join(sorted(who)) for who in ids]
        rows.append((f"{role}_camp", _text(camp), *ids, reason))
    return rows


def _grade(event: pd.Series, about: pd.DataFrame, asked: Poll) -> tuple:
    """Return the grade, the claims that assert the event and those that do not."""
    asserting = asked.voters.loc[asked.voters["is_asserted"], "claim_id"]
    others = about.loc[~about["claim_id"].isin(asserting), "claim_id"]
    ids = (" ".join(sorted(asserting)), " ".join(sorted(others)))
    return ("grade", event["grade"], *ids, str(GRADES[event["grade"]]))
