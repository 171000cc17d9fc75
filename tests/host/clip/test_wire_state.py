"""The real client, a faulty link, and the real clip: reported results are true."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from image_rig import code
from leancore.coaching import prescription
from leancore.schema.settings import checked
from leancue.basis.errors import DeviceGone, LogError, NotALeanCue
from leancue.clip.client import Client
from leancue.clip.exchange import Timeouts
from leancue.runs.pull import pull
from wired import STILL, Wire

from boards.sim.board import SimBoard
from tools.wire.made import made_pages, write_log

PAGES = 6
TIMEOUTS = Timeouts(answer_timeout_s=0.03, tries=2, hello_s=0.06)
SURE = Timeouts(answer_timeout_s=5.0, tries=5)


class Talk(RuleBasedStateMachine):
    """The desk asks over a bad wire; whatever fails, nothing is torn, mixed or done twice."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        root = Path(self.folder.name)
        slots = write_log(root / "drive", PAGES)
        self.board = SimBoard(STILL, root / "drive", log_pages=slots, code=code())
        self.wire = Wire(self.board)
        self.runs = root / "runs"
        self.patients = {"unnamed"}  # what the clip may hold: the last that was sure, or later ones
        self.strengths = {100}

    def teardown(self) -> None:
        self.folder.cleanup()

    def client(self, timeouts: Timeouts = TIMEOUTS) -> Client:
        return Client(self.wire, timeouts, lambda: None)

    @rule(
        lose=st.sampled_from([0.0, 0.0, 0.3]), double=st.sampled_from([0.0, 0.0, 0.4]),
        spoil=st.sampled_from([0.0, 0.0, 0.3]), delay=st.sampled_from([0, 0, 2]),
        pieces=st.sampled_from([1, 50, 4096]), seed=st.integers(0, 99),
    )  # fmt: skip
    def weather(
        self, lose: float, double: float, spoil: float, delay: int, pieces: int, seed: int
    ) -> None:
        wire = self.wire
        wire.lose, wire.double, wire.spoil, wire.delay = lose, double, spoil, delay
        wire.pieces_bytes = max(pieces, 50)
        wire.chance.seed(seed)

    @rule()
    def cut(self) -> None:
        self.wire.cut()

    @rule(after=st.integers(0, 12_000))
    def will_be_cut(self, after: int) -> None:
        self.wire.cut_after = after

    @rule()
    def hello(self) -> None:
        try:
            assert self.client().hello().uid == self.board.uid
        except (NotALeanCue, DeviceGone):
            return

    @rule(patient=st.sampled_from(["A-1", "B-2", "C-3"]))
    def prescribe(self, patient: str) -> None:
        wanted = prescription.checked({"patient": patient})
        try:
            after = self.client().set_prescription(wanted)
        except DeviceGone:
            self.patients.add(patient)  # it may have come, or come late
            return
        assert after == wanted
        self.patients.add(patient)

    @rule(percent=st.integers(30, 100))
    def strength(self, percent: int) -> None:
        self.strengths.add(percent)
        try:
            after = self.client().set_settings({"motor_percent": percent})
        except DeviceGone:
            return
        assert after["motor_percent"] == percent

    @rule()
    def fetch(self) -> None:
        client = self.client()
        try:
            (run,) = client.runs()
            pull(client, self.board.uid, run, self.runs)
        except (DeviceGone, LogError):
            return

    @precondition(lambda self: self.runs.exists())
    @rule()
    def what_was_pulled_is_whole(self) -> None:
        for file in self.runs.glob("*.leanrun"):
            assert set(_pages(file.read_bytes())) <= set(made_pages(PAGES))

    @rule()
    def good_weather(self) -> None:
        """However it went before: on a sound wire all is as it should be, at the first try."""
        self.weather(0.0, 0.0, 0.0, 0, 4096, 1)
        self.wire.cut_after = None
        client = self.client(SURE)
        client.hello()
        (run,) = client.runs()
        path = pull(client, self.board.uid, run, self.runs).path
        assert path.read_bytes() == b"".join(made_pages(PAGES))
        assert client.prescription()["patient"] in self.patients

    @invariant()
    def the_clip_is_sound(self) -> None:
        app = self.board.app
        assert app.config.prescription == prescription.checked(app.config.prescription)
        assert app.config.settings == checked(app.config.settings)
        assert app.config.prescription["patient"] in self.patients
        assert app.config.settings["motor_percent"] in self.strengths
        assert not app.recorder.faults
        link = app.host_links.links[0][0]
        assert link is None or len(link._receiver._parts) <= link._receiver.limit


def _pages(data: bytes) -> list[bytes]:
    return [data[at : at + 4096] for at in range(0, len(data), 4096)]


TestTalk = Talk.TestCase
TestTalk.settings = hypothesis_settings(
    max_examples=12, stateful_step_count=14, deadline=None, derandomize=True, database=None
)
