"""A browser for benches and pictures of the page: the system's Chromium, by playwright."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# The shell is the same browser without windows: its pages take a third less time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")


def path() -> str | None:
    """Path of the system's Chromium; None: playwright uses its own."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def opened() -> Iterator[Any]:
    """Yield a playwright browser, which is closed afterwards."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path(), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()
