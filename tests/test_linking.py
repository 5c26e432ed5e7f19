"""Pairs of events that may be one happening, by hand."""

import pandas as pd
import pytest

from syriaconflict._linking_cli import _say_groups, _say_pairs
from syriaconflict.cli import main
from syriaconflict.joining import join
from syriaconflict.linking import groups, link_candidates

ACTORS = pd.DataFrame(
    {"actor_id": ["army", "brigade", "rebels"], "parent_id": [None, "rebels", None]}
)
# at 35 degrees north 0.1 degree of longitude is 9.1 km
EAST = {"amber": 36.7, "qasr": 36.8, "river": 38.0}

UNTOLD = ("extent", "target_kind", "unit", "count_per", "count_low", "count_high",
          "killed_low", "killed_high")  # fmt: skip

SEVEN = {"unit": "settlement", "count_per": "total", "count_low": 7, "count_high": 7}


def events(*rows: dict) -> pd.DataFrame:
    made = [
        {
            "event_id": f"d{n}-001", "event_class": "control", "event_type": "capture",
            "modality": "realised", "start": "2017-04-20", "end": "2017-04-20",
            "place_id": "amber", "radius_km": 0.0, "latitude": 35.0,
            "summary": f"Event {n}.", "grain": "discrete",
        } | dict.fromkeys(UNTOLD) | row
        for n, row in enumerate(rows, 1)
    ]  # fmt: skip
    frame = pd.DataFrame(made)
    frame["longitude"] = frame["place_id"].map(EAST)
    for bound in ("start", "end"):
        frame[bound] = pd.to_datetime(frame[bound])
    return frame


def parts(*rows: tuple[int, str, str]) -> pd.DataFrame:
    cells = [(f"d{n}-001", actor, role) for n, actor, role in rows]
    return pd.DataFrame(cells, columns=["event_id", "actor_id", "role"])


ARMY = parts((1, "army", "initiator"), (2, "army", "initiator"))


def test_the_same_told_by_two_documents():
    (pair,) = link_candidates(events({}, {}), ARMY, ACTORS).to_dict("records")
    assert (pair["event_id"], pair["other_event_id"]) == ("d1-001", "d2-001")
    assert (pair["score"], pair["km"], pair["days"]) == (4, 0, 0)
    assert pair["shared"] == "army"


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ({"start": "2017-04-22", "end": "2017-04-22"}, (3, 2)),
        ({"start": "2017-04-23", "end": "2017-04-23"}, None),
        ({"start": "2017-04-01", "end": "2017-04-18"}, (3, 2)),
        ({"start": "2017-04-01", "end": None}, None),
        ({"start": None, "end": "2017-04-21"}, (3, 1)),
        ({"start": None, "end": None}, None),
        ({"event_type": "hold"}, (3, 0)),
        ({"event_class": "ground", "event_type": "clash"}, None),
        ({"place_id": "qasr"}, (3, 0)),
        ({"place_id": "river"}, None),
        ({"place_id": None}, None),
        ({"modality": "denied"}, None),
        ({"event_id": "d1-002"}, None),
    ],
)  # fmt: skip
def test_how_far_apart_two_may_be(other, found):
    made = events({}, other)
    actors = ARMY.assign(event_id=made["event_id"])
    pairs = link_candidates(made, actors, ACTORS)
    assert [(p["score"], p["days"]) for p in pairs.to_dict("records")] == (
        [found] if found else []
    )


def test_the_radius_widens_the_reach_and_the_limits_are_arguments():
    far = events({}, {"place_id": "river", "radius_km": 120.0})
    assert len(link_candidates(far, ARMY, ACTORS)) == 1  # 118 km apart
    near = events({}, {"place_id": "qasr"})
    assert len(link_candidates(near, ARMY, ACTORS, km=9.0)) == 0
    late = events({}, {"start": "2017-04-25", "end": "2017-04-25"})
    assert len(link_candidates(late, ARMY, ACTORS, days=5)) == 1
    with pytest.raises(ValueError, match="days is -1, wanted 0 or more"):
        link_candidates(late, ARMY, ACTORS, days=-1)
    with pytest.raises(ValueError, match="km is nan"):
        link_candidates(late, ARMY, ACTORS, km=float("nan"))


def test_actors_in_common_by_part_and_by_family():
    one = (1, "brigade", "initiator")
    same = link_candidates(
        events({}, {}), parts(one, (2, "rebels", "initiator")), ACTORS
    )
    assert (same["shared"].item(), same["score"].item()) == ("rebels", 4)
    turned = link_candidates(
        events({}, {}), parts(one, (2, "rebels", "target")), ACTORS
    )
    assert turned["score"].item() == 3
    none = link_candidates(events({}, {}), parts(one, (2, "army", "initiator")), ACTORS)
    assert none.empty
    unnamed = link_candidates(events({}, {}), parts(one), ACTORS)
    assert (unnamed["shared"].item(), unnamed["score"].item()) == ("", 3)


def test_words_happen_at_no_place():
    said = {"event_class": "political", "event_type": "statement", "place_id": None}
    assert len(link_candidates(events(said, said), ARMY, ACTORS)) == 1


@pytest.mark.parametrize(
    ("one", "other", "against"),
    [
        ({}, {}, ""),
        ({}, {"modality": "ongoing"}, ""),
        ({}, {"modality": "planned"}, "modality"),
        ({"modality": "threatened"}, {"modality": "planned"}, ""),
        ({}, {"grain": "aggregate"}, "span"),
        ({}, {"grain": "state"}, ""),
        ({"grain": "aggregate"}, {"grain": "aggregate"}, ""),
        ({"grain": "aggregate"}, {"grain": "aggregate", "end": "2017-04-21"}, "span"),
        ({"grain": "state"}, {"grain": "state", "end": "2017-04-21"}, ""),
        ({"extent": "part"}, {"extent": "part"}, "part"),
        ({"extent": "whole"}, {}, ""),
        ({"target_kind": "vehicle"}, {"target_kind": "position"}, "target"),
        ({"target_kind": "vehicle"}, {}, ""),
        (SEVEN, SEVEN | {"count_low": 7, "count_high": 9}, ""),
        (SEVEN, SEVEN | {"count_low": 8, "count_high": None}, "counts"),
        (SEVEN, SEVEN | {"count_low": None, "count_high": None}, ""),
        (SEVEN, SEVEN | {"count_low": 8, "count_high": 8, "unit": "vehicle"}, ""),
        (SEVEN, SEVEN | {"count_low": 8, "count_high": 8, "count_per": "day"}, ""),
        ({"killed_low": 3, "killed_high": 3}, {"killed_low": 4}, "counts"),
        ({"extent": "part"}, {"modality": "planned"}, "modality part"),
    ],
)  # fmt: skip
def test_what_speaks_against_takes_a_point_a_word(one, other, against):
    (pair,) = link_candidates(events(one, other), ARMY, ACTORS).to_dict("records")
    assert pair["against"] == against
    assert pair["score"] == 4 - len(against.split())


def test_no_pair_has_less_than_no_point():
    other = {"extent": "part", "modality": "planned", "grain": "aggregate",
             "event_type": "hold", "place_id": "qasr"}  # fmt: skip
    pairs = link_candidates(events({}, other), ARMY, ACTORS)
    assert pairs["score"].tolist() == [0]  # days and actors, less three


def test_pairs_that_hang_together_are_one_group():
    pairs = pd.DataFrame(
        {"event_id": ["a", "x", "c"], "other_event_id": ["b", "y", "b"],
         "score": [3, 4, 2]}, index=[7, 8, 9],
    )  # fmt: skip
    found = groups(pairs)
    assert found.to_dict() == {7: 2, 8: 1, 9: 2}
    assert found.name == "group"
    assert groups(pairs[:0]).empty


def test_pairs_found_to_be_two_are_not_found_again():
    known = pd.DataFrame({"event_id": ["d2-001"], "other_event_id": ["d1-001"]})
    assert link_candidates(events({}, {}), ARMY, ACTORS, distinct=known).empty


