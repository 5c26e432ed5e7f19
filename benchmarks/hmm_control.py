"""What the event-only estimator of control costs, and how well it does where truth is.

Prints (1) the time for 943 cells x 120 months, and its ratio to a plain loop over cells
with the same answer in the same run; (2) the share of cell-months whose most likely
state would change under the transposed transition matrix; (3) accuracy and Brier score
on simulated wars against the baselines, and (4) a calibration table.
"""

from __future__ import annotations

import statistics
import time

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from syriaconflict import hmm
from syriaconflict.hmm_evidence import evidence

TEN_YEARS = {"start": "2011-01-01", "end": "2020-12-31"}
FOUR_YEARS = {"start": "2015-01-01", "end": "2018-12-31"}
RUNS = 5
SEEDS = (1, 2, 3)
WORLDS = {
    "as the model, 0.05 events a cell-month": hmm.World(),
    "as the model, 0.2 events a cell-month": hmm.World(rate=0.2),
    "as the model, every cell for itself": hmm.World(block_km=1),
    "a moving line": hmm.World(motion="line"),
    "a moving line, told badly": hmm.World(
        motion="line", blur=0.2, swapped=0.1, noise_km=5
    ),
}
ESTIMATORS = {
    "smoothed": hmm.Model(),
    "filtered": hmm.Model(is_smoothed=False),
    "smoothed, own month": hmm.Model(half_months=0.5),
    "smoothed, half at 10 km": hmm.Model(half_km=10),
}
# States R, DR, D, DG, G and observations O1 (quiet), O2 (open), O3 (both), O4 (covert)
# of Anders (2020), Nigeria: the probabilities alone, for the comparison in (2).
PUBLISHED_STEP = np.array([
    [0.25, 0.5, 0.025, 0.2, 0.025],
    [0.25, 0.15, 0.075, 0.5, 0.025],
    [0.05, 0.025, 0.05, 0.85, 0.025],
    [0.025, 0.075, 0.15, 0.125, 0.625],
    [0.05, 0.075, 0.475, 0.025, 0.375],
])  # fmt: skip
PUBLISHED_EMISSION = np.array([
    [0.6, 0.175, 0.175, 0.05],
    [0.05, 0.6, 0.175, 0.175],
    [0.05, 0.175, 0.6, 0.175],
    [0.05, 0.175, 0.175, 0.6],
    [0.6, 0.05, 0.175, 0.175],
])  # fmt: skip
PUBLISHED_BEGIN = np.array([0.025, 0.025, 0.025, 0.025, 0.9])


def country() -> gpd.GeoDataFrame:
    """Return 943 cells of 10 km."""
    return hmm.hexagons(shapely.box(36.0, 33.6, 39.2, 36.3), 10).head(943)


def by_cell(seen: np.ndarray, begin: np.ndarray, step: np.ndarray) -> np.ndarray:
    """Smooth each chain by itself, as one would write it down."""
    likelihood = np.exp(seen - seen.max(axis=2, keepdims=True))
    answer = np.empty_like(seen)
    for cell in range(seen.shape[1]):
        chain = likelihood[:, cell]
        forwards, now = [], begin * chain[0]
        for t in range(len(chain)):
            now = now if t == 0 else (now @ step) * chain[t]
            now = now / now.sum()
            forwards.append(now)
        later = np.ones(len(begin))
        for t in range(len(chain) - 1, -1, -1):
            both = forwards[t] * later
            answer[t, cell] = both / both.sum()
            later = step @ (chain[t] * later)
            later = later / later.sum()
    return answer


def taken(function, *args, **kwargs) -> float:
    """Return the seconds that a call takes."""
    begun = time.perf_counter()
    function(*args, **kwargs)
    return time.perf_counter() - begun


def speed(grid: gpd.GeoDataFrame) -> None:
    model = hmm.Model()
    _, events = hmm.simulate(grid, **TEN_YEARS, seed=1)
    run = {**TEN_YEARS, "side": "government"}
    weights = evidence(events, grid, **run)[1]
    seen = weights @ np.log(model.emission).T
    chain = np.array(model.initial), np.array(model.transition)
    gap = np.abs(by_cell(seen, *chain) - hmm.forward_backward(seen, *chain)).max()
    ours, loops, whole = [], [], []
    for _ in range(RUNS):
        ours.append(taken(hmm.forward_backward, seen, *chain))
        loops.append(taken(by_cell, seen, *chain))
        whole.append(taken(hmm.control_probability, events, grid, **run))
    medians = [statistics.median(times) for times in (ours, loops, whole)]
    print(f"(1) {seen.shape[1]} cells x {seen.shape[0]} months, {len(events)} events")
    print(f"    forward-backward, all cells at once  {medians[0] * 1000:8.1f} ms")
    print(f"    the same, a loop over cells          {medians[1] * 1000:8.1f} ms")
    print(f"    ratio {medians[1] / medians[0]:.0f}; largest difference {gap:.0e}")
    print(f"    control_probability, all of it       {medians[2] * 1000:8.1f} ms\n")


def changed(seen: np.ndarray, begin: np.ndarray, step: np.ndarray) -> str:
    """Return how much of the answer changes when the matrix is turned round."""
    right = hmm.forward_backward(seen, begin, step)
    # The unchecked passes: forward_backward refuses a matrix like this.
    wrong = hmm._passes(seen, begin, step.T, smooth=True)
    known = np.abs(seen).sum(axis=(0, 2)) > 0
    state = (right.argmax(2) != wrong.argmax(2))[:, known].mean()
    apart = (np.abs(right - wrong).max(axis=2) > 0.1)[:, known].mean()
    paths = (best_path(seen, begin, step) != best_path(seen, begin, step.T))[:, known]
    return (
        f"most likely state {state:6.1%}, state of the most likely path "
        f"{paths.mean():6.1%}, a probability by more than 0.1 {apart:6.1%}"
    )


