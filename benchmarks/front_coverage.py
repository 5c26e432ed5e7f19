"""How often the interval of a shift holds the true one, on simulated fronts.

A front moves as stated over places strewn at random; each place tells only an interval
of days in which it changed hands, and coordinates that lie up to a radius from where it
is.  The truth is the ground of the moving polygon within the region of the cells.
Printed for each motion: the share of truths inside p05-p95 of `spread.shift_intervals`
with its 95 % Monte Carlo interval (Wilson), the mean width, and bias and root mean
square error of the cell figure and of the middle of the draws; first as stated, then
with the noise wrongly assumed.

Asked for is the shift from the very day on which the front begins to move: no change
can lie before it, so each that a draw puts there is one too many, and none is ever too
few.  The fronts are then asked for from one of the seven days about that one too, drawn
for each: nobody who asks knows it to the day.

``ranked`` is the share of truths whose rank among the draws lies in the middle nine
tenths, a rank between those of equal draws drawn by chance (randomised probability
integral transform).  Of a gross area, the sum of a few whole cells, many draws equal
the truth; an interval with both its ends holds more than nine tenths then.

The error of the cell figure has two parts: holders not known on the day, and the line
beside the borders of the cells.  ``offset`` is their correlation; draws take them for
independent but where a place's passages are told.

The gross area is that of the cells which changed hands: its truth is that of the cells
if every holder were known.  Displacement has two truths: the true net area by the mean
length of the lines that the cells would draw if every holder were known (its
definition), and by the length of the true lines (``moved``).  The lines of cells are
jagged, so the second is longer.
"""

import argparse
import time
from collections.abc import Callable
from itertools import pairwise
from re import fullmatch
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from syriaconflict.balance import line_km
from syriaconflict.confidence import HALF_LIFE
from syriaconflict.draws import DRAWS
from syriaconflict.mesh import Mesh, mesh_of
from syriaconflict.spread import drawn_shifts

PLACES = 100
HALF_KM = np.array([30.0, 25.0])
MIDDLE = np.array([300_000.0, 3_930_000.0])  # between Hama and Aleppo, in UTM 37N
FIRST_DAY, EARLY, LAST = pd.Timestamp("2017-03-01"), -8, 60  # days told of
BEGINS, T1 = (-3, 3), 30  # a first day asked for lies in these; the last one
WIDTH = 6  # days that an interval has beside its first
RADIUS_KM = 1.0
FAR = 75.0  # beyond all cells
PARTIES = np.array(["government", "opposition"])
_ROUND_OFF = 1e-6  # [km2, km]


class Noise(NamedTuple):
    """How the places tell of a front, and how it is read."""

    told: float = 1.0  # width of the intervals told, by that of the true error
    half_life: float = HALF_LIFE
    late: float = 0.0  # share of changes told by a later report only
    missing: float = 0.0  # share of places never told of
    news_days: float = 0.0  # mean days between reports of a place; 0: always fresh


class Layout(NamedTuple):
    """Places at the coordinates told, and their cells."""

    places: pd.DataFrame
    spots: np.ndarray
    mesh: Mesh
    region: shapely.Geometry


Front = Callable[[float], shapely.Geometry]


def wave(rng: np.random.Generator, reach: Callable[[float], float]) -> Front:
    """Return the ground west of a winding line that goes east as told."""
    phase, height = rng.uniform(0, 2 * np.pi), rng.uniform(0, 4)
    y = np.linspace(-FAR, FAR, 301)
    winding = height * np.sin(2 * np.pi * y / 20 + phase)
    corners = [[-FAR, FAR], [-FAR, -FAR]]

    def ground(day: float) -> shapely.Geometry:
        line = np.column_stack([reach(day) + winding, y])
        return shapely.polygons(np.vstack([line, corners]))

    return ground


def advance(rng: np.random.Generator) -> Front:
    """Half a km a day from day 0 on."""
    begin = rng.uniform(-12, -3)
    return wave(rng, lambda day: begin + 0.5 * max(day, 0))


