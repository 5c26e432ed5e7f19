import numpy as np
import pandas as pd
import pytest
from scipy.signal import lfilter

from syriaconflict import _shifts as s
from syriaconflict import coupling as c
from syriaconflict._answers import answering, rate_model
from syriaconflict._residuals import fitted, surprises, whitened
from syriaconflict.coupling import coupling, leads, power

DAYS = pd.date_range("2016-01-01", periods=400)
SETTING = {"phases": [], "total": None, "draws": 199}


def series(values, days=DAYS):
    return pd.Series(np.asarray(values, float), days[: len(values)])


def level(rng, along, spread, days=400):
    """A lognormal autoregression with mean 1."""
    shocks = rng.normal(size=days) * np.sqrt(1 - along**2)
    return np.exp(spread * lfilter([1], [1, -along], shocks) - spread**2 / 2)


def planted(seed, lag=5, share=0.5, days=400):
    """Two persistent series; answers to the first come in the second after a lag."""
    rng = np.random.default_rng(seed)
    a = rng.poisson(level(rng, 0.6, 0.5, days))
    b = rng.poisson((1 - share) * level(rng, 0.6, 0.5, days))
    b[lag:] += rng.binomial(a, share)[:-lag]
    return series(a), series(b)


# --- known answers: a planted lead, and none


@pytest.mark.parametrize("lag", [1, 5, 9])
def test_a_planted_lead_is_found_at_its_lag_and_in_its_direction(lag):
    a, b = planted(lag, lag)
    found = leads(coupling(a, b, 10, **SETTING))
    assert found.loc["a leads", "lag"] == found.loc["any", "lag"] == lag
    assert found.loc["a leads", "correlation"] > 0.3
    # 1 in 200 is the least that 199 draws can give
    assert found.loc["a leads", "p_value"] == found.loc["any", "p_value"] == 0.005
    assert found.loc["b leads", "p_value"] > 0.02


def test_exchanging_the_series_turns_the_lead_round():
    a, b = planted(1)
    lags, turned = coupling(a, b, 10, **SETTING), coupling(b, a, 10, **SETTING)
    assert leads(turned).loc["b leads", "lag"] == -5
    assert leads(turned).loc["b leads", "p_value"] == 0.005
    assert turned["correlation"][::-1].tolist() == pytest.approx(
        lags["correlation"].tolist()
    )


def test_fewer_events_after_those_of_the_other_are_found_as_a_negative_lead():
    rng = np.random.default_rng(1)
    a = rng.poisson(1.0, 400)
    b = rng.poisson(np.where(np.roll(a, 3) > 1, 0.3, 3.0))
    found = leads(coupling(series(a), series(b), 7, **SETTING)).loc["a leads"]
    assert found["lag"] == 3
    assert found["correlation"] < -0.2
    assert found["p_value"] == 0.005


def rejections(make, rounds=200):
    """Share of pairs without a coupling that each p-value rejects, lag 0 has none."""
    ends = []
    for seed in range(rounds):
        counts, phase, more = make(np.random.default_rng(seed))
        counts = [one.astype(float) for one in counts]
        ends.append(c._ends(counts, phase, more, (7, 99, seed)))
    return (np.array(ends) <= 0.05).mean(axis=0)


def plain(a, b, seed):
    """p value of the largest correlation against plain circular shifts."""
    table = np.abs(s.all_shifts(a - a.mean(), b - b.mean(), 7)).max(axis=1)
    drawn = np.random.default_rng(seed).integers(0, len(a), 99)
    return (1 + (table[drawn] >= table[0]).sum()) / 100


ONE, NONE = np.zeros(400, int), np.zeros((400, 0))
PAUSES = np.zeros(400, int)
PAUSES[110:124] = PAUSES[215:229] = PAUSES[330:344] = 1


def autocorrelated(rng):
    return [rng.poisson(level(rng, 0.8, 0.7)) for _ in "ab"], ONE, NONE


