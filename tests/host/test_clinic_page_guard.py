"""Only this desk's browser, with the token, may speak to the page; nobody else, not even by socket.

Asked over real sockets: what is sent is what a foreign page or program would send.
"""

from __future__ import annotations

import http.client
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from clinic_rig import Served, served

_UPGRADE = {
    "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}  # fmt: skip
_SOCKET = "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("guarded")) as found:
        yield found


@pytest.fixture(scope="module")
def cookie(page: Served) -> str:
    status, headers, _ = ask(page, page.url.removeprefix(page.origin))
    assert status == 303 and headers["location"] == "/"
    kept = headers["set-cookie"]
    assert "HttpOnly" in kept and "SameSite=strict" in kept
    return kept.split(";")[0]


def ask(
    page: Served, path: str = "/", method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], str]:
    """Send a request; a header's name is written with ``_`` for ``-``."""
    connection = http.client.HTTPConnection("127.0.0.1", page.port, timeout=10)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=given)
    answer = connection.getresponse()
    found = {name.lower(): value for name, value in answer.getheaders()}
    body = "" if answer.status == 101 else answer.read().decode(errors="replace")
    connection.close()
    return answer.status, found, body


def test_with_the_cookie_the_page_answers(page: Served, cookie: str) -> None:
    status, headers, body = ask(page, Cookie=cookie)
    assert status == 200 and "LeanCue" in body
    assert headers["cache-control"] == "no-store" and headers["referrer-policy"] == "no-referrer"
    assert "default-src 'self'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    "path", ["/", "/?token=wrong", "/static/clinic.css", "/patient/K-014", "/print/patient/K.pdf",
             "/_nicegui/nothing.js", _SOCKET]
)  # fmt: skip
def test_without_the_token_nothing_answers(page: Served, path: str) -> None:
    status, _, body = ask(page, path)
    assert status == 403 and "token" in body


def test_another_cookie_is_no_cookie(page: Served, cookie: str) -> None:
    name = cookie.split("=")[0]
    for value in ("", "x", "\u00e4", cookie.split("=")[1][:-1]):
        assert ask(page, Cookie=f"{name}={value}".encode().decode("latin-1"))[0] == 403


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", "localhost:1"])
def test_a_foreign_name_is_refused_even_with_the_token(
    page: Served, cookie: str, host: str
) -> None:
    status, _, body = ask(page, Cookie=cookie, Host=host)
    assert status == 403 and "this desk only" in body
    assert ask(page, page.url.removeprefix(page.origin), Host=host)[0] == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://x"])
def test_another_page_is_refused_even_with_the_cookie(
    page: Served, cookie: str, origin: str
) -> None:
    assert ask(page, Cookie=cookie, Origin=origin)[0] == 403
    assert ask(page, _SOCKET, Cookie=cookie, Origin=origin, **_UPGRADE)[0] == 403
    assert ask(page, method="POST", Cookie=cookie, Origin=origin)[0] == 403


def test_a_write_or_a_socket_without_an_origin_is_refused(page: Served, cookie: str) -> None:
    assert ask(page, method="POST", Cookie=cookie)[0] == 403
    assert ask(page, _SOCKET, Cookie=cookie, **_UPGRADE)[0] == 403


def test_a_socket_of_our_own_page_is_let_in(page: Served, cookie: str) -> None:
    assert ask(page, _SOCKET, Cookie=cookie, Origin=page.origin, **_UPGRADE)[0] == 101
    assert ask(page, _SOCKET, Origin=page.origin, **_UPGRADE)[0] == 403


def test_it_listens_on_this_computer_only(page: Served) -> None:
    with pytest.raises(OSError), socket.create_connection(("127.0.0.2", page.port), timeout=2):
        pass


def test_all_that_the_page_asks_for_is_its_own(page: Served, cookie: str) -> None:
    _, _, body = ask(page, Cookie=cookie)
    asked = re.findall(r"""(?:src|href)=["']([^"']+)|url\(["']?([^"')]+)""", body)
    for address in (first or second for first, second in asked):
        assert address.startswith(("/", "data:", "#")), address


def test_an_unknown_patient_or_run_has_no_page_to_print(page: Served, cookie: str) -> None:
    status, _, body = ask(page, "/print/patient/K-999.pdf", Cookie=cookie)
    assert status == 404 and "K-999" in body
    assert ask(page, "/print/run/12345.pdf", Cookie=cookie)[0] == 404


def test_a_taken_port_is_told(page: Served, tmp_path: object) -> None:
    from leancue.clinic.server import listen
    from leancue.errors import PageError

    with pytest.raises(PageError, match="takes a free one"):
        listen(page.port)


def test_it_leaves_no_files_where_it_was_started(page: Served) -> None:
    here = {file.name for file in page.library.parent.iterdir()}
    assert here == {"library", "stderr.txt"}


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_ended_it_leaves_nothing_pulled_behind(tmp_path: Path, sent: signal.Signals) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(scratch))
        with served(tmp_path) as page:
            assert ask(page)[0] == 403
            assert [file.name[:12] for file in scratch.iterdir()] == ["leancue-pull"]
            page.process.send_signal(sent)
            assert page.process.wait(20) == 0
    assert list(scratch.iterdir()) == []
    assert "Traceback" not in (tmp_path / "stderr.txt").read_text()
