"""Finding a place or an actor of the installed tables by any spelling."""

from __future__ import annotations

from functools import cache

import pandas as pd

from syriaconflict.load import load
from syriaconflict.names import find, only, spellings

_IDENTIFY = {
    "place_id": ("kind", "governorate", "district", "longitude", "latitude"),
    "actor_id": ("kind", "parent_id", "active_from", "active_to"),
}


@cache
def _names(id_column: str) -> pd.DataFrame:
    """Return every spelling of the places or actors; read once, never handed out."""
    thing = id_column.removesuffix("_id")
    return spellings(
        pd.DataFrame(load(f"{thing}s")),
        load(f"{thing}_names"),
        id_column=id_column,
        identify=_IDENTIFY[id_column],
    )


def find_place(spelling: str, *, limit: int = 10) -> pd.DataFrame:
    """Rank the places that a spelling may mean.

    Parameters
    ----------
    spelling : str
        A name in Latin or Arabic script, in any common transliteration.
    limit : int, default 10
        How many to return; more if the last of them has equals.

    Returns
    -------
    DataFrame
        Best first: ``place_id``, ``name``, ``matched``, ``score`` (0 to 100), ``rank``,
        ``kind``, ``governorate``, ``district``, ``longitude``, ``latitude``.  Homonyms
        share a rank: nothing is guessed.

    Raises
    ------
    ValueError
        If the spelling holds no letter.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> sc.find_place("Halfayah", limit=1)["place_id"].tolist()
    ['halfaya']
    >>> sc.find_place("Souran", limit=1)["district"].tolist()
    ['Al Bab', "A'zaz", 'Hama']
    """
    return find(spelling, _names("place_id"), id_column="place_id", limit=limit)


def find_actor(spelling: str, *, limit: int = 10) -> pd.DataFrame:
    """Rank the actors that a spelling or an abbreviation may mean.

    Parameters
    ----------
    spelling : str
        A name or an abbreviation.
    limit : int, default 10
        How many to return; more if the last of them has equals.

    Returns
    -------
    DataFrame
        Best first: ``actor_id``, ``name``, ``matched``, ``score`` (0 to 100), ``rank``,
        ``kind``, ``parent_id``, ``active_from``, ``active_to``.

    Raises
    ------
    ValueError
        If the spelling holds no letter.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> sc.find_actor("JAF", limit=1)["actor_id"].tolist()
    ['jaysh-al-fatah']
    """
    return find(spelling, _names("actor_id"), id_column="actor_id", limit=limit)


def place_id(spelling: str) -> str:
    """Return the one place that a spelling means.

    Parameters
    ----------
    spelling : str
        A name in any common transliteration.

    Returns
    -------
    str
        Its ``place_id``.

    Raises
    ------
    KeyError
        If no name is near enough; the message names the nearest.
    LookupError
        If it fits several places alike; the message names them.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> sc.place_id("Mharde")
    'mhardeh'
    """
    return only(find_place(spelling), spelling)
