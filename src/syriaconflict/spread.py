"""How far a shift could be another: quantiles over draws.

Three things are not known of a front that reports of places tell: on which day of an
interval a place changed hands, whether the last news of it still held (both are drawn
by `draws`), and where between two places of two parties the line ran.  Quantiles over
draws say how far a figure depends on them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from syriaconflict.asides import line_asides
from syriaconflict.balance import shift_draws
from syriaconflict.confidence import HALF_LIFE
from syriaconflict.draws import DRAWS, check_draws, drawn_holders
from syriaconflict.filters import day
from syriaconflict.holders import REACH_BACK, Day, spells_on
from syriaconflict.mesh import Mesh, mesh_of, refuse_strange
from syriaconflict.parties import BETWEEN, FIRST, Party, parties

_FIGURES = ["net_km2", "gross_km2", "line_km", "displacement_km", "km_per_day"]


def shift_intervals(
    control: pd.DataFrame,
    places: pd.DataFrame | Mesh,
    t0: Day,
    t1: Day,
    *,
    between: tuple[Party, Party] = BETWEEN,
    draws: int = DRAWS,
    seed: int = 0,
    half_life: float = HALF_LIFE,
    reach_back: float = REACH_BACK,
) -> pd.DataFrame:
    """Return quantiles of a shift over draws of what is not known of it.

    Parameters
    ----------
    control, between, draws, seed, half_life, reach_back
        As for `draws.draw_roles`.
    places, t0, t1
        As for `fronts.front_shift`.

    Returns
    -------
    DataFrame
        One row per party, index ``side``; ``net_km2``, ``gross_km2``, ``line_km``,
        ``displacement_km`` and ``km_per_day``, each as ``_p05`` and ``_p95``; missing
        where fewer than 9 of 10 draws give one (no line on one of the days).

    Raises
    ------
    ValueError
        As for `draws.draw_roles`, or if there are fewer than 500 draws, or no place
        with a spell on either day that can have a cell.

    Notes
    -----
    In each draw a place changes hands on a day of its interval, sooner on those on
    which many do that the party took in that draw, see `bursts.drawn_days`.  Its last
    holder had lost it untold by chance, see `confidence`, but only where that links it
    to the other party's ground: to a neighbour held by it, or another place lost untold
    that is linked; sooner where the other party surrounds it, see `untold.gone_untold`.
    Between two places that face each other the line is as far on its
    way as the days told and the pace nearby say, or anywhere, see `asides.line_asides`
    and `crossings.part_gone`.  Quantiles are by Weibull's positions, so that nine
    tenths of further draws lie between them.  On simulated fronts the intervals held
    the truth in 89 to 94 of 100 cases for the net area, in 86 to 93 for displacement,
    in 92 to 100 for the gross area: of an advance, slow or fast or with places missing,
    a pincer, a closing pocket and a front that came back.  Of a pocket that is closing
    already on the first day, in 84 to 88 for the net area, see docs/methodology.md.
    Gross areas are sums of whole cells: where the line ran between places does not
    enter them.
    Memory grows with draws times spells: 500 draws of 10,000 spells take some 350
    MB.

    Examples
    --------
    >>> places = pd.DataFrame({
    ...     "place_id": ["souran", "morek"], "name": ["Souran", "Morek"],
    ...     "kind": "settlement", "longitude": [36.748, 36.690],
    ...     "latitude": [35.292, 35.376], "radius_km": 1.0})
    >>> control = pd.DataFrame({
    ...     "control_id": ["souran-01", "souran-02", "morek-01"],
    ...     "place_id": ["souran", "souran", "morek"],
    ...     "camp": ["government", "opposition", "opposition"],
    ...     "other_camp": None, "actor_id": None,
    ...     "status": "held", "basis": "stated",
    ...     "start": pd.to_datetime(["2016-08-01", "2016-08-31", "2016-08-01"]),
    ...     "end": pd.to_datetime(["2016-08-31", None, None])})
    >>> found = shift_intervals(control, places, "2016-08-28", "2016-09-01")
    >>> bool(found.loc["government", "net_km2_p95"] < 0)
    True
    """
    check_draws(draws, DRAWS)
    drawn = drawn_shifts(
        control, places, t0, t1, between=between, draws=draws, seed=seed,
        half_life=half_life, reach_back=reach_back,
    )  # fmt: skip
    rows = {
        side: _quantiles(one) for side, one in drawn.groupby(level="side", sort=False)
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("side")


def drawn_shifts(
    control: pd.DataFrame,
    places: pd.DataFrame | Mesh,
    t0: Day,
    t1: Day,
    *,
    between: tuple[Party, Party] = BETWEEN,
    draws: int = DRAWS,
    seed: int = 0,
    half_life: float = HALF_LIFE,
    reach_back: float = REACH_BACK,
) -> pd.DataFrame:
    """Return the shift of each draw of what is not known of it.

    For other quantiles than those of `shift_intervals`, or the share of draws in which
    a side gained ground.

    Parameters
    ----------
    control, places, t0, t1, between, seed, half_life, reach_back
        As for `shift_intervals`.
    draws : int, default 500
        Number of draws, 1 or more.

    Returns
    -------
    DataFrame
        A row per party and draw, index ``side`` and ``draw`` (from 0); ``net_km2``,
        ``gross_km2``, ``line_km``, ``displacement_km`` and ``km_per_day``, all float.
        The last three are missing in a draw without a line on one of the days, the last
        also where both days are one.

    Raises
    ------
    ValueError
        As for `draws.draw_roles`, or if there is no place with a spell on either day
        that can have a cell.

    Notes
    -----
    The method is that of `shift_intervals`.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> drawn = drawn_shifts(sc.load("control"), sc.load("places"), "2024-11-27",
    ...     "2024-12-05", draws=3)
    >>> bool((drawn["gross_km2"] >= drawn["net_km2"].abs()).all())
    True
    """
    t0, t1 = day(t0, "t0"), day(t1, "t1")
    mesh = places
    if not isinstance(mesh, Mesh):
        mesh = _mesh(control, places, (t0, t1), reach_back)
    refuse_strange(mesh.cells, control)
    drawn, passed = drawn_holders(
        control, mesh.cells.index, (t0, t1), between=between, draws=draws, seed=seed,
        half_life=half_life, reach_back=reach_back, mesh=mesh,
    )  # fmt: skip
    before, after = (one.role for one in drawn)
    aside = line_asides(
        mesh, drawn, passed, half_life, np.random.default_rng([seed, 1])
    )
    days = (t1 - t0).days
    shifts = {}
    for role, group in enumerate(parties(between, control)):
        shift = shift_draws(mesh, before, after, role=role)
        shift["net_km2"] += aside if role == FIRST else -aside
        shift["displacement_km"] = shift["net_km2"] / shift["line_km"]
        shift["km_per_day"] = shift["displacement_km"] / (days or np.nan)
        shifts[group.name] = shift[_FIGURES]
    return pd.concat(shifts, names=["side"])


def _mesh(
    control: pd.DataFrame,
    places: pd.DataFrame,
    dates: tuple[Day, Day],
    reach_back: float,
) -> Mesh:
    """Return cells of the places that are told of on either day, or those given."""
    told = [spells_on(control, date, reach_back).index for date in dates]
    return mesh_of(places, told[0].union(told[1]))


def _quantiles(drawn: pd.DataFrame) -> dict[str, float]:
    found = {}
    for column in _FIGURES:
        told = drawn[column].dropna()
        enough = len(told) >= 0.9 * len(drawn)
        for level in (5, 95):
            value = np.nan
            if enough:
                value = np.quantile(told, level / 100, method="weibull")
            found[f"{column}_p{level:02d}"] = float(value)
    return found
