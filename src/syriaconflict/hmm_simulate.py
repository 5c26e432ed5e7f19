"""Simulated wars with known control, to measure estimates of it by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from syriaconflict.binning import periods
from syriaconflict.filters import codes
from syriaconflict.hmm_evidence import centres_km
from syriaconflict.hmm_model import EVIDENCE, KINDS, MARKS, MODEL, Model

if TYPE_CHECKING:
    import geopandas as gpd

MOTIONS = ("chains", "line")
_SIDES = ("government", "opposition")  # of every simulated war
_TYPES = {
    "held": "hold",
    "foothold": "deployment",
    "assaulted": "assault",
    "infiltrated": "ied",
    "bombarded": "shelling",
    "disputed": "clash",
}


@dataclass(frozen=True)
class World:
    """What a simulated war is like; by default, as the model has it.

    Parameters
    ----------
    rate : float
        Expected events per cell and period [event].
    motion : str
        "chains": blocks of ground change hands by the transitions of the model;
        "line": a crooked front wanders from west to east and back, with contested
        ground along it, which no chain of the model does.
    block_km : float
        Size of the blocks [km]: ground within one has one holder ("chains").
    speed_km, band_km : float
        Standard deviation of the front's move in a period, and width of the contested
        ground [km] ("line").
    blur : float
        Share of events whose mark is drawn evenly from all, whatever the state.
    swapped : float
        Share of events whose sides are told the wrong way round.
    noise_km : float
        Standard deviation of the place told, in either direction [km].

    Raises
    ------
    ValueError
        If a number is out of range or the motion unknown.
    """

    rate: float = 0.05
    motion: str = "chains"
    block_km: float = 60
    speed_km: float = 8
    band_km: float = 15
    blur: float = 0.0
    swapped: float = 0.0
    noise_km: float = 0.0

    def __post_init__(self) -> None:
        """Refuse settings that are no war."""
        codes(self.motion, MOTIONS, "motion")
        for name in ("rate", "block_km", "band_km", "speed_km", "noise_km"):
            value, is_needed = getattr(self, name), name in ("rate", "block_km")
            if not (0 <= value < np.inf) or (is_needed and value == 0):
                wanted = "above 0" if is_needed else "of at least 0"
                msg = f"{name} is {value!r}, wanted a number {wanted}"
                raise ValueError(msg)
        for name in ("blur", "swapped"):
            if not 0 <= getattr(self, name) <= 1:
                msg = f"{name} is {getattr(self, name)!r}, wanted a share from 0 to 1"
                raise ValueError(msg)


WORLD = World()


def simulate(
    grid: gpd.GeoDataFrame,
    start: str | date,
    end: str | date,
    *,
    seed: int,
    world: World = WORLD,
    model: Model = MODEL,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw a war with known control: the truth, and the events that are told of it.

    Each cell has one place, at a random point in it, where its events happen.

    Parameters
    ----------
    grid : GeoDataFrame
        Cells from `hmm.hexagons`.
    start, end : str (YYYY-MM-DD) or date
        First and last day; periods that they cut are taken whole.
    seed : int
        Seed of the random numbers.
    world : World
        What the war is like, and how it departs from the model.
    model : Model
        The model that it is drawn from; its states must be three: the side's, contested
        ground, the other's.

    Returns
    -------
    truth : DataFrame
        One row per cell and period, in the order of `hmm.control_probability`:
        ``cell_id``, ``period``, ``state`` (str), ``is_side`` (float: 1 the side
        holds the cell, 0 the other does, missing on contested ground).
    events : DataFrame
        Discrete events with the columns that `hmm.control_probability` and `baseline`
        read; the side is "government", the other "opposition".

    Raises
    ------
    ValueError
        If the model has other than three states or the grid is no projected grid.

    Examples
    --------
    >>> import shapely
    >>> from syriaconflict.hmm import hexagons
    >>> grid = hexagons(shapely.box(36.6, 35.1, 36.8, 35.4), 10)
    >>> truth, events = simulate(grid, "2017-01-01", "2017-12-31", seed=1)
    >>> len(truth) == len(grid) * 12, sorted(set(events["initiator_camp"]))
    (True, ['government', 'opposition'])
    """
    if len(model.states) != 3:
        msg = (
            f"model has the states {model.states}, wanted three: the side's, contested "
            "ground, the other's"
        )
        raise ValueError(msg)
    rng = np.random.default_rng(seed)
    centres = centres_km(grid)
    bins = periods(model.freq, start, end)
    window = bins.index
    draw = _chains if world.motion == "chains" else _line
    states = draw(rng, centres, len(window), world, model)
    truth = pd.DataFrame(
        {
            "cell_id": np.repeat(grid["cell_id"].to_numpy(), len(window)),
            "period": np.tile(window, len(grid)),
            "state": np.array(model.states)[states].T.ravel(),
            "is_side": np.array([1.0, np.nan, 0.0])[states].T.ravel(),
        }
    )
    return truth, _events(rng, grid, states, bins, (world, model))


