"""Double coding: draws, pairs and alphas, worked out by hand."""

import shutil
import sys

import numpy as np
import pandas as pd
import pytest

from syriaconflict import agreement as measured
from syriaconflict.agreement import agreement
from syriaconflict.alphas import alpha, resampled_alpha, units_of
from syriaconflict.anchors import digest, normalise
from syriaconflict.cli import main
from syriaconflict.pairing import claim_values, pair_claims
from syriaconflict.reliability import (
    compare,
    document_strata,
    draw,
    draw_round,
    eligible,
    keep_first,
    read_coding,
)

# on the equator 0.1 degree of longitude is 11.132 km (6378.137 km * pi / 1800)
PLACES = pd.DataFrame(
    {
        "place_id": ["amber", "qasr", "plain"],
        "longitude": [36.0, 36.1, None],
        "latitude": [0.0, 0.0, None],
    }
)


@pytest.fixture
def coded(make_frame):
    """Factory: one coder's frames.

    Each claim is the capture of ``amber`` on 23 April 2017 by the army, tokens 0 to 9
    of document ``d1``, unless told otherwise.  ``who`` are its actors: ids for the
    initiator, or (actor, role) or (actor, role, harm) each.
    """

    def make(*claims: dict, documents=("d1",), sha="0" * 64):
        rows, parts, places = [], [], []
        for n, given in enumerate(claims, 1):
            claim = {
                "document_id": "d1", "claimant_kind": "publisher", "stance": "asserts",
                "certainty": "flat", "event_type": "capture", "modality": "realised",
                "grain": "discrete", "start": "2017-04-23", "end": "2017-04-23",
                "start_precision": "day", "end_precision": "day", "place_id": "amber",
                "quote_start": 0, "quote_tokens": 10, "summary": "A claim.",
            } | given  # fmt: skip
            claim.setdefault("claim_id", f"{claim['document_id']}-{n:03d}")
            about = {"claim_id": claim["claim_id"]}
            for part in claim.pop("who", ["army"]):
                part = (part, "initiator") if isinstance(part, str) else part
                actor, role, *harm = part
                cells = {"actor_id": actor, "role": role, "certainty": "stated"}
                parts.append(about | cells | (harm[0] if harm else {}))
            for place_id, role in claim.pop("further", []):
                places.append(about | {"place_id": place_id, "role": role})
            rows.append(claim)
        about = [{"document_id": d, "text_sha256": sha} for d in documents]
        return {
            "documents": make_frame("documents", *about),
            "document_repeats": make_frame("document_repeats"),
            "claims": make_frame("claims", *rows),
            "claim_actors": make_frame("claim_actors", *parts),
            "claim_places": make_frame("claim_places", *places),
        }

    return make


def score(first: dict, second: dict, **how) -> float:
    """Points of the only pair; missing if the two claims stayed alone."""
    pairs = pair_claims(first, second, **how)
    return pairs["score"].max()


# -- what a claim says


def test_values_of_a_claim(coded):
    coding = coded(
        {
            "quote_start": 4,
            "who": [
                ("army", "initiator"),
                ("brigade", "target", {"killed_low": 3, "killed_high": 9}),
                ("civilians", "affected", {"killed_low": 2}),
            ],
            "further": [("qasr", "near"), ("plain", "from")],
        },
        {"who": [], "place_id": None},
    )
    values = claim_values(coding)
    assert values.index.tolist() == ["d1-001", "d1-002"]
    one = values.loc["d1-001"]
    assert (one["quote_start"], one["quote_end"]) == (4, 14)
    assert one["event_class"] == "control"
    assert (one["killed_low"], one["killed_high"]) == (5, 9)  # 3 + 2, and 9 alone
    assert pd.isna(one["injured_low"])
    assert one["initiator"] == {"army"}
    assert one["actors"] == {"army", "brigade", "civilians"}
    assert one["further_places"] == {"near qasr", "from plain"}
    assert values.loc["d1-002", ["actors", "place_id", "supporter"]].isna().all()


# -- pairs


@pytest.mark.parametrize(
    ("other", "points"),
    [
        # all alike: passage 1, type 2, place 1, days 1, actors 1
        ({}, 6),
        ({"event_type": "withdrawal"}, 5),  # of the same class
        ({"event_type": "assault"}, 4),  # of another
        ({"place_id": "qasr"}, 5),
        ({"place_id": None}, 5),
        ({"start": "2017-04-24", "end": "2017-04-25"}, 5),
        ({"start": "2017-04-20", "end": None}, 6),  # open: may well overlap
        ({"start": None, "end": "2017-04-22"}, 5),
        ({"start": None, "end": None}, 5),
        ({"who": ["army", "brigade"]}, 5.5),  # one of two in common
        ({"who": [("army", "target")]}, 6),  # whatever the role
        ({"who": ["brigade"]}, 5),
        ({"who": []}, 5),
        # tokens 0 to 9 and 5 to 14: 5 of 15 in common
        ({"quote_start": 5}, 5 + 1 / 3),
        ({"quote_start": 9}, 5 + 1 / 19),
    ],
)
def test_points_by_hand(coded, other, points):
    assert score(coded({}), coded(other)) == pytest.approx(points)
    assert score(coded(other), coded({})) == pytest.approx(points)


def test_half_a_point_where_neither_is_coded(coded):
    blank = coded({"place_id": None, "start": None, "end": None, "who": []})
    # passage 1, type 2, place, days, actors 1/2 each
    assert score(blank, blank) == 4.5