def trending(rng):
    growth = np.exp(np.linspace(-1.5, 1.5, 400)) / 1.5
    total = np.log(rng.poisson(30 * growth) + 0.5)[:, None]
    counts = [rng.poisson(growth) for _ in "ab"]
    return counts, np.repeat([0, 1], 200), total - total.mean()


def published(rng, known=True):
    volume = level(rng, 0.7, 0.6)
    counts = [rng.poisson(volume * rng.gamma(1, 1, 400)) for _ in "ab"]
    total = np.log(rng.poisson(50 * volume) + 0.5)[:, None]
    return counts, ONE, total - total.mean() if known else NONE


def pausing(rng, known=True):
    counts = [rng.poisson(np.where(PAUSES, 0.1, 4)) for _ in "ab"]
    changes = np.r_[0, np.abs(np.diff(PAUSES))]
    return counts, np.cumsum(changes) if known else ONE, NONE


@pytest.mark.parametrize("make", [autocorrelated, trending, published, pausing])
def test_the_level_holds_without_a_coupling(make):
    # 200 pairs at 5 %: 10 expected; more than 21 has a chance of about 1 in 1,500, and
    # three tests of which none finds 6 in all (30 expected) would be broken too
    ends = rejections(make)[[0, 1, 3]]
    assert ends.max() <= 21 / 200
    assert ends.sum() >= 6 / 200


@pytest.mark.parametrize("make", [published, pausing])
def test_what_the_phases_and_the_total_are_for(make):
    # the cases above without phases or total: the simulation has teeth.  18 or more of
    # 200 have a chance of about 1 in 70 at 5 %
    ends = rejections(lambda rng: make(rng, known=False))
    assert ends[3] >= 18 / 200


def test_a_plain_shift_takes_a_common_trend_for_a_coupling():
    ends = []
    for seed in range(100):
        a, b = trending(np.random.default_rng(seed))[0]
        ends.append(plain(a, b, seed))
    assert (np.array(ends) <= 0.05).mean() >= 0.5


def test_the_p_values_of_the_simulations_are_those_of_the_table():
    a, b = planted(6, share=0.1)
    phase = np.repeat([0, 1], 200)
    counts = [one.to_numpy() for one in (a, b)]
    ends = c._ends(counts, phase, NONE, (7, 99, 5))
    lags = coupling(a, b, 7, phases=[DAYS[200]], total=None, draws=99, seed=5)
    assert leads(lags)["p_value"].tolist() == pytest.approx(ends, nan_ok=True)


def test_lag_0_is_described_and_not_tested():
    # one series twice: nothing but lag 0, and no lead in either direction
    rng = np.random.default_rng(4)
    a = rng.poisson(2.0, 400)
    lags = coupling(series(a), series(a), 7, **SETTING)
    assert lags.loc[0, "correlation"] == pytest.approx(1)
    assert lags.loc[0, "z"] > 9
    assert lags.loc[0, ["p_lag", "p_direction", "p_any"]].isna().all()
    found = leads(lags)
    assert found.loc["together", "lag"] == 0
    assert np.isnan(found.loc["together", "p_value"])
    assert found.loc["any", "p_value"] > 0.05
    assert found.loc["any", "lag"] != 0


def test_a_total_that_is_badly_known_makes_no_lead():
    # a total of 2 a day leaves most of the shared volume in both: they move together
    def make(rng):
        volume = level(rng, 0.7, 0.6)
        counts = [rng.poisson(3 * volume) for _ in "ab"]
        total = np.log(rng.poisson(2 * volume) + 0.5)[:, None]
        return counts, ONE, total - total.mean()

    # 100 pairs at 5 %: 13 or more has a chance of about 1 in 700
    assert rejections(make, rounds=100)[[0, 1, 3]].max() <= 12 / 100
    counts, _, more = make(np.random.default_rng(0))
    total = series(np.exp(more[:, 0]) * 10)
    lags = coupling(*map(series, counts), 7, phases=[], total=total, draws=199)
    assert lags.loc[0, "z"] > lags["z"].drop(0).max()


