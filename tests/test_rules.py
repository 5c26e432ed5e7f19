"""The rules: what each shows, worked out by hand; what holds whatever is claimed; and
the fast way of counting against a slow one written from what the rules say of
themselves.

Claims are about the event ``c1`` unless told otherwise; ``d-press``, ``d-wire``,
``d-gov``, ``d-opp`` and ``d-kurd`` are five independent sources.  Places: ``qasr`` has
1 km, ``amber`` and ``sumaq`` 2, ``plain`` 20, ``river`` none.
"""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syriaconflict import vocabulary
from syriaconflict.derive import derived
from syriaconflict.grades import grades
from syriaconflict.members import resolve_actors
from syriaconflict.resolve import resolve, resolve_all
from syriaconflict.rules import (
    BESIDE,
    CODES,
    COUNT,
    DATES,
    PLACE,
    RULES,
    SIDED,
    VAGUE,
    Poll,
    choices,
    poll,
)
from syriaconflict.voters import voters

PRESS, WIRE, GOV, OPP, KURD = (
    {"document_id": f"d-{name}"} for name in ("press", "wire", "gov", "opp", "kurd")
)
DENIES, DISPUTES, RETRACTS = ({"stance": s} for s in ("denies", "disputes", "retracts"))
ALL = [*RULES]
FIELDS = [*CODES, *DATES, *PLACE, *COUNT, *BESIDE]


def days(first: int, last: int | None = None) -> dict:
    """Dates in April 2017, from the first to the last."""
    return {"start": f"2017-04-{first:02d}", "end": f"2017-04-{last or first:02d}"}


def strikes(low: int | None, high: int | None, **cells) -> dict:
    unit = {"unit": "strike", "count_per": "total"}
    return unit | {"count_low": low, "count_high": high} | cells


def plain(value: object) -> object:
    if value is None or pd.isna(value):
        return None
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else value


def rows(events: pd.DataFrame) -> dict[str, dict]:
    """Events as dictionaries of plain values."""
    return {
        event: {column: plain(value) for column, value in row.items()}
        for event, row in events.to_dict("index").items()
    }


@pytest.fixture
def show(make_tables):
    """The one event that the claims are about, under a rule."""

    def show(rule: str, *claims: dict, only: bool = False, **kwargs) -> dict:
        events = rows(resolve(make_tables(*claims, **kwargs), rule, only=only))
        assert list(events) == ["c1"]
        return events["c1"]

    return show


def span(event: dict) -> tuple[int | None, int | None]:
    return tuple(event[k] and int(event[k][-2:]) for k in DATES)


def place(event: dict) -> tuple:
    return event["place_id"], event["radius_km"]


def count(event: dict) -> tuple:
    return event["count_low"], event["count_high"]


# One event that every rule shows differently
#
#            dates    place   strikes  outcome    extent
#   press    20 - 22  sumaq   10 - 20  unknown    whole
#   wire     20 - 22  sumaq   10 - 20  unknown    whole
#   gov      21       qasr    5        succeeded  part
#   opp      18 - 25  plain   30 - 60  failed     part

TWICE = {"outcome": "unknown", "extent": "whole", "place_id": "sumaq"}
TWICE = TWICE | days(20, 22) | strikes(10, 20)
EVENT = (
    PRESS | TWICE,
    WIRE | TWICE,
    GOV | days(21) | strikes(5, 5)
    | {"place_id": "qasr", "outcome": "succeeded", "extent": "part"},
    OPP | days(18, 25) | strikes(30, 60)
    | {"place_id": "plain", "outcome": "failed", "extent": "part"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "dates", "where", "number", "outcome", "extent"),
    [
        # two sources for all of it; two against two on the extent
        ("representative", (20, 22), ("sumaq", 2), (10, 20), "unknown",
         "indeterminate"),
        # from the first to the last day, the widest place, the lowest count
        ("conservative", (18, 25), ("plain", 20), (5, 5), "unknown", "indeterminate"),
        # `unknown` is less precise than two that are told by one source each
        ("informative", (21, 21), ("qasr", 1), (5, 5), "indeterminate",
         "indeterminate"),
        ("government", (21, 21), ("qasr", 1), (5, 5), "succeeded", "part"),
        ("opposition", (18, 25), ("plain", 20), (30, 60), "failed", "part"),
    ],
)  # fmt: skip
def test_each_rule_shows_its_version(show, rule, dates, where, number, outcome, extent):
    event = show(rule, *EVENT)
    assert span(event) == dates
    assert place(event) == where
    assert count(event) == number
    assert (event["unit"], event["count_per"]) == ("strike", "total")
    assert (event["outcome"], event["extent"]) == (outcome, extent)
    # what does not depend on the rule
    assert [event[f"{k}_count"] for k in ("claim", "document", "source")] == [4, 4, 4]
    assert (event["summary"], event["modality"]) == ("Claim 1.", "realised")


def test_every_rule_says_what_it_is():
    assert set(SIDED) < set(RULES)
    assert all(text.endswith(".") for text in RULES.values())


def test_representative_counts_sources_then_claims_then_precision(show):
    """Three claims of one source against two sources; two claims against one; one
    against one that is narrower."""
    wide = days(1, 9) | {"place_id": "plain", "outcome": "failed"} | strikes(3, 9)
    narrow = days(2) | {"place_id": "qasr", "outcome": "partial"} | strikes(4, 4)
    for claims, version in (
        ([PRESS | narrow] * 3 + [WIRE | wide, GOV | wide], wide),
        ([PRESS | wide] * 2 + [WIRE | narrow], wide),
        ([PRESS | wide, WIRE | narrow], narrow),
    ):
        event = show("representative", *claims)
        told = {k: version[k] for k in (*DATES, *COUNT, "place_id")}
        assert {k: event[k] for k in told} == told
    # codes have no precision but that of saying something
    assert event["outcome"] == "indeterminate"


