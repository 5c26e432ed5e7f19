"""Settings of the hidden Markov model of control, and what an event is evidence of.

An event is evidence of who holds the ground it happened on.  Each type that tells
anything is one **kind** of evidence in favour of one side:

- ``held``: a place is told to be held or taken (capture, hold, surrender, handover; a
  place under siege is held by the besieged).  Direct evidence, weighing most;
- ``foothold``: a side gains ground, or its forces are stationed there, or it governs; a
  withdrawal or retreat is the other side's foothold;
- ``assaulted``: a side is attacked openly, on the ground: ground on which it stands;
- ``infiltrated``: a side is struck at close quarters and in secret, by a hidden bomb or
  an ambush.  Kept apart from open attack after Anders (2020), where covert attack is
  what a side does that cannot fight openly there;
- ``bombarded``: a side is fired at from the air or from afar, so what is hit is its
  own; of an aircraft shot down, the ground from which that was done;
- ``disputed``: fighting without an attacker, a contested place, no man's land, or a
  place of which a *part* is told to be held or taken: evidence for neither side.

Types that are not in `EVIDENCE` (words, recruiting, harm, movement through a place)
say nothing of control.

The probabilities of `Model` are assumed, not estimated: there is no set of known
control to estimate them from.  They are alike for both sides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

KINDS = ("held", "foothold", "assaulted", "infiltrated", "bombarded")
MARKS = (*(f"{k}_{who}" for k in KINDS for who in ("side", "against")), "disputed")
HOSTILE = ("assaulted", "infiltrated", "bombarded", "disputed")

# event type -> kind of evidence, and the role of the side that it favours
EVIDENCE = {
    "capture": ("held", "initiator"),
    "hold": ("held", "initiator"),
    "surrender": ("held", "target"),
    "handover": ("held", "target"),
    "siege": ("held", "target"),
    "encirclement": ("held", "target"),
    "advance": ("foothold", "initiator"),
    "mop_up": ("foothold", "initiator"),
    "road_cut": ("foothold", "initiator"),
    "road_reopened": ("foothold", "initiator"),
    "relief": ("foothold", "initiator"),
    "deployment": ("foothold", "initiator"),
    "redeployment": ("foothold", "initiator"),
    "reinforcement": ("foothold", "initiator"),
    "administration": ("foothold", "initiator"),
    "withdrawal": ("foothold", "target"),
    "retreat": ("foothold", "target"),
    "offensive": ("assaulted", "target"),
    "assault": ("assaulted", "target"),
    "raid": ("assaulted", "target"),
    "counter_attack": ("assaulted", "target"),
    "ambush": ("infiltrated", "target"),
    "vehicle_bomb": ("infiltrated", "target"),
    "ied": ("infiltrated", "target"),
    "airstrike": ("bombarded", "target"),
    "helicopter_strike": ("bombarded", "target"),
    "strike_unspecified": ("bombarded", "target"),
    "drone_strike": ("bombarded", "target"),
    "shelling": ("bombarded", "target"),
    "rocket_fire": ("bombarded", "target"),
    "missile_strike": ("bombarded", "target"),
    "shootdown": ("bombarded", "initiator"),
    "clash": ("disputed", ""),
    "contested": ("disputed", ""),
    "no_mans_land": ("disputed", ""),
}
# event type -> role that held the place until then
HELD_BEFORE = {
    "capture": "target",
    "surrender": "initiator",
    "handover": "initiator",
    "withdrawal": "initiator",
}

_OWN = (0.30, 0.19, 0.10, 0.05, 0.20)  # of the kinds, for whoever holds the ground
_OTHER = (0.003, 0.02, 0.02, 0.01, 0.02)
_SHARED = (0.04, 0.09, 0.13, 0.04, 0.08)  # on contested ground, for either side


def _row(favouring: tuple, other: tuple, disputed: float) -> tuple:
    pairs = zip(favouring, other, strict=True)
    return (*(value for pair in pairs for value in pair), disputed)


@dataclass(frozen=True)
class Model:
    """A hidden Markov model of who holds a cell, and how far an event reaches.

    Parameters
    ----------
    states : tuple of str
        Names of the states.
    holds : tuple of float
        For each state, the share that counts as held by the side; contested ground is
        by default shared by halves, so that exchanging the sides gives 1 - p.
    initial : tuple of float
        Probability of each state in the first period.
    transition : tuple of tuple of float
        ``transition[i][j]``: probability of state j in a period that follows one in
        state i.  Each row sums to one.
    emission : tuple of tuple of float
        ``emission[i][k]``: probability that an event on ground in state i is of mark k
        of `MARKS`.  Each row sums to one; none is 0, since one mistaken report would
        then rule a state out for ever.
    freq : str
        Period to which ``transition`` belongs, see `tempo.periods`.
    half_km, half_months : float
        Distance and time at which an event weighs half [km, month].
    slope_km, slope_months : float
        How sharply it falls there, see `hmm.decay`.  The defaults of these four are
        those of the code of Anders (2020): ``1 / (1 + exp(0.35 km - 7))`` and
        ``1 / (1 + exp(2.5 months - 8))``.
    min_weight : float
        Weights below this count as 0.
    max_radius_km : float
        Events placed less exactly than this are set aside [km].
    is_smoothed : bool
        Whether later evidence counts as well.  Otherwise each period knows only what
        happened up to its end.

    Raises
    ------
    ValueError
        If rows do not sum to one, shapes do not fit, or a number is out of range.

    Examples
    --------
    >>> Model(half_km=5).half_km
    5
    """

    states: tuple[str, ...] = ("side", "contested", "against")
    holds: tuple[float, ...] = (1.0, 0.5, 0.0)
    initial: tuple[float, ...] = (3 / 7, 1 / 7, 3 / 7)  # where the chain settles
    transition: tuple[tuple[float, ...], ...] = (
        (0.93, 0.05, 0.02),
        (0.15, 0.70, 0.15),
        (0.02, 0.05, 0.93),
    )
    emission: tuple[tuple[float, ...], ...] = (
        _row(_OWN, _OTHER, 0.087),
        _row(_SHARED, _SHARED, 0.24),
        _row(_OTHER, _OWN, 0.087),
    )
    freq: str = "MS"
    half_km: float = 20
    half_months: float = 3.2
    slope_km: float = 7
    slope_months: float = 8
    min_weight: float = 0.05
    max_radius_km: float = 20
    is_smoothed: bool = True

    def __post_init__(self) -> None:
        """Refuse settings that are no model."""
        count = len(self.states)
        check_stochastic(self.initial, "initial", (count,))
        check_stochastic(self.transition, "transition", (count, count))
        check_stochastic(self.emission, "emission", (count, len(MARKS)))
        if np.min(self.emission) <= 0:
            msg = "emission: an entry is 0, wanted all above 0; give a small number"
            raise ValueError(msg)
        holds = np.asarray(self.holds, float)
        if holds.shape != (count,) or not ((holds >= 0) & (holds <= 1)).all():
            msg = f"holds is {self.holds}, wanted {count} numbers from 0 to 1"
            raise ValueError(msg)
        for name in ("half_km", "half_months", "slope_km", "slope_months"):
            _above_zero(getattr(self, name), name)
        _above_zero(self.max_radius_km, "max_radius_km")
        if not 0 < self.min_weight < 0.5:
            msg = f"min_weight is {self.min_weight}, wanted a number between 0 and 0.5"
            raise ValueError(msg)


def check_stochastic(given: object, name: str, shape: tuple[int, ...]) -> np.ndarray:
    """Return probabilities as an array; refuse rows that do not sum to one.

    Parameters
    ----------
    given : array-like of float
        One row of probabilities, or a matrix of them.
    name : str
        What it is, for the message.
    shape : tuple of int
        Shape wanted.

    Returns
    -------
    ndarray of float

    Raises
    ------
    ValueError
        If the shape is another, an entry is no probability, or a row does not sum to
        one.

    Examples
    --------
    >>> check_stochastic([[0.9, 0.1], [0.2, 0.8]], "transition", (2, 2)).sum(axis=1)
    array([1., 1.])
    """
    try:
        rows = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        rows = np.array([])
    if rows.shape != shape:
        msg = f"{name} has the shape {rows.shape}, wanted numbers of the shape {shape}"
        raise ValueError(msg)
    sums = rows.sum(axis=-1)
    if not ((rows >= 0).all() and np.allclose(sums, 1, rtol=0, atol=1e-9)):
        msg = (
            f"{name}: the rows sum to {np.round(sums, 4).tolist()} and the least entry "
            f"is {rows.min():g}, wanted probabilities that sum to 1 along each row "
            "(from a state, to all states or marks); is the matrix transposed?"
        )
        raise ValueError(msg)
    return rows


def _above_zero(value: float, name: str) -> None:
    if not (0 < value < np.inf):
        msg = f"{name} is {value!r}, wanted a number above 0"
        raise ValueError(msg)


MODEL = Model()
