"""The evidence behind an event: who said so, where in which document."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd

from syriaconflict.anchors import digest, excerpt, locate, normalise
from syriaconflict.load import load, published
from syriaconflict.rules import Rule

TEXT_SUFFIXES = (".txt", ".md", ".html", ".htm")
COLUMNS = [
    "claim_id", "document_id", "publisher", "title", "published", "url", "claimant",
    "claimant_kind", "stance", "certainty", "event_type", "modality", "summary",
    "quote_start", "quote_tokens", "quote_sha256", "quote_matches",
]  # fmt: skip


def evidence(event_id: str, texts: str | Path | None = None) -> pd.DataFrame:
    """Return the claims about an event, who made them and where they stand.

    Parameters
    ----------
    event_id : str
        An event.
    texts : path, optional
        Folder with the user's own copies of the documents (``.txt``, ``.md``,
        ``.html``), under any names.  A copy may have parts that the text as coded
        had not.

    Returns
    -------
    DataFrame
        One row per claim, in order.  ``claimant`` is the actor's name, missing where
        the document speaks in its own voice or names nobody.  With ``texts`` also
        ``passage``, the passage as it stands in the user's copy, and
        ``passage_note``, why there is none: a missing passage is not a refuted one.

    Raises
    ------
    KeyError
        If there is no such event.
    NotADirectoryError
        If ``texts`` is no folder.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> found = sc.evidence("2017-04-24-syria-direct-halfaya-004")
    >>> found = found.set_index("claim_id")
    >>> found.loc["2017-04-24-syria-direct-halfaya-004", "publisher"]
    'Syria Direct'
    """
    claims = load("claims")
    about = claims[claims["event_id"] == event_id]
    if about.empty:
        raise KeyError(_unknown(event_id, claims))
    documents = load("documents").set_index("document_id")
    names = load("publishers").set_index("publisher_id")["name"]
    actors = load("actors").set_index("actor_id")["name"]
    source = about["document_id"]
    found = about.assign(
        publisher=source.map(documents["publisher_id"]).map(names),
        claimant=about["claimant_id"].map(actors),
        **{k: source.map(documents[k]) for k in ("title", "published", "url")},
    )[COLUMNS].reset_index(drop=True)
    if texts is None:
        return found
    passages = [_passage(row, _copies(Path(texts))) for row in found.to_dict("records")]
    return found.assign(
        passage=[passage for passage, _ in passages],
        passage_note=[note for _, note in passages],
    )


def disagreement(
    events: pd.DataFrame, *, fields: str | Sequence[str] | None = None
) -> pd.DataFrame:
    """Measure how far the claims about events differ, field by field.

    Parameters
    ----------
    events : DataFrame
        Rows with ``event_id``.
    fields : str or list of str, optional
        Fields to compare; by default all.

    Returns
    -------
    DataFrame
        As `differences.disagreement` returns it from the installed tables, which also
        says how each measure is defined.

    Raises
    ------
    KeyError
        If the frame has no ``event_id``.
    ValueError
        If no claim is about these events, or there is no such field.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> events = sc.events().set_index("event_id", drop=False)
    >>> halfaya = events.loc[["2017-04-24-syria-direct-halfaya-004"]]
    >>> found = sc.disagreement(halfaya, fields=["target"])
    >>> found.droplevel(["event_id", "of"])["disagrees"].to_dict()
    {'target': True}
    """
    from syriaconflict import differences

    claims = load("claims")
    about = claims[claims["event_id"].isin(events["event_id"])]
    names = ("documents", "actors", "publishers", "places", "actor_camps",
             "claim_actors")  # fmt: skip
    tables = {name: load(name) for name in names}
    return differences.disagreement(about, tables=tables, fields=fields)


def explain(event_id: str, rule: Rule = "representative") -> pd.DataFrame:
    """Say for each field of an event why it shows what it shows.

    Parameters
    ----------
    event_id : str
        An event.
    rule : str or callable, default "representative"
        As for `events`.

    Returns
    -------
    DataFrame
        Indexed by ``field``: ``value``, ``claims`` that tell it, those that tell
        ``otherwise``, ``rule`` and ``reason``.  Rows: what the rule resolves, the
        actors of each part (joined by "and", or "or" where one of them it was), and
        the grade.  What the claims are, `evidence` lists.

    Raises
    ------
    KeyError
        If there is no such event.
    ValueError
        If there is no such rule, or the side of the rule denies the event.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> why = sc.explain("2017-04-24-syria-direct-halfaya-004")
    >>> why.loc["event_type", ["value", "reason"]].tolist()
    ['capture', 'all claims that tell it agree']
    """
    from syriaconflict.reasons import reasons

    tables = published()
    claims = tables["claims"]
    if event_id not in set(claims["event_id"]):
        raise KeyError(_unknown(event_id, claims))
    return reasons(event_id, tables, rule)


def _unknown(event_id: str, claims: pd.DataFrame) -> str:
    """Say what is wrong with an event's id."""
    withdrawn = load("withdrawn").query("table_name == 'events'").set_index("id")
    if event_id in withdrawn.index:
        row = withdrawn.loc[event_id]
        heir = row["replaced_by"] if pd.notna(row["replaced_by"]) else "not replaced"
        return f"{event_id!r} was withdrawn: {row['reason']} ({heir})"
    merged = claims.loc[claims["claim_id"] == event_id, "event_id"]
    if len(merged):
        return f"{event_id!r} is a claim about the event {merged.iloc[0]!r}"
    near = difflib.get_close_matches(str(event_id), claims["event_id"].unique(), 3)
    hint = f"; nearest: {', '.join(near)}" if near else ""
    return f"no event is called {event_id!r}{hint}"


class _Words(HTMLParser):
    """Keeps what a page shows, leaves out scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list) -> None:  # noqa: ARG002
        self.hidden += tag in ("script", "style")
        self.words.append("\n" if tag in ("p", "div", "br", "li") else "")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style") and self.hidden > 0

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)


def _copies(folder: Path) -> dict[str, str]:
    """Return the texts in a folder by file name."""
    if not folder.is_dir():
        msg = f"{folder} is no folder; wanted one that holds copies of the documents"
        raise NotADirectoryError(msg)
    texts = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in TEXT_SUFFIXES:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if path.suffix.lower() in (".html", ".htm"):
            page = _Words()
            page.feed(text)
            text = "".join(page.words)
        texts[path.name] = text
    return texts


def _passage(claim: dict, copies: dict[str, str]) -> tuple[str | None, str]:
    """Return a claim's passage from the copies, or why it was not found."""
    size, sha256 = claim["quote_tokens"], claim["quote_sha256"]
    for name, text in copies.items():
        tokens = normalise(text)
        start = claim["quote_start"]
        if digest(tokens[start : start + size]) == sha256:
            return excerpt(text, start, size), name
        found = locate(text, size, sha256)
        if found:
            return excerpt(text, found[0], size), name
    return None, f"in none of {len(copies)} texts"
