"""Files on the clip's drive, as ``config`` and ``store`` need them."""

import binascii

from leancore.pages import PAGE_BYTES

_PIECE_BYTES = 512
_READ_ONLY = 30  # errno: read-only file system


class Drive:
    """``open_file(path, mode)`` as the built-in; ``size_of(path)`` in bytes, OSError if absent.

    ``writable``: False while the desk may write the drive (edit mode).
    """

    def __init__(self, open_file, size_of, writable=True):
        self._open = open_file
        self._size_of = size_of
        self.writable = writable

    def read(self, path):
        """Return the whole file (bytes)."""
        with self._open(path, "rb") as file:
            return file.read()

    def fingerprint(self, path):
        """Return (bytes, CRC-32) of a file, read in pieces; OSError if it is not there."""
        piece = bytearray(_PIECE_BYTES)
        size = crc = 0
        with self._open(path, "rb") as file:
            while True:
                got = file.readinto(piece)
                if not got:
                    return size, crc & 0xFFFFFFFF
                crc = binascii.crc32(memoryview(piece)[:got], crc)
                size += got

    def write(self, path, data):
        """Replace the file's content."""
        if not self.writable:
            raise OSError(_READ_ONLY, "the drive is in edit mode")
        with self._open(path, "wb") as file:
            file.write(data)

    def log_pages(self, path):
        """Whole pages in the log file; 0 if there is none or it must not be written."""
        if not self.writable:
            return 0
        try:
            return self._size_of(path) // PAGE_BYTES
        except OSError:
            return 0

    def open_log(self, path):
        """Open the log for reading and writing in place; None if it has no pages."""
        return self._open(path, "r+b") if self.log_pages(path) else None
