import numpy as np
import pandas as pd
import pytest

from syriaconflict._triggering import Background, bounds, cuts, kernels, peak, pressure
from syriaconflict.excitation import _moments, burstiness, excitation


def draw(rate, branching, half_life, seed):
    """Daily counts by definition: background plus what each earlier day triggers."""
    rng = np.random.default_rng(seed)
    keep = 0.5 ** (1 / half_life)
    n, lags = np.zeros(len(rate)), np.arange(1, 121)
    weight = (1 - keep) * keep ** (lags - 1)
    for day in range(len(rate)):
        past = n[max(day - 120, 0) : day][::-1]
        n[day] = rng.poisson(rate[day] + branching * (weight[: len(past)] @ past))
    return n


def told(runs, row, column):
    return np.array([table.loc[row, column] for table in runs], dtype=float)


# --- excitation


def test_pressure_and_likelihood_are_those_of_the_definition():
    # half-life 1 day: weights 1/2, 1/4, ...; before the window the mean of the counts
    n = np.array([4.0, 0, 2])
    before = pressure(n, np.array([1.0]))[0]
    # day 0: 2; day 1: 2/2 + 4/2 = 3; day 2: 3/2 + 0 = 1.5
    assert before.tolist() == [2, 3, 1.5]


def test_levels_and_branching_are_where_the_likelihood_is_flat():
    # against a search that knows nothing of the model but its likelihood
    from scipy.optimize import minimize

    n = draw(np.repeat([1.0, 3], 150), 0.4, 3, 1)
    found = peak(n, Background("phases", np.ones(300), np.array([0, 150]), 0), 3, 3)
    before = pressure(n, np.array([3.0]))[0]

    def minus(theta):
        rate = np.repeat(theta[:2], 150) + theta[2] * before
        return (rate - n * np.log(rate)).sum()

    other = minimize(minus, [1, 2, 0.3], bounds=[(1e-6, None)] * 2 + [(0, 1)])
    assert found.branching[0] == pytest.approx(other.x[2], abs=2e-3)
    assert found.logl[0] == pytest.approx(-other.fun, abs=1e-3)


def test_backgrounds_run_from_one_level_to_many_and_cost_what_they_free():
    n = draw(np.repeat([1.0, 4], 300), 0, 1, 3)
    phased = cuts(n, 14.0)
    assert phased[0].starts.tolist() == [0]
    assert any(abs(one.starts[1] - 300) <= 28 for one in phased[1:])
    assert all(np.diff([*one.starts, 600]).min() >= 28 for one in phased)
    # each cut costs the same, as the ratio of likelihoods that chance passes in 5 %
    steps = {len(one.starts): one.cost for one in phased}
    each = {(cost - 4) / (many - 1) for many, cost in steps.items() if many > 1}
    assert min(each) == pytest.approx(max(each))
    assert min(each) == pytest.approx(9.6, abs=1)
    # a Gaussian of sd 56 has the height 1 / (56 sqrt(2 pi)) = 0.0071: over 600 days
    # 4.3 levels, more for the edges, where half of it is cut off
    smooth = kernels(n, 56)
    assert smooth[0].cost == 4
    assert 4 * 4.3 < smooth[1].cost < 4 * 4.3 * 1.6
    costs = [one.cost for one in smooth[1:]]
    assert costs == sorted(costs, reverse=True)


def test_branching_and_half_life_are_recovered():
    runs = [excitation(draw(np.full(1500, 1.2), 0.4, 4, seed)) for seed in range(5)]
    for row in ("phases", "kernel", "either"):
        branching = told(runs, row, "branching")
        assert branching.mean() == pytest.approx(0.4, abs=0.08)
        low, high = (told(runs, row, f"branching_{q}") for q in ("p05", "p95"))
        assert ((low <= 0.4) & (high >= 0.4)).sum() >= 4
        half_life = told(runs, row, "half_life")
        assert 2.5 < np.median(half_life) < 6
        low, high = (told(runs, row, f"half_life_{q}") for q in ("p05", "p95"))
        assert ((low <= 4) & (high >= 4)).sum() >= 4
        # what was triggered is the branching ratio's part, but for the edges
        assert told(runs, row, "share") == pytest.approx(branching, abs=0.03)


