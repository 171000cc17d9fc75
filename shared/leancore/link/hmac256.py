"""HMAC-SHA-256 (RFC 2104, FIPS 198-1) over a given digest function.

Device and host access SHA-256 differently; ``sha256(data)`` returns its 32 bytes.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const

if TYPE_CHECKING:
    from leancore.hints import Buffer, Digest

_BLOCK_BYTES = const(64)


def hmac_sha256(sha256: "Digest", key: bytes, message: bytes) -> bytes:
    """Return the 32 bytes that prove knowledge of ``key`` (bytes) for ``message`` (bytes)."""
    if len(key) > _BLOCK_BYTES:
        key = sha256(key)
    key = key + bytes(_BLOCK_BYTES - len(key))
    inner = sha256(bytes([byte ^ 0x36 for byte in key]) + message)
    return sha256(bytes([byte ^ 0x5C for byte in key]) + inner)


def same(a: "Buffer", b: "Buffer") -> bool:
    """Whether two byte strings are equal, in constant time."""
    if len(a) != len(b):
        return False
    different = 0
    for i in range(len(a)):
        different |= a[i] ^ b[i]
    return different == 0
