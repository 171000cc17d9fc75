"""How a browser comes to the page, and who does not: another user, another port, an old tab.

The real program and the real browser; the other user is the system's ``nobody``.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from clinic_rig import Served, person, served

# A browser that only stays: what it was started with, it shows to all.
_BROWSER = """#!{python}
import os, sys, time
with open({seen!r} + ".part", "w") as file:
    file.write(f"{{os.getpid()}} {{sys.argv[1]}}")
os.rename({seen!r} + ".part", {seen!r})
time.sleep(60)
"""
# All that another user can read: of every process, and of every file below the folder given.
_READ_ALL = """
import os, pathlib, sys
processes = [name for name in os.listdir("/proc") if name.isdigit()]
for path in [
    *(pathlib.Path("/proc", name, told) for name in processes for told in ("cmdline", "environ")),
    *(pathlib.Path(folder, name) for folder, _, names in os.walk(sys.argv[1]) for name in names),
]:
    try:
        sys.stdout.buffer.write(path.read_bytes())
    except OSError:
        pass  # ended meanwhile, or not ours to read
"""


def as_nobody(*command: str) -> str:
    """Run as the user ``nobody``; return what was printed."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("only root can be another user, with setpriv")
    done = subprocess.run(
        ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *command],
        capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    return done.stdout.decode(errors="replace")


@contextmanager
def opened(folder: Path) -> Iterator[tuple[Served, Path]]:
    """The page with a browser that it opened; gives the file that the browser was started with."""
    scratch, seen, program = folder / "scratch", folder / "seen", folder / "browser"
    scratch.mkdir()
    program.write_text(_BROWSER.format(python=sys.executable, seen=str(seen)))
    program.chmod(0o755)
    for above in (folder, *folder.parents[:2]):
        above.chmod(0o755)  # pytest's own are 0700: another user shall be kept out by ours alone
    browser = f"{program} %s"
    with served(folder, options=(), warm=False, BROWSER=browser, TMPDIR=str(scratch)) as page:
        while not seen.exists():
            assert page.process.poll() is None
        pid, _, address = seen.read_text().partition(" ")
        try:
            yield page, Path(unquote(urlsplit(address).path))
        finally:
            os.kill(int(pid), 9)


def test_another_user_of_the_computer_learns_nothing(tmp_path: Path, browser: Any) -> None:
    with opened(tmp_path) as (page, file):
        assert "token" not in page.url
        address = re.findall(r'url=([^"]+)"', file.read_text())[0]
        page.url = address
        state = page.enter(browser)
        secrets = [address.rpartition("=")[2], urlsplit(page.home).path]
        secrets += [cookie["value"] for cookie in state["cookies"]]
        read = as_nobody(sys.executable, "-I", "-c", _READ_ALL, str(tmp_path))
        assert "leancue" in read and str(file) in read  # it does read the processes
        assert not [secret for secret in secrets if secret in read]
        come = as_nobody(sys.executable, "-I", "-c", _COME, page.origin + "/", address)
        assert come.split() == ["403", "403"]


_COME = """
import sys, urllib.error, urllib.request
for url in sys.argv[1:]:
    try:
        print(urllib.request.urlopen(url).status)
    except urllib.error.HTTPError as error:
        print(error.code)
"""


def test_the_browser_is_started_with_a_file_for_its_user_alone(
    tmp_path: Path, browser: Any
) -> None:
    with opened(tmp_path) as (page, file):
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.parent.stat().st_mode & 0o777 == 0o700
        context = browser.new_context()
        tab = context.new_page()
        tab.goto(file.as_uri())
        tab.wait_for_selector("h1")
        assert tab.url.startswith(page.origin) and "token" not in tab.url
        context.close()
        page.process.terminate()
        assert page.process.wait(10) == 0
        assert not file.parent.exists()


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("entered")) as page:
        yield page


def test_reload_second_tab_typed_address_and_back_work(clinic: Served, browser: Any) -> None:
    with person(browser, clinic) as me:
        me.follow("Clip")
        me.page.wait_for_url("**/clip")
        me.page.reload()
        me.page.wait_for_selector("h1")
        assert me.page.url == clinic.home + "/clip"
        with me.page.context.expect_page() as found:
            me.page.get_by_role("link", name="Patients").first.click(modifiers=["ControlOrMeta"])
        found.value.wait_for_selector("h1")
        assert found.value.url == clinic.home + "/"
        me.page.go_back()
        me.heading("Patients")
        for typed, shown in (("/clip", "/clip"), ("/", "/"), (clinic.url[-50:], "/")):
            path = typed if typed.startswith("/") else clinic.url.removeprefix(clinic.origin)
            me.page.goto(clinic.origin + path)
            me.page.wait_for_url(clinic.home + shown)
            me.page.wait_for_selector("h1")