def slow_advance(rng: np.random.Generator) -> Front:
    """A tenth of a km a day from day 0 on."""
    begin = rng.uniform(-8, 5)
    return wave(rng, lambda day: begin + 0.1 * max(day, 0))


def standing(rng: np.random.Generator) -> Front:
    """No motion at all."""
    begin = rng.uniform(-8, 8)
    return wave(rng, lambda _: begin)


def retreat_and_return(rng: np.random.Generator) -> Front:
    """0.6 km a day back for 15 days, then 0.4 km a day forth."""
    begin = rng.uniform(-3, 8)
    return wave(
        rng, lambda day: begin - 0.6 * np.clip(day, 0, 15) + 0.4 * max(day - 15, 0)
    )


def pincer(rng: np.random.Generator) -> Front:
    """Two arms of 9 km that go 0.7 km a day, and from day 18 on towards each other."""
    begin, apart = rng.uniform(-18, -12), rng.uniform(6, 9)
    base = wave(rng, lambda _: begin)

    def ground(day: float) -> shapely.Geometry:
        tip = begin + 0.7 * max(day, 0)
        inner = apart - 0.4 * max(day - 18, 0)
        arms = [
            shapely.box(begin - 9, low, tip, high)
            for low, high in ((apart, apart + 9), (-apart - 9, -apart))
        ]
        if inner < apart:
            arms += [
                shapely.box(tip - 9, low, tip, high)
                for low, high in ((inner, apart), (-apart, -inner))
            ]
        return shapely.union_all([base(day), *arms])

    return ground