# conservative


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ([(3, 9), (4, 6)], (3, 6)),  # the lowest low and the lowest high
        ([(3, 9), (9, 10)], (3, 9)),
        ([(3, None), (5, 8)], (3, 8)),  # an open upper bound is above all
        ([(3, None), (5, None)], (3, None)),
        ([(None, 9), (5, 7)], (None, 7)),  # an open lower bound is below all
        ([(5, 5), (5, 5), (0, 1)], (0, 1)),  # however few tell it
    ],
)
def test_conservative_shows_the_lowest_count(show, told, shown):
    claims = [
        document | strikes(*bounds)
        for document, bounds in zip((PRESS, WIRE, GOV), told, strict=False)
    ]
    assert count(show("conservative", *claims)) == shown
    assert count(show("conservative", *claims[::-1])) == shown


def test_conservative_compares_counts_of_one_thing(show):
    """Two sources count strikes, one fewer sorties: a sortie is no strike."""
    sorties = strikes(1, 1, unit="sortie")
    event = show("conservative", PRESS | strikes(9, 9), WIRE | strikes(7, 8),
                 GOV | sorties)  # fmt: skip
    assert (event["unit"], *count(event)) == ("strike", 7, 8)
    a_day = strikes(1, 1, count_per="day")
    event = show("conservative", PRESS | strikes(9, 9), WIRE | strikes(7, 8),
                 GOV | a_day)  # fmt: skip
    assert (event["count_per"], *count(event)) == ("total", 7, 8)


def test_conservative_takes_the_thing_of_more_claims_of_as_many_sources(show):
    claims = [PRESS | strikes(1, 1, unit="sortie")] + [WIRE | strikes(7, 8)] * 2
    assert count(show("conservative", *claims)) == (7, 8)


def test_conservative_shows_no_count_between_things_told_equally_well(show):
    event = show(
        "conservative", PRESS | strikes(9, 9), WIRE | strikes(1, 1, unit="sortie")
    )
    assert (event["unit"], event["count_per"], *count(event)) == (None,) * 4


def test_conservative_shows_the_widest_interval(show):
    event = show("conservative", PRESS | days(20, 22), WIRE | days(20, 22),
                 GOV | days(18), OPP | days(24, 25))  # fmt: skip
    assert span(event) == (18, 25)
    # open is wider than any
    event = show("conservative", PRESS | days(20, 22), WIRE | {"end": None})
    assert span(event) == (20, None)
    event = show("conservative", PRESS | days(20), WIRE | days(22) | {"start": None})
    assert span(event) == (None, 22)


def test_conservative_breaks_a_tie_of_places_by_sources_then_claims(show):
    two = [PRESS | {"place_id": "amber"}, WIRE | {"place_id": "amber"}]
    event = show("conservative", *two, *[GOV | {"place_id": "sumaq"}] * 3)
    assert place(event) == ("amber", 2)
    event = show("conservative", *[PRESS | {"place_id": "sumaq"}] * 2,
                 WIRE | {"place_id": "amber"})  # fmt: skip
    assert place(event) == ("sumaq", 2)
    event = show("conservative", PRESS | {"place_id": "amber"},
                 WIRE | {"place_id": "sumaq"})  # fmt: skip
    assert place(event) == (None, None)


def test_conservative_shows_the_widest_radius_told_of_the_place(show):
    event = show("conservative", PRESS, WIRE, GOV | {"radius_km": 7})
    assert place(event) == ("amber", 7)
    # seven kilometres about amber are wider than qasr and than amber's own two
    event = show("conservative", PRESS | {"place_id": "qasr", "radius_km": 5}, WIRE,
                 GOV | {"radius_km": 7})  # fmt: skip
    assert place(event) == ("amber", 7)


def test_conservative_shows_the_coarsest_precision_of_each_bound(show):
    event = show(
        "conservative",
        PRESS | days(18) | {"start_precision": "day"},
        WIRE | days(18) | {"start_precision": "month"},
        GOV | days(25) | {"end_precision": "few_days", "start_precision": "year"},
    )
    assert span(event) == (18, 25)
    assert (event["start_precision"], event["end_precision"]) == ("month", "few_days")


def test_conservative_shows_no_hour_of_an_interval_that_nobody_tells(show):
    event = show("conservative", PRESS | days(18) | {"day_part": "night"},
                 WIRE | days(25) | {"day_part": "night"})  # fmt: skip
    assert (span(event), event["day_part"]) == ((18, 25), None)


# informative


def test_informative_puts_precision_before_sources_and_claims(show):
    month = days(1, 30) | {"place_id": "plain"} | strikes(24, 99)
    claims = [PRESS | month, WIRE | month, KURD | month,
              GOV | days(20) | {"place_id": "qasr"} | strikes(30, 31)]  # fmt: skip
    event = show("informative", *claims)
    assert (span(event), place(event), count(event)) == (
        (20, 20), ("qasr", 1), (30, 31))  # fmt: skip


def test_informative_breaks_ties_by_sources_then_claims(show):
    event = show("informative", *[PRESS | days(20) | strikes(3, 3)] * 3,
                 WIRE | days(21) | strikes(4, 4),
                 GOV | days(21) | strikes(4, 4))  # fmt: skip
    assert (span(event), count(event)) == ((21, 21), (4, 4))
    event = show("informative", *[PRESS | days(20) | strikes(3, 3)] * 2,
                 WIRE | days(21) | strikes(4, 4))  # fmt: skip
    assert (span(event), count(event)) == ((20, 20), (3, 3))


def test_informative_envelopes_the_most_precise_alone(show):
    """Between two single days nothing decides; the longer version is out."""
    event = show("informative", PRESS | days(20), WIRE | days(23), GOV | days(1, 30))
    assert span(event) == (20, 23)


