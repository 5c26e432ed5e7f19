"""Which claims of two codings of one text are about the same happening.

Two coders cut a text into claims of their own.  Before codes can be compared, the
claims must be paired, and what stays unpaired was found by one coder only.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from syriaconflict import vocabulary

Coding = Mapping[str, pd.DataFrame]

THRESHOLD = 3.0  # of 6 points; claims below it are not the same happening
TIE = 1e-3  # weight of all other codes: decides between equals, nothing else
NOMINAL = (
    "event_class", "event_type", "modality", "stance", "certainty", "grain",
    "claimant_kind", "claimant_id", "outcome", "extent", "target_kind", "munition",
    "start", "end", "start_precision", "end_precision", "day_part", "day_order",
    "place_id", "unit", "count_per", "count_word",
)  # fmt: skip
COUNTS = ("count_low", "count_high")
HARMS = tuple(f"{harm}_{bound}" for harm in vocabulary.HARMS for bound in
              ("low", "high"))  # fmt: skip
RATIO = ("radius_km", *COUNTS, *HARMS)
SETS = (*vocabulary.ACTOR_ROLES, "actors", "further_places")
CODES = (*NOMINAL, *RATIO, *SETS)
_COLUMNS = ["document_id", "first_claim_id", "second_claim_id", "score"]


def claim_values(coding: Coding) -> pd.DataFrame:
    """Return what a coder put down for each claim, one column a variable.

    Parameters
    ----------
    coding : mapping of str to DataFrame
        ``claims``, ``claim_actors`` and ``claim_places`` of one coder.

    Returns
    -------
    DataFrame
        Indexed by ``claim_id``: ``document_id``, ``quote_start`` and ``quote_end``
        [tokens, the end exclusive], and the columns `NOMINAL`, `RATIO` and `SETS`.
        Harm is summed over a claim's actors [persons]; sets are frozensets of
        ``actor_id`` by role, of all actors whatever their role, and of the further
        places with their roles.  Missing is what was not coded, an empty set too.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> coding = {name: sc.load(name) for name in
    ...     ("claims", "claim_actors", "claim_places")}
    >>> values = claim_values(coding)
    >>> len(values) == len(coding["claims"])
    True
    """
    claims = coding["claims"].set_index("claim_id")
    kinds = {code: kind.event_class for code, kind in vocabulary.EVENT_TYPES.items()}
    made = claims[["document_id", "quote_start"]].astype({"quote_start": int})
    made["quote_end"] = made["quote_start"] + claims["quote_tokens"].astype(int)
    made["event_class"] = claims["event_type"].map(kinds)
    for name in (*NOMINAL[1:], "radius_km", *COUNTS):
        made[name] = claims[name]
    parts, places = coding["claim_actors"], coding["claim_places"]
    harm = parts.groupby("claim_id")[list(HARMS)].sum(min_count=1)
    made = made.join(harm.reindex(made.index))
    for role in vocabulary.ACTOR_ROLES:
        mine = parts[parts["role"] == role]
        made[role] = _sets(made.index, mine["claim_id"], mine["actor_id"])
    made["actors"] = _sets(made.index, parts["claim_id"], parts["actor_id"])
    further = places["role"].str.cat(places["place_id"], sep=" ")
    made["further_places"] = _sets(made.index, places["claim_id"], further)
    return made


def _sets(index: pd.Index, claim_ids: pd.Series, members: pd.Series) -> pd.Series:
    """Return the set of members of each claim; missing where it has none."""
    found: dict[str, set] = {}
    for claim_id, member in zip(claim_ids, members, strict=True):
        found.setdefault(claim_id, set()).add(member)
    cells = [frozenset(found[key]) if key in found else None for key in index]
    return pd.Series(cells, index, dtype="object")


def pair_claims(
    first: Coding,
    second: Coding,
    *,
    threshold: float = THRESHOLD,
    anywhere: bool = False,
) -> pd.DataFrame:
    """Pair the claims of two codings one to one, as far as they tell one happening.

    Points of two claims of one document, 6 at most: *passage*, tokens in common over
    tokens in either (0 to 1); *type*, 2 for the same type, 1 for the same class;
    *place*, 1 for the same; *days*, 1 if the intervals overlap, a missing bound being
    open; *actors*, those in common over those in either, whatever their role (0 to 1).
    Where neither claim has a place, a day, an actor, half a point.  Claims whose
    passages share no token, or that have fewer points than ``threshold``, are never
    paired; of the others those pairs are chosen whose points above the threshold come
    to the largest total.  Between equals the pair with more of the other codes alike
    is taken.

    Parameters
    ----------
    first, second : mapping of str to DataFrame
        ``claims``, ``claim_actors`` and ``claim_places`` of the two coders.
    threshold : float, default 3
        Fewest points of a pair, above 0 and at most 6.
    anywhere : bool, default False
        Pair also claims whose passages share no token, such as one happening that a
        text tells twice and that the coders anchored in different sentences.

    Returns
    -------
    DataFrame
        A row for each pair and for each claim that stayed alone, in order of
        ``document_id``, ``first_claim_id`` and ``second_claim_id``, with ``score``.
        The other claim and the score are missing for a claim that stayed alone.

    Raises
    ------
    ValueError
        If the threshold is not above 0 and at most 6.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> coding = {name: sc.load(name) for name in
    ...     ("claims", "claim_actors", "claim_places")}
    >>> pairs = pair_claims(coding, coding)
    >>> bool((pairs["first_claim_id"] == pairs["second_claim_id"]).all())
    True
    """
    if not 0 < threshold <= 6:
        msg = f"threshold is {threshold!r}, wanted points above 0 and at most 6"
        raise ValueError(msg)
    mine, theirs = _ordered(claim_values(first)), _ordered(claim_values(second))
    codes = _numbered(mine, theirs)
    rows: list[tuple] = []
    for document_id in sorted({*mine["document_id"], *theirs["document_id"]}):
        of_one = (mine["document_id"] == document_id).to_numpy()
        of_other = (theirs["document_id"] == document_id).to_numpy()
        one, other = mine[of_one], theirs[of_other]
        same = _same(codes[0][of_one], codes[1][of_other])
        score = _points(one, other, same, anywhere=anywhere)
        matched = dict(_assign(score, same.mean(axis=2), threshold))
        for i, claim_id in enumerate(one.index):
            j = matched.get(i)
            pair = (None, None) if j is None else (other.index[j], score[i, j])
            rows.append((document_id, claim_id, *pair))
        alone = set(range(len(other))) - set(matched.values())
        rows += [(document_id, None, other.index[j], None) for j in alone]
    made = pd.DataFrame(rows, columns=_COLUMNS)
    made = made.astype(dict(zip(_COLUMNS, ["str", "str", "str", float], strict=True)))
    return made.sort_values(_COLUMNS[:3]).reset_index(drop=True)


def _ordered(values: pd.DataFrame) -> pd.DataFrame:
    """Sort claims by what they say, so that their numbers decide nothing."""
    if values.empty:
        return values
    keys = [
        "".join(
            f"{' '.join(sorted(cell)) if isinstance(cell, frozenset) else cell}\t"
            for cell in row
        )
        for row in values.itertuples(index=False)
    ]
    order = sorted(range(len(keys)), key=lambda i: (keys[i], values.index[i]))
    return values.iloc[order]


def _numbered(mine: pd.DataFrame, theirs: pd.DataFrame) -> list[np.ndarray]:
    """Give each value of a variable a number, alike for both coders; -1 for missing."""
    made = []
    for name in CODES:
        known: dict[object, int] = {}
        for values in (mine[name], theirs[name]):
            cells = zip(values, values.isna(), strict=True)
            made.append(
                [-1 if none else known.setdefault(c, len(known)) for c, none in cells]
            )
    return [np.array(made[side::2], dtype=int).T for side in (0, 1)]


def _same(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Tell of each pair of claims which codes are alike, missing ones too."""
    return one[:, None, :] == other[None, :, :]


