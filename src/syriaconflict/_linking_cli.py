"""The commands ``coding link-candidates`` and ``coding link``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from importlib.metadata import version as installed
from pathlib import Path

import pandas as pd

from syriaconflict import _paths

Words = argparse.Namespace


def add_linking(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add both commands to the parts of ``coding``."""
    link = add("link-candidates", help="events that may be one happening")
    link.add_argument("--sources", type=Path, metavar="DIR")
    link.add_argument("--days", type=int, default=2, help="most days apart")
    link.add_argument("--km", type=float, default=10.0, help="most km apart")
    link.add_argument("--score", type=int, default=3, help="least points, of 4")
    link.add_argument("--campaign", metavar="ID", help="of the first event's campaign")
    link.add_argument("--group", action="store_true", help="each event once, by groups")
    link.set_defaults(run=_link_candidates)
    one = add("link", help="write that events are one happening")
    one.add_argument("event_id", help="the event that is kept")
    one.add_argument("other", nargs="+", help="events that are the same happening")
    one.add_argument("--sources", type=Path, metavar="DIR")
    one.add_argument("--release", metavar="X.Y.Z",
                     help="the coming one, unless told the present")  # fmt: skip
    one.set_defaults(run=_link)


def _link(words: Words) -> None:
    from syriaconflict.joining import join

    sources = words.sources or _paths.sources()
    release = words.release or installed("syriaconflict").partition(".dev")[0]
    moved = join(sources / "documents", words.event_id, words.other, release=release)
    for claim_id, event_id in moved.items():
        _say(f"{claim_id}: {event_id} -> {words.event_id}")


def _link_candidates(words: Words) -> None:
    from syriaconflict.derive import build_tables
    from syriaconflict.linking import link_candidates
    from syriaconflict.validate import read_sources

    frames = read_sources(words.sources or _paths.sources()).frames
    made = build_tables(frames)
    pairs = link_candidates(
        made["events"], made["event_actors"], made["actors"],
        distinct=frames["distinct"], days=words.days, km=words.km,
    )  # fmt: skip
    pairs = pairs[pairs["score"] >= words.score]
    if words.campaign is not None:
        known = made["campaigns"]["campaign_id"]
        if words.campaign not in set(known):
            msg = f"--campaign is {words.campaign!r}, wanted one of {', '.join(known)}"
            raise ValueError(msg)
        campaign = made["events"].set_index("event_id")["campaign_id"]
        pairs = pairs[pairs["event_id"].map(campaign).eq(words.campaign)]
    (_say_groups if words.group else _say_pairs)(pairs)
    _say(
        f"{len(pairs)} pairs; to join two, `coding link` the one to keep and "
        "the other; to keep them apart, add a row to distinct.csv"
    )


def _say_pairs(pairs: pd.DataFrame) -> None:
    for pair in pairs.to_dict("records"):
        ids = f"{pair['event_id']}  {pair['other_event_id']}"
        _say(f"{pair['score']}  {ids}{_but(pair)}")
        for side in ("", "other_"):
            _say(f"     {_told(pair, side)}")


def _say_groups(pairs: pd.DataFrame) -> None:
    from syriaconflict.linking import groups

    for number, mine in pairs.groupby(groups(pairs)):
        told: dict[str, str] = {}
        for pair in mine.sort_values(["day", "other_day"]).to_dict("records"):
            told.setdefault(pair["event_id"], _told(pair, ""))
            told.setdefault(pair["other_event_id"], _told(pair, "other_"))
        short = {event_id: n for n, event_id in enumerate(told, 1)}
        _say(f"group {number}: {len(told)} events, {len(mine)} pairs")
        for event_id, line in told.items():
            _say(f"  {short[event_id]}  {event_id}")
            _say(f"     {line}")
        for pair in mine.to_dict("records"):
            ids = short[pair["event_id"]], short[pair["other_event_id"]]
            _say(f"  {ids[0]} = {ids[1]}?  {pair['score']}{_but(pair)}")


def _told(pair: dict, side: str) -> str:
    day, place = pair[f"{side}day"], pair[f"{side}place_id"]
    what = pair[f"{side}event_type"], f"{day:%Y-%m-%d}", str(place)
    return f"{', '.join(what)}: {pair[f'{side}summary']}"


def _but(pair: dict) -> str:
    return f"  but: {', '.join(pair['against'].split())}" if pair["against"] else ""


def _say(line: object) -> None:
    sys.stdout.write(f"{line}\n")
