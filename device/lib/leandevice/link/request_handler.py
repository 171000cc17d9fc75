"""What the clip answers to the desk's requests: one method a message."""

import gc

import leancore
from leancore.coaching import prescription
from leancore.coaching.session_plan import UNMEASURED
from leancore.link import clinic_lock
from leancore.link import messages as m
from leancore.numeric.const import const
from leancore.schema import settings

from leandevice import IMAGE
from leandevice.link.access_control import AccessControl
from leandevice.storage.run_archive import RunArchive

_ERASE_PAGES = const(4)  # erased per request: each costs some 50 ms of flash
_ABSENT = const(2)  # errno: no such file
_RESTARTS = ("edit", "reset")
_PATH_MAX = const(128)
_RUNS_IN_ANSWER = const(6)
_SETTINGS_IN_ANSWER = const(10)
_WHOLE_MAX = const((1 << 32) - 1)


class RequestHandler:
    """Answers from the parts of ``app``; raises ValueError, KeyError or OSError with the reason."""

    def __init__(self, app):
        self._app = app
        self._clinic = AccessControl(app.config, app.uid)
        self._archive = RunArchive(app.store)
        self._answers = {
            m.HELLO: self._hello,
            m.INFO: self._info,
            m.SETTINGS_GET: self._settings_get,
            m.SETTINGS_SET: self._settings_set,
            m.PRESCRIPTION_GET: self._prescription_get,
            m.PRESCRIPTION_SET: self._prescription_set,
            m.RUNS: self._runs,
            m.ERASE: self._erase,
            m.PULLED: self._pulled,
            m.COMMAND: self._command,
            m.FILES: self._files,
            m.CHALLENGE: self._challenge,
            m.PROOF: self._proof,
            m.KEY_SET: self._key_set,
            m.TRACE: self._trace,
        }

    @property
    def recording(self):
        """True while a run is being recorded: it goes before all that the desk wants."""
        return self._app.recorder.open

    def answer(self, kind, request):
        """Return the answer (a dict) to ``request`` (a dict)."""
        if kind not in self._answers:
            raise ValueError("unknown request " + hex(kind))
        gc.collect()  # or what is kept later comes to lie in the heap's one large piece
        return self._answers[kind](request)

    def pages(self, request):
        """Return (run id, first page, count) of a request for pages."""
        self._clinic.need_read()
        return _whole(request, "run"), _whole(request, "from"), _whole(request, "count")

    def hang_up(self):
        """The desk has gone: what it proved goes with it."""
        self._clinic.hang_up()

    def page(self, run_id, number):
        """Return a page of the log, in its place in ``frame``, or None."""
        return self._archive.read(run_id, number)

    def frame(self):
        """The frame in which pages leave (bytearray)."""
        return self._archive.frame()

    def _hello(self, request):
        app = self._app
        self.hang_up()
        if "time_s" in request:
            app.wall_clock.set(_whole(request, "time_s"))  # one that cannot be is left out
        return {
            "protocol": m.PROTOCOL,
            "uid": app.uid,
            "version": leancore.__version__,
            "board": app.board,
            "settings": settings.fingerprint(app.config.settings),
            "patient": app.config.prescription["patient"],
            "core": leancore.__version__,
        }

    def _info(self, _request):
        app = self._app
        return {
            "mode": app.feedback.mode,
            "battery_mv": app.battery.millivolts or None,
            "runs": len(app.store.runs),
            "free_pages": app.store.free_pages,
            "pages": app.store.slots,
            "session": app.config.sessions,
            "baseline_cdeg": app.config.effective_prescription()["baseline_cdeg"],
            "faults": {str(number): count for number, count in app.recorder.faults.items()},
            "worst_pass_ms": app.worst_pass_ms,
            "up_s": app.wall_clock.up_s,
        }

    def _trace(self, _request):
        return {"image": IMAGE, "error": self._app.last_error}

    def _settings_get(self, request):
        start = _whole(request, "from", 0)
        rows = settings.SETTINGS[start : start + _SETTINGS_IN_ANSWER]
        values = self._app.config.settings
        return {
            "from": start,
            "total": len(settings.SETTINGS),
            "values": {row[0]: values[row[0]] for row in rows},
        }

    def _settings_set(self, request):
        config = self._idle_config()
        values = dict(config.settings)
        values.update(request)
        values = settings.checked(values)
        if values != config.settings:
            self._clinic.need(clinic_lock.SETTINGS, request)
        if values != config.settings:
            before = config.settings
            config.settings = values
            try:
                self._save(config)
            except (OSError, ValueError):
                config.settings = before
                raise
        return {"settings": settings.fingerprint(config.settings)}

    def _prescription_get(self, _request):
        return self._app.config.prescription

    def _prescription_set(self, request):
        config = self._idle_config()
        values = prescription.checked(request)
        if values != config.prescription:  # the same again, after a lost answer, changes nothing
            self._clinic.need(clinic_lock.PRESCRIPTION, values)
        same_patient = values["patient"] == config.prescription["patient"]
        if values == config.prescription:
            return values
        before = config.prescription, config.sessions, config.baseline_cdeg
        config.prescription = values
        if not same_patient:
            config.sessions = 0
            config.baseline_cdeg = UNMEASURED
        try:
            self._save(config)
        except (OSError, ValueError):
            config.prescription, config.sessions, config.baseline_cdeg = before
            raise
        return values

    def _idle_config(self):
        self._need_idle()
        return self._app.config

    def _need_idle(self):
        if self._app.recorder.open:
            raise ValueError("a run is being recorded; end it first (hold the button for 2 s)")

    def _save(self, config):
        """Save what is new, and let it count."""
        config.save()
        self._app.configure()

    def _runs(self, request):
        self._clinic.need_read()
        runs = self._app.store.runs
        start = _whole(request, "from", 0)
        return {
            "total": len(runs),
            "runs": [
                [run.run_id, run.pages, self._app.runs.began_s(run), run.seconds, run.closed]
                for run in (runs[i] for i in range(start, min(start + _RUNS_IN_ANSWER, len(runs))))
            ],
        }

    def _erase(self, request):
        app = self._app
        run_id = _whole(request, "run")
        self._clinic.need_read()
        self._need_idle()
        if app.store.find(run_id) is None:
            return {"run": run_id, "left": 0}
        if run_id > app.config.last_run:  # its number must not come again
            app.config.last_run = run_id
            app.config.save()
        left = self._archive.erase_some(run_id, _ERASE_PAGES)
        if not left:
            app.store.settle()
        return {"run": run_id, "left": left}

    def _pulled(self, request):
        """The desk has the whole run: a full log may give it up for the next one."""
        run_id = _whole(request, "run")
        self._clinic.need_read()
        self._need_idle()
        self._archive.mark_pulled(run_id)
        self._app.store.settle()
        return {"run": run_id}

    def _command(self, request):
        do = request["do"]
        if do in _RESTARTS:
            self._need_idle()
            self._app.restarts.ask(do == "edit", self._app.clock.ticks_ms())
        else:
            self._app.user_input.command(do)
        return {"done": do}

    def _challenge(self, _request):
        return self._clinic.challenge()

    def _proof(self, request):
        self._clinic.offer(request["for"], request["proof"])
        return {"for": request["for"]}

    def _key_set(self, request):
        """The first key is taken as it is; another one, or none, needs a proof by the old one."""
        self._need_idle()
        key = request["key"]
        if key != "":
            clinic_lock.key_of(key)
        reads = 1 if key and request.get("reads") else 0
        clinic = self._app.config.clinic
        if (key, reads) != (clinic["key"], clinic["reads"]):
            self._clinic.need(clinic_lock.KEY, {"key": key, "reads": reads})
            self._clinic.keep(key, reads)
        return {"locked": 1 if key else 0, "reads": reads}

    def _files(self, request):
        """What a file of the drive is, as the clip itself reads it."""
        self._need_idle()
        path = request["path"]
        if not isinstance(path, str) or len(path) > _PATH_MAX:
            raise ValueError("path must be a text of at most %d characters" % _PATH_MAX)
        try:
            size, crc = self._app.drive.fingerprint(path)
        except OSError as error:
            if error.errno != _ABSENT:
                raise
            size, crc = -1, 0
        return {"path": path, "bytes": size, "crc": crc}


def _whole(request, name, default=None):
    """A whole number that fits a page's header; KeyError if it is missing, ValueError if not."""
    value = request.get(name, default)
    if value is None:
        raise KeyError(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _WHOLE_MAX:
        raise ValueError(name + " must be a whole number from 0 on")
    return value
