"""How far two blind codings of the same texts agree.

Everything here is about two coders of one kind: two machine coders agree more easily
than two people would, so the figures are upper bounds of what people would reach.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from syriaconflict import schema, vocabulary
from syriaconflict.alphas import alpha_of, resampled_alpha, units_of
from syriaconflict.anchors import SHORTEST_QUOTE
from syriaconflict.pairing import (
    COUNTS,
    NOMINAL,
    RATIO,
    SETS,
    THRESHOLD,
    Coding,
    claim_values,
    pair_claims,
)

COLUMNS = ["variable", "measure", "n", "documents", "estimate", "low", "high", "same",
           "judgement", "coders", "note"]  # fmt: skip
CODERS = "both of one kind"
CAVEAT = (
    "both coders are of one kind (machine coders): two such agree more easily than two "
    "people would, so read every figure as an upper bound"
)
ENOUGH, WANTED = 30, 0.8  # units from which on alpha is judged, and against what
LEVEL = 0.95  # of the intervals
DEFINED = 0.9  # share of resamples that must have a value for an interval
RESAMPLES, SEED = 2000, 6
LOOSE = THRESHOLD - 1
# of these types either side may stand first, so a swap is no disagreement
EITHER_SIDE = frozenset(
    code
    for code, kind in vocabulary.EVENT_TYPES.items()
    if kind.initiator in ("either side", "party")
)


def agreement(
    first: Coding,
    second: Coding,
    *,
    places: pd.DataFrame,
    sentences: pd.DataFrame | None = None,
    resamples: int = RESAMPLES,
) -> pd.DataFrame:
    """Measure how far two codings of the same documents agree.

    Parameters
    ----------
    first, second : mapping of str to DataFrame
        ``documents``, ``document_repeats``, ``claims``, ``claim_actors`` and
        ``claim_places`` of the two coders, of the same documents.
    places : DataFrame
        ``place_id``, ``longitude`` and ``latitude`` [degree], for distances.
    sentences : DataFrame, optional
        ``document_id``, ``start`` and ``tokens`` of each sentence, to tell which
        sentences were coded at all; without it that row has no estimate.
    resamples : int, default 2000
        Resamples of the documents for the intervals.

    Returns
    -------
    DataFrame
        A row a figure: ``variable``, ``measure``; ``n`` units (claims, pairs or
        sentences) in so many ``documents``; ``estimate`` with its 95 % interval
        ``low`` to ``high`` from resampling whole documents; ``same``, the share of
        units on which the coders agree exactly; ``judgement``, for alphas of 30 units
        or more; ``coders``, beside every alpha; and a ``note``.  "Coded" is whether a
        pair's claims have a value at all; the value itself is compared where both
        have one, counts where both have the same unit.  Estimates are missing where
        there is no unit, or alpha is not defined because all values are equal;
        intervals also where one document holds all units.

    Raises
    ------
    ValueError
        If the coders have not the same documents, or one coded another text than the
        other, or there is no document, or fewer than one resample.
    ImportError
        If the package ``krippendorff`` is not installed.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> coding = {name: sc.load(name) for name in ("documents", "document_repeats",
    ...     "claims", "claim_actors", "claim_places")}
    >>> halfaya = "2017-04-24-syria-direct-halfaya"
    >>> coding = {name: frame[frame.iloc[:, 0].str.startswith(halfaya)]
    ...     for name, frame in coding.items()}
    >>> table = agreement(coding, coding, places=sc.places(), resamples=10)
    >>> table.set_index("measure").loc["F1 of claims found", "estimate"]
    np.float64(1.0)
    """
    ids = _same_documents(first, second)
    if resamples < 1:
        msg = f"resamples is {resamples!r}, wanted 1 or more"
        raise ValueError(msg)
    chance = np.full(len(ids), 1 / len(ids))
    drawn = np.random.default_rng(SEED).multinomial(len(ids), chance, resamples)
    weights = pd.DataFrame(drawn, columns=ids)
    mine, theirs = claim_values(first), claim_values(second)
    pairs = pair_claims(first, second).dropna(subset=["score"])
    one = mine.loc[pairs["first_claim_id"]].reset_index(drop=True)
    other = theirs.loc[pairs["second_claim_id"]].reset_index(drop=True)
    found = {
        "F1 of claims found": pairs,
        "F1, same type, place and start": one[_alike(one, other)],
        f"F1, {LOOSE:g} points": pair_claims(first, second, threshold=LOOSE),
        "F1, wherever anchored": pair_claims(first, second, anywhere=True),
    }
    rows = [
        *_found(first, second, found, weights),
        _sentences(first, second, sentences, weights),
        *_codes(one, other, weights),
        *_apart(one, other, places, weights),
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype(
        {"n": "Int64", "documents": "Int64"} | dict.fromkeys(COLUMNS[4:8], float)
    )


def _same_documents(first: Coding, second: Coding) -> list[str]:
    texts = [c["documents"].set_index("document_id")["text_sha256"]
             for c in (first, second)]  # fmt: skip
    only = sorted(set(texts[0].index) ^ set(texts[1].index))
    if only or texts[0].empty:
        what = f"{', '.join(only)} coded by one coder only" if only else "no document"
        msg = f"{what}: wanted the same documents of both coders"
        raise ValueError(msg)
    ids = sorted(texts[0].index)
    other = ", ".join(i for i in ids if texts[0][i] != texts[1][i])
    if other:
        msg = f"text_sha256 of {other} differs: wanted both coders to code one text"
        raise ValueError(msg)
    return ids


def _row(variable: str, measure: str, where: pd.Series, **cells: object) -> dict:
    blank = {"estimate": np.nan, "low": np.nan, "high": np.nan, "same": np.nan,
             "judgement": "", "coders": "", "note": ""}  # fmt: skip
    about = {"variable": variable, "measure": measure, "n": len(where)}
    return about | {"documents": where.nunique()} | blank | cells


def _interval(samples: np.ndarray, where: pd.Series) -> dict[str, object]:
    """Return the middle of the resamples, or a note why there is none."""
    defined = samples[np.isfinite(samples)]
    if where.nunique() < 2:
        return {"note": "no interval: one document"}
    if len(defined) < DEFINED * len(samples):
        return {"note": "no interval: resamples without a value"}
    low, high = np.quantile(defined, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return {"low": low, "high": high}


def _alike(one: pd.DataFrame, other: pd.DataFrame) -> pd.Series:
    """Tell which pairs are of one type and place, and begin a day apart at most."""
    days = (one["start"] - other["start"]).dt.days.abs()
    same = {name: one[name] == other[name] for name in ("event_type", "place_id")}
    neither = {name: one[name].isna() & other[name].isna()
               for name in ("start", "place_id")}  # fmt: skip
    place = same["place_id"] | neither["place_id"]
    return same["event_type"] & place & ((days <= 1) | neither["start"])


def _found(
    first: Coding, second: Coding, found: dict[str, pd.DataFrame], weights: pd.DataFrame
) -> Iterator[dict]:
    """Yield whether both coders found the happenings, by several rules."""
    told = [c["claims"]["document_id"] for c in (first, second)]
    counts = [d.value_counts().reindex(weights.columns, fill_value=0) for d in told]
    total = counts[0] + counts[1]
    both = pd.concat(told, ignore_index=True)
    yield _row("claims", "claims of the first coder", told[0])
    yield _row("claims", "claims of the second coder", told[1])
    for measure, made in found.items():
        pairs = made.dropna(subset=["score"]) if "score" in made else made
        paired = pairs["document_id"].value_counts()
        paired = paired.reindex(weights.columns, fill_value=0)
        cells = {"note": "no claim"}
        if len(both):
            cells = {"estimate": 2 * paired.sum() / total.sum()}
            with np.errstate(invalid="ignore", divide="ignore"):
                drawn = 2 * (weights @ paired).to_numpy() / (weights @ total).to_numpy()
            cells |= _interval(drawn, both)
            why = "; " + cells["note"] if "note" in cells else ""
            cells["note"] = f"{len(pairs)} pairs{why}"
        yield _row("claims", measure, both, **cells)


def _sentences(
    first: Coding,
    second: Coding,
    sentences: pd.DataFrame | None,
    weights: pd.DataFrame,
) -> dict:
    """Return whether the coders found a claim in the same sentences."""
    if sentences is None:
        nothing = pd.Series([], dtype="str")
        note = "the sentences are not given"
        measure = "alpha, nominal: coded"
        return _row("sentence", measure, nothing, coders=CODERS, note=note)
    known = sentences[sentences["document_id"].isin(weights.columns)]
    once = ~_covered(known, first["document_repeats"], "start", "end")
    known = known[once].reset_index(drop=True)
    coded = [_coded_sentences(known, coding["claims"]) for coding in (first, second)]
    row = _alpha_row("sentence", coded[0], coded[1], known["document_id"], weights)
    missing = weights.columns.difference(sentences["document_id"])
    if len(missing):
        row["note"] = f"without the sentences of {', '.join(missing)}"
    return row | {"measure": "alpha, nominal: coded"}


def _coded_sentences(sentences: pd.DataFrame, claims: pd.DataFrame) -> pd.Series:
    quotes = claims.assign(
        quote_end=claims["quote_start"].astype(int) + claims["quote_tokens"].astype(int)
    )
    return _covered(sentences, quotes, "quote_start", "quote_end")


def _covered(
    sentences: pd.DataFrame, passages: pd.DataFrame, start: str, end: str
) -> pd.Series:
    """Tell which sentences share four tokens, or all they have, with the passages."""
    spans = dict(list(passages.groupby("document_id")[[start, end]]))
    cells = []
    for document_id, first, size in zip(
        sentences["document_id"], sentences["start"], sentences["tokens"], strict=True
    ):
        held = np.zeros(int(size), dtype=bool)
        for begin, until in spans.get(document_id, pd.DataFrame()).to_numpy(int):
            held[max(begin - first, 0) : max(until - first, 0)] = True
        cells.append(held.sum() >= min(SHORTEST_QUOTE, size))
    return pd.Series(cells, sentences.index, dtype=bool)


def _codes(
    one: pd.DataFrame, other: pd.DataFrame, weights: pd.DataFrame
) -> Iterator[dict]:
    """Yield alpha of every variable: whether it was coded, and the value."""
    levels = dict.fromkeys(NOMINAL, "nominal") | dict.fromkeys(RATIO, "ratio")
    levels |= dict.fromkeys(SETS, "jaccard")
    told = {c.name for c in schema.CLAIMS.columns if c.required} | {"event_class"}
    turned = one["event_type"].isin(EITHER_SIDE) | other["event_type"].isin(EITHER_SIDE)
    for name, level in levels.items():
        may = ~turned if name in ("initiator", "target") else slice(None)
        mine, theirs, where = one[name][may], other[name][may], one["document_id"][may]
        if name not in told:
            row = _alpha_row(name, mine.notna(), theirs.notna(), where, weights)
            yield row | {"measure": "alpha, nominal: coded"}
        fit = mine.notna() & theirs.notna()
        if name in COUNTS:
            fit &= one["unit"] == other["unit"]
        yield _alpha_row(name, mine[fit], theirs[fit], where[fit], weights, level)


def _alpha_row(
    name: str,
    first: pd.Series,
    second: pd.Series,
    where: pd.Series,
    weights: pd.DataFrame,
    level: str = "nominal",
) -> dict:
    units = units_of(first, second, level)
    estimate = alpha_of(units, level)
    cells = {"coders": CODERS, "estimate": estimate}
    if len(units.first):
        cells["same"] = float((units.first == units.second).mean())
    if np.isfinite(estimate):
        samples = resampled_alpha(units, where, weights)
        cells |= _interval(samples, where)
    else:
        cells["note"] = "one value throughout" if len(where) else "no unit"
    if np.isfinite(estimate) and len(where) >= ENOUGH:
        enough = estimate >= WANTED - 1e-9
        cells["judgement"] = "0.8 or more" if enough else "mend the guide"
    return _row(name, f"alpha, {level}", where, **cells)


def _apart(
    one: pd.DataFrame, other: pd.DataFrame, places: pd.DataFrame, weights: pd.DataFrame
) -> Iterator[dict]:
    """Yield how far apart the coders put days and places."""
    for bound in ("start", "end"):
        days = (one[bound] - other[bound]).dt.days.abs().dropna().astype(float)
        where = one["document_id"][days.index]
        yield _distance_row(bound, "median days apart", days, where, weights)
        near = (days <= 1).astype(float)
        yield _distance_row(bound, "share within 1 day", near, where, weights)
    placed = one["place_id"].notna() & other["place_id"].notna()
    same = (one["place_id"] == other["place_id"])[placed].astype(float)
    where = one["document_id"][placed]
    yield _distance_row("place_id", "share of the same place", same, where, weights)
    km = _km(one["place_id"][placed], other["place_id"][placed], places).dropna()
    row = _distance_row("place_id", "median km apart", km, where[km.index], weights)
    unlocated = int(placed.sum()) - len(km)
    if unlocated:
        row["note"] = f"{unlocated} more pairs without coordinates"
    yield row


def _km(one: pd.Series, other: pd.Series, places: pd.DataFrame) -> pd.Series:
    """Return the distance between places [km]; 0 from a place to itself."""
    from pyproj import Geod

    spots = places.set_index("place_id")[["longitude", "latitude"]]
    ends = [spots.reindex(ids).to_numpy(float) for ids in (one, other)]
    metres = Geod(ellps="WGS84").inv(*ends[0].T, *ends[1].T)[2]
    known = np.isfinite(ends[0]).all(axis=1) & np.isfinite(ends[1]).all(axis=1)
    km = pd.Series(np.where(known, np.asarray(metres) / 1000, np.nan), one.index)
    return km.mask(one == other, 0.0)


def _distance_row(
    variable: str,
    measure: str,
    cells: pd.Series,
    where: pd.Series,
    weights: pd.DataFrame,
) -> dict:
    if cells.empty:
        return _row(variable, measure, where, note="no unit")
    at = weights.columns.get_indexer(where)
    middle = np.median if measure.startswith("median") else np.mean
    repeats = weights.to_numpy()[:, at]
    values = cells.to_numpy()
    samples = np.array(
        [middle(np.repeat(values, r)) if r.any() else np.nan for r in repeats]
    )
    estimate = float(middle(values))
    return _row(
        variable, measure, where, estimate=estimate, **_interval(samples, where)
    )
