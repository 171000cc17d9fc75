"""Starts and ends of runs, and the actions they need."""

import leancore
from leancore.hints import TYPE_CHECKING
from leancore.pipeline import IN_END
from leancore.schema import faults

from leandevice.feedback import feedback_patterns
from leandevice.power import small_heap
from leandevice.session_count import count_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from leancore.pipeline import Pipeline
    from leancore.sensor.sample import Sample

    from leandevice.feedback.user_feedback import UserFeedback
    from leandevice.interfaces import Clock
    from leandevice.run_register import RunRegister
    from leandevice.run_watch import RunWatch
    from leandevice.storage.run_recorder import RunRecorder
    from leandevice.storage.run_store import RunStore
    from leandevice.storage.stored_config import StoredConfig


class RunControl:
    """Begins and ends runs.

    ``device``: its ``uid`` and ``board``, for the log. ``register``: numbers and dates of runs.
    ``configure``: applies to the parts what a run changed.
    """

    def __init__(
        self,
        device: "dict[str, str]",
        clock: "Clock",
        pipeline: "Pipeline",
        config: "StoredConfig",
        store: "RunStore",
        recorder: "RunRecorder",
        register: "RunRegister",
        watch: "RunWatch",
        feedback: "UserFeedback",
        configure: "Callable[[], None]",
    ) -> None:
        self._device = device
        self._ticks_ms = clock.ticks_ms
        self._pipeline = pipeline
        self._config = config
        self._store = store
        self._recorder = recorder
        self._register = register
        self._watch = watch
        self._feedback = feedback
        self._configure = configure

    def begin(self, happened: int, sample: "Sample", now_ms: int) -> None:
        """Open the log of a run that the pipeline detected in ``sample``."""
        small_heap.collect()  # now rather than during the run
        pipeline = self._pipeline
        run_id, wall_s = self._register.begin()
        info = {
            "uid": self._device["uid"], "board": self._device["board"],
            "core": leancore.__version__, "session": pipeline.session, "wall_s": wall_s,
            "patient": pipeline.prescription["patient"],
        }  # fmt: skip
        self._recorder.begin(run_id, pipeline, happened, sample.t_ms, info)
        small_heap.collect()  # objects kept from here on must not be placed after the garbage
        self._watch.begin(sample.t_ms, now_ms)
        # A tenth of a second has passed.
        self._feedback.say(feedback_patterns.RUN_BEGAN, self._ticks_ms())

    def step(self, now_ms: int) -> None:
        """End a run that cannot go on."""
        if self._watch.must_end(now_ms):
            self.end(now_ms)

    def end(self, now_ms: int) -> None:
        """End a current run by a command to the pipeline, which is logged."""
        if self._recorder.command(self._pipeline, IN_END):
            self.ended(now_ms)

    def ended(self, now_ms: int) -> None:
        """Close the log of a run that the pipeline ended."""
        self._feedback.stop()
        self._register.keep_up_time()
        try:
            count_session(self._pipeline, self._config)
        except (OSError, ValueError):
            self._feedback.fault(faults.LOG_WRITE, now_ms)
        self._configure()
        self._store.settle()
        self._feedback.say(feedback_patterns.RUN_SAVED, self._ticks_ms())