@pytest.mark.parametrize("vague", VAGUE)
def test_informative_prefers_a_code_that_says_something(show, vague):
    columns = {"unknown": ("outcome", "extent"), "unspecified": ("munition",),
               "strike_unspecified": ("event_type",)}[vague]  # fmt: skip
    for column in columns:
        telling = {"outcome": "failed", "extent": "part", "munition": "bomb",
                   "event_type": "airstrike"}[column]  # fmt: skip
        claims = [PRESS | {column: vague}, WIRE | {column: vague},
                  GOV | {column: telling}]  # fmt: skip
        assert show("informative", *claims)[column] == telling
        assert show("representative", *claims)[column] == vague
        assert show("conservative", *claims)[column] == vague
        # vague against telling, one source each
        assert show("representative", *claims[1:])[column] == telling
        # vague alone is better than nothing
        assert show("informative", *claims[:2])[column] == vague


def test_informative_shows_the_finest_of_what_stands_beside(show):
    coarse = {"start_precision": "week", "end_precision": "month", "radius_km": 9}
    event = show("informative", PRESS | coarse, WIRE | coarse,
                 GOV | {"radius_km": 1, "end_precision": "few_days"})  # fmt: skip
    assert (event["start_precision"], event["end_precision"]) == ("day", "few_days")
    assert place(event) == ("amber", 1)
    event = show("representative", PRESS | coarse, WIRE | coarse, GOV)
    assert (event["start_precision"], event["end_precision"]) == ("week", "month")
    assert place(event) == ("amber", 9)


# government and opposition


BARE = {"start": None, "end": None, "place_id": None, "event_type": None,
        "modality": None, "grain": None}  # fmt: skip


@pytest.mark.parametrize(("rule", "own"), [("government", GOV), ("opposition", OPP)])
def test_a_side_falls_back_group_by_group(show, rule, own):
    """The side tells each group in turn, and nothing else; two others tell all."""
    others = {"event_type": "clash", "modality": "ongoing", "grain": "state",
              "outcome": "failed", "target_kind": "market", "munition": "bomb",
              "extent": "part", "place_id": "plain"}  # fmt: skip
    others |= days(20, 22) | strikes(10, 20)
    groups = {
        DATES: days(1), PLACE: {"place_id": "qasr"},
        COUNT: strikes(1, 2, unit="sortie", count_per="day"),
        "event_type": {"event_type": "raid"}, "modality": {"modality": "planned"},
        "grain": {"grain": "discrete"}, "outcome": {"outcome": "partial"},
        "target_kind": {"target_kind": "school"}, "munition": {"munition": "shell"},
        "extent": {"extent": "whole"},
    }  # fmt: skip
    columns = [*CODES, *DATES, *PLACE, *COUNT]
    for told in groups.values():
        event = show(rule, PRESS | others, WIRE | others, own | BARE | told)
        assert {c: event[c] for c in columns} == {
            c: (others | told)[c] for c in columns
        }
    # what falls back is what the representative rule shows
    claims = PRESS | others, WIRE | others, own | BARE
    assert show(rule, *claims) == show("representative", *claims)


def test_a_side_is_that_of_the_claimants_camp_then_of_the_outlet(show):
    """Russia is on the government's side, whoever prints it; the army in an opposition
    outlet does not speak for the opposition."""
    claims = [PRESS | days(20), WIRE | days(20),
              PRESS | days(21) | {"claimant_id": "russia"}]  # fmt: skip
    assert span(show("government", *claims)) == (21, 21)
    assert span(show("opposition", *claims)) == (20, 20)
    claims = [PRESS | days(20), WIRE | days(20),
              OPP | days(21) | {"claimant_id": "army"}]  # fmt: skip
    assert span(show("opposition", *claims)) == (20, 20)
    assert span(show("government", *claims)) == (21, 21)


def test_a_claimant_that_changed_sides_speaks_for_that_of_the_day(make_tables):
    """The actor turncoat is of the opposition until the end of 2016."""
    turncoat = PRESS | {"claimant_id": "turncoat"}
    tables = make_tables(
        {"event_id": "c1", "day": "2016-12-30"}, {"event_id": "c2"},
        turncoat | {"event_id": "c1", "day": "2016-12-31"},
        turncoat | {"event_id": "c2", "day": "2017-04-25"},
    )  # fmt: skip
    assert [*resolve(tables, "opposition", only=True).index] == ["c1"]
    assert [*resolve(tables, "government", only=True).index] == ["c2"]


def test_what_a_side_leaves_undecided_does_not_fall_back(show):
    """Two voices of the government differ; that the others agree is not its word."""
    army = PRESS | {"claimant_id": "army"}
    russia = PRESS | {"claimant_id": "russia"}
    claims = [
        WIRE | days(10) | {"place_id": "qasr", "outcome": "failed"},
        OPP | days(10) | {"place_id": "qasr", "outcome": "failed"},
        army | days(20) | {"place_id": "amber", "outcome": "partial"},
        russia | days(23) | {"place_id": "sumaq", "outcome": "succeeded"},
    ]
    event = show("government", *claims)
    assert span(event) == (20, 23)
    assert place(event) == (None, None)
    assert event["outcome"] == "indeterminate"


def test_a_sides_version_is_its_usual_one(show):
    """Within a side: sources, then claims, then precision."""
    army = {"claimant_id": "army"}
    claims = [PRESS | army | days(1, 9), WIRE | army | days(1, 9), GOV | days(2, 3),
              PRESS | {"claimant_id": "russia"} | days(2, 3)]  # fmt: skip
    assert span(show("government", *claims)) == (2, 3)  # two sources against one
    assert span(show("government", *claims[:3])) == (1, 9)  # two claims against one
    assert span(show("government", *claims[1:3])) == (2, 3)  # two days against nine


def test_what_a_side_says_beside_its_version_goes_before_what_others_say(show):
    others = {"radius_km": 9, "start_precision": "month", "day_part": "night",
              "count_word": "dozens"} | strikes(24, 99)  # fmt: skip
    own = {"radius_km": 3, "start_precision": "week", "day_part": "morning",
           "count_word": "scores"} | strikes(24, 99)  # fmt: skip
    claims = PRESS | others, WIRE | others, GOV | own, OPP | strikes(24, 99)
    event = show("government", *claims)
    assert {k: event[k] for k in own} == own
    event = show("opposition", *claims)  # its own radius is the place's
    assert {k: event[k] for k in own} == others | {
        "radius_km": 2, "start_precision": "day"}  # fmt: skip


