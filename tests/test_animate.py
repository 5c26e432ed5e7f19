"""What the files hold: frames, their size and order; the drawing is test_plot's."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.animation import FFMpegWriter
from PIL import Image

from syriaconflict.animate import animate_front
from test_fronts import T0, T1, picture, squares

CONTROL = picture({T0: "GGO GcO", T1: "GOO GOO"})
CALL = {"progress": False}


def colours(path, frame=0):
    with Image.open(path) as image:
        image.seek(frame)
        return np.asarray(image.convert("RGB"))


def test_a_gif_has_one_frame_a_day(tmp_path):
    out = tmp_path / "new" / "front.gif"
    written = animate_front(
        CONTROL, squares(2, 3), [T0, T1, "2016-09-02"], out, fps=4, **CALL
    )
    assert written == [out]
    with Image.open(out) as image:
        assert image.size == (1000, 650)
        assert image.info["duration"] == 250
        # the third day is drawn as the second, and two equal frames are stored as one
        assert image.n_frames in (2, 3)
    first, last = colours(out, 0), colours(out, 1)
    assert (first != last).any()


def test_a_folder_gets_a_picture_a_day_in_one_frame(tmp_path):
    days = [T0, T1, "2015-01-01"]
    written = animate_front(CONTROL, squares(2, 3), days, tmp_path / "days", **CALL)
    assert [path.name for path in written] == [
        "2016-08-28.png", "2016-09-01.png", "2015-01-01.png",
    ]  # fmt: skip
    first, second, nothing = map(colours, written)
    assert first.shape == second.shape == nothing.shape
    # the left spine of the map stands at the same column in each
    spines = [np.flatnonzero((one < 40).all(axis=2).mean(axis=0) > 0.6)[0]
              for one in (first, second, nothing)]  # fmt: skip
    assert len(set(spines)) == 1
    # a day of which nothing is told has no ground in a side's colour
    orange = (np.abs(first.astype(int) - [226, 145, 87]).sum(axis=2) < 60).sum()
    assert orange > 1000
    assert (np.abs(nothing.astype(int) - [226, 145, 87]).sum(axis=2) < 60).sum() == 0


def test_other_parties_can_be_drawn(tmp_path):
    control = picture({T0: "GcR OOI"})
    between = (["camp:government", "russia"], "camp:opposition")
    (path,) = animate_front(
        control, squares(2, 3), [T0], tmp_path / "one", between=between, **CALL
    )
    assert path.exists()


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"dates": []}, ValueError, "there is no day in dates"),
        (
            {"dates": ["2015-01-01"]},
            ValueError,
            "none of 12 spells runs on any of the 1",
        ),
        ({"dates": ["2016-08"]}, ValueError, "calendar day"),
        ({"dates": [T0, T0], "out": "days"}, ValueError, "a day stands twice"),
        ({"out": "front.avi"}, ValueError, r"'front.avi'; wanted .*\.gif or \.mp4"),
        ({"dates": T0}, TypeError, f"dates is the single date '{T0}'; give a list"),
        ({"dates": pd.Timestamp(T0)}, TypeError, "dates is the single date Timestamp"),
        ({"fps": 0}, ValueError, "fps is 0; give .*, 0.01 to 50"),
        ({"fps": 0.001}, ValueError, "fps is 0.001; give"),
        ({"fps": 51}, ValueError, "fps is 51; give"),
        ({"fps": np.inf}, ValueError, "fps is inf; give"),
        ({"fps": np.nan}, ValueError, "fps is nan; give"),
        ({"fps": "2"}, ValueError, "fps is '2'; give"),
        ({"between": ("rebels", "isis")}, ValueError, "'rebels' is not known"),
    ],
)
def test_what_cannot_be_drawn_is_refused(tmp_path, change, error, words):
    call = {"dates": [T0], "out": "front.gif"} | CALL | change
    dates, out = call.pop("dates"), tmp_path / call.pop("out")
    with pytest.raises(error, match=words):
        animate_front(CONTROL, squares(2, 3), dates, out, **call)
    assert not out.exists()


@pytest.mark.parametrize(("fps", "ms"), [(0.01, 100_000), (50, 20)])
def test_the_slowest_and_the_fastest_film_last_as_long_as_told(tmp_path, fps, ms):
    out = tmp_path / "front.gif"
    animate_front(CONTROL, squares(2, 3), [T0, T1], out, **CALL | {"fps": fps})
    with Image.open(out) as film:
        assert film.n_frames == 2
        assert film.info["duration"] == ms


def test_an_mp4_needs_ffmpeg(tmp_path, monkeypatch):
    monkeypatch.setitem(mpl.rcParams, "animation.ffmpeg_path", "no-such-program")
    assert not FFMpegWriter.isAvailable()
    out = tmp_path / "front.mp4"
    with pytest.raises(RuntimeError, match=r"needs the program ffmpeg.* ends in \.gif"):
        animate_front(CONTROL, squares(2, 3), [T0], out, **CALL)


@pytest.mark.skipif(not FFMpegWriter.isAvailable(), reason="ffmpeg is not installed")
def test_an_mp4_is_written_where_ffmpeg_is(tmp_path):
    out = tmp_path / "front.mp4"
    assert animate_front(CONTROL, squares(2, 3), [T0, T1], out, **CALL) == [out]
    assert out.read_bytes()[4:8] == b"ftyp"


def test_the_bar_is_shown_only_if_wanted(tmp_path, capsys):
    animate_front(CONTROL, squares(2, 3), [T0], tmp_path / "a")
    assert "frames" in capsys.readouterr().err
    animate_front(CONTROL, squares(2, 3), [T0], tmp_path / "b", progress=False)
    assert capsys.readouterr().err == ""
