"""Pseudonyms of patients and clips: keyed hashes, the same in every data set with the same key."""

from __future__ import annotations

import hashlib
import hmac
import os

_LETTERS = 12
_KEY_BYTES = 32


class Pseudonyms:
    """Gives pseudonyms. ``key``: b"" = a random one, forgotten afterwards."""

    def __init__(self, key: bytes = b"") -> None:
        self._key = key or os.urandom(_KEY_BYTES)

    def of(self, kind: str, code: str) -> str:
        """Return the pseudonym of a patient or clip."""
        return hmac.new(self._key, f"{kind}:{code}".encode(), hashlib.sha256).hexdigest()[:_LETTERS]