def test_claims_that_share_no_token_are_paired_only_if_asked(coded):
    first, second = coded({}), coded({"quote_start": 10})
    assert len(pair_claims(first, second)) == 2
    assert pd.isna(score(first, second))
    assert score(first, second, anywhere=True) == 5


def test_claims_of_two_documents_are_never_paired(coded):
    first, second = coded({}), coded({"document_id": "d2"})
    assert pd.isna(score(first, second, anywhere=True))


def test_the_threshold_is_the_least_that_pairs(coded):
    # passage 1, place 1, days 1: another class, other actors
    first, second = coded({}), coded({"event_type": "assault", "who": ["brigade"]})
    assert score(first, second) == 3
    assert pd.isna(score(first, second, threshold=3.01))
    later = {"start": "2017-05-01", "end": None}
    second = coded({"event_type": "assault", "who": ["brigade"]} | later)
    assert pd.isna(score(first, second))
    assert score(first, second, threshold=2) == 2


@pytest.mark.parametrize("threshold", [0, -1, 6.5, float("nan")])
def test_a_threshold_out_of_range_is_refused(coded, threshold):
    with pytest.raises(ValueError, match="wanted points above 0 and at most 6"):
        pair_claims(coded({}), coded({}), threshold=threshold)


def test_a_list_of_places_is_paired_place_by_place(coded):
    first = coded(*({"place_id": p} for p in ("amber", "qasr", "plain")))
    second = coded(*({"place_id": p} for p in ("plain", "amber")))
    pairs = pair_claims(first, second)
    found = pairs.dropna()[["first_claim_id", "second_claim_id"]]
    assert found.to_numpy().tolist() == [["d1-001", "d1-002"], ["d1-003", "d1-001"]]
    (alone,) = pairs[pairs["score"].isna()].to_dict("records")
    assert alone["first_claim_id"] == "d1-002"
    assert pd.isna(alone["second_claim_id"])


def test_two_weak_pairs_do_not_break_a_sound_one(coded):
    # a1-b1 has 6 points, a1-b2 and a2-b1 3.5 each (half the passage, type, actors),
    # a2-b2 shares no token.  The larger sum of points would be 3.5 + 3.5, but above
    # the threshold it is 3 against 0.5 + 0.5
    far = {"place_id": "qasr", "start": "2017-05-01", "end": "2017-05-01"}
    first = coded({}, far | {"quote_tokens": 5})
    second = coded({}, far | {"quote_tokens": 5, "quote_start": 5})
    weak = pair_claims(coded({}), coded(far | {"quote_tokens": 5}))
    assert weak["score"].max() == 3.5
    pairs = pair_claims(first, second).dropna()
    assert pairs["score"].tolist() == [6]


def test_between_equals_the_other_codes_decide(coded):
    # two claims each, alike in all that gives points; one of each is a monitor's
    monitor = {"claimant_kind": "monitor"}
    first = coded({}, monitor)
    second = coded(monitor, {"claimant_kind": "commander"})
    pairs = pair_claims(first, second)
    assert pairs["second_claim_id"].tolist() == ["d1-002", "d1-001"]
    assert pairs["score"].tolist() == [6, 6]


@pytest.mark.parametrize("seed", range(6))
def test_numbers_do_not_decide_between_equals_either(coded, seed):
    # counts 1 and 10 against 2 and 11, all else equal: which are paired changes alpha
    counts = [[1, 10, 100], [2, 11, 90]]
    first, second = (
        coded(*({"unit": "strike", "count_low": n} for n in side)) for side in counts
    )
    table = agreement(first, second, places=PLACES, resamples=2)
    again = agreement(
        shuffled(first, seed), shuffled(second, seed + 1), places=PLACES, resamples=2
    )
    pd.testing.assert_frame_equal(table, again)


def test_one_coder_who_found_nothing(coded):
    pairs = pair_claims(coded({}, {}), coded())
    assert len(pairs) == 2
    assert pairs["second_claim_id"].isna().all()
    assert pair_claims(coded(), coded()).empty


def random_coding(coded, seed: int, size: int = 40) -> dict:
    """Claims in six documents, codes at random, some cells missing."""
    rng = np.random.default_rng(seed)
    pick = lambda *words: words[rng.integers(len(words))]  # noqa: E731
    rows = [
        {
            "document_id": f"d{rng.integers(1, 7)}",
            "event_type": pick("capture", "hold", "clash", "airstrike"),
            "place_id": pick("amber", "qasr", "plain", None),
            "start": pick("2017-04-23", "2017-04-25", None),
            "end": pick("2017-04-26", None),
            "stance": pick("asserts", "denies"),
            "who": [a for a in ("army", "brigade", "militia") if rng.random() < 0.5],
            "quote_start": int(rng.integers(0, 40)),
            "quote_tokens": int(rng.integers(4, 20)),
        }
        for _ in range(size)
    ]
    return coded(*rows, documents=[f"d{n}" for n in range(1, 7)])


def shuffled(coding: dict, seed: int) -> dict:
    """The same claims in another order, with other numbers."""
    rng = np.random.default_rng(seed)
    names = coding["claims"]["claim_id"].tolist()
    new = dict(zip(names, rng.permutation([f"x{n:03d}" for n in range(len(names))]),
                   strict=True))  # fmt: skip
    made = dict(coding)
    for table in ("claims", "claim_actors", "claim_places"):
        frame = coding[table].sample(frac=1, random_state=seed, ignore_index=True)
        made[table] = frame.assign(claim_id=frame["claim_id"].map(new).astype("str"))
    return made


