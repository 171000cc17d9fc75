"""Every intermediate value of the core stays within CircuitPython's small ints: ±2**30.

The whole core runs a second time with a look at the result of every operation (`core_checked`):
over all recordings, and over whatever a sensor, a clock, a prescription or a wire could give.
A second proof needs no rewriting: samples made of integers that refuse to leave the range.
"""

from __future__ import annotations

import operator
import random
import struct
from importlib import import_module
from itertools import cycle, islice

import core_checked
import pytest
from core_checked import BEYOND, SMALLEST, OutOfRangeError
from core_motion import FIELDS, PERIOD_MS, Wearer, fill, random_mount
from leancore import pipeline
from leancore.coaching import coach, prescription
from leancore.link import framing
from leancore.runlog import pages, record_writer, records
from leancore.runlog.raw_rows import RAW_MOST_BYTES
from leancore.schema import settings
from leancore.sensor import cargo, sample

core_checked.install()

INT16 = (-32768, -32767, -1, 0, 1, 32766, 32767)
DT_MS = (1, 2, 5, 8, 10, 11, 12, 13, 40, 59, 61, 99, 100, 101, 250, 999, 1000)
FLAGS = sample.HAS_Q | sample.HAS_A | sample.HAS_G

MOST_ROWS = 4500  # of the long optical files only 45 s in the middle, to keep the time


def checked(module: str):
    """A module of the core's watched copy."""
    return import_module(f"{core_checked.PACKAGE}.{module}")


# The proof itself must be able to fail.


@pytest.mark.parametrize(
    "source",
    [
        "x = 1 << 30",
        "x = -(1 << 29) * 2 - 1",
        "x = (1 << 29); x += 1 << 29",
        "a = [1 << 29]; a[0] += 1 << 29",
        "x = 3 / 2",
        "x = sum((1 << 29, 1 << 29))",
        "x = 1073741824",
        "x = 0.5",
        "x = [0] * 3; y = 2 + (x[0] - 5 & 0xFFFFFFFFF)",
    ],
)
def test_the_watch_sees(source: str) -> None:
    tree, sites = core_checked.watched(source, core_checked.Path("made.py"))
    assert sites
    with pytest.raises(OutOfRangeError, match=r"made\.py:1"):
        exec(compile(tree, "made", "exec"), {"__check__": core_checked.check})


@pytest.mark.parametrize(
    "source", ["x = (1 << 29) - 1 + (1 << 29)", "x = -(1 << 29) * 2", "x = 7 // 2"]
)
def test_the_watch_lets_the_ends_pass(source: str) -> None:
    tree, _ = core_checked.watched(source, core_checked.Path("made.py"))
    exec(compile(tree, "made", "exec"), {"__check__": core_checked.check})


def test_every_file_of_the_core_is_watched() -> None:
    for path in core_checked.core_files():
        inside = path.relative_to(core_checked.SOURCE).with_suffix("").parts
        name = ".".join((core_checked.PACKAGE, *inside)).removesuffix(".__init__")
        assert import_module(name).__spec__.origin == str(path)
    assert checked("pipeline").Pipeline is not pipeline.Pipeline


# The pipeline.


class Rig:
    """The watched pipeline with its writer, as a run uses them."""

    def __init__(self, values=None, prescribed=None, session: int = 0, nominal: bool = True):
        self.settings = settings.checked(values or {})
        self.prescription = prescription.checked({"baseline_cdeg": 500, **(prescribed or {})})
        self.pipeline = checked("pipeline").Pipeline(
            self.settings, self.prescription, session=session, nominal=nominal
        )
        self.writer = checked("runlog.record_writer").RecordWriter(lambda _record, _length: None)
        self.sample = checked("sensor.sample").Sample()
        self.happened = 0

    def play(self, rows) -> Rig:
        for row in rows:
            happened = self.pipeline.step(fill(self.sample, row))
            self.happened |= happened
            if happened:
                self.writer.write(self.pipeline, happened, self.sample.t_ms)
                if happened & pipeline.CUE:
                    coach.pulses(self.pipeline.cue, self.pipeline.coach.duration_ms)
        return self

    def pack(self) -> Rig:
        data = checked("runlog.state_snapshot").pack(
            self.pipeline, self.happened, self.pipeline.t_ms
        )
        checked("runlog.log_reading").restore(self.pipeline, data)
        return self


