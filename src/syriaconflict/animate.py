"""Moving pictures of a front: one frame a day, as a file or as single pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date as Date
from functools import partial
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from syriaconflict._progress import steps
from syriaconflict.filters import day
from syriaconflict.fronts import control_areas, front_line
from syriaconflict.holders import Day, spells_on
from syriaconflict.mesh import Mesh, mesh_of, refuse_strange
from syriaconflict.parties import BETWEEN, WEIGHTS, Party, parties, roles
from syriaconflict.plot_maps import plot_areas, plot_front

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOVIES = (".gif", ".mp4")
DPI = 100
FPS = (0.01, 50)  # a GIF counts hundredths of a second: viewers slow one of 1 down
SIZE = (10, 6.5)  # inches
_MAP = (0.08, 0.09, 0.62, 0.82)  # where the map stands on the frame


def animate_front(
    control: pd.DataFrame,
    places: pd.DataFrame | Mesh,
    dates: Iterable[Day],
    out: str | Path,
    *,
    between: tuple[Party, Party] = BETWEEN,
    fps: float = 2,
    progress: bool = True,
    **options: float | None,
) -> list[Path]:
    """Write a moving picture of areas and line, one frame a day.

    Parameters
    ----------
    control : DataFrame
        Rows of the ``control`` table.
    places : DataFrame, GeoDataFrame or Mesh
        Rows of the ``places`` table, of which those with a spell on any of the days get
        a cell, the same on all of them; or cells from `tessellation` or `mesh_of`.
    dates : iterable of str or date
        Calendar days in Syria, in the order of the frames.
    out : path
        A file ending in ``.gif`` or ``.mp4`` (which needs the program ffmpeg); any
        other name is a folder, which gets one PNG a day, named after it.
    between : pair of str or of collections of str
        The two parties, by default government and opposition, as for `front_line`.
    fps : float, default 2
        Frames a second of a moving picture, from 0.01 to 50.
    progress : bool, default True
        Whether to show a progress bar, if tqdm is installed.
    **options : float
        ``reach_back`` and ``max_age`` of `control_at` [day].

    Returns
    -------
    list of Path
        The files written.  A day without a line shows the areas alone; one of which
        nothing is told shows an empty map that says so.

    Raises
    ------
    ValueError
        If there is no day, none on which a spell runs, a day stands twice in a folder,
        ``fps`` is out of bounds, or ``out`` ends like a file of another kind.
    TypeError
        If ``dates`` is a single date.
    RuntimeError
        If ``out`` is an MP4 and ffmpeg is not there.

    Examples
    --------
    >>> import tempfile
    >>> import syriaconflict as sc
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = animate_front(sc.control(), sc.places(), ["2024-12-01"],
    ...                          Path(folder, "days"), progress=False)
    >>> [path.name for path in made]
    ['2024-12-01.png']
    """
    out = Path(out)
    if isinstance(dates, str | Date):
        msg = f"animate_front: dates is the single date {dates!r}; give a list of dates"
        raise TypeError(msg)
    days = [day(one, "dates") for one in dates]
    _check(days, out, fps)
    parties(between, control)  # refuse a wrong name before a file is begun
    held = {one: spells_on(control, one, **options) for one in days}
    told = sorted({place for one in held.values() for place in one.index})
    if not told:
        msg = (
            f"control: none of {len(control)} spells runs on any of the {len(days)} "
            "days; choose other days or a longer reach_back"
        )
        raise ValueError(msg)
    mesh = mesh_of(places, pd.Index(told))
    refuse_strange(mesh.cells, control)
    draw = partial(_draw, control=control, mesh=mesh, between=between, options=options)
    shown = steps(days, "frames", progress=progress)
    if out.suffix in MOVIES:
        out.parent.mkdir(parents=True, exist_ok=True)
        _film(draw, shown, out, fps)
        return [out]
    out.mkdir(parents=True, exist_ok=True)
    return [_picture(draw, one, out) for one in shown]


def _check(days: list[pd.Timestamp], out: Path, fps: float) -> None:
    from matplotlib.animation import FFMpegWriter

    if not days:
        msg = "animate_front: there is no day in dates; give at least one"
        raise ValueError(msg)
    if not isinstance(fps, Real) or not FPS[0] <= fps <= FPS[1]:
        msg = (
            f"animate_front: fps is {fps!r}; give a number of frames a second, "
            f"{FPS[0]} to {FPS[1]}"
        )
        raise ValueError(msg)
    if out.suffix not in (*MOVIES, ""):
        msg = (
            f"animate_front: out is {out.name!r}; wanted a name that ends in "
            f"{' or '.join(MOVIES)}, or a folder, whose name has no dot"
        )
        raise ValueError(msg)
    if not out.suffix and len(set(days)) < len(days):
        msg = "animate_front: a day stands twice in dates, but has one picture; drop it"
        raise ValueError(msg)
    if out.suffix == ".mp4" and not FFMpegWriter.isAvailable():
        msg = (
            "animate_front: an MP4 needs the program ffmpeg, which is not there; "
            "install it, or give a name that ends in .gif, or a folder for pictures"
        )
        raise RuntimeError(msg)


def _film(
    draw: Callable[[Figure, pd.Timestamp], None],
    days: Iterable[pd.Timestamp],
    out: Path,
    fps: float,
) -> None:
    from matplotlib.animation import FFMpegWriter, PillowWriter
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE)
    kind = PillowWriter if out.suffix == ".gif" else FFMpegWriter
    writer = kind(fps=fps)
    with writer.saving(figure, out, DPI):
        for one in days:
            draw(figure, one)
            writer.grab_frame()


def _picture(
    draw: Callable[[Figure, pd.Timestamp], None], date: pd.Timestamp, folder: Path
) -> Path:
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE)
    draw(figure, date)
    path = folder / f"{date:%Y-%m-%d}.png"
    figure.savefig(path, dpi=DPI)
    return path


def _draw(
    figure: Figure,
    date: pd.Timestamp,
    *,
    control: pd.DataFrame,
    mesh: Mesh,
    between: tuple[Party, Party],
    options: dict[str, float | None],
) -> None:
    """Draw a day on an empty figure: every cell, so that the frame never moves."""
    figure.clear()
    ax = figure.add_axes(_MAP)
    groups = parties(between, control)
    held = spells_on(control, date, **options)
    title = f"{date:%Y-%m-%d}"
    if held.empty:
        ground = mesh.cells.assign(status="unknown", side=None)
        areas = ground[["status", "side", "km2", "geometry"]]
        plot_areas(areas.dissolve("status", aggfunc="sum", as_index=False), ax=ax)
        ax.set_title(f"{title}: nothing reported", loc="left")
        return
    ax.set_title(title, loc="left")
    role = roles(held.reindex(mesh.cells.index), groups, control)
    if WEIGHTS[role[mesh.one], role[mesh.two]].any():
        plot_front(front_line(control, mesh, date, between=between, **options), ax=ax)
    plot_areas(control_areas(control, mesh, date, **options), ax=ax, linewidth=0.4)
