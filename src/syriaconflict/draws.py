"""Who held what: draws of it.

Two things are not known of places that reports tell of: on which day of an interval
each changed hands, and whether the last news of it still held.  Each draw decides both
by chance.  That the reports are true is taken for granted: who is believed is varied by
the rules, see `bands`.
"""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral

import numpy as np
import pandas as pd

from syriaconflict._control_table import READ, read_control
from syriaconflict.asides import Drawn
from syriaconflict.bursts import drawn_days
from syriaconflict.confidence import HALF_LIFE, confidence, goes_untold
from syriaconflict.filters import day
from syriaconflict.holders import REACH_BACK, Day, first_days
from syriaconflict.mesh import Mesh
from syriaconflict.parties import (
    BETWEEN,
    FIRST,
    OTHER,
    SECOND,
    Party,
    parties,
    roles,
)
from syriaconflict.untold import gone_untold

DRAWS = 500
_READ = tuple(name for name in READ if name != "basis")


def draw_roles(
    control: pd.DataFrame,
    place_ids: pd.Index,
    dates: Sequence[Day],
    *,
    between: tuple[Party, Party] = BETWEEN,
    draws: int = DRAWS,
    seed: int = 0,
    half_life: float = HALF_LIFE,
    reach_back: float = REACH_BACK,
) -> list[np.ndarray]:
    """Draw who held each place on some days.

    Parameters
    ----------
    control : DataFrame
        Rows of the ``control`` table.
    place_ids : Index
        Places, each once.
    dates : sequence of str or date
        Calendar days.
    between : pair of str or of collections of str
        The two parties, as for `fronts.front_line`.
    draws : int, default 500
        Number of draws.
    seed : int, default 0
        Of the random numbers.
    half_life : float, default 97.4
        As for `confidence.persistence` [day].
    reach_back : float, default 30
        As for `control_at` [day].

    Returns
    -------
    list of array of int8, draws x places
        One a day: 0 and 1 for the parties, 2 for contested between them, 3 for all
        else.  A change drawn for one day is the same on the others, and so is the
        chance by which a spell still held.

    Raises
    ------
    ValueError
        If a party is not known, or there are no draws.
    TypeError
        If ``draws`` is no whole number.

    Examples
    --------
    >>> control = pd.DataFrame({
    ...     "control_id": ["souran-01"], "place_id": "souran", "camp": "opposition",
    ...     "other_camp": None, "actor_id": None, "status": "held",
    ...     "start": pd.to_datetime(["2016-08-29"]), "end": pd.to_datetime([None]),
    ...     "last_told": pd.to_datetime(["2016-08-29"])})
    >>> draw_roles(control, pd.Index(["souran"]), ["2016-08-29"], draws=3)[0].tolist()
    [[1], [1], [1]]
    """
    drawn = drawn_holders(
        control, place_ids, dates, between=between, draws=draws, seed=seed,
        half_life=half_life, reach_back=reach_back,
    )[0]  # fmt: skip
    return [one.role for one in drawn]


def drawn_holders(
    control: pd.DataFrame,
    place_ids: pd.Index,
    dates: Sequence[Day],
    *,
    between: tuple[Party, Party],
    draws: int,
    seed: int,
    half_life: float,
    reach_back: float,
    mesh: Mesh | None = None,
) -> tuple[list[Drawn], pd.DataFrame]:
    """Draw who held each place on some days, see `draw_roles` and `drawn_shifts`.

    Beside that, return when places changed hands, as `line_asides` takes it.
    """
    from scipy.special import logit

    check_draws(draws, 1)
    rng = np.random.default_rng(seed)
    control = read_control(control, _READ)
    groups = parties(between, control)
    spells = control[control["place_id"].isin(place_ids)]
    spells = spells.sort_values("control_id").reset_index(drop=True)
    role = roles(spells, groups, control)
    untold = goes_untold(spells).to_numpy()
    after_rival, before_rival = _between_rivals(spells, role, untold)
    earliest, latest = _intervals(spells, untold, reach_back)
    asked = [_number(day(date, "date")) for date in dates]
    taker = np.where(after_rival, role, OTHER)
    start, end = _drawn_days(spells, earliest, latest, taker, asked, (draws, rng))
    chance = rng.random((draws, len(spells)))
    place = place_ids.get_indexer(spells["place_id"])
    told = _numbers(spells.get("last_told", spells["start"]), np.iinfo("int64").min)
    passed = pd.DataFrame(
        {"place": place, "role": role, "day": (earliest + latest) / 2,
         "variance": ((latest - earliest + 1) ** 2 - 1) / 12}
    )[after_rival]  # fmt: skip
    # a spell known by its end alone is nearer to its evidence than an open one
    order = np.lexsort([spells.index, spells["start"].isna(), place])
    holds_out = (spells["status"] == "besieged").to_numpy()
    found = []
    for date in dates:
        today = day(date, "date")
        sure = confidence(spells, today, half_life).fillna(1).to_numpy()
        one = _blank(today, (draws, len(place_ids)))
        doubt = np.full(one.role.shape, -np.inf)
        besieged = np.zeros(one.role.shape, dtype=bool)
        runs = (start <= one.day) & (one.day < end)
        # who came on a day not told has it as soon as the one before had lost it
        left = runs[:, :-1] & (chance > sure)[:, :-1] & untold[:-1]
        runs[:, :-1] &= ~left
        runs[:, 1:] |= left
        for nth in order[runs.any(axis=0)[order]]:
            at = runs[:, nth], place[nth]
            one.role[at] = role[nth]
            one.taken[at] = start[runs[:, nth], nth] if after_rival[nth] else -np.inf
            one.lost[at] = end[runs[:, nth], nth] if before_rival[nth] else np.inf
            one.since[at] = np.minimum(start[runs[:, nth], nth], one.day)
            one.until[at] = max(told[nth], one.day)
            odds = logit(chance[runs[:, nth], nth]) - logit(sure[nth])
            single = role[nth] <= SECOND and not untold[nth]
            doubt[at] = odds if single else -np.inf
            besieged[at] = holds_out[nth]
        gone = doubt > 0
        if mesh is not None:
            gone = gone_untold(one.role, doubt, besieged, mesh)
        _hand_over(one, gone)
        found.append(one)
    days = [one.day for one in found]
    recent = passed["day"].between(min(days) - half_life, max(days) + half_life)
    return found, passed[recent]