def test_order_and_numbers_of_the_claims_do_not_matter(coded):
    first, second = random_coding(coded, 1), random_coding(coded, 2)
    before = {name: frame.copy() for name, frame in first.items()}
    table = agreement(first, second, places=PLACES, resamples=50)
    again = agreement(
        shuffled(first, 3), shuffled(second, 4), places=PLACES, resamples=50
    )
    pd.testing.assert_frame_equal(table, again)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(first[name], frame)


def test_every_claim_stands_once_in_the_pairs(coded):
    first, second = random_coding(coded, 5), random_coding(coded, 6, size=30)
    pairs = pair_claims(first, second)
    for side, coding in (("first", first), ("second", second)):
        ids = pairs[f"{side}_claim_id"].dropna()
        assert sorted(ids) == sorted(coding["claims"]["claim_id"])
    assert pairs["score"].dropna().between(3, 6).all()


# -- alpha


def test_alpha_of_published_examples():
    # Krippendorff, Computing Krippendorff's Alpha-Reliability, examples A and B.  A: of
    # 20 values 14 are 0 and 6 are 1, 4 of 10 units differ: 1 - 0.4 / (168 / 380).  B: 3
    # of 12 units differ, 1 - 0.25 / (1 - 104 / 552).
    assert alpha("0100000010", "1110010000") == pytest.approx(0.095, abs=5e-4)
    assert alpha("aabbdcccedda", "babbbccceddd") == pytest.approx(0.692, abs=5e-4)


def test_alpha_of_ratios_by_hand():
    # (1, 1), (3, 3), (1, 2): three 1, one 2, two 3; distances 1/9, 1/4, 1/25.
    # observed 2/9 / 6, expected 2 (3/9 + 6/4 + 2/25) / 30
    expected = 1 - (2 / 9 / 6) / (2 * (3 / 9 + 6 / 4 + 2 / 25) / 30)
    assert alpha([1, 3, 1], [1, 3, 2], "ratio") == pytest.approx(expected)
    assert alpha([0, 5, 9], [0, 5, 9], "ratio") == 1


def test_alpha_of_sets_by_hand():
    # ({a}, {a b}) and ({c}, {c}): distances 1/2, 1, 1; observed 1 / 4, expected
    # 2 (1/2 + 2 + 2) / 12
    a, ab, c = frozenset("a"), frozenset("ab"), frozenset("c")
    assert alpha([a, c], [ab, c], "jaccard") == pytest.approx(1 - 0.25 / 0.75)
    assert alpha([a, c], [ab, c]) == pytest.approx(alpha("xz", "yz"))
    assert alpha([ab, frozenset()], [ab, frozenset()], "jaccard") == 1


def test_a_missing_value_leaves_the_unit_out():
    units = ["a", "b", None, "c", np.nan], ["a", "c", "a", pd.NA, "b"]
    assert alpha(*units) == pytest.approx(alpha(["a", "b"], ["a", "c"]))


def test_perfect_agreement_is_1_and_chance_is_0():
    rng = np.random.default_rng(0)
    one, other = rng.choice(list("abcd"), (2, 4000), p=[0.4, 0.3, 0.2, 0.1])
    assert alpha(one, one) == 1
    assert alpha(one, other) == pytest.approx(0, abs=0.04)
    # the same codes, each unit's turned the other way: worse than chance
    assert alpha("abab", "baba") < 0


@pytest.mark.parametrize("units", [([], []), ("aaa", "aaa"), ([None], ["a"])])
def test_alpha_is_not_defined_without_two_values(units):
    assert np.isnan(alpha(*units))


def test_wrong_values_are_refused(monkeypatch):
    with pytest.raises(ValueError, match="first has 2 units, second 1"):
        alpha("ab", "a")
    with pytest.raises(ValueError, match="'ordinal', wanted one of nominal, ratio"):
        alpha("ab", "ab", "ordinal")
    with pytest.raises(ValueError, match="a value is -2: ratio wants numbers from 0"):
        alpha([1, -2], [1, 1], "ratio")
    with pytest.raises(TypeError, match="'ab': jaccard wants frozensets"):
        alpha(["ab"], ["b"], "jaccard")
    monkeypatch.setitem(sys.modules, "krippendorff", None)
    with pytest.raises(ImportError, match=r"pip install 'syriaconflict\[reliability\]"):
        alpha("ab", "ab")


@pytest.mark.parametrize("level", ["nominal", "ratio", "jaccard"])
def test_resamples_agree_with_units_repeated_one_by_one(level):
    rng = np.random.default_rng(7)
    one, other = rng.integers(0, 5, (2, 60)).tolist()
    if level == "jaccard":
        sets = [frozenset(w) for w in ("a", "ab", "b", "bc", "abc")]
        one, other = [sets[i] for i in one], [sets[i] for i in other]
    where = pd.Series(rng.choice(["d1", "d2", "d3"], 60))
    weights = pd.DataFrame(
        [[1, 1, 1], [2, 0, 1], [0, 3, 0]], columns=["d1", "d2", "d3"]
    )
    made = resampled_alpha(units_of(one, other, level), where, weights)
    for sample, times in zip(made, weights.to_dict("records"), strict=True):
        rows = [i for i, d in enumerate(where) for _ in range(times[d])]
        repeated = alpha([one[i] for i in rows], [other[i] for i in rows], level)
        assert sample == pytest.approx(repeated)


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    # 30 documents of 10 units; the coders agree by more than chance in a share of the
    # units that differs from one document to the next, 0.7 on average: alpha is 0.7
    rng = np.random.default_rng(8)
    names, held = [f"d{n:02d}" for n in range(30)], []
    where = pd.Series(np.repeat(names, 10))
    for _ in range(200):
        agree = rng.random(300) < np.repeat(rng.beta(3.5, 1.5, 30), 10)
        one, other = rng.choice(list("abc"), (2, 300), p=[0.6, 0.3, 0.1])
        units = units_of(one, np.where(agree, one, other), "nominal")
        drawn = rng.multinomial(30, np.full(30, 1 / 30), 400)
        samples = resampled_alpha(units, where, pd.DataFrame(drawn, columns=names))
        limits = measured._interval(samples, where)
        held.append(limits["low"] <= 0.7 <= limits["high"])
    assert 0.88 <= np.mean(held) <= 0.99


