"""The map's page put together: figure, data, style and script, all inside one file."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from importlib import resources

from syriaconflict._explore_figure import make_figure

SCRIPTS = (
    "days.js", "draw.js", "ground.js", "marks.js", "find.js", "panel.js", "list.js",
    "page.js",
)  # fmt: skip


def page(data: dict[str, object]) -> str:
    """Return the page as HTML.

    Only the scripts that stand in it may run, and it may load nothing: its content
    security policy says so, with the digest of each script.

    Parameters
    ----------
    data : dict
        What `explore` gathers; anything JSON can hold.
    """
    from bokeh.embed import json_item

    own = "\n".join(_closed(_part(name)) for name in SCRIPTS)
    scripts = [_bokeh(), f"(function () {{\n'use strict';\n{own}\n}}());"]
    figure = json_item(make_figure(), "figure")
    parts = {
        "policy": _policy(scripts),
        "style": _closed(_part("page.css")),
        "data": _as_json(data),
        "figure": _as_json(figure),
        "bokeh": scripts[0],
        "script": scripts[1],
    }
    # split once: what is filled in may itself hold what looks like a mark
    pieces = re.split(r"{{(\w+)}}", _part("page.html"))
    pieces[1::2] = [parts[name] for name in pieces[1::2]]
    return "".join(pieces)


def _part(name: str) -> str:
    """Return one of the files that the page is made of."""
    folder = resources.files("syriaconflict") / "_map"
    return (folder / name).read_text(encoding="utf-8")


@cache
def _bokeh() -> str:
    from bokeh.resources import Resources

    return _closed(Resources(mode="inline", components=["bokeh"]).js_raw[0])


def _closed(script: str) -> str:
    """Return a script or style that cannot end the element it stands in."""
    return script.replace("</script", "<\\/script").replace("</style", "<\\/style")


def _as_json(data: object) -> str:
    """Return JSON that cannot end the element it stands in."""
    parts = {"ensure_ascii": False, "separators": (",", ":"), "allow_nan": False}
    try:
        text = json.dumps(data, **parts)
    except (ValueError, TypeError) as error:
        msg = (
            f"the map's data hold what JSON cannot ({error}), wanted text, numbers and "
            "missing values: look for NaN and infinity in the columns of events"
        )
        raise ValueError(msg) from error
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text


def _policy(scripts: list[str]) -> str:
    digests = (hashlib.sha256(one.encode()).digest() for one in scripts)
    allowed = " ".join(f"'sha256-{base64.b64encode(one).decode()}'" for one in digests)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
