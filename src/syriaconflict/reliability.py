"""Double coding: which documents, whose files, and what is compared.

A round lies in ``datasets/reliability/<round>``: ``drawn.csv``, the documents drawn;
``second/``, the blind coder's files; ``first/``, the first coding as it was when it was
kept for comparison; ``sentences.csv``, where the sentences of the texts begin.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from syriaconflict import schema
from syriaconflict.agreement import agreement
from syriaconflict.anchors import digest, normalise, sentences
from syriaconflict.coding import read_document
from syriaconflict.pairing import pair_claims
from syriaconflict.sources import Finding, frame, read_csv

Frames = dict[str, pd.DataFrame]

STRATA = ("campaign", "perspective")
NONE = "none"  # campaign of a document whose events lie in none
_READ = (
    schema.DOCUMENTS, schema.DOCUMENT_REPEATS, schema.CLAIMS, schema.CLAIM_ACTORS,
    schema.CLAIM_PLACES, schema.UNCODED,
)  # fmt: skip


def document_strata(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the campaign and the perspective of each document.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        ``documents``, ``publishers``, ``claims`` and ``events``.

    Returns
    -------
    DataFrame
        ``document_id``, ``campaign``, that of most of the document's events (of
        several, the first by name; ``none`` if no event lies in a campaign) and
        ``perspective``, the publisher's; in order of ``document_id``.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> names = ("documents", "publishers", "claims", "events")
    >>> made = document_strata({name: sc.load(name) for name in names})
    >>> made.columns.tolist()
    ['document_id', 'campaign', 'perspective']
    """
    documents = tables["documents"].sort_values("document_id", ignore_index=True)
    campaigns = tables["events"].set_index("event_id")["campaign_id"]
    told = tables["claims"][["document_id", "event_id"]].drop_duplicates()
    told = told.assign(campaign=told["event_id"].map(campaigns)).dropna()
    counts = told.groupby(["document_id", "campaign"]).size().rename("events")
    counts = counts.reset_index().sort_values(
        ["document_id", "events", "campaign"], ascending=[True, False, True]
    )
    most = counts.drop_duplicates("document_id").set_index("document_id")["campaign"]
    perspectives = tables["publishers"].set_index("publisher_id")["perspective"]
    return pd.DataFrame(
        {
            "document_id": documents["document_id"],
            "campaign": documents["document_id"].map(most).astype("str").fillna(NONE),
            "perspective": documents["publisher_id"].map(perspectives),
        }
    )


def eligible(
    documents: pd.DataFrame,
    *,
    guide: str | None = None,
    texts: Sequence[Path] | None = None,
) -> list[str]:
    """Return the documents that a round may draw from.

    Parameters
    ----------
    documents : DataFrame
        Rows of the ``documents`` table.
    guide : str, optional
        Only those coded under this version of the guide.
    texts : sequence of Path, optional
        Only excerpts whose text lies in one of these folders, as a ``.txt`` file.

    Returns
    -------
    list of str
        ``document_id``, in order.

    Raises
    ------
    ValueError
        If none is left.

    Examples
    --------
    >>> documents = pd.DataFrame({"document_id": ["a", "b"],
    ...     "guide_version": ["0.2", "0.3"]})
    >>> eligible(documents, guide="0.3")
    ['b']
    """
    left = documents
    if guide is not None:
        left = left[left["guide_version"] == guide]
    if texts is not None:
        at_hand = set(_texts_by_digest(texts))
        left = left[(left["coverage"] == "excerpt") & left["text_sha256"].isin(at_hand)]
    if left.empty:
        msg = (
            f"none of {len(documents)} documents is of guide {guide!r} and in {texts}; "
            "name another guide, or folders that hold the texts"
        )
        raise ValueError(msg)
    return sorted(left["document_id"])


