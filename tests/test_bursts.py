"""Days drawn together, beside shares worked out by hand and rates that are known."""

from itertools import pairwise, product

import numpy as np
import pytest

from syriaconflict import bursts
from syriaconflict.bursts import SPAN, drawn_days

DRAWS = 10_000


def rng(seed=0):
    return np.random.default_rng(seed)


def by_enumeration(intervals, days, levels, often, goes_on):
    """Return the chance of each choice of days, summed over all paths of rates."""
    base = len(intervals) / days
    chance = {}
    for path in product(range(len(levels)), repeat=days):
        rate = base * np.array(levels)[list(path)]
        weight = np.exp(-rate.sum()) * often[path[0]]
        for one, two in pairwise(path):
            weight *= goes_on * (one == two) + (1 - goes_on) * often[two]
        for chosen in product(*(range(low, high + 1) for low, high in intervals)):
            chance[chosen] = chance.get(chosen, 0) + weight * np.prod(rate[[*chosen]])
    total = sum(chance.values())
    return {chosen: value / total for chosen, value in chance.items()}


def test_days_are_drawn_as_often_as_all_paths_of_rates_say(monkeypatch):
    intervals, levels = [(0, 2), (0, 1), (1, 1), (2, 2)], [0.25, 1.0, 4.0]
    monkeypatch.setattr(bursts, "SPAN", 1)
    monkeypatch.setattr(bursts, "_LEVELS", np.array(levels))
    often = [0.5, 0.3, 0.2]
    monkeypatch.setattr(bursts, "_OFTEN", np.array(often))
    monkeypatch.setattr(bursts, "_LASTS", 2.0)
    ends = np.array(intervals).T
    found = drawn_days(ends[0], ends[1], [1], DRAWS, rng())
    wanted = by_enumeration(intervals, 3, levels, often, 0.5)
    assert sum(wanted.values()) == pytest.approx(1)
    assert len(wanted) == 6
    for chosen, share in wanted.items():
        drawn = (found == chosen).all(axis=1).mean()
        assert abs(drawn - share) <= 4 * np.sqrt(share * (1 - share) / DRAWS), chosen
    # rates known to be the same leave the two that are not told free of each other
    monkeypatch.setattr(bursts, "_LEVELS", np.ones(1))
    monkeypatch.setattr(bursts, "_OFTEN", np.ones(1))
    found = drawn_days(ends[0], ends[1], [1], DRAWS, rng())
    assert np.bincount(found[:, 0]) / DRAWS == pytest.approx([1 / 3] * 3, abs=0.02)
    assert abs(np.corrcoef(found[:, 0], found[:, 1])[0, 1]) < 0.04


def test_far_from_the_days_asked_for_all_days_are_as_likely():
    busy = np.full(6, 100)
    ends = np.append(busy, 98), np.append(busy, 101)
    found = drawn_days(*ends, [100 + SPAN + 10], DRAWS, rng())[:, 6]
    assert np.bincount(found - 98) / DRAWS == pytest.approx([0.25] * 4, abs=0.018)
    # near to them the days on which many changed are likelier
    found = drawn_days(*ends, [100], DRAWS, rng())[:, 6]
    assert (found == 100).mean() > 0.5
    # of an interval that ends there with a tenth of its days, most comes outside
    found = drawn_days(np.array([0]), np.array([199]), [199 + SPAN - 19], 4000, rng())
    assert 0.85 < (found < 180).mean() < 0.98


def test_every_day_lies_in_its_interval_and_seeds_repeat():
    earliest = rng(1).integers(0, 60, 80)
    latest = earliest + rng(2).integers(0, 30, 80)
    found = drawn_days(earliest, latest, [20, 50], 200, rng(3))
    assert (found >= earliest).all()
    assert (found <= latest).all()
    assert (found == drawn_days(earliest, latest, [20, 50], 200, rng(3))).all()
    assert (found != drawn_days(earliest, latest, [20, 50], 200, rng(4))).any()
    none = np.zeros(0, int)
    assert drawn_days(none, none, [20], 5, rng()).shape == (5, 0)
    # told to the day there is nothing to draw
    assert (drawn_days(latest, latest, [20], 5, rng()) == latest).all()


def counted(seed, first, independent=False):
    """Return the error of the changes counted from day 1 to 30, a draw each.

    Changes come at 0.8 a day from ``first`` to day 59, each told to 7 days.
    """
    luck = rng([seed, 1])
    true = luck.integers(first, 60, luck.poisson(0.8 * (60 - first)))
    late = luck.integers(0, 7, len(true))
    ends = true + late - 6, true + late
    if independent:
        found = ends[0] + luck.integers(0, 7, (200, len(true)))
    else:
        found = drawn_days(*ends, [0, 30], 200, luck)
    inside = [((days > 0) & (days <= 30)).sum(axis=-1) for days in (found, true)]
    return inside[0] - inside[1]


@pytest.mark.parametrize("first", [1, -20])
def test_counts_are_held_as_often_as_they_say(first):
    # 100 runs; 0.9 of counts that are whole numbers are held or more: at least 83 are
    # in 99 of 100 cases
    errors = [np.quantile(counted(seed, first), [0.05, 0.95]) for seed in range(100)]
    assert np.mean([low <= 0 <= high for low, high in errors]) >= 0.83


def test_days_drawn_each_by_itself_would_miss_the_first_day():
    # nothing changed before day 1.  A change of day t is told from day t - 6 + late on,
    # and so lies, drawn alone, before day 1 in (6 - late - t + 1) / 7 of draws
    before = sum(max(7 - late - day, 0) / 7 for day in range(1, 7) for late in range(7))
    alone = np.mean([counted(seed, 1, independent=True).mean() for seed in range(100)])
    assert alone == pytest.approx(-0.8 * before / 7, abs=0.25)
    together = np.mean([counted(seed, 1).mean() for seed in range(100)])
    assert alone / 2 - 0.25 < together < 0
