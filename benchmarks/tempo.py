"""Speed of the tempo estimators that read events, on 300,000 events and 5,000 days."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from syriaconflict import tempo

EVENTS, DAYS, ALLOWED = 300_000, 5_000, 10.0
FIRST = pd.Timestamp("2011-01-01")
LAST = FIRST + pd.Timedelta(days=DAYS - 1)
PLACES = pd.DataFrame(
    {
        "place_id": [f"p{nth}" for nth in range(300)],
        "kind": "settlement",
        "radius_km": 1.0,
        "front_id": [f"f{nth % 10}" for nth in range(300)],
    }
)


def made_up(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return events, a claim and its publisher for each, and places of origin."""
    kinds = {"clash": "ground", "capture": "control", "redeployment": "movement"}
    kind = rng.choice(list(kinds), EVENTS)
    start = FIRST + pd.to_timedelta(rng.integers(0, DAYS - 7, EVENTS), unit="D")
    events = pd.DataFrame(
        {
            "event_id": np.char.add("e", np.arange(EVENTS).astype(str)),
            "event_class": pd.Series(kind).map(kinds),
            "event_type": kind,
            "modality": "realised",
            "grain": "discrete",
            "outcome": "succeeded",
            "extent": "whole",
            "start": start,
            "end": start + pd.to_timedelta(6 * (rng.random(EVENTS) < 0.2), "D"),
            "place_id": rng.choice(PLACES["place_id"], EVENTS),
            "initiator_camp": rng.choice(["government", "opposition"], EVENTS),
            "target_camp": None,
        }
    )
    front = PLACES.set_index("place_id")["front_id"]
    events["front_id"] = events["place_id"].map(front)
    claims = pd.DataFrame(
        {
            "claim_id": events["event_id"],
            "event_id": events["event_id"],
            "document_id": np.char.add("d", rng.integers(0, 900, EVENTS).astype(str)),
            "stance": "asserts",
        }
    )
    documents = pd.DataFrame({"document_id": [f"d{nth}" for nth in range(900)]})
    documents["publisher_id"] = [f"o{nth % 60}" for nth in range(900)]
    origin = pd.DataFrame(
        {
            "claim_id": claims["claim_id"],
            "place_id": rng.choice(PLACES["place_id"], EVENTS),
            "role": "from",
        }
    )
    return {"events": events, "claims": claims, "documents": documents, "from": origin}


def speeds() -> pd.Series:
    """Return the seconds of each estimator."""
    made = made_up(np.random.default_rng(1))
    events, claims, documents, origin = made.values()
    whole = {"classes": tempo.OPERATIONS}
    span = (FIRST, LAST)
    told = tempo.told_by(events, claims, documents)
    daily = tempo.tempo(events, "D", *span, by="front_id", **whole)["n_low"].unstack()
    moves = tempo.movements(events, claims, origin)
    a, b = daily["f0"], daily["f1"]
    cuts = daily.index[::250]
    power = {"shares": 0.3, "lag": 5, "phases": cuts, "total": None, "rounds": 20}
    asked: dict[str, Callable[[], object]] = {
        "tempo, days": lambda: tempo.tempo(events, "D", *span, **whole),
        "tempo, days by front": lambda: tempo.tempo(
            events, "D", *span, by="front_id", **whole
        ),
        "set_aside": lambda: tempo.set_aside(events, *span, **whole),
        "told_by": lambda: tempo.told_by(events, claims, documents),
        "tempo, weeks by publisher": lambda: tempo.tempo(
            told, "W", *span, by="publisher_id", **whole
        ),
        "phases": lambda: tempo.phases(daily.sum(axis=1)),
        "excitation": lambda: tempo.excitation(daily.sum(axis=1)),
        "burstiness": lambda: tempo.burstiness(events, **whole),
        "coupling, lags to 30": lambda: tempo.coupling(
            a, b, 30, phases=cuts, total=daily["f2"]
        ),
        "power, 20 rounds": lambda: tempo.power(a, b, 14, **power),
        "movements": lambda: tempo.movements(events, claims, origin),
        "flows between fronts": lambda: tempo.flows(moves, PLACES, by="front"),
        "capture_rate, months": lambda: tempo.capture_rate(events, PLACES, "MS", *span),
    }
    seconds = {}
    for name, run in asked.items():
        begins = time.perf_counter()
        run()
        seconds[name] = time.perf_counter() - begins
    return pd.Series(seconds)


def main() -> None:
    found = speeds()
    print(found.round(2).to_string())
    print("too slow:", found.index[found > ALLOWED].tolist() or "none")


if __name__ == "__main__":
    main()
