"""All variants, by key."""

from __future__ import annotations

from boards.case.sizes import (
    Variant,
    adafruit_feather_rp2040,
    adafruit_qtpy_rp2040,
    raspberry_pi_pico,
    seeed_xiao,
)

VARIANTS: dict[str, Variant] = {
    variant.key: variant
    for variant in (
        adafruit_feather_rp2040.VARIANT,
        adafruit_qtpy_rp2040.VARIANT,
        seeed_xiao.VARIANT,
        raspberry_pi_pico.VARIANT,
    )
}
