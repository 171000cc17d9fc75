"""The clinic's lock on the clip: its key, its challenge, and accepted proofs."""

import binascii
import os

from leancore.hints import TYPE_CHECKING
from leancore.link import clinic_lock
from leancore.link.hmac256 import same

if TYPE_CHECKING:
    from typing import Any

    from leandevice.storage.stored_config import StoredConfig


class Locked(ValueError):  # noqa: N818 (a state, told to the host)
    """The clinic's key is required and was not proved."""


def sha256(data: bytes) -> bytes:
    """Return the SHA-256 of ``data``; ValueError if CircuitPython has none (before 10.1)."""
    try:
        import hashlib

        if hasattr(hashlib, "sha256"):  # MicroPython and CPython; CircuitPython has only ``new``
            return hashlib.sha256(data).digest()
        return hashlib.new("sha256", data).digest()
    except (ImportError, ValueError):
        raise ValueError("no SHA-256 on this clip: the lock needs CircuitPython 10.1") from None


class AccessControl:
    """``config.clinic``: {key: hex or "", counter, reads: 1 = reading needs the key too}."""

    def __init__(self, config: "StoredConfig", uid: str) -> None:
        self._config = config
        self._uid = uid
        self._challenge = ""
        self._offered = ("", "")
        self._may_read = False

    def forget_host(self) -> None:
        """Forget proofs: a new or reconnected host has proved nothing yet."""
        self._offered = ("", "")
        self._may_read = False

    def challenge(self) -> "dict[str, str | int]":
        """Return the challenge for a proof; it stays the same until a proof is accepted."""
        if not self._challenge:
            self._challenge = binascii.hexlify(os.urandom(clinic_lock.CHALLENGE_BYTES)).decode()
        clinic = self._config.clinic
        return {
            "challenge": self._challenge, "counter": clinic["counter"], "uid": self._uid,
            "locked": 1 if clinic["key"] else 0, "reads": clinic["reads"],
        }  # fmt: skip

    def offer(self, purpose: str, proof: object) -> None:
        """Take a proof; one for reading is checked at once, others with their change."""
        if purpose not in clinic_lock.PURPOSES or not isinstance(proof, str):
            raise ValueError("a proof is for one of " + ", ".join(clinic_lock.PURPOSES))
        self._offered = (purpose, proof)
        if purpose == clinic_lock.READ and not self._may_read:
            self.need(clinic_lock.READ, {})
            self._may_read = True

    def need(self, purpose: str, values: "dict[str, Any]") -> None:
        """Require a proof for ``values`` if there is a key, else raise Locked. A proof counts once.

        OSError or ValueError if the counter cannot be saved; nothing is accepted then.
        """
        config = self._config
        clinic = config.clinic
        if not clinic["key"]:
            return
        wanted = clinic_lock.proof(
            sha256, clinic_lock.key_of(clinic["key"]), purpose, self._uid, clinic["counter"],
            self._challenge, values,
        )  # fmt: skip
        offered, self._offered = self._offered, ("", "")
        right = same(wanted.encode(), offered[1].encode())
        if not self._challenge or offered[0] != purpose or not right:
            raise Locked("locked by the clinic: its key is needed for the " + purpose)
        self._challenge = ""
        self.keep(clinic["key"], clinic["reads"], clinic["counter"] + 1)

    def need_read(self) -> None:
        """Raise Locked if reading is locked and this host has not proved the key."""
        clinic = self._config.clinic
        if clinic["key"] and clinic["reads"] and not self._may_read:
            raise Locked("locked by the clinic: its key is needed for reading")

    def keep(self, key: str, reads: int, counter: "int | None" = None) -> None:
        """Store a key ("" = none); the old one stays if that fails."""
        if key:
            sha256(b"")  # without SHA-256 a key could never be proved and would lock for ever
        config = self._config
        before = config.clinic
        counter = before["counter"] if counter is None else counter
        config.clinic = {"key": key, "reads": reads, "counter": counter}
        try:
            config.save()
        except (OSError, ValueError):
            config.clinic = before
            raise
