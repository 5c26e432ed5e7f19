"""Draw the picture of the README: reported control on 1 December 2024.

Run it with ``python docs/front_map.py``; it writes ``front_map.png`` beside itself.
"""

from pathlib import Path

import matplotlib.pyplot as plt

import syriaconflict as sc
from syriaconflict.tessellation import tessellation

DATE = "2024-12-01"
WHOLE = (36.2, 34.98, 38.0, 36.38)  # west, south, east, north [degree]
NORTHERN_HAMA = (36.33, 34.99, 36.99, 35.54)
LANDMARKS = ["aleppo", "safira", "khanasir", "ithriya", "hama"]
WHITE = ["halfaya", "karnaz", "khan-shaykhun", "maardis", "mhardeh"]
NOTE = f"""\
White: nobody reported who held it.

A place stands for the ground nearest to it,
up to 15 km away: where between two places
the line ran, nobody reported.

Source: syriaconflict {sc.__version__}, from the
documents on the campaign."""


def draw(ax, cells, named, box):
    """Draw control and line inside a box, name places, and return the legend."""
    control, places = sc.control(), sc.places()
    areas = sc.fronts.control_areas(control, cells, DATE, max_age=30)
    line = sc.fronts.front_line(control, cells, DATE, max_age=30)
    areas, line = (one.to_crs("EPSG:4326").clip(box) for one in (areas, line))
    sc.plot.plot_front(line, ax=ax)
    named = places[places["place_id"].isin(named)]
    named = named.assign(name=named["name"].str.replace(" (Hama)", ""))
    sc.plot.plot_areas(areas, ax=ax, places=named, linewidth=0)
    key = ax.get_legend()
    key.remove()
    return [(one, one.get_label().partition(":")[0]) for one in key.legend_handles]


def main():
    """Write the picture."""
    cells = tessellation(sc.places())  # of every place, so that silence stays white
    held = sc.fronts.control_at(sc.control(), DATE, max_age=30)
    told = held.index[held["status"] != "unknown"].intersection(cells.index)
    figure = plt.figure(figsize=(9, 6.6))
    small = figure.add_axes((0.08, 0.53, 0.33, 0.39))
    large = figure.add_axes((0.48, 0.08, 0.51, 0.84))
    draw(small, cells, LANDMARKS, WHOLE)
    large.set_anchor("N")
    key = draw(large, cells, told.union(WHITE), NORTHERN_HAMA)
    (west, east), (south, north) = large.get_xlim(), large.get_ylim()
    small.indicate_inset((west, south, east - west, north - south))
    figure.legend(*zip(*key, strict=True), loc=(0.05, 0.235), frameon=False, fontsize=9)
    figure.text(0.06, 0.03, NOTE, fontsize=9)
    title = "Reported control on 1 December 2024, and the line between the sides"
    figure.suptitle(title, weight="bold")
    figure.savefig(Path(__file__).with_suffix(".png"), dpi=150)


if __name__ == "__main__":
    main()
