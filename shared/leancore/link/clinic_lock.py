"""The clinic's lock: the proof of knowing its key, for device and host.

A proof is HMAC-SHA-256, with the clinic's key, over: the purpose, the clip's UID, its counter of
accepted proofs, its challenge, and the values. The counter never repeats and the clip chooses the
challenge, so a recorded proof is worthless.
"""

import binascii

from leancore.hints import TYPE_CHECKING
from leancore.link.hmac256 import hmac_sha256

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from leancore.hints import Digest

KEY_BYTES = 32
CHALLENGE_BYTES = 16
PRESCRIPTION, SETTINGS, READ, KEY = "prescription", "settings", "read", "key"
PURPOSES = (PRESCRIPTION, SETTINGS, READ, KEY)


def text_of(values: "Mapping[str, Any]") -> str:
    """Return ``values`` (a dict of numbers, texts and lists of numbers) in one canonical form."""
    parts = []
    for name in sorted(values):
        value = values[name]
        if isinstance(value, (list, tuple)):
            value = ",".join([str(item) for item in value])
        parts.append("%s=%s" % (name, value))
    return "\n".join(parts)


def proof(
    sha256: "Digest",
    key: bytes,
    purpose: str,
    uid: str,
    counter: int,
    challenge: str,
    values: "Mapping[str, Any]",
) -> str:
    """Return the proof as 64 hex digits; ``challenge`` as the clip gave it (hex).

    ``sha256``: see ``hmac256``.
    """
    message = "\n".join(("LeanCue 1", purpose, uid, str(counter), challenge, text_of(values)))
    return binascii.hexlify(hmac_sha256(sha256, key, message.encode())).decode()


def key_of(text: "Any") -> bytes:
    """Return the key (bytes) from 64 hex digits; ValueError if invalid."""
    if not isinstance(text, str) or len(text) != 2 * KEY_BYTES:
        raise ValueError("a key is %d hex digits" % (2 * KEY_BYTES))
    return binascii.unhexlify(text)
