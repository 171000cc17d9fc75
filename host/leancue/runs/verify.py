"""Verification: the raw samples of a run, through the same pipeline, give the clip's decisions.

The pipeline is restored to its state at the start of the run and gets every raw sample and command
in order; its records are compared with the log byte for byte.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from leancore import __version__
from leancore.attitude.orientation_selector import CHIP, OWN
from leancore.numeric.ticks import ticks_add
from leancore.pipeline import Pipeline
from leancore.runlog import log_reading, state_snapshot
from leancore.runlog.record_writer import RecordWriter
from leancore.sensor.sample import Sample

from leancue.basis.errors import LogError, VerifyMismatch
from leancue.decoding.sample_arrays import filled
from leancue.language.formats import decimal
from leancue.language.reasons import said
from leancue.language.words import _
from leancue.runs.run_start import AGAIN, configuration
from leancue.runs.runlog import Fields, Run

_NEVER_MS = 1 << 60
_MOST = 1 << 31  # of a number in the pipeline's state in the log
# What a prescription determines for a session. The replay takes it from the saved state, so with
# another prescription beside that state the decisions would prove nothing.
_LAID_OUT = ("low_cdeg", "high_cdeg", "cap_cdeg", "minutes", "feedback_percent", "window_ms")
# Interval of checking the state. Impossible numbers may double their length in each sample: after
# so many they have at most 2 million bits, while after ten more nothing would proceed.
_LOOK_SAMPLES = 16
# Errors of the pipeline's arithmetic for numbers that it can never produce itself.
_IMPOSSIBLE = (ArithmeticError, LookupError, ValueError, struct.error)
Sources = tuple[tuple[int, int], ...]
Tell = Callable[[int, int], object]


@dataclass(frozen=True)
class Verification:
    """The result of a verification.

    ``differing_bytes``: 0 = proved, up to ``seconds`` of the run. ``records``: decision records
    compared. ``why_not``: why nothing could be verified, or "". ``stopped``: why the verification
    ends before the run, or "". ``difference``: the first difference as text, or "". ``sources``:
    (ms since the run began, source of the vertical from then on, see ``sources``).
    """

    run_id: int
    differing_bytes: int = 0
    records: int = 0
    samples: int = 0
    seconds: float = 0.0
    why_not: str = ""
    stopped: str = ""
    difference: str = ""
    sources: tuple[tuple[int, int], ...] = ()

    @property
    def proved(self) -> bool:
        """Whether all compared decisions were equal, and there was something to compare."""
        return self.records > 0 and self.differing_bytes == 0

    def __str__(self) -> str:
        """Return the result as one line of text."""
        if self.why_not:
            return _("Not provable: {why_not}", why_not=self.why_not)
        words = _(
            "{records} records over {seconds} s compared, {differing_bytes} differing bytes",
            records=self.records,
            seconds=decimal(self.seconds, 0),
            differing_bytes=self.differing_bytes,
        )
        return ". ".join(part for part in (words, self.difference, self.stopped) if part) + "."

    def require(self) -> None:
        """Raise VerifyMismatch if host and clip decided differently."""
        if self.differing_bytes:
            raise VerifyMismatch(
                _("Run {run_id}: {self}", run_id=self.run_id, self=self),
                _("The log was changed after it was made, or the clip ran another version."),
                _("Type `leancue runs pull --again`, then `leancue verify` once more."),
            )


def verify(run: Run, tell: Tell | None = None) -> Verification:
    """Verify the decisions of ``run``; ``tell``: called with the samples done and the total."""
    why_not = _why_not(run)
    if why_not:
        return Verification(run.run_id, why_not=why_not)
    count, logged = run.before_hole()
    if not count:
        return Verification(run.run_id, why_not=_("there are no raw samples before the first gap."))
    try:
        pipeline = Pipeline(*configuration(run))
        prescribed = _laid_out(pipeline)
        happened, t_ms = log_reading.restore(pipeline, run.state)
        if _laid_out(pipeline) != prescribed:
            return Verification(run.run_id, why_not=_other_prescription())
        replayed, certain, sources = feed(run, count, pipeline, happened, t_ms, tell)
    except ValueError as error:
        return Verification(run.run_id, why_not=_other_version(run, said(error)))
    except LogError as error:
        return Verification(run.run_id, why_not=error.what)
    if not logged and not replayed:
        return Verification(run.run_id, why_not=_("neither clip nor replay made a decision."))
    return replace(_compared(run, count, logged, replayed, certain), sources=sources)


def _no_progress(_done: int, _total: int) -> None:
    """Report no progress."""


def _why_not(run: Run) -> str:
    if run.holes and run.holes[0] == 0:
        return _("the first page of the run is missing.")
    if not (run.state and run.settings and run.prescription):
        return _("the log does not contain the state at the start of the run.")
    if len(run.raw):
        return ""
    if run.prescription.get("raw"):
        return _("the run has no raw samples.")
    return _("the prescription did not ask for raw samples (raw = true).")


def _laid_out(pipeline: Pipeline) -> list[int]:
    return [getattr(pipeline.plan, name) for name in _LAID_OUT]


def _other_prescription() -> str:
    return _(
        "the state at the start of the run contradicts the session and prescription in the log: "
        "the log was changed after it was made."
    )


def _other_version(run: Run, reason: str) -> str:
    clip = run.info.get("core") or run.info.get("version") or "unknown"
    return _(
        "the programs of clip ({clip}) and desk ({version__}) differ: {reason}.",
        clip=clip,
        version__=__version__,
        reason=reason,
    )


def feed(
    run: Run, count: int, pipeline: Pipeline, happened: int, t_ms: int, tell: Tell | None = None
) -> tuple[bytes, int, Sources]:
    """Feed the pipeline, in the state at the start of ``run``, ``count`` samples and the commands.

    A command follows the sample with its time. Return the pipeline's records, the number of their
    bytes before the last sample, and the source of the vertical over time. ``tell`` as in
    ``verify``.

    Raises:
        LogError: where the state cannot be one of a pipeline.
    """
    out = bytearray()
    writer = RecordWriter(lambda buffer, length: out.extend(buffer[:length]))
    try:
        writer.write(pipeline, happened, t_ms)
        certain, sources = _run_through(run, count, pipeline, writer, out, tell or _no_progress)
    except _IMPOSSIBLE as error:
        raise LogError(
            _(
                "The state at the start of run {run_id} is impossible: {error}.",
                run_id=run.run_id,
                error=error,
            ),
            _("The log was changed after it was made."),
            AGAIN,
        ) from error
    return bytes(out), certain, sources


def _run_through(
    run: Run, count: int, pipeline: Pipeline, writer: RecordWriter, out: bytearray, tell: Tell
) -> tuple[int, Sources]:
    raw = run.raw
    columns = (column[:count] for column in (raw.since_ms, raw.flags, raw.q, raw.a, raw.g))
    waiting = deque(run.inputs)
    due_ms = _next_ms(waiting)
    certain = len(out)
    sample = Sample()
    vertical, sources = pipeline.vertical, [(0, pipeline.vertical.source)]
    for number, since_ms in enumerate(filled(sample, *columns)):
        if not number % _LOOK_SAMPLES:
            _require_possible(pipeline)
            tell(number, count)
        while due_ms < since_ms:
            _obey(pipeline, writer, waiting.popleft())
            due_ms = _next_ms(waiting)
        certain = len(out)
        sample.t_ms = ticks_add(writer.start_ms, since_ms)
        happened = pipeline.step(sample)
        if happened:
            writer.write(pipeline, happened, sample.t_ms)
        if vertical.source != sources[-1][1]:
            sources.append((since_ms, vertical.source))
    while waiting:
        _obey(pipeline, writer, waiting.popleft())
    return certain, tuple(sources)


def _require_possible(pipeline: Pipeline) -> None:
    """Reject numbers that no pipeline can have, which may otherwise grow without limit.

    Raises:
        ValueError, ArithmeticError: with the number.
    """
    if pipeline.vertical.source not in (CHIP, OWN):
        raise ValueError(
            _(
                "the vertical comes from source {source}",
                source=pipeline.vertical.source,
            )
        )
    numbers: list[int] = []
    state_snapshot.save(pipeline, numbers)
    if max(numbers) > _MOST or min(numbers) < -_MOST:
        raise OverflowError(_("its numbers exceed all limits"))


def _next_ms(waiting: deque[Fields]) -> int:
    return waiting[0]["t_ms"] if waiting else _NEVER_MS


def _obey(pipeline: Pipeline, writer: RecordWriter, command: Fields) -> None:
    happened = pipeline.command(command["code"], command["a"])
    if happened:
        writer.write(pipeline, happened, ticks_add(writer.start_ms, command["t_ms"]))


def _compared(run: Run, count: int, logged: bytes, replayed: bytes, certain: int) -> Verification:
    """Compare; at an open end the records of the last sample may be on the missing page.

    Only those may be absent: a record of the clip without a sample is a difference there too.
    """
    stopped = ""
    if run.holes:
        stopped = _("The proof stops at a gap: page {holes} is missing", holes=run.holes[0])
    elif run.raw_stopped is not None:
        stopped = _("The proof ends where the memory was full: from there only steps were saved")
    elif not run.closed:
        stopped = _("The run was not completed (power cut?); its last seconds are missing")
    if stopped:
        replayed = replayed[: max(len(logged), certain)]
    same = min(len(logged), len(replayed))
    differing = [i for i in range(same) if logged[i] != replayed[i]] if logged != replayed else []
    first = differing[0] if differing else same
    extra = abs(len(logged) - len(replayed))
    return Verification(
        run.run_id,
        differing_bytes=len(differing) + extra,
        records=_count(logged),
        samples=count,
        seconds=float(run.raw.since_ms[count - 1]) / 1000,
        stopped=stopped,
        difference=_difference(logged, replayed, first) if differing or extra else "",
    )


def _count(data: bytes) -> int:
    """Return the number of records in ``data``."""
    count = at = 0
    while at + 1 < len(data):
        at += 2 + data[at + 1]
        count += 1
    return count


def _difference(logged: bytes, replayed: bytes, first: int) -> str:
    """Return the first differing record, as text."""
    at = 0
    while at + 1 < len(logged) and at + 2 + logged[at + 1] <= first:
        at += 2 + logged[at + 1]
    return _(
        "The clip logged {words}, the replay gives {words2}",
        words=_words(logged, at),
        words2=_words(replayed, at),
    )


def _words(data: bytes, at: int) -> str:
    body = data[at + 2 : at + 2 + data[at + 1]] if at + 1 < len(data) else b""
    try:
        fields = log_reading.unpack(data[at], body) if body else None
    except ValueError:
        return _("a record cut short")
    if fields is None:
        return _("nothing") if at >= len(data) else _("a record of a different kind")
    name = log_reading.RECORDS[data[at]][0]
    values = ", ".join(f"{key} {value}" for key, value in fields.items() if key != "t_ms")
    return f"{name} at {fields['t_ms'] / 1000:.3f} s ({values})"