def _pick(rng: np.random.Generator, chances: np.ndarray) -> np.ndarray:
    """Draw a code from each row of probabilities."""
    reached = rng.random((len(chances), 1)) >= chances.cumsum(axis=1)
    return np.minimum(reached.sum(axis=1), chances.shape[1] - 1)


def _chains(
    rng: np.random.Generator,
    centres: np.ndarray,
    count: int,
    world: World,
    model: Model,
) -> np.ndarray:
    """Draw the states, periods x cells: one chain of the model per block."""
    blocks = np.floor(centres / world.block_km)
    number, block = np.unique(blocks, axis=0, return_inverse=True)
    step = np.asarray(model.transition)
    now = _pick(rng, np.tile(model.initial, (len(number), 1)))
    states = [now]
    for _ in range(count - 1):
        states.append(_pick(rng, step[states[-1]]))
    return np.array(states)[:, block.ravel()]


def _line(
    rng: np.random.Generator,
    centres: np.ndarray,
    count: int,
    world: World,
    model: Model,  # noqa: ARG001 - the same call as for chains
) -> np.ndarray:
    """Draw the states, periods x cells: west of a wandering line, along it, east."""
    x, y = centres.T
    front = np.median(x) + np.cumsum(rng.normal(0, world.speed_km, count))
    bend = world.band_km * np.sin(y / 40)
    beyond = x - (front[:, None] + bend)
    return (beyond > -world.band_km / 2).astype(int) + (beyond > world.band_km / 2)


def _events(
    rng: np.random.Generator,
    grid: gpd.GeoDataFrame,
    states: np.ndarray,
    bins: pd.DataFrame,
    made: tuple[World, Model],
) -> pd.DataFrame:
    """Draw events, each at the place of its cell, with what is told of them."""
    import geopandas as gpd

    world, model = made
    number = rng.poisson(world.rate, states.shape).ravel()
    period, cell = np.divmod(np.repeat(np.arange(len(number)), number), len(grid))
    chances = np.asarray(model.emission) * (1 - world.blur) + world.blur / len(MARKS)
    mark = _pick(rng, chances[states[period, cell]])
    is_one_sided = mark < 2 * len(KINDS)
    mark = mark ^ (is_one_sided & (rng.random(len(mark)) < world.swapped))
    kinds = np.array([*KINDS, "disputed"])[mark // 2]
    types = pd.Series(kinds, dtype="str").map(_TYPES)
    favours_first = (mark % 2 == 0).astype(bool)
    acts_first = favours_first == (types.map(lambda t: EVIDENCE[t][1]) == "initiator")
    x, y = _places(rng, grid)[:, cell] + rng.normal(0, world.noise_km, (2, len(cell)))
    points = gpd.GeoSeries.from_xy(x * 1000, y * 1000, crs=grid.crs).to_crs("EPSG:4326")
    days = rng.integers(bins["days"].to_numpy()[period])
    when = bins["first"].to_numpy()[period] + days.astype("timedelta64[D]")
    return pd.DataFrame(
        {
            "event_id": [f"e{n:07d}" for n in range(len(cell))],
            "event_type": types,
            "modality": "realised",
            "grain": "discrete",
            "grade": "single_source",
            "extent": pd.Series(np.nan, range(len(cell)), dtype="str"),
            "start": when,
            "end": when,
            "place_id": grid["cell_id"].to_numpy()[cell],
            "longitude": points.x,
            "latitude": points.y,
            "radius_km": 1.0,
            "initiator_camp": np.where(acts_first, *_SIDES),
            "target_camp": np.where(acts_first, *_SIDES[::-1]),
        }
    )


def _places(rng: np.random.Generator, grid: gpd.GeoDataFrame) -> np.ndarray:
    """Draw a point within each hexagon, in km: row x and row y."""
    angle = rng.uniform(0, 2 * np.pi, len(grid))
    out = 0.5 * grid["km"].to_numpy() * np.sqrt(rng.random(len(grid)))
    return centres_km(grid).T + out * np.array([np.cos(angle), np.sin(angle)])
