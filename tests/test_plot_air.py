"""No drawing of air strikes mixes units; what else is drawn is in test_plot."""

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from syriaconflict import plot


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def rates(unit="incident", per="day"):
    weeks = pd.date_range("2017-04-03", periods=2, freq="7D", name="period")
    frame = pd.DataFrame({"rate": [1.0, 2], "rate_p05": 0.5, "rate_p95": 3.0}, weeks)
    return frame.assign(unit=unit, per=per)


def counts(unit="strike", per="total"):
    return pd.DataFrame(
        {"low": [2], "high": [5], "unit": unit, "grain": "discrete", "per": per},
        index=["russia"],
    )


def test_a_rate_is_labelled_by_its_unit_and_exposure():
    ax = plot.plot_intensity(rates("casualty_event", "day and km2"))
    assert ax.get_ylabel() == "reported casualty events per day and km2"
    assert plot.plot_intensity(rates()).get_ylabel() == "reported incidents per day"


def test_rates_of_two_units_or_exposures_are_not_drawn_together():
    mixed = pd.concat(
        {"a": rates(), "b": rates("casualty_event")}, names=["front_id"]
    ).swaplevel()
    with pytest.raises(ValueError, match=r"unit is .*own; .*which share of incidents"):
        plot.plot_intensity(mixed)
    mixed = pd.concat({"a": rates(), "b": rates(per="day and km2")}, names=["x"])
    with pytest.raises(ValueError, match=r"per is .*'day and km2'.*own"):
        plot.plot_intensity(mixed.swaplevel())


def test_counts_of_two_units_say_what_would_have_to_be_justified():
    mixed = pd.concat([counts(), counts("sortie")])
    with pytest.raises(
        ValueError, match=r"own; .*how many strikes one sortie delivers"
    ):
        plot.plot_strikes(mixed)


def test_axes_that_show_one_unit_take_no_other():
    ax = plot.plot_strikes(counts())
    with pytest.raises(ValueError, match="ax shows 'strikes', and 'sorties' has anoth"):
        plot.plot_strikes(counts("sortie"), ax=ax)
    with pytest.raises(ValueError, match="'strikes per day' has another scale"):
        plot.plot_strikes(counts(per="day"), ax=ax)
    assert plot.plot_strikes(counts(), ax=ax) is ax
    ax = plot.plot_intensity(rates())
    with pytest.raises(ValueError, match="casualty events per day' has another scale"):
        plot.plot_intensity(rates("casualty_event"), ax=ax)
    assert plot.plot_intensity(rates(), ax=ax) is ax


def test_a_label_alone_is_no_drawing():
    _, ax = plt.subplots()
    ax.set_ylabel("to be replaced")
    label = plot.plot_intensity(rates(), ax=ax).get_ylabel()
    assert label == "reported incidents per day"
