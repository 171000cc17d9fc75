"""Libraries that the tests of this folder begin with."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from dated_rig import Desk
from leancue.library import Library
from library_rig import NOW_S, UID, log


@pytest.fixture(scope="module")
def pages():
    return log()


@pytest.fixture
def library(tmp_path):
    with Library(tmp_path / "library", clock=lambda: NOW_S) as opened:
        opened.patients.add("K-014")
        opened.patients.add("K-015")
        yield opened


@pytest.fixture
def filled(library, pages):
    run = library.file_run(pages)[0].run
    library.sessions.set_pain(run.session_id, 7)
    library.notes.add("K-014", "slept badly after the marathon", run.session_id)
    library.prescriptions.add("K-014", {"baseline_cdeg": 613}, "Dr. Quill's desk")
    library.devices.give(UID, "K-014")
    library.devices.name(UID, "K-014's band")
    return library, run


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "library")
    with made.library:
        yield made