# -- the table


def row(table: pd.DataFrame, variable: str, measure: str) -> pd.Series:
    found = table[(table["variable"] == variable) & (table["measure"] == measure)]
    assert len(found) == 1, (variable, measure)
    return found.iloc[0]


def test_perfect_agreement(coded):
    coding = random_coding(coded, 9)
    table = agreement(coding, coding, places=PLACES, resamples=20)
    alphas = table[table["measure"].str.startswith("alpha")]
    told = alphas[alphas["estimate"].notna()]
    assert (told["estimate"] == 1).all()
    assert {"event_type", "place_id", "initiator"} <= set(told["variable"])
    assert row(table, "claims", "F1 of claims found")["estimate"] == 1
    assert (alphas["coders"] == "both of one kind").all()
    # all claims are of the publisher: there is nothing to tell apart
    kind = row(table, "claimant_kind", "alpha, nominal")
    assert pd.isna(kind["estimate"])
    assert (kind["same"], kind["note"]) == (1, "one value throughout")


def test_random_codes_are_near_0(coded):
    rng = np.random.default_rng(10)
    sides = []
    for _ in range(2):
        rows = [
            {"quote_start": 20 * n, "document_id": f"d{n % 10}",
             "outcome": rng.choice(["succeeded", "failed", "partial"])}
            for n in range(600)
        ]  # fmt: skip
        sides.append(coded(*rows, documents=[f"d{n}" for n in range(10)]))
    table = agreement(*sides, places=PLACES, resamples=200)
    found = row(table, "outcome", "alpha, nominal")
    assert found["n"] == 600
    assert found["estimate"] == pytest.approx(0, abs=0.1)
    assert found["low"] <= found["estimate"] <= found["high"]
    assert found["judgement"] == "mend the guide"


def test_claims_found_by_hand(coded):
    # d1: 2 and 1 claims, 1 pair; d2: 1 and 2, 1 pair: F1 = 2 * 2 / 6
    first = coded({}, {"quote_start": 20}, {"document_id": "d2"},
                  documents=("d1", "d2"))  # fmt: skip
    second = coded({}, {"document_id": "d2"}, {"document_id": "d2", "quote_start": 20},
                   documents=("d1", "d2"))  # fmt: skip
    table = agreement(first, second, places=PLACES, resamples=100)
    found = row(table, "claims", "F1 of claims found")
    assert (found["n"], found["documents"]) == (6, 2)
    assert found["estimate"] == pytest.approx(4 / 6)
    # each document alone has 2 * 1 / 3, so every resample has too
    assert found["low"] == found["high"] == pytest.approx(4 / 6)
    assert found["note"] == "2 pairs"
    assert row(table, "claims", "claims of the first coder")["n"] == 3
    assert row(table, "claims", "claims of the second coder")["n"] == 3


def test_stricter_and_looser_rules_beside_the_claims_found(coded):
    # four claims each.  1: passage 1, days 1; 2: the same but a day later; 3: passage
    # 1, days 1, class 1, another place; 4: the same told elsewhere in the text
    first = coded({}, {"quote_start": 20}, {"quote_start": 40}, {"quote_start": 60})
    second = coded(
        {"event_type": "assault", "who": ["brigade"], "place_id": "qasr"},
        {"quote_start": 20, "start": "2017-04-24", "end": "2017-04-24"},
        {"quote_start": 40, "place_id": "qasr", "who": [], "event_type": "hold"},
        {"quote_start": 80},
    )  # fmt: skip
    scores = pair_claims(first, second, threshold=1)["score"].dropna()
    assert scores.tolist() == [2, 5, 3]
    table = agreement(first, second, places=PLACES, resamples=5)
    rates = table.set_index("measure")["estimate"]
    assert rates["F1, 2 points"] == 2 * 3 / 8
    assert rates["F1 of claims found"] == 2 * 2 / 8
    assert rates["F1, same type, place and start"] == 2 * 1 / 8
    # 4 is paired too, and so are 2 (5 points) and 3 (3 points)
    assert rates["F1, wherever anchored"] == 2 * 3 / 8


def test_one_coder_found_nothing_in_a_document(coded):
    first = coded({}, {"document_id": "d2"}, documents=("d1", "d2"))
    second = coded({}, documents=("d1", "d2"))
    table = agreement(first, second, places=PLACES, resamples=200)
    found = row(table, "claims", "F1 of claims found")
    assert found["estimate"] == pytest.approx(2 / 3)
    assert (found["low"], found["high"]) == (0, 1)
    nothing = agreement(coded({}), coded(), places=PLACES, resamples=5)
    assert row(nothing, "claims", "F1 of claims found")["estimate"] == 0
    kind = row(nothing, "event_type", "alpha, nominal")
    assert (kind["n"], kind["note"]) == (0, "no unit")
    assert pd.isna(kind["estimate"])
    assert row(nothing, "place_id", "median km apart")["note"] == "no unit"
    silent = agreement(coded(), coded(), places=PLACES, resamples=5)
    found = row(silent, "claims", "F1 of claims found")
    assert pd.isna(found["estimate"])
    assert found["note"] == "no claim"


