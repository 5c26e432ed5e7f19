"""Which of our events of 2016 UCDP GED has near, and which of its events we have.

Reads UCDP GED 19.1 for Syria, 2016 (CC BY 4.0), from a path; only the figures that this
prints are kept, in ``docs/datasheet.md``.  Near means within so many days and km.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

import syriaconflict as sc
from syriaconflict.tempo import OPERATIONS
from syriaconflict.tessellation import CRS_DISTANCE

DAYS, KM = 2, 10.0
START, END = "2016-08-01", "2016-11-30"
FINE_KM = 10.0  # wider places are no points that could be near anything
ROOT = Path(__file__).parents[1]
GED = ROOT.parent / "shared" / "reference" / "ucdp_ged191_syria_2016.csv.gz"


def ours() -> gpd.GeoDataFrame:
    """Return our discrete operations of the window that are placed and dated."""
    events = sc.events()
    kept = (
        events["event_class"].isin(OPERATIONS)
        & events["modality"].isin(["realised", "ongoing"])
        & (events["grain"] == "discrete")
        & (events["radius_km"] <= FINE_KM)
        & (events["start"] >= START)
        & (events["end"] <= END)
    )
    found = events[kept].assign(first=events["start"], last=events["end"])
    return found.to_crs(CRS_DISTANCE)


def theirs(path: Path) -> gpd.GeoDataFrame:
    """Return UCDP's events of the window, with the front they lie in."""
    table = pd.read_csv(path, low_memory=False)
    table["first"] = pd.to_datetime(table["date_start"])
    table["last"] = pd.to_datetime(table["date_end"])
    table = table[(table["first"] >= START) & (table["last"] <= END)]
    table = table[table["where_prec"] <= 2]
    points = gpd.points_from_xy(table["longitude"], table["latitude"], crs="EPSG:4326")
    located = gpd.GeoDataFrame(table, geometry=points)
    outlines = sc.load("fronts")[["front_id", "geometry"]]
    joined = located.sjoin(outlines, predicate="within", how="inner")
    return joined.loc[~joined.index.duplicated()].to_crs(CRS_DISTANCE)


def has_near(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> pd.Series:
    """Whether each row of one has a row of the other near in space and time."""
    tree = cKDTree(_points(other))
    first = other["first"].to_numpy("datetime64[D]")
    last = other["last"].to_numpy("datetime64[D]")
    slack = np.timedelta64(DAYS, "D")
    found = []
    for near, start, end in zip(
        tree.query_ball_point(_points(one), KM * 1000),
        one["first"].to_numpy("datetime64[D]"),
        one["last"].to_numpy("datetime64[D]"),
        strict=True,
    ):
        rows = np.array(near, int)
        meets = (first[rows] <= end + slack) & (last[rows] >= start - slack)
        found.append(bool(meets.any()))
    return pd.Series(found, one.index)


def _points(frame: gpd.GeoDataFrame) -> np.ndarray:
    return np.column_stack([frame.geometry.x, frame.geometry.y])


def shares(near: pd.Series, by: pd.Series) -> pd.DataFrame:
    """Return events and the share that has one near, by group and in all."""
    table = near.groupby(by.fillna("no front")).agg(["size", "mean"])
    table.loc["in all"] = [len(near), near.mean()]
    return table.rename(columns={"size": "events", "mean": "share near"}).round(2)


def main() -> None:
    """Print the shares both ways."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ged", type=Path, default=GED)
    path = parser.parse_args().ged
    if not path.exists():
        print(f"{path} is not there: get UCDP GED 19.1 and name it with --ged")
        return
    own, ucdp = ours(), theirs(path)
    print(f"{START} to {END}; near: within {DAYS} days and {KM:.0f} km")
    mine = has_near(own, ucdp)
    print(f"\nours with one of UCDP's near\n{shares(mine, own['front_id'])}")
    print(f"\n{shares(mine, own['event_class'])}")
    back = has_near(ucdp, own)
    print(f"\nUCDP's with one of ours near\n{shares(back, ucdp['front_id'])}")
    kinds = ucdp["type_of_violence"].map({1: "state", 2: "non-state", 3: "one-sided"})
    print(f"\n{shares(back, kinds)}")


if __name__ == "__main__":
    main()
