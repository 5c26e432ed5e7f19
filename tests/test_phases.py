import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syriaconflict.phases import COSTS, background, cut, dispersion, phases, threshold
from syriaconflict.tempo import periods, tempo


def series(values, start="2016-01-01", freq="D"):
    return pd.Series(
        values, pd.date_range(start, periods=len(values), freq=freq), dtype="float64"
    )


def cost_of(n, starts, penalty):
    """-2 log likelihood of unit periods, up to what every cut shares, by definition."""
    total = 0.0
    for part in np.split(np.asarray(n, float), starts[1:]):
        if part.sum():
            total -= 2 * part.sum() * np.log(part.mean())
    return total + penalty * len(starts)


def best_by_hand(n, penalty, shortest):
    """Try every way of cutting a short series."""
    size, found = len(n), {}

    def extend(starts):
        found[tuple(starts)] = cost_of(n, starts, penalty)
        for start in range(starts[-1] + shortest, size - shortest + 1):
            extend([*starts, start])

    extend([0])
    return found


# --- the cut


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.integers(0, 12), min_size=2, max_size=11),
    st.integers(2, 4),
)
def test_no_other_cut_is_better(n, shortest):
    starts = cut(
        np.array(n, float), np.ones(len(n)), scale=1, alpha=0.4, shortest=shortest
    )
    if len(n) < 2 * shortest:
        assert starts.tolist() == [0]
        return
    penalty = threshold(len(n), 0.4, shortest)
    every = best_by_hand(n, penalty, shortest)
    assert every[tuple(starts)] == pytest.approx(min(every.values()))


@pytest.mark.parametrize("shortest", [1, 3, 7])
def test_pruning_loses_nothing_on_a_long_series(shortest):
    rng = np.random.default_rng(5)
    n = rng.poisson(np.repeat([1, 4, 1, 2, 8, 2], 25)).astype(float)
    got = cut(n, np.ones(150), scale=1, alpha=0.3, shortest=shortest)
    penalty, size = threshold(150, 0.3, shortest), 150
    total = np.concatenate(([0], np.cumsum(n)))
    best, origin = [-penalty] + [np.inf] * size, [0] * (size + 1)
    for end in range(shortest, size + 1):  # the same sum without pruning
        for begin in range(end - shortest + 1):
            inside = total[end] - total[begin]
            gain = inside * np.log(inside / (end - begin)) if inside else 0
            if best[begin] + penalty - 2 * gain < best[end]:
                best[end], origin[end] = best[begin] + penalty - 2 * gain, begin
    starts = [origin[size]]
    while starts[-1]:
        starts.append(origin[starts[-1]])
    assert got.tolist() == starts[::-1]
    assert np.diff([*got, size]).min() >= shortest


def test_the_penalty_is_what_brownian_motion_crosses():
    # 1,000 periods, phases of 7 or more: S = 2 log(1000 / 7 - 1) = 9.909.  At x = 11:
    # sqrt(11 / 2 pi) exp(-5.5) (9.909 (1 - 1/11) + 4/11) = 0.00541 x 9.372 = 0.0507
    x = threshold(1000, 0.0507, 7)
    assert x == pytest.approx(11.0, abs=0.01)
    assert threshold(1000, 0.01, 7) > x
    assert threshold(5000, 0.0507, 7) > x


# --- known answers


def test_phases_of_a_plain_step():
    # 30 x 1 and 30 x 5: gamma with shape 30.5 and 150.5, rate 30 each
    table = phases(series([1] * 30 + [5] * 30), cost="poisson")
    assert table["start"].tolist() == list(pd.to_datetime(["2016-01-01", "2016-01-31"]))
    assert table["end"].tolist() == list(pd.to_datetime(["2016-01-30", "2016-02-29"]))
    assert table["periods"].tolist() == [30, 30]
    assert table["n"].tolist() == [30, 150]
    assert table["rate"].tolist() == [1, 5]
    # quantiles of gamma(30.5) by a table of chi-squared with 61 degrees: 44.038, 80.232
    assert table["rate_p05"][0] == pytest.approx(44.038 / 2 / 30, rel=1e-4)
    assert table["rate_p95"][0] == pytest.approx(80.232 / 2 / 30, rel=1e-4)
    assert table["dispersion"].tolist() == [0, 0]  # no period differs from its mean
    assert table["start_low"].isna().tolist() == [True, False]
    assert table.index.name == "phase"
    assert str(table["start_low"].dtype).startswith("datetime64")


def test_the_interval_of_a_change_is_its_profile_likelihood():
    # -2 log likelihood by definition, for every place of the one change
    n = [0] * 10 + [2] + [4] * 9
    table = phases(n, cost="poisson", alpha=0.3, shortest=5)
    assert len(table) == 2
    start = table["start"][1]
    value = {p: cost_of(n, [0, p], 0) for p in range(1, 20)}
    critical = -2 * np.log(1 - np.sqrt(0.9))
    assert critical == pytest.approx(5.94, abs=0.005)
    likely = [p for p in value if value[p] <= value[start] + critical]
    assert table["start_low"][1] == likely[0]
    assert table["start_high"][1] == likely[-1]


