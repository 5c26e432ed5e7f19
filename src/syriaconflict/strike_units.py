"""What air strikes are counted in: six units, and what stands between any two.

A sortie is not a strike, a strike is not a bomb.  No unit turns into another by itself:
whoever adds, compares or draws two of them together has to say how many of one make
one of the other, and why.  Here stand the refusal and, for those who can say it,
`convert`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations

import pandas as pd

from syriaconflict import vocabulary as v
from syriaconflict.filters import NOT_STATED, codes, require

UNITS = ("sortie", "strike", "munition", "location", "incident", "casualty_event")

# What would have to be known before one unit is read as the other.
_GROUNDS = {
    ("sortie", "strike"): "how many strikes one sortie delivers",
    ("sortie", "munition"): "how many munitions one sortie drops",
    ("sortie", "location"): "how many places one sortie hits",
    ("sortie", "incident"): "how many sorties one reported incident takes",
    ("sortie", "casualty_event"): "how many sorties there are for each one with "
    "alleged harm to civilians",
    ("strike", "munition"): "how many munitions one strike delivers",
    ("strike", "location"): "how many strikes fall on one place hit",
    ("strike", "incident"): "how many strikes one reported incident holds",
    ("strike", "casualty_event"): "how many strikes there are for each incident with "
    "alleged harm to civilians",
    ("munition", "location"): "how many munitions fall on one place hit",
    ("munition", "incident"): "how many munitions one reported incident holds",
    ("munition", "casualty_event"): "how many munitions there are for each incident "
    "with alleged harm to civilians",
    ("location", "incident"): "how many places one reported incident hits, and that "
    "no place is hit in two of them",
    ("location", "casualty_event"): "how many places are hit for each incident with "
    "alleged harm to civilians",
    ("incident", "casualty_event"): "which share of incidents comes with alleged harm "
    "to civilians",
}
_FROM_AIR = "that both are of strikes from the air, and how many of one make the other"
_ALIKE = {  # what must be one value before numbers are added, and the way out
    "unit": "choose one with strikes(unit=...); to put them together you would have "
    "to justify {grounds}, and say so with convert()",
    "grain": "an aggregate may retell the discrete events of its days: count them "
    "apart, such as strikes[strikes['grain'] == 'discrete'], or use compare()",
    "per": "a rate and a total are not alike: total_over() turns rates into totals, "
    "if you can justify that the rate held on every day",
}


def grounds(units: Iterable[str]) -> str:
    """Say what would have to be justified to put units together.

    Parameters
    ----------
    units : iterable of str
        Two or more codes of `vocabulary.UNITS`.

    Returns
    -------
    str
        One clause for each pair of units.

    Examples
    --------
    >>> grounds(["munition", "strike"])
    'how many munitions one strike delivers'
    """
    rank = {unit: number for number, unit in enumerate(UNITS)}
    ordered = sorted(set(units), key=lambda unit: (rank.get(unit, len(rank)), unit))
    clauses = [_GROUNDS.get(pair, _FROM_AIR) for pair in combinations(ordered, 2)]
    return "; ".join(dict.fromkeys(clauses))


def alike(
    frame: pd.DataFrame,
    name: str,
    *,
    columns: Iterable[str] = ("unit", "grain", "per"),
    verb: str = "added",
) -> dict[str, str | None]:
    """Return the one unit, grain and per of all rows, or refuse.

    Parameters
    ----------
    frame : DataFrame
        Anything with these columns.
    name : str
        Who asks, for the message.
    columns : iterable of str
        Which of ``unit``, ``grain`` and ``per`` must be one value.
    verb : str, default "added"
        What is not to be done with two of them, for the message.

    Returns
    -------
    dict of str to str
        Column -> its value; None where the frame has no rows.

    Raises
    ------
    ValueError
        If a column holds two values.  For units the message says what would have to
        be justified.

    Examples
    --------
    >>> alike(pd.DataFrame({"unit": ["strike", "strike"]}), "x", columns=["unit"])
    {'unit': 'strike'}
    """
    made = {}
    for column in columns:
        found = sorted(frame[column].astype("str").fillna(NOT_STATED).unique())
        if len(found) > 1:
            remedy = _ALIKE[column].format(grounds=grounds(found))
            msg = f"{name}: {column} {' and '.join(found)} cannot be {verb}; {remedy}"
            raise ValueError(msg)
        made[column] = found[0] if found else None
    return made


def convert(
    strikes: pd.DataFrame, unit: str, *, each: Mapping[str, float], because: str
) -> pd.DataFrame:
    """Restate counts in another unit, on grounds that the user gives.

    Parameters
    ----------
    strikes : DataFrame
        Rows from `strikes`, of one unit.
    unit : str
        Code of `vocabulary.UNITS` to restate them in.
    each : mapping with the keys "low" and "high"
        How many of the new unit one of the old stands for, at least and at most.
    because : str
        Where these two numbers come from; it is kept beside every row.

    Returns
    -------
    DataFrame
        A new frame: ``low`` times ``each["low"]``, ``high`` times ``each["high"]``
        (Float64; a missing bound stays missing), ``unit`` the new one, and a column
        ``conversion`` (str): "strike -> munition, 1 to 4: because".

    Raises
    ------
    ValueError
        If units are mixed, the new unit is unknown or is the old one, the numbers are
        no range above 0, or no reason is given.

    Examples
    --------
    >>> one = pd.DataFrame({"unit": ["strike"], "low": [2], "high": [3]})
    >>> made = convert(one, "munition", each={"low": 1, "high": 4}, because="a manual")
    >>> made[["low", "high", "conversion"]].values.tolist()
    [[2.0, 12.0, 'strike -> munition, 1 to 4: a manual']]
    """
    require(strikes, ("unit", "low", "high"), "strikes")
    codes([unit], v.UNITS, "unit")
    old = alike(strikes, "convert", columns=("unit",), verb="converted together")[
        "unit"
    ]
    if old == unit:
        msg = f"unit is {unit!r} and so is that of strikes; there is nothing to convert"
        raise ValueError(msg)
    if set(each) != {"low", "high"} or not 0 < each["low"] <= each["high"]:
        msg = (
            f"each is {dict(each)!r}, wanted how many {unit}s one {old} stands for: "
            "{'low': 1, 'high': 4}, above 0 and the low one not above the high one"
        )
        raise ValueError(msg)
    if not because.strip():
        msg = f"because is empty, wanted the grounds: {grounds([unit, old or unit])}"
        raise ValueError(msg)
    told = f"{old} -> {unit}, {each['low']:g} to {each['high']:g}: {because}"
    return strikes.assign(
        low=strikes["low"].astype("Float64") * each["low"],
        high=strikes["high"].astype("Float64") * each["high"],
        unit=pd.Series(unit, index=strikes.index, dtype="str"),
        conversion=pd.Series(told, index=strikes.index, dtype="str"),
    )
