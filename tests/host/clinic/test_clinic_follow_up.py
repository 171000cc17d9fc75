"""The follow-up visit in few presses, in each language; and a send request is taken once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clinic_rig import Person, Served, person, served
from leancue.clip.client import Client
from leancue.library import Library
from leancue.transports.addresses import open_transport
from leancue.transports.simulator_process import Simulator

from tools.follow_up_visit import Walk, follow_up, prepare

CODE, UID, MOST_PRESSES = "K-300", "51C0DE0000000300", 12


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with Simulator("short", seed=3, uid=UID) as simulator:
        yield simulator


@pytest.fixture(params=["en", "de"])
def clinic(request: pytest.FixtureRequest, tmp_path: Path, clip: Simulator) -> Iterator[Served]:
    """A page that speaks a language; its patient comes back with a run on the clip."""
    prepare(tmp_path / "library", CODE, clip, UID, request.param)
    with served(tmp_path, clip.port) as page:
        yield page


@pytest.fixture
def me(browser: Any, clinic: Served) -> Iterator[Person]:
    with person(browser, clinic) as somebody:
        yield somebody


def test_a_follow_up_takes_few_presses(
    me: Person, clinic: Served, clip: Simulator, request: pytest.FixtureRequest
) -> None:
    language = request.node.callspec.params["clinic"]
    walk: Walk = follow_up(me.page, clinic.home, CODE, language)
    assert walk.presses <= MOST_PRESSES, [step.name for step in walk.steps]
    assert walk.lasted_s < 120
    with Library(clinic.library, reading=True) as library:
        (run,) = library.runs.of(CODE)
        newest = library.prescriptions.current(CODE)
        assert newest and newest.values["offset_high_cdeg"] == 1050 and newest.sent_s
        said = library.visits.today(CODE)
        assert (said.pain, said.felt, said.went) == (2, "some", "fair")
        assert any(entry.words.startswith(("printed", "gedruckt"))
                   for entry in library.audit.newest(9)), "the sheet was made"  # fmt: skip
    with Client(open_transport(clip.port)) as client:
        client.hello()
        assert client.prescription()["offset_high_cdeg"] == 1050
    assert run.uid == UID
    me.page.reload()
    me.page.locator(".card.clip .step.next").wait_for()
    with Library(clinic.library, reading=True) as library:
        again = library.prescriptions.current(CODE)
        assert again and again.sent_s == newest.sent_s, "a reload sends nothing"