def test_the_likeliest_come_first_whatever_the_order_of_rows():
    made = events({}, {}, {"event_type": "hold"})
    actors = parts(*((n, "army", "initiator") for n in (1, 2, 3)))
    pairs = link_candidates(made, actors, ACTORS)
    assert pairs["score"].tolist() == [4, 3, 3]
    back = link_candidates(made[::-1], actors[::-1], ACTORS)
    keys = ["event_id", "other_event_id"]
    assert {frozenset(p) for p in back[keys].to_numpy()} == {
        frozenset(p) for p in pairs[keys].to_numpy()
    }
    assert link_candidates(made[:0], actors, ACTORS).empty


def test_the_command_says_what_to_do(sources, capsys):
    arguments = ["coding", "link-candidates", "--sources", str(sources.folder)]
    assert main(arguments) in (0, None)
    assert "0 pairs; to join two, `coding link`" in capsys.readouterr().out


def test_the_command_shows_each_event_of_a_group_once(capsys):
    pairs = link_candidates(
        events({}, {}, {"extent": "part"}),
        parts(*((n, "army", "initiator") for n in (1, 2, 3))),
        ACTORS,
    )
    _say_groups(pairs)
    assert capsys.readouterr().out == (
        "group 1: 3 events, 3 pairs\n"
        "  1  d1-001\n     capture, 2017-04-20, amber: Event 1.\n"
        "  2  d2-001\n     capture, 2017-04-20, amber: Event 2.\n"
        "  3  d3-001\n     capture, 2017-04-20, amber: Event 3.\n"
        "  1 = 2?  4\n"
        "  1 = 3?  3  but: part\n"
        "  2 = 3?  3  but: part\n"
    )
    _say_pairs(pairs[1:2])
    assert capsys.readouterr().out == (
        "3  d1-001  d3-001  but: part\n"
        "     capture, 2017-04-20, amber: Event 1.\n"
        "     capture, 2017-04-20, amber: Event 3.\n"
    )


def test_the_command_keeps_to_a_campaign(sources, capsys):
    words = ["coding", "link-candidates", "--sources", str(sources.folder), "--group"]
    assert main([*words, "--campaign", "spring"]) == 1
    assert "--campaign is 'spring', wanted one of" in capsys.readouterr().err
    assert main([*words, "--campaign", "amber-2017"]) in (0, None)
    assert "0 pairs; to join two" in capsys.readouterr().out


ONE = """document:
  document_id: 2017-04-20-one-amber
claims:
  - n: 1                 # founds its own event
    event_type: capture
    summary: Amber falls.
  - n: 2
    event: 2017-04-20-one-amber-001
    event_type: capture
    summary: Amber falls again.
uncoded:
  - {start: 0, tokens: 5, reason: boilerplate}
"""
TWO = """document:
  document_id: 2017-04-21-two-amber
claims:
  - n: 4
    event_type: capture
    places: [{place: amber, role: near}]
    summary: The event of the other.
"""


@pytest.fixture
def documents(tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "2017-04-20-one-amber.yaml").write_text(ONE, "utf-8")
    (folder / "2017-04-21-two-amber.yaml").write_text(TWO, "utf-8")
    return folder


def test_joining_moves_every_claim_of_the_other_event_and_nothing_else(documents):
    moved = join(documents, "2017-04-21-two-amber-004", ["2017-04-20-one-amber-001"])
    assert moved == {
        "2017-04-20-one-amber-001": "2017-04-20-one-amber-001",
        "2017-04-20-one-amber-002": "2017-04-20-one-amber-001",
    }
    line = "    event: 2017-04-21-two-amber-004\n"
    one = ONE.replace("    event: 2017-04-20-one-amber-001\n", line)
    one = one.replace("own event\n", "own event\n" + line)
    assert (documents / "2017-04-20-one-amber.yaml").read_text("utf-8") == one
    assert (documents / "2017-04-21-two-amber.yaml").read_text("utf-8") == TWO


def test_a_claim_that_founded_its_event_gets_a_line(documents):
    join(documents, "2017-04-20-one-amber-001", ["2017-04-21-two-amber-004"])
    two = (documents / "2017-04-21-two-amber.yaml").read_text("utf-8")
    assert two == TWO.replace(
        "  - n: 4\n", "  - n: 4\n    event: 2017-04-20-one-amber-001\n"
    )


