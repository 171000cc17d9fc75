"""Run by MicroPython: the clip answers requests; prints what, as a JSON list of [kind, answer].

Usage: micropython wire_answers.py REQUESTS. REQUESTS: a file with a JSON list of
[kind, payload in hex].
"""

import binascii
import json
import sys

from clip_rig import Board
from leancore.link import framing
from leandevice.app import App
from leandevice.parts import Parts
from leandevice.storage.drive import SMALL_BYTES, Drive


class Files:
    """A drive in memory, as far as the configuration needs it: it has both of its files."""

    def __init__(self):
        self.content = {}

    def open(self, path, mode):
        return File(self.content.setdefault(path, bytearray(SMALL_BYTES)))

    def size_of(self, path):
        if not path.endswith(".cfg"):
            raise OSError(2)
        return SMALL_BYTES


class File:
    def __init__(self, content):
        self._content = content
        self._at = 0

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        return False

    def seek(self, at):
        self._at = at

    def read(self, length):
        self._at += length
        return bytes(self._content[self._at - length : self._at])

    def write(self, data):
        self._content[self._at : self._at + len(data)] = data
        return len(data)


class Port:
    """A port whose host writes one frame at a time."""

    connected = True

    def __init__(self):
        self.to_clip = b""
        self.to_host = b""

    @property
    def in_waiting(self):
        return len(self.to_clip)

    def read(self, size):
        data, self.to_clip = self.to_clip[:size], self.to_clip[size:]
        return data

    def write(self, data):
        self.to_host += bytes(data[:100])
        return min(len(data), 100)


def main(path):
    with open(path) as file:
        requests = json.load(file)
    board = Board()
    files = Files()
    board.drive = Drive(files.open, files.size_of)
    board.port = Port()
    app = App(Parts(board))
    app.start()
    answers = []
    for kind, payload in requests:
        board.port.to_clip = framing.encode(kind, 7, binascii.unhexlify(payload))
        left = 500  # the desk's part of the program comes in first, when the motor is still
        while left and not board.port.to_host.endswith(b"\0"):
            left -= 1
            app.once()
        frames = framing.Receiver().feed(board.port.to_host)
        board.port.to_host = b""
        answers.append([(kind, json.loads(answer)) for kind, _sequence, answer in frames])
    sys.stdout.write(json.dumps([answers, list(app.recorder.faults)]) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