def draw(
    documents: pd.DataFrame, n: int, seed: int, *, by: Sequence[str] = STRATA
) -> pd.DataFrame:
    """Draw documents at random, each stratum by its share.

    Every stratum gets one document, if ``n`` is enough for that, and the others one by
    one where most is wanting to the stratum's share of ``n``.  If ``n`` is too small,
    it is drawn which strata get one, by their size.

    Parameters
    ----------
    documents : DataFrame
        ``document_id`` and the columns of ``by``; the order of rows does not matter.
    n : int
        Documents to draw, from 1 to as many as there are.
    seed : int
        Of the random numbers: the same documents, ``n`` and seed give the same draw.
    by : sequence of str, default ("campaign", "perspective")
        Columns whose combinations are the strata.

    Returns
    -------
    DataFrame
        In order of ``document_id``: that, the columns of ``by``, and of its stratum
        ``of``, the documents there are, and ``drawn``, those drawn.

    Raises
    ------
    KeyError
        If a column is missing.
    ValueError
        If a document stands twice or has no stratum, or ``n`` is out of range.

    Examples
    --------
    >>> documents = pd.DataFrame({"document_id": list("abcdef"),
    ...     "campaign": ["east"] * 4 + ["west"] * 2})
    >>> draw(documents, 3, seed=1, by=["campaign"])["campaign"].tolist()
    ['east', 'east', 'west']
    """
    known = _drawable(documents, by)
    if not 1 <= n <= len(known):
        msg = f"n is {n!r}, wanted 1 to {len(known)}, the documents there are to draw"
        raise ValueError(msg)
    chance = np.random.default_rng(seed)
    strata = known.groupby(list(by))["document_id"]
    shares = _shares(strata.size().to_numpy(), n, chance)
    rows = []
    for (_, ids), share in zip(strata, shares, strict=True):
        taken = chance.choice(ids.to_numpy(dtype=object), share, replace=False)
        rows += [(document_id, len(ids), share) for document_id in taken]
    taken = pd.DataFrame(rows, columns=["document_id", "of", "drawn"])
    taken = taken.astype({"document_id": known["document_id"].dtype})
    return known.merge(taken, on="document_id", validate="1:1")