def test_one_document_has_no_interval(coded):
    first = coded({}, {"quote_start": 20, "event_type": "hold"})
    table = agreement(first, first, places=PLACES, resamples=20)
    kind = row(table, "event_type", "alpha, nominal")
    assert (kind["estimate"], kind["documents"]) == (1, 1)
    assert pd.isna(kind["low"])
    assert kind["note"] == "no interval: one document"


def test_coded_at_all_and_the_value_are_two_questions(coded):
    # outcome: two pairs where both have one (alike, unlike), one where one has, one
    # where none has
    outcomes = [("failed", "failed"), ("failed", "partial"), ("failed", None),
                (None, None)]  # fmt: skip
    first, second = (
        coded(*({"quote_start": 20 * n, "outcome": pair[side]}
                for n, pair in enumerate(outcomes)))
        for side in (0, 1)
    )  # fmt: skip
    table = agreement(first, second, places=PLACES, resamples=5)
    value = row(table, "outcome", "alpha, nominal")
    assert (value["n"], value["same"]) == (2, 0.5)
    # failed 3, partial 1: observed 2 / 4, expected 2 * 3 / 12
    assert value["estimate"] == pytest.approx(1 - 0.5 / 0.5)
    coded_at_all = row(table, "outcome", "alpha, nominal: coded")
    assert (coded_at_all["n"], coded_at_all["same"]) == (4, 0.75)
    # yes 5, no 3: observed 2 / 8, expected 2 * 15 / 56
    assert coded_at_all["estimate"] == pytest.approx(1 - 0.25 / (30 / 56))
    assert "alpha, nominal: coded" not in set(
        table.loc[table["variable"] == "event_type", "measure"]
    )


def test_counts_are_compared_in_one_unit_only(coded):
    def side(*counts):
        return coded(
            *({"quote_start": 20 * n, "unit": unit, "count_low": low}
              for n, (unit, low) in enumerate(counts))
        )  # fmt: skip

    first = side(("strike", 1), ("strike", 3), ("strike", 1), ("person", 4))
    second = side(("strike", 1), ("strike", 3), ("strike", 2), ("strike", 400))
    table = agreement(first, second, places=PLACES, resamples=5)
    low = row(table, "count_low", "alpha, ratio")
    assert low["n"] == 3
    assert low["estimate"] == pytest.approx(alpha([1, 3, 1], [1, 3, 2], "ratio"))
    assert row(table, "unit", "alpha, nominal")["n"] == 4


def test_sides_of_a_clash_may_stand_either_way(coded):
    def side(one, other):
        return coded(
            {"event_type": "clash", "who": [(one, "initiator"), (other, "target")]},
            {"quote_start": 20, "who": ["army", ("brigade", "target")]},
        )

    table = agreement(
        side("army", "brigade"), side("brigade", "army"), places=PLACES, resamples=5
    )
    for name in ("initiator", "target"):
        assert row(table, name, "alpha, jaccard")["n"] == 1
        assert row(table, name, "alpha, nominal: coded")["n"] == 1
    assert row(table, "actors", "alpha, jaccard")["same"] == 1
    either = ["agreement", "ceasefire", "clash", "prisoner_exchange"]
    assert sorted(measured.EITHER_SIDE) == either


@pytest.mark.parametrize(
    ("size", "differ", "judgement"),
    [(29, 29, ""), (29, 0, ""), (30, 4, "mend the guide"), (30, 3, "0.8 or more")],
)
def test_judgement_from_30_units_on(coded, size, differ, judgement):
    # captures and holds by turns; the first `differ` are the other way round in the
    # second coding.  3 of 30: 29 captures and 31 holds in all, 1 - (6 / 60) /
    # (2 * 29 * 31 / (60 * 59)) = 0.803; 4: 30 and 30, 1 - (8 / 60) / (1800 / 3540) =
    # 0.738
    kinds = [("capture", "hold")[n % 2] for n in range(size)]
    others = [("capture", "hold")[(n + (n < differ)) % 2] for n in range(size)]
    first, second = (
        coded(*({"quote_start": 20 * n, "event_type": k} for n, k in enumerate(side)))
        for side in (kinds, others)
    )
    table = agreement(first, second, places=PLACES, resamples=5)
    found = row(table, "event_type", "alpha, nominal")
    assert (found["n"], found["judgement"]) == (size, judgement)
    if differ in (3, 4):
        assert found["estimate"] == pytest.approx(
            {3: 0.803, 4: 0.738}[differ], abs=5e-4
        )
    # all of one class: alpha is not defined, and nothing is judged
    assert row(table, "event_class", "alpha, nominal")["judgement"] == ""


