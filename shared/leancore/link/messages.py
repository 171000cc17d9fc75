"""The messages on the wire, by number; what is asked and answered stands in ``message_words``.

A request is answered by a frame of the same sequence number: its own kind with bit 7 set, or
ERROR. Control payloads are JSON objects; PAGES answers with raw frames. Every request may be
sent twice without harm.
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
STREAM = 0x40
ERROR = 0x7F
ANSWER = 0x80

PAGE_HEAD_BYTES = 8
PAGE_HEAD = "<II"  # run id, page number; then the page as ``page_parts.pack`` leaves it
