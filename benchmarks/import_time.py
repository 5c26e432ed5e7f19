"""What ``import syriaconflict`` costs, as a ratio to ``import pandas``.

Each import runs in a fresh process; the two take turns, so that the machine's mood
falls on both.  Prints the medians and their ratio; 1.3 is what we allow ourselves.
"""

import statistics
import subprocess
import sys
import time

RUNS = 15
ALLOWED = 1.3


def seconds(statement: str) -> float:
    """Return how long a fresh process takes to run a statement."""
    code = (
        "import time; begun = time.perf_counter();"
        f"{statement}; print(time.perf_counter() - begun)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def main() -> None:
    statements = ("import pandas", "import syriaconflict")
    for statement in statements:  # warm the disk
        seconds(statement)
    taken = {statement: [] for statement in statements}
    for _ in range(RUNS):
        for statement in statements:
            taken[statement].append(seconds(statement))
            time.sleep(0.05)
    medians = {s: statistics.median(times) for s, times in taken.items()}
    for statement, median in medians.items():
        print(f"{statement:22} {median * 1000:7.0f} ms (median of {RUNS})")
    ratio = medians[statements[1]] / medians[statements[0]]
    print(f"ratio {ratio:.2f}, allowed {ALLOWED}")


if __name__ == "__main__":
    main()
