"""Frames: decoding restores them, and no damaged frame is accepted."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from leancore.link.framing import (
    MAX_PAYLOAD,
    FrameEncoder,
    Receiver,
    cobs_decode,
    decode,
    encode,
    room_for,
)

BYTE = st.integers(0, 255)
PAYLOAD = b'{"lean":-12}\0\0' + bytes(range(40))


def reference_cobs(data: bytes) -> bytes:
    """Cheshire & Baker's encoder, block by block, as the paper words it."""
    out = b""
    rest = data
    while True:
        zero = rest.find(0)
        length = len(rest) if zero < 0 else zero
        if length >= 254:
            out += b"\xff" + rest[:254]
            rest = rest[254:]
            if not rest:
                return out
            continue
        out += bytes((length + 1,)) + rest[:length]
        if zero < 0:
            return out
        rest = rest[length + 1 :]


def cobs_encode(data: bytes) -> bytes:
    """What the encoder of frames makes of ``data`` alone, without the closing zero."""
    frame = bytearray(room_for(len(data)))
    frame[1 : 1 + len(data)] = data
    made = FrameEncoder(frame)
    made.cover(len(data) + 2)
    made.go_on(len(frame))
    return bytes(frame[: made.length - 1])


@given(st.binary(max_size=1200))
@example(b"")
@example(b"\0")
@example(bytes(600))
@example(b"\x01" * 254)
def test_cobs_round_trip(data: bytes) -> None:
    coded = cobs_encode(data)
    assert 0 not in coded
    assert coded == reference_cobs(data)
    assert cobs_decode(coded) == data


@pytest.mark.parametrize("around", [254, 508, 762, 4112])
@pytest.mark.parametrize("off", [-2, -1, 0, 1, 2])
@pytest.mark.parametrize("zero", [None, 0, 1, -2, -1])
def test_cobs_at_the_edges_of_blocks(around: int, off: int, zero: int | None) -> None:
    data = bytearray(b"\x7f" * (around + off))
    if zero is not None:
        data[zero] = 0
    coded = cobs_encode(bytes(data))
    assert 0 not in coded
    assert len(coded) <= len(data) + 1 + len(data) // 254
    assert cobs_decode(coded) == data


@given(st.binary(max_size=400))
def test_cobs_decoding_anything_gives_bytes_or_an_error(data: bytes) -> None:
    try:
        decoded = cobs_decode(data)
    except ValueError:
        return
    assert len(decoded) < max(len(data), 1)


@given(BYTE, BYTE, st.binary(max_size=600))
def test_frame_round_trip(kind: int, sequence: int, payload: bytes) -> None:
    frame = encode(kind, sequence, payload)
    assert frame.endswith(b"\0") and 0 not in frame[:-1]
    assert decode(frame[:-1]) == (kind, sequence, payload)
    assert Receiver().feed(frame) == [(kind, sequence, payload)]


def test_largest_payload_passes_the_receiver() -> None:
    payload = random.Random(1).randbytes(MAX_PAYLOAD)
    assert Receiver().feed(encode(8, 1, payload)) == [(8, 1, payload)]


def passes(data: bytes) -> list:
    return Receiver().feed(data)


@pytest.mark.parametrize("payload", [b"", PAYLOAD, b"\x05" * 300])
def test_every_wrong_byte_is_detected(payload: bytes) -> None:
    frame = encode(2, 9, payload)
    for at in range(len(frame) - 1):
        for wrong in range(256) if len(frame) < 80 else (0, 1, 255, frame[at] ^ 0x10):
            if wrong != frame[at]:
                damaged = frame[:at] + bytes((wrong,)) + frame[at + 1 :]
                assert passes(damaged) == [], (at, wrong)


@pytest.mark.parametrize("payload", [b"", PAYLOAD, b"\x05" * 300])
def test_every_cut_missing_and_doubled_byte_is_detected(payload: bytes) -> None:
    frame = encode(2, 9, payload)
    for at in range(len(frame) - 1):
        assert passes(frame[:at] + b"\0") == []
        assert passes(frame[at + 1 :]) == []
        assert passes(frame[:at] + frame[at + 1 :]) == []
        assert passes(frame[: at + 1] + frame[at:]) == []


