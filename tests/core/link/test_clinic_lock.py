"""The clinic's proof: HMAC as everybody computes it, and no two proofs alike."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from leancore.link import clinic_lock, hmac256


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


@given(st.binary(max_size=200), st.binary(max_size=300))
@example(b"k" * 64, b"")
@example(b"k" * 65, b"")
def test_hmac_is_everybody_s(key: bytes, message: bytes) -> None:
    assert hmac256.hmac_sha256(sha256, key, message) == hmac.digest(key, message, "sha256")


def test_same_says_whether_equal() -> None:
    assert hmac256.same(b"abc", b"abc")
    for other in (b"abd", b"bbc", b"acc", b"ab", b"abcd"):
        assert not hmac256.same(b"abc", other)


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


def test_a_proof_is_of_this_text() -> None:
    """Clips and hosts of every release must come to the same."""
    values = {"raw": 1, "minutes": [15, 20], "patient": "K-1"}
    assert clinic_lock.text_of(values) == "minutes=15,20\npatient=K-1\nraw=1"
    text = b"LeanCue 1\nread\nU1\n3\nc0\nminutes=15,20\npatient=K-1\nraw=1"
    expected = hmac.digest(b"k" * 32, text, "sha256").hex()
    assert clinic_lock.proof(sha256, b"k" * 32, clinic_lock.READ, "U1", 3, "c0", values) == expected


@pytest.mark.parametrize("text", ["", "00", "0" * 62, "0" * 66, "0" * 96, 7, None])
def test_a_key_that_is_none(text: object) -> None:
    with pytest.raises(ValueError, match="^a key is 64 hex digits$"):
        clinic_lock.key_of(text)


def test_a_key_is_hex_digits() -> None:
    assert clinic_lock.key_of("0f" * 32) == b"\x0f" * 32
    with pytest.raises(ValueError):
        clinic_lock.key_of("z" * 64)
