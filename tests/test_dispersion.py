import numpy as np
import pandas as pd
import pytest
from scipy import stats

from syriaconflict import air, dispersion

SIZE = 0.5  # of the negative binomial counts drawn here
SHARE = 0.6  # of the zero-inflated ones


def rates(counts, exposure=1.0, unit="incident", per="day"):
    index = pd.date_range("2017-01-01", periods=len(counts), name="period")
    frame = pd.DataFrame({"n": np.asarray(counts, float)}, index=index)
    return frame.assign(exposure=exposure, unit=unit, per=per)


def draw(model, mean, number, rng):
    if model == "poisson":
        return rng.poisson(mean, number)
    if model == "negative binomial":
        return rng.negative_binomial(SIZE, SIZE / (SIZE + mean), number)
    return rng.poisson(mean / (1 - SHARE), number) * (rng.random(number) >= SHARE)


@pytest.mark.parametrize("model", dispersion.MODELS)
def test_the_model_that_made_the_counts_is_chosen(model):
    rng = np.random.default_rng(5)
    chosen = [
        air.mean_intensity(rates(draw(model, 2.0, 200, rng)))["model"].item()
        for _ in range(20)
    ]
    assert chosen.count(model) >= 18


@pytest.mark.parametrize("model", dispersion.MODELS)
def test_nine_of_ten_intervals_hold_the_mean_whatever_the_dispersion(model):
    rng = np.random.default_rng(6)
    made = [
        air.mean_intensity(rates(draw(model, 1.0, 100, rng))).iloc[0] for _ in range(80)
    ]
    held = np.mean([row["rate_p05"] <= 1.0 <= row["rate_p95"] for row in made])
    # 90 % wanted; 0.034 is one standard error of 80 draws
    assert 0.82 <= held <= 0.98
    if model != "poisson":  # a Poisson interval would have been too narrow
        narrow = [air_poisson(row) for row in made]
        assert np.mean(narrow) < held - 0.05


def air_poisson(row):
    low, high = stats.gamma.ppf([0.05, 0.95], row["n"] + 0.5) / row["exposure"]
    return low <= 1.0 <= high


def test_the_negative_binomial_is_that_of_its_textbook():
    # scipy's own negative binomial: size r, chance r / (r + mean)
    n, exposure = np.array([0.0, 3, 7]), np.array([1.0, 2, 2])
    weight, mean, size = np.array([4, 1, 2]), 1.3, 0.7
    expected = exposure * mean
    wanted = stats.nbinom.logpmf(n, size, size / (size + expected)) @ weight
    cells = {"n": n, "exposure": exposure, "weight": weight}
    made = dispersion._negative_binomial(np.log(mean), np.log(size), **cells)
    assert made == pytest.approx(wanted)


def test_the_zero_inflated_model_mixes_nothing_and_poisson():
    n, exposure = np.array([0.0, 3]), np.array([1.0, 2])
    weight, mean, share = np.array([4, 1]), 1.3, 0.25
    # P(0) = 1/4 + 3/4 exp(-1.3 / 0.75), P(3) = 3/4 Poisson(3; 2 * 1.3 / 0.75)
    none = 0.25 + 0.75 * np.exp(-1.3 / 0.75)
    three = 0.75 * stats.poisson.pmf(3, 2.6 / 0.75)
    cells = {"n": n, "exposure": exposure, "weight": weight}
    made = dispersion._zero_inflated(np.log(mean), np.log(share / 0.75), **cells)
    assert made == pytest.approx(4 * np.log(none) + np.log(three))


def test_quiet_or_ten_is_zero_inflated_with_two_thirds_of_quiet_periods():
    made = air.mean_intensity(rates([10, 0, 0] * 20)).iloc[0]
    assert made["model"] == "zero-inflated poisson"
    assert made["zero_share"] == pytest.approx(2 / 3, abs=0.001)
    assert np.isnan(made["size"])
    assert made["rate"] == pytest.approx(10 / 3, rel=1e-4)
    assert (made["periods"], made["quiet"], made["n"]) == (60, 40, 200)
    assert made["bic_zero_inflated"] < made["bic_negative_binomial"]
    assert made["why"].startswith("lowest BIC: ")
    assert "(zero-inflated poisson), against" in made["why"]
    # a fall of 2.7055 / 2 in the likelihood, maximised over the share at each mean
    n, w = np.array([0.0, 10]), np.array([40, 20])

    def profile(mean):
        shares = np.linspace(0.01, 0.99, 20_000)
        lam = mean / (1 - shares)
        none = np.log(shares + (1 - shares) * np.exp(-lam))
        ten = np.log(1 - shares) + stats.poisson.logpmf(10, lam)
        return (w[0] * none + w[1] * ten).max()

    top = profile(made["rate"])
    for end in made[["rate_p05", "rate_p95"]]:
        assert top - profile(end) == pytest.approx(2.7055 / 2, abs=0.001)
    assert n.tolist() == [0, 10]


