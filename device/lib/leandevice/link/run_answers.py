"""A host's access to the runs in the log: listing, marking as pulled, erasing."""

from leancore.hints import TYPE_CHECKING
from leancore.link import messages as m
from leancore.numeric.const import const

from leandevice.link.request_values import need_idle, whole

if TYPE_CHECKING:
    from leandevice.interfaces import Recorded
    from leandevice.link.access_control import AccessControl
    from leandevice.link.request_handler import Answers
    from leandevice.link.request_values import Answer, Request
    from leandevice.run_register import RunRegister
    from leandevice.storage.run_archive import RunArchive
    from leandevice.storage.run_store import RunStore
    from leandevice.storage.stored_config import StoredConfig

_ERASE_PAGES = const(4)  # erased per request: each takes some 50 ms of flash time
_RUNS_IN_ANSWER = const(6)


class RunAnswers:
    """``register``: knows when a run began. ``access``: of this port."""

    def __init__(
        self,
        store: "RunStore",
        register: "RunRegister",
        config: "StoredConfig",
        recorder: "Recorded",
        access: "AccessControl",
        archive: "RunArchive",
    ) -> None:
        self._store = store
        self._register = register
        self._config = config
        self._recorder = recorder
        self._access = access
        self._archive = archive
        self.answers: Answers = {
            m.RUNS: self._runs, m.ERASE: self._erase, m.PULLED: self._pulled,
        }  # fmt: skip

    def _runs(self, request: "Request") -> "Answer":
        self._access.need_read()
        runs = self._store.runs
        start = whole(request, "from", 0)
        return {
            "total": len(runs),
            "runs": [
                [run.run_id, run.pages, self._register.began_s(run), run.seconds, run.closed]
                for run in (runs[i] for i in range(start, min(start + _RUNS_IN_ANSWER, len(runs))))
            ],
        }

    def _erase(self, request: "Request") -> "Answer":
        run_id = whole(request, "run")
        self._access.need_read()
        need_idle(self._recorder)
        if self._store.find(run_id) is None:
            return {"run": run_id, "left": 0}
        if run_id > self._config.last_run:  # its number must not be reused
            self._config.last_run = run_id
            self._config.save()
        left = self._archive.erase_some(run_id, _ERASE_PAGES)
        if not left:
            self._store.settle()
        return {"run": run_id, "left": left}

    def _pulled(self, request: "Request") -> "Answer":
        """Mark a run that the host has completely: a full log may overwrite it."""
        run_id = whole(request, "run")
        self._access.need_read()
        need_idle(self._recorder)
        self._archive.mark_pulled(run_id)
        self._store.settle()
        return {"run": run_id}
