"""The messages of the wire (``messages``) in words, for desk and documentation."""

from leancore.link import messages as m

# kind, name, what is asked, what is answered, since protocol
MESSAGES = (
    (m.HELLO, "hello", "{protocol, time_s?}",
     "{protocol, uid, version, core, board, settings, patient}", 1),
    (m.INFO, "info", "{}",
     "{mode, battery_mv, runs, free_pages, pages, session, baseline_cdeg, faults, up_s}", 1),
    (m.SETTINGS_GET, "settings_get", "{from}", "{from, total, values: {name: value}}", 1),
    (m.SETTINGS_SET, "settings_set", "{name: value, …}", "{settings: hash}", 1),
    (m.PRESCRIPTION_GET, "prescription_get", "{}", "the prescription", 1),
    (m.PRESCRIPTION_SET, "prescription_set", "the prescription",
     "the prescription as read back", 1),
    (m.RUNS, "runs", "{from}", "{total, runs: [[id, pages, wall_s, seconds, closed]]}", 1),
    (m.PAGES, "pages", "{run, from, count}",
     "raw, each page a frame: run id, page number, the packed page", 1),
    (m.ERASE, "erase", "{run}", "{run, left}: pages still to be erased; ask until 0", 1),
    (m.PULLED, "pulled", "{run}", "{run}: the desk has it whole; a full log may give it up", 1),
    (m.COMMAND, "command", "{do: calibrate|feel|end|edit|reset}",
     "{done}; edit and reset start the clip anew a moment later, edit in edit mode", 1),
    (m.LIVE, "live", "{on: 0|1}", "{on}; STREAM frames follow while on", 1),
    (m.FILES, "files", "{path}", "{path, bytes, crc}: as the clip reads it; bytes -1 = absent", 1),
    (m.CHALLENGE, "challenge", "{}", "{challenge, counter, uid, locked, reads}", 1),
    (m.PROOF, "proof", "{for: prescription|settings|read|key, proof}",
     "{for}; a change follows and counts if the proof is right for it", 1),
    (m.KEY_SET, "key_set", "{key: 64 hex digits or \"\", reads: 0|1}", "{locked, reads}", 1),
    (m.TRACE, "trace", "{}",
     "{image, error}: what the program was made from; the last error in it, as Python tells it", 1),
    (m.STREAM, "stream", "unasked",
     "{t, lean, cadence, activity, band, fb, lo, hi, cap, cue?, ms?, lost}: ms of running, "
     "1/100 degree, 1/100 step/min, numbers of the core", 1),
    (m.ERROR, "error", "", "{error, why}: also for damaged JSON and unknown kinds", 1),
)  # fmt: skip
