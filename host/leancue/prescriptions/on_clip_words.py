"""Texts about a clip's content: since when, and differences to the newest prescription."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from leancore.coaching.session_plan import UNMEASURED

from leancue.language.formats import decimal
from leancue.language.words import _
from leancue.prescriptions.differences import changes_in_words, same

Said = Callable[[int | None], str]


class Holding(NamedTuple):
    """A clip's last reported content; like ``library.OnClip``, with the names used here."""

    clip: str
    values: Mapping[str, Any] | None
    own_lean_cdeg: int | None
    since_s: int | None
    read_s: int | None
    sending_s: int | None


class ClipWords(NamedTuple):
    """``words``: of one clip, a sentence or two; ``same``: whether it is up to date."""

    words: str
    same: bool


def on_clip(
    holding: Holding, newest: Mapping[str, Any] | None, own_cdeg: int | None, when: Said
) -> ClipWords:
    """Return what is on a clip now.

    Args:
        holding: what it said last.
        newest: the newest prescription of the patient, None before the first.
        own_cdeg: the own lean that the patient's page shows, None where it is not known.
        when: gives a time in words.
    """
    clip = holding.clip
    if holding.sending_s is not None:
        return ClipWords(
            _(
                "A prescription was being sent to the clip {clip} at {sending}, but the clip did "
                "not read it back. It has either the old or the new one. Plug it in, and the desk "
                "will check.",
                clip=clip, sending=when(holding.sending_s),
            ), False,
        )  # fmt: skip
    if holding.values is None:
        return ClipWords(_("The clip {clip} has another patient's prescription.", clip=clip), False)
    since = _("On the clip {clip} since {since}", clip=clip, since=when(holding.since_s))
    read = _("read back at {read}", read=when(holding.read_s))
    if newest is None:
        return ClipWords(
            _(
                "{since}, {read}; this library has no prescription for this patient.",
                since=since,
                read=read,
            ),
            False,
        )
    parts = differences(holding, newest, own_cdeg)
    if not parts:
        return ClipWords(_("{since}, {read}: as prescribed here.", since=since, read=read), True)
    return ClipWords(
        _(
            "The clip {clip} does not have the newest prescription ({read}): {parts}. Send it.",
            clip=clip, read=read, parts='; '.join(parts),
        ), False,
    )  # fmt: skip


def differences(holding: Holding, newest: Mapping[str, Any], own_cdeg: int | None) -> list[str]:
    """Return how a clip's content differs from the newest prescription, "from clip → to here"."""
    assert holding.values is not None
    found = []
    changed = changes_in_words(holding.values, newest)
    if changed != same():
        found.append(_("on the clip → here: {changed}", changed=changed))
    if newest["baseline_cdeg"] == UNMEASURED == holding.values["baseline_cdeg"]:
        found += _own_lean(holding.own_lean_cdeg, own_cdeg)
    return found


def _own_lean(clip_cdeg: int | None, own_cdeg: int | None) -> list[str]:
    if own_cdeg is None or (clip_cdeg is not None and abs(clip_cdeg - own_cdeg) <= 5):
        return []
    if clip_cdeg is None:
        return [
            _(
                "it has not measured the runner's own lean yet; its next run, without cues, "
                "does that"
            )
        ]
    return [
        _(
            "it uses {clip}° as the runner's own lean, here it is {own}°",
            clip=decimal(clip_cdeg / 100, 1),
            own=decimal(own_cdeg / 100, 1),
        )
    ]


def history_status(
    made_to: str | None, made_s: int | None, held_by: list[str], *, newest: bool, when: Said
) -> str:
    """Return where one prescription of the history is.

    Args:
        made_to: the clip that read it back last, None where it was never sent.
        made_s: when it did.
        held_by: the clips that said last that they hold it.
        newest: whether it is the present one.
        when: gives a time in words.
    """
    clips = ", ".join(held_by)
    if newest:
        if held_by:
            return _(
                "current; on the clip {clips}, sent {made}",
                clips=clips,
                made=when(made_s),
            )
        if made_to:
            return _(
                "current; read back by the clip {made_to} at {made}",
                made_to=made_to,
                made=when(made_s),
            )
        return _("current; not sent")
    if held_by:
        return _(
            "replaced, but still on the clip {clips}, sent {made}",
            clips=clips,
            made=when(made_s),
        )
    if made_to:
        return _(
            "replaced; sent to the clip {made_to} at {made}",
            made_to=made_to,
            made=when(made_s),
        )
    return _("replaced; never sent")