# only=True


def test_only_shows_the_claims_of_the_side_alone(make_tables):
    tables = make_tables(
        {"event_id": "c1"} | days(20) | strikes(9, 9) | {"outcome": "failed"},
        GOV | {"event_id": "c1", "place_id": "qasr"} | days(21),
        OPP | {"event_id": "c3"} | days(22),
        {"event_id": "c4"},
    )
    own = rows(resolve(tables, "government", only=True))
    assert list(own) == ["c1"]
    assert (span(own["c1"]), place(own["c1"])) == ((21, 21), ("qasr", 1))
    assert (own["c1"]["outcome"], *count(own["c1"])) == (None, None, None)
    assert own["c1"]["claim_count"] == 2  # the same under every rule
    assert list(rows(resolve(tables, "opposition", only=True))) == ["c3"]
    assert list(rows(resolve(tables, "government"))) == ["c1", "c3", "c4"]


def test_only_reads_nothing_beside_from_others(show):
    event = show("government", PRESS | {"day_part": "night"}, GOV, only=True)
    assert event["day_part"] is None
    assert show("government", PRESS | {"day_part": "night"}, GOV)["day_part"] == "night"


def test_only_asks_for_assertions_that_stand(make_tables):
    tables = make_tables(PRESS, GOV, GOV | RETRACTS)
    assert resolve(tables, "government", only=True).empty
    assert resolve(make_tables(PRESS, GOV | DISPUTES), "government", only=True).empty


@pytest.mark.parametrize("rule", ["representative", "conservative", "informative"])
def test_only_is_for_sides(make_tables, rule):
    wanted = f"only=True is for the rules government and opposition, not for '{rule}'"
    with pytest.raises(ValueError, match=wanted):
        resolve(make_tables(PRESS), rule, only=True)
    with pytest.raises(ValueError, match=wanted):
        resolve_actors(make_tables(PRESS), rule, only=True)


# Denials


def ids(tables, rule, **kwargs) -> list[str]:
    return resolve(tables, rule, **kwargs).index.tolist()


@pytest.mark.parametrize(
    ("claims", "without"),
    [
        ([PRESS, GOV | DENIES], ["government"]),
        ([PRESS, OPP | DENIES], ["opposition"]),
        ([PRESS, PRESS | DENIES | {"claimant_id": "russia"}], ["government"]),
        ([PRESS, GOV | DENIES, OPP | DENIES], ["government", "opposition"]),
        # one side asserts what the other denies
        ([GOV, OPP | DENIES], ["opposition"]),
        # the side asserts and denies: two voices of it
        ([PRESS, GOV, PRESS | DENIES | {"claimant_id": "russia"}], []),
        # what it asserted it took back
        ([PRESS, GOV, GOV | RETRACTS, GOV | DENIES], ["government"]),
        # disputed or taken back, not denied
        ([PRESS, GOV | DISPUTES], []),
        ([PRESS, GOV, GOV | RETRACTS], []),
        # neither side denies
        ([PRESS, KURD | DENIES], []),
        # nobody asserts it
        ([GOV | DENIES], ["government"]),
    ],
)
def test_an_event_that_a_side_denies_is_out_of_its_rule(make_tables, claims, without):
    other = f"c{len(claims) + 1}"  # an event of a claim that nobody denies
    tables = make_tables(
        *[claim | {"event_id": "c1"} for claim in claims],
        {"event_id": other},
        parts=[{"claim_id": f"c{n}", "actor_id": "army", "role": "initiator"}
               for n in range(1, len(claims) + 2)],
    )  # fmt: skip
    for rule, events in zip(ALL, resolve_all(tables, ALL), strict=True):
        shown = {other} if rule in without else {"c1", other}
        assert {*events.index} == shown, rule
        # its actors are out with it
        if rule in SIDED:
            assert {*resolve_actors(tables, rule)["event_id"]} == shown


def test_a_denial_is_of_one_event(make_tables):
    tables = make_tables(
        {"event_id": "c1"}, {"event_id": "c2"}, GOV | DENIES | {"event_id": "c1"}
    )
    assert ids(tables, "government") == ["c2"]
    assert ids(tables, "opposition") == ["c1", "c2"]


# Several rules in one run, and rules that are none


def test_all_rules_in_one_run_are_each_by_itself(make_tables):
    tables = make_tables(
        *EVENT, GOV | DENIES | {"event_id": "c5"}, WIRE | {"event_id": "c5"}
    )
    together = list(resolve_all(tables, ALL))
    assert len(together) == len(ALL)
    for rule, events in zip(ALL, together, strict=True):
        pd.testing.assert_frame_equal(events, resolve(tables, rule))
    own = [resolve(tables, rule, only=True) for rule in SIDED]
    for mine, events in zip(resolve_all(tables, SIDED, only=True), own, strict=True):
        pd.testing.assert_frame_equal(mine, events)


@pytest.mark.parametrize("read", [resolve, resolve_actors])
def test_an_unknown_rule_lists_those_there_are(make_tables, read):
    wanted = (
        "^no rule is called 'Majority'; there are: representative, conservative, "
        "informative, government, opposition"
    )
    with pytest.raises(ValueError, match=wanted):
        read(make_tables(PRESS), "Majority")


@pytest.mark.parametrize("rule", ALL)
def test_no_claims_make_no_events_under_any_rule(make_tables, rule):
    events = resolve(make_tables(), rule)
    assert events.empty
    assert [*events] == [*resolve(make_tables(PRESS), rule)]
    assert resolve_actors(make_tables(), rule).empty


# Actors and harm


def part(number: int, actor: str, role: str = "initiator", **cells) -> dict:
    return {"claim_id": f"c{number}", "actor_id": actor, "role": role} | cells


def killed(low: int | None, high: int | None) -> dict:
    return {"killed_low": low, "killed_high": high}


def harm(tables, rule: str, **kwargs) -> dict:
    found = resolve_actors(tables, rule, **kwargs).to_dict("records")
    return {
        (row["actor_id"], row["role"]): tuple(plain(row[k]) for k in killed(0, 0))
        for row in found
    }


VICTIMS = ("civilians", "target")


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        ("representative", (10, 20)),  # two sources
        ("conservative", (3, 8)),  # the lowest low, the lowest high
        ("informative", (7, 8)),  # the narrowest
        ("government", (3, 9)),
        ("opposition", (40, 60)),
    ],
)
def test_harm_is_resolved_by_the_rule(make_tables, rule, shown):
    told = [(10, 20), (10, 20), (3, 9), (40, 60), (7, 8)]
    tables = make_tables(
        PRESS, WIRE, GOV, OPP, KURD,
        parts=[part(n, *VICTIMS, **killed(*t)) for n, t in enumerate(told, 1)],
    )  # fmt: skip
    assert harm(tables, rule) == {VICTIMS: shown}


def test_harm_that_a_side_leaves_untold_is_the_representative_one(make_tables):
    tables = make_tables(
        PRESS, WIRE, GOV,
        parts=[part(1, *VICTIMS, **killed(4, 4)), part(2, *VICTIMS, **killed(4, 4)),
               part(3, *VICTIMS)],
    )  # fmt: skip
    assert harm(tables, "government") == {VICTIMS: (4, 4)}
    assert harm(tables, "government", only=True) == {VICTIMS: (None, None)}
    assert harm(tables, "opposition", only=True) == {}


def test_a_side_names_the_actors_of_a_part(make_tables):
    """The government names the brigade as initiator and nobody as target."""
    tables = make_tables(
        PRESS, GOV, OPP,
        parts=[part(1, "army"), part(1, *VICTIMS), part(2, "brigade"),
               part(3, "army"), part(3, "militia", "target")],
    )  # fmt: skip
    everybody = {("army", "initiator"), ("brigade", "initiator"), VICTIMS,
                 ("militia", "target")}  # fmt: skip
    for rule in ("representative", "conservative", "informative"):
        assert set(harm(tables, rule)) == everybody
    assert set(harm(tables, "government")) == everybody - {("army", "initiator")}
    assert set(harm(tables, "government", only=True)) == {("brigade", "initiator")}
    assert set(harm(tables, "opposition")) == {
        ("army", "initiator"), ("militia", "target")}  # fmt: skip


def test_either_or_of_a_side_is_that_of_its_own_claims(make_tables):
    """The press is sure; the government says one of two."""
    tables = make_tables(
        PRESS, GOV,
        parts=[part(1, "army"), part(2, "army", certainty="one_of"),
               part(2, "militia", certainty="one_of")],
    )  # fmt: skip
    found = resolve_actors(tables, "government").set_index("actor_id")["certainty"]
    assert found.to_dict() == {"army": "one_of", "militia": "one_of"}
    found = resolve_actors(tables).set_index("actor_id")["certainty"]
    assert found.to_dict() == {"army": "stated", "militia": "one_of"}


# Faults that the R package eventreport is known to have


@pytest.mark.parametrize("rule", ALL)
def test_a_missing_value_is_not_a_value(show, rule):
    """Four claims are silent on everything, one tells it: it is told."""
    told = {"outcome": "failed", "extent": "part", "munition": "bomb",
            "target_kind": "market", "day_part": "night", "place_id": "qasr",
            "count_word": "few"} | days(20, 22) | strikes(3, 9)  # fmt: skip
    silent = [d | {"start": None, "end": None, "place_id": None}
              for d in (PRESS, WIRE, GOV, OPP)]  # fmt: skip
    event = show(rule, *silent, KURD | told)
    assert {k: event[k] for k in told} == told


@pytest.mark.parametrize("rule", ALL)
def test_one_report_is_not_agreement(make_tables, rule):
    """Nor is one report printed twice, nor two of one source."""
    reprint = {"d-wire": {"derived_from": "d-press"}}
    for claims in ([PRESS], [PRESS, WIRE], [PRESS, PRESS]):
        tables = make_tables(*claims, documents=reprint)
        events = resolve(tables, rule)
        nobody = pd.DataFrame({"claim_id": [], "role": [], "side": []}, dtype="str")
        grade, _ = grades(events, nobody, tables)
        assert events["source_count"].tolist() == [1]
        assert grade.tolist() == ["single_source"]


@pytest.mark.parametrize("rule", ALL)
def test_no_event_ends_before_its_start(show, rule):
    """The most precise start is of one report, the most precise end of another."""
    event = show(
        rule,
        PRESS | days(20, 30) | {"start_precision": "day", "end_precision": "month"},
        WIRE | days(1, 10) | {"start_precision": "month", "end_precision": "day"},
    )
    assert span(event) == (1, 10) if rule == "informative" else (1, 30)


@pytest.mark.parametrize("rule", ALL)
def test_no_low_is_above_its_high(show, rule):
    """The most told low is 10, the most told high 5, of no report both."""
    event = show(
        rule, PRESS | strikes(10, 40), WIRE | strikes(10, 30), GOV | strikes(1, 5),
        OPP | strikes(2, 5),
    )  # fmt: skip
    shown = {"conservative": (1, 5), "government": (1, 5)}
    assert count(event) == shown.get(rule, (2, 5))


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ("representative", "amber"),  # two sources
        ("conservative", "plain"),  # 20 km
        ("informative", "qasr"),  # 1 km
        ("government", "qasr"),
        ("opposition", "sumaq"),
    ],
)
def test_a_point_is_of_one_place(whole, rule, place):
    """Each place differs from the others in longitude and in latitude."""
    points = {"amber": (36.7, 35.3), "qasr": (36.8, 35.2), "sumaq": (36.9, 35.1),
              "plain": (37.0, 35.0)}  # fmt: skip
    told = zip(
        (PRESS, WIRE, GOV, OPP, KURD),
        ("amber", "amber", "qasr", "sumaq", "plain"),
        strict=True,
    )
    tables = whole(*(document | {"place_id": where} for document, where in told))
    ids = tables["places"]["place_id"]
    for at, column in enumerate(("longitude", "latitude")):
        degrees = ids.map({name: point[at] for name, point in points.items()})
        tables["places"][column] = degrees.astype(float)
    (event,) = derived(tables, rule)["events"].to_dict("records")
    assert event["place_id"] == place
    assert (event["longitude"], event["latitude"]) == points[place]


# What holds whatever is claimed

DOCUMENTS = ["d-press", "d-wire", "d-gov", "d-opp", "d-kurd", "d-copy"]
COPY = {"d-copy": {"publisher_id": "wire", "derived_from": "d-press"}}
CODED = {
    "event_type": ["strike_unspecified", "airstrike", "shelling"],
    "modality": ["realised", "ongoing"],
    "grain": ["discrete", "aggregate"],
    "outcome": [None, "unknown", "failed", "succeeded"],
    "target_kind": [None, "market"],
    "munition": [None, "unspecified", "bomb"],
    "extent": [None, "unknown", "part", "whole"],
}
APRIL = [f"2017-04-{day:02d}" for day in range(1, 6)]
CHOICES = CODED | {
    "event_id": ["c1", "c2", "c3"],
    "document_id": DOCUMENTS,
    "claimant_id": [None, None, "army", "russia", "brigade", "turncoat"],
    "stance": ["asserts"] * 5 + ["denies", "disputes", "retracts"],
    "start": [None, *APRIL],
    "end": [None, *APRIL],
    "start_precision": ["day", "week", "relative"],
    "end_precision": ["day", "week", "relative"],
    "day_part": [None, "night", "morning"],
    "day_order": [None, 1, 2],
    "place_id": [None, "amber", "sumaq", "qasr", "plain", "river"],
    "radius_km": [None, None, 1.0, 4.0],
    "unit": [None, "strike", "strike", "sortie"],
    "count_per": ["total", "total", "day"],
    "count_low": [None, 0, 1, 5],
    "count_high": [None, 1, 5, 30],
    "count_word": [None, "few"],
    "killed_low": [None, 0, 2, 7],
    "killed_high": [None, 2, 9],
}


def tidy(claim: dict) -> dict:
    """Make the claim one that validation lets pass."""
    claim = dict(claim)
    for low, high in (DATES, COUNT[2:], tuple(killed(0, 0))):
        bounds = [claim[low], claim[high]]
        if None not in bounds:
            claim[low], claim[high] = sorted(bounds)
    if claim["count_low"] is None and claim["count_high"] is None:
        claim["unit"] = None
    if claim["unit"] is None:
        claim |= dict.fromkeys((*COUNT, "count_word"))
    for bound in DATES:
        if claim[bound] is None:
            claim[f"{bound}_precision"] = None
    if claim["place_id"] is None:
        claim["radius_km"] = None
    if claim["start"] is None and claim["end"] is None:
        claim |= {"day_part": None, "day_order": None}
    return claim


CLAIM = st.fixed_dictionaries(
    {column: st.sampled_from(codes) for column, codes in CHOICES.items()}
).map(tidy)
CLAIMS = st.lists(CLAIM, min_size=1, max_size=6)


def tables_of(make_tables, claims: list[dict]) -> dict[str, pd.DataFrame]:
    harmed = {*killed(0, 0)}
    return make_tables(
        *[{k: v for k, v in c.items() if k not in harmed} for c in claims],
        parts=[part(n, *VICTIMS, **{k: c[k] for k in harmed})
               for n, c in enumerate(claims, 1)],
        documents=COPY,
    )  # fmt: skip


def random_claims(events: int, seed: int) -> list[dict]:
    rng = np.random.default_rng(seed)
    claims = []
    for event in range(events):
        for _ in range(rng.integers(1, 7)):
            claim = {c: v[rng.integers(len(v))] for c, v in CHOICES.items()}
            claims.append(tidy(claim) | {"event_id": f"e{event:03d}"})
    return claims


@pytest.fixture(scope="module")
def many(make_tables) -> dict[str, pd.DataFrame]:
    return tables_of(make_tables, random_claims(400, seed=7))


def ordered(frame: pd.DataFrame, low: str, high: str) -> bool:
    return bool((frame[low] <= frame[high]).where(
        frame[low].notna() & frame[high].notna(), True).all())  # fmt: skip


def votes_of(tables) -> dict[str, list[dict]]:
    """The claims that vote, by event."""
    votes = rows(voters(tables).set_index("claim_id", drop=False))
    by_event = {}
    for claim in votes.values():
        by_event.setdefault(claim["event_id"], []).append(claim)
    return by_event


def check_all(tables) -> None:
    before = {name: frame.copy() for name, frame in tables.items()}
    votes = votes_of(tables)
    for rule, shown in zip(ALL, resolve_all(tables, ALL), strict=True):
        assert ordered(shown, *DATES), rule
        assert ordered(shown, "count_low", "count_high"), rule
        assert ordered(resolve_actors(tables, rule), *killed(0, 0)), rule
        for event, row in rows(shown).items():
            check_told(row, votes[event])
            check_together(row, votes[event])
            if rule == "conservative":
                check_conservative(row, votes[event])
            if rule == "informative":
                check_informative(row, votes[event])
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(frame, before[name])


@settings(max_examples=5, deadline=None)
@given(claims=CLAIMS)
def test_under_every_rule_whatever_is_claimed(make_tables, claims):
    check_all(tables_of(make_tables, claims))


def test_under_every_rule_of_many_events(many):
    check_all(many)


def check_told(event: dict, claims: list[dict]) -> None:
    """Every value shown is told by some claim that votes, or says that it is not."""
    for column in FIELDS:
        if event[column] is None or event[column] == "indeterminate":
            continue
        if column == "modality" and event[column] == "denied":
            continue
        assert event[column] in [claim[column] for claim in claims], column


