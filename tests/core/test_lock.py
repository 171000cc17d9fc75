"""The clinic's proof: HMAC as everybody computes it, and no two proofs alike."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from leancore import hmac256, lock


@given(st.binary(max_size=200), st.binary(max_size=300))
def test_hmac_is_everybody_s(key: bytes, message: bytes) -> None:
    assert hmac256.hmac_sha256(key, message) == hmac.digest(key, message, "sha256")


def test_hmac_where_hashlib_has_only_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on CircuitPython."""

    class Bare:
        new = staticmethod(hashlib.new)

    monkeypatch.setattr(hmac256, "hashlib", Bare)
    assert hmac256.hmac_sha256(b"k", b"m") == hmac.digest(b"k", b"m", "sha256")


def test_same_says_whether_equal() -> None:
    assert hmac256.same(b"abc", b"abc")
    assert not hmac256.same(b"abc", b"abd") and not hmac256.same(b"abc", b"ab")


def test_everything_goes_into_a_proof() -> None:
    key, values = bytes(32), {"patient": "A", "minutes": [1, 2]}
    plain = (key, lock.PRESCRIPTION, "U1", 3, "c0", values)
    changed = [
        (b"\1" * 32, *plain[1:]), (key, lock.SETTINGS, *plain[2:]),
        (*plain[:2], "U2", *plain[3:]), (*plain[:3], 4, *plain[4:]), (*plain[:4], "c1", values),
        (*plain[:5], {"patient": "B", "minutes": [1, 2]}),
        (*plain[:5], {"patient": "A", "minutes": [12]}),
    ]  # fmt: skip
    proofs = {lock.proof(*arguments) for arguments in (plain, *changed)}
    assert len(proofs) == len(changed) + 1
    assert lock.proof(*plain) == lock.proof(*plain[:5], {"minutes": (1, 2), "patient": "A"})


@pytest.mark.parametrize("text", ["", "00", "z" * 64, 7, None])
def test_a_key_that_is_none(text: object) -> None:
    with pytest.raises(ValueError):
        lock.key_of(text)
