"""Checks in environments of their own: `nox -s NAME`, `nox -l` lists them.

`oldest` and `newest` run all tests on the versions that pyproject.toml admits,
`package` builds wheel and sdist twice and looks into them, `validate_*` have the
metadata and the GeoParquet files judged by other people's validators, each apart:
frictionless beside cffconvert silently brings an old cffconvert.
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


@nox.session(python="3.11")
def datasette(session: nox.Session) -> None:
    """Serve the SQLite export with Datasette and ask it; Datasette stays apart."""
    session.install("--editable", ".[excel]", "datasette>=0.65", "pytest>=8.2",
                    "hypothesis>=6.100")  # fmt: skip
    session.run("python", "-m", "pytest", "-m", "datasette",
                "tests/test_exports_datasette.py")  # fmt: skip


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


@nox.session
def validate_frictionless(session: nox.Session) -> None:
    """Hold datapackage.json and the tables against each other; some minutes."""
    session.install("frictionless==5.21.0", "pandas==3.1.1", "pyarrow==26.0.1")
    session.run("python", "validators/frictionless_package.py", "5.21.0")


@nox.session
def validate_croissant(session: nox.Session) -> None:
    """Read every table by croissant.json; a minute."""
    session.install("mlcroissant==1.1.1", "pandas==3.1.1", "pyarrow==26.0.1")
    session.run("python", "validators/croissant_records.py", "1.1.1")


@nox.session
def validate_geoparquet(session: nox.Session) -> None:
    """Check the tables with geometry against GeoParquet 1.1."""
    session.install("geoparquet-validator==0.2.0", "pyarrow==26.0.1")
    session.run("python", "validators/geoparquet_files.py", "0.2.0")


@nox.session
def validate_cff(session: nox.Session) -> None:
    """Check CITATION.cff."""
    session.install("cffconvert==2.0.0")
    session.run("python", "validators/citation_and_licences.py", "cffconvert", "2.0.0")


@nox.session
def validate_reuse(session: nox.Session) -> None:
    """Check that every file has a licence."""
    session.install("reuse==6.2.0")
    session.run("python", "validators/citation_and_licences.py", "reuse", "6.2.0")


def _digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file in a folder."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }
