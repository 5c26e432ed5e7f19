"""Codes, colours, letters and marks of the map's page, and the release it shows."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np

from syriaconflict import cite
from syriaconflict._explore_rows import codes
from syriaconflict.palette import CAMP_COLOURS, CAMP_HATCHES, INK, wording
from syriaconflict.vocabulary import (
    CAMPS,
    CONTROL_STATUSES,
    COUNTED_MODALITIES,
    EVENT_CLASSES,
    EVENT_TYPES,
    GRADES,
    GRAINS,
    MODALITIES,
    SIDES,
)

_VOCABULARIES = {
    "classes": EVENT_CLASSES, "camps": CAMPS, "modalities": MODALITIES,
    "grades": GRADES, "grains": GRAINS, "statuses": CONTROL_STATUSES,
}  # fmt: skip
# what stands on a mark beside its colour, which some readers do not see
CAMP_LETTERS = {
    "government": "Gv", "opposition": "Op", "isis": "IS", "sdf": "SD", "russia": "Ru",
    "us_coalition": "US", "turkey": "Tu", "iran_aligned": "Ir", "israel": "Il",
    "civilian": "Ci", "other": "Ot",
}  # fmt: skip
# marks of the classes, as alike as Bokeh has them to those of `plot.plot_events`
CLASS_MARKS = {
    "ground": ("triangle", 0), "control": ("square", 0),
    "air": ("inverted_triangle", 0), "drone": ("diamond", 0), "fires": ("plus", 0),
    "explosive": ("star", 0), "movement": ("triangle", -90), "siege": ("hex", 0),
    "mobilisation": ("square_pin", 0), "political": ("circle", 0), "harm": ("plus", 45),
}  # fmt: skip
_HATCHES = {
    "///": "right_diagonal_line", "\\\\\\": "left_diagonal_line", "...": "dot",
    "---": "horizontal_line",
}  # fmt: skip


def release_of() -> dict[str, str]:
    """Return the version of the release and how to cite it."""
    return {"version": version("syriaconflict"), "citation": cite()}


def words_of() -> dict[str, object]:
    """Return the codes of each vocabulary in order, with their words and meanings."""
    words = {
        name: [[code, wording(code), meaning] for code, meaning in told.items()]
        for name, told in _VOCABULARIES.items()  # `codes` would hide the function
    }
    looks = [
        {"colour": CAMP_COLOURS[camp], "letters": CAMP_LETTERS[camp],
         "ink": _ink_on(CAMP_COLOURS[camp]), "hatch": _HATCHES.get(CAMP_HATCHES[camp])}
        for camp in CAMPS
    ]  # fmt: skip
    return words | {
        "types": {code: wording(code) for code in EVENT_TYPES},
        "counted": list(COUNTED_MODALITIES),
        "sides": [codes([SIDES.get(camp)], CAMPS)[0] for camp in CAMPS],
        "looks": looks,
        "marks": [CLASS_MARKS[kind] for kind in EVENT_CLASSES],
    }


def _ink_on(colour: str) -> str:
    """Return black or white, whichever is read better on a colour."""
    parts = [int(colour[nth : nth + 2], 16) / 255 for nth in (1, 3, 5)]
    linear = [(one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4)
              for one in parts]  # fmt: skip
    light = np.dot([0.2126, 0.7152, 0.0722], linear)
    return INK if (light + 0.05) ** 2 > 0.05 * 1.05 else "#FFFFFF"