def test_random_damage_is_detected() -> None:
    chance = random.Random(2)
    frame = encode(8, 200, chance.randbytes(500))
    for _ in range(3000):
        data = bytearray(frame)
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(data))
            choice = chance.randrange(3)
            if choice == 0:
                data[at] ^= 1 << chance.randrange(8)
            elif choice == 1:
                del data[at]
            else:
                data.insert(at, chance.randrange(256))
        untouched = b"\0" + frame in b"\0" + bytes(data)
        assert bool(Receiver().feed(bytes(data))) == untouched


@given(st.binary(max_size=300))
def test_back_in_step_after_one_bad_frame(noise: bytes) -> None:
    receiver = Receiver()
    receiver.feed(noise)
    good = encode(1, 7, b"first"), encode(1, 8, b"second")
    receiver.feed(good[0])
    assert receiver.feed(good[1]) == [(1, 8, b"second")]


def test_bad_frames_are_counted_and_the_good_ones_around_them_come() -> None:
    receiver = Receiver()
    good, bad = encode(1, 1, b"x"), b"\x03\x01\x01\0"
    assert len(receiver.feed(good + bad + good + bad + good)) == 3
    assert receiver.bad == 2
    assert receiver.feed(b"\0\0\0") == []  # idle zeros are no frames
    assert receiver.bad == 2


def test_bytes_may_come_in_any_pieces() -> None:
    chance = random.Random(3)
    sent = [(chance.randrange(256), n % 256, chance.randbytes(n * 7)) for n in range(60)]
    stream = b"".join(encode(*frame) for frame in sent)
    for most in (1, 3, 64, 700):
        receiver, got, at = Receiver(), [], 0
        while at < len(stream):
            size = chance.randint(1, most)
            got += receiver.feed(stream[at : at + size])
            at += size
        assert got == sent


def test_receiver_is_bounded_and_recovers() -> None:
    receiver = Receiver(limit=100)
    for _ in range(1000):
        assert receiver.feed(b"\x55" * 60) == []
        assert len(receiver._parts) <= 100
    assert receiver.feed(b"\0" + encode(3, 3, b"ok")) == [(3, 3, b"ok")]
    assert receiver.bad == 1


def test_each_frame_that_is_too_long_is_counted_and_one_at_the_limit_comes() -> None:
    frame = encode(3, 3, b"ok")
    receiver = Receiver(limit=len(frame) - 1)  # without the closing zero
    for number in (1, 2, 3):
        assert receiver.feed(b"\x55" * len(frame) + b"\0") == []
        assert receiver.bad == number
    assert receiver.feed(frame) == [(3, 3, b"ok")]


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        (b"", "frame cut short"),
        (b"\x02", "frame cut short"),
        (b"\x01\x00", "frame cut short"),
        (b"\x01", "frame of 0 bytes is too short"),
        (cobs_encode(b"\1\2\3\4\5"), "frame of 5 bytes is too short"),
        (cobs_encode(b"\1\2\3\4\5\6"), "frame with a wrong CRC"),
    ],
)
def test_what_is_no_frame_is_refused_with_the_reason(frame: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=f"^{why}$"):
        decode(frame)


@pytest.mark.parametrize("payload", [b"", bytes(20), b"\x05" * 600, bytes(300) + b"\x05" * 300])
@pytest.mark.parametrize("most", [1, 2, 7])
def test_a_frame_made_a_little_at_a_time(payload: bytes, most: int) -> None:
    """A page full of zeros takes long: the clip goes on with it in each pass."""
    frame = bytearray(room_for(len(payload)))
    frame[3 : 3 + len(payload)] = payload
    made = FrameEncoder(frame)
    made.begin(2, 9, len(payload))
    calls = 1
    while not made.go_on(most):
        calls += 1
    whole = encode(2, 9, payload)
    assert bytes(frame[: made.length]) == whole
    assert decode(whole[:-1]) == (2, 9, payload)
    assert calls == -(-blocks_in(whole) // most)


def blocks_in(frame: bytes) -> int:
    """Blocks of COBS in a frame: each begins with its length."""
    count = at = 0
    while frame[at]:
        at += frame[at]
        count += 1
    return count


@pytest.mark.parametrize(
    ("length", "room"), [(0, 9), (247, 256), (248, 258), (501, 511), (502, 513), (4112, 4137)]
)
def test_room_for_a_frame_while_it_is_made(length: int, room: int) -> None:
    """Head, payload, CRC and zero, and a byte for each full block."""
    assert room_for(length) == room
