"""Places lost untold, by hand on squares of 10 km, as in test_fronts."""

import numpy as np
import pandas as pd
import pytest

from syriaconflict import draws
from syriaconflict.mesh import mesh_of
from syriaconflict.untold import gone_untold
from test_fronts import T0, picture, squares

# 3 x 3 places and the pull on the middle, 4 (s - u): s is the share of its border that
# is the other's less that of its own, u the mean of this over all with a rival beside
POCKET = [0, 0, 0, 0, 1, 0, 0, 0, 0]  # s 1; the four beside -1/3: u -1/15
BULGE = [0, 0, 0, 0, 1, 1, 0, 0, 0]  # s 1/2; 1/3, three of -1/3, two of 0: u -1/42
LINE = [0, 0, 0, 1, 1, 1, 1, 1, 1]  # s -1/2; three of -1/3, two of 0: u -1/4
DRAWS = 4000


def middle_gone(role, doubt, besieged=False):
    doubts = np.full((1, 9), -np.inf)
    doubts[0, 4] = doubt
    held_out = np.zeros((1, 9), dtype=bool)
    held_out[0, 4] = besieged
    gone = gone_untold(np.array([role]), doubts, held_out, mesh_of(squares(3, 3)))
    assert not np.delete(gone[0], 4).any()
    return bool(gone[0, 4])


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize(
    ("role", "pull"), [(POCKET, 64 / 15), (BULGE, 44 / 21), (LINE, -1.0)]
)
def test_a_place_goes_over_the_sooner_the_more_of_its_border_is_the_others(
    role, pull, flip
):
    role = [1 - one for one in role] if flip else role
    assert middle_gone(role, 0.01 - pull)
    assert not middle_gone(role, -0.01 - pull)


def test_a_besieged_place_is_told_to_hold_out():
    assert not middle_gone(POCKET, -0.01, besieged=True)
    assert middle_gone(POCKET, 0.01, besieged=True)


def test_nobody_takes_a_place_behind_the_lines():
    role = np.array([[0, 0, 0, 1, 1]] * 3, dtype="int8")
    gone = np.array([[1, 0, 0, 0, 1], [1, 1, 1, 0, 0], [0, 1, 0, 1, 0]], dtype=bool)
    doubt = np.where(gone, 1, -np.inf)
    found = gone_untold(role, doubt, np.zeros_like(gone), mesh_of(squares(1, 5)))
    # alone in the rear: no; all the way to the other's ground: yes; of two next to
    # each other's untouched neighbours only the one at the front
    assert found.tolist() == [
        [False] * 5,
        [True, True, True, False, False],
        [False, False, False, True, False],
    ]


@pytest.mark.parametrize(
    ("status", "wanted"),
    # confidence 3/4 after a half-life, odds of a loss 1/3, if surrounded e^(64/15) / 3
    [("held", np.exp(64 / 15) / (3 + np.exp(64 / 15))), ("besieged", 0.25)],
)
def test_old_news_of_a_pocket_says_less_unless_it_is_told_to_hold_out(status, wanted):
    control = picture({T0: "GGG GOG GGG"})
    control["end"] = pd.NaT
    pocket = control["place_id"] == "p11"
    control.loc[pocket, "status"] = status
    later = pd.Timestamp(T0) + pd.Timedelta(days=40)
    control["last_told"] = later
    control.loc[pocket, "last_told"] = pd.Timestamp(T0)
    mesh = mesh_of(squares(3, 3))
    found = draws.drawn_holders(
        control, mesh.cells.index, [later], between=("government", "opposition"),
        draws=DRAWS, seed=0, half_life=40, reach_back=30, mesh=mesh,
    )[0][0]  # fmt: skip
    share = (found.role[:, 4] == 0).mean()
    assert abs(share - wanted) <= 4 * np.sqrt(wanted * (1 - wanted) / DRAWS)
    assert (np.delete(found.role, 4, axis=1) == 0).all()
