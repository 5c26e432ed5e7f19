"""Places and actors by any spelling: a rule, not a list of spellings.

The same Arabic name reaches English, French and German texts in many letters: short
vowels are guessed, long ones written three ways, emphatic and plain consonants fall
together, the article is attached, assimilated or left out.  `fold` undoes this by two
small ordered tables, `COMMON_WORDS` (nouns such as "village" or "brigade") and
`LETTERS` (what writers do to sounds); neither knows the name of a place or an actor.
`find` compares a spelling with every recorded one and ranks what it finds, `only`
takes the best or says why there is none.

What it does: case, diacritics, hamza and ayn signs, articles, common nouns in English
or Arabic words, letters of one sound, doubled letters, long vowels, final -a/-ah/-eh,
construct -at, slips of the pen; Arabic script against Arabic script, and, weakly, by
its consonants against Latin script.

What it does not do: translate proper words ("Conquest", "Revolution"), know former or
foreign names, read other scripts, or tell homonyms apart.  Two spellings with one key
are one name to it, so all their bearers score alike and the reader has to choose.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

# Shares of the three comparisons in a score; equal keys score 100 whatever the rest.
FOLDED, CONSONANTS, WRITTEN = 0.3, 0.4, 0.3
# A part of a name, one with other common nouns, or the consonants alone (an Arabic
# spelling asked, a Latin one recorded) score at most this share: shown, but too little
# for `only`.
PARTIAL = 0.72
SECOND_NAMES = ("label", "former")  # stand behind a name in use, never beside it
UNEQUAL = 99.0  # the most that spellings with different keys can score
# Below LOWEST, or ahead by no more than LEAD, the best is wrong about every other time
# (measured on spellings of settlements in a public gazetteer).
LOWEST = 75.0
LEAD = 5.0

# Common nouns, in order: dropped if they tell nothing, else one word for all languages.
COMMON_WORDS = (
    (r"\b(the|of|in|near)\b", " "),
    (r"\b(town|village|city)\b", " "),
    (r"\b(مدينه|قريه|بلده)\b", " "),
    (r"\b(military )?(airport|air ?base|airfield)\b", " matar "),
    (r"\b(governorate|province)\b", " muhafaza "),
    (r"\b(countryside|rural)\b", " rif "),
    (r"\b(road|highway)\b", " tariq "),
    (r"\b(mountains?|mount|mt)\b", " jabal "),
    (r"\bhill\b", " tall "),
    (r"\b((?:north|south)?(?:east|west)|north|south)ern\b", r"\1"),
    (r"\b(north|south) (east|west)\b", r"\1\2"),
    (r"\barmy\b", " jaysh "),
    (r"\bfront\b", " jabha "),
    (r"\bmovement\b", " haraka "),
    (r"\bbrigade\b", " liwa "),
    (r"\bbattalion\b", " katiba "),
    (r"\bdivision\b", " firqa "),
    (r"\b(\d+)(st|nd|rd|th)\b", r"\1"),
    (r"\b(ibn|ben)\b", "bin"),
)

# Letters of one word, in order.  What a rule has merged, later rules see as merged.
LETTERS = (
    # articles attached to their word: before a consonant, or assimilated to it
    (r"^[ae]l(?=[^aeiou\W]\w{2})", ""),
    (r"^a(sh|[tdszrn])(?=\1\w{3})", ""),
    (r"^ال(?=\w{3})", ""),
    # forms of one Arabic letter; hamza goes with the other marks
    (r"ة$", "ه"),
    (r"[ىی]", "ي"),
    (r"ک", "ك"),
    # consonants; "c" is free once it is k or s, and then stands for sh
    (r"c(?!h)(?=[ei])", "s"),
    (r"c(?!h)|q", "k"),
    (r"[ts]?[cs]h", "c"),
    (r"kh|x", "h"),
    (r"dzh|dj|zh|g(?=[ae][iy])", "j"),
    (r"([gdt])h", r"\1"),
    (r"ph", "f"),
    (r"p", "b"),
    (r"v", "w"),
    (r"n(?=b)", "m"),
    # endings -ah, -eh and -ieh
    (r"(?<=[aeiouy])h$", ""),
    (r"(?<=[iy])e$", "a"),
    # long vowels, glides and diphthongs: u/ou/oo/o/aw are u, i/ee/y/ay/ei are i
    (r"ee", "i"),
    (r"[ouw]+(?=[aeiy])", "w"),
    (r"[ae]*[ouw]*[ou][ouw]*|[ae]+w(?![aeiy])", "u"),
    (r"[iye]*[iy][iye]*(?=[au])", "y"),
    (r"[ae]*[iy][iye]*(?![au])", "i"),
    (r"[ae]+", "a"),
    # doubled letters, last, since vowels have met by now
    (r"([^\W\d])\1+", r"\1"),
)
# Nouns and directions that many names share.  They stand last in a key, weigh less, and
# yet make another thing of it: the airbase is not the town.
WEAK_WORDS = (
    *("matar", "muhafaza", "rif", "tariq"),
    *("jaysh", "jabha", "haraka", "liwa", "katiba", "firqa"),
    *("north", "northeast", "east", "southeast"),
    *("south", "southwest", "west", "northwest"),
)

_ATTACHED_CAPITAL = re.compile(r"\b([AaEe]l)(?=[A-Z])")
_ARTICLE = re.compile(
    r"\b(?:[aeiu]l+|[ae](?:tt?|dd?|ss?|zz?|rr?|nn?|[scdt]h)|a|l) (?=\w)"
)
# apostrophes, quotes, ayn and hamza signs, points of abbreviations, Arabic stretching
_SIGNS = re.compile("[.\"'`´\u2018\u2019\u2032\u2033\u02b9-\u02bf\u02c8\u0621\u0640]")
_ARABIC = re.compile("[\u0600-\u06ff]")
_CONSTRUCT = re.compile(r"(?<=a)t(?= )")  # -at before another word, written -a as well
_SILENT = re.compile(r"(?<=\w)(?:[aiuwyاوي]|ه$)")
_RULES = [(re.compile(pattern), put) for pattern, put in LETTERS]
_NOUNS = [(re.compile(pattern), put) for pattern, put in COMMON_WORDS]
_ANY_NOUN = re.compile("|".join(pattern for pattern, _ in COMMON_WORDS))  # for speed
# Consonants that writers, or Latin letters, confuse most: gh and q, dh and z, sh and s.
_COARSE = str.maketrans("gzc", "kds")
_SOUNDS = str.maketrans("اعبتثجحخدذرزسشصضطظغفقكلمنهوي", "aabttjhhddrdsssdtdkfkklmnhwy")


def fold(name: str) -> str:
    """Return the key under which the spellings of one Arabic name meet.

    Parameters
    ----------
    name : str
        A spelling, in Latin or Arabic script.

    Returns
    -------
    str
        Lower-case words; nouns that many names share ("airbase", "brigade") stand last,
        in alphabetical order.  Equal, or nearly so, for common spellings of a name;
        Arabic script stays Arabic.  Empty for a text without letters or digits.

    Raises
    ------
    TypeError
        If ``name`` is not text.

    Examples
    --------
    >>> fold("Khan Sheikhoun"), fold("Khān Shaykhūn town")
    ('han cihun', 'han cihun')
    >>> fold("the al-Nusra Front"), fold("Jabhat an-Nusrah")
    ('nusra jabha', 'nusra jabha')
    >>> fold("صَوْران") == fold("صوران")
    True
    """
    if not isinstance(name, str):
        msg = f"a spelling has to be text, not {name!r} ({type(name).__name__})"
        raise TypeError(msg)
    return _forms(name).key


def spellings(
    things: pd.DataFrame,
    names: pd.DataFrame,
    *,
    id_column: str,
    identify: Sequence[str] = (),
) -> pd.DataFrame:
    """Put the names of things and their other spellings into one frame for `find`.

    Parameters
    ----------
    things : DataFrame
        One row per place or actor: ``id_column``, ``name``, where there is one
        ``name_ar``, and the columns in ``identify``.
    names : DataFrame
        One row per spelling: ``id_column``, ``name``, ``kind`` (kind of name).
    id_column : str
        Column that holds the identifier in both.
    identify : sequence of str, default ()
        Columns of ``things`` that tell homonyms apart, for instance governorate.

    Returns
    -------
    DataFrame
        One row per identifier and spelling, with the columns ``id_column``, ``name``
        (main name), ``spelling``, ``name_kind`` (kind of name) and those in
        ``identify``; in the order of ``things``.  Missing spellings are left out.

    Raises
    ------
    KeyError
        If ``names`` holds an identifier that ``things`` does not.

    Examples
    --------
    >>> places = pd.DataFrame({"place_id": ["morek"], "name": ["Morek"]})
    >>> other = pd.DataFrame(
    ...     {"place_id": ["morek"], "name": ["Murik"], "kind": ["name"]}
    ... )
    >>> spellings(places, other, id_column="place_id")["spelling"].tolist()
    ['Morek', 'Murik']
    """
    strangers = sorted(set(names[id_column]) - set(things[id_column]))
    if strangers:
        msg = f"names: {id_column} {strangers[:5]} are not in the table of things"
        raise KeyError(msg)
    columns = {"name": "spelling", "kind": "name_kind"}
    other = names[[id_column, *columns]].rename(columns=columns)
    own = [
        things[[id_column]].assign(spelling=things[column], name_kind="name")
        for column in ("name", "name_ar")
        if column in things
    ]
    every = pd.concat([*own, other]).dropna(subset="spelling")
    main = things[[id_column, "name", *identify]]
    merged = main.merge(every, on=id_column, how="left", validate="1:m")
    merged = merged.drop_duplicates([id_column, "spelling"], ignore_index=True)
    return merged[[id_column, "name", "spelling", "name_kind", *identify]]


def find(
    spelling: str, names: pd.DataFrame, *, id_column: str, limit: int = 10
) -> pd.DataFrame:
    """Rank places or actors by how well a spelling fits their names.

    Parameters
    ----------
    spelling : str
        What to look for.
    names : DataFrame
        One row per identifier and spelling, as `spellings` makes it: ``id_column``,
        ``name`` (main name), ``spelling`` and, where known, ``name_kind``; every other
        column is handed on.  An abbreviation is met letter for letter only.
    id_column : str
        Column that holds the identifier.
    limit : int, default 10
        How many to return; more where a good candidate's equals would be cut off.

    Returns
    -------
    DataFrame
        One row per identifier, best first: ``id_column``, ``name``, ``matched`` (the
        spelling that fits best), ``score`` (0 to 100; 100: one name by the rule),
        ``rank`` (equal for equal scores) and the further columns of ``names``.  Equals
        stand in the order of their identifiers, which means nothing.  Low scores are
        returned too: they are the nearest there is.

    Raises
    ------
    TypeError
        If ``spelling`` is not text.
    ValueError
        If ``spelling`` has no letter, ``limit`` is below 1, or ``names`` has no rows or
        lacks spellings.
    KeyError
        If ``names`` lacks a column.

    Examples
    --------
    >>> names = pd.DataFrame(
    ...     {
    ...         "place_id": ["souran-hama", "souran-azaz", "morek"],
    ...         "name": ["Souran", "Souran", "Morek"],
    ...         "spelling": ["Souran", "Souran", "Morek"],
    ...         "governorate": ["Hama", "Aleppo", "Hama"],
    ...     }
    ... )
    >>> found = find("Şūrān", names, id_column="place_id", limit=1)
    >>> found[["place_id", "score", "rank", "governorate"]].values.tolist()
    [['souran-azaz', 100.0, 1, 'Aleppo'], ['souran-hama', 100.0, 1, 'Hama']]
    """
    _check(spelling, names, id_column, limit)
    score, written = _scores(spelling, names)
    scored = names.assign(matched=names["spelling"], score=score, _written=written)
    order = ["score", "_written", "matched"]  # of one thing's spellings, the likest
    best = (
        scored.sort_values(order, ascending=[False, False, True])
        .drop_duplicates(id_column)
        .sort_values(["score", id_column], ascending=[False, True], ignore_index=True)
    )
    best["rank"] = best["score"].rank(method="min", ascending=False).astype("int64")
    first = [id_column, "name", "matched", "score", "rank"]
    inner = {*first, "spelling", "name_kind", "_written"}
    further = [column for column in names.columns if column not in inner]
    equals = (best["rank"] <= limit) & (best["score"] >= LOWEST)
    return best.loc[equals | (best.index < limit), first + further]


def only(candidates: pd.DataFrame, spelling: str) -> str:
    """Return the one identifier that a spelling means, or say why there is none.

    Parameters
    ----------
    candidates : DataFrame
        As `find` returns it, or some of its rows; the identifier stands first.
    spelling : str
        What was looked for, for the message.

    Returns
    -------
    str
        Identifier of the best candidate.

    Raises
    ------
    KeyError
        If there is no candidate, or the best one scores below `LOWEST`.
    LookupError
        If several score alike, or (for inexact ones) within `LEAD` of the best.

    Examples
    --------
    >>> names = pd.DataFrame(
    ...     {"place_id": ["morek"], "name": ["Morek"], "spelling": ["Morek"]}
    ... )
    >>> only(find("Mourek", names, id_column="place_id"), "Mourek")
    'morek'
    """
    if candidates.empty:
        msg = f"nothing to choose {spelling!r} from: the candidates have no rows"
        raise KeyError(msg)
    id_column, best = candidates.columns[0], candidates["score"].max()
    if best < LOWEST:
        nearest = candidates.nlargest(3, "score", keep="all")
        near = "; ".join(
            f"{_describe(row)} {row['score']:.0f}" for row in nearest.to_dict("records")
        )
        msg = (
            f"no {id_column} is spelled like {spelling!r}: the nearest, with scores of "
            f"100, are {near}; {LOWEST:.0f} is wanted: try another spelling"
        )
        raise KeyError(msg)
    margin = LEAD if best < 100 else 0
    rivals = candidates[candidates["score"] >= best - margin]
    if len(rivals) > 1:
        raise LookupError(_tie(rivals, spelling))
    return rivals[id_column].iloc[0]


def _tie(rivals: pd.DataFrame, spelling: str) -> str:
    """Name the candidates that fit alike and say how to choose."""
    id_column, further = rivals.columns[0], rivals.columns[5:]
    named = "; ".join(_describe(row) for row in rivals.to_dict("records"))
    msg = (
        f"{spelling!r} fits {len(rivals)} about equally well: {named}; "
        f"use the {id_column} of the one you mean"
    )
    telling = [column for column in further if rivals[column].nunique() > 1]
    if telling:
        value = rivals[telling[0]].dropna().iloc[0]
        msg += (
            f", or keep its rows, as candidates[candidates.{telling[0]} == {value!r}]"
        )
    return msg


def _describe(row: dict[Hashable, object]) -> str:
    """Write a candidate as its identifier, name and what tells it apart."""
    identifier, name, _, _, _, *further = row.values()
    told = ", ".join(str(value) for value in further if not pd.isna(value))
    return f"{identifier} ({name}{'; ' if told else ''}{told})"


def _check(spelling: str, names: pd.DataFrame, id_column: str, limit: int) -> None:
    """Raise for what `find` cannot search."""
    lacking = [c for c in (id_column, "name", "spelling") if c not in names]
    if lacking:
        msg = f"names: no column {lacking}; it has {list(names.columns)}"
        raise KeyError(msg)
    if names.empty or names["spelling"].isna().any():
        empty = int(names["spelling"].isna().sum())
        msg = f"names: {len(names)} rows, {empty} of them without a spelling: give some"
        raise ValueError(msg)
    if not fold(spelling):
        msg = f"nothing to look for in {spelling!r}: it has no letter or digit"
        raise ValueError(msg)
    if limit < 1:
        msg = f"limit is {limit}, it has to be 1 or more"
        raise ValueError(msg)


class _Forms(NamedTuple):
    """The forms in which two spellings are compared."""

    written: str  # letters as written
    key: str  # by the rule
    proper: str  # the key without weak words
    weak: str  # the rest of it
    consonants: str  # of the proper words, with no vowel but an initial one


@lru_cache(maxsize=1 << 16)
def _forms(name: str) -> _Forms:
    """Return the forms of a spelling; they cost more than comparing them does."""
    text = _letters(_ATTACHED_CAPITAL.sub(r"\1 ", name))
    bare = text
    for pattern, put in _NOUNS if _ANY_NOUN.search(text) else []:
        bare = pattern.sub(put, bare)
    bare = " ".join(bare.split()) or text  # a place called Village keeps its name
    words = [_word(word) for word in _ARTICLE.sub("", bare).split()]
    words = _CONSTRUCT.sub("", " ".join(words)).split()
    proper = [word for word in words if word not in _WEAK]
    weak = " ".join(sorted(_WEAK.intersection(words)))
    key = " ".join([*proper, weak]).strip()
    consonants = " ".join(_consonants(word) for word in proper or words)
    return _Forms(
        text.replace(" ", ""), key, " ".join(proper or words), weak, consonants
    )


def _letters(name: str) -> str:
    """Return lower-case words without marks and signs."""
    text = name
    if not name.isascii():
        text = unicodedata.normalize("NFKD", name).replace("\u0131", "i")
    text = "".join(c for c in text.casefold() if not unicodedata.combining(c))
    text = _SIGNS.sub("", text)
    return re.sub(r"[\W_]+", " ", text).strip()


@lru_cache(maxsize=1 << 16)
def _word(word: str) -> str:
    """Return one word with the letter rules applied."""
    for pattern, put in _RULES:
        word = pattern.sub(put, word)
    return word


# 1 for equal texts, less for every letter more, less, other or swapped
_EDITS = OSA.normalized_similarity
_WEAK = frozenset(_word(word) for word in WEAK_WORDS)


@lru_cache(maxsize=1 << 16)
def _consonants(word: str) -> str:
    """Return the consonants of a folded word, those often confused made one."""
    sounds = _SILENT.sub("", word).translate(_SOUNDS).translate(_COARSE)
    return re.sub(r"([^\W\d])\1+", r"\1", re.sub("^[iu]", "a", sounds))


def _scores(spelling: str, names: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return every row's score and the likeness of its letters, from 0 to 100."""
    asked = _forms(spelling)
    forms = pd.DataFrame([_forms(s) for s in names["spelling"]], columns=_Forms._fields)
    written, consonants = (
        _like(asked, forms, form) for form in ("written", "consonants")
    )
    # the likest letters under a key count for all who bear it: homonyms stay equal
    shared = pd.Series(written).groupby(forms["key"]).transform("max")
    whole = FOLDED * _like(asked, forms, "key") + CONSONANTS * consonants
    part = np.minimum(
        _like(asked, forms, "proper", fuzz.partial_ratio),
        _like(asked, forms, "consonants", fuzz.token_set_ratio),
    )
    most = np.where(forms["weak"] == asked.weak, UNEQUAL, 100 * PARTIAL)
    score = np.maximum(whole + WRITTEN * shared, PARTIAL * part).clip(upper=most)
    arabic = bool(_ARABIC.search(asked.key))
    other = forms["key"].str.contains(_ARABIC) != arabic
    # not the other way: who asks in Latin script finds the Latin main name
    score = score.mask(other, PARTIAL * consonants if arabic else 0.0)
    score = score.mask(forms["key"] == asked.key, 100.0)
    if "name_kind" in names:
        abbreviation = names["name_kind"].eq("abbreviation").to_numpy()
        same = forms["written"] == asked.written
        score = score.mask(abbreviation, same.map({True: 100.0, False: 0.0}))
        second = names["name_kind"].isin(SECOND_NAMES).to_numpy()
        score = score.mask(second, score.clip(upper=UNEQUAL))
    return score.round(1).to_numpy(), written


def _like(
    asked: _Forms, forms: pd.DataFrame, form: str, scorer: Callable = _EDITS
) -> np.ndarray:
    """Compare one form with that of every row, from 0 to 100."""
    found = process.cdist([getattr(asked, form)], forms[form].tolist(), scorer=scorer)
    return found[0].astype(float) * (100 if scorer is _EDITS else 1)