def test_constant_series_show_no_change_more_often_than_told():
    # alpha 0.05: of 100 series 5 are due, more than 11 have a chance below 1 %
    rng = np.random.default_rng(8)
    drawn = rng.poisson(1, (100, 200))
    for cost in COSTS:
        assert sum(len(phases(n, cost=cost)) > 1 for n in drawn) <= 11
    loose = [len(phases(n, cost="poisson", alpha=0.5)) > 1 for n in drawn]
    assert sum(loose) >= 12


def test_overdispersed_series_need_a_cost_that_knows_it():
    # variance 3 x mean: the Poisson cost finds changes in most, the others in few
    rng = np.random.default_rng(9)
    drawn = rng.negative_binomial(1, 1 / 3, (60, 200))
    found = {c: sum(len(phases(n, cost=c)) > 1 for n in drawn) for c in COSTS}
    assert found["poisson"] > 40
    assert found["dispersed"] <= 12
    assert found["clustered"] <= 8


def test_changes_lie_in_their_interval_at_the_stated_rate():
    # rate 2, 6, 2: of 2 x 60 changes 108 are due inside; 97 would be 3.3 sd below
    rng = np.random.default_rng(10)
    rates = np.repeat([2, 6, 2], 100)
    inside = found = rate_inside = 0
    for _ in range(60):
        table = phases(rng.poisson(rates), cost="poisson")
        for true in (100, 200):
            low, high = table["start_low"] <= true, table["start_high"] >= true
            inside += (low & high).any()
            found += (table["start"] - true).abs().min() <= 10
        middle = table[(table["start"] <= 150) & (table["end"] >= 150)].iloc[0]
        rate_inside += middle["rate_p05"] <= 6 <= middle["rate_p95"]
    assert found >= 117
    assert inside >= 97
    assert 47 <= rate_inside <= 59


def test_dispersion_is_not_moved_by_changes_of_rate():
    rng = np.random.default_rng(11)
    one = np.ones(2000)
    steps = rng.poisson(np.repeat([20, 60, 30, 90], 500)).astype(float)
    spread = rng.negative_binomial(10, 1 / 3, 2000).astype(float)  # 3 x Poisson
    assert dispersion(steps, one, "poisson") == 1
    assert dispersion(steps, one, "dispersed") < 1.2
    assert dispersion(steps, one, "clustered") < 2.5
    assert 2.6 < dispersion(spread, one, "dispersed") < 3.4
    assert dispersion(np.zeros(50), one[:50], "clustered") == 1
    assert dispersion(np.ones(1), one[:1], "clustered") == 1


def test_a_wider_scale_widens_rate_and_date():
    n = np.tile([0, 8], 50) + np.repeat([0, 16], 50)
    narrow, wide = (phases(n, cost=cost) for cost in ("poisson", "dispersed"))
    assert len(narrow) == len(wide) == 2
    assert wide["scale"][0] > 2
    assert (wide["rate_p05"] < narrow["rate_p05"]).all()
    assert (wide["rate_p95"] > narrow["rate_p95"]).all()


# --- exposure


def test_a_clipped_period_is_no_quiet_one():
    # one event a day; the first and last week have one day each, so n = 1, 7, ..., 7, 1
    weeks = periods("W", "2016-01-03", "2016-12-26")
    assert weeks["days"].iloc[[0, -1]].tolist() == [1, 1]
    table = phases(weeks["days"], days=weeks["days"], shortest=1, alpha=0.4)
    assert len(table) == 1
    assert table["rate"][0] == 1  # a day
    assert phases(weeks["days"], shortest=1)["rate"][0] == pytest.approx(359 / 53)


def test_rates_are_by_day_where_days_are_given():
    days = [31, 28, 31, 30] * 5
    n = [62, 56, 62, 60] * 5  # two a day throughout
    table = phases(n, days=days, cost="poisson", shortest=2)
    assert table["rate"].tolist() == [2]
    expected = background(table, n, days=days)
    assert expected.tolist() == n


def test_a_result_of_tempo_goes_straight_in():
    day = pd.to_datetime(["2024-11-01"] * 5 + ["2024-11-20"] * 3).as_unit("ms")
    events = pd.DataFrame(
        {
            "event_id": [f"e{i}" for i in range(8)],
            "event_class": "ground",
            "modality": "realised",
            "grain": "discrete",
            "start": day,
            "end": day,
        }
    )
    counted = tempo(events, "D", "2024-11-01", "2024-11-30", classes="ground")
    table = phases(counted["n"])
    assert table["n"].sum() == 8
    assert table["start"].dtype == "datetime64[ms]"


