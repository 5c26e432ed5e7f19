"""Which places had changed hands untold, by old news and by who holds their neighbours.

Old news of one place says how likely it is that another holds it by now.  Two things
are known beside that: nobody takes a place behind the lines, and of the places along
them those that the other party surrounds are likelier to have gone.  All together they
go as often as their news says.
"""

from __future__ import annotations

import numpy as np

from syriaconflict.mesh import Mesh
from syriaconflict.parties import FIRST, SECOND

# By hand, of 2, 3, 4, 6 and 8, on other layouts and seeds than those of the table in
# docs/methodology.md
_PULL = 4.0  # on the log odds of a place that the other party surrounds
_ROUNDS = 20


def gone_untold(
    role: np.ndarray, doubt: np.ndarray, besieged: np.ndarray, mesh: Mesh
) -> np.ndarray:
    """Return which places had gone over to the other party.

    Parameters
    ----------
    role : array of int, draws x places
        Who is told to hold them.
    doubt : array of float, draws x places
        By how much the log odds that it had gone exceed those of its luck: more than 0
        where it had, by itself; -inf where it had not.
    besieged : array of bool, draws x places
        Where it is told to hold out though it is surrounded.
    mesh : Mesh
        Cells and borders.

    Returns
    -------
    array of bool, draws x places
        Whether it had gone: only beside the other party's ground, or that of another
        place gone.  To the log odds of a place along the lines as told 4 (s - u) is
        added, s the share of its border that is with the other party less that with
        its own, u the mean of this along the lines; not where it is besieged.
    """
    from scipy.sparse import coo_array

    ends = np.append(mesh.one, mesh.two), np.append(mesh.two, mesh.one)
    shape = (len(mesh.km2), len(mesh.km2))
    beside = coo_array((np.tile(mesh.length_km, 2), ends), shape=shape).tocsr()
    rim = np.maximum(beside.sum(axis=0), 1e-9)
    sense = (role == FIRST) * 1.0 - (role == SECOND)

    def share(holder: np.ndarray) -> np.ndarray:
        """Return which share of each border is with the other party than ``sense``."""
        first, second = (holder > 0) @ beside / rim, (holder < 0) @ beside / rim
        return np.where(sense > 0, second, first)

    more = share(sense) - share(-sense)
    edge = share(sense) > 0
    usual = (more * edge).sum(axis=1) / edge.sum(axis=1).clip(1)
    pulled = edge & ~besieged
    doubt = doubt + np.where(pulled, _PULL * (more - usual[:, None]), 0)
    gone = np.zeros(role.shape, dtype=bool)
    for _ in range(_ROUNDS):
        now = np.where(gone, -sense, sense)
        new = (doubt > 0) & (share(now) > 0)
        if (new == gone).all():
            break
        gone = new
    return gone
