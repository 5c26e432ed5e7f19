"""The SQLite export in Datasette, in an environment of its own: nox -s datasette."""

import json
import socket
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

import syriaconflict as sc

pytestmark = pytest.mark.datasette


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    file = sc.export("sqlite", tmp_path_factory.mktemp("served") / "syria.db").path
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["serve", "-i", str(file), "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen([sys.executable, "-m", "datasette", *words])
    try:
        yield f"http://127.0.0.1:{port}/syria"
    finally:
        server.terminate()
        server.wait()


def ask(address):
    for _ in range(120):
        try:
            with urlopen(address) as answer:
                return json.load(answer)
        except URLError:
            time.sleep(0.5)
    pytest.fail(f"{address} does not answer")


def test_datasette_answers_a_query(address):
    sql = "select count(*) as n from claims join events using (event_id)"
    asked = urlencode({"sql": sql, "_shape": "array"})
    assert ask(f"{address}.json?{asked}") == [{"n": len(sc.claims())}]


def test_datasette_follows_references(address):
    told = ask(f"{address}/places.json?place_id=halfaya&_labels=on")
    assert told["rows"][0]["front_id"]["value"] == "northern-hama"