def pocket(rng: np.random.Generator) -> Front:
    """A pocket of 17 km radius that closes by 0.4 km a day."""
    phase, middle = rng.uniform(0, 2 * np.pi), rng.uniform(-5, 5, 2)
    turn = np.linspace(0, 2 * np.pi, 200)

    def ground(day: float) -> shapely.Geometry:
        radius = max(17 - 0.4 * max(day, 0), 0.1) * (
            1 + 0.15 * np.sin(3 * turn + phase)
        )
        rim = middle + radius[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
        return shapely.box(-FAR, -FAR, FAR, FAR) - shapely.polygons(rim)

    return ground


def halting(rng: np.random.Generator) -> Front:
    """0.8 km a day from day -5 on, until day 12."""
    begin = rng.uniform(-12, -3)
    return wave(rng, lambda day: begin + 0.8 * (np.clip(day, -5, 12) + 5))


def wheel(rng: np.random.Generator) -> Front:
    """A straight line that turns by 1.2 degrees a day about a spot on it."""
    middle, first = rng.uniform(-8, 8, 2), rng.uniform(0, 360)

    def ground(day: float) -> shapely.Geometry:
        turn = np.radians(first + 1.2 * max(day, 0))
        along = np.array([np.cos(turn), np.sin(turn)])
        left = np.array([-along[1], along[0]])
        ends = [-along, along, along + left, left - along]
        return shapely.polygons(middle + FAR * np.array(ends))

    return ground


def salient(rng: np.random.Generator) -> Front:
    """A half circle that grows by 0.3 km a day out of a line that stands."""
    begin, y = rng.uniform(-12, -4), rng.uniform(-6, 6)
    base = wave(rng, lambda _: begin)

    def ground(day: float) -> shapely.Geometry:
        bulge = shapely.points(begin, y).buffer(5 + 0.3 * max(day, 0))
        return shapely.union(base(day), bulge)

    return ground


MOTIONS = {
    "advance": advance,
    "slow advance": slow_advance,
    "pincer": pincer,
    "pocket closes": pocket,
    "retreat and return": retreat_and_return,
    "standing": standing,
    "halting": halting,
    "wheel": wheel,
    "salient": salient,
}
UNSEEN = ("halting", "wheel", "salient")  # no constant was chosen by these


def layout(seed: int, missing: float) -> Layout:
    """Return places strewn over a rectangle, those never told of left out."""
    rng = np.random.default_rng([seed, 7])
    spots = rng.uniform(-HALF_KM, HALF_KM, (PLACES, 2))
    spots = spots[rng.random(PLACES) >= missing]
    to_degrees = Transformer.from_crs(32637, 4326, always_xy=True)
    longitude, latitude = to_degrees.transform(*(MIDDLE + spots * 1000).T)
    names = [f"p{nth:03d}" for nth in range(len(spots))]
    places = pd.DataFrame(
        {"place_id": names, "name": names, "kind": "settlement",
         "longitude": longitude, "latitude": latitude, "radius_km": RADIUS_KM}
    )  # fmt: skip
    mesh = mesh_of(places)
    return Layout(places, spots, mesh, shapely.union_all(mesh.cells.geometry.array))


def turned(front: Front, rng: np.random.Generator) -> Front:
    """Return a front that goes any way, in metres of the projected system."""
    angle = rng.uniform(0, 2 * np.pi)
    turn = 1000 * np.array([[np.cos(angle), -np.sin(angle)],
                            [np.sin(angle), np.cos(angle)]])  # fmt: skip
    return lambda day: shapely.transform(front(day), lambda xy: xy @ turn.T + MIDDLE)


def holders(front: Front, spots: np.ndarray) -> np.ndarray:
    """Return which party has each place on each day told of, days x places, 0 or 1."""
    x, y = (MIDDLE + spots * 1000).T
    grounds = np.array([front(day) for day in range(EARLY, LAST)])
    shapely.prepare(grounds)
    return (~shapely.contains_xy(grounds[:, None], x, y)).astype(int)


def reports(held: np.ndarray, noise: Noise, rng: np.random.Generator) -> pd.DataFrame:
    """Return the control table that reports of the places give."""
    rows = []
    for nth in range(held.shape[1]):
        changes = np.flatnonzero(np.diff(held[:, nth])) + 1 + EARLY
        if noise.news_days:
            gaps = rng.exponential(noise.news_days, 40)
            news = np.floor(gaps.cumsum() - 3 * noise.news_days)
        else:
            news = np.arange(LAST)
        start = earliest = EARLY
        for part, (begin, stop) in enumerate(pairwise([EARLY, *changes, LAST])):
            heard = news[(news >= max(begin, start)) & (news < stop)].max(initial=start)
            is_late = rng.random() < noise.late
            error = rng.integers(0, WIDTH + 1)
            middle = stop + error - WIDTH / 2
            end = int(np.ceil(middle + noise.told * WIDTH / 2))
            soonest = int(np.floor(middle - noise.told * WIDTH / 2))
            if is_late:
                end = soonest = stop + int(rng.integers(5, 31))
            end = max(end, start + 1)
            is_last = stop == LAST
            holder = PARTIES[held[begin - EARLY, nth]]
            rows.append(
                (f"p{nth:03d}-{part:02d}", f"p{nth:03d}", holder,
                 start, earliest, pd.NA if is_last else end, min(heard, end),
                 None if is_last else "hold" if is_late else "capture")
            )  # fmt: skip
            start, earliest = end, min(soonest, end)
    names = ["control_id", "place_id", "camp", "start", "start_earliest", "end"]
    control = pd.DataFrame(rows, columns=[*names, "last_told", "end_reason"])
    for name in ("start", "start_earliest", "end", "last_told"):
        days = control[name].astype("Float64").to_numpy(float, na_value=np.nan)
        control[name] = FIRST_DAY + pd.to_timedelta(days, unit="D")
    return control.assign(other_camp=None, actor_id=None, status="held", basis="stated")


def truths(
    front: Front, place: Layout, held: np.ndarray, days: tuple[int, int]
) -> dict[str, float]:
    """Return true areas, what the line moved by either length, and ``known``.

    That is the net area of the cells if every holder were known, and so is the gross
    area, which is one of cells by its definition [km2, km].
    """
    grounds = [front(day) for day in days]
    area = [place.region.intersection(ground).area / 1e6 for ground in grounds]
    length = [place.region.intersection(one.boundary).length / 1e3 for one in grounds]
    every = np.ones(len(place.mesh.one))
    before, after = (held[day - EARLY] for day in days)
    cells = [line_km(place.mesh, one, every) for one in (before, after)]
    net = area[1] - area[0]
    moved = net / np.mean(length) if min(length) > 0 else np.nan
    return {
        "net_km2": net,
        "displacement_km": net / np.mean(cells) if min(cells) > 0 else np.nan,
        "moved": moved,
        "gross_km2": place.mesh.km2 @ (before != after),
        "known": place.mesh.km2 @ (before - after),
    }


def of_cells(
    control: pd.DataFrame, place: Layout, days: list[pd.Timestamp]
) -> dict[str, float]:
    """Return what `shifts.front_shift` gives for these spells, which never overlap."""
    roles, lengths = [], []
    for day in days:
        runs = (control["start"] <= day) & ~(control["end"] <= day)
        camp = control[runs].set_index("place_id")["camp"]
        role = (
            (camp.reindex(place.mesh.cells.index) != PARTIES[0]).to_numpy().astype(int)
        )
        roles.append(role)
        lengths.append(line_km(place.mesh, role, np.ones(len(place.mesh.one))))
    mean = np.mean(lengths) if min(lengths) > 0 else np.nan
    before, after = roles
    net = place.mesh.km2 @ (before - after)
    gross = place.mesh.km2 @ (before != after)
    return {"net_km2": net, "gross_km2": gross, "displacement_km": net / mean}


def one_run(
    motion: str, noise: Noise, seed: int, place: Layout, begins: tuple[int, int]
) -> list[dict[str, float]]:
    """Return the truth and the interval of one simulated front, a row a measure."""
    rng = np.random.default_rng([seed, [*MOTIONS].index(motion)])
    front = turned(MOTIONS[motion](rng), rng)
    off = RADIUS_KM * np.sqrt(rng.random(len(place.spots)))
    angle = rng.uniform(0, 2 * np.pi, len(place.spots))
    jitter = off[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    held = holders(front, place.spots + jitter)
    control = reports(held, noise, rng)
    by_chance = np.random.default_rng([seed, 99])
    begin = int(by_chance.integers(begins[0], begins[1], endpoint=True))
    days = [FIRST_DAY + pd.Timedelta(days=day) for day in (begin, T1)]
    found = drawn_shifts(
        control, place.mesh, *days, seed=seed, half_life=noise.half_life
    ).loc["government"]
    point = of_cells(control, place, days)
    rows = []
    found_true = truths(front, place, held, (begin, T1))
    known = found_true.pop("known")
    for measure, truth in found_true.items():
        key = "displacement_km" if measure == "moved" else measure
        drawn = found[key].dropna().to_numpy()
        low = high = np.nan
        if len(drawn) >= 0.9 * DRAWS:  # as `spread.shift_intervals` has it
            low, high = np.quantile(drawn, [0.05, 0.95], method="weibull")
        below = (drawn < truth - _ROUND_OFF).sum()
        equal = (drawn <= truth + _ROUND_OFF).sum() - below
        rank = (below + by_chance.random() * (equal + 1)) / (len(drawn) + 1)
        rows.append(
            {"measure": measure, "truth": truth, "low": low, "high": high,
             "rank": rank, "point": point[key],
             "known": known if measure == "net_km2" else np.nan}
        )  # fmt: skip
    return rows


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share."""
    z, share = 1.96, hits / count
    middle = (share + z**2 / 2 / count) / (1 + z**2 / count)
    half = (
        z
        / (1 + z**2 / count)
        * np.sqrt(share * (1 - share) / count + z**2 / 4 / count**2)
    )
    return middle - half, middle + half


def summary(rows: pd.DataFrame) -> pd.Series:
    """Return share of truths inside, width, bias and error of one measure."""
    told = rows.dropna(subset=["truth", "low", "high"])
    off = _ROUND_OFF  # the same cells summed in another order
    inside = told["truth"].between(told["low"] - off, told["high"] + off)
    if told.empty:
        return pd.Series({"runs": 0})
    low, high = wilson(inside.sum(), len(told))
    middle = (told["low"] + told["high"]) / 2
    return pd.Series(
        {
            "runs": len(told),
            "inside": f"{inside.mean():.3f} ({low:.3f}-{high:.3f})",
            "ranked": f"{told['rank'].between(0.05, 0.95).mean():.3f}",
            "truth": told["truth"].mean(),
            "width": (told["high"] - told["low"]).mean(),
            "bias": (told["point"] - told["truth"]).mean(),
            "rmse": np.sqrt(((told["point"] - told["truth"]) ** 2).mean()),
            "mid_bias": (middle - told["truth"]).mean(),
            "offset": (told["known"] - told["point"]).corr(
                told["truth"] - told["known"]
            ),
            "mid_rmse": np.sqrt(((middle - told["truth"]) ** 2).mean()),
        }
    )


SCATTERED = {"late": 0.2, "missing": 0.3, "news_days": 30.0}
STATED = {
    **{motion: (motion, Noise()) for motion in MOTIONS if motion not in UNSEEN},
    "advance, places missing and late": ("advance", Noise(**SCATTERED)),
}
OTHERS = {motion: (motion, Noise()) for motion in UNSEEN}
WRONG = {
    f"{motion}, {name}": (motion, Noise(**(base | wrong)))
    for motion, label, base in (
        ("advance", "", {}),
        ("advance", ", missing and late", SCATTERED),
    )
    for name, wrong in (
        (f"intervals half as wide{label}", {"told": 0.5}),
        (f"intervals twice as wide{label}", {"told": 2.0}),
        (f"half-life a quarter{label}", {"half_life": HALF_LIFE / 4}),
        (f"half-life fourfold{label}", {"half_life": HALF_LIFE * 4}),
    )
    if bool(label) == ("half-life" in name)
}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--first", type=int, default=0, help="seed of the first run")
    parser.add_argument("--only", default="", help="names of scenarios, a pattern")
    parser.add_argument("--stated", action="store_true", help="no wrong noise")
    args = parser.parse_args()
    print(
        f"{args.runs} fronts each from seed {args.first} on, each on {PLACES} places "
        "of its own in "
        f"{2 * HALF_KM[0]:g} x {2 * HALF_KM[1]:g} km, to day {T1}, intervals of "
        f"{WIDTH + 1} days, places up to {RADIUS_KM:g} km off, {DRAWS} draws"
    )
    begin = time.process_time()
    known: dict[tuple[int, float], Layout] = {}
    asked = [
        ("as stated", STATED, (0, 0)),
        ("from a day drawn", STATED, BEGINS),
        ("motions by which no constant was chosen", OTHERS, (0, 0)),
        ("wrongly assumed", WRONG, (0, 0)),
    ]
    for title, scenarios, begins in asked[: 3 if args.stated else 4]:
        tables = {}
        for name, (motion, noise) in scenarios.items():
            if args.only and not fullmatch(args.only, name):
                continue
            rows = []
            for seed in range(args.first, args.first + args.runs):
                key = seed, noise.missing
                known[key] = known.get(key) or layout(*key)
                rows += one_run(motion, noise, seed, known[key], begins)
            frame = pd.DataFrame(rows)
            tables[name] = pd.DataFrame(
                {
                    key: summary(part)
                    for key, part in frame.groupby("measure", sort=False)
                }
            ).T
        if tables:
            print(f"\n{title}")
            table = pd.concat(tables)
            print(table.to_string(float_format=lambda x: f"{x:.2f}"))
    print(f"\n{time.process_time() - begin:.0f} s of the processor")


if __name__ == "__main__":
    main()
