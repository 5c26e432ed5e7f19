"""Spells of control from a table that tells for each place and day who held it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import pyarrow as pa

from syriaconflict.adapters import _accounts, _codes
from syriaconflict.adapters._files import Raw
from syriaconflict.schema import CONTROL
from syriaconflict.vocabulary import CAMPS, CONTROL_STATUSES

_DAY = pd.Timedelta(days=1)


def checked(holders: Mapping[str, str]) -> dict[str, str]:
    """Return what each holder means, by its casefolded name.

    Raises
    ------
    ValueError
        If a meaning is neither a camp nor a status of control.
    """
    for name, meaning in holders.items():
        if meaning not in CAMPS and meaning not in CONTROL_STATUSES:
            msg = (
                f"holders: {name!r} is {meaning!r}, wanted a camp ({', '.join(CAMPS)}) "
                f"or a status ({', '.join(CONTROL_STATUSES)})"
            )
            raise ValueError(msg)
    return {name.strip().casefold(): meaning for name, meaning in holders.items()}


def from_panel(
    raw: Raw,
    *,
    place: pa.ChunkedArray,
    date: pa.ChunkedArray,
    holder: str,
    holders: Mapping[str, str],
) -> tuple[pd.DataFrame, _accounts.Account]:
    """Return the spells that a table of places and days tells.

    A spell begins on the first day told with its holder and ends on the first told
    with another; between two days told the holder stays.
    """
    known = checked(holders)
    told = _codes.code(raw[holder])
    where, places = _alike(_codes.code(place), str)
    who, spellings = _alike(told, str.casefold)
    days = date.to_numpy().astype("datetime64[ms]")
    order = np.lexsort((days, where))
    unfit = raw.unfit("date") if "date" in raw.odd else None
    reason = _reasons(where, who, days, order, unfit)
    order = order[pd.isna(reason[order])]
    where, who, days = where[order], who[order], days[order]
    begins = np.flatnonzero(_differs(where) | _differs(who))
    spells = pd.DataFrame({
        "place_id": np.array(places, dtype=object)[where[begins]],
        "told": np.array(spellings, dtype=object)[who[begins]],
        "start": days[begins],
        "last_told": days[np.append(begins[1:], len(days))[: len(begins)] - 1],
    }).astype({"place_id": "str", "told": "str"})  # fmt: skip
    after = spells["place_id"].eq(spells["place_id"].shift(-1))
    before = spells["place_id"].eq(spells["place_id"].shift())
    spells["end"] = spells["start"].shift(-1).where(after)
    spells["start_earliest"] = (spells["last_told"].shift() + _DAY).where(before)
    made = finished(spells, known)
    return made, _account(raw, place, reason, holder, told, known)


def _alike(
    coded: _codes.Coded, key: Callable[[str], str]
) -> tuple[np.ndarray, list[str]]:
    """Return which text each row has, -1 where none, and the texts by their keys.

    Texts of one key are one text; the first of them stands for all.
    """
    spelling: dict[str, str] = {}
    for text in coded.told:
        if text:
            spelling.setdefault(key(text), text)
    place = {name: nth for nth, name in enumerate(sorted(spelling))}
    numbers = np.array([*(place.get(key(text), -1) for text in coded.told), -1])
    rows = numbers[coded.index.fill_null(-1).to_numpy()]
    return rows, [spelling[name] for name in place]


def _differs(values: np.ndarray) -> np.ndarray:
    """Return which values are another than the one before; the first is."""
    return np.append(True, values[1:] != values[:-1])[: len(values)]


def _reasons(
    where: np.ndarray,
    who: np.ndarray,
    days: np.ndarray,
    order: np.ndarray,
    unfit: pa.ChunkedArray | None,
) -> np.ndarray:
    """Return why rows of a panel are set aside; the first reason holds.

    Of the sound rows of a place and day the first stays.
    """
    reason = np.full(len(where), None, dtype=object)
    for hit, why in (  # weakest first
        (who < 0, "no holder"),
        (np.isnat(days), "no date"),
        (where < 0, "no place"),
    ):
        reason[hit] = why
    if unfit is not None:
        reason[unfit.to_numpy().astype(bool)] = "impossible date"
    sound = order[pd.isna(reason[order])]
    stays = _differs(where[sound]) | _differs(days[sound])
    first = np.maximum.accumulate(np.where(stays, np.arange(len(sound)), 0))
    agrees = who[sound] == who[sound][first]
    reason[sound[~stays & agrees]] = "duplicate place and day"
    reason[sound[~stays & ~agrees]] = "contradicting holder"
    return reason


def finished(spells: pd.DataFrame, known: Mapping[str, str]) -> pd.DataFrame:
    """Return spells, sorted by place and start, with the columns of our table.

    Parameters
    ----------
    spells : DataFrame
        With ``place_id``, ``told`` and the days of each spell.
    known : mapping of str to str
        Casefolded holder -> camp or status.
    """
    meaning = spells["told"].str.casefold().map(known)
    is_camp = meaning.isin(CAMPS)
    camp = meaning.where(is_camp)
    status = meaning.where(~is_camp).mask(is_camp, "held")
    first = spells["place_id"].ne(spells["place_id"].shift())
    lasting = camp.where(is_camp).groupby(first.cumsum()).ffill()
    nth = spells.groupby("place_id", sort=False).cumcount() + 1
    made = spells.assign(
        control_id=spells["place_id"] + "-" + nth.astype("str").str.zfill(2),
        camp=lasting.where(is_camp | status.isin(["contested", "besieged"])),
        status=status,
        start_precision=_precision(spells, "start", "start_earliest"),
        basis="stated",
        source_holder=spells["told"],
    )
    return pd.DataFrame({
        column.name: made[column.name].astype(column.dtype)
        if column.name in made
        else pd.Series(None, made.index, dtype=column.dtype)
        for column in CONTROL.columns
    } | {"source_holder": made["source_holder"].astype("str")})  # fmt: skip


def _account(
    raw: Raw,
    place: pa.ChunkedArray,
    reason: np.ndarray,
    holder: str,
    told: _codes.Coded,
    known: Mapping[str, str],
) -> _accounts.Account:
    unknown = {
        (holder, text): int(n)
        for text, n in zip(told.told, told.rows, strict=True)
        if text and text.casefold() not in known
    }
    names = raw.table.column_names
    version, untested = _accounts.version(raw.source, raw.file, names)
    aside = np.flatnonzero(~pd.isna(reason))
    ids = place.take(pa.array(aside)).to_pandas()
    table = {"row": aside + 1, "id": ids, "reason": reason[aside]}
    return _accounts.Account(
        source=raw.source,
        file=raw.file,
        version=version,
        untested=untested,
        rows_in=len(reason),
        rows_out=len(reason) - len(aside),
        set_aside=pd.DataFrame(table).astype({"reason": "str"}),
        unknown=_accounts.gathered(unknown, names),
        without=_accounts.gathered({}, names),
        notes=tuple(raw.notes),
    )


def _precision(spells: pd.DataFrame, last: str, first: str) -> pd.Series:
    """Return how well the day of a change is known; missing where it is not told."""
    gap = (spells[last] - spells[first]).dt.days
    words = pd.Series(None, spells.index, dtype="str")
    for longest, word in ((366, "year"), (31, "month"), (7, "week"), (3, "few_days")):
        words = words.mask(gap <= longest, word)
    return words.mask(gap <= 0, "day")