# --- numbers by hand


def test_sums_of_all_shifts_are_those_by_hand():
    # a = 1 2 3, b = 4 5 7.  Lag 0: 4 + 10 + 21 = 35; lag 1 pairs (1, 5) and (2, 7): 19;
    # lag -1 pairs (2, 4) and (3, 5): 23.  Shifted by one, b is 5 7 4:
    # 5 + 14 + 12 = 31; 7 + 8 = 15; 10 + 21 = 31
    table = s.all_shifts(np.array([1.0, 2, 3]), np.array([4.0, 5, 7]), 1)
    assert table.shape == (3, 3)
    assert table[0].tolist() == pytest.approx([23, 35, 19])
    assert table[1].tolist() == pytest.approx([31, 31, 15])


def test_the_sums_are_those_of_the_straightforward_loop():
    rng = np.random.default_rng(0)
    rests = [rng.normal(size=70) for _ in "ab"]
    block = np.repeat([0, 1, 2], [30, 4, 36])
    made = s.sums_of_shifts(rests, block, (6, 20, 3))
    shifts = np.random.default_rng(3)
    drawn = [np.r_[0, shifts.integers(0, size, 20)] for size in (30, 4, 36)]
    for draw in range(21):
        for nth, lag in enumerate(range(-6, 7)):
            total = 0.0
            for label in (0, 1, 2):
                a, b = (one[block == label] for one in rests)
                b = np.roll(b, -drawn[label][draw])
                total += sum(
                    a[t] * b[t + lag] for t in range(len(a)) if 0 <= t + lag < len(a)
                )
            assert made[draw, nth] == pytest.approx(total)


def test_p_values_are_ranks_among_the_draws():
    # observed -3 at the first lag, 1 at the second; the largest of the draws are
    # 3, 2, 1 and 4: as large as 3 are itself, the first and the last; as 1 all five
    z = np.array([[-3.0, 1.0], [3.0, 0.0], [1.0, 2.0], [1.0, 1.0], [0.0, -4.0]])
    assert s.as_large(z).tolist() == [3 / 5, 1.0]


def test_blocks_cut_phases_evenly_and_never_cross_them():
    # at least 4 * 10 = 40 each: 90 days make two of 45, 100 two of 50, 10 stay one
    phase = np.repeat([0, 1, 2], [90, 10, 100])
    sizes = np.bincount(s.blocks(phase, 10))
    assert sizes.tolist() == [45, 45, 10, 50, 50]
    assert np.bincount(s.blocks(phase, 1)).min() == 10  # 20 at least, phases shorter


def test_the_fit_is_the_mean_of_each_phase_and_follows_the_volume():
    phase = np.repeat([0, 1, 2], 40)
    counts = np.tile([1.0, 3, 3, 1], 30) * np.repeat([1, 0, 4], 40)
    fit, excess = fitted(counts, phase, np.zeros((120, 0)))
    assert fit.tolist() == pytest.approx([2] * 40 + [0] * 40 + [8] * 40)
    # squared distances are 1 and 16, less fits of 2 and 8: 40 (-1 + 8) = 280, by the
    # squared fits 40 (4 + 64) = 2720
    assert excess == pytest.approx(280 / 2720)
    volume = np.exp(np.random.default_rng(0).normal(size=120))
    more = np.log(volume) - np.log(volume).mean()
    fit, excess = fitted(1000 * volume, np.zeros(120, int), more[:, None])
    assert fit == pytest.approx(1000 * volume, rel=1e-3)
    assert excess == 0