def test_days_and_places_apart_by_hand(coded):
    def side(*cells):
        return coded(
            *({"quote_start": 20 * n, "start": start, "end": None, "place_id": place}
              for n, (start, place) in enumerate(cells))
        )  # fmt: skip

    first = side(("2017-04-01", "amber"), ("2017-04-01", "amber"),
                 ("2017-04-01", "plain"), ("2017-04-01", "plain"),
                 (None, None))  # fmt: skip
    second = side(("2017-04-02", "amber"), ("2017-04-04", "qasr"),
                  ("2017-03-31", "plain"), ("2017-04-01", "amber"),
                  ("2017-04-01", "amber"))  # fmt: skip
    table = agreement(first, second, places=PLACES, resamples=5)
    days = row(table, "start", "median days apart")
    # 1, 3, 1, 0; the fifth has one start only
    assert (days["n"], days["estimate"]) == (4, 1)
    assert row(table, "start", "share within 1 day")["estimate"] == 0.75
    assert row(table, "end", "median days apart")["note"] == "no unit"
    assert row(table, "place_id", "share of the same place")["estimate"] == 0.5
    # 0, 11.132, 0 (the same, though it has no coordinates); the fourth is unlocated
    km = row(table, "place_id", "median km apart")
    assert (km["n"], km["estimate"]) == (3, 0)
    assert km["note"].endswith("1 more pairs without coordinates")
    two = agreement(
        coded({}, {"quote_start": 20}),
        coded({"place_id": "qasr"}, {"quote_start": 20, "place_id": "qasr"}),
        places=PLACES,
        resamples=5,
    )
    km = row(two, "place_id", "median km apart")["estimate"]
    assert km == pytest.approx(11.132, abs=1e-3)


def test_sentences_that_both_coded(coded):
    sentences = pd.DataFrame(
        {"document_id": "d1", "start": [0, 10, 20, 30, 33, 40],
         "tokens": [10, 10, 10, 3, 7, 10]}
    )  # fmt: skip
    # first: 0-9, 17-26 (3 tokens of the second sentence: too few; 7 of the third) and
    # 30-32, all of a short one; second: 0-9 and 20-23 (4 of the third)
    first = coded({}, {"quote_start": 17}, {"quote_start": 30, "quote_tokens": 3})
    second = coded({}, {"quote_start": 20, "quote_tokens": 4})
    first["document_repeats"] = pd.DataFrame(
        {"document_id": ["d1"], "start": [40], "end": [50], "first_start": [0]}
    )
    table = agreement(first, second, places=PLACES, sentences=sentences, resamples=5)
    found = row(table, "sentence", "alpha, nominal: coded")
    # the last repeats the first; of the others yes/yes, no/no, yes/yes, yes/no, no/no
    assert (found["n"], found["same"]) == (5, 0.8)
    # yes 5, no 5: observed 2 / 10, expected 2 * 25 / 90
    assert found["estimate"] == pytest.approx(1 - 0.2 / (50 / 90))
    other = agreement(first, second, places=PLACES, resamples=5)
    found = row(other, "sentence", "alpha, nominal: coded")
    assert found["note"] == "the sentences are not given"
    elsewhere = sentences.assign(document_id="d9")
    other = agreement(first, second, places=PLACES, sentences=elsewhere, resamples=5)
    found = row(other, "sentence", "alpha, nominal: coded")
    assert found["note"] == "without the sentences of d1"


def test_codings_that_cannot_be_compared_are_refused(coded):
    with pytest.raises(ValueError, match="d2 coded by one coder only: wanted the same"):
        agreement(coded({}, documents=("d1", "d2")), coded({}), places=PLACES)
    with pytest.raises(ValueError, match="no document: wanted the same documents"):
        agreement(coded(documents=()), coded(documents=()), places=PLACES)
    with pytest.raises(ValueError, match="text_sha256 of d1 differs"):
        agreement(coded({}), coded({}, sha="1" * 64), places=PLACES)
    with pytest.raises(ValueError, match="resamples is 0, wanted 1 or more"):
        agreement(coded({}), coded({}), places=PLACES, resamples=0)


# -- the draw

MANY = pd.DataFrame(
    {
        "document_id": [f"d{n:02d}" for n in range(20)],
        "campaign": ["east"] * 12 + ["west"] * 8,
        "perspective": ["press"] * 10 + ["wire"] * 2 + ["press"] * 7 + ["wire"],
    }
)


def test_strata_get_their_share_and_one_at_least():
    # of 20 documents 10, 2, 7, 1; of 10 drawn that is 5, 1, 3.5, 0.5: one each, then
    # the rest to the widest gaps: 5 - 1, 5 - 2, 3.5 - 1, ...
    taken = draw(MANY, 10, seed=3)
    sizes = taken.groupby(["campaign", "perspective"])[["of", "drawn"]].first()
    assert sizes["of"].tolist() == [10, 2, 7, 1]
    assert sizes["drawn"].tolist() == [5, 1, 3, 1]
    assert len(taken) == 10
    assert taken["document_id"].is_monotonic_increasing
    assert taken["document_id"].is_unique


def test_the_whole_can_be_drawn_and_one_document_too():
    assert (
        draw(MANY, 20, seed=1)["document_id"].tolist() == MANY["document_id"].tolist()
    )
    assert len(draw(MANY, 1, seed=1)) == 1
    three = draw(MANY, 3, seed=1)
    assert not three.duplicated(["campaign", "perspective"]).any()


def test_a_round_may_draw_from_one_guide_and_from_texts_at_hand(tmp_path):
    text = "Four words stand here."
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    sha256 = digest(normalise(text))
    documents = pd.DataFrame(
        [
            ("old", "0.2", "excerpt", sha256),
            ("whole", "0.3", "full", sha256),
            ("gone", "0.3", "excerpt", "0" * 64),
            ("here", "0.3", "excerpt", sha256),
        ],
        columns=["document_id", "guide_version", "coverage", "text_sha256"],
    )
    assert eligible(documents) == ["gone", "here", "old", "whole"]
    assert eligible(documents, guide="0.3") == ["gone", "here", "whole"]
    assert eligible(documents, texts=[tmp_path]) == ["here", "old"]
    assert eligible(documents, guide="0.3", texts=[tmp_path]) == ["here"]
    with pytest.raises(ValueError, match=r"none of 4 documents is of guide '9'"):
        eligible(documents, guide="9")


