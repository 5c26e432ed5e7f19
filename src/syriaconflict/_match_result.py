"""What `matching.match` returns: the rows of all tables, each with what was found.

Used by ``matching``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from syriaconflict._match_links import Links
from syriaconflict._match_rows import Read

LIKELY = 0.001  # at least, to be a runner-up
RUNNERS_UP = ("runner_up", "runner_up2")
_TOLD = ("table", "id", "probability", "score", "km", "days")
COLUMNS = (
    *("table", "happening_id", "match_status", "match_reason", "needs_review"),
    *("is_episode", "episode_table", "episode_id"),
    *(f"{rank}_{told}" for rank in ("match", *RUNNERS_UP) for told in _TOLD),
)


def identifiers(tables: dict[str, pd.DataFrame]) -> np.ndarray:
    """Return ``event_id`` of all tables laid end to end."""
    parts = [frame["event_id"].to_numpy(object) for frame in tables.values()]
    return np.concatenate(parts)


def rows(
    tables: dict[str, pd.DataFrame],
    made: list[Read],
    found: Links,
    review: tuple[float, float],
) -> pd.DataFrame:
    """Return the rows of all tables with what was found of each.

    Parameters
    ----------
    tables : dict of str to DataFrame
        The tables by name.
    made : list of Read
        The same, read.
    found : Links
        Their pairs.
    review : tuple of float
        Pairs as likely as this are for a person to decide.

    Returns
    -------
    DataFrame
        As `matching.match` tells.

    Raises
    ------
    ValueError
        If a table has a column that would be overwritten.
    """
    for name, frame in tables.items():
        taken = [column for column in COLUMNS if column in frame]
        if taken:
            msg = (
                f"table {name!r} has columns {', '.join(taken)}, which the result "
                "would overwrite; rename them"
            )
            raise ValueError(msg)
    table = np.repeat([*tables], [len(frame) for frame in tables.values()])
    identifier = identifiers(tables)
    links = found.pairs
    seen = _both_ways(links[links["is_match"] | (links["probability"] >= LIKELY)])
    new = pd.DataFrame({"table": table, "happening_id": found.happening})
    reason = np.concatenate([read.reason for read in made])
    matched = np.zeros(len(new), bool)
    matched[seen.loc[seen["is_match"], "row"]] = True
    new["match_status"] = np.where(matched, "matched", "single")
    new.loc[reason != "", "match_status"] = "set_aside"
    new["match_reason"] = pd.array(np.where(reason == "", None, reason), dtype="str")
    doubtful = np.zeros(len(new), bool)
    doubtful[seen.loc[seen["probability"].between(*review), "row"]] = True
    new["needs_review"] = doubtful
    starts = np.cumsum([0, *(read.size for read in made)])
    lasting = [start + read.episodes.at for start, read in zip(starts, made)]  # noqa: B905
    new["is_episode"] = np.isin(np.arange(len(new)), np.concatenate(lasting))
    inside = found.episode >= 0
    new["episode_table"] = _told(table, found.episode, inside)
    new["episode_id"] = _told(identifier, found.episode, inside)
    for rank, called in ((0, "match"), (1, "runner_up"), (2, "runner_up2")):
        mine = seen[seen["rank"] == rank].set_index("row").reindex(range(len(new)))
        partner = mine["partner"].fillna(-1).to_numpy(int)
        new[f"{called}_table"] = _told(table, partner, partner >= 0)
        new[f"{called}_id"] = _told(identifier, partner, partner >= 0)
        for column in ("probability", "score", "km", "days"):
            new[f"{called}_{column}"] = mine[column].to_numpy()
    whole = pd.concat([pd.DataFrame(frame) for frame in tables.values()],
                     ignore_index=True)  # fmt: skip
    return pd.concat([new["table"], whole, new.drop(columns="table")], axis=1)


def _told(values: np.ndarray, at: np.ndarray, is_told: np.ndarray) -> pd.Series:
    """Return the values at some rows, missing where nothing is told."""
    return pd.Series(values[at]).where(is_told, None)


def _both_ways(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return each pair as seen from both rows, with its rank: 0 taken, 1, 2 others."""
    seen = pd.concat(
        [
            pairs.rename(columns={mine: "row", theirs: "partner"})
            for mine, theirs in (("one", "other"), ("other", "one"))
        ],
        ignore_index=True,
    )
    order = ["row", "is_match", "probability", "km"]
    seen = seen.sort_values(order, ascending=[True, False, False, True])
    rank = seen.groupby("row").cumcount()
    is_single = ~seen.groupby("row")["is_match"].transform("first").to_numpy(bool)
    return seen.assign(rank=rank + is_single)
