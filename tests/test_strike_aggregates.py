import numpy as np
import pandas as pd
import pytest
from scipy import stats

from syriaconflict import air

APRIL_1 = pd.Timestamp("2017-04-01")


def told(*rows, **more):
    """Aggregates from (low, high, per, days, first day of April)."""
    frame = pd.DataFrame(
        [
            {
                "event_id": f"e{n}",
                "start": APRIL_1 + pd.Timedelta(days=first),
                "end": APRIL_1 + pd.Timedelta(days=first + days - 1),
                "low": low,
                "high": high,
                "per": per,
            }
            for n, (low, high, per, days, first) in enumerate(rows)
        ],
        columns=["event_id", "start", "end", "low", "high", "per"],
    )
    kinds = dict.fromkeys(("low", "high"), "Int64")
    kinds |= dict.fromkeys(("start", "end"), "datetime64[ms]")
    kinds |= dict.fromkeys(("event_id", "per"), "str")
    fixed = {"unit": "strike", "grain": "aggregate", "operators": "x", "front_id": "f"}
    return frame.astype(kinds).assign(**(fixed | more))


# --- aggregates


def test_what_a_text_does_not_give_follows_from_the_days():
    rows = told(
        (24, 99, "day", 10, 0),
        (20, None, "total", 8, 0),
        (None, 5, "day", 2, 0),
        (24, 99, "day", 10, 0),
    )
    rows.loc[3, "end"] = pd.NaT
    before = rows.copy()
    made = air.aggregates(rows[::-1])
    assert made.index.tolist() == ["e0", "e1", "e2", "e3"]
    assert made["days"].tolist() == [10, 8, 2, pd.NA]
    assert made["told"].tolist() == ["day", "total", "day", "day"]
    assert made["day_low"].tolist() == [24, 2.5, pd.NA, 24]
    assert made["day_high"].tolist() == [99, pd.NA, 5, 99]
    assert made["total_low"].tolist() == [240, 20, pd.NA, pd.NA]
    assert made["total_high"].tolist() == [990, pd.NA, 10, pd.NA]
    assert str(made["total_low"].dtype) == "Int64"
    pd.testing.assert_frame_equal(rows, before)


def test_discrete_rows_are_no_aggregates():
    rows = told((1, 1, "total", 1, 0), grain="discrete")
    assert air.aggregates(rows).empty
    assert "total_low" in air.aggregates(rows).columns


def test_aggregates_in_two_units_are_not_listed_together():
    rows = told((1, 1, "total", 1, 0), (1, 1, "total", 1, 0))
    rows["unit"] = ["sortie", "munition"]
    with pytest.raises(ValueError, match="munitions one sortie drops"):
        air.aggregates(rows)
    with pytest.raises(ValueError, match="strikes lacks operators"):
        air.aggregates(rows.drop(columns="operators"))


# --- aggregate_rate


@pytest.mark.parametrize(("low", "high", "days"), [(24, 99, 10), (1, 4, 2), (3, 3, 5)])
def test_the_likeliest_mean_of_a_count_between_bounds_is_their_geometric_mean(
    low, high, days
):
    # d/dm P(a <= N <= b) = p(a - 1) - p(b) = 0, so m^(b - a + 1) = b! / (a - 1)!,
    # the product of a ... b
    made = air.aggregate_rate(told((low, high, "total", days, 0))).iloc[0]
    mean = np.prod(np.arange(low, high + 1) ** (1 / (high - low + 1)))
    assert made["rate"] == pytest.approx(mean / days, rel=1e-5)
    # at the ends, as many as the least or as few as the most have a chance of 5 %
    first, last = (made[end] * days for end in ("rate_p05", "rate_p95"))
    assert stats.poisson.sf(low - 1, first) == pytest.approx(0.05)
    assert stats.poisson.cdf(high, last) == pytest.approx(0.05)
    assert made["rate_p05"] < made["rate"] < made["rate_p95"]
    assert (made["day_low"], made["day_high"]) == (low / days, high / days)
    assert (made["aggregates"], made["days"], made["agree"]) == (1, days, True)
    assert (made["unit"], made["grain"]) == ("strike", "aggregate")


def test_a_rate_by_the_day_is_its_total():
    by_day = air.aggregate_rate(told((2, 5, "day", 10, 0)))
    in_all = air.aggregate_rate(told((20, 50, "total", 10, 0)))
    pd.testing.assert_frame_equal(by_day, in_all)


def test_exact_totals_pool_as_a_poisson_rate():
    # 10 in 5 days and 20 in 5 days: (10 + 20) / 10
    rows = told((10, 10, "total", 5, 0), (20, 20, "total", 5, 10))
    made = air.aggregate_rate(rows).iloc[0]
    assert made["rate"] == pytest.approx(3, rel=1e-5)
    assert made["aggregates"] == 2
    assert not made["agree"]  # 2 a day and 4 a day
    backwards = air.aggregate_rate(rows[::-1])
    pd.testing.assert_frame_equal(backwards, air.aggregate_rate(rows))


