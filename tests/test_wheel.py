"""The wheel: small, whole, working elsewhere, read-only and without a network."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from syriaconflict import _paths

ROOT = Path(__file__).parents[1]
MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    words = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run(
        [sys.executable, *words, "--wheel-dir", str(folder), str(ROOT)], check=True
    )
    return next(folder.glob("*.whl"))


def test_the_wheel_is_small_and_holds_data_and_notebooks(wheel):
    assert wheel.stat().st_size < 10 * MEGABYTE
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for path in _paths.tables().iterdir():
        assert f"syriaconflict/datasets/tables/{path.name}" in names
    for wanted in (
        "catalog.yaml",
        "datasets/releases/index.json",
        "py.typed",
        "notebooks/00_first_look.ipynb",
        "notebooks/05_with_other_data.ipynb",
    ):
        assert f"syriaconflict/{wanted}" in names
    assert not [name for name in names if "sources/" in name or "tests/" in name]
    assert not [name for name in names if name.endswith(".zip")]
    licences = [name for name in names if "LICENSE" in name]
    assert len(licences) == 2


OFFLINE = """
import socket, sys

def refuse(*_, **__):
    raise OSError("this process has no network")

socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
import syriaconflict as sc
assert sc.__file__.startswith(sys.argv[1]), sc.__file__
assert len(sc.verify()) == len(sc.tables())
event = sc.events().iloc[0]
assert len(sc.evidence(event["event_id"])) == event["claim_count"]
assert sc.place_id("Halfayah") == "halfaya"
assert len(sc.catalog()["claims"].read()) == len(sc.claims())
if sys.version_info < (3, 12):  # later, intake 2.0.9 misses distutils for its own list
    import intake
    assert len(intake.cat.syriaconflict["events"].read()) == len(sc.events())
print(len(sc.claims()), sc.cite())
"""


def test_the_wheel_works_elsewhere_read_only_and_offline(wheel, tmp_path):
    site = tmp_path / "site"
    words = ["-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site)]
    subprocess.run([sys.executable, *words, str(wheel)], check=True)
    for path in sorted(site.rglob("*"), reverse=True):
        path.chmod(0o555 if path.is_dir() else 0o444)
    site.chmod(0o555)
    done = subprocess.run(
        [sys.executable, "-B", "-W", "error", "-c", OFFLINE, str(site)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(site), "PATH": "", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    site.chmod(0o755)
    for path in site.rglob("*"):
        path.chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert "Dataset, CC BY 4.0" in done.stdout
