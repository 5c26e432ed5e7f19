"""One self-contained report from the notebooks, with its figures and tables.

The notebooks are executed afresh, joined into one page with every figure inside it, and
their figures and result tables written beside it.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from syriaconflict import _paths
from syriaconflict.load import load, tables

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from traitlets.config import Config

TIMEOUT = 600  # seconds a cell may take
_SETUP = """
from IPython import get_ipython
from IPython.core.formatters import BaseFormatter
from matplotlib_inline.backend_inline import set_matplotlib_formats
from traitlets import ObjectName, Unicode
import pandas

class _Csv(BaseFormatter):
    format_type = Unicode("text/csv")
    print_method = ObjectName("_repr_csv_")

_formatter = get_ipython().display_formatter
_formatter.formatters["text/csv"] = _Csv(parent=_formatter)
_formatter.formatters["text/csv"].for_type(pandas.DataFrame, lambda f: f.to_csv())
_formatter.formatters["text/csv"].for_type(pandas.Series, lambda s: s.to_csv())
set_matplotlib_formats("png", "svg")
"""


def notebooks() -> list[Path]:
    """Return the paths of the notebooks, in order.

    Raises
    ------
    FileNotFoundError
        If there are none.
    """
    folder = _paths.root() / "notebooks"
    found = sorted(folder.glob("[0-9]*.ipynb"))
    if not found:
        msg = f"no notebooks in {folder}: install again"
        raise FileNotFoundError(msg)
    return found


def copy_notebooks(folder: str | Path) -> list[Path]:
    """Copy the notebooks into a folder of the user's.

    Parameters
    ----------
    folder : path
        Made if it is not there.

    Returns
    -------
    list of Path
        The copies.

    Raises
    ------
    FileExistsError
        If a notebook of that name is there already: nothing of the user's is
        overwritten.
    """
    folder = Path(folder)
    copies = [folder / path.name for path in notebooks()]
    there = [str(path) for path in copies if path.exists()]
    if there:
        msg = f"already there: {', '.join(there)}; name another folder"
        raise FileExistsError(msg)
    folder.mkdir(parents=True, exist_ok=True)
    for path, copy in zip(notebooks(), copies, strict=True):
        shutil.copyfile(path, copy)
    return copies


def execute(path: Path, *, setup: str = "") -> NotebookNode:
    """Execute a notebook and return it with its outputs; the file is left as it is.

    Parameters
    ----------
    path : Path
        The notebook.
    setup : str, default ""
        Code to run first; its cell is not kept.

    Returns
    -------
    NotebookNode
        The executed notebook.

    Raises
    ------
    ImportError
        If the extra ``report`` is not installed.
    nbclient.exceptions.CellExecutionError
        If a cell fails.
    """
    try:
        import nbformat
        from nbclient import NotebookClient
    except ImportError as error:
        msg = "running notebooks needs: pip install 'syriaconflict[report]'"
        raise ImportError(msg) from error
    notebook = nbformat.read(path, as_version=4)
    if setup:
        notebook.cells.insert(0, nbformat.v4.new_code_cell(setup))
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        record_timing=False,
        config=_kernel_config(),
    )
    client.execute(env=os.environ | {"PYDEVD_DISABLE_FILE_VALIDATION": "1"})
    if setup:
        del notebook.cells[0]
    return notebook


def _kernel_config() -> Config:
    """Return how to talk to the kernel: by files where the system can, not by TCP."""
    from traitlets.config import Config

    return Config({"KernelManager": {"transport": "ipc"}} if os.name == "posix" else {})


def refresh_notebooks(*, progress: bool = True) -> list[Path]:
    """Execute the notebooks in place and note in each which tables it was run on.

    Parameters
    ----------
    progress : bool, default True
        Whether to show a progress bar.

    Returns
    -------
    list of Path
        The notebooks, with fresh outputs and the manifest's SHA-256 in their metadata.
    """
    import nbformat
    from tqdm.auto import tqdm

    for path in tqdm(notebooks(), desc="notebooks", unit="", disable=not progress):
        notebook = execute(path)
        notebook.metadata["syriaconflict"] = {"manifest_sha256": manifest_sha256()}
        notebook.metadata.get("language_info", {}).pop("version", None)
        nbformat.write(notebook, path)
    return notebooks()


def manifest_sha256() -> str:
    """Return the SHA-256 of the manifest of the tables in place."""
    content = (_paths.tables() / "manifest.json").read_bytes()
    return hashlib.sha256(content).hexdigest()


def write_report(out: str | Path = "report", *, progress: bool = True) -> Path:
    """Run the notebooks and write the report, its figures and its tables.

    Parameters
    ----------
    out : path, default "report"
        Folder to write to; files of an earlier report there are replaced, others are
        left alone.
    progress : bool, default True
        Whether to show a progress bar.

    Returns
    -------
    Path
        The page, ``report.html``: figures embedded, readable without a network.
        ``figures/`` holds each figure as PNG and SVG, ``tables/`` each table that the
        notebooks show, and ``data/`` the dataset's tables, all as CSV.
    """
    try:
        from tqdm.auto import tqdm
    except ImportError as error:
        msg = "the report needs: pip install 'syriaconflict[report]'"
        raise ImportError(msg) from error
    out = Path(out)
    for part in ("figures", "tables", "data"):
        (out / part).mkdir(parents=True, exist_ok=True)
    executed = {}
    for path in tqdm(notebooks(), desc="notebooks", unit="", disable=not progress):
        executed[path.stem] = execute(path, setup=_SETUP)
    for stem, notebook in executed.items():
        # an earlier report may have had more; the folder may hold more than a report
        for former in out.glob(f"*/{stem}-[0-9][0-9].*"):
            former.unlink()
        for name, content in _files(stem, notebook):
            (out / name).write_bytes(content)
    for name in tables().index:
        load(name).to_csv(out / "data" / f"{name}.csv", index=False)
    page = out / "report.html"
    page.write_text(_page(list(executed.values())), encoding="utf-8")
    return page


def _files(stem: str, notebook: NotebookNode) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content) of a notebook's figures and tables."""
    figures = shown = 0
    for output in (o for c in notebook.cells for o in c.get("outputs", [])):
        data = output.get("data", {})
        if "image/png" in data:
            figures += 1
            name = f"figures/{stem}-{figures:02d}"
            yield f"{name}.png", base64.b64decode(data["image/png"])
            if "image/svg+xml" in data:
                yield f"{name}.svg", data["image/svg+xml"].encode()
        if "text/csv" in data:
            shown += 1
            yield f"tables/{stem}-{shown:02d}.csv", data["text/csv"].encode()


