"""How well control is told of places whose claims are held out, on the coded campaigns.

A claim that a place was taken, lost, given up or held says who held it on one or two
days: its new holder on the last possible day (``from``), its old one on the day before
the first (``until``).  Two questions are put to each estimator, for the government's
side against the opposition's:

1. *A place of which nothing is known*: all events at a tenth of the places are left
   out, and the rest tell who held them, what came later included (baselines: up to
   the day).
2. *A place last told of some time ago*: only earlier events are known.

Scores count each claim; intervals count places, since claims of one place hang
together.  Prints tables; ``--figure`` draws the calibration.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd
import shapely

import syriaconflict as sc
from syriaconflict import hmm
from syriaconflict.camps import side_of
from syriaconflict.hmm_evidence import centres_km
from syriaconflict.hmm_model import HELD_BEFORE
from syriaconflict.holders import spells_on
from syriaconflict.spells import _observations, control_spells
from syriaconflict.tessellation import CRS_DISTANCE

SIDE, OTHER = "government", "opposition"
FOLDS = 10
CELL_KM = 10
HALF_KM, REACH_KM = 2.0, 15.0  # of `surface.probability_surface`
NEAR_KM = 10.0
_DAY = pd.Timedelta(days=1)


def statements(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return who is told to have held which place on which day, a row a claim."""
    told = _observations(tables["events"], tables["places"])
    known = told["place_id"].isin(tables["points"].index)
    told = told[(told["extent"] != "part") & known]
    role = told["holder"].where(told["holder"].isin(["initiator", "target"]))
    parts = []
    for moment, who, day in (
        ("from", role, told["day"]),
        ("until", told["event_type"].map(HELD_BEFORE), told["start"] - _DAY),
    ):
        camp = told["initiator_camp"].where(who == "initiator", told["target_camp"])
        parts.append(
            told[["event_id", "place_id"]].assign(
                moment=moment, day=day, side=side_of(camp.where(who.notna()))
            )
        )
    found = pd.concat(parts).dropna()
    found = found[found["side"].isin([SIDE, OTHER])]
    claims = tables["claims"]
    asserted = claims.loc[claims["stance"] == "asserts", ["event_id", "claim_id"]]
    found = found.merge(asserted, on="event_id")
    return found.sort_values(["day", "claim_id", "moment"], ignore_index=True)


Guess = dict[str, float]


def spread(held: pd.DataFrame, points: pd.DataFrame, at: np.ndarray) -> Guess:
    """Return what `control_at` says of a spot by the places around it."""
    known = held[held["side"].isin([SIDE, OTHER]) & held["probability"].notna()]
    known = known[known.index.isin(points.index)]
    km = np.hypot(*(points.loc[known.index].to_numpy() - at).T)
    if not len(km) or km.min() > REACH_KM:
        return {"control_at around": np.nan, "control_at nearest": np.nan}
    sure = known["probability"].to_numpy(float)
    p = np.where(known["side"] == SIDE, sure, 1 - sure)
    weight = np.where(km <= REACH_KM, 0.5 ** ((km - km.min()) / HALF_KM), 0)
    around = (weight * p).sum() / weight.sum()
    return {"control_at around": around, "control_at nearest": p[km.argmin()]}


def plain(told: pd.DataFrame, points: pd.DataFrame, at: np.ndarray) -> Guess:
    """Return what the last claims say, 1 or 0: of the nearest place, of any near."""
    last = told[told["moment"] == "from"].drop_duplicates("place_id", keep="last")
    if last.empty:
        return {"nearest place": np.nan, "last claim": np.nan}
    km = np.hypot(*(points.loc[last["place_id"]].to_numpy() - at).T)
    says = (last["side"] == SIDE).to_numpy(float)
    near = np.flatnonzero(km <= NEAR_KM)
    return {
        "nearest place": says[km.argmin()],
        "last claim": says[near[-1]] if len(near) else np.nan,
    }


def spells(events: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the control table of some events, of the types of the shipped one."""
    control = control_spells(events, tables["claims"], tables["places"])[0]
    return control.astype(tables["control"].dtypes.to_dict())


def whole_places(tables: dict[str, pd.DataFrame], told: pd.DataFrame) -> pd.DataFrame:
    """Return what each estimator says of places that are left out altogether."""
    points, events = tables["points"], tables["events"]
    names = np.random.default_rng(0).permutation(told["place_id"].unique())
    fold = pd.Series(np.arange(len(names)) % FOLDS, names)
    grid = hmm.hexagons(shapely.box(35.6, 34.6, 38.2, 36.7), CELL_KM)
    centres = centres_km(grid)
    models = {"hmm smoothed": hmm.Model(), "hmm filtered": hmm.Model(is_smoothed=False)}
    sides = {"side": SIDE, "against": OTHER}
    rows = []
    for number in range(FOLDS):
        out = fold.index[fold == number]
        rest = events[~events["place_id"].isin(out)]
        control = spells(rest, tables)
        known = told[~told["place_id"].isin(out)].sort_values(["day", "event_id"])
        months = {
            name: hmm.control_probability(
                rest, grid, "2016-01-01", "2024-12-31", model=one, **sides
            ).pivot(index="period", columns="cell_id", values="p_side")
            for name, one in models.items()
        }
        asked = told[told["place_id"].isin(out)]
        for (place, day), _ in asked.groupby(["place_id", "day"]):
            at = points.loc[place].to_numpy()
            cell = grid["cell_id"].iloc[np.hypot(*(centres - at).T).argmin()]
            month = day.to_period("M").to_timestamp()
            row = {"place_id": place, "day": day}
            row |= spread(spells_on(control, day), points, at)
            row |= plain(known[known["day"] <= day], points, at)
            for name, table in months.items():
                row[name] = table[cell].get(month, np.nan)
            rows.append(row)
    return told.merge(pd.DataFrame(rows), on=["place_id", "day"])


def next_claims(tables: dict[str, pd.DataFrame], told: pd.DataFrame) -> pd.DataFrame:
    """Return what each estimator says of a place from what was told of it before."""
    points, events = tables["points"], tables["events"]
    until = events["end"].fillna(events["start"])
    start = events.set_index("event_id")["start"]
    rows = []
    for (place, event, day), _ in told.groupby(["place_id", "event_id", "day"]):
        before = until < start[event]
        earlier = events[before & (events["place_id"] == place)]
        held = spells_on(spells(earlier, tables), day)
        if place not in held.index or held.loc[place, "side"] not in (SIDE, OTHER):
            continue
        sure, is_side = held.loc[place, "probability"], held.loc[place, "side"] == SIDE
        others = told[(told["day"] < start[event]) & (told["place_id"] != place)]
        row = {"place_id": place, "event_id": event, "day": day}
        row["control_at"] = sure if is_side else 1 - sure
        row["last claim"] = float(is_side)
        row["nearest place"] = plain(others, points, points.loc[place].to_numpy())[
            "nearest place"
        ]
        row["age_days"] = held.loc[place, "age_days"]
        rows.append(row)
    return told.merge(pd.DataFrame(rows), on=["place_id", "event_id", "day"])


def show(title: str, found: pd.DataFrame, names: list[str]) -> None:
    """Print the scores, in all and apart."""
    parts = {"all": slice(None)}
    parts |= {one: found["moment"] == one for one in ("from", "until")}
    parts |= {
        "2016-2018": found["day"].dt.year.between(2016, 2018),
        "2024": found["day"].dt.year == 2024,
    }
    columns = ["n", "left_out", "accuracy", "accuracy_p05", "accuracy_p95", "brier",
               "brier_p05", "brier_p95", "is_winner"]  # fmt: skip
    print(f"\n{title}")
    for name, part in parts.items():
        rows = found.loc[part].reset_index(drop=True)
        truth = (rows["side"] == SIDE).astype(int)
        table = hmm.score(rows[names].astype(float), truth, groups=rows["place_id"])
        print(f"\n{name}: {rows['place_id'].nunique()} places; {table['note'].iloc[0]}")
        print(table[columns].round(3).to_string())


def figure(asked: dict[str, tuple[pd.DataFrame, list[str]]], path: str) -> None:
    """Draw how often what was given a probability was so."""
    import matplotlib.pyplot as plt

    _, axes = plt.subplots(1, len(asked), figsize=(10, 5), layout="constrained")
    for ax, (title, (found, names)) in zip(axes, asked.items(), strict=True):
        ax.plot([0, 1], [0, 1], color="0.8", zorder=0)
        truth = (found["side"] == SIDE).astype(int)
        for nth, name in enumerate(names):
            bins = hmm.calibration(found[name].astype(float), truth, bins=5).dropna()
            error = np.abs(bins[["observed_p05", "observed_p95"]].T - bins["observed"])
            ax.errorbar(
                bins["predicted"] + 0.008 * nth, bins["observed"], yerr=error,
                marker="o", capsize=2, label=name,
            )  # fmt: skip
        ax.set(title=title, xlabel="probability given to the government's side",
               ylabel="share of claims that tell so", xlim=(-0.02, 1.04))  # fmt: skip
        ax.legend(frameon=False, fontsize=8)
    plt.savefig(path, dpi=110)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--figure", default="", help="file for the calibration plot")
    args = parser.parse_args()
    places = sc.places()
    small = places[places["radius_km"].astype(float) <= 8].dropna(subset=["longitude"])
    xy = small.set_index("place_id").geometry.to_crs(CRS_DISTANCE)
    tables = {
        "events": sc.events(), "claims": sc.claims(), "places": places,
        "points": pd.DataFrame({"x": xy.x / 1000, "y": xy.y / 1000}),
        "control": sc.control(),
    }  # fmt: skip
    told = statements(tables)
    print(f"{told['claim_id'].nunique()} claims make {len(told)} statements "
          f"on {told['place_id'].nunique()} places")  # fmt: skip
    whole = whole_places(tables, told)
    names = ["control_at around", "control_at nearest", "hmm smoothed", "hmm filtered",
             "nearest place", "last claim"]  # fmt: skip
    show("1. places left out", whole, names)
    after = next_claims(tables, told)
    show("2. from earlier claims", after, ["control_at", "last claim", "nearest place"])
    print("\nhow often the last holder told still held, by the age of that news")
    still = (after["last claim"] == (after["side"] == SIDE)).astype(float)
    age = pd.cut(after["age_days"].astype(float), [-1, 7, 30, 97, 365, 9999])
    sure = np.maximum(after["control_at"], 1 - after["control_at"]).astype(float)
    groups = pd.DataFrame({"still": still, "said": sure}).groupby(
        [after["moment"], age], observed=True
    )
    print(groups.mean().assign(n=groups.size()).round(2).to_string())
    if args.figure:
        asked = {
            "Places left out": (whole, names[:4]),
            "From earlier claims": (after, ["control_at"]),
        }
        figure(asked, args.figure)


if __name__ == "__main__":
    main()
