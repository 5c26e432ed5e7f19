"""What the cells of one claim must say of each other: one small rule for each.

A rule takes a claim as a dictionary, missing values as ``None``, and returns what is
wrong, or an empty word.
"""

from __future__ import annotations

from collections.abc import Callable

from syriaconflict import vocabulary
from syriaconflict.anchors import SHORTEST_QUOTE

LONGEST_SUMMARY = 240  # characters; longer ones tell more than one happening


def event_class(kind: object) -> str | None:
    """Return the class of an event type; missing for none that is known."""
    known = vocabulary.EVENT_TYPES.get(kind) if isinstance(kind, str) else None
    return known.event_class if known else None


def _date_cell(claim: dict) -> str:
    if claim["start"] is None and claim["end"] is None and claim["date_note"] is None:
        return "no date and no note, wanted when: or date_note: with the reason"
    return _precision(claim, "start")


def _end_cell(claim: dict) -> str:
    return _precision(claim, "end")


def _precision(claim: dict, bound: str) -> str:
    told, how = claim[bound] is not None, claim[f"{bound}_precision"] is not None
    if told and not how:
        return f"{bound} without {bound}_precision, wanted both or neither"
    if how and not told:
        return f"{bound}_precision without {bound}, wanted both or neither"
    return ""


def _place_cell(claim: dict) -> str:
    if (
        claim["place_id"] is None
        and claim["place_note"] is None
        and _needs_place(claim)
    ):
        return "no place and no note, wanted place: or place_note: with the reason"
    return ""


def _needs_place(claim: dict) -> bool:
    return event_class(claim["event_type"]) not in ("political", "mobilisation", None)


def _count_cell(claim: dict) -> str:
    counted = [claim[k] for k in ("count_low", "count_high", "count_word")]
    if any(value is not None for value in counted) and claim["unit"] is None:
        return "a count without a unit, wanted count: {unit: ...}"
    if claim["unit"] is not None and all(value is None for value in counted):
        return "a unit without a count, wanted low:, high: or word:"
    return ""


def _per_cell(claim: dict) -> str:
    if claim["unit"] is not None and claim["count_per"] is None:
        return "is missing, wanted per: total or per: day"
    return ""


def _quote_cell(claim: dict) -> str:
    size = claim["quote_tokens"]
    short = size is not None and 0 < size < SHORTEST_QUOTE
    return f"is {size}, wanted {SHORTEST_QUOTE} or more" if short else ""


def _summary_cell(claim: dict) -> str:
    summary = claim["summary"] or "."
    if len(summary) > LONGEST_SUMMARY:
        return f"has {len(summary)} characters, wanted at most {LONGEST_SUMMARY}"
    if not summary.endswith("."):
        return f"ends in {summary[-1]!r}, wanted one sentence that ends in a stop"
    return ""


CLAIM_RULES: dict[str, Callable[[dict], str]] = {
    "start": _date_cell,
    "end": _end_cell,
    "place_id": _place_cell,
    "unit": _count_cell,
    "count_per": _per_cell,
    "quote_tokens": _quote_cell,
    "summary": _summary_cell,
}
