"""Damage frames and judge the decoder's result; also runs on MicroPython.

A frame is unchanged, wrongly accepted (an undetected error), or rejected. CRC-32 accepts one in
2**32 random errors; an accepted frame counts only if its bytes differ from the original (a bit may
be flipped twice).
"""

from leancore.link import framing

_A, _C, _MASK = 1103515245, 12345, 0x7FFFFFFF


class Chance:
    """A small random generator that gives the same numbers on every interpreter."""

    def __init__(self, seed: int) -> None:
        self._state = seed & _MASK

    def below(self, limit: int) -> int:
        """Return a number from 0 to ``limit`` - 1."""
        self._state = (self._state * _A + _C) & _MASK
        return (self._state >> 8) % limit

    def some(self, count: int) -> bytes:
        """Return ``count`` random bytes."""
        return bytes([self.below(256) for _ in range(count)])


def frame_of(chance: Chance) -> bytes:
    """Return a valid frame with a payload of 0 to 59 bytes, including zeros and long blocks."""
    kind = chance.below(4)
    count = chance.below(60)
    if kind == 0:
        payload = bytes(count)
    elif kind == 1:
        payload = b"\x01" * (count * 5)
    else:
        payload = chance.some(count)
    return framing.encode(chance.below(256), chance.below(256), payload)


def damaged(frame: bytes, chance: Chance) -> bytes:
    """Return ``frame`` with one to four changes; its closing zero may be lost, too."""
    data = bytearray(frame)
    for _ in range(1 + chance.below(4)):
        if not data:
            break
        at = chance.below(len(data))
        how = chance.below(6)
        if how == 0:
            data[at] ^= 1 << chance.below(8)
        elif how == 1:
            data[at] = chance.below(256)
        elif how == 2:  # a byte is lost
            data = data[:at] + data[at + 1 :]
        elif how == 3:  # a byte comes twice
            data = data[:at] + data[at : at + 1] + data[at:]
        elif how == 4:  # cut off
            data = data[:at]
        else:  # a stretch is lost
            data = data[:at] + data[at + chance.below(8) :]
    return bytes(data)


def judge(count: int, seed: int) -> list[int]:
    """Return [frames, crashes, undetected, out of step, refused] for ``count`` damaged frames.

    Each is followed by a zero, as a sender starts with one, and a valid frame, which must arrive.
    """
    chance = Chance(seed)
    receiver = framing.Receiver()
    crashes = undetected = out_of_step = refused = 0
    good = framing.encode(2, 9, b'{"sound":1}')
    for _ in range(count):
        frame = frame_of(chance)
        bad = damaged(frame, chance)
        whole = framing.decode(frame[:-1])
        try:
            got = receiver.feed(bad + b"\0" + good)
        except Exception:  # noqa: BLE001 (any exception is what is counted here)
            crashes += 1
            receiver = framing.Receiver()
            continue
        if not got or got[-1] != (2, 9, b'{"sound":1}'):
            out_of_step += 1
        for one in got[:-1]:
            if one != whole:
                undetected += 1
        refused += len(got) == 1
    return [count, crashes, undetected, out_of_step, refused]