# --- edges


@pytest.mark.parametrize(
    ("n", "rate"), [([3], 3), ([0] * 40, 0), ([1, 0], 0.5), ([10**9] * 20, 10**9)]
)
def test_short_quiet_and_huge_series_have_one_phase(n, rate):
    table = phases(n)
    assert table["rate"].tolist() == [rate]
    assert table["rate_p95"][0] > rate
    assert table[["start", "end"]].to_numpy().tolist() == [[0, len(n) - 1]]


def test_a_quiet_phase_has_the_rate_0_and_an_interval():
    table = phases([0] * 50 + [6] * 50, cost="poisson")
    assert table["rate"].tolist() == [0, 6]
    # gamma(1/2) / 50: chi-squared with one degree, 0.00393 and 3.841, by 100
    assert table["rate_p05"][0] == pytest.approx(0.00393 / 100, rel=1e-3)
    assert table["rate_p95"][0] == pytest.approx(3.8415 / 100, rel=1e-3)
    assert np.isnan(table["dispersion"][0])


def test_fractions_are_allowed_and_the_argument_is_left_alone():
    n = series([0.25] * 40 + [3.5] * 40)
    before = n.copy()
    table = phases(n)
    pd.testing.assert_series_equal(n, before)
    assert table["n"].sum() == pytest.approx(n.sum())
    assert table["rate"].tolist() == [0.25, 3.5]


def test_background_adds_up_over_each_phase():
    rng = np.random.default_rng(12)
    n = series(rng.poisson(np.repeat([1, 5, 2], 60)))
    table = phases(n)
    expected = background(table, n)
    assert expected.name == "expected"
    assert expected.index.equals(n.index)
    for row in table.itertuples():
        inside = slice(row.start, row.end)
        assert expected[inside].sum() == pytest.approx(n[inside].sum())
        assert expected[inside].nunique() == 1


# --- refusals


def refused(match, *args, error=ValueError, **given):
    with pytest.raises(error, match=match):
        phases(*args, **given)


def test_what_is_no_count_is_refused():
    refused("nan at 2016-01-02.*cut off", series([1, None, 2]))
    refused("-1.0 at 1, wanted a number of events", [2, -1])
    refused("inf at 0", [np.inf, 1])
    refused("no period, wanted", [])
    refused("cannot be read as numbers", ["many", "few"])


def test_frames_and_several_groups_are_refused():
    refused("of one: tempo", pd.DataFrame({"n": [1]}), error=TypeError)
    groups = pd.MultiIndex.from_tuples([("2016-01-01", "hama")])
    refused("several groups", pd.Series([1], groups), error=TypeError)


@pytest.mark.parametrize(
    "index",
    [
        pd.to_datetime(["2016-01-01", "2016-01-02", "2016-01-05"]),
        pd.to_datetime(["2016-01-01", "2016-02-01", "2016-04-01"]),
        pd.to_datetime(["2016-01-02", "2016-01-01", "2016-01-03"]),
        pd.to_datetime(["2016-01-01", "2016-01-01", "2016-01-02"]),
        pd.to_datetime(["2016-01-01", None, "2016-01-02"]),
        [0, 1, 3],
        [1, 0, 2],
    ],
)
def test_gaps_repeats_and_disorder_are_refused(index):
    refused("absent, repeated or not in order", pd.Series([1, 2, 3], index))


@pytest.mark.parametrize("freq", ["D", "W-MON", "10D", "MS", "QS", "YS"])
def test_periods_of_days_weeks_and_months_are_complete(freq):
    assert phases(series([2] * 20, freq=freq))["rate"].tolist() == [2]


def test_other_labels_are_refused():
    refused("indexed by str, wanted the first day", pd.Series([1], ["2016"]))


def test_days_that_do_not_fit_are_refused():
    refused("days has 1 values, wanted one above 0 for each of the 2", [1, 2], days=[7])
    refused("wanted one above 0", [1, 2], days=[7, 0])
    refused("on the same index", series([1, 2]), days=pd.Series([7, 7]))


def test_settings_out_of_range_are_refused():
    refused("cost: 'gauss' is not known.*clustered, dispersed", [1], cost="gauss")
    for alpha in (0, 0.6, "5%", np.nan):
        refused("alpha is .* up to 0.5", [1], alpha=alpha)
    for shortest in (0, 2.5, True, "week"):
        refused("shortest is .* 1 or more", [1], shortest=shortest)


def test_a_background_of_another_series_is_refused():
    table = phases([1] * 20 + [9] * 20)
    for n, days in (
        ([1] * 20 + [9] * 21, None),
        ([9] * 40, None),
        ([1] * 20 + [9] * 20, [2] * 40),
    ):
        with pytest.raises(ValueError, match="wanted the result of phases"):
            background(table, n, days=days)
