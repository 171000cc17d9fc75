# mypy: ignore-errors
"""Files on the emulated drive, and the port with a host connected."""

import emulator

_WRAP_US = (1 << 30) - 1  # the emulator's microseconds are a small integer
FIFO_BYTES = 256  # of a port; the host reads a byte per microsecond


def size_of(path):
    """Return the size in bytes; OSError if the file does not exist."""
    size = emulator.file_bytes(path)
    if size < 0:
        raise OSError(2, "absent")
    return size


class File:
    """A file like that of the built-in ``open``, in binary modes."""

    def __init__(self, path, mode):
        self._path = path
        self._at = 0
        if mode != "wb":
            size_of(path)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        return False

    def seek(self, offset):
        """Set the position."""
        self._at = offset

    def readinto(self, buf):
        """Fill a buffer; return the number of bytes read."""
        done = emulator.file_read(self._path, self._at, buf)
        self._at += done
        return done

    def read(self, size):
        """Return up to ``size`` bytes."""
        buf = bytearray(size)
        return bytes(buf[: self.readinto(buf)])

    def write(self, data):
        """Write the data; return the number of bytes written."""
        done = emulator.file_write(self._path, self._at, data)
        self._at += done
        return done


class Port:
    """A port with a host that sends requests (frame, frames of its answer) one by one.

    ``answered``: answer frames received; ``took_us``: from the last request to the end of its
    answer.
    """

    def __init__(self):
        self.connected = False
        self.answered = self.took_us = 0
        self._asked = b""
        self._awaited = 0
        self._room = FIFO_BYTES
        self._asked_us = self._wrote_us = 0

    def ask(self, request):
        """Open the port, if needed, and send a request."""
        self.connected = True
        self._asked, self._awaited = request
        self._asked_us = emulator.now_us()

    def leave(self):
        """Close the port."""
        self.connected = False
        self._asked = b""
        self._awaited = 0

    def waits(self):
        """Return whether the host is waiting for an answer."""
        return self._awaited > 0

    @property
    def in_waiting(self):
        """Number of bytes that the clip may read."""
        return len(self._asked)

    def read(self, size):
        """Return bytes of the request."""
        data = self._asked[:size]
        self._asked = self._asked[size:]
        return data

    def write(self, data):
        """Return the number of bytes that the port accepted."""
        now_us = emulator.now_us()
        since_us = (now_us - self._wrote_us) & _WRAP_US
        self._room = min(self._room + since_us, FIFO_BYTES)
        self._wrote_us = now_us
        done = min(len(data), self._room)
        self._room -= done
        if done and data[done - 1] == 0:  # the end of a frame
            self.answered += 1
            self._awaited -= 1
            self.took_us = (now_us - self._asked_us) & _WRAP_US
        return done
