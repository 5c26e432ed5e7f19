"""Ways of 4 km that take 20 days at the one pace told nearby, 5 days a km."""

import numpy as np
import pytest

from syriaconflict.crossings import Pair, part_gone
from syriaconflict.passages import NEAREST, Paces

FIRST_TOOK, SECOND_TOOK = 0, NEAREST
MOVES, USUAL, MIDDLE = 0.5, 0.5, 0.5
GOES_ON = 0.75  # the spread where a pace nearby moves the line; it is 1 where it stands


def part(  # one draw of one pair
    came=np.inf, goes=np.inf, *, from_one=False, to_one=False, since=(0, 0),
    until=(0, 0), ahead=True, slot=FIRST_TOOK, luck=(MOVES, USUAL, MIDDLE),
):  # fmt: skip
    pair = Pair(
        *(np.array([[one]], float) for one in (came, goes)),
        *(np.array([[one]]) for one in (from_one, to_one)),
        *(tuple(np.array([[one]], float) for one in two) for two in (since, until)),
    )
    nearby = Paces(*np.zeros((2, 1, 2 * NEAREST)))
    if slot is not None:
        nearby.days_km[0, slot], nearby.weight[0, slot] = 5, 1
    luck = np.array(luck, float).reshape(3, 1, 1)
    found = part_gone(pair, np.array([[ahead]]), np.array([4.0]), nearby, luck)
    return tuple(one.item() for one in found)


def test_between_two_days_told_the_line_is_by_as_much_on_its_way():
    assert part(2, 6, from_one=True) == (0.25, 0.5)
    assert part(2, 6, to_one=True) == (0.75, 0.5)
    assert part(2, 6, from_one=True, slot=None) == (0.25, 0.5)


def test_from_one_day_told_it_goes_at_a_pace_of_those_nearby():
    assert part(5, from_one=True) == (0.25, GOES_ON)
    assert part(5, slot=SECOND_TOOK) == (0.75, GOES_ON)  # from the second place
    assert part(goes=5, to_one=True, ahead=False) == (0.25, GOES_ON)
    assert part(goes=5, ahead=True) == (0.75, GOES_ON)
    assert part(0.05, from_one=True)[0] == 0.01  # no nearer
    # a pace one spread below the usual: 20 exp 0.4 = 29.836 days
    slower = part(5, from_one=True, luck=(MOVES, 0.8413447, MIDDLE))
    assert slower[0] == pytest.approx(5 / 29.836, rel=1e-4)


def test_a_pace_counts_for_the_party_that_took_places_by_it():
    stands = (0.5, 1)
    assert part(5, from_one=True, slot=SECOND_TOOK) == stands
    assert part(5, from_one=True, ahead=False, slot=SECOND_TOOK) == (0.25, GOES_ON)
    assert part(goes=5, to_one=True, slot=FIRST_TOOK) == stands
    assert part(goes=5, to_one=True, slot=SECOND_TOOK) == (0.25, GOES_ON)


def test_it_stands_by_chance_without_a_pace_and_where_none_is_slow_enough():
    stands = (0.5, 1)
    # one weight of 1 for the pace, 0.1 for standing: it moves in 0.909
    assert part(5, from_one=True, luck=(0.90, USUAL, MIDDLE)) == (0.25, GOES_ON)
    assert part(5, from_one=True, luck=(0.92, USUAL, MIDDLE)) == stands
    assert part(5, from_one=True, slot=None) == stands
    assert part(21, from_one=True) == stands
    # the second place is held for 14 or 16 days more: 19 and 21 in all
    assert part(5, from_one=True, until=(99, 14)) == (0.25, GOES_ON)
    assert part(5, from_one=True, until=(0, 16)) == stands
    # how long the place was held before the line comes does not count
    assert part(goes=5, to_one=True, since=(99, 99), ahead=False) == (0.25, GOES_ON)


def test_a_line_that_comes_back_went_half_of_the_time():
    # away from the first place for 4 days, back in 26: no further than 15 days
    assert part(4, 26, from_one=True, to_one=True) == (0.2, GOES_ON)
    assert part(4, 40, from_one=True, to_one=True) == (0.5, 1)
    # nearer in time is its loss, to the other party at its own pace
    back = {"from_one": True, "to_one": True, "slot": SECOND_TOOK}
    assert part(26, 4, **back) == (0.2, GOES_ON)


def test_without_a_day_told_the_line_is_anywhere_in_what_the_pace_leaves():
    # both are held for 10 days before and 20 after: 0.6 of 30 days leave 2 of 20, that
    # is a weight of 0.1 to 0.1 for standing
    told = {"since": (10, 12), "until": (30, 20)}
    assert part(**told, luck=(0.49, USUAL, 0.5)) == (0.55, GOES_ON)  # (10 + 1) / 20
    assert part(**told, luck=(0.49, USUAL, 0.0)) == (0.5, GOES_ON)
    assert part(**told, luck=(0.51, USUAL, 0.5)) == (0.5, 1)
    # to the other side where the other party took places
    other = part(**told, luck=(0.49, USUAL, 0.5), slot=SECOND_TOOK)
    assert other == (pytest.approx(0.45), GOES_ON)
    assert part(since=(20, 20), until=(20, 20)) == (0.5, 1)
