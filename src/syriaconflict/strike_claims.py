"""A claimed total beside what the events tell for the same area, days and operator."""

from __future__ import annotations

import pandas as pd

from syriaconflict.attribution import NOT_NAMED, named_in
from syriaconflict.filters import NOT_STATED, Names, codes, require
from syriaconflict.strike_units import grounds

_COLUMNS = (
    *("event_id", "start", "end", "grain", "place_id", "front_id"),
    *("event_type", "operators", "unit", "low", "high", "per"),
)


def compare(
    claimed: pd.DataFrame, observed: pd.DataFrame, *, places: Names | None = None
) -> pd.DataFrame:
    """Put a claimed total beside what the events tell: same area, days and operator.

    Parameters
    ----------
    claimed : DataFrame
        The one row of an aggregate from `strikes`: a total with both days known.
    observed : DataFrame
        Rows from `strikes` in the same unit.  Only the discrete ones are counted:
        aggregates may retell the claim, or be it.
    places : str or list of str, optional
        The ``place_id`` that lie in the claim's area, itself among them.  Without it
        the area is the claim's front, however small the place that it names, and
        every front where it lies on none; the note says so.

    Returns
    -------
    DataFrame
        One row, indexed by the claim's ``event_id``: ``claimed_low``,
        ``claimed_high``, ``observed_low``, ``observed_high`` (Int64; Float64 after
        `convert`) in ``unit``,
        ``start``, ``end``, ``days`` (int) [day], ``front_id``, ``operators``,
        ``note`` (str): what is not comparable, in words.  ``observed_low`` counts rows
        that surely match in day, area and operator; ``observed_high`` also those
        that may: a day partly outside, no place or front told, an operator hedged, one
        of several or not named.  A missing bound of any such row makes the sum missing.
        0 is what the documents tell, not a finding that nothing happened.

    Raises
    ------
    ValueError
        If units differ (the message says what would have to be justified), or
        ``claimed`` is not one aggregate total with both days known.

    Examples
    --------
    >>> claim = pd.DataFrame({
    ...     "event_id": ["c"], "start": pd.to_datetime(["2017-03-21"]),
    ...     "end": pd.to_datetime(["2017-04-24"]), "grain": ["aggregate"],
    ...     "place_id": ["northern-hama"], "front_id": ["northern-hama"],
    ...     "event_type": ["airstrike"], "operators": ["vks"], "unit": ["incident"],
    ...     "low": [31], "high": [31], "per": ["total"],
    ... })
    >>> one = claim.assign(event_id="e", grain="discrete", low=1, high=1)
    >>> compare(claim, one)[["claimed_low", "observed_low"]].values.tolist()
    [[31, 1]]
    """
    for frame, name in ((claimed, "claimed"), (observed, "observed")):
        require(frame, _COLUMNS, name, key="event_id")
    claim = _one_total(claimed, observed)
    rows = observed[observed["grain"] == "discrete"]
    area = (
        None if places is None else codes(places, _known(claimed, observed), "places")
    )
    sure, possible = _match(claim, rows, area)
    notes = _notes(claim, area, len(observed) - len(rows), (possible & ~sure).sum())
    made = pd.DataFrame(
        {
            "claimed_low": claim["low"],
            "claimed_high": claim["high"],
            "observed_low": rows.loc[sure, "low"].sum(skipna=False),
            "observed_high": rows.loc[possible, "high"].sum(skipna=False),
        },
        index=pd.Index([claim["event_id"]], name="event_id"),
    ).astype("Float64")
    made = made.astype("Int64") if (made.fillna(0) % 1 == 0).all(axis=None) else made
    days = (claim["end"] - claim["start"]).days + 1
    told = claim[["unit", "start", "end", "front_id", "operators"]].to_dict()
    return made.assign(**told, days=days, note=" ".join(notes))


def _one_total(claimed: pd.DataFrame, observed: pd.DataFrame) -> pd.Series:
    """Return the claimed row, refused where it cannot be set beside the observed."""
    unit = ", ".join(claimed["unit"])
    told = sorted(set(observed["unit"].dropna()) - {unit})
    others = " and ".join(told)
    undated = claimed[["start", "end"]].isna().any(axis=None)
    faults = (
        (len(claimed) != 1, f"has {len(claimed)} rows; choose one by its event_id"),
        ((claimed["grain"] != "aggregate").any(), "is not an aggregate; use count()"),
        (undated, "has no first or last day; justify one: claimed.assign(end=...)"),
        ((claimed["per"] != "total").any(), "is a rate a day; use total_over()"),
        (
            others,
            f"counts in {unit}, observed in {others}; to compare them you would have "
            f"to justify {grounds([unit, *told])}, and say so with convert()",
        ),
    )
    for holds, fault in faults:
        if holds:
            msg = f"claimed {fault}; wanted one aggregate total in observed's unit"
            raise ValueError(msg)
    return claimed.iloc[0]


def _known(*frames: pd.DataFrame) -> set[str]:
    """Return every place that the frames name."""
    return set().union(*(frame["place_id"].dropna() for frame in frames))


def _match(
    claim: pd.Series, rows: pd.DataFrame, area: list[str] | None
) -> tuple[pd.Series, pd.Series]:
    """Return which rows surely and which possibly fall under a claim."""
    start, end, who = claim["start"], claim["end"], rows["operators"]
    sure = (rows["start"] >= start) & (rows["end"] <= end)
    possible = ~((rows["end"] < start) | (rows["start"] > end))
    if area is not None:
        same = rows["place_id"].isin(area)
        sure, possible = sure & same, possible & (same | rows["place_id"].isna())
    elif pd.notna(claim["front_id"]):
        same = rows["front_id"] == claim["front_id"]
        sure, possible = sure & same, possible & (same | rows["front_id"].isna())
    if claim["operators"] != NOT_NAMED:
        # the claim's own reserve is in the note; a row must be without reserve
        stated = set(claim["operators"].replace(" (hedged)", "").split(" & "))
        named = named_in(claim["operators"]) | {NOT_NAMED}
        labels = who.unique()  # few, however many rows
        is_sure = [one for one in labels if stated <= set(one.split(" & "))]
        may_be = [one for one in labels if named & named_in(one)]
        sure, possible = sure & who.isin(is_sure), possible & who.isin(may_be)
    return sure, possible


def _notes(
    claim: pd.Series, area: list[str] | None, aggregates: int, unsure: int
) -> list[str]:
    """Return sentences on what the two numbers do not have in common."""
    front, place, who = claim[["front_id", "place_id", "operators"]].fillna(NOT_STATED)
    is_report = claim["event_type"] == "casualty_report"
    notes = (  # whether a sentence applies, and the sentence
        (True, "Observed is what the coded documents tell one by one, not all of it."),
        (area, f"Observed are {len(area or ())} places, the claim's place {place}."),
        (
            area is None and front == NOT_STATED,
            "The claim lies on no front: every front is observed.",
        ),
        (
            area is None and front != NOT_STATED,
            f"Observed is all of {front}, the claim's place {place}.",
        ),
        (who == NOT_NAMED, "The claim names no operator: those of all are observed."),
        (named_in(who) != {who}, f"The claim's operators are told as {who!r}."),
        (is_report, "A casualty report need not be of strikes from the air alone."),
        (unsure, f"{unsure} events match only possibly: in observed_high alone."),
        (aggregates, f"{aggregates} aggregates among the observed are not counted."),
    )
    return [sentence for applies, sentence in notes if applies]