class _Foreign(BaseHTTPRequestHandler):
    """A program of somebody else on another port; what it was told is in ``server.heard``."""

    def do_GET(self) -> None:
        self.server.heard += [self.path, str(self.headers)]  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(self.server.shown.encode())  # type: ignore[attr-defined]

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def foreign(shown: str) -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Foreign)
    server.shown, server.heard = shown, []
    worker = threading.Thread(target=server.serve_forever)
    worker.start()
    try:
        yield server
    finally:
        server.shutdown()
        worker.join()
        server.server_close()


_LURE = """<img src="/img"><iframe src="{origin}/"></iframe><script>
window.stored = JSON.stringify([localStorage, sessionStorage, document.cookie]);
(async () => {{
  window.got = [];
  for (const path of ["/", "/clip", "/static/clinic.js", "/_nicegui_ws/socket.io/?EIO=4"])
    for (const mode of ["cors", "no-cors"])
      window.got.push(await fetch("{origin}" + path, {{mode, credentials: "include"}})
        .then((answer) => answer.text(), () => ""));
  const socket = new WebSocket("{origin}/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
    .replace("http", "ws"));
  socket.onopen = () => {{ window.done = "open"; }};
  socket.onerror = () => {{ window.done = "refused"; }};
}})();
</script>"""


def test_a_page_on_another_port_gets_nothing(clinic: Served, browser: Any) -> None:
    with foreign(_LURE.format(origin=clinic.origin)) as other, person(browser, clinic) as me:
        lure = me.page.context.new_page()
        for path in ("/", "/patient/K-014", "/static/clinic.js"):
            lure.goto(f"http://127.0.0.1:{other.server_port}{path}")
            lure.wait_for_function("window.done")
            assert lure.evaluate("window.done") == "refused"
            assert set(lure.evaluate("window.got")) == {""}
            other.heard.append(lure.evaluate("window.stored"))
        me.page.goto(f"http://127.0.0.1:{other.server_port}/from-the-page")
        heard = "\n".join(other.heard)
        kept = clinic.enter(browser)
        assert len(kept["cookies"]) == 1 and "/from-the-page" in heard
        for secret in (kept["cookies"][0]["value"], urlsplit(clinic.home).path, "leancue"):
            assert secret not in heard


def a_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def test_an_old_tab_is_told_what_to_do(tmp_path: Path, browser: Any) -> None:
    port = ("--no-browser", "--port", str(a_free_port()))
    with served(tmp_path, options=port) as old:
        context = browser.new_context(storage_state=old.enter(browser))
        tab = context.new_page()
        tab.goto(old.home + "/clip")
        tab.wait_for_selector("h1")
    popup = tab.locator("#popup")
    popup.get_by_text("LeanCue has ended").wait_for()
    with served(tmp_path, options=port) as new:
        popup.get_by_text("LeanCue was restarted").wait_for()
        tab.reload()
        tab.get_by_text("Type leancue clinic in a terminal").wait_for()
        tab.goto(new.url)
        tab.wait_for_selector("h1")
        assert tab.url.startswith(new.origin) and not tab.url.startswith(old.home)
    context.close()


_STUCK = """
import threading
from leancue.clinic import connected_clips, server
server.END_WITHIN_S = {end_within_s}
def stuck(self, *_):
    (print("stuck", flush=True) if {tells} else None, threading.Event().wait())
connected_clips.Clips.{method} = stuck
"""


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_though_a_clip_holds_a_thread(
    tmp_path: Path, browser: Any, sent: signal.Signals
) -> None:
    """Whatever a clip does to keep its thread: nothing waits for it."""
    before = _STUCK.format(method="find", end_within_s=600, tells=True)
    with served(tmp_path, before=before) as page, person(browser, page) as me:
        me.follow("Clip")
        assert page.process.stdout is not None
        assert page.process.stdout.readline() == "stuck\n"
        page.process.send_signal(sent)
        assert page.process.wait(20) == 0
    assert "Traceback" not in (tmp_path / "stderr.txt").read_text()


_TELLS_ITS_END = """
from leancue.clinic import server
cut_short_after = server._cut_short_after
server._cut_short_after = lambda s: (cut_short_after(s), print("ending", flush=True))
"""


def test_asked_twice_it_ends_no_less_orderly(tmp_path: Path) -> None:
    with served(tmp_path, before=_TELLS_ITS_END, warm=False) as page:
        assert page.process.stdout is not None
        for _ in range(2):
            page.process.send_signal(signal.SIGINT)
            assert page.process.stdout.readline() == "ending\n"
        assert page.process.wait(20) == 0
    assert "Traceback" not in (tmp_path / "stderr.txt").read_text()


def test_it_ends_though_the_end_itself_is_held_up(tmp_path: Path) -> None:
    before = _STUCK.format(method="close", end_within_s=0.1, tells=False)
    with served(tmp_path, before=before) as page:
        page.process.terminate()
        assert page.process.wait(20) == 0
