"""References in the forms of programs and reference lists, from CSL-JSON items."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from syriaconflict.references import Item

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",  # BibTeX counts an escaped brace as a brace
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}
_VERBATIM = {sign: f"%{ord(sign):02X}" for sign in '{}\\ "<>^`|'}  # ends an address
_RIS_TYPES = {
    "dataset": "DATA",
    "article-newspaper": "NEWS",
    "post-weblog": "BLOG",
    "entry-encyclopedia": "ENCYC",
}


def csl(items: Sequence[Item]) -> str:
    """Return references as CSL-JSON, which Zotero, Pandoc and Quarto read."""
    return json.dumps(list(items), indent=1, ensure_ascii=False)


def bibtex(items: Sequence[Item]) -> str:
    r"""Return references as BibTeX, one ``@misc`` each, in UTF-8.

    Signs that LaTeX gives a meaning are escaped, but not in addresses, which BibLaTeX
    and ``\url`` take as they stand.  Keys are the identifiers; two that BibTeX would
    take for one get ``-2``, ``-3``, ...

    Examples
    --------
    >>> item = {"id": "a", "title": "Fuel & bread", "author": [{"literal": "Radio"}]}
    >>> print(bibtex([item]))
    @misc{a,
      author = {{Radio}},
      title = {{Fuel \& bread}}
    }
    """
    keys = _keys([str(item["id"]) for item in items])
    return "\n\n".join(
        f"@misc{{{key},\n" + ",\n".join(_bibtex_fields(item)) + "\n}"
        for key, item in zip(keys, items, strict=True)
    )


def _keys(identifiers: Iterable[str]) -> list[str]:
    """Return keys that BibTeX takes and tells apart, whatever their capitals."""
    keys, seen = [], set()
    for identifier in identifiers:
        plain = key = re.sub(r"[^A-Za-z0-9:.+-]+", "-", identifier)
        number = 1
        while key.casefold() in seen:
            number += 1
            key = f"{plain}-{number}"
        seen.add(key.casefold())
        keys.append(key)
    return keys


def _bibtex_fields(item: Item) -> Iterator[str]:
    yield f"  author = {{{{{_escaped(_author(item))}}}}}"
    yield f"  title = {{{{{_escaped(_title(item))}}}}}"
    if item.get("container-title", _author(item)) != _author(item):
        yield f"  howpublished = {{{_escaped(item['container-title'])}}}"
    parts = _parts(item, "issued")
    if parts:
        yield f"  year = {{{parts[0]}}}"
    if len(parts) > 1:
        yield f"  month = {_MONTHS[parts[1] - 1][:3].lower()}"
    if len(parts) > 2:
        yield f"  day = {{{parts[2]}}}"
    if "URL" in item:
        yield f"  url = {{{_address(item)}}}"
    if "accessed" in item:
        year, month, day = _parts(item, "accessed")
        yield f"  urldate = {{{year}-{month:02}-{day:02}}}"
    notes = " ".join(_notes(item))
    if notes:
        yield f"  note = {{{_escaped(notes)}}}"


def _escaped(text: object) -> str:
    return "".join(_LATEX.get(sign, sign) for sign in str(text))


def _address(item: Item) -> str:
    return "".join(_VERBATIM.get(sign, sign) for sign in str(item["URL"]))


def ris(items: Sequence[Item]) -> str:
    """Return references as RIS, which EndNote, Mendeley and Zotero read.

    Examples
    --------
    >>> item = {"id": "a", "type": "webpage", "author": [{"literal": "Radio"}]}
    >>> ris([item]).splitlines()
    ['TY  - ELEC', 'ID  - a', 'AU  - Radio', 'TI  - [Document]', 'ER  - ']
    """
    return "\n".join(f"{tag}  - {value}" for item in items for tag, value in _ris(item))


def _ris(item: Item) -> Iterator[tuple[str, object]]:
    yield "TY", _RIS_TYPES.get(str(item["type"]), "ELEC")
    yield "ID", item["id"]
    yield "AU", _author(item)
    yield "TI", _title(item)
    for tag, name in (("PB", "container-title"), ("ET", "version")):
        if name in item:
            yield tag, item[name]
    parts = _parts(item, "issued")
    if parts:
        yield "PY", parts[0]
        month, day = [f"{part:02}" for part in parts[1:]] + [""] * (3 - len(parts))
        about = "about" if _is_about(item) else ""
        yield "DA", f"{parts[0]}/{month}/{day}/{about}"
    if "accessed" in item:
        year, month, day = _parts(item, "accessed")
        yield "Y2", f"{year}/{month:02}/{day:02}/"
    for tag, name in (("UR", "URL"), ("LA", "language")):
        if name in item:
            yield tag, item[name]
    for note in _notes(item):
        yield "N1", note
    yield "ER", ""


def apa(items: Sequence[Item]) -> str:
    """Return references as the American Psychological Association wants them (7th ed.).

    One line each, without italics; the data sets first, then the other works by author
    and date.  Works of one author and year are told apart by letters, an inexact day
    has "ca.", and an article that keeps changing, or has no date, the day on which it
    was read.  A work without a title is described in brackets.

    Examples
    --------
    >>> radio = {"id": "a", "type": "webpage", "author": [{"literal": "Radio"}],
    ...          "title": "Bread", "issued": {"date-parts": [[2016, 8]]}}
    >>> print(apa([radio]))
    Radio. (2016, August). Bread.
    """
    ordered = sorted(items, key=_apa_order)
    years = [(_author(item), *_parts(item, "issued")[:1]) for item in ordered]
    works, so_far, lines = Counter(years), Counter(), []
    for item, year in zip(ordered, years, strict=True):
        letter = _letters(so_far[year]) if works[year] > 1 else ""
        so_far[year] += 1
        lines.append(_apa(item, letter))
    return "\n".join(lines)


def _apa_order(item: Item) -> tuple:
    first = item["type"] != "dataset"
    return first, _author(item).casefold(), _parts(item, "issued"), _title(item)


def _apa(item: Item, letter: str) -> str:
    author, title = _author(item), _title(item)
    if item["type"] == "dataset":
        title = f"{title} (Version {item['version']}) [Data set]"
    parts = [author, f"({_apa_date(item, letter)})", title]
    if item.get("container-title", author) != author:
        parts.append(str(item["container-title"]))
    line = " ".join(p if p.endswith((".", "?", "!")) else f"{p}." for p in parts)
    if "URL" not in item:
        return line
    changes = item["type"] == "entry-encyclopedia" or "issued" not in item
    if changes and "accessed" in item:
        year, month, day = _parts(item, "accessed")
        line += f" Retrieved {_MONTHS[month - 1]} {day}, {year}, from"
    return f"{line} {item['URL']}"


def _apa_date(item: Item, letter: str) -> str:
    parts = _parts(item, "issued")
    if not parts:
        return f"n.d.-{letter}" if letter else "n.d."
    date = f"{'ca. ' if _is_about(item) else ''}{parts[0]}{letter}"
    if len(parts) > 1:
        date += f", {_MONTHS[parts[1] - 1]}"
    return f"{date} {parts[2]}" if len(parts) > 2 else date


def _letters(n: int) -> str:
    """Return a, b, ..., z, aa, ab, ... for 0, 1, ..., 25, 26, 27, ...

    Examples
    --------
    >>> _letters(0), _letters(25), _letters(26)
    ('a', 'z', 'aa')
    """
    word = ""
    while n >= 0:
        word = chr(ord("a") + n % 26) + word
        n = n // 26 - 1
    return word


def _author(item: Item) -> str:
    return str(item["author"][0]["literal"])


def _title(item: Item) -> str:
    kind = str(item.get("genre", "document")).capitalize()
    return str(item.get("title", f"[{kind}]"))


def _parts(item: Item, name: str) -> list[int]:
    date = item.get(name)
    return list(date["date-parts"][0]) if date else []


def _is_about(item: Item) -> bool:
    return bool(item.get("issued", {}).get("circa"))


def _notes(item: Item) -> Iterator[str]:
    if "version" in item:
        yield f"Version {item['version']}."
    if _is_about(item):
        yield "Day of publication not exactly known."
    if "note" in item:
        yield str(item["note"])
