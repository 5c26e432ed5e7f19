"""The figure that Bokeh draws on the map's page; the page's script fills it by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syriaconflict.palette import INK

if TYPE_CHECKING:
    from bokeh.plotting import figure

FONT = "system-ui, 'Segoe UI', 'Noto Sans', 'Noto Sans Arabic', Tahoma, sans-serif"
# one source of cells each: Bokeh makes a pattern anew for every shape of a source that
# mixes them
HATCHES = (
    "blank", "right_diagonal_line", "left_diagonal_line", "dot", "horizontal_line",
    "cross", "diagonal_cross",
)  # fmt: skip
# name of a source -> its columns, in the order in which they are drawn
SOURCES = {
    **{f"cells {hatch}": ["xs", "ys", "fill", "alpha"] for hatch in HATCHES},
    "grid": ["xs", "ys"],
    "fronts": ["xs", "ys"],
    "roads": ["xs", "ys"],
    "rims": ["xs", "ys"],
    "lines": ["xs", "ys", "dash"],
    "radii": ["x", "y", "radius"],
    "dots": ["x", "y", "size", "fill", "rim", "width", "marker"],
    "halves": ["x", "y", "start", "fill"],
    "names": ["x", "y", "words", "align", "dx", "dy", "style"],
    "marks": ["x", "y", "marker", "angle", "fill", "alpha", "dash", "width"],
    "letters": ["x", "y", "words", "colour"],
    "plus": ["x", "y", "words"],
    "chosen": ["x", "y", "size"],
    "gridwords": ["x", "y", "words"],
}


def make_figure() -> figure:
    """Return the figure with its sources empty, each called by its name in `SOURCES`.

    Examples
    --------
    >>> {one.data_source.name for one in make_figure().renderers} == set(SOURCES)
    True
    """
    from bokeh.models import ColumnDataSource, Range1d
    from bokeh.plotting import figure

    drawn = figure(
        name="map",
        tools="pan,wheel_zoom",
        active_scroll="wheel_zoom",
        toolbar_location=None,
        x_range=Range1d(0, 1),
        y_range=Range1d(0, 1),
        x_axis_type=None,
        y_axis_type=None,
        sizing_mode="stretch_both",
        background_fill_color="#FFFFFF",
        outline_line_color="#767676",
        min_border=0,
        output_backend="canvas",
    )
    drawn.grid.visible = False
    for name, columns in SOURCES.items():
        source = ColumnDataSource({column: [] for column in columns}, name=name)
        _draw(drawn, name, source)
    return drawn


def _draw(drawn: figure, name: str, source: object) -> None:
    """Add the glyphs of one source."""
    look = {"source": source, "name": name, "level": "glyph"}
    text = {"text": "words", "text_font": {"value": FONT}, "text_color": INK}
    middle = {"text_align": "center", "text_baseline": "middle"}
    if name.startswith("cells "):
        drawn.patches(
            "xs", "ys", fill_color="fill", fill_alpha="alpha", line_color=None,
            hatch_pattern=name.removeprefix("cells "), hatch_color=INK,
            hatch_alpha=0.45, hatch_scale=9, hatch_weight=0.8, **look,
        )  # fmt: skip
    elif name == "grid":
        drawn.multi_line("xs", "ys", line_color="#DDDDDD", line_width=1, **look)
    elif name == "fronts":
        shape = {"line_color": "#9A9A9A", "line_dash": "dotted", "line_width": 1}
        drawn.multi_line("xs", "ys", **shape, **look)
    elif name == "roads":
        drawn.multi_line("xs", "ys", line_color="white", line_width=5, **look)
        drawn.multi_line("xs", "ys", line_color="#7A6A55", line_width=1.6, **look)
    elif name == "rims":
        drawn.multi_line("xs", "ys", line_color="white", line_width=6.5, **look)
    elif name == "lines":
        drawn.multi_line(
            "xs", "ys", line_color=INK, line_width=3.2, line_dash="dash", **look
        )
    elif name == "radii":
        drawn.circle(
            "x", "y", radius="radius", fill_color=None, line_color="#555555",
            line_dash="dashed", line_width=1, line_alpha=0.75, **look,
        )  # fmt: skip
    elif name == "dots":
        drawn.scatter(
            "x", "y", size="size", fill_color="fill", line_color="rim",
            line_width="width", marker="marker", **look,
        )  # fmt: skip
    elif name == "halves":
        drawn.wedge(
            "x", "y", radius=4.5, radius_units="screen", start_angle="start",
            end_angle=1.5708, fill_color="fill", line_color=INK, **look,
        )  # fmt: skip
    elif name == "marks":
        drawn.scatter(
            "x", "y", size=22, marker="marker", angle="angle", fill_color="fill",
            fill_alpha="alpha", line_color=INK, line_dash="dash", line_width="width",
            **look,
        )  # fmt: skip
    elif name == "letters":
        drawn.text(
            "x", "y", **text | {"text_color": "colour"}, **middle,
            text_font_size="10px", text_font_style="bold", **look,
        )  # fmt: skip
    elif name == "chosen":
        drawn.scatter(
            "x", "y", size="size", fill_color=None, line_color="#0050B5",
            line_width=3.5, **look,
        )  # fmt: skip
    elif name == "names":
        for outline in ("white", None):  # an outline is drawn over its own letters
            drawn.text(
                "x", "y", **text, text_align="align", text_baseline="middle",
                text_font_size="12px", x_offset="dx", y_offset="dy",
                text_font_style="style", text_outline_color=outline,
                text_outline_width=3, **look,
            )  # fmt: skip
    else:
        style = {"text_font_size": "11px", "text_font_style": "bold"}
        if name == "gridwords":
            style = {"text_font_size": "10px", "background_fill_color": "white"}
        drawn.text("x", "y", **text, **middle, **style, **look)