def check_together(event: dict, claims: list[dict]) -> None:
    """A place and its radius, a count and its unit are of one claim."""
    for columns in (("place_id", "radius_km"), ("unit", "count_per", "count_low"),
                    ("unit", "count_per", "count_high")):  # fmt: skip
        shown = [event[column] for column in columns]
        if None not in shown:
            assert shown in [[claim[c] for c in columns] for claim in claims], columns


def check_conservative(event: dict, claims: list[dict]) -> None:
    """The dates take in every claim's; no like claim counts fewer."""
    for claim in claims:
        if claim["start"] or claim["end"]:
            shown, own = event["start"], claim["start"]
            assert shown is None or (own is not None and shown <= own)
            shown, own = event["end"], claim["end"]
            assert shown is None or (own is not None and shown >= own)
        if claim["unit"] and all(claim[c] == event[c] for c in COUNT[:2]):
            shown, own = event["count_low"], claim["count_low"]
            assert shown is None or (own is not None and shown <= own)
            shown, own = event["count_high"], claim["count_high"]
            assert own is None or shown <= own


def check_informative(event: dict, claims: list[dict]) -> None:
    """No claim tells narrower dates or counts, but where the narrowest are tied."""
    for columns in (DATES, COUNT):
        told = {
            tuple(c[k] for k in columns): c
            for c in claims
            if any(c[k] is not None for k in columns)
        }
        extent = extent_of(*columns[-2:])
        narrowest = min(map(extent, told.values()), default=None)
        tied = [v for v, claim in told.items() if extent(claim) == narrowest]
        shown = tuple(event[k] for k in columns)
        if shown not in tied and tied:  # nothing at all, or the envelope of some
            assert len(tied) > 1
            assert set(shown) == {None} or all(
                value in [v[at] for v in tied] for at, value in enumerate(shown)
            )


def extent_of(low: str, high: str):
    """How far apart two bounds of a claim are."""

    def extent(claim: dict) -> float:
        if claim[low] is None or claim[high] is None:
            return math.inf
        if low == "start":
            return (pd.Timestamp(claim[high]) - pd.Timestamp(claim[low])).days
        return claim[high] - claim[low]

    return extent


def test_the_order_of_rows_does_not_matter(many):
    turned = {
        name: frame.sample(frac=1, random_state=3) for name, frame in many.items()
    }
    events = resolve_all(many, ALL), resolve_all(turned, ALL)
    for rule, one, other in zip(ALL, *events, strict=True):
        pd.testing.assert_frame_equal(other, one)
        actors = resolve_actors(many, rule)
        pd.testing.assert_frame_equal(resolve_actors(turned, rule), actors)


@pytest.mark.parametrize("stance", ["asserts", "disputes"])
def test_an_event_of_one_claim_is_the_same_under_all_rules(make_tables, stance):
    claims = random_claims(400, seed=5)
    single = {claim["event_id"]: claim | {"stance": stance} for claim in claims}
    tables = tables_of(make_tables, [*single.values()])
    first, *others = resolve_all(tables, ALL)
    for events in others:
        pd.testing.assert_frame_equal(events, first)
    shown, told = rows(first), votes_of(tables)
    assert len(shown) == 400
    for event_id, event in shown.items():
        (claim,) = told[event_id]
        claim |= {"modality": "denied"} if stance == "disputes" else {}
        assert {c: event[c] for c in FIELDS} == {c: claim[c] for c in FIELDS}


# The same rules, slowly: written from what `RULES`, `resolve` and `rules` say

PRECISE = {code: rank for rank, code in enumerate(vocabulary.PRECISIONS)}


def imprecise(claim: dict, columns: tuple[str, ...]) -> float:
    """How imprecise a claim's version of some columns is; missing: more than any."""
    if columns == PLACE or columns == ("radius_km",):
        radius = claim["radius_km"]
        return math.inf if radius is None else radius
    if columns == DATES:
        return extent_of(*DATES)(claim)
    if columns[-2:] in (COUNT[2:], tuple(killed(0, 0))):
        return extent_of(*columns[-2:])(claim)
    if columns[0].endswith("_precision"):
        return PRECISE[claim[columns[0]]]
    return float(claim[columns[0]] in VAGUE) if columns[0] in CODES else 0.0


def best(claims: list[dict], columns: tuple[str, ...], merits: str) -> list[tuple]:
    """Return the versions left after each merit, by its first letter."""
    versions = {}
    for claim in claims:
        version = tuple(claim[c] for c in columns)
        if any(value is not None for value in version):
            versions.setdefault(version, []).append(claim)
    score = {
        "s": lambda told: len({c["source_id"] for c in told}),
        "c": len,
        "f": lambda told: -min(imprecise(c, columns) for c in told),
        "w": lambda told: max(imprecise(c, columns) for c in told),
    }
    for merit in merits:
        most = max(map(score[merit], versions.values()), default=None)
        versions = {v: t for v, t in versions.items() if score[merit](t) == most}
    return list(versions)


def hull(versions: list[tuple], columns: tuple[str, ...]) -> tuple:
    """Return the outermost bounds of versions of one thing; else nothing."""
    if len({version[:-2] for version in versions}) != 1:
        return (None,) * len(columns)
    lows, highs = ([v[at] for v in versions] for at in (-2, -1))
    low = None if None in lows else min(lows)
    return (*versions[0][:-2], low, None if None in highs else max(highs))


def undecided(versions: list[tuple], columns: tuple[str, ...]) -> tuple:
    if len(versions) == 1:
        return versions[0]
    if columns[0] in CODES:
        return ("indeterminate",) if versions else (None,)
    if len(columns) > 1:
        return hull(versions, columns)
    return (None,)


def lowest(claims: list[dict], columns: tuple[str, ...]) -> tuple:
    """Return the lowest of the counts of what most sources, then claims, count."""
    about = columns[:-2]
    told = [c for c in claims if any(c[k] is not None for k in columns)]
    things = [()] if not about else best(told, about, "sc")
    if len(things) != 1 or not told:
        return (None,) * len(columns)
    like = [c for c in told if tuple(c[k] for k in about) == things[0]]
    lows, highs = ([c[k] for c in like] for k in columns[-2:])
    known = [high for high in highs if high is not None]
    low = None if None in lows else min(lows)
    return (*things[0], low, min(known, default=None))


