"""The messages on the wire, by number; ``MESSAGES`` describes requests and answers.

A request is answered by a frame with the same sequence number: its own kind with bit 7 set, or
ERROR. Control payloads are JSON objects; PAGES answers with raw frames. Every request may be sent
twice without harm.
"""

PROTOCOL = 1

HELLO = 0x01
INFO = 0x02
SETTINGS_GET = 0x03
SETTINGS_SET = 0x04
PRESCRIPTION_GET = 0x05
PRESCRIPTION_SET = 0x06
RUNS = 0x07
PAGES = 0x08
ERASE = 0x09
COMMAND = 0x0A
LIVE = 0x0B
FILES = 0x0C
CHALLENGE = 0x0D
PROOF = 0x0E
KEY_SET = 0x0F
PULLED = 0x10
TRACE = 0x11
CHECK = 0x12
STREAM = 0x40
ERROR = 0x7F
ANSWER = 0x80

PAGE_HEAD_BYTES = 8
PAGE_HEAD = "<II"  # run id, page number; then the page as ``page_layout.pack`` leaves it

# kind, name, request, answer, since protocol
MESSAGES = (
    (HELLO, "hello", "{protocol, time_s?}",
     "{protocol, uid, version, core, board, settings, patient}", 1),
    (INFO, "info", "{}",
     "{mode, battery_mv, runs, free_pages, pages, session, baseline_cdeg, faults, up_s, check}", 1),
    (SETTINGS_GET, "settings_get", "{from}", "{from, total, values: {name: value}}", 1),
    (SETTINGS_SET, "settings_set", "{name: value, …}", "{settings: hash}", 1),
    (PRESCRIPTION_GET, "prescription_get", "{}", "the prescription", 1),
    (PRESCRIPTION_SET, "prescription_set", "the prescription",
     "the prescription as read back", 1),
    (RUNS, "runs", "{from}", "{total, runs: [[id, pages, wall_s, seconds, closed]]}", 1),
    (PAGES, "pages", "{run, from, count}",
     "raw, each page a frame: run id, page number, the packed page", 1),
    (ERASE, "erase", "{run}", "{run, left}: pages still to be erased; ask until 0", 1),
    (PULLED, "pulled", "{run}", "{run}: the desk has all of it; a full log may overwrite it", 1),
    (COMMAND, "command", "{do: calibrate|feel|end|blink|edit|reset}",
     "{done}; edit and reset restart the clip a moment later, edit in edit mode", 1),
    (LIVE, "live", "{on: 0|1}", "{on}; STREAM frames follow while on", 1),
    (FILES, "files", "{path}", "{path, bytes, crc}: as the clip reads it; bytes -1 = absent", 1),
    (CHALLENGE, "challenge", "{}", "{challenge, counter, uid, locked, reads}", 1),
    (PROOF, "proof", "{for: prescription|settings|read|key, proof}",
     "{for}; the change follows and is accepted if the proof matches it", 1),
    (KEY_SET, "key_set", "{key: 64 hex digits or \"\", reads: 0|1}", "{locked, reads}", 1),
    (TRACE, "trace", "{}",
     "{image, error}: hash of the program's source; its last error, with Python's traceback", 1),
    (CHECK, "check", "{do: bus|sense|driver|button|light|cell|write|keep|done, ms?, percent?, …}",
     "facts about one part, measured now, within a second; never in a run", 1),
    (STREAM, "stream", "unasked",
     "{t, lean, cadence, activity, band, fb, lo, hi, cap, cue?, ms?, lost}: ms of running, "
     "1/100 degree, 1/100 step/min, numbers of the core", 1),
    (ERROR, "error", "", "{error, why}: also for damaged JSON and unknown kinds", 1),
)  # fmt: skip
