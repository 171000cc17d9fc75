"""The PIN of the clinic's page, stored as a salted hash (scrypt)."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from leancue.basis.errors import LibraryError
from leancue.language.words import _
from leancue.library.models import OptionRecord
from leancue.library.repository import Repository

_KEY = "page.pin"
_SCHEME = "scrypt"
# Cost of a guess (OWASP's least for scrypt with r = 8, p = 1): 32 MB and some 50 ms.
_N, _R, _P = 2**15, 8, 1
_MEMORY_MOST = 2 * 128 * _N * _R
SHORTEST, LONGEST = 4, 64  # letters or digits


class PageLock(Repository):
    """``library.page_lock``."""

    @property
    def is_set(self) -> bool:
        """Whether a PIN was chosen; without one nothing locks."""
        return bool(self._kept())

    def set(self, pin: str) -> None:
        """Choose the PIN; "" = none. LibraryError for one that is too short or too long."""
        if pin and not SHORTEST <= len(pin) <= LONGEST:
            raise LibraryError(
                _("A PIN of {letters} characters is not accepted.", letters=len(pin)),
                _("It has {low} to {high} letters or digits.", low=SHORTEST, high=LONGEST),
            )
        kept = ""
        if pin:
            salt = secrets.token_bytes(16)
            kept = f"{_SCHEME}${_N}${_R}${_P}${salt.hex()}${_hash(pin, salt, _N, _R, _P).hex()}"
        with self._database.write() as db:
            db.merge(OptionRecord(key=_KEY, value=kept))

    def opens(self, pin: str) -> bool:
        """Return whether this is the PIN; takes the same time for any wrong one."""
        kept = self._kept()
        if not kept:
            return True
        _scheme, n, r, p, salt, wanted = kept.split("$")
        found = _hash(pin, bytes.fromhex(salt), int(n), int(r), int(p))
        return hmac.compare_digest(found, bytes.fromhex(wanted))

    def _kept(self) -> str:
        with self._database.read() as db:
            row = db.get(OptionRecord, _KEY)
            return row.value if row else ""


def _hash(pin: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=n, r=r, p=p, maxmem=_MEMORY_MOST, dklen=32)