def best_path(seen: np.ndarray, begin: np.ndarray, step: np.ndarray) -> np.ndarray:
    """Return the most likely path of each chain, periods x chains."""
    best, before = np.log(begin) + seen[0], []
    for now in seen[1:]:
        ways = best[:, :, None] + np.log(step)
        before.append(ways.argmax(axis=1))
        best = ways.max(axis=1) + now
    path = [best.argmax(axis=1)]
    for choice in before[::-1]:
        path.append(np.take_along_axis(choice, path[-1][:, None], 1)[:, 0])
    return np.array(path[::-1])


def transposed(grid: gpd.GeoDataFrame) -> None:
    model = hmm.Model()
    run = {**TEN_YEARS, "side": "government"}
    print("(2) cell-months that change under the transposed transition matrix")
    for rate in (0.002, 0.01, 0.05):
        _, events = hmm.simulate(grid, **TEN_YEARS, seed=1, world=hmm.World(rate=rate))
        weights = evidence(events, grid, **run)[1]
        seen = weights @ np.log(model.emission).T
        step = np.array(model.transition)
        print(f"    {rate} events a cell-month, {len(events)} in all")
        print(f"      this model      {changed(seen, np.array(model.initial), step)}")
        seen = np.log(PUBLISHED_EMISSION.T[observed(weights)])
        print(f"      published one   {changed(seen, PUBLISHED_BEGIN, PUBLISHED_STEP)}")
    print()


def observed(weights: np.ndarray) -> np.ndarray:
    """Return one of four observations per period and cell, from acts of one side.

    Weights count anew in each month, as published; the balance of open and covert
    attack is read off their shares, where the published code uses a Poisson law.
    """
    weights = weights * repeats(hmm.Model())
    place = {name: code for code, name in enumerate(hmm.MARKS)}
    covert = weights[:, :, place["infiltrated_side"]]
    opened = weights[:, :, place["assaulted_side"]]
    total = covert + opened
    balance = np.divide(
        opened - covert, total, out=np.zeros_like(total), where=total > 0
    )
    is_quiet = (covert <= 0.1) & (opened <= 0.1)
    return np.select(
        [is_quiet, np.abs(balance) <= 0.05, balance < 0], [0, 2, 3], default=1
    )


def repeats(model: hmm.Model) -> float:
    """Return how often an event counts if its weights over the months are left."""
    months = hmm.decay(np.arange(12), model.half_months, model.slope_months)
    return months[months >= model.min_weight].sum()


def guesses(grid: gpd.GeoDataFrame, world: hmm.World, seed: int) -> pd.DataFrame:
    """Return the truth of one simulated war and what each estimator makes of it."""
    run = {**FOUR_YEARS, "side": "government"}
    truth, events = hmm.simulate(grid, **FOUR_YEARS, seed=seed, world=world)
    for name, model in ESTIMATORS.items():
        table = hmm.control_probability(events, grid, **run, model=model)
        truth[name] = table["p_side"].to_numpy()
    model = hmm.Model()
    weights = evidence(events, grid, **run)[1] * repeats(model)
    seen = weights @ np.log(model.emission).T
    again = hmm.forward_backward(seen, model.initial, model.transition)
    truth["smoothed, counted anew"] = (again @ np.array(model.holds)).T.ravel()
    for rule in hmm.BASELINES:
        truth[rule] = hmm.baseline(events, grid, **run, rule=rule)["p_side"].to_numpy()
    return truth.assign(group=f"{seed} " + truth["cell_id"])


def accuracy() -> None:
    grid = hmm.hexagons(shapely.box(36.0, 34.9, 37.4, 36.1), 10)
    print(
        f"(3) {len(grid)} cells x 48 months, {len(SEEDS)} wars each; baselines say 0 or"
    )
    print("    1, `constant` is the Brier score they would have at their own hit rate;")
    print("    `all` compares where a claim was made anywhere, `own` where in the cell")
    columns = ["n", "accuracy", "accuracy_p05", "accuracy_p95", "brier", "is_winner"]
    for name, world in WORLDS.items():
        wars = pd.concat([guesses(grid, world, seed) for seed in SEEDS])
        wars = wars.reset_index(drop=True)
        for where, left_out in (("all", hmm.BASELINES[:2]), ("own", ())):
            mine = [*ESTIMATORS, "smoothed, counted anew", *hmm.BASELINES]
            mine = [column for column in mine if column not in left_out]
            table = hmm.score(wars[mine], wars["is_side"], groups=wars["group"])
            hit = table["accuracy"].where(table.index.isin(hmm.BASELINES))
            table = table[columns].assign(constant=hit * (1 - hit))
            print(f"\n    {name}; {where}")
            print(table.round(3).to_string(na_rep=""))
        if name == "a moving line, told badly":
            print(f"\n(4) calibration of `smoothed`, {name}")
            bins = hmm.calibration(wars["smoothed"], wars["is_side"])
            print(bins.round(3).to_string())


def main() -> None:
    grid = country()
    speed(grid)
    transposed(grid)
    accuracy()


if __name__ == "__main__":
    main()
