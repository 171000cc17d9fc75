"""The HTML page in a real browser: nothing is fetched, nothing sticks out, it prints on a page."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from host_runs import logged, runner
from leancue import report
from leancue.report.html_page import as_html
from leancue.report.sentences import plus_minus
from leancue.runs import runlog
from leancue.runs.measurement_error import METHOD_ERROR
from leancue.runs.verify import verify


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    made = runner(run_s=150, drop_deg=9, still_s=3)
    pages = logged(made, faults=((5, 3), (2, 1)), feedback_percent=[50] * 8)
    (run,) = runlog.runs_of(b"".join(pages))
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(as_html(report.sheet_of(run, verify(run))), "utf-8")
    return path.as_uri()


@pytest.mark.parametrize("width", [1280, 768])
def test_it_fits_the_screen_and_asks_for_nothing(browser: Any, address: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    small = page.evaluate(
        "[...document.querySelectorAll('main p, main li, main dd, main dt, main span')]"
        ".filter(e => parseFloat(getComputedStyle(e).fontSize) < 14).length"
    )
    assert (asked, errors, small) == ([address], [], 0)
    page.close()


def test_the_values_follow_the_pointer(browser: Any, address: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    assert page.locator("#values").is_hidden()
    box = page.locator("#chart").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 3)
    said = page.locator("#values").inner_text().replace("\u00a0", " ")
    error = plus_minus(METHOD_ERROR.own_deg).replace("\u00a0", " ")
    lean = re.search(r": lean (\d+\.\d)°", said)
    assert lean and abs(float(lean[1]) - 14.0) < 0.3  # as made
    assert error in said and said.endswith("168 steps/min")
    page.mouse.move(5, 5)
    assert page.locator("#values").is_hidden()
    page.close()


@pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="poppler-utils are not installed")
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_browser_prints_it_on_one_page(
    browser: Any, address: str, paper: str, tmp_path: Path
) -> None:
    import subprocess

    page = browser.new_page()
    page.goto(address)
    path = tmp_path / "printed.pdf"
    page.pdf(path=path, format=paper, prefer_css_page_size=True)
    page.close()
    said = subprocess.run(["pdfinfo", path], capture_output=True, check=True).stdout.decode()
    assert "Pages:           1" in said