def test_the_rest_does_not_foretell_itself_and_knows_no_trend():
    rng = np.random.default_rng(0)
    noise = lfilter([1], [1, -0.7], rng.normal(size=4000))
    white = whitened(noise)
    assert abs(np.corrcoef(white[1:], white[:-1])[0, 1]) < 0.05
    assert whitened(noise[:1]).tolist() == noise[:1].tolist()
    growth = rng.poisson(np.exp(np.linspace(0, 3, 400)))
    rest = surprises(growth * 1.0, np.zeros(400, int), np.zeros((400, 0)))
    assert abs(np.corrcoef(rest, np.arange(400))[0, 1]) < 0.05


def test_the_table_holds_what_it_says():
    a, b = planted(3)
    lags = coupling(a, b, 10, **SETTING)
    assert lags.index.tolist() == list(range(-10, 11))
    assert lags["direction"].value_counts().to_dict() == {
        "a leads": 10,
        "b leads": 10,
        "together": 1,
    }
    # ten blocks of 40: 10 (40 - |lag|) pairs
    assert lags["pairs"].loc[[-10, 0, 3]].tolist() == [300, 400, 370]
    outside = ~lags["correlation"].between(lags["null_low"], lags["null_high"])
    assert outside.loc[5]
    assert outside.sum() <= 5
    tested = lags.drop(0)
    assert (tested["p_lag"] <= tested["p_direction"]).all()
    assert (tested["p_direction"] <= tested["p_any"]).all()


# --- invariants


def test_order_of_rows_does_not_matter_and_the_input_stays():
    a, b = planted(2)
    total = series(np.random.default_rng(1).poisson(20, 400)).to_frame("x")
    phases = [DAYS[200], "2016-04-01"]
    before = [one.copy() for one in (a, b, total)]
    setting = {"total": total, "draws": 99}
    lags = coupling(a, b, 5, phases=phases, **setting)
    turned = coupling(a[::-1], b.sample(frac=1, random_state=1), 5, phases=phases[::-1],
                      total=total[::-1], draws=99)  # fmt: skip
    pd.testing.assert_frame_equal(lags, turned)
    one = coupling(a, b, 5, phases=phases, total=total["x"], draws=99)
    pd.testing.assert_frame_equal(lags, one)
    for given, old in zip((a, b, total), before, strict=True):
        assert given.equals(old)


def test_a_seed_gives_the_same_draws():
    a, b = planted(2)
    first = coupling(a, b, 5, **SETTING)
    pd.testing.assert_frame_equal(first, coupling(a, b, 5, **SETTING))
    other = coupling(a, b, 5, **SETTING, seed=1)
    assert first["correlation"].equals(other["correlation"])
    assert not first["null_low"].equals(other["null_low"])


def test_weeks_very_large_counts_and_phases_without_events():
    a, b = planted(4)
    weeks = pd.date_range("2016-01-04", periods=400, freq="7D")
    weekly = [one.set_axis(weeks) for one in (a, b)]
    assert coupling(*weekly, 10, **SETTING).equals(coupling(a, b, 10, **SETTING))
    huge = leads(coupling(a * 1e9, b * 1e9, 10, **SETTING))
    assert huge.loc["a leads", "lag"] == 5
    # a phase in which one front is silent adds pairs, and nothing else
    quiet = a.where(a.index < DAYS[300], 0)
    table = coupling(quiet, b, 10, phases=[DAYS[300]], total=None, draws=199)
    assert leads(table).loc["a leads", "lag"] == 5


# --- power


