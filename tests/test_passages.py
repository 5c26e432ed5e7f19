"""Paces by hand: places 10 km apart in a row, as in test_fronts."""

import pandas as pd
import pytest

from syriaconflict.mesh import mesh_of
from syriaconflict.passages import NEAREST, paces
from syriaconflict.strips import strips
from test_fronts import squares


def changes(*rows):
    return pd.DataFrame(rows, columns=["place", "role", "day", "variance"])


def test_pairs_that_were_passed_tell_a_pace():
    ways = strips(mesh_of(squares(1, 3)))
    passed = changes((0, 0, 0, 0), (1, 0, 8, 0), (2, 0, 20, 0))
    found = paces(ways, passed)
    assert found.days_km.shape == (2, 2 * NEAREST)
    # 8 and 12 days for 10 km, the nearest pair first; seen if they begin in the first
    # 13 and 9 of 21 days
    assert found.days_km[:, :2].tolist() == [
        pytest.approx([0.8, 1.2]), pytest.approx([1.2, 0.8])
    ]  # fmt: skip
    assert found.weight[0, :2].tolist() == pytest.approx([21 / 13, 21 / 9])
    assert not found.weight[:, 2:].any()
    # as taken by the second party they are in its half
    found = paces(ways, passed.assign(role=1))
    assert found.days_km[0, NEAREST : NEAREST + 2].tolist() == pytest.approx([0.8, 1.2])
    assert not found.weight[:, :NEAREST].any()


def test_a_pace_is_that_of_one_party_and_of_changes_nearest_in_time():
    ways = strips(mesh_of(squares(1, 2)))
    assert not paces(ways, changes((0, 0, 0, 0), (1, 1, 8, 0))).weight.any()
    passed = changes((0, 0, 0, 0), (1, 0, 8, 0), (1, 1, 15, 0), (1, 0, 30, 0))
    found = paces(ways, passed)
    assert found.days_km[found.weight > 0].tolist() == pytest.approx([0.8])
    assert not paces(ways, passed[:0]).weight.any()


def test_days_apart_by_chance_are_taken_off_a_pace():
    ways = strips(mesh_of(squares(1, 2)))
    # 8^2 - 14 - 14 = 6^2; where chance explains all, half a day is left
    found = paces(ways, changes((0, 0, 0, 14), (1, 0, 8, 14)))
    assert found.days_km[0, 0] == pytest.approx(0.6)
    found = paces(ways, changes((0, 0, 0, 40), (1, 0, 8, 40)))
    assert found.days_km[0, 0] == pytest.approx(0.05)
    # of 8 days of 9, and of 12 of 13, 1 in 10 at least is taken to be seen
    found = paces(ways, changes((0, 0, 0, 0), (1, 0, 8, 0)))
    assert found.weight[0, 0] == pytest.approx(9)
    found = paces(ways, changes((0, 0, 0, 0), (1, 0, 12, 0)))
    assert found.weight[0, 0] == pytest.approx(10)
