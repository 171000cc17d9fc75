"""Run as a program: it has read all of ``leancue clinic``, and forks for each start (warm_clinic).

A start comes as a message: what to start, and three files: its output, its errors, and a socket
on which its process id is told, and later how it ended.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import signal
import socket
import sys
from importlib import import_module

_MESSAGE_BYTES = 1 << 20
_MODULES = (
    "leancue.cli", "leancue.clinic.connected_clips", "leancue.clinic.web_app",
    "leancue.desktop.page_window", "uvicorn.lifespan.on", "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto", "uvicorn.protocols.websockets.auto",
)  # fmt: skip


def read_modules() -> None:
    """As ``leancue.clinic.server.run`` does it."""
    from leancue.clinic.unused_clients import left_out

    gc.disable()
    with left_out():
        for module in _MODULES:
            import_module(module)
    gc.freeze()
    gc.enable()


def serve(orders: socket.socket) -> None:
    """Fork for each order; return in what is to run as the program, and never otherwise."""
    while True:
        order, files, _, _ = socket.recv_fds(orders, _MESSAGE_BYTES, 3)
        if not order:
            os._exit(0)
        if os.fork() == 0:
            orders.close()
            watch(order, *files)
            return
        for file in files:
            os.close(file)


def watch(order: bytes, out: int, err: int, told: int) -> None:
    """Fork the program and tell how it ends; return in the program only."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid == 0:
        os.close(told)
        become(json.loads(order), out, err)
        return
    os.close(out)
    os.close(err)
    os.write(told, b"%d\n" % pid)
    os.write(told, b"%d\n" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    os._exit(0)


def become(order: dict[str, str], out: int, err: int) -> None:
    """Take over the files, folder, environment and words of the program."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.close(out)
    os.close(err)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(json.loads(order["environment"]))
    sys.argv = ["leancue", *json.loads(order["words"])]
    exec(order["before"], {})


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no watcher is waited for
    read_modules()
    os.write(1, b"ready\n")
    serve(socket.socket(fileno=int(sys.argv[1])))
    runpy.run_module("leancue", run_name="__main__", alter_sys=True)
