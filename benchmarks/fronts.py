"""Lines, areas and shifts of every day at the size of VIINA: seconds, memory, ratio.

33,000 places for 1,000 days, of which 0.5 % change hands a day, always at the line; the
places and the changes are simulated with a fixed seed.  The peer is
``GeoDataFrame.dissolve(method="coverage")`` of the same cells on the same days, which
gives areas and outlines but neither lines between two sides nor shifts.  Seconds are
those of the processor, so that other work on the machine does not count; all of it runs
in one thread.  Prints the ratio per day, and how time grows with places and with days;
``--out`` draws the growth.
"""

import argparse
import resource
import time
from pathlib import Path

import numpy as np
import pandas as pd

from syriaconflict import fronts
from syriaconflict.tessellation import tessellation

PLACES, DAYS, SHARE = 33_000, 1_000, 0.005
START = pd.Timestamp("2022-01-01")
KM_APART = 4.0
SAMPLED = 10  # days on which the peer is timed
CAMPS = np.array(["government", "opposition"])


def simulated_places(count: int) -> pd.DataFrame:
    """Return places strewn evenly over a square around the middle of UTM zone 37N."""
    rng = np.random.default_rng(1)
    half = np.sqrt(count) * KM_APART / 2 / 111  # degrees of latitude
    return pd.DataFrame(
        {
            "place_id": [f"p{nth:05d}" for nth in range(count)],
            "name": "simulated",
            "kind": "settlement",
            "longitude": rng.uniform(39 - half / 0.8, 39 + half / 0.8, count),
            "latitude": rng.uniform(36 - half, 36 + half, count),
            "radius_km": 1.0,
        }
    )


def simulated_control(mesh, places: pd.DataFrame, days: int) -> pd.DataFrame:
    """Return spells: a winding line, and places beside it that change hands."""
    rng = np.random.default_rng(2)
    east = (places["longitude"] - 39).to_numpy()
    side = (east > np.sin(places["latitude"].to_numpy() * 3) / 2).astype(int)
    count = round(SHARE * len(places))
    where, when = [np.arange(len(places))], [np.zeros(len(places), int)]
    who = [side.copy()]
    for day in range(1, days):
        on = side[mesh.one] != side[mesh.two]
        beside = np.unique(np.concatenate([mesh.one[on], mesh.two[on]]))
        taken = rng.choice(beside, min(count, len(beside)), replace=False)
        side[taken] = 1 - side[taken]
        where.append(taken)
        when.append(np.full(len(taken), day))
        who.append(side[taken])
    spells = pd.DataFrame(
        {
            "nth": np.concatenate(where),
            "start": START + pd.to_timedelta(np.concatenate(when), unit="D"),
            "camp": CAMPS[np.concatenate(who)],
        }
    ).sort_values(["nth", "start"])
    spells["place_id"] = places["place_id"].to_numpy()[spells["nth"]]
    spells["end"] = spells.groupby("nth")["start"].shift(-1)
    turn = spells.groupby("nth").cumcount().astype(str).str.zfill(4)
    spells["control_id"] = spells["place_id"] + "-" + turn
    spells = spells.assign(other_camp=None, actor_id=None, status="held")
    return spells.assign(basis="stated").drop(columns="nth").reset_index(drop=True)


def seconds(function, *args, **kwargs) -> tuple[float, object]:
    """Return how long a call takes, and its result."""
    begun = time.process_time()
    result = function(*args, **kwargs)
    return time.process_time() - begun, result


def daily_lines(track: pd.DataFrame, dates: pd.DatetimeIndex) -> list[float]:
    """Pick the borders of every day's line; return the lengths of the lines."""
    first, last = (track[key].to_numpy() for key in ("first", "last"))
    borders, length = track.geometry.to_numpy(), track["length_km"].to_numpy()
    lengths = []
    dates = dates.to_numpy().astype(first.dtype)
    begun = np.searchsorted(first, dates, side="right")  # runs are in order of time
    for date, count in zip(dates, begun, strict=True):
        on = np.flatnonzero(date <= last[:count])
        line = borders[on]
        lengths.append(length[on].sum())
        del line
    return lengths