def test_a_draw_depends_on_the_seed_and_not_on_the_order_of_rows():
    one = draw(MANY, 8, seed=5)
    pd.testing.assert_frame_equal(
        one, draw(MANY.sample(frac=1, random_state=1), 8, seed=5)
    )
    assert len({tuple(draw(MANY, 8, seed=s)["document_id"]) for s in range(5)}) > 1


def test_all_documents_of_a_stratum_are_as_likely():
    # 5 of 10 in each of 200 draws, so about 100 times each; standard deviation 7
    times = pd.concat(draw(MANY, 10, seed=s) for s in range(200))
    counts = times["document_id"].value_counts()
    assert counts[[f"d{n:02d}" for n in range(10)]].between(70, 130).all()
    # too few for one each: one of four strata, by size; d19, alone in its, 1 in 20
    alone = [draw(MANY, 1, seed=s)["document_id"].tolist() for s in range(200)]
    assert 1 <= alone.count(["d19"]) <= 22


@pytest.mark.parametrize("n", [0, -1, 21])
def test_more_than_there_are_cannot_be_drawn(n):
    with pytest.raises(ValueError, match=rf"n is {n}, wanted 1 to 20"):
        draw(MANY, n, seed=1)


def test_documents_that_cannot_be_drawn():
    with pytest.raises(KeyError, match="documents have no perspective, only"):
        draw(MANY.drop(columns="perspective"), 3, seed=1)
    with pytest.raises(ValueError, match="d00 stands twice"):
        draw(pd.concat([MANY, MANY.head(1)]), 3, seed=1)
    blank = MANY.assign(campaign=MANY["campaign"].where(MANY.index > 0))
    with pytest.raises(ValueError, match="d00 has no campaign or perspective"):
        draw(blank, 3, seed=1)
    assert len(draw(blank, 3, seed=1, by=["perspective"])) == 3


def test_campaign_of_most_events(make_frame):
    # d1: two events of west, told by three claims, and two of east, by two: the first
    # by name; d2: two of west, one of east; d3: an event in no campaign; d4: nothing
    told = {"d1": "w1 w2 w2 e1 e2", "d2": "w1 w2 e1", "d3": "n1"}
    tables = {
        "documents": make_frame(
            "documents",
            *({"document_id": f"d{n}", "publisher_id": "gazette"}
              for n in (2, 1, 4, 3)),
        ),
        "publishers": make_frame(
            "publishers", {"publisher_id": "gazette", "perspective": "press"}
        ),
        "claims": make_frame(
            "claims",
            *({"document_id": d, "event_id": e}
              for d, ids in told.items() for e in ids.split()),
        ),
        "events": make_frame(
            "events",
            *({"event_id": e, "campaign_id": c} for e, c in
              {"w1": "west", "w2": "west", "e1": "east", "e2": "east",
               "n1": None}.items()),
        ),
    }  # fmt: skip
    made = document_strata(tables)
    assert made["document_id"].tolist() == ["d1", "d2", "d3", "d4"]
    assert made["campaign"].tolist() == ["east", "west", "none", "none"]
    assert (made["perspective"] == "press").all()


# -- files

DOCUMENT_ID = "2017-04-24-gazette-tell-amber"


@pytest.fixture
def first_round(sources):
    """A round with one document drawn and coded a second time, in the same way."""
    folder = sources.folder.parent / "reliability" / "1"
    documents = pd.DataFrame(
        {"document_id": [DOCUMENT_ID], "campaign": "amber-2017", "perspective": "press"}
    )
    draw_round(folder, documents, 1, seed=11)
    (folder / "second").mkdir()
    source = sources.folder / "documents" / f"{DOCUMENT_ID}.yaml"
    shutil.copy(source, folder / "second")
    return folder


def test_a_round_is_drawn_once_and_apart_from_the_others(tmp_path):
    path = draw_round(tmp_path / "1", MANY, 12, seed=2)
    drawn = pd.read_csv(path)
    assert drawn.columns.tolist() == [
        "document_id", "campaign", "perspective", "of", "drawn", "seed"
    ]  # fmt: skip
    assert (drawn["seed"] == 2).all()
    before = path.read_bytes()
    with pytest.raises(FileExistsError, match="another draw is another --round"):
        draw_round(tmp_path / "1", MANY, 12, seed=3)
    assert path.read_bytes() == before
    again = pd.read_csv(draw_round(tmp_path / "2", MANY, 8, seed=2))
    assert not set(again["document_id"]) & set(drawn["document_id"])
    with pytest.raises(ValueError, match="n is 1, wanted 1 to 0"):
        draw_round(tmp_path / "3", MANY, 1, seed=2)
    assert not (tmp_path / "3").exists()


def test_a_corrected_first_coding_does_not_change_the_agreement(sources, first_round):
    assert keep_first(first_round, sources.folder) == ([DOCUMENT_ID], [])
    table, missing = compare(first_round, sources.folder)
    assert missing == ["sentences.csv: `reliability keep --texts DIR` makes it"]
    assert row(table, "claims", "F1 of claims found")["estimate"] == 1
    written = (first_round / "agreement.csv").read_bytes()
    sources.replace("event_type: killing", "event_type: casualty_report")
    assert keep_first(first_round, sources.folder) == ([], [DOCUMENT_ID])
    compare(first_round, sources.folder)
    assert (first_round / "agreement.csv").read_bytes() == written
    pairs = pd.read_csv(first_round / "pairs.csv")
    assert pairs["first_claim_id"].tolist() == pairs["second_claim_id"].tolist()