def test_the_poisson_interval_is_that_of_the_total():
    # 50 in 100 periods: gamma quantiles of shape 50.5
    made = air.mean_intensity(rates([1, 0] * 50)).iloc[0]
    assert made["model"] == "poisson"
    low, high = stats.gamma.ppf([0.05, 0.95], 50.5) / 100
    assert made[["rate_p05", "rate_p95"]].tolist() == pytest.approx([low, high])


@pytest.mark.parametrize(
    ("counts", "why"),
    [
        ([9, 0] * 9, "18 periods, fewer than 20: no choice was made"),
        (
            [9] * 4 + [0] * 40,
            "4 periods with an incident, fewer than 5: no choice made",
        ),
        ([0] * 40, "0 periods with an incident, fewer than 5: no choice made"),
    ],
)
def test_too_little_gives_poisson_and_says_why(counts, why):
    made = air.mean_intensity(rates(counts)).iloc[0]
    assert (made["model"], made["why"]) == ("poisson", why)
    assert np.isnan(made[["bic_poisson", "bic_zero_inflated"]].astype(float)).all()
    assert made["rate"] == sum(counts) / len(counts)


def test_exposure_counts_and_periods_without_it_do_not():
    counts = rates([3, 1, 0, 2] * 10, exposure=2.0)
    made = air.mean_intensity(counts).iloc[0]
    assert made["rate"] == pytest.approx(60 / 80)
    nowhere = rates([0] * 7, exposure=0.0)
    nowhere.index += pd.Timedelta(days=100)
    more = air.mean_intensity(pd.concat([counts, nowhere]))
    pd.testing.assert_frame_equal(more, air.mean_intensity(counts))
    with pytest.raises(ValueError, match="exposure of a group is 0"):
        air.mean_intensity(nowhere)


def test_shares_of_unknown_days_are_made_whole_and_keep_their_total():
    made = air.mean_intensity(rates([0.25] * 8 + [0] * 20)).iloc[0]
    assert (made["n"], made["periods"]) == (2, 28)


def test_groups_are_pooled_apart_whatever_the_order():
    parts = {"a": rates([3, 1] * 20), "b": rates([0, 0] * 20)}
    both = pd.concat(parts, names=["front_id"]).swaplevel().sort_index()
    before = both.copy()
    made = air.mean_intensity(both)
    assert made.index.tolist() == ["a", "b"]
    assert made.index.name == "front_id"
    assert made["rate"].tolist() == [2, 0]
    pd.testing.assert_frame_equal(air.mean_intensity(both[::-1]), made)
    pd.testing.assert_frame_equal(both, before)
    two = both.assign(munition="bomb").set_index("munition", append=True)
    assert air.mean_intensity(two).index.names == ["front_id", "munition"]


def test_what_intensity_gives_is_pooled():
    days = pd.date_range("2017-04-01", periods=30)
    rows = pd.DataFrame(
        {
            "event_id": [f"e{n}" for n in range(30)],
            "grain": "discrete",
            "unit": "incident",
            "front_id": ["a", "b"] * 15,
            "start": days,
            "end": days,
        }
    )
    table = air.intensity(rows, "D", "2017-04-01", "2017-04-30", by="front_id")
    made = air.mean_intensity(table)
    assert made["rate"].tolist() == [0.5, 0.5]
    assert made["per"].tolist() == ["day", "day"]


def test_what_cannot_be_pooled_is_refused():
    mixed = pd.concat([rates([1]), rates([1], unit="casualty_event")])
    with pytest.raises(ValueError, match=r"cannot be pooled.*share of incidents"):
        air.mean_intensity(mixed)
    with pytest.raises(
        ValueError, match=r"per is \['day', 'day and km2'\], wanted one"
    ):
        air.mean_intensity(pd.concat([rates([1]), rates([1], per="day and km2")]))
    with pytest.raises(ValueError, match="rates has no rows"):
        air.mean_intensity(rates([]))
    with pytest.raises(ValueError, match="rates lacks exposure"):
        air.mean_intensity(rates([1]).drop(columns="exposure"))