def test_power_foretells_how_often_a_lead_is_found():
    # 200 days, one event a day: with half of them answers nearly always, without any at
    # the level of the test (5 %; more than 6 of 40 has a chance of 1 in 200)
    rng = np.random.default_rng(0)
    a, b = (series(rng.poisson(1.0, 200)) for _ in "ab")
    setting = {"lag": 3, "phases": [], "total": None, "rounds": 40, "draws": 99}
    made = power(a, b, 5, shares=[0, 0.6], times=[1, 2], **setting)
    assert made.index.names == ["times", "share"]
    assert made.loc[(1, 0.6), "found"] > 0.9
    assert made.loc[(1, 0.0), "found"] <= 6 / 40
    assert made["turned"].max() <= 8 / 40
    assert (made["found_low"] <= made["found"]).all()
    assert (made["found_high"] >= made["found"]).all()
    assert made["refused"].max() == 0
    assert made["periods"].tolist() == [200, 200, 400, 400]
    assert made.loc[2, "events_a"].tolist() == pytest.approx([2 * a.sum()] * 2)
    assert made.loc[(1, 0.6), "answers"] == pytest.approx(0.6 * b.sum() / a.sum())


def test_power_of_a_record_that_is_too_short_and_how_long_is_enough():
    rng = np.random.default_rng(1)
    a, b = (series(rng.poisson(0.2, 60)) for _ in "ab")
    setting = {"phases": [], "total": None}
    with pytest.raises(ValueError, match=r"coupling: a has \d+ events and b"):
        coupling(a, b, 5, **setting)
    made = power(a, b, 5, shares=0.8, lag=(1, 2), times=[1, 8], rounds=20, draws=99,
                 **setting)  # fmt: skip
    assert made.loc[(1, 0.8), ["found", "refused"]].tolist() == [0, 1]
    assert made.loc[(8, 0.8), "found"] > 0.8


def test_what_is_drawn_has_the_rate_the_share_and_the_persistence_asked_for():
    rng = np.random.default_rng(0)
    fit = np.full(100_000, 2.0)
    models = [(fit, 0.5, 0.8), (fit / 2, 0.0, 0.0)]
    a, b = answering(models, 0.4, (3, 3), rng)
    assert a.mean() == pytest.approx(2, rel=0.03)
    assert b.mean() == pytest.approx(1, rel=0.03)
    # variance of a lognormal rate: 2 + 4 (exp(0.25) - 1) = 3.14
    assert a.var() == pytest.approx(3.14, rel=0.05)
    # each event of a calls for 0.2 after three days: covariance 0.2 var(a)
    assert np.cov(a[:-3], b[3:])[0, 1] == pytest.approx(0.2 * 3.14, rel=0.1)
    fit, spread, along = rate_model(
        "a", a, np.zeros(len(a), int), np.zeros((len(a), 0))
    )
    assert spread == pytest.approx(0.5, abs=0.03)
    assert along == pytest.approx(0.8, abs=0.05)


# --- errors


def test_too_little_is_refused_with_what_is_needed():
    a, b = planted(1)
    with pytest.raises(ValueError, match="wanted 30 of each at least: take a longer"):
        coupling(a, b.where(b.index < DAYS[20], 0), 5, **SETTING)
    first = a.index < DAYS[200]
    apart = (a.where(first, 0), b.where(~first, 0))
    with pytest.raises(ValueError, match="a has 0 events and b 0 in the phases in"):
        coupling(*apart, 5, phases=[DAYS[200]], total=None)
    with pytest.raises(
        ValueError, match=r"different shifts, wanted .* a smaller max_l"
    ):
        coupling(a[:100] + 1, b[:100] + 1, 40, **SETTING)
    with pytest.raises(ValueError, match="pairs that are 15 apart"):
        coupling(a, b, 15, phases=DAYS[::20], total=None)
    for none in (a[:0], a[:1]):
        with pytest.raises(ValueError, match="a: the steps between its"):
            coupling(none, none, 1, **SETTING)


