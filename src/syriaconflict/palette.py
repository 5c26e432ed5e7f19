"""Colours, markers, hatches and line styles of camps, the same on every drawing.

The colours are those of Okabe and Ito, made to be told apart by colour-blind readers,
and greys.  Each camp has a marker, a hatch and a line style too, for print in black
and white.
"""

from __future__ import annotations

from collections.abc import Iterable

from syriaconflict.vocabulary import CAMPS

CAMP_COLOURS = {
    "government": "#D55E00",
    "opposition": "#009E73",
    "isis": "#000000",
    "sdf": "#F0E442",
    "russia": "#CC79A7",
    "us_coalition": "#0072B2",
    "turkey": "#56B4E9",
    "iran_aligned": "#E69F00",
    "israel": "#5E5E5E",
    "civilian": "#C8C8C8",
    "other": "#939393",
}
CAMP_MARKERS = dict(zip(CAMPS, "osXDvP^<h>p", strict=True))
CAMP_HATCHES = {
    "government": "///",
    "opposition": "\\\\\\",
    "isis": "...",
    "sdf": "---",
    "russia": "//",
    "us_coalition": "--",
    "turkey": "\\\\",
    "iran_aligned": "/",
    "israel": "oo",
    "civilian": "..",
    "other": "o",
}
# Okabe and Ito's colours in an order that keeps neighbours apart, for other groups.
# The government's and the opposition's are left out: no other group should look like
# either of them.
OTHER_COLOURS = ("#0072B2", "#E69F00", "#CC79A7", "#000000", "#56B4E9", "#939393")
LINE_STYLES = ("-", "--", ":", "-.", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)))
CAMP_LINES = {camp: LINE_STYLES[i % 6] for i, camp in enumerate(CAMPS)}
INK = "#222222"
PALE = "#BDBDBD"

_WORDS = {"isis": "ISIS", "sdf": "SDF", "us_coalition": "US coalition"}


def wording(code: object, *, capital: bool = True) -> str:
    """Return a code, or an identifier written with hyphens, as a reader would write it.

    Parameters
    ----------
    code : str
        A code of the vocabulary or an identifier.
    capital : bool, default True
        Whether a code begins with a capital; names always do.

    Examples
    --------
    >>> wording("us_coalition"), wording("iran_aligned"), wording("khan-shaykhun")
    ('US coalition', 'Iran aligned', 'Khan Shaykhun')
    """
    words = str(code)
    if words in _WORDS:
        return _WORDS[words]
    if "-" in words:
        parts = words.replace("-", " ").split(" ")
        return " ".join(part if part == "al" else part.capitalize() for part in parts)
    words = words.replace("_", " ")
    return words[:1].upper() + words[1:] if capital else words


def styles(groups: Iterable[object]) -> dict[object, dict[str, object]]:
    """Return a colour and a line style for each group.

    Camps have their own; other groups take the next free ones, in order, and share
    them again after the sixth.

    Parameters
    ----------
    groups : iterable
        Names of groups, each once.

    Returns
    -------
    dict
        Group -> ``color`` and ``linestyle`` of matplotlib.

    Examples
    --------
    >>> styles(["north-hama", "russia"])["russia"]["color"]
    '#CC79A7'
    """
    chosen: dict[object, dict[str, object]] = {}
    for group in groups:
        nth = sum(done not in CAMP_COLOURS for done in chosen)
        chosen[group] = {
            "color": CAMP_COLOURS.get(group, OTHER_COLOURS[nth % 6]),
            "linestyle": CAMP_LINES.get(group, LINE_STYLES[nth % 6]),
        }
    return chosen