def slow_group(claims: list[dict], columns: tuple[str, ...], rule: str) -> tuple:
    if rule in SIDED:
        own = [c for c in claims if c["side"] == rule]
        told = any(c[k] is not None for c in own for k in columns)
        return slow_group(own if told else claims, columns, "representative")
    ranges = columns == DATES or columns[-1].endswith("_high")
    if rule == "conservative" and columns == DATES:
        told = best(claims, columns, "")
        return hull(told, columns) if told else (None, None)
    if rule == "conservative" and ranges:
        return lowest(claims, columns)
    beside = columns[0] in BESIDE
    coarse = rule == "conservative" and (beside or columns == PLACE)
    merits = "wsc" if coarse else {"informative": "fsc"}.get(rule, "scf")
    return undecided(best(claims, columns, merits), columns)


def slow_event(claims: list[dict], rule: str) -> dict:
    event = {}
    for columns in (*[(code,) for code in CODES], DATES, PLACE, COUNT):
        event |= zip(columns, slow_group(claims, columns, rule), strict=True)
    for column, beside in BESIDE.items():
        shown = [event[c] for c in beside]
        # what is not shown has nothing beside it
        alike = [c for c in claims if [c[k] for k in beside] == shown]
        alike = alike if set(shown) != {None} else []
        (event[column],) = slow_group(alike, (column,), rule)
    if not any(c["is_asserted"] for c in claims):
        event["modality"] = "denied"
    return event


def slowly(tables, rule: str, *, only: bool = False) -> dict[str, dict]:
    votes = votes_of(tables)
    denied = denied_slowly(tables, votes, rule)
    events = {}
    for event in sorted(set(votes) - denied):
        claims = votes[event]
        if only:
            claims = [c for c in claims if c["side"] == rule and c["is_asserted"]]
        if claims:
            events[event] = slow_event(claims, rule)
    return events


def denied_slowly(tables, votes: dict[str, list[dict]], rule: str) -> set[str]:
    """Return events that the side denies and of which it asserts nothing that stands.

    Sides of denials, which have no vote, are found by asking nobody else.
    """
    if rule not in SIDED:
        return set()
    claims = tables["claims"]
    denials = voters({**tables, "claims": claims[claims["stance"] == "denies"]})
    return set(denials.loc[denials["side"] == rule, "event_id"]) - {
        event
        for event, told in votes.items()
        if any(c["is_asserted"] and c["side"] == rule for c in told)
    }


@pytest.mark.parametrize(
    ("rule", "only"),
    [(rule, False) for rule in ALL] + [(rule, True) for rule in SIDED],
)
def test_the_fast_way_shows_what_the_slow_way_shows(many, rule, only):
    fast = rows(resolve(many, rule, only=only)[FIELDS])
    slow = slowly(many, rule, only=only)
    assert list(fast) == list(slow)
    assert len(fast) > (100 if only else 300)
    for event, row in fast.items():
        assert row == {c: slow[event][c] for c in FIELDS}, event


@pytest.mark.parametrize("rule", ALL)
def test_harm_the_slow_way(many, rule):
    votes = votes_of(many)
    for event in denied_slowly(many, votes, rule):
        votes.pop(event, None)
    harmed = rows(many["claim_actors"].set_index("claim_id"))
    slow = {
        event: slow_group([c | harmed[c["claim_id"]] for c in claims],
                          tuple(killed(0, 0)), rule)
        for event, claims in votes.items()
    }  # fmt: skip
    fast = resolve_actors(many, rule).set_index("event_id")[[*killed(0, 0)]]
    assert {e: tuple(row.values()) for e, row in rows(fast).items()} == slow


def test_many_versions_of_many_columns_are_numbered_apart(make_tables):
    """Each claim is of its own place, dates and count; every event shows its own."""
    tables = make_tables(
        *[{"event_id": f"e{n:03d}", "day": f"20{n % 90 + 10}-01-{n % 28 + 1:02d}"}
          | strikes(n, 1000 * n, unit="strike" if n % 2 else "person")
          for n in range(300)]
    )  # fmt: skip
    events, claims = resolve(tables), tables["claims"].set_index("event_id")
    for column in (*DATES, *COUNT):
        pd.testing.assert_series_equal(events[column], claims[column])


# Why


def reason_of(asked: Poll, rule: str, group: tuple[str, ...]) -> str:
    from syriaconflict.elections import REASONS

    return REASONS[int(choices(asked, rule)[group].reason[0])]


def test_choices_say_why(make_tables):
    asked = poll(make_tables(*EVENT))
    assert (
        reason_of(asked, "representative", DATES) == "told by more independent sources"
    )
    assert reason_of(asked, "representative", ("extent",)) == (
        "nothing decides between the versions")  # fmt: skip
    assert reason_of(asked, "representative", ("munition",)) == "no claim tells it"
    assert reason_of(asked, "representative", ("grain",)) == (
        "all claims that tell it agree")  # fmt: skip
    assert reason_of(asked, "conservative", DATES) == (
        "from the first to the last bound of all versions")  # fmt: skip
    assert reason_of(asked, "conservative", COUNT) == "the lowest of the versions"
    assert reason_of(asked, "conservative", PLACE) == "the least precise version"
    assert reason_of(asked, "informative", PLACE) == "the most precise version"
    asked = poll(make_tables(PRESS | days(20), PRESS | days(20), WIRE | days(21)))
    assert reason_of(asked, "representative", DATES) == (
        "told by as many sources as another, in more claims")  # fmt: skip
    asked = poll(make_tables(PRESS | days(20), WIRE | days(21)))
    assert reason_of(asked, "representative", DATES) == (
        "nothing decides between the versions: from the first to the last bound"
    )
