"""Take the picture of the interactive map that the README shows.

Run it with ``python docs/map.py``; it needs the extra ``map`` and Chromium, and writes
``map.png`` beside itself.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

import syriaconflict as sc

DAY = "#period=hama-2017&day=2017-03-24"
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--window-size=1280,860",
         "--virtual-time-budget=8000")  # fmt: skip


def main():
    """Write the page, open it at a day, and keep what is seen."""
    picture = Path(__file__).with_suffix(".png")
    with tempfile.TemporaryDirectory() as folder:
        page = sc.plot.explore(campaign="hama-2017").save(Path(folder) / "map.html")
        words = [shutil.which("chromium"), *FLAGS, f"--user-data-dir={folder}/profile"]
        words += [f"--screenshot={picture}", page.as_uri() + DAY]
        subprocess.run(words, check=True, capture_output=True)
    Image.open(picture).convert("RGB").save(picture, optimize=True)


if __name__ == "__main__":
    main()