def _page(executed: list[NotebookNode]) -> str:
    """Return all notebooks as one HTML page that asks nothing of a network."""
    import nbformat
    from nbconvert import HTMLExporter

    joined = nbformat.v4.new_notebook(
        cells=[cell for notebook in executed for cell in notebook.cells],
        metadata=executed[0].metadata,
    )
    for number, cell in enumerate(joined.cells):
        cell["id"] = f"cell-{number}"
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            # one picture of each figure is enough on the page
            data.pop("image/svg+xml", None)
            data.pop("text/csv", None)
    exporter = HTMLExporter(
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        mathjax_url="",
        require_js_url="",
        jquery_url="",
        mermaid_js_url="",
        embed_images=True,
    )
    html, _ = exporter.from_notebook_node(
        joined, {"metadata": {"name": "syriaconflict"}}
    )
    numbers = itertools.count(1)
    html = re.sub(
        r'alt="No description[^"]*"', lambda _: f'alt="Figure {next(numbers)}"', html
    )
    return _without_remote_scripts(html)


def _without_remote_scripts(html: str) -> str:
    """Drop what the template would fetch: scripts for formulas and diagrams."""
    html = re.sub(
        r"<script\b[^>]*\bsrc=\"[^\"]*\"[^>]*>\s*</script>", "", html, flags=re.S
    )
    return re.sub(r"<script type=\"module\">.*?</script>", "", html, flags=re.S)
