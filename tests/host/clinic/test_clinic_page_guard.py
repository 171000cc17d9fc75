"""Only the authorised browser has access to the page, also by socket.

Asked over real sockets: what is sent is what a foreign page or program would send.
"""

from __future__ import annotations

import http.client
import re
import signal
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from clinic_rig import Served, served

_UPGRADE = {
    "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}  # fmt: skip
_SOCKET = "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
_EVERYWHERE = ["/", "/static/clinic.css", "/patient/K-014", "/print/patient/K.pdf",
               "/print/run/1.pdf", "/_nicegui/nothing.js", "/nothing", _SOCKET,
               "/_nicegui_ws/socket.io/?EIO=4&transport=polling"]  # fmt: skip


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("guarded")) as found:
        yield found


@dataclass(frozen=True)
class Way:
    """What the browser has once it was let in."""

    home: str
    cookie: str


@pytest.fixture(scope="module")
def way(page: Served) -> Way:
    return way_in(page)


def way_in(page: Served) -> Way:
    status, headers, body = ask(page, page.url.removeprefix(page.origin))
    assert status == 200
    cookie, *rules = headers["set-cookie"].split("; ")
    (home,) = set(re.findall(r'"(/[\w-]{20,})/?"', body))
    assert {"HttpOnly", "SameSite=strict", f"Path={home}"} <= set(rules)
    return Way(home, cookie)


def ask(
    page: Served, path: str = "/", method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], str]:
    """Send a request; a header's name is written with ``_`` for ``-``."""
    connection = http.client.HTTPConnection("127.0.0.1", page.port, timeout=10)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path or "/", headers=given)
    answer = connection.getresponse()
    found = {name.lower(): value for name, value in answer.getheaders()}
    body = "" if answer.status == 101 else answer.read().decode(errors="replace")
    connection.close()
    return answer.status, found, body


def test_let_in_the_page_answers(page: Served, way: Way) -> None:
    for path in ("/", "", "/static/clinic.css", "/clip", "/?token=x"):
        status, headers, body = ask(page, way.home + path, Cookie=way.cookie)
        assert status == 200, path
    assert "LeanCue" in body
    assert headers["cache-control"] == "no-store" and headers["referrer-policy"] == "no-referrer"
    assert "default-src 'self'" in headers["content-security-policy"]


@pytest.mark.parametrize("path", _EVERYWHERE)
def test_neither_address_nor_cookie_opens_anything_alone(page: Served, way: Way, path: str) -> None:
    address = {"path": way.home + path, "Origin": page.origin}
    for asked in ({"path": path}, address, {"path": path, "Cookie": way.cookie}):
        status, _, body = ask(page, **asked, **_UPGRADE)
        assert status == 403, asked
        assert way.home not in body and way.cookie.split("=")[1] not in body


@pytest.mark.parametrize("path", ["/", "/patient/K-014"])
def test_a_refusal_says_what_to_do(page: Served, path: str) -> None:
    assert "Type leancue clinic in a terminal" in ask(page, path)[2]


def test_another_cookie_or_address_is_none(page: Served, way: Way) -> None:
    name, right = way.cookie.split("=")
    for value in ("", "x", "\u00e4", right[:-1], right + "x", way.home[1:]):
        cookie = f"{name}={value}".encode().decode("latin-1")
        assert ask(page, way.home + "/", Cookie=cookie)[0] == 403
    for home in (way.home[:-1], way.home + "x", "/" + way.home, "/x" + way.home, "/%C3%A4%FF"):
        assert ask(page, home + "/", Cookie=way.cookie)[0] == 403


def test_the_token_opens_the_page_once(tmp_path: Path) -> None:
    with served(tmp_path) as page:
        entry = page.url.removeprefix(page.origin)
        for wrong in ("/?token=", "/?token=wrong", "/?token=%C3%A9%FF", entry[:-1]):
            assert ask(page, wrong)[0] == 403
        # What is no visit does not use it up: a look ahead, another method, another page.
        assert ask(page, entry, Sec_Purpose="prefetch")[0] == 403
        assert ask(page, entry, "HEAD")[0] == 403
        assert ask(page, entry, Origin="http://evil.example")[0] == 403
        way_in(page)
        status, headers, body = ask(page, entry)
        assert status == 403 and "already used" in body and "set-cookie" not in headers


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", "localhost:1"])
def test_a_foreign_name_is_refused_even_if_let_in(page: Served, way: Way, host: str) -> None:
    status, _, body = ask(page, way.home + "/", Cookie=way.cookie, Host=host)
    assert status == 403 and "only on this computer" in body


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://x"]
)
def test_another_page_is_refused_even_if_let_in(page: Served, way: Way, origin: str) -> None:
    known = {"Cookie": way.cookie, "Origin": origin}
    assert ask(page, way.home + "/", **known)[0] == 403
    assert ask(page, way.home + _SOCKET, **known, **_UPGRADE)[0] == 403
    assert ask(page, way.home + "/", method="POST", **known)[0] == 403


def test_a_write_or_a_socket_without_an_origin_is_refused(page: Served, way: Way) -> None:
    assert ask(page, way.home + "/", method="POST", Cookie=way.cookie)[0] == 403
    assert ask(page, way.home + _SOCKET, Cookie=way.cookie, **_UPGRADE)[0] == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_but_the_socket_is_written_to(page: Served, way: Way, method: str) -> None:
    status, _, body = ask(page, way.home + "/", method, Cookie=way.cookie, Origin=page.origin)
    assert status == 405 and "Nothing was done" in body


def test_a_socket_of_our_own_page_is_let_in(page: Served, way: Way) -> None:
    ours = {"Origin": page.origin, **_UPGRADE}
    assert ask(page, way.home + _SOCKET, Cookie=way.cookie, **ours)[0] == 101


def test_it_listens_on_this_computer_only(page: Served) -> None:
    with pytest.raises(OSError), socket.create_connection(("127.0.0.2", page.port), timeout=2):
        pass


def test_all_that_the_page_asks_for_is_its_own(page: Served, way: Way) -> None:
    _, _, body = ask(page, way.home + "/", Cookie=way.cookie)
    asked = re.findall(r"""(?:src|href)=["']([^"']+)|url\(["']?([^"')]+)""", body)
    for address in (first or second for first, second in asked):
        assert address.startswith((way.home, "data:", "#")), address


def test_an_unknown_patient_or_run_has_no_page_to_print(page: Served, way: Way) -> None:
    status, _, body = ask(page, way.home + "/print/patient/K-999.pdf", Cookie=way.cookie)
    assert status == 404 and "K-999" in body
    for run in ("12345", "-1", "x", "9223372036854775808", "9" * 5000):
        assert ask(page, way.home + f"/print/run/{run}.pdf", Cookie=way.cookie)[0] == 404, run


def test_a_taken_port_is_told(page: Served, tmp_path: object) -> None:
    from leancue.basis.errors import PageError
    from leancue.clinic.server import listen

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
        with served(tmp_path, warm=False) as page:
            assert ask(page)[0] == 403
            assert [file.name[:12] for file in scratch.iterdir()] == ["leancue-pull"]
            page.process.send_signal(sent)
            assert page.process.wait(20) == 0
    assert list(scratch.iterdir()) == []
    assert "Traceback" not in (tmp_path / "stderr.txt").read_text()