def test_sentences_are_kept_without_their_words(sources, first_round):
    keep_first(first_round, sources.folder, [sources.texts])
    kept = pd.read_csv(first_round / "sentences.csv")
    # counted by hand in conftest
    assert kept["start"].tolist() == [0, 5, 15, 27, 40]
    assert kept["tokens"].tolist() == [5, 10, 12, 13, 7]
    assert kept.columns.tolist() == ["document_id", "start", "tokens"]
    table, missing = compare(first_round, sources.folder)
    assert missing == []
    found = row(table, "sentence", "alpha, nominal: coded")
    assert (found["n"], found["estimate"]) == (5, 1)


def test_keeping_needs_documents_and_texts(sources, first_round, tmp_path):
    empty = tmp_path / "nothing"
    empty.mkdir()
    with pytest.raises(FileNotFoundError, match=f"no text of {DOCUMENT_ID} in"):
        keep_first(first_round, sources.folder, [empty])
    assert not (first_round / "first").exists()
    with pytest.raises(FileNotFoundError, match=r"no such document: .*gazette"):
        keep_first(first_round, empty)
    with pytest.raises(FileNotFoundError, match="`syriaconflict reliability draw`"):
        keep_first(empty, sources.folder)
    (empty / "drawn.csv").write_text("id\nx\n", encoding="utf-8")
    with pytest.raises(ValueError, match="has no column document_id: restore it"):
        keep_first(empty, sources.folder)


def test_what_is_missing_is_said(sources, first_round):
    with pytest.raises(FileNotFoundError, match="no first coding") as raised:
        compare(first_round, sources.folder)
    assert "`reliability keep` copies the first" in str(raised.value)
    keep_first(first_round, sources.folder)
    drawn = first_round / "drawn.csv"
    drawn.write_text(drawn.read_text() + "2017-05-01-other,a,press,1,1,11\n")
    _, missing = compare(first_round, sources.folder)
    assert missing[:2] == [
        "2017-05-01-other: no first coding", "2017-05-01-other: no second coding"
    ]  # fmt: skip
    stray = first_round / "second" / "2017-06-01-stray.yaml"
    stray.write_text("document: {}\n")
    with pytest.raises(ValueError, match="2017-06-01-stray, which was not drawn"):
        compare(first_round, sources.folder)


def test_places_and_actors_that_no_register_has_are_said(sources, first_round):
    keep_first(first_round, sources.folder)
    path = first_round / "second" / f"{DOCUMENT_ID}.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace(
        "place: tell-amber\n    radius_km", "place: tel-amber\n    radius_km"
    )
    path.write_text(text.replace("actor: army", "actor: armee"), encoding="utf-8")
    _, missing = compare(first_round, sources.folder)
    assert missing[-2:] == [
        "second coding: no place tel-amber in the register",
        "second coding: no actor armee in the register",
    ]
    sources.write("places.csv", "place\nx\n")
    with pytest.raises(ValueError, match=r"places.csv:1: header: columns are place"):
        compare(first_round, sources.folder)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("event_type: killing", "event_type: slaying", "'slaying', wanted offensive"),
        ("stance: denies", "stance: doubts", "is 'doubts', wanted asserts, denies"),
        ("  - n: 2\n", "  - n: 1\n", "stands twice"),
        ("start: 15, tokens: 12", "tokens: 12", "quote_start: is empty, wanted a"),
        ("end: 2017-04-23\n", "end: Sunday\n", "end: is 'Sunday', wanted a date"),
        ("claims:\n", "claimz:\n", "claimz: is no such key, did you mean claims"),
    ],
)  # fmt: skip
def test_faults_of_a_coding_are_refused_with_their_line(sources, old, new, message):
    sources.replace(old, new)
    path = sources.folder / "documents" / f"{DOCUMENT_ID}.yaml"
    with pytest.raises(ValueError, match="faults, wanted none") as raised:
        read_coding([path])
    assert message in str(raised.value)
    assert f"documents/{DOCUMENT_ID}.yaml:" in str(raised.value)


def test_the_command(sources, first_round, capsys):
    words = ["--sources", str(sources.folder)]
    assert main(["reliability", *words]) == 1
    assert "no first coding" in capsys.readouterr().err
    keep = ["reliability", *words, "keep", "--texts", str(sources.texts)]
    assert main(keep) == 0
    assert "1 documents copied, 0 kept before" in capsys.readouterr().out
    assert main(["reliability", *words]) == 0
    shown = capsys.readouterr().out
    assert "F1 of claims found" in shown
    assert "both of one kind" in shown
    assert "two such agree more easily than two people would" in shown
    assert (first_round / "agreement.csv").exists()
    assert main(["reliability", "--round", "0", *words]) == 1
    assert "--round is 0, wanted 1, 2" in capsys.readouterr().err
    draws = ["reliability", "--round", "2", "draw", "--n", "2", "--seed", "4", *words]
    assert main(draws) == 0
    assert "2 documents, seed 4; commit it before coding" in capsys.readouterr().out
    assert len(pd.read_csv(first_round.parent / "2" / "drawn.csv")) == 2
    assert main(["reliability", "draw", "--n", "2", "--seed", "4", *words]) == 1
    assert "was drawn already" in capsys.readouterr().err
