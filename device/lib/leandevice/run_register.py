"""Numbers and dates of runs."""

from leancore.hints import TYPE_CHECKING

from leandevice.storage.run_list import HIGHEST_ID, UNKNOWN_S

if TYPE_CHECKING:
    from leandevice.power.wall_clock import WallClock
    from leandevice.storage.run_list import Run
    from leandevice.storage.run_store import RunStore
    from leandevice.storage.stored_config import StoredConfig


class RunRegister:
    """Knows the last run of this start, and the uptime when it began."""

    def __init__(self, store: "RunStore", config: "StoredConfig", wall_clock: "WallClock") -> None:
        self._store = store
        self._config = config
        self._wall_clock = wall_clock
        self._run_id = 0
        self._up_s = UNKNOWN_S

    def begin(self) -> "tuple[int, int]":
        """Register a new run; return its number, and the time in s since 1970, 0 = unknown."""
        self._run_id = run_id = self.next_id()
        self._up_s = self._wall_clock.up_s
        return run_id, self._wall_clock.now_s()

    def next_id(self) -> int:
        """Return a new number: never reused, even after an erased run or a lost config.

        If a wrong number has used them up, return the lowest free one.
        """
        run_id = max(self._config.last_run, self._store.last_run) + 1
        if run_id <= HIGHEST_ID:
            return run_id
        run_id = 1
        while self._store.find(run_id) is not None:
            run_id += 1
        return run_id

    def began_s(self, run: "Run") -> int:
        """When a run of the store began, seconds since 1970, 0 = unknown.

        A run of this start is dated correctly even if a host sets the time only afterwards.
        """
        up_s = self._up_s if run.run_id == self._run_id else run.up_s
        began_s = 0 if up_s == UNKNOWN_S else self._wall_clock.at(up_s)
        return began_s or run.wall_s

    def keep_up_time(self) -> None:
        """Save the uptime in the list of runs: more may follow before a host sets the time."""
        runs = self._store.runs
        run = runs.find(self._run_id)
        if run is not None:
            run.up_s = self._up_s
            runs.keep(run)
