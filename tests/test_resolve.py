"""From claims to events: what each event shows, worked out by hand from its claims."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syriaconflict.resolve import resolve
from syriaconflict.voters import source_ids, voters

PRESS, WIRE, GOV, OPP, KURD = (
    {"document_id": f"d-{name}"} for name in ("press", "wire", "gov", "opp", "kurd")
)


@pytest.fixture
def one(make_tables):
    """The one event that the claims are about, as a dictionary."""

    def one(*claims: dict, **kwargs) -> dict:
        events = resolve(make_tables(*claims, **kwargs))
        assert events.index.tolist() == ["c1"]
        row = events.iloc[0].to_dict()
        return {k: None if pd.isna(v) else v for k, v in row.items()}

    return one


def span(event: dict) -> tuple[str | None, str | None]:
    return tuple(
        event[bound] and f"{event[bound]:%Y-%m-%d}" for bound in ("start", "end")
    )


def counted(event: dict) -> tuple:
    return tuple(event[k] for k in ("unit", "count_low", "count_high", "count_per"))


# One claim


def test_one_claim_is_shown_as_it_is(one):
    event = one(
        {
            "event_type": "airstrike", "modality": "ongoing", "grain": "aggregate",
            "outcome": "partial", "target_kind": "market", "munition": "bomb",
            "extent": "part", "start": "2017-04-20", "end": None, "day_part": "night",
            "day_order": 2, "start_precision": "week", "place_id": "qasr",
            "radius_km": 5, "unit": "strike", "count_low": 24, "count_high": 99,
            "count_per": "day", "count_word": "dozens", "summary": "Strikes.",
        }
    )  # fmt: skip
    assert event == {
        "event_type": "airstrike", "modality": "ongoing", "grain": "aggregate",
        "outcome": "partial", "target_kind": "market", "munition": "bomb",
        "extent": "part", "start": pd.Timestamp("2017-04-20"), "end": None,
        "start_precision": "week", "end_precision": None, "day_part": "night",
        "day_order": 2, "place_id": "qasr", "radius_km": 5, "unit": "strike",
        "count_low": 24, "count_high": 99, "count_per": "day", "count_word": "dozens",
        "claim_count": 1, "document_count": 1, "source_count": 1, "summary": "Strikes.",
    }  # fmt: skip


def test_a_claim_without_radius_has_that_of_its_place(one):
    assert one({"place_id": "plain"})["radius_km"] == 20
    assert one({"place_id": "plain", "radius_km": 3})["radius_km"] == 3
    assert one({"place_id": "river"})["radius_km"] is None
    assert one({"place_id": None, "radius_km": None})["radius_km"] is None


# The version of most independent sources; ties by claims, then by precision


def test_the_mode_wins(one):
    event = one(
        PRESS | {"event_type": "assault", "outcome": "failed"},
        WIRE | {"event_type": "capture", "outcome": "succeeded"},
        GOV | {"event_type": "capture", "outcome": "succeeded"},
    )
    assert (event["event_type"], event["outcome"]) == ("capture", "succeeded")


@pytest.mark.parametrize(
    ("column", "more", "less"),
    [
        ("event_type", "clash", "raid"), ("modality", "ongoing", "realised"),
        ("grain", "state", "discrete"), ("outcome", "unknown", "failed"),
        ("target_kind", "school", "market"), ("munition", "shell", "bomb"),
        ("extent", "part", "whole"), ("place_id", "plain", "qasr"),
    ],
)  # fmt: skip
def test_the_mode_wins_in_every_column(one, column, more, less):
    claims = [PRESS | {column: less}, WIRE | {column: more}, GOV | {column: more}]
    assert one(*claims)[column] == more
    assert one(*claims[:1])[column] == less


def test_more_sources_win_over_more_claims(one):
    """Independence comes first: three claims of one outlet against two of two."""
    event = one(
        *[PRESS | {"day": "2017-04-20"}] * 3,
        WIRE | {"day": "2017-04-21"},
        GOV | {"day": "2017-04-21"},
    )
    assert span(event) == ("2017-04-21", "2017-04-21")


def test_between_versions_of_equal_sources_that_of_more_claims_wins(one):
    event = one(
        *[PRESS | {"start": "2017-04-20", "end": "2017-04-25"}] * 2,
        WIRE | {"day": "2017-04-21"},
    )
    # although the other version is the more precise
    assert span(event) == ("2017-04-20", "2017-04-25")


def test_between_equals_the_version_of_more_sources_wins(one):
    event = one(
        *[PRESS | {"day": "2017-04-20", "outcome": "failed"}] * 2,
        WIRE | {"start": "2017-04-20", "end": "2017-04-25", "outcome": "partial"},
        GOV | {"start": "2017-04-20", "end": "2017-04-25", "outcome": "partial"},
    )
    # although the other version is the more precise
    assert span(event) == ("2017-04-20", "2017-04-25")
    assert event["outcome"] == "partial"


def test_between_equals_of_equal_sources_the_more_precise_wins(one):
    event = one(
        PRESS | {"start": "2017-04-01", "end": "2017-04-30", "place_id": "plain",
                 "unit": "strike", "count_per": "total", "count_low": 2,
                 "count_high": 9},
        WIRE | {"day": "2017-04-20", "place_id": "qasr", "n": 20},
    )  # fmt: skip
    assert span(event) == ("2017-04-20", "2017-04-20")
    assert event["place_id"] == "qasr"  # 1 km against 20
    assert counted(event) == ("strike", 20, 20, "total")


def test_an_open_interval_is_the_least_precise(one):
    event = one(
        PRESS | {"start": "2017-04-20", "end": None, "unit": "person",
                 "count_per": "total", "count_low": 100},
        WIRE | {"start": "1017-04-20", "end": "2017-04-20", "unit": "person",
                "count_per": "total", "count_low": 0, "count_high": 2_000_000_000},
    )  # fmt: skip
    assert span(event) == ("1017-04-20", "2017-04-20")
    assert counted(event) == ("person", 0, 2_000_000_000, "total")


def test_a_place_of_unknown_radius_is_the_least_precise(one):
    assert (
        one({"place_id": "river"}, WIRE | {"place_id": "plain"})["place_id"] == "plain"
    )


# What stays undecided


def test_codes_told_equally_well_are_indeterminate(one):
    event = one(
        PRESS | {"outcome": "failed", "extent": "whole", "munition": "bomb"},
        WIRE | {"outcome": "succeeded", "extent": "part", "munition": "bomb"},
    )
    assert (event["outcome"], event["extent"]) == ("indeterminate", "indeterminate")
    assert event["munition"] == "bomb"
    assert event["target_kind"] is None  # nobody tells it


def test_dates_told_equally_well_are_enveloped(one):
    event = one(PRESS | {"day": "2017-04-22"}, WIRE | {"day": "2017-04-25"})
    assert span(event) == ("2017-04-22", "2017-04-25")
    event = one(
        PRESS | {"start": "2017-04-20", "end": "2017-04-22"},
        WIRE | {"start": "2017-04-21", "end": "2017-04-23"},
    )
    assert span(event) == ("2017-04-20", "2017-04-23")


def test_an_envelope_is_of_the_tied_versions_only(one):
    event = one(
        *[PRESS | {"day": "2017-04-22"}, WIRE | {"day": "2017-04-22"}],
        *[GOV | {"day": "2017-04-23"}, OPP | {"day": "2017-04-23"}],
        KURD | {"day": "2017-04-01"},
    )
    assert span(event) == ("2017-04-22", "2017-04-23")


def test_an_open_version_leaves_the_envelope_open(one):
    event = one(
        PRESS | {"start": "2017-04-22", "end": None},
        WIRE | {"start": "2017-04-20", "end": None},
    )
    assert span(event) == ("2017-04-20", None)


def test_counts_told_equally_well_are_enveloped(one):
    event = one(PRESS | {"n": 10}, WIRE | {"n": 30})
    assert counted(event) == ("strike", 10, 30, "total")
    event = one(
        PRESS | {"unit": "person", "count_per": "total", "count_low": 5},
        WIRE | {"unit": "person", "count_per": "total", "count_low": 3},
    )
    assert counted(event) == ("person", 3, None, "total")


@pytest.mark.parametrize(
    "other", [{"n": 100, "unit": "sortie"}, {"n": 100, "count_per": "day"}]
)
def test_counts_of_unlike_things_are_not_enveloped(one, other):
    """31 incidents and 100 strikes are not 31 to 100 of anything."""
    event = one(PRESS | {"n": 31}, WIRE | other)
    assert (event["count_low"], event["count_high"]) == (None, None)
    assert event["unit"] is None


def test_places_told_equally_well_are_missing_not_guessed(one):
    event = one({"place_id": "amber"}, WIRE | {"place_id": "sumaq"})  # both 2 km
    assert event["place_id"] is None
    assert event["radius_km"] is None


# A missing value is no vote


def test_a_missing_value_is_no_vote(one):
    bare = {"day": None, "place_id": None}
    event = one(
        PRESS | bare, WIRE | bare,
        GOV | {"day": "2017-04-20", "place_id": "qasr", "outcome": "failed", "n": 4},
    )  # fmt: skip
    assert span(event) == ("2017-04-20", "2017-04-20")
    assert event["place_id"] == "qasr"
    assert event["outcome"] == "failed"
    assert counted(event) == ("strike", 4, 4, "total")


def test_an_end_alone_is_a_value(one):
    event = one(
        {"start": None, "end": "2017-04-20", "grain": "state"}, WIRE | {"day": None}
    )
    assert span(event) == (None, "2017-04-20")
    assert event["end_precision"] == "day"


def test_notes_beside_a_date_split_no_votes(one):
    """Two of three tell the 23rd, whatever else they tell of that day."""
    event = one(
        PRESS | {"day": "2017-04-23", "day_part": "morning", "day_order": 1},
        WIRE | {"day": "2017-04-23", "start_precision": "few_days"},
        GOV | {"day": "2017-04-22"},
    )
    assert span(event) == ("2017-04-23", "2017-04-23")
    assert (event["day_part"], event["day_order"]) == ("morning", 1)
    assert event["end_precision"] == "day"


def test_of_two_precisions_of_one_day_the_finer_is_shown(one):
    claims = PRESS | {"start_precision": "relative"}, WIRE | {"start_precision": "week"}
    assert one(*claims)["start_precision"] == "week"
    assert one(*claims[::-1])["start_precision"] == "week"
    assert one(*claims, GOV | {"start_precision": "relative"})["start_precision"] == (
        "relative")  # fmt: skip


def test_precisions_of_an_envelope_are_those_of_its_bounds(one):
    event = one(
        PRESS | {"day": "2017-04-20", "start_precision": "week"},
        WIRE | {"day": "2017-04-25", "end_precision": "relative", "day_part": "night"},
    )
    assert span(event) == ("2017-04-20", "2017-04-25")
    assert (event["start_precision"], event["end_precision"]) == ("week", "relative")
    assert event["day_part"] is None  # of the one day, not of the interval


def test_a_radius_splits_no_votes_for_a_place(one):
    event = one(
        PRESS | {"place_id": "sumaq", "radius_km": 4},
        WIRE | {"place_id": "sumaq"},
        GOV | {"place_id": "qasr"},
    )
    # between 4 km and the place's own 2 km, the more precise
    assert (event["place_id"], event["radius_km"]) == ("sumaq", 2)


def test_a_word_splits_no_votes_for_a_count(one):
    dozens = {"unit": "strike", "count_low": 24, "count_high": 99, "count_per": "total"}
    event = one(
        PRESS | dozens | {"count_word": "dozens"}, WIRE | dozens, GOV | {"n": 3}
    )
    assert counted(event) == ("strike", 24, 99, "total")
    assert event["count_word"] == "dozens"


def test_what_stands_beside_a_value_comes_from_claims_that_tell_that_value(one):
    event = one(
        PRESS | {"day": "2017-04-23", "start_precision": "day", "end_precision": "day"},
        WIRE | {"day": "2017-04-23", "start_precision": "day", "end_precision": "day"},
        GOV | {"day": "2017-04-01", "start_precision": "month", "day_part": "night"},
    )
    assert event["start_precision"] == "day"
    assert event["day_part"] is None


def test_the_word_of_another_count_is_not_shown(one):
    event = one(PRESS | {"n": 30}, WIRE | {"n": 30},
                GOV | {"unit": "strike", "count_low": 24, "count_high": 99,
                       "count_per": "total", "count_word": "dozens"})  # fmt: skip
    assert counted(event) == ("strike", 30, 30, "total")
    assert event["count_word"] is None


def test_bounds_of_two_versions_are_not_mixed(one):
    """Three versions of one claim each; the narrowest is taken as it is."""
    event = one(
        PRESS | {"start": "2017-04-01", "end": "2017-04-10"},
        WIRE | {"start": "2017-04-08", "end": "2017-04-12"},
        GOV | {"start": "2017-04-09", "end": "2017-04-30"},
    )
    assert span(event) == ("2017-04-08", "2017-04-12")


# Independent sources


def ids(tables) -> list[str]:
    return source_ids(tables["claims"], tables).tolist()


def test_sources_are_claimants_or_outlets(make_tables):
    tables = make_tables(
        PRESS, PRESS | {"claimant_kind": "unnamed"}, WIRE,
        PRESS | {"claimant_id": "army"},
        WIRE | {"claimant_id": "army"}, PRESS | {"claimant_id": "brigade"},
    )  # fmt: skip
    assert ids(tables) == [
        "publisher:press", "publisher:press", "publisher:wire", "actor:army",
        "actor:army", "actor:brigade"]  # fmt: skip
    assert source_ids(tables["claims"], tables).name == "source_id"


def test_an_outlet_quoted_by_another_is_the_source_of_its_own_documents(make_tables):
    """The actor radio is the publisher opp."""
    tables = make_tables(
        OPP, PRESS | {"claimant_id": "radio"}, OPP | {"claimant_id": "radio"}
    )
    assert ids(tables) == ["publisher:opp"] * 3


def test_two_documents_of_one_outlet_are_one_source(make_tables):
    tables = make_tables(
        PRESS, {"document_id": "d-new"}, documents={"d-new": {"publisher_id": "press"}}
    )
    assert ids(tables) == ["publisher:press"] * 2


def test_a_chain_of_reprints_is_one_source(make_tables):
    documents = {
        "d-wire": {"derived_from": "d-gov"},
        "d-press": {"derived_from": "d-wire"},
    }
    tables = make_tables(GOV, WIRE, PRESS, OPP, documents=documents)
    assert ids(tables) == ["publisher:gov"] * 3 + ["publisher:opp"]


@pytest.mark.parametrize(
    "links",
    [
        {"press": "wire", "wire": "press"},
        {"press": "wire", "wire": "gov", "gov": "press"},
        {"press": "press"},
        # a chain that leads into a ring
        {"opp": "press", "press": "wire", "wire": "press"},
    ],
)
def test_reprints_in_a_ring_are_one_source(make_tables, links):
    documents = {f"d-{a}": {"derived_from": f"d-{b}"} for a, b in links.items()}
    claims = [{"document_id": d} for d in documents]
    tables = make_tables(*claims, documents=documents)
    assert len(set(ids(tables))) == 1
    assert resolve(tables)["source_count"].tolist() == [1]


def test_reprints_and_repeated_claimants_count_once(one):
    event = one(
        GOV, WIRE, PRESS | {"claimant_id": "brigade"}, OPP | {"claimant_id": "brigade"},
        documents={"d-wire": {"derived_from": "d-gov"}},
    )  # fmt: skip
    assert [event[f"{k}_count"] for k in ("claim", "document", "source")] == [4, 4, 2]


def test_reprints_do_not_outweigh_two_independent_sources(one):
    event = one(
        GOV | {"day": "2017-04-20"}, WIRE | {"day": "2017-04-20"},
        PRESS | {"start": "2017-04-20", "end": "2017-04-23"},
        OPP | {"start": "2017-04-20", "end": "2017-04-23"},
        documents={"d-wire": {"derived_from": "d-gov"}},
    )  # fmt: skip
    assert span(event) == ("2017-04-20", "2017-04-23")


def test_a_document_derived_from_one_that_was_not_taken_is_its_own_source(make_tables):
    tables = make_tables(PRESS, documents={"d-press": {"derived_from": "d-lost"}})
    assert ids(tables) == ["publisher:press"]


# Denials and retractions


def test_denials_and_disputes_do_not_vote(one):
    event = one(
        PRESS | {"day": "2017-04-20"},
        GOV | {"stance": "denies", "day": "2017-04-23", "outcome": "failed"},
        OPP | {"stance": "disputes", "day": "2017-04-23", "outcome": "failed"},
    )
    assert span(event) == ("2017-04-20", "2017-04-20")
    assert event["outcome"] is None
    assert event["modality"] == "realised"
    assert [event[f"{k}_count"] for k in ("claim", "document", "source")] == [3, 3, 1]


def test_an_event_that_nobody_asserts_is_denied(one):
    event = one(GOV | {"stance": "denies", "day": "2017-04-20", "outcome": "failed"})
    assert event["modality"] == "denied"
    # it is shown as those who deny it tell it
    assert span(event) == ("2017-04-20", "2017-04-20")
    assert event["outcome"] == "failed"
    assert [event[f"{k}_count"] for k in ("claim", "document", "source")] == [1, 1, 0]


def test_a_retracted_assertion_does_not_vote(one):
    event = one(
        PRESS | {"claimant_id": "army", "day": "2017-04-20"},
        WIRE | {"claimant_id": "army", "day": "2017-04-20"},
        OPP | {"day": "2017-04-23"},
        PRESS | {"claimant_id": "army", "stance": "retracts", "day": "2017-04-20"},
    )
    assert span(event) == ("2017-04-23", "2017-04-23")
    assert event["source_count"] == 1


def test_a_retraction_takes_back_what_its_source_said_of_that_event_alone(make_tables):
    tables = make_tables(
        PRESS, {"event_id": "c2"}, PRESS | {"stance": "retracts"}, WIRE
    )  # fmt: skip
    assert voters(tables).set_index("claim_id")["is_asserted"].to_dict() == {
        "c2": True, "c4": True}  # fmt: skip
    assert resolve(tables)["modality"].to_dict() == {"c1": "realised", "c2": "realised"}


def test_a_publisher_takes_back_what_it_printed_of_others(one):
    """By its claimant or its publisher: the outlet withdraws its report."""
    event = one(
        PRESS | {"claimant_id": "army"},
        PRESS | {"stance": "retracts", "claimant_kind": "publisher"},
    )
    assert event["modality"] == "denied"
    assert event["source_count"] == 0


def test_a_publisher_does_not_take_back_what_others_printed(one):
    event = one(
        WIRE | {"claimant_id": "army"},
        PRESS | {"stance": "retracts", "claimant_kind": "publisher"},
    )
    assert (event["modality"], event["source_count"]) == ("realised", 1)


def test_an_unnamed_voice_takes_back_nothing_but_its_own(one):
    event = one(
        PRESS | {"claimant_id": "army"},
        PRESS | {"stance": "retracts", "claimant_kind": "resident"},
    )
    assert (event["modality"], event["source_count"]) == ("realised", 1)


# Events as a whole


def test_each_event_is_resolved_by_itself(make_tables):
    tables = make_tables(
        {"event_id": "c1", "day": "2017-04-20"},
        {"event_id": "c2", "day": "2017-04-21"},
        {"event_id": "c2", "day": "2017-04-21", "document_id": "d-wire"},
        {"event_id": "c1", "day": "2017-04-21", "document_id": "d-wire"},
    )  # fmt: skip
    events = resolve(tables)
    assert events.index.name == "event_id"
    assert events.index.tolist() == ["c1", "c2"]
    assert events["start"].dt.day.tolist() == [20, 21]
    assert events["end"].dt.day.tolist() == [21, 21]
    assert events["claim_count"].tolist() == [2, 2]
    assert events["summary"].tolist() == ["Claim 1.", "Claim 2."]


def test_the_summary_is_the_founding_claims(one):
    assert (
        one({"summary": "First."}, *[WIRE | {"summary": "Second."}] * 3)["summary"]
        == "First."
    )


def test_there_is_no_rule_of_that_name(make_tables):
    with pytest.raises(
        ValueError, match=r"^no rule is called 'majority'; there are: rep"
    ):
        resolve(make_tables({}), "majority")


def test_no_claims_make_no_events(make_tables):
    events = resolve(make_tables())
    assert events.empty
    assert {"event_type", "start", "count_low", "source_count"} <= set(events.columns)


EVENTS = [f"c{n}" for n in range(1, 7)]
DAYS = [f"2017-04-{day:02d}" for day in range(1, 7)]
RANDOM = st.fixed_dictionaries(
    {
        "document_id": st.sampled_from(["d-press", "d-wire", "d-gov", "d-opp"]),
        "claimant_id": st.sampled_from([None, "army", "brigade", "radio"]),
        "stance": st.sampled_from(["asserts"] * 4 + ["denies", "disputes", "retracts"]),
        "event_id": st.sampled_from(EVENTS),
        "event_type": st.sampled_from(["clash", "raid", "assault"]),
        "start": st.sampled_from([None, *DAYS]),
        "end": st.sampled_from([None, *DAYS]),
        "day_part": st.sampled_from([None, "night", "morning"]),
        "place_id": st.sampled_from([None, "amber", "sumaq", "river", "plain"]),
        "unit": st.sampled_from(["strike", "person", None]),
        "count_per": st.just("total"),
        "count_low": st.sampled_from([None, 0, 1, 5, 30]),
        "count_high": st.sampled_from([None, 1, 5, 99]),
        "count_word": st.sampled_from([None, "few"]),
    }
)


def tidy(claim: dict) -> dict:
    """Make the claim one that validation lets pass."""
    claim = dict(claim)
    if claim["start"] and claim["end"] and claim["end"] < claim["start"]:
        claim["start"], claim["end"] = claim["end"], claim["start"]
    low, high = claim["count_low"], claim["count_high"]
    if low is not None and high is not None and low > high:
        claim["count_low"], claim["count_high"] = high, low
    if claim["unit"] is None:
        claim |= dict.fromkeys(("count_per", "count_low", "count_high", "count_word"))
    return claim


@settings(max_examples=15, deadline=None)
@given(claims=st.lists(RANDOM.map(tidy), min_size=1, max_size=30), data=st.data())
def test_whatever_is_claimed(make_tables, claims, data):
    tables = make_tables(*[{"event_id": e} for e in EVENTS], *claims)
    before = {name: frame.copy() for name, frame in tables.items()}
    events = resolve(tables)
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(frame, before[name])
    assert (
        (events["start"] <= events["end"])
        .where(events["start"].notna() & events["end"].notna(), True)
        .all()
    )
    assert (events["count_low"] <= events["count_high"]).fillna(True).all()
    counts = events[["count_low", "count_high"]].notna().any(axis=1)
    assert events.loc[counts, "unit"].notna().all()
    assert (events["claim_count"].sum()) == len(tables["claims"])
    assert (events["source_count"] <= events["claim_count"]).all()
    order = data.draw(st.permutations(range(len(tables["claims"]))))
    shuffled = tables | {"claims": tables["claims"].iloc[list(order)]}
    pd.testing.assert_frame_equal(resolve(shuffled), events)


@settings(max_examples=15, deadline=None)
@given(claims=st.lists(RANDOM.map(tidy), min_size=1, max_size=30))
def test_bounds_come_from_one_version_or_are_the_envelope_of_several(
    make_tables, claims
):
    """A pair that nobody tells takes in, bound by bound, at least two that are told."""
    tables = make_tables(*claims)
    events, votes = resolve(tables), voters(tables)
    for low, high in (("start", "end"), ("count_low", "count_high")):
        for event_id, mine, theirs in events[[low, high]].itertuples():
            own = votes[votes["event_id"] == event_id]
            if pd.isna(mine) or pd.isna(theirs):
                continue
            if ((own[low] == mine) & (own[high] == theirs)).any():
                continue
            assert (own[low] == mine).any()
            assert (own[high] == theirs).any()
            assert ((own[low] >= mine) & (own[high] <= theirs)).sum() >= 2
