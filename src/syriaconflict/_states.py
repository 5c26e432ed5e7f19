"""Who holds a place that is challenged, or of which a part is taken, held or left."""

from __future__ import annotations

State = tuple[str, str | None, str | None]  # status, holder, challenger


def challenged(
    status: str, challenger: str | None, holder: str | None, before: dict | None
) -> State:
    """Return the state of a place of which the holder is told to be challenged.

    A holder that is not named is the one that was told before.
    """
    if holder or not before:
        return status, holder, challenger
    fought = before["status"] == "contested"
    pair = [before["camp"], before["other_camp"] if fought else None]
    is_old = challenger is None or challenger in pair
    if fought and is_old and (status == "contested" or challenger is None):
        return state(before)
    others = (one for one in pair if one not in (None, challenger))
    return status, next(others, None), challenger


def shared(camp: str | None, loser: str | None, before: dict | None) -> State:
    """Return the state of a place of which only a part is taken or held.

    Others hold the rest, if it is not told that they left, are of the same camp, or
    that this camp holds the whole.
    """
    if loser and loser != camp:
        return "contested", loser, camp
    if before and camp and _has_it(camp, before):
        return state(before)
    if loser or (before and before["status"] == "none"):
        return "held", camp, None
    rival = before["camp"] or before["other_camp"] if before else None
    return "contested", rival, camp


def _has_it(camp: str, spell: dict) -> bool:
    """Whether a camp has the place of a spell, or a part of it."""
    fights = spell["status"] == "contested" and camp == spell["other_camp"]
    return camp == spell["camp"] or fights


def rest(leaver: str | None, before: dict | None) -> State:
    """Return the state of a place of which somebody left a part, and keeps the rest."""
    if before is None:
        return "contested", leaver, None
    told = [None, before["camp"], before["other_camp"]]
    if before["status"] == "none":
        told.append(before["lost_by"])
    if leaver in told:
        return state(before)
    if before["status"] == "contested" and before["camp"] is None:
        return "contested", leaver, before["other_camp"]
    return "contested", before["camp"], leaver


def state(spell: dict) -> State:
    return spell["status"], spell["camp"], spell["other_camp"]