def check_draws(draws: int, least: int) -> None:
    """Refuse a number of draws that is not whole, or too small."""
    if isinstance(draws, bool) or not isinstance(draws, Integral):
        msg = f"draws is {draws!r}, wanted a whole number such as {DRAWS}"
        raise TypeError(msg)
    if draws < least:
        more = f"{least} or more"
        if least < DRAWS:
            more += f"; {DRAWS} or more"
        msg = f"draws is {draws!r}, wanted {more} for quantiles"
        raise ValueError(msg)


def _blank(today: pd.Timestamp, shape: tuple[int, int]) -> Drawn:
    number = _number(today)
    role = np.full(shape, OTHER, dtype="int8")
    taken, lost = np.full(shape, -np.inf), np.full(shape, np.inf)
    since, until = (np.full(shape, float(number)) for _ in range(2))
    return Drawn(number, role, taken, lost, since, until)


def _hand_over(drawn: Drawn, gone: np.ndarray) -> None:
    """Give places that had changed hands untold to the other party."""
    drawn.role[gone] = FIRST + SECOND - drawn.role[gone]
    drawn.taken[gone], drawn.lost[gone] = -np.inf, np.inf
    drawn.since[gone] = drawn.until[gone] = drawn.day


def _between_rivals(
    spells: pd.DataFrame, role: np.ndarray, untold: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return whether each spell follows, and precedes, one of the other party.

    Not where it gave way to the other on a day that nobody tells.
    """
    meets = (spells.groupby("place_id")["start"].shift(-1) == spells["end"]).to_numpy()
    rival = meets & (role <= SECOND) & ~untold
    rival[:-1] &= role[1:] == FIRST + SECOND - role[:-1]
    return np.append(False, rival)[:-1], rival


def _intervals(
    spells: pd.DataFrame, untold: np.ndarray, reach_back: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and last day on which each spell may have begun [day number].

    An implied one that begins on a day not told gets the last that is possible, see
    `drawn_holders`.
    """
    far = np.iinfo("int64").max
    latest = _numbers(first_days(spells, reach_back), far)
    earliest = _numbers(spells.get("start_earliest", spells["start"]), far)
    fixed = spells["start"].isna() | (earliest > latest) | np.append(False, untold)[:-1]
    return np.where(fixed, latest, earliest), latest


def _drawn_days(
    spells: pd.DataFrame,
    earliest: np.ndarray,
    latest: np.ndarray,
    taker: np.ndarray,
    asked: Sequence[int],
    by: tuple[int, np.random.Generator],
) -> tuple[np.ndarray, np.ndarray]:
    """Draw first days, and the days on which spells had ended [day number].

    A spell ends where the next begins, if it was told to.  Those by which ``taker``
    took a place from the other party tell together which days were busy, see `bursts`.
    """
    draws, rng = by
    far = np.iinfo("int64").max
    luck = rng.random((draws, len(spells)))
    width = np.where(latest < far, latest - earliest + 1, 1)
    start = earliest + np.floor(luck * width).astype("int64")
    for party in (FIRST, SECOND):
        own = taker == party
        start[:, own] = drawn_days(earliest[own], latest[own], asked, draws, rng)
    ends = _numbers(spells["end"], far)
    following = spells.groupby("place_id")["start"].shift(-1)
    meets = (following == spells["end"]).to_numpy()
    following = np.roll(start, -1, axis=1)
    return start, np.where(meets, following, np.broadcast_to(ends, start.shape))


def _number(date: pd.Timestamp) -> int:
    return int(date.to_numpy().astype("datetime64[D]").astype("int64"))


def _numbers(days: pd.Series, missing: int) -> np.ndarray:
    numbers = days.to_numpy("datetime64[D]").astype("int64")
    return np.where(days.isna(), missing, numbers)