def timed(rows, start_ms: int = 0, dt_ms=(10,)):
    """Give rows new times: ``dt_ms`` in turn, through the wrap of the clock."""
    t_ms = start_ms
    for values, step_ms in zip(rows, cycle(dt_ms), strict=False):
        yield (t_ms, *values[1:])
        t_ms = (t_ms + step_ms) % PERIOD_MS


@pytest.mark.parametrize("kind", ["sacral", "rbds", "force_plate", "lower_back", "optical"])
def test_every_recording(kind: str, recorded, recording_names) -> None:
    names = [name for name in recording_names if name.startswith(kind)]
    assert names
    for name in names:
        rows = recorded(name)
        if kind == "optical":
            middle = len(rows) // 2
            rows = rows[middle - MOST_ROWS // 2 : middle + MOST_ROWS // 2]
        rig = Rig()
        rig.pipeline.calibrate()
        rig.play(rows).pack()
        assert rig.pipeline.taken


def unit_q(chance: random.Random) -> list[int]:
    """A random attitude, its length wrong by up to 1.4 % as the core still takes it."""
    parts = [chance.gauss(0, 1) for _ in range(4)]
    scale = 16384 * chance.uniform(0.986, 1.014) / sum(part * part for part in parts) ** 0.5
    return [max(-32768, min(32767, round(scale * part))) for part in parts]


def axis_q(chance: random.Random) -> list[int]:
    """An attitude on an axis, or between two: where products are largest."""
    q = [0, 0, 0, 0]
    first, second = chance.sample(range(4), 2)
    if chance.random() < 0.5:
        q[first] = chance.choice((-16600, 16600))
    else:
        q[first], q[second] = (chance.choice((-11730, 11730)) for _ in range(2))
    return q


def wild_rows(seed: int, count: int):
    """Samples with every number anywhere, spells of one attitude among them."""
    chance = random.Random(seed)
    q = unit_q(chance)
    extreme = chance.random() < 0.5
    for i in range(count):
        if i % chance.choice((1, 7, 50)) == 0:
            maker = chance.choice(
                (unit_q, axis_q, lambda _c: [chance.choice(INT16) for _ in range(4)])
            )
            q = maker(chance)
        if extreme:
            rest = [chance.choice(INT16) for _ in range(6)]
        else:
            rest = [chance.randint(-32768, 32767) for _ in range(6)]
        flags = FLAGS if chance.random() < 0.9 else chance.randrange(64)
        yield (0, flags, *q, *rest)


@pytest.mark.parametrize("dt_ms", [(1,), (10,), (60,), (100,), DT_MS], ids=str)
def test_wild_samples(dt_ms: tuple[int, ...]) -> None:
    for seed in range(8):
        rig = Rig()
        rig.pipeline.calibrate()
        start_ms = random.Random(seed).choice((0, PERIOD_MS - 2000, PERIOD_MS // 2 - 1000))
        rig.play(timed(wild_rows(seed, 800), start_ms, dt_ms)).pack()


@pytest.mark.parametrize("dt_ms", [1, 8, 12, 18])
@pytest.mark.parametrize("tended", [0, 1])
def test_our_orientation_in_wild_samples_without_a_gap(dt_ms: int, tended: int) -> None:
    """In the pipeline the chip would stand in for a gyroscope at its ends."""
    orientation, values = checked("attitude.own_orientation"), checked("sensor.sample").Sample()
    own = orientation.OwnOrientation()
    own.travelling, own.travel_q8[:] = 1, (1280, -1280, 1280)
    for seed in range(6):
        for row in wild_rows(seed, 1200):
            fill(values, (row[0], FLAGS, *row[2:]))
            if own.step(values, dt_ms) == orientation.PENDING and tended:
                own.do_deferred(values)
            own.now()


def shuttling_rows(half_ms: int, dt_ms: int, seconds: float, q, axis: int):
    """The specific force thrown from one end of its numbers to the other: the hardest running."""
    for i in range(round(1000 * seconds / dt_ms)):
        a = [0, 0, 0]
        a[axis] = 32767 if (i * dt_ms // half_ms) % 2 else -32768
        yield (0, FLAGS, *q, *a, 32767, -32768, 32767)


@pytest.mark.parametrize("half_ms", [40, 90, 150, 200, 280, 700])
@pytest.mark.parametrize("dt_ms", [1, 10, 100])
def test_hardest_shaking(half_ms: int, dt_ms: int) -> None:
    for q, axis in (((16384, 0, 0, 0), 2), ((-11585, -11585, 0, 0), 1), ((0, 16600, 0, 0), 2)):
        seconds = 2 if dt_ms == 1 else 20
        rig = Rig()
        rig.play(timed(shuttling_rows(half_ms, dt_ms, seconds, q, axis), PERIOD_MS - 900, (dt_ms,)))
        rig.pack()


def wild_run(seed: int, seconds: float = 25):
    """A run in which the lean goes anywhere: steps, strides, cues and caps at their ends."""
    chance = random.Random(seed)
    wearer = Wearer(random_mount(seed) if seed % 2 else random_mount(0)).stand(3.2).bow().stand(1)
    offset = chance.uniform(-170, 170)
    wearer.run(
        seconds, lambda t: offset * (t > 9) + 60 * (int(t) % 3 - 1), chance.uniform(130, 230)
    )
    return wearer.rows


def ends(table) -> list[dict]:
    """Every value at its least, at its most, and in two mixtures."""
    rows = list(zip(*table, strict=True))
    least = {row[0]: row[2] for row in rows}
    most = {row[0]: row[3] for row in rows}
    mixed = {row[0]: row[2 + i % 2] for i, row in enumerate(rows)}
    other = {row[0]: row[3 - i % 2] for i, row in enumerate(rows)}
    return [least, most, mixed, other]


def prescriptions_at_the_ends() -> list[dict]:
    found = []
    for low, high, cap in (
        (-500, -300, 0),
        (2000, 2500, 3000),
        (-500, 2500, 3000),
        (-301, -300, 1),
    ):
        for baseline, gain in ((-1000, 300), (4000, 3000), (4000, 300), (None, 3000)):
            sessions = 1 if low < 0 else 12
            found.append(
                {
                    "baseline_cdeg": baseline, "gain_permille": gain, "offset_low_cdeg": low,
                    "offset_high_cdeg": high, "cap_offset_cdeg": cap, "sessions": sessions,
                    "ramp_sessions": sessions if low > 0 else 0, "raw": sessions % 2,
                    "minutes": [1, 120][low > 0 :][:1] * sessions,
                    "feedback_percent": [100] * sessions,
                }
            )  # fmt: skip
    return found


@pytest.mark.parametrize("turn", [0, 1])
def test_configurations_at_both_ends(turn: int) -> None:
    """Each prescription with two of the four settings, each settings with eight of them."""
    rows = [wild_run(seed, 16) for seed in range(2)]
    all_settings = ends(settings.SETTINGS)
    happened = 0
    for number, prescribed in enumerate(prescriptions_at_the_ends()):
        values = all_settings[(number + turn * (1 + number // 4)) % 4]
        rig = Rig(values, prescribed, session=number % 13, nominal=bool(number % 3))
        rig.pipeline.calibrate()
        rig.play(timed(rows[number % 2], PERIOD_MS - 9000)).pack()
        rig.pipeline.end_run()
        happened |= rig.happened
    wanted = (
        pipeline.STEP | pipeline.CUE | pipeline.ACTIVITY | pipeline.CALIBRATED | pipeline.RUN_BEGAN
    )
    assert happened & wanted == wanted


def test_weeks_of_one_activity_do_not_overflow() -> None:
    """What counts time must stop counting: set to the end, it may not go beyond."""
    for now in range(4):
        activity = checked("gait.activity").Activity()
        activity.now = now
        for name in activity.FIELDS:
            if name.endswith("_ms"):
                setattr(activity, name, BEYOND - 200)
        for _ in range(20):
            activity.step(2511, 0, 0, 0, 100)


@pytest.mark.parametrize("flags", [sample.HAS_A, sample.HAS_Q, FLAGS])
def test_weeks_without_one_of_the_reports_do_not_overflow(flags: int) -> None:
    selector = checked("attitude.orientation_selector").OrientationSelector()
    values = fill(
        checked("sensor.sample").Sample(), (0, FLAGS, 16384, 0, 0, 0, 0, 0, 2511, 999, 0, 0)
    )
    for _ in range(10):
        selector.step(values, 100)
    for name in ("_silent_ms", "_same_ms"):
        setattr(selector, name, BEYOND - 200)
    selector.own.blind_ms = BEYOND - 2000
    values.flags = flags
    for _ in range(20):
        selector.step(values, 100)


def test_a_day_of_running_does_not_overflow() -> None:
    """The sums over a run after 24 h at 200 steps/min, hanging upside down."""
    rig = Rig()
    rig.play(timed(wild_run(1)))
    inner = rig.pipeline
    assert inner.in_run
    inner._lean_sum = inner._lean_steps = 0
    inner.stride.strike = lambda *_: None
    inner.activity.strike = lambda *_: 0
    for _ in range(24 * 60 * 200):
        inner.stride.stride_lean_cdeg = 18000
        inner.stride.whole = inner.activity.run_step = 1
        inner._strike()
        inner.stride.flags = sample.SHAKEN
    assert inner.baseline_cdeg == 18000


# Parser, pages, wire, maths.


def feed(parser, body: bytes, t_ms: int, flag: int = 0) -> None:
    data = struct.pack("<HBB", min(len(body) + 4, 512) | flag, 3, 0) + body
    data = data[:512]
    parser.buf[cargo.HEADER : cargo.HEADER + len(data)] = data
    got = parser.next(len(data), t_ms)
    while got > 0:
        got = parser.next()


def test_parser() -> None:
    chance = random.Random(6)
    parser = checked("sensor.shtp").ShtpParser()
    kinds = (0x01, 0x02, 0x08, 0xFA, 0xFB, 0x05, 0x7B, 0x14)
    for number in range(700):
        body = bytearray(chance.randbytes(chance.randrange(510)))
        for at in range(0, len(body) - 12, 10):
            if chance.random() < 0.7:
                body[at] = chance.choice(kinds)
                if body[at] >= 0xFA:
                    body[at + 4] = chance.choice((0, 0xFF, body[at + 4]))
        t_ms = chance.choice((0, 5, PERIOD_MS - 1, PERIOD_MS // 2))
        feed(parser, bytes(body), t_ms, chance.choice((0, 0x8000)))
        if number % 50 == 0:
            parser.restart()
    answer = struct.pack("<BBBHIII", 0xFC, 0x01, 0, 0, 0xFFFFFFFF, 0, 0)
    parser.buf[cargo.HEADER : cargo.HEADER + 21] = struct.pack("<HBB", 21, 2, 0) + answer
    parser.next(21, 0)


def test_pages_and_records() -> None:
    module = checked("runlog.pages")
    page = module.Page()
    page.begin(0x3FFFFFFF)
    values = checked("sensor.sample").Sample()
    written = 0
    for i in range(200):
        fill(values, (0, 255, *islice(cycle(INT16), i, i + 10)))
        if page.free_bytes >= RAW_MOST_BYTES:
            page.put_raw(values, (1 << 28) - 200 + i)
            written += 1
        if page.free_bytes >= 13:
            page.put(bytes((9, 11)) + bytes(11), 13)
    page.close((1 << 28), 0xFFFFFFFF, pages.FIRST)
    header = module.Header(page.buf)
    assert module.crc_ok(page.buf)
    assert len(list(checked("runlog.raw_reading").raw_samples(page.buf, header))) == written
    assert len(
        list(
            checked("runlog.log_reading").split(
                checked("runlog.page_layout").records_of(page.buf, header)
            )
        )
    )
    writer = checked("runlog.record_writer").RecordWriter(lambda _record, _length: None)
    for code in range(1, 7):
        writer.note(records.DEVICE, PERIOD_MS - 1, code, -32768, 32767)
    writer.blob(records.STATE, bytes(1000))


def test_wire() -> None:
    chance = random.Random(7)
    module = checked("link.framing")
    receiver = module.Receiver()
    for size in (0, 1, 253, 254, 255, 512, 4112):
        frame = module.encode(255, 255, chance.randbytes(size))
        assert len(receiver.feed(frame)) == 1
        receiver.feed(chance.randbytes(300))
        receiver.feed(b"\0")


def test_settings_and_their_fingerprint() -> None:
    for values in ends(settings.SETTINGS):
        assert len(checked("schema.settings").fingerprint(settings.checked(values))) == 8


def test_maths_at_the_ends_of_their_contracts() -> None:
    fixed = checked("numeric.fixed")
    half, top = 1 << 29, BEYOND - 1
    for y in (-top, -half, -1, 0, 1, half, top):
        for x in (-top, -half, -1, 0, 1, half, top):
            fixed.atan2_cdeg(y, x)
            fixed.unit_q14([max(-half, min(half, part)) for part in (y, x, y)])
    chance = random.Random(1)
    for _ in range(3000):
        fixed.isqrt(chance.randrange(BEYOND))
        fixed.atan2_cdeg(chance.randint(-top, top), chance.randint(-top, top))
        fixed.unit_q14([chance.randint(-half, half) >> chance.randrange(28) for _ in range(3)])
    fixed.isqrt(top)


# Integers that refuse to leave the range, through the plain core.


class Small(int):
    """An integer whose arithmetic stays in its own kind and within the range."""

    def __truediv__(self, other):
        raise OutOfRangeError("true division")

    __rtruediv__ = __truediv__

    def __float__(self):
        raise OutOfRangeError("made a float")


def _stays_small(name: str):
    plain = getattr(int, name)

    def operation(self, *others):
        result = plain(self, *others)
        if result is NotImplemented:
            return result
        if not SMALLEST <= result < BEYOND:
            raise OutOfRangeError(f"{int(self)} {name} {others} gives {result}")
        return Small(result)

    return operation


for _name in ("add", "sub", "mul", "floordiv", "mod", "lshift", "rshift", "and", "or", "xor"):
    for _side in (f"__{_name}__", f"__r{_name}__"):
        setattr(Small, _side, _stays_small(_side))
for _name in ("__neg__", "__abs__", "__invert__", "__pos__"):
    setattr(Small, _name, _stays_small(_name))


def test_small_integers_refuse_to_leave() -> None:
    assert type(Small(3) + 4) is type(4 + Small(3)) is type(-Small(3)) is Small
    for operation in (operator.mul, operator.lshift):
        with pytest.raises(OutOfRangeError):
            operation(Small(1 << 29), 2)
    with pytest.raises(OutOfRangeError):
        1 / Small(2)


def small_trainer() -> tuple[pipeline.Pipeline, sample.Sample]:
    prescribed = prescription.checked({"baseline_cdeg": 500})
    runner = pipeline.Pipeline(
        {name: Small(value) for name, value in settings.checked({}).items()},
        {n: Small(v) if isinstance(v, int) else v for n, v in prescribed.items()},
        nominal=True,
    )
    runner.calibrate()
    return runner, sample.Sample()


def test_small_integers_through_a_run_and_through_wild_samples() -> None:
    runner, values = small_trainer()
    rows = [*timed(wild_run(3)), *timed(wild_rows(5, 1500), 40_000, DT_MS)]
    writer = record_writer.RecordWriter(lambda _record, _length: None)
    seen = 0
    for row in rows:
        happened = runner.step(fill(values, [Small(part) for part in row]))
        seen |= happened
        if happened:
            writer.write(runner, happened, values.t_ms)
    assert seen & (pipeline.STEP | pipeline.CUE | pipeline.CALIBRATED)
    assert isinstance(runner.vertical.ux, Small)
    assert {type(getattr(values, name)) for name in FIELDS} == {Small}


def test_small_integers_through_a_recording(recorded) -> None:
    runner, values = small_trainer()
    for row in recorded("sacral_run_1"):
        runner.step(fill(values, [Small(part) for part in row]))
    assert runner.steps.strike_ms


def test_wire_constants_fit() -> None:
    for number in (framing.MAX_PAYLOAD, pages.PAGE_BYTES, coach.CAP, PERIOD_MS):
        assert 0 < number < BEYOND
