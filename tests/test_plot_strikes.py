import matplotlib as mpl
import pandas as pd
import pytest

from syriaconflict import plot

mpl.use("Agg")


def counts(low, high):
    index = pd.Index(["russia"], name="operators")
    told = {"low": [low], "high": [high], "unit": "strike"}
    return pd.DataFrame(told | {"grain": "aggregate", "per": "total"}, index=index)


@pytest.mark.parametrize(("low", "high"), [(24, 99), (31, 31)])
def test_the_number_beside_a_bar_has_room_inside_the_axes(low, high):
    ax = plot.plot_strikes(counts(low, high))
    assert ax.get_xlim()[0] == 0
    # the margin asked for is 18 % of the longest bar
    assert ax.get_xlim()[1] > 1.15 * high
    mpl.pyplot.close(ax.figure)
