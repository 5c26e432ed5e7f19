"""Work shared out over the cores."""

import gc
import os
import warnings

import numpy as np
import pytest

from syriaconflict.adapters._cores import begun, side_by_side
from syriaconflict.adapters._events import _points


def test_what_tasks_make_stands_under_their_keys_in_order():
    tasks = {nth: lambda nth=nth: nth**2 for nth in range(100)}
    assert list(side_by_side(tasks).items()) == [(nth, nth**2) for nth in range(100)]


def test_what_a_task_raises_is_raised():
    with pytest.raises(ZeroDivisionError):
        side_by_side({"fine": lambda: 1, "not": lambda: 1 // 0})
    assert begun(int, "3").result() == 3  # the threads go on


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks on this system")
def test_a_process_that_was_forked_off_has_threads_of_its_own():
    assert side_by_side({1: lambda: 1}) == {1: 1}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # fork beside threads
        child = os.fork()
    if not child:
        os._exit(side_by_side({1: lambda: 3})[1])
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3


@pytest.mark.parametrize("collects", [True, False])
def test_garbage_is_collected_after_points_as_before(collects):
    before = gc.isenabled()
    try:
        gc.enable() if collects else gc.disable()
        points = _points(np.array([36.7, np.nan, 36.7]), np.array([35.3, 35.3, 35.3]))
        assert gc.isenabled() is collects
    finally:
        gc.enable() if before else gc.disable()
    assert points[0] is points[2]
    assert points[1] is None
