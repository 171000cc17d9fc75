"""Dispatches a host's requests to the parts that answer them."""

from leancore.hints import TYPE_CHECKING
from leancore.link import messages as m

from leandevice.link.request_values import whole
from leandevice.power import small_heap

if TYPE_CHECKING:
    from collections.abc import Callable

    from leandevice.interfaces import Recorded
    from leandevice.link.access_control import AccessControl
    from leandevice.link.request_values import Answer, Request
    from leandevice.storage.run_archive import RunArchive

    Answers = dict[int, Callable[[Request], Answer]]


class RequestHandler:
    """The requests at one port. Each may raise ValueError, KeyError or OSError with the reason.

    ``answers``: of each part, by request number. ``access``: proofs of this host. ``archive``:
    reads a page into the outgoing frame.
    """

    def __init__(
        self,
        answers: "tuple[Answers, ...]",
        access: "AccessControl",
        archive: "RunArchive",
        recorder: "Recorded",
    ) -> None:
        self._answers = answers
        self._access = access
        self._archive = archive
        self._recorder = recorder

    @property
    def recording(self) -> bool:
        """True while a run is being recorded, which has priority over a host."""
        return self._recorder.open

    def answer(self, kind: int, request: "Request") -> "Answer":
        """Return the answer to ``request``."""
        for answers in self._answers:
            if kind in answers:
                small_heap.collect()
                if kind == m.HELLO:
                    self.forget_host()
                return answers[kind](request)
        raise ValueError("unknown request " + hex(kind))

    def pages(self, request: "Request") -> "tuple[int, int, int]":
        """Return (run id, first page, count) of a request for pages."""
        self._access.need_read()
        return whole(request, "run"), whole(request, "from"), whole(request, "count")

    def page(self, run_id: int, number: int) -> "memoryview | None":
        """Return a page of the log, read in place into the frame, or None."""
        return self._archive.read(run_id, number)

    def forget_host(self) -> None:
        """Forget the proofs of a host that has gone."""
        self._access.forget_host()
