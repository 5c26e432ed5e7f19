"""The probability that a party holds the ground, its line and its band."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syriaconflict.palette import CAMP_COLOURS, INK, OTHER_COLOURS, PALE, wording
from syriaconflict.surface import Surface, probability_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_surface(surface: Surface, ax: Axes | None = None) -> Axes:
    """Draw a surface of probability, the line of one half and the band around it.

    Parameters
    ----------
    surface : Surface
        Result of `surface.probability_surface`.
    ax : Axes, optional
        Where to draw; by default on new axes.

    Returns
    -------
    Axes
        The axes drawn on, in km of the projected system; ground far from evidence is
        left grey.  The colours of the parties are those of `palette`; the line is
        where the probability is one half, the thin lines are where it is 0.25 and 0.75.
        Without such a line the surface is drawn alone.

    Examples
    --------
    >>> import numpy as np
    >>> surface = Surface(np.arange(3) * 1000.0, np.arange(3) * 1000.0,
    ...     np.array([[1, 0.5, 0]] * 3), "EPSG:32637", "government", "opposition")
    >>> plot_surface(surface).get_xlabel()
    'km east'
    """
    from matplotlib.colors import LinearSegmentedColormap

    if ax is None:
        import matplotlib.pyplot as plt

        _, ax = plt.subplots()
    shades = [_colour(surface.other_side, 0), "#FFFFFF", _colour(surface.side, 1)]
    colours = LinearSegmentedColormap.from_list("parties", shades)
    drawn = ax.pcolormesh(
        surface.x / 1000, surface.y / 1000, surface.probability, vmin=0, vmax=1,
        cmap=colours.with_extremes(bad=PALE), alpha=0.8,
        shading="nearest", rasterized=True,
    )  # fmt: skip
    _outline(surface, ax)
    names = wording(surface.side), wording(surface.other_side, capital=False)
    bar = ax.figure.colorbar(drawn, ax=ax, shrink=0.8, ticks=[0, 0.25, 0.5, 0.75, 1])
    bar.set_label(f"probability of {names[0]}, not {names[1]}")
    ax.set(aspect="equal", xlabel="km east", ylabel="km north")
    ax.ticklabel_format(useOffset=False)
    return ax


def _colour(side: str, nth: int) -> str:
    return CAMP_COLOURS.get(side, OTHER_COLOURS[nth])


def _outline(surface: Surface, ax: Axes) -> None:
    """Draw the line of one half, and those at the edges of the band."""
    import shapely

    for level, width in ((0.25, 0.6), (0.75, 0.6), (0.5, 1.8)):
        try:
            shapes = probability_line(surface, level).geometry.array
        except ValueError:  # nowhere so: the surface says so itself
            continue
        for part in shapely.get_parts(shapes):
            ax.plot(*(shapely.get_coordinates(part).T / 1000), color=INK, lw=width)