def _drawable(documents: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    wanted = ["document_id", *by]
    missing = [name for name in wanted if name not in documents.columns]
    if missing:
        found = ", ".join(map(str, documents.columns))
        msg = f"documents have no {', '.join(missing)}, only {found}"
        raise KeyError(msg)
    known = documents[wanted].sort_values("document_id", ignore_index=True)
    twice = known.loc[known["document_id"].duplicated(), "document_id"]
    if len(twice):
        msg = f"documents: {', '.join(twice)} stands twice, wanted one row for each"
        raise ValueError(msg)
    blank = known.loc[known.isna().any(axis=1), "document_id"].astype(str)
    if len(blank):
        msg = f"documents: {', '.join(blank)} has no {' or '.join(by)}, wanted both"
        raise ValueError(msg)
    return known


def _shares(sizes: np.ndarray, n: int, chance: np.random.Generator) -> np.ndarray:
    """Return how many to draw of each stratum."""
    if n < len(sizes):
        taken = np.zeros(len(sizes), int)
        weights = sizes / sizes.sum()
        taken[chance.choice(len(sizes), n, replace=False, p=weights)] = 1
        return taken
    taken, quota = np.ones(len(sizes), int), n * sizes / sizes.sum()
    for _ in range(n - len(sizes)):
        # some stratum is below its quota, so none is drawn beyond its size
        taken[(quota - taken).argmax()] += 1
    return taken


def draw_round(folder: Path, documents: pd.DataFrame, n: int, seed: int) -> Path:
    """Draw the documents of a round, without those of other rounds, and write them.

    Parameters
    ----------
    folder : Path
        The round's folder, ``datasets/reliability/<round>``.
    documents, n, seed
        As for `draw`, with the columns `document_strata` returns.

    Returns
    -------
    Path
        ``drawn.csv``, with a column ``seed``.

    Raises
    ------
    FileExistsError
        If the round was drawn already.
    ValueError
        As `draw`.
    """
    path = folder / "drawn.csv"
    if path.exists():
        msg = f"{path} was drawn already: another draw is another --round"
        raise FileExistsError(msg)
    others = [_drawn(other) for other in folder.parent.glob("*/drawn.csv")]
    before = {document_id for ids in others for document_id in ids}
    fresh = documents[~documents["document_id"].isin(before)]
    taken = draw(fresh, n, seed).assign(seed=seed)
    folder.mkdir(parents=True, exist_ok=True)
    taken.to_csv(path, index=False, lineterminator="\n")
    return path


def _drawn(path: Path) -> list[str]:
    if not path.exists():
        msg = f"{path} is missing: `syriaconflict reliability draw` makes it"
        raise FileNotFoundError(msg)
    drawn = pd.read_csv(path, dtype="str")
    if "document_id" not in drawn.columns:
        msg = f"{path} has no column document_id: restore it as it was drawn"
        raise ValueError(msg)
    return drawn["document_id"].tolist()


def keep_first(
    folder: Path, sources: Path, texts: Sequence[Path] = ()
) -> tuple[list[str], list[str]]:
    """Copy the first coding of a round's documents, as it is now.

    A file that was kept before is left as it is, so that corrections made after the
    comparison do not change the agreement.

    Parameters
    ----------
    folder : Path
        The round's folder.
    sources : Path
        ``datasets/sources``.
    texts : sequence of Path, optional
        Folders with the texts; if given, ``sentences.csv`` is written.

    Returns
    -------
    list of str, list of str
        Documents copied now, and those kept before.

    Raises
    ------
    FileNotFoundError
        If the round was not drawn, or a document or a text is not there; nothing is
        written then.
    """
    ids = _drawn(folder / "drawn.csv")
    before = [i for i in ids if _file(folder / "first", i).exists()]
    now = [i for i in ids if i not in before]
    origin = {i: _file(sources / "documents", i) for i in now}
    gone = [str(path) for path in origin.values() if not path.exists()]
    if gone:
        msg = f"no such document: {', '.join(gone)}"
        raise FileNotFoundError(msg)
    paths = [origin.get(i, _file(folder / "first", i)) for i in ids]
    cut = _sentences(read_coding(paths)["documents"], texts) if texts else None
    (folder / "first").mkdir(exist_ok=True)
    for document_id, path in origin.items():
        shutil.copyfile(path, _file(folder / "first", document_id))
    if cut is not None:
        cut.to_csv(folder / "sentences.csv", index=False, lineterminator="\n")
    return now, before


def _file(folder: Path, document_id: str) -> Path:
    return folder / f"{document_id}.yaml"


def _sentences(documents: pd.DataFrame, folders: Sequence[Path]) -> pd.DataFrame:
    found = _texts_by_digest(folders)
    lacking = documents.loc[~documents["text_sha256"].isin(found), "document_id"]
    if len(lacking):
        where = ", ".join(map(str, folders))
        msg = f"no text of {', '.join(lacking)} in {where}"
        raise FileNotFoundError(msg)
    rows = [
        (document_id, start, size)
        for document_id, sha256 in zip(
            documents["document_id"], documents["text_sha256"], strict=True
        )
        for start, size, _ in sentences(found[sha256])
    ]
    return pd.DataFrame(rows, columns=["document_id", "start", "tokens"])


def _texts_by_digest(folders: Sequence[Path]) -> dict[str, str]:
    found = {}
    for path in sorted(path for folder in folders for path in folder.glob("*.txt")):
        text = path.read_text(encoding="utf-8", errors="replace")
        found[digest(normalise(text))] = text
    return found


def read_coding(paths: Sequence[Path]) -> Frames:
    """Read documents' files into frames.

    Parameters
    ----------
    paths : sequence of Path
        Files in the form of ``datasets/sources/documents``.

    Returns
    -------
    dict of str to DataFrame
        The tables that come from documents.

    Raises
    ------
    ValueError
        With every fault: what cannot be read, is empty but required, or is no code.
    """
    rows: dict[str, list] = {table.name: [] for table in _READ}
    findings: list[Finding] = []
    for path in paths:
        reader = read_document(path, f"{path.parent.name}/{path.name}")
        findings += reader.findings
        for name in rows:
            rows[name] += reader.rows.get(name, [])
    made = {}
    for table in _READ:
        made[table.name], problems = frame(table, rows[table.name])
        findings += problems
        findings += _wrong(table, made[table.name], rows[table.name])
    if findings:
        lines = "\n".join(map(str, sorted(set(findings))))
        msg = f"{len(set(findings))} faults, wanted none:\n{lines}"
        raise ValueError(msg)
    return made


def _wrong(table: schema.Table, made: pd.DataFrame, rows: list) -> list[Finding]:
    """Return the cells that are empty but required, or no code, and repeated keys."""
    found = []
    for column in table.columns:
        cells = made[column.name]
        if column.required:
            found += [rows[i].finding(column.name, "is empty, wanted a value")
                      for i in np.flatnonzero(cells.isna())]  # fmt: skip
        if column.codes:
            codes = ", ".join(map(str, column.codes))
            unknown = np.flatnonzero(cells.notna() & ~cells.isin(list(column.codes)))
            found += [rows[i].finding(column.name, f"is {cells[i]!r}, wanted {codes}")
                      for i in unknown]  # fmt: skip
    twice = np.flatnonzero(made.duplicated(list(table.key)))
    return found + [rows[i].finding(table.key[0], "stands twice") for i in twice]


def compare(folder: Path, sources: Path) -> tuple[pd.DataFrame, list[str]]:
    """Compare the two codings of a round; write ``agreement.csv`` and ``pairs.csv``.

    Parameters
    ----------
    folder : Path
        The round's folder.
    sources : Path
        ``datasets/sources``, for its registers of places and actors.

    Returns
    -------
    DataFrame, list of str
        What `agreement.agreement` returns of the documents that both coded, and what
        is missing or unknown, a sentence each.

    Raises
    ------
    FileNotFoundError
        If the round was not drawn, or no document has both codings.
    ValueError
        If a file cannot be read, a second coding is of a document that was not drawn,
        or the coders coded different texts.
    """
    ids = _drawn(folder / "drawn.csv")
    strays = {path.stem for path in (folder / "second").glob("*.yaml")} - set(ids)
    if strays:
        msg = f"second/ holds {', '.join(sorted(strays))}, which was not drawn"
        raise ValueError(msg)
    has = {
        part: {i for i in ids if _file(folder / part, i).exists()}
        for part in ("first", "second")
    }
    missing = [f"{i}: no {part} coding" for i in ids for part in has
               if i not in has[part]]  # fmt: skip
    both = [i for i in ids if i in has["first"] & has["second"]]
    if not both:
        hint = "no document has both codings, `reliability keep` copies the first"
        msg = "\n".join([hint, *missing])
        raise FileNotFoundError(msg)
    codings = [read_coding([_file(folder / part, i) for i in both]) for part in has]
    cut = folder / "sentences.csv"
    if not cut.exists():
        missing.append("sentences.csv: `reliability keep --texts DIR` makes it")
    places, actors = (_register(sources, t) for t in (schema.PLACES, schema.ACTORS))
    for part, coding in zip(has, codings, strict=True):
        missing += _unknown(part, coding, places, actors)
    table = agreement(
        *codings,
        places=places,
        sentences=pd.read_csv(cut) if cut.exists() else None,
    )
    written = {"agreement.csv": table, "pairs.csv": pair_claims(*codings)}
    for name, made in written.items():
        made.round(6).to_csv(folder / name, index=False, lineterminator="\n")
    return table, missing


def _register(sources: Path, table: schema.Table) -> pd.DataFrame:
    rows, findings = read_csv(sources / table.source, table, table.source)
    made, problems = frame(table, rows)
    if findings or problems:
        msg = "\n".join(map(str, [*findings, *problems]))
        raise ValueError(msg)
    return made


def _unknown(
    part: str, coding: Frames, places: pd.DataFrame, actors: pd.DataFrame
) -> list[str]:
    """Say which places and actors of a coding the registers lack: slips, perhaps."""
    told = {
        "place": (coding["claims"]["place_id"], places["place_id"]),
        "actor": (coding["claim_actors"]["actor_id"], actors["actor_id"]),
    }
    return [
        f"{part} coding: no {kind} {name} in the register"
        for kind, (ids, known) in told.items()
        for name in sorted(set(ids.dropna()) - set(known))
    ]