def test_open_bounds_leave_the_rate_open():
    at_least = air.aggregate_rate(told((50, None, "total", 10, 0))).iloc[0]
    assert np.isnan(at_least["rate"])
    assert np.isnan(at_least["rate_p95"])
    assert stats.poisson.sf(49, at_least["rate_p05"] * 10) == pytest.approx(0.05)
    assert at_least["day_high"] is pd.NA
    at_most = air.aggregate_rate(told((None, 50, "total", 10, 0))).iloc[0]
    assert np.isnan(at_most["rate"])
    assert at_most["rate_p05"] == 0
    assert stats.poisson.cdf(50, at_most["rate_p95"] * 10) == pytest.approx(0.05)
    none_at_all = air.aggregate_rate(told((0, 0, "total", 10, 0))).iloc[0]
    # exp(-10 r) = 0.05 at r = 2.9957 / 10
    assert (none_at_all["rate"], none_at_all["rate_p05"]) == (0, 0)
    assert none_at_all["rate_p95"] == pytest.approx(0.29957, abs=1e-5)
    # one open above, one closed: together they have a rate, and no upper end
    both = told((50, None, "total", 10, 0), (40, 60, "total", 10, 20))
    made = air.aggregate_rate(both).iloc[0]
    assert 4 < made["rate"] < 7
    assert np.isnan(made["rate_p95"])
    assert stats.poisson.sf(89, made["rate_p05"] * 20) == pytest.approx(0.05)


def test_huge_numbers_and_bounds_far_apart_have_a_rate():
    rows = told((10**7, 2 * 10**7, "total", 10, 0), (1, 2, "total", 10, 20))
    made = air.aggregate_rate(rows).iloc[0]
    # log P is about N log m - m: the huge lower bound rules, so (10^7 + 2) / 20 or more
    assert made["rate"] == pytest.approx(10**7 / 20, rel=1e-2)
    assert not made["agree"]


def test_groups_are_estimated_apart():
    rows = told((10, 10, "total", 5, 0), (20, 20, "total", 5, 0), (5, 5, "total", 5, 0))
    rows["front_id"] = ["a", "b", None]
    made = air.aggregate_rate(rows, by="front_id")
    assert made.index.tolist() == ["a", "b", "not stated"]
    assert made["rate"].tolist() == pytest.approx([2, 4, 1], rel=1e-5)
    assert air.aggregate_rate(rows.iloc[:0]).empty


@pytest.mark.parametrize("texts", [1, 3])
def test_at_least_nine_of_ten_intervals_hold_the_rate_behind_a_word(texts):
    rng = np.random.default_rng(3)
    starts = np.array([0, 3, 10, 24, 100, 1000])  # of few, some, dozens, hundreds
    at = np.searchsorted(starts, rng.poisson(4.0, 200 * texts), side="right") - 1
    days = np.tile(np.arange(texts), 200)
    rows = told(
        *(
            (starts[word], starts[word + 1] - 1, "total", 1, day)
            for word, day in zip(at, days, strict=True)
        )
    )
    rows["run"] = np.repeat(np.arange(200), texts).astype(str)
    made = air.aggregate_rate(rows, by="run")
    held = (made["rate_p05"] <= 4) & (made["rate_p95"] >= 4)
    # words are coarse, so it holds more often than in 90 of 100
    assert held.mean() >= 0.9


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            told((1, 1, "total", 1, 0), grain="discrete"),
            "e0 are no aggregates; use int",
        ),
        (told((1, 1, "total", 1, 0), end=pd.NaT), "have no first day, no last day"),
        (told((1, 1, "total", 0, 0)), "end before they start"),
        (told((3, 1, "total", 1, 0)), "have a low above the high"),
        (told((None, None, "total", 1, 0)), "tell neither bound"),
        (told((1, 1, "total", 5, 0), (1, 1, "total", 5, 4)), "e0, e1 in one group are"),
        (told((1, 1, "total", 5, 0)).drop(columns="low"), "strikes lacks low"),
    ],
)
def test_what_is_no_count_between_bounds_is_refused(rows, message):
    with pytest.raises(ValueError, match=message):
        air.aggregate_rate(rows)


def test_rates_in_two_units_are_not_pooled():
    rows = told((1, 1, "total", 1, 0), (1, 1, "total", 1, 5))
    rows["unit"] = ["strike", "incident"]
    with pytest.raises(ValueError, match=r"cannot be pooled.*strikes one reported inc"):
        air.aggregate_rate(rows)
    with pytest.raises(ValueError, match="by: 'front' is not known"):
        air.aggregate_rate(rows.assign(unit="strike"), by="front")