@pytest.mark.parametrize("branching", [0.0, 0.3, 0.6])
@pytest.mark.parametrize("background", ["constant", "step"])
def test_known_branching_is_in_the_interval(branching, background):
    # 2 events a day over 1,500 days, constant or rising threefold half way
    rate = np.repeat([2.0, 2.0] if background == "constant" else [1.0, 3.0], 750)
    runs = [
        excitation(draw(rate * (1 - branching), branching, 3, [seed, 7]))
        for seed in range(5)
    ]
    for row in ("phases", "either"):
        found = told(runs, row, "branching")
        low, high = (told(runs, row, f"branching_{q}") for q in ("p05", "p95"))
        assert ((low <= branching) & (branching <= high)).sum() >= 4
        assert np.median(found) == pytest.approx(branching, abs=0.12)
        if branching == 0:
            assert (low < 0.1).all()
        if branching == 0.6:
            assert (low > 0.1).sum() >= 4


def test_a_step_of_the_rate_is_no_excitation():
    steps = np.repeat([1.0, 3], 500)
    runs = [excitation(draw(steps, 0, 1, seed)) for seed in range(6)]
    for row in ("phases", "either"):
        assert (told(runs, row, "branching_p05") < 0.1).all()
        assert np.median(told(runs, row, "branching")) < 0.1
        assert (told(runs, row, "phases") >= 2).all()
    # with one level throughout, the same series show excitation that is not there
    n = draw(steps, 0, 1, 0)
    constant = cuts(n, 14.0)[0]
    found = peak(n, constant, 0.5, 14.0)
    assert bounds(n, constant, found, found.logl.max() - 4.605 / 2)[0] > 0.7


def test_clusters_are_not_taken_for_phases():
    # branching 0.6 and half-life 7 days: phases() alone cuts such series into their
    # clusters, and a background of these leaves little to be triggered
    runs = [excitation(draw(np.full(1000, 0.4), 0.6, 7, seed)) for seed in range(6)]
    assert (told(runs, "phases", "phases") <= 2).all()
    assert told(runs, "phases", "branching").mean() > 0.45
    high = told(runs, "phases", "branching_p95")
    assert (high > 0.6).sum() >= 5


def test_a_smooth_rise_is_no_excitation_to_the_kernel():
    rise = np.linspace(0.5, 4, 1000)
    runs = [excitation(draw(rise, 0, 1, seed)) for seed in range(4)]
    assert (told(runs, "kernel", "branching_p05") < 0.1).all()


def test_a_daily_spread_beyond_poisson_widens_the_interval():
    rng = np.random.default_rng(6)
    n = rng.negative_binomial(1, 1 / 3, 1000)  # variance 3 x mean, days independent
    row = excitation(n).loc["phases"]
    assert row["dispersion"] == pytest.approx(3, abs=0.6)
    assert row["branching_p05"] < 0.1


def test_the_result_is_two_rows_on_any_daily_index():
    n = draw(np.full(300, 1.0), 0.3, 3, 2).astype(int)
    plain = excitation(n)
    assert plain.index.tolist() == ["phases", "kernel", "either"]
    assert plain.index.name == "background"
    assert (plain["n"] == n.sum()).all()
    assert (plain["days"] == 300).all()
    days = pd.Series(n, pd.date_range("2016-01-01", periods=300))
    before = days.copy()
    pd.testing.assert_frame_equal(excitation(days), plain)
    pd.testing.assert_series_equal(days, before)
    ends = plain[["branching_p05", "branching", "branching_p95"]].to_numpy()
    assert (np.diff(ends, axis=1) >= 0).all()


def test_no_excitation_has_no_half_life():
    # perfectly even days: each event makes another less likely, never more
    table = excitation([3] * 100)
    assert (table["branching"] == 0).all()
    assert table["half_life"].isna().all()
    assert (table["share"] == 0).all()
    assert (table["branching_p05"] == 0).all()


def test_quiet_phases_do_not_stop_the_fit():
    n = np.concatenate([np.zeros(100), draw(np.full(200, 3.0), 0, 1, 3), np.zeros(100)])
    table = excitation(n)
    assert np.isfinite(table[["branching", "branching_p95"]].to_numpy(float)).all()
    assert table.loc["phases", "branching_p05"] < 0.1


@pytest.mark.parametrize(
    ("n", "match"),
    [
        ([1] * 199, "hold 199 events, wanted 200 or more"),
        ([0] * 500, "hold 0 events"),
        ([2.5] * 200, "200 of 200 counts are no whole numbers.*n_low"),
        ([1, None] * 200, "nan at 1"),
        (
            pd.Series(5, pd.date_range("2016-01-04", periods=100, freq="7D")),
            "step by 7 days",
        ),
        (
            pd.Series([300, 1, 1], pd.to_datetime(["2016-01-01", "2016-01-02"] * 1
                      + ["2016-01-09"])),
            "absent, repeated",
        ),
    ],
)  # fmt: skip
def test_series_that_tell_nothing_are_refused(n, match):
    with pytest.raises(ValueError, match=match):
        excitation(n)


def test_a_frame_is_refused():
    with pytest.raises(TypeError, match="wanted the series of one"):
        excitation(pd.DataFrame({"n": [300]}))


def test_settings_that_cannot_separate_are_refused():
    with pytest.raises(ValueError, match="bandwidth of 4 x longest = 120 or more"):
        excitation([9] * 90, longest=30)
    for name in ("longest", "bandwidth"):
        for value in (0, "long", np.nan, np.inf):
            with pytest.raises(ValueError, match=f"{name} is .* number of days"):
                excitation([9] * 90, **{name: value})


# --- burstiness


def dates(numbers):
    return pd.Series(pd.to_datetime(pd.Series(numbers), unit="D", origin="2016-01-01"))


def test_equal_intervals_give_minus_one():
    got = burstiness(dates(range(0, 3000, 100)))
    assert got["b_days"] == pytest.approx(-1)
    # random times of day: sd sqrt(1/6) on intervals of 100 days
    assert got["b"] == pytest.approx(-1, abs=0.01)
    assert got["mean_days"] == 100


def test_all_but_one_at_once_gives_one():
    # 49 events on one day and one 1,000 days later: intervals 0, ..., 0, 1000
    got = burstiness(dates([0] * 49 + [1000]))
    assert got["b_days"] == pytest.approx(1)
    assert got["b"] == pytest.approx(1, abs=0.01)
    assert got["tied"] == 48


def test_a_small_case_by_hand():
    # days 0, 1, 4: intervals 1 and 3, mean 2, sd 1, r = 1/2, m = 2:
    # (sqrt 3 / 2 - 1) / ((sqrt 3 - 2) / 2 + 1) = -0.13397 / 0.86603
    got = burstiness(dates([4, 0, 1]))
    assert got["b_days"] == pytest.approx(-0.13397 / 0.86603, rel=1e-4)


def test_intervals_within_a_day_are_averaged_over_times_of_day():
    # the same moments by drawing the times
    perday = np.array([3, 0, 1, 2])
    mean, square, number = _moments(perday)
    rng = np.random.default_rng(1)
    day = np.repeat(np.arange(4), perday)
    gaps = np.diff(np.sort(day + rng.random((200_000, 6)), axis=1), axis=1)
    assert number == 5
    assert mean == pytest.approx(gaps.mean(), rel=2e-3)
    assert square == pytest.approx((gaps**2).mean(), rel=4e-3)


@pytest.mark.parametrize(("number", "span"), [(100, 1000), (200, 200), (500, 50)])
def test_events_at_random_give_zero_at_any_rate(number, span):
    rng = np.random.default_rng(2)
    runs = [burstiness(dates(rng.integers(0, span, number))) for _ in range(25)]
    b = np.array([run["b"] for run in runs])
    assert abs(b.mean()) < 3 * b.std() / 5 + 0.01
    inside = sum(run["chance_p05"] <= run["b"] <= run["chance_p95"] for run in runs)
    assert inside >= 18
    if number > span:  # intervals in whole days take the calendar for bursts
        assert np.mean([run["b_days"] for run in runs]) > 0.3


def test_the_number_of_intervals_makes_it_free_of_the_number_of_events():
    # exact times: with m intervals the mean is 0; with n = m + 1 in the place of m, as
    # on a circle, it is not
    rng = np.random.default_rng(3)
    gaps = np.diff(np.sort(rng.random((40_000, 20)), axis=1), axis=1)
    squared = gaps.var(axis=1) / gaps.mean(axis=1) ** 2
    assert squared.mean() == pytest.approx(18 / 20, abs=0.005)  # (m - 1) / (m + 1)
    assert squared.mean() != pytest.approx(19 / 21, abs=0.002)


def test_bursts_are_positive():
    rng = np.random.default_rng(4)
    burst = (rng.integers(0, 2000, 20)[:, None] + rng.integers(0, 5, (20, 10))).ravel()
    got = burstiness(dates(burst))
    assert got["b"] > got["chance_p95"]


def events(**changes):
    day = pd.to_datetime(["2016-01-01", "2016-01-05", "2016-01-06", "2016-02-01"])
    table = pd.DataFrame(
        {
            "event_id": ["a", "b", "c", "d"],
            "event_class": "ground",
            "modality": "realised",
            "grain": "discrete",
            "start": day,
            "end": day,
        }
    )
    return table.assign(**changes)


def test_only_events_of_a_known_day_that_happened_are_counted():
    every = events()
    got = burstiness(every, classes="ground")
    assert got[["n", "left_out"]].tolist() == [4, 0]
    pd.testing.assert_series_equal(got.drop("left_out"), burstiness(
        every["start"]).drop("left_out"))  # fmt: skip
    late = every["end"].mask(every.index == 3, pd.Timestamp("2016-02-09"))
    odd = {
        "end": late,
        "start": every["start"].mask(every.index == 3),
        "modality": ["realised", "realised", "realised", "planned"],
        "grain": ["discrete", "discrete", "discrete", "aggregate"],
        "event_class": ["ground", "ground", "ground", "air"],
    }
    for name, values in odd.items():
        got = burstiness(events(**{name: values}), classes="ground")
        assert got[["n", "left_out"]].tolist() == [3, 1], name
    before = every.copy()
    assert burstiness(every[::-1], classes="ground").equals(
        burstiness(every, classes="ground")
    )
    pd.testing.assert_frame_equal(every, before)


def test_missing_days_are_left_out_and_counted():
    got = burstiness(pd.concat([dates([0, 1, 4]), pd.Series([pd.NaT])]))
    assert got[["n", "left_out"]].tolist() == [3, 1]


@pytest.mark.parametrize("numbers", [[], [0], [0, 9], [3, 3, 3]])
def test_too_few_days_are_refused(numbers):
    with pytest.raises(ValueError, match="wanted 3 events on 2 days or more"):
        burstiness(dates(np.array(numbers, dtype="int64")))


def test_what_is_neither_events_nor_days_is_refused():
    with pytest.raises(TypeError, match="events is a list, wanted events or a Series"):
        burstiness([1, 2, 3])
    with pytest.raises(TypeError, match="events is a Series, wanted"):
        burstiness(pd.Series([1, 2, 3]))
    with pytest.raises(ValueError, match="classes is an empty list"):
        burstiness(events())
    with pytest.raises(ValueError, match="classes: 'grond' is not known"):
        burstiness(events(), classes="grond")
    with pytest.raises(ValueError, match="classes is given with days"):
        burstiness(dates([0, 1, 4]), classes="ground")
    with pytest.raises(ValueError, match="events lacks grain"):
        burstiness(events().drop(columns="grain"), classes="ground")
    with pytest.raises(ValueError, match="stands in several rows"):
        burstiness(pd.concat([events()] * 2), classes="ground")
    with pytest.raises(ValueError, match=r"days are in UTC.*tz_localize\(None\)"):
        burstiness(dates([0, 1, 4]).dt.tz_localize("UTC"))
