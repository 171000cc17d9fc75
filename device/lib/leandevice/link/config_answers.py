"""Configuration that a host reads and changes: settings, prescription, the clinic's key."""

from leancore.coaching import prescription
from leancore.coaching.session_plan import UNMEASURED
from leancore.hints import TYPE_CHECKING
from leancore.link import clinic_lock
from leancore.link import messages as m
from leancore.numeric.const import const
from leancore.schema import settings, table

from leandevice.link.request_values import need_idle, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from leandevice.interfaces import Recorded
    from leandevice.link.access_control import AccessControl
    from leandevice.link.request_handler import Answers
    from leandevice.link.request_values import Answer, Request
    from leandevice.storage.stored_config import StoredConfig

_SETTINGS_IN_ANSWER = const(10)


class ConfigAnswers:
    """``configure``: applies a changed configuration to the parts. ``access``: of this port."""

    def __init__(
        self,
        config: "StoredConfig",
        recorder: "Recorded",
        access: "AccessControl",
        configure: "Callable[[], None]",
    ) -> None:
        self._config = config
        self._recorder = recorder
        self._access = access
        self._configure = configure
        self.answers: Answers = {
            m.SETTINGS_GET: self._settings_get,
            m.SETTINGS_SET: self._settings_set,
            m.PRESCRIPTION_GET: self._prescription_get,
            m.PRESCRIPTION_SET: self._prescription_set,
            m.CHALLENGE: self._challenge,
            m.PROOF: self._proof,
            m.KEY_SET: self._key_set,
        }

    def _settings_get(self, request: "Request") -> "Answer":
        start = whole(request, "from", 0)
        names = settings.SETTINGS[table.NAME]
        values = self._config.settings
        return {
            "from": start,
            "total": len(names),
            "values": {name: values[name] for name in names[start : start + _SETTINGS_IN_ANSWER]},
        }

    def _settings_set(self, request: "Request") -> "Answer":
        need_idle(self._recorder)
        config = self._config
        values = dict(config.settings)
        values.update(request)
        values = settings.checked(values)
        if values != config.settings:
            self._access.need(clinic_lock.SETTINGS, request)
        if values != config.settings:
            before = config.settings
            config.settings = values
            try:
                self._save()
            except (OSError, ValueError):
                config.settings = before
                raise
        return {"settings": settings.fingerprint(config.settings)}

    def _prescription_get(self, _request: "Request") -> "Answer":
        return self._config.prescription

    def _prescription_set(self, request: "Request") -> "Answer":
        need_idle(self._recorder)
        config = self._config
        values = prescription.checked(request)
        if values != config.prescription:  # a repeated request after a lost answer changes nothing
            self._access.need(clinic_lock.PRESCRIPTION, values)
        same_patient = values["patient"] == config.prescription["patient"]
        if values == config.prescription:
            return values
        before = config.prescription, config.sessions, config.baseline_cdeg
        config.prescription = values
        if not same_patient:
            config.sessions = 0
            config.baseline_cdeg = UNMEASURED
        try:
            self._save()
        except (OSError, ValueError):
            config.prescription, config.sessions, config.baseline_cdeg = before
            raise
        return values

    def _save(self) -> None:
        """Save a change, then apply it."""
        self._config.save()
        self._configure()

    def _challenge(self, _request: "Request") -> "Answer":
        return self._access.challenge()

    def _proof(self, request: "Request") -> "Answer":
        self._access.offer(request["for"], request["proof"])
        return {"for": request["for"]}

    def _key_set(self, request: "Request") -> "Answer":
        """Accept the first key unchecked; a change or removal needs a proof with the old one."""
        need_idle(self._recorder)
        key = request["key"]
        if key != "":
            clinic_lock.key_of(key)
        reads = 1 if key and request.get("reads") else 0
        clinic = self._config.clinic
        if (key, reads) != (clinic["key"], clinic["reads"]):
            self._access.need(clinic_lock.KEY, {"key": key, "reads": reads})
            self._access.keep(key, reads)
        return {"locked": 1 if key else 0, "reads": reads}
