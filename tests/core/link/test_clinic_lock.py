"""The clinic's proof: HMAC as everybody computes it, and no two proofs alike."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from leancore.link import clinic_lock, hmac256


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


@given(st.binary(max_size=200), st.binary(max_size=300))
def test_hmac_is_everybody_s(key: bytes, message: bytes) -> None:
    assert hmac256.hmac_sha256(sha256, key, message) == hmac.digest(key, message, "sha256")


def test_same_says_whether_equal() -> None:
    assert hmac256.same(b"abc", b"abc")
    assert not hmac256.same(b"abc", b"abd") and not hmac256.same(b"abc", b"ab")


def test_everything_goes_into_a_proof() -> None:
    key, values = bytes(32), {"patient": "A", "minutes": [1, 2]}
    plain = (sha256, key, clinic_lock.PRESCRIPTION, "U1", 3, "c0", values)
    changed = [
        (sha256, b"\1" * 32, *plain[2:]), (sha256, key, clinic_lock.SETTINGS, *plain[3:]),
        (*plain[:3], "U2", *plain[4:]), (*plain[:4], 4, *plain[5:]), (*plain[:5], "c1", values),
        (*plain[:6], {"patient": "B", "minutes": [1, 2]}),
        (*plain[:6], {"patient": "A", "minutes": [12]}),
    ]  # fmt: skip
    proofs = {clinic_lock.proof(*arguments) for arguments in (plain, *changed)}
    assert len(proofs) == len(changed) + 1
    assert clinic_lock.proof(*plain) == clinic_lock.proof(
        *plain[:6], {"minutes": (1, 2), "patient": "A"}
    )


@pytest.mark.parametrize("text", ["", "00", "z" * 64, 7, None])
def test_a_key_that_is_none(text: object) -> None:
    with pytest.raises(ValueError):
        clinic_lock.key_of(text)