def _points(
    one: pd.DataFrame, other: pd.DataFrame, same: np.ndarray, *, anywhere: bool
) -> np.ndarray:
    """Return the points of each claim of the one with each of the other."""
    start, end = (
        (one[bound].to_numpy(int)[:, None], other[bound].to_numpy(int)[None, :])
        for bound in ("quote_start", "quote_end")
    )
    shared = (np.minimum(*end) - np.maximum(*start)).clip(min=0)
    passage = shared / (end[0] - start[0] + end[1] - start[1] - shared)
    alike = {name: same[:, :, at] for at, name in enumerate(CODES)}
    kind = alike["event_type"].astype(int) + alike["event_class"]
    nowhere = one["place_id"].isna().to_numpy()[:, None]
    place = np.where(alike["place_id"] & nowhere, 0.5, alike["place_id"])
    score = passage + kind + place + _days(one, other) + _actors(one, other)
    return score if anywhere else np.where(shared > 0, score, 0.0)


def _days(one: pd.DataFrame, other: pd.DataFrame) -> np.ndarray:
    bounds = []
    for values in (one, other):
        first = values["start"].fillna(pd.Timestamp.min.ceil("D"))
        last = values["end"].fillna(pd.Timestamp.max.floor("D"))
        bounds.append((first.to_numpy(), last.to_numpy()))
    (first, last), (begin, until) = bounds
    meet = (first[:, None] <= until[None, :]) & (begin[None, :] <= last[:, None])
    undated = [v["start"].isna() & v["end"].isna() for v in (one, other)]
    undated = [cells.to_numpy() for cells in undated]
    alone = undated[0][:, None] | undated[1][None, :]
    neither = undated[0][:, None] & undated[1][None, :]
    return np.where(neither, 0.5, np.where(alone, 0.0, meet))


def _actors(one: pd.DataFrame, other: pd.DataFrame) -> np.ndarray:
    made = np.zeros((len(one), len(other)))
    for i, mine in enumerate(one["actors"]):
        for j, theirs in enumerate(other["actors"]):
            if mine and theirs:
                made[i, j] = len(mine & theirs) / len(mine | theirs)
            elif not mine and not theirs:
                made[i, j] = 0.5
    return made


def _assign(
    score: np.ndarray, alike: np.ndarray, threshold: float
) -> list[tuple[int, int]]:
    """Return the pairs whose points above the threshold come to the largest total."""
    from scipy.optimize import linear_sum_assignment

    able = score >= threshold - 1e-9
    # a pair just at the threshold is still better than none
    gain = np.where(able, score - threshold + TIE * (1 + alike), 0.0)
    rows, columns = linear_sum_assignment(gain, maximize=True)
    return [(i, j) for i, j in zip(rows, columns, strict=True) if able[i, j]]
