"""The shop behind its HTTP server, and its command line."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from shopapi import ShopServer
from shopapi.httpd import MAX_BODY_BYTES

from tests.patience import FOR_EVER_SECONDS
from tests.shops import running_shop

SERVER = Path(__file__).parents[3] / "examples" / "shop" / "server.py"


@pytest.fixture
def server() -> Iterator[ShopServer]:
    """A shop on a free port."""
    with running_shop() as server:
        yield server


@pytest.fixture
def connection(server: ShopServer) -> Iterator[http.client.HTTPConnection]:
    """One connection to it."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=FOR_EVER_SECONDS)
    yield connection
    connection.close()


def test_one_connection_carries_many_requests(connection: http.client.HTTPConnection) -> None:
    """The connection stays open, after a refusal as well."""
    for path, status in [("/health", 200), ("/catalog", 401), ("/nowhere", 404), ("/health", 200)]:
        connection.request("GET", path)
        answer = connection.getresponse()
        assert (answer.status, answer.getheader("Content-Type")) == (status, "application/json")
        json.loads(answer.read())


def test_a_body_that_is_too_large_is_refused(connection: http.client.HTTPConnection) -> None:
    """413, and the connection is closed, because what was not read would be taken for a request."""
    connection.request("POST", "/auth/login", headers={"Content-Length": str(MAX_BODY_BYTES + 1)})
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Connection")) == (413, "close")


def test_a_method_nobody_knows_gets_json(connection: http.client.HTTPConnection) -> None:
    """Refusals of the standard library are JSON as well."""
    connection.request("BREW", "/health")
    answer = connection.getresponse()
    assert answer.status == 501
    assert json.loads(answer.read())["error"] == "http_501"


def test_the_server_says_where_it_is_and_stops_when_told() -> None:
    """Port 0 takes a free port; SIGTERM ends the server with exit code 0."""
    process = subprocess.Popen([sys.executable, SERVER, "--port", "0"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=FOR_EVER_SECONDS)
    assert line.startswith("The shop is open at http://127.0.0.1:")
    assert process.returncode == 0


def test_a_port_that_is_taken_is_explained(server: ShopServer) -> None:
    """The server names the port, says what to do, and ends with exit code 2."""
    done = subprocess.run(
        [sys.executable, SERVER, "--port", str(server.server_port)],
        capture_output=True,
        text=True,
        timeout=FOR_EVER_SECONDS,
        check=False,
    )
    assert done.returncode == 2
    assert f"cannot listen on port {server.server_port}" in done.stderr
    assert "hint: choose another one with --port" in done.stderr


def test_the_shop_needs_nothing_but_python() -> None:
    """It starts without any installed package and without an environment."""
    done = subprocess.run(
        [sys.executable, "-S", "-E", SERVER, "--help"],
        capture_output=True,
        text=True,
        timeout=FOR_EVER_SECONDS,
        check=False,
        env={"PATH": os.defpath},
    )
    assert done.returncode == 0
    assert "--token-lifetime" in done.stdout
