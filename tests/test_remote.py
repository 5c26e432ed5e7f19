"""Fetching, against a server on this machine that misbehaves in every way we know."""

import hashlib
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

pytest.importorskip("pooch", reason="needs the extra `remote`")

from syriaconflict import _download, remote

CONTENT = bytes(range(256)) * 1200  # 307,200 bytes
SHA = hashlib.sha256(CONTENT).hexdigest()
FILE = "ged231-csv.zip"


class Handler(BaseHTTPRequestHandler):
    """Answers as the server's ``ways`` say, one after the other, then well."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        server = self.server
        server.asked.append((self.path, self.headers.get("Range")))
        way = server.ways.pop(0) if server.ways else "well"
        if self.path.endswith("/moved"):
            way = "well"
        getattr(self, f"answer_{way}")()

    def send(self, status, body=b"", length=None, **headers):
        self.send_response(status)
        headers.setdefault(
            "Content-Length", str(len(body) if length is None else length)
        )
        headers.setdefault("ETag", self.server.etag)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def answer_well(self):
        wanted, condition = self.headers.get("Range"), self.headers.get("If-Range")
        if wanted and condition == self.server.etag:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            self.send(206, self.server.content[start:])
        else:
            self.send(200, self.server.content)

    def answer_drop(self):
        """Break off after 131,072 bytes, as a lost connection does."""
        self.send(200, self.server.content[:131_072], len(self.server.content))
        self.close_connection = True

    def answer_redirect(self):
        self.send(302, Location="/moved")

    def answer_busy(self):
        self.send(503, Retry_After="0")

    def answer_slow(self):
        self.send(200, b"", len(self.server.content))
        for start in range(0, len(self.server.content), 60_000):
            self.wfile.write(self.server.content[start : start + 60_000])
            self.wfile.flush()
            threading.Event().wait(0.02)

    def endless(self, **headers):
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.close_connection = True

    def answer_no_length(self):
        """Send half, and no word of how much there is."""
        self.endless(Connection="close")
        self.wfile.write(self.server.content[:1000])

    def chunks(self, *parts):
        self.endless(Transfer_Encoding="chunked")
        for part in parts:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))

    def answer_chunks(self):
        self.chunks(self.server.content, b"")

    def answer_chunks_cut_off(self):
        self.chunks(self.server.content[:1000])

    def answer_ignore_range(self):
        self.send(200, self.server.content)

    def answer_shorter(self):
        self.send(416)

    def answer_wrong(self):
        self.send(200, b"something else")

    def answer_forbid(self):
        self.send(403)

    def answer_page(self):
        self.send(200, b"<html>log in</html>", Content_Type="text/html; charset=utf-8")

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.daemon_threads = True
    made.ways, made.asked, made.etag, made.content = [], [], '"v1"', CONTENT
    thread = threading.Thread(target=made.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def waits(monkeypatch):
    waited = []
    monkeypatch.setattr(_download, "pause", waited.append)
    return waited


@pytest.fixture
def get(server, tmp_path, waits):  # noqa: ARG001
    def get(*ways, version="23.1", **kwargs) -> Path:
        server.ways = list(ways)
        mirror = f"http://127.0.0.1:{server.server_port}/files"
        return remote.fetch(
            "ucdp-ged", version, folder=tmp_path / "cache", mirror=mirror, **kwargs
        )

    return get


def left_over(folder: Path) -> list[str]:
    return sorted(f.name for f in folder.iterdir() if not f.name.endswith(".lock"))


def test_a_file_is_fetched_once_and_its_hash_recorded(get, server):
    file = get()
    assert file.read_bytes() == CONTENT
    assert file.name == FILE
    assert server.asked == [(f"/files/{FILE}", None)]
    assert left_over(file.parent) == [FILE, "hashes.json"]
    assert json.loads((file.parent / "hashes.json").read_text()) == {FILE: SHA}
    assert get() == file
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("ways", "ranges"),
    [
        (["drop"], [None, "bytes=131072-"]),
        (["drop", "busy", "busy"], [None, *["bytes=131072-"] * 3]),
        (["drop", "ignore_range"], [None, "bytes=131072-"]),
        (["drop", "shorter"], [None, "bytes=131072-", None]),
        (["busy"], [None, None]),
        (["redirect"], [None, None]),
        (["slow"], [None]),
    ],
)
def test_what_breaks_off_is_resumed_and_what_may_pass_is_tried_again(
    get, server, ways, ranges
):
    file = get(*ways)
    assert file.read_bytes() == CONTENT
    assert [asked for _, asked in server.asked] == ranges
    assert left_over(file.parent) == [FILE, "hashes.json"]


def test_a_part_is_resumed_by_a_later_call_unless_the_file_changed(get, server, waits):
    with pytest.raises(ConnectionError, match=r"in 2 tries .* call again to go on"):
        get("drop", "busy", retries=1)
    assert waits == [1.0]
    server.etag, server.content = '"v2"', CONTENT[::-1]
    assert get().read_bytes() == CONTENT[::-1]  # not half of each


def test_waits_grow(get, waits):
    with pytest.raises(ConnectionError, match="the server answers 503"):
        get(*["busy"] * 4)
    assert waits == [1.0, 2.0, 4.0]


def test_wrong_bytes_are_thrown_away(get, monkeypatch):
    known = {"file": FILE, "sha256": SHA}
    rows = remote._tables.rows
    monkeypatch.setattr(
        remote._tables, "rows", lambda name: [known] if name == "hashes" else rows(name)
    )
    with pytest.raises(ValueError, match=f"wanted {SHA}") as caught:
        get("wrong")
    folder = get().parent  # the second time it is right
    assert str(folder) in str(caught.value)
    assert "download https://ucdp.uu.se/downloads/ged/ged231-csv.zip" in str(
        caught.value
    )
    assert left_over(folder) == [FILE]  # a hash that is known is not recorded


def test_a_file_without_length_or_hash_is_noted_as_unchecked(get, tmp_path):
    file = get("no_length")
    assert file.read_bytes() == CONTENT[:1000]  # cut off, and nothing can tell
    folder = tmp_path / "cache"
    assert list(remote.unchecked(folder)) == [FILE]
    assert "the server told no length" in remote.unchecked(folder)[FILE]
    get()  # from the cache: still unchecked
    assert list(remote.unchecked(folder)) == [FILE]
    file.unlink()
    (folder / "hashes.json").unlink()
    assert get().read_bytes() == CONTENT
    assert remote.unchecked(folder) == {}


def test_a_hash_known_checks_a_file_without_length(get, monkeypatch, tmp_path):
    half = hashlib.sha256(CONTENT[:1000]).hexdigest()
    rows = remote._tables.rows
    known = [{"file": FILE, "sha256": half}]
    monkeypatch.setattr(
        remote._tables, "rows", lambda name: known if name == "hashes" else rows(name)
    )
    get("no_length")
    assert remote.unchecked(tmp_path / "cache") == {}


def test_chunks_tell_their_end(get, server, tmp_path):
    assert get("chunks_cut_off", "chunks").read_bytes() == CONTENT
    assert len(server.asked) == 2
    assert remote.unchecked(tmp_path / "cache") == {}


def test_a_file_that_changed_on_disk_is_not_handed_out(get):
    file = get()
    file.write_bytes(b"spoilt")
    record = str(file.parent / "hashes.json")
    with pytest.raises(ValueError, match=r"damaged or was replaced. Delete it") as told:
        get()
    assert str(told.value).endswith(f"take its line out of {record}")
    file.unlink()
    assert get().read_bytes() == CONTENT


def test_a_file_with_another_hash_than_the_shipped_one_is_read_by_hand(tmp_path):
    file = tmp_path / "ged251-csv.zip"
    file.write_bytes(b"published anew")
    with pytest.raises(ValueError, match="wanted e256f1fb20a579d8b2f9") as caught:
        remote.fetch("ucdp-ged", "25.1", folder=tmp_path)
    told = str(caught.value)
    assert "hashes.json" not in told  # it has no such line
    assert "adapters/mappings/hashes.csv" in told
    assert told.endswith(f"adapters.read_ucdp_ged({str(file)!r})")


@pytest.mark.parametrize(
    ("way", "why"),
    [
        ("forbid", "answers 403 Forbidden"),
        ("page", "gives a web page, perhaps to log in"),
    ],
)
def test_refused_says_what_to_do_by_hand(get, tmp_path, way, why):
    with pytest.raises(ConnectionError, match=why) as caught:
        get(way)
    assert "download https://ucdp.uu.se/downloads/ged/ged231-csv.zip" in str(
        caught.value
    )
    assert f"under the name {FILE}, into {tmp_path / 'cache'}" in str(caught.value)
    (tmp_path / "cache" / FILE).write_bytes(CONTENT)  # as it says
    assert get().read_bytes() == CONTENT


def test_offline_says_what_to_do_by_hand(tmp_path, waits):
    with pytest.raises(ConnectionError, match=r"in 4 tries .* in a browser and put it"):
        remote.fetch("ucdp-ged", "23.1", folder=tmp_path, mirror="http://127.0.0.1:9/x")
    assert len(waits) == 3


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("acled", "with an account at https://acleddata.com/, log in and export"),
        ("airwars", "with the columns that adapters.read_airwars reads"),
    ],
)
def test_data_without_an_open_address(tmp_path, name, how):
    with pytest.raises(ConnectionError, match="has no open address") as caught:
        remote.fetch(name, "2024", folder=tmp_path)
    assert how in str(caught.value)
    assert "download" not in str(caught.value)  # of a home page, it would be
    put = f"put it, under the name {name}-2024.csv, into {tmp_path}"
    assert str(caught.value).endswith(put)
    (tmp_path / f"{name}-2024.csv").write_text("x")
    assert remote.fetch(name, "2024", folder=tmp_path).read_text() == "x"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk(get, tmp_path):
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / f"{FILE}.part").symlink_to("/dev/full")
    with pytest.raises(OSError, match=r"no space left for .* 307,200 bytes are needed"):
        get()
    assert not (folder / FILE).exists()


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="cannot be made"):
        remote.fetch("ucdp-ged", "23.1", folder=tmp_path / "file" / "cache")


def test_two_processes_at_once_download_once(server, tmp_path):
    server.ways = ["slow", "slow"]
    code = (
        "import sys; from syriaconflict import remote;"
        "remote.fetch('ucdp-ged', '23.1', folder=sys.argv[1], mirror=sys.argv[2])"
    )
    mirror = f"http://127.0.0.1:{server.server_port}/files"
    command = [sys.executable, "-c", code, str(tmp_path), mirror]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    done = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], done
    assert len(server.asked) == 1
    assert (tmp_path / FILE).read_bytes() == CONTENT


def test_a_bar_goes_to_standard_error(get, capsys):
    get("drop", progress=True)
    assert FILE in capsys.readouterr().err


def test_cache_folder_of_the_environment(server, tmp_path, monkeypatch):
    monkeypatch.setenv("SYRIACONFLICT_CACHE", str(tmp_path / "mine"))
    mirror = f"http://127.0.0.1:{server.server_port}/files/"
    file = remote.fetch("ucdp-ged", "23.1", mirror=mirror)
    assert file == tmp_path / "mine" / FILE


@pytest.mark.parametrize(
    ("name", "version", "url"),
    [
        ("ucdp-ged", "25.1", "https://ucdp.uu.se/downloads/ged/ged251-csv.zip"),
        ("ucdp-candidate", "26.0.3",
         "https://ucdp.uu.se/downloads/candidateged/GEDEvent_v26_0_3.csv"),
        ("gdelt", "20241130121500",
         "http://data.gdeltproject.org/gdeltv2/20241130121500.export.CSV.zip"),
    ],
)  # fmt: skip
def test_addresses_as_seen(name, version, url):
    assert remote.address(name, version)["url"] == url


def test_unknown_data_and_versions(tmp_path):
    with pytest.raises(ValueError, match="nearest: ucdp-ged"):
        remote.fetch("ucdp_ged", "25.1", folder=tmp_path)
    with pytest.raises(ValueError, match=r"'25.1' of gdelt is not known; known: what"):
        remote.fetch("gdelt", "25.1", folder=tmp_path)


def test_years_are_versions_and_other_things_are_not(tmp_path):
    assert remote.address("viina-event-1pd", 2022)["url"].endswith("_2022.zip")
    with pytest.raises(ValueError, match="'1922' of viina-event-1pd is not known"):
        remote.fetch("viina-event-1pd", 1922, folder=tmp_path)
    with pytest.raises(TypeError, match=r"version of ucdp-ged is 25.1, wanted a text"):
        remote.fetch("ucdp-ged", 25.1, folder=tmp_path)
    for version in ("../../x", "a\\b", "a\n", ""):
        with pytest.raises(ValueError, match="cannot be part of a file's name"):
            remote.fetch("acled", version, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("retries", [-1, 1.5, "3"])
def test_tries_are_a_number(tmp_path, retries):
    with pytest.raises(ValueError, match=r"retries is .*, wanted a whole number"):
        remote.fetch("ucdp-ged", "25.1", folder=tmp_path, retries=retries)