@pytest.mark.parametrize(
    ("others", "words"),
    [(["2017-04-22-no-001"], "about '2017-04-22-no-001'"),
     (["2017-04-20-one-amber-001"], "stands twice")],
)  # fmt: skip
def test_nothing_is_written_where_an_event_is_unknown_or_its_own(
    documents, others, words
):
    with pytest.raises(LookupError, match=words):
        join(documents, "2017-04-20-one-amber-001", others)
    assert (documents / "2017-04-21-two-amber.yaml").read_text("utf-8") == TWO


THREE = """event_id,other_event_id,reason
2017-04-21-two-amber-004,2017-04-22-three-001,another day
2017-04-20-one-amber-001,2017-04-22-three-001,another village
2017-04-22-three-001,2017-04-23-four-001,"near, not in"
"""


def test_pairs_told_apart_follow_the_event_that_is_kept(documents):
    distinct = documents.parent / "distinct.csv"
    distinct.write_text(THREE, "utf-8")
    join(documents, "2017-04-20-one-amber-001", ["2017-04-21-two-amber-004"])
    assert distinct.read_text("utf-8") == (
        "event_id,other_event_id,reason\n"
        "2017-04-20-one-amber-001,2017-04-22-three-001,another day\n"
        '2017-04-22-three-001,2017-04-23-four-001,"near, not in"\n'
    )


def test_a_pair_told_apart_is_not_joined(documents):
    distinct = documents.parent / "distinct.csv"
    row = "2017-04-21-two-amber-004,2017-04-20-one-amber-001,two days\n"
    distinct.write_text(THREE + row, "utf-8")
    with pytest.raises(LookupError, match=r"apart \(two days\); .* take that row out"):
        join(documents, "2017-04-20-one-amber-001", ["2017-04-21-two-amber-004"])
    assert distinct.read_text("utf-8") == THREE + row
    assert (documents / "2017-04-21-two-amber.yaml").read_text("utf-8") == TWO


def test_an_identifier_of_a_sealed_release_is_taken_back(documents):
    head = "table_name,id,replaced_by,release,reason\n"
    (documents.parent / "withdrawn.csv").write_text(head, "utf-8")
    releases = documents.parent / "releases.csv"
    releases.write_text(
        "event_id,first_release,last_changed\n2017-04-21-two-amber-004,0.1.0,0.1.0\n",
        "utf-8",
    )
    pair = "2017-04-20-one-amber-001", ["2017-04-21-two-amber-004"]
    with pytest.raises(ValueError, match=r"two-amber-004: name the release that takes"):
        join(documents, *pair)
    assert (documents / "2017-04-21-two-amber.yaml").read_text("utf-8") == TWO
    join(documents, *pair, release="0.2.0")
    assert (documents.parent / "withdrawn.csv").read_text("utf-8") == head + (
        "events,2017-04-21-two-amber-004,2017-04-20-one-amber-001,0.2.0,"
        "one happening under two identifiers\n"
    )


def test_an_event_that_was_never_released_leaves_no_trace(documents):
    withdrawn = documents.parent / "withdrawn.csv"
    withdrawn.write_text("table_name,id,replaced_by,release,reason\n", "utf-8")
    (documents.parent / "releases.csv").write_text(
        "event_id,first_release,last_changed\n2017-04-20-one-amber-001,0.1.0,0.1.0\n",
        "utf-8",
    )
    join(documents, "2017-04-20-one-amber-001", ["2017-04-21-two-amber-004"])
    assert withdrawn.read_text("utf-8").count("\n") == 1


def test_the_command_says_which_claims_moved(documents, capsys):
    words = ["coding", "link", "2017-04-20-one-amber-001", "2017-04-21-two-amber-004"]
    assert main([*words, "--sources", str(documents.parent)]) == 0
    assert capsys.readouterr().out == (
        "2017-04-21-two-amber-004: 2017-04-21-two-amber-004 -> "
        "2017-04-20-one-amber-001\n"
    )