def run(places: int, days: int) -> dict[str, float]:
    """Return the seconds that each step takes."""
    frame = simulated_places(places)
    took = {"places": places, "days": days}
    took["tessellation"], cells = seconds(tessellation, frame)
    took["borders"], mesh = seconds(fronts.mesh_of, cells)
    control = simulated_control(mesh, frame, days)
    window = START, START + pd.Timedelta(days=days - 1)
    dates = pd.date_range(*window)
    call = (control, mesh, *window)
    took["course"], course = seconds(fronts.course_of, *call, progress=False)
    took["areas and shifts"], table = seconds(fronts.track_areas, course)
    took["lines"], track = seconds(fronts.track_lines, course)
    took["each day's line"], lengths = seconds(daily_lines, track, dates)
    line = table["line_km"].xs("government", level="state")
    if not np.allclose(line, lengths):
        msg = "the lines and their lengths disagree"
        raise AssertionError(msg)
    took["spells"], took["line borders"] = len(control), len(track)
    took["peer a day"] = peer(cells, control, table, dates)
    return took


def peer(cells, control, table, dates) -> float:
    """Return the seconds a day that the dissolving takes, and check the areas."""
    times = []
    for date in dates[
        np.linspace(0, len(dates) - 1, min(SAMPLED, len(dates))).astype(int)
    ]:
        held = fronts.control_at(control, date)
        sides = cells[["km2", "geometry"]].assign(side=held["side"])
        took, areas = seconds(sides.dissolve, "side", aggfunc="sum", method="coverage")
        times.append(took)
        ours = table.loc[date, "km2"]
        if not np.allclose(areas["km2"], ours[areas.index]):
            msg = f"areas disagree on {date:%Y-%m-%d}"
            raise AssertionError(msg)
    return float(np.median(times))


def growth(biggest: int, days: int) -> pd.DataFrame:
    """Return the seconds for fewer places and for fewer days."""
    parts = (1 / 16, 1 / 8, 1 / 4, 1 / 2)
    sizes = [(round(biggest * part), days // 4) for part in parts]
    sizes += [(biggest // 4, round(days * part)) for part in (*parts, 1)]
    rows = []
    for size in dict.fromkeys(sizes):
        rows.append(run(*size))
        print("  {:6,} places x {:5,} days: {:6.2f} s".format(*size, total(rows[-1])))
    return pd.DataFrame(rows)


def total(took: dict[str, float]) -> float:
    """Return the seconds for lines, areas and shifts of the whole period."""
    parts = ("course", "areas and shifts", "lines", "each day's line")
    return sum(took[part] for part in parts)


def draw(rows: pd.DataFrame, out: Path, places: int, days: int) -> None:
    """Plot time against places and against days."""
    import matplotlib.pyplot as plt

    rows = rows.assign(total=[total(row) for row in rows.to_dict("records")])
    figure, axes = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
    fixed = {"places": ("days", days // 4), "days": ("places", places // 4)}
    for ax, (key, (other, value)) in zip(axes, fixed.items(), strict=True):
        part = rows[rows[other] == value].sort_values(key)
        ax.plot(part[key], part["total"], "o-", color="#222222")
        ax.set(xscale="log", yscale="log", xlabel=key, ylabel="seconds")
        ax.set_title(f"{value:,} {other}")
    figure.suptitle("Daily lines, areas and shifts: time by places and by days")
    figure.savefig(out, dpi=120)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--places", type=int, default=PLACES)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--out", type=Path, help="file to draw the growth to")
    args = parser.parse_args()
    took = run(args.places, args.days)
    for step, value in took.items():
        print(f"{step:18} {value:12,.3f}".rstrip("0").rstrip("."))
    ours, once = total(took), took["tessellation"] + took["borders"]
    peer_ms, ours_ms = took["peer a day"] * 1000, ours / args.days * 1000
    print(f"lines, areas, shifts: {ours:.2f} s; cells and borders, once: {once:.2f} s")
    print(
        f"a day: {ours_ms:.2f} ms, the peer {peer_ms:.0f} ms, {peer_ms / ours_ms:.0f} x"
    )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"most memory {memory:.2f} GB")
    print("growth:")
    rows = growth(args.places, args.days)
    if args.out:
        draw(rows, args.out, args.places, args.days)


if __name__ == "__main__":
    main()
