"""Checks in environments of their own: `nox -s NAME`, `nox -l` lists them.

`oldest` and `newest` run all tests on the versions that pyproject.toml admits,
`package` builds wheel and sdist twice and looks into them.
"""

import hashlib
import tarfile
from pathlib import Path

import nox

nox.options.default_venv_backend = "venv"
nox.options.sessions = []  # none by default: each says what it costs
ROOT = Path(__file__).parent


@nox.session(python="3.11")
def oldest(session: nox.Session) -> None:
    """Run all tests on the oldest versions admitted; about ten minutes."""
    session.install("--editable", ".[test]", "--constraint", "constraints-oldest.txt")
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session(python=["3.11", "3.12", "3.13"])
def newest(session: nox.Session) -> None:
    """Run all tests on the newest versions there are; about ten minutes each."""
    session.install("--editable", ".[test]")
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session(python=["3.11", "3.12", "3.13"])
def install(session: nox.Session) -> None:
    """Build the wheel, install it alone, and verify the tables elsewhere."""
    folder = Path(session.create_tmp())
    session.run("python", "-m", "pip", "wheel", "--quiet", "--no-deps",
                "--wheel-dir", str(folder), ".")  # fmt: skip
    session.install(str(next(folder.glob("*.whl"))))
    session.chdir(folder)
    session.run("syriaconflict", "verify")
    session.run("syriaconflict", "tables")
    session.run("python", "-W", "error", "-c",
                "import syriaconflict as sc; assert len(sc.events())")  # fmt: skip


@nox.session
def package(session: nox.Session) -> None:
    """Build twice, compare, rebuild the wheel from the sdist, and check both."""
    session.install("build>=1.2", "twine>=6.1", "check-wheel-contents>=0.6.1")
    folder = Path(session.create_tmp())
    built = []
    for name in ("first", "second"):
        out = folder / name
        session.run("python", "-m", "build", "--outdir", str(out), ".", silent=True)
        built.append(_digests(out))
    if built[0] != built[1]:
        session.error(f"two builds differ: {built[0]} and {built[1]}")
    sdist = next((folder / "first").glob("*.tar.gz"))
    with tarfile.open(sdist) as archive:
        archive.extractall(folder / "unpacked", filter="data")
    source = next((folder / "unpacked").iterdir())
    session.run("python", "-m", "build", "--wheel", "--outdir", str(folder / "third"),
                str(source), silent=True)  # fmt: skip
    wheel = {k: v for k, v in built[0].items() if k.endswith(".whl")}
    if _digests(folder / "third") != wheel:
        session.error(f"the sdist gives another wheel than the checkout: {wheel}")
    files = [str(path) for path in sorted((folder / "first").iterdir())]
    session.run("twine", "check", "--strict", *files)
    session.run("check-wheel-contents", *[f for f in files if f.endswith(".whl")])
    for name, sha256 in built[0].items():
        session.log(f"{name} {sha256}")


def _digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file in a folder."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }
