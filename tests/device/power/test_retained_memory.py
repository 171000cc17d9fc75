"""The few bytes that survive a restart: random content is not a request."""

from __future__ import annotations

import random
from typing import Any

import pytest
from leandevice.power.retained_memory import EDIT, FORGET, RESTARTS_MAX, RetainedMemory


class Nvm(bytearray):
    """microcontroller.nvm, whose writes each erase a sector."""

    writes = 0

    def __setitem__(self, at: Any, value: Any) -> None:
        self.writes += 1
        super().__setitem__(at, value)


def test_a_request_outlives_restarts_until_it_is_taken_once() -> None:
    nvm = Nvm(b"\xff" * 16)
    RetainedMemory(nvm).request(FORGET)
    RetainedMemory(nvm).request(EDIT)
    assert RetainedMemory(nvm).requests == EDIT | FORGET
    assert RetainedMemory(nvm).take(EDIT)
    assert RetainedMemory(nvm).requests == FORGET
    assert not RetainedMemory(nvm).take(EDIT)


@pytest.mark.parametrize("seed", range(200))
def test_what_stands_there_at_the_first_power_on_is_no_request(seed: int) -> None:
    chance = random.Random(seed)
    one = bytes((chance.randrange(256),))
    for fill in (one * 16, chance.randbytes(16), b"LC" + chance.randbytes(14)):
        memory = RetainedMemory(Nvm(fill))
        assert (memory.requests, memory.restarts) == (0, 0)


def test_a_cut_while_it_is_written_leaves_no_other_request() -> None:
    nvm = Nvm(b"\xff" * 16)
    RetainedMemory(nvm).request(EDIT)
    whole = bytes(nvm)
    for at in range(6):
        for bit in range(8):
            torn = bytearray(whole)
            torn[at] ^= 1 << bit
            assert RetainedMemory(torn).requests == 0
    for done in range(5):  # the sixth byte is the same when erased
        assert RetainedMemory(bytearray(whole[:done] + b"\xff" * (16 - done))).requests == 0


def test_restarts_are_counted_to_their_most_and_forgotten() -> None:
    nvm = Nvm(b"\xff" * 16)
    assert [RetainedMemory(nvm).count_restart() for _ in range(RESTARTS_MAX + 2)] == (
        [False] * RESTARTS_MAX + [True] * 2
    )
    assert RetainedMemory(nvm).restarts > RESTARTS_MAX
    RetainedMemory(nvm).forget_restarts()
    assert RetainedMemory(nvm).restarts == 0


def test_nothing_is_written_that_stands_there_already() -> None:
    nvm = Nvm(b"\xff" * 16)
    memory = RetainedMemory(nvm)
    memory.take(EDIT)
    memory.forget_restarts()
    assert nvm.writes == 0
    for _ in range(9):
        RetainedMemory(nvm).request(EDIT)
    assert nvm.writes == 1


def test_a_chip_without_memory_keeps_nothing_and_restarts_no_more() -> None:
    memory = RetainedMemory(None)
    memory.request(FORGET)
    assert (memory.requests, memory.count_restart(), memory.restarts) == (0, True, 0)
