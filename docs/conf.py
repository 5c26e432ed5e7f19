"""The site: `make site` builds it with Sphinx and MyST-NB, without a network.

Notebooks lie outside this folder and carry the outputs of `make notebooks`: they are
copied in and not run again.
"""

import shutil
import sys
from importlib.metadata import version as installed
from pathlib import Path

from docutils import nodes
from latex2mathml.converter import convert

ROOT = Path(__file__).parents[1]
HERE = Path(__file__).parent

project = "syriaconflict"
author = "The syriaconflict developers"
project_copyright = "The syriaconflict developers; data CC BY 4.0, code MIT"
release = installed("syriaconflict")
version = release

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
]
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb"}
exclude_patterns = ["_build", "_static", "_templates", "**.py"]
templates_path = ["_templates"]
# every heading of the codebook and the methodology can be linked to
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence", "dollarmath"]
nb_execution_mode = "off"
default_role = "py:obj"  # `name` in a docstring links to what it names

autodoc_typehints = "none"  # types stand in the docstrings
autodoc_member_order = "alphabetical"
autosummary_generate = True
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
napoleon_preprocess_types = False
copybutton_prompt_text = r">>> |\.\.\. |\$ |In \[\d*\]: "
copybutton_prompt_is_regexp = True

# formulas become MathML, which browsers draw themselves: no script from elsewhere
html_math_renderer = "mathml"

html_theme = "pydata_sphinx_theme"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_title = f"syriaconflict {release}"
html_show_sourcelink = False
html_theme_options = {
    "navigation_with_keys": True,
    "show_toc_level": 2,
    "header_links_before_dropdown": 7,
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
}
html_sidebars = {page: [] for page in ("start", "changelog", "contributing")}
html_context = {"default_mode": "auto"}
suppress_warnings = [
    "mystnb.unknown_mime_type",  # widgets' state beside the figure itself
]


def _copy_in() -> None:
    """Copy what the site shows and other folders hold."""
    copies = HERE / "notebooks"
    shutil.rmtree(copies, ignore_errors=True)
    copies.mkdir()
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        shutil.copy(path, copies)


def _point_in(app, docname, content) -> None:  # noqa: ARG001
    """Point links to the notebooks, which lie beside this folder, to their copies."""
    content[0] = content[0].replace("](../notebooks/", "](notebooks/")


def _describe(app, pagename, templatename, context, doctree) -> None:  # noqa: ARG001
    """Give the first page the dataset's schema.org description."""
    path = ROOT / "datasets" / "tables" / "dataset.jsonld"
    if pagename == "index" and path.exists():
        context["dataset_jsonld"] = path.read_text(encoding="utf-8").replace(
            "</", "<\\/"
        )


def _describe_figures(app, doctree, docname) -> None:  # noqa: ARG001
    """Give a notebook's figures the words of their section, in place of a file name."""
    for image in doctree.findall(nodes.image):
        if not image.get("alt"):
            section = image.parent
            while not isinstance(section, nodes.section | nodes.document):
                section = section.parent
            title = section.next_node(nodes.title)
            image["alt"] = f"Figure: {title.astext() if title else docname}"


def _formula(writer, node) -> None:
    """Write a formula as MathML."""
    display = "inline" if node.tagname == "math" else "block"
    writer.body.append(convert(node.astext(), display=display))
    raise nodes.SkipNode


def setup(app) -> None:
    """Copy the notebooks before Sphinx looks for pages."""
    sys.path.insert(0, str(ROOT / "src"))
    _copy_in()
    app.add_html_math_renderer("mathml", (_formula, None), (_formula, None))
    app.connect("source-read", _point_in)
    app.connect("html-page-context", _describe)
    app.connect("doctree-resolved", _describe_figures)