def test_series_must_be_counts_on_one_regular_index():
    a, b = planted(1)
    with pytest.raises(ValueError, match="b: 1 of 400 values are missing, negative or"):
        coupling(a, b.mask(b.index == DAYS[3]), 5, **SETTING)
    with pytest.raises(ValueError, match="the first on 2016-01-01, wanted counts"):
        coupling(a - 100, b, 5, **SETTING)
    with pytest.raises(ValueError, match="wanted each day or each week once"):
        coupling(a.drop(DAYS[7]), b, 5, **SETTING)
    with pytest.raises(ValueError, match="wanted each day or each week once"):
        coupling(pd.concat([a, a[:1]]), b, 5, **SETTING)
    with pytest.raises(ValueError, match="b has 399 periods from 2016-01-02 to"):
        coupling(a, b[1:], 5, **SETTING)
    with pytest.raises(ValueError, match="total has 399 periods"):
        coupling(a, b, 5, phases=[], total=a[1:])
    with pytest.raises(ValueError, match="total 'x': 400 of 400 values are missing"):
        coupling(a, b, 5, phases=[], total=(a * np.nan).to_frame("x"))
    with pytest.raises(ValueError, match="total is the sum of a and b"):
        coupling(a, b, 5, phases=[], total=a + b)
    with pytest.raises(ValueError, match="a has 0 events and b 0 in the phases"):
        coupling(a * 0, b * 0, 5, phases=[], total=a * 0)
    with pytest.raises(TypeError, match="a is list, wanted a Series indexed by day"):
        coupling([1, 2], b, 5, **SETTING)
    with pytest.raises(TypeError, match="b is Series, wanted a Series indexed by day"):
        coupling(a, b.reset_index(drop=True), 5, **SETTING)


def test_settings_must_be_in_range():
    a, b = planted(1)
    for wrong in (0, 1.5, "7", True, None):
        with pytest.raises(
            ValueError, match=r"max_lag is .*, wanted a whole number, 1"
        ):
            coupling(a, b, wrong, **SETTING)
    with pytest.raises(ValueError, match="draws is 98, wanted a whole number, 99 or m"):
        coupling(a, b, 5, phases=[], total=None, draws=98)
    with pytest.raises(TypeError, match="phases is '2016-03-01', wanted a list"):
        coupling(a, b, 5, phases="2016-03-01", total=None)
    with pytest.raises(TypeError, match="phases is None, wanted a list"):
        coupling(a, b, 5, phases=None, total=None)
    with pytest.raises(ValueError, match="phases is '2016-03', wanted a calendar day"):
        coupling(a, b, 5, phases=["2016-03"], total=None)
    with pytest.raises(TypeError, match="phases"):
        coupling(a, b, 5, total=None)
    with pytest.raises(TypeError, match="total"):
        coupling(a, b, 5, phases=[])


def test_settings_of_power_must_be_in_range():
    a, b = planted(1)
    given = {"shares": 0.3, "lag": 2, "phases": [], "total": None}
    wrong = {
        "shares": ([0.3, 1.1], "shares is 1.1, wanted a number, 0 to 1"),
        "lag": (6, "lag is 6, wanted a whole number, 1 to 5"),
        "times": (0, "times is 0, wanted a whole number, 1 or more"),
        "rounds": (0, "rounds is 0, wanted"),
        "draws": (9, "draws is 9, wanted"),
        "alpha": (0.001, "alpha is 0.001, wanted a number, 0.005 to 1"),
    }
    for name, (value, message) in wrong.items():
        with pytest.raises(ValueError, match=message):
            power(a, b, 5, **given | {name: value})
    with pytest.raises(ValueError, match=r"lag is .3, 2., wanted one lag or the first"):
        power(a, b, 5, **given | {"lag": (3, 2)})
    with pytest.raises(ValueError, match="shares is an empty list"):
        power(a, b, 5, **given | {"shares": []})
    with pytest.raises(ValueError, match="power: b has no events"):
        power(a, b * 0, 5, **given)


def test_leads_wants_a_whole_result():
    a, b = planted(1)
    lags = coupling(a, b, 5, **SETTING)
    with pytest.raises(ValueError, match=r"lags has no row \['together'\]"):
        leads(lags.drop(index=0))
    with pytest.raises(ValueError, match="lags lacks z"):
        leads(lags.drop(columns="z"))
