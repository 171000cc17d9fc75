"""Which faults the runner feels: those that a runner can do something about."""

from __future__ import annotations

import pytest
from leancore.schema import faults

OF_THE_SENSOR = ("gyro_", "accelerometer_", "chip_", "sensor_settings", "sample_time")


@pytest.mark.parametrize("row", faults.FAULTS, ids=lambda row: row[1])
def test_a_sensor_that_errs_and_is_helped_out_is_not_felt(row: tuple[object, ...]) -> None:
    assert row[-1] == faults.TOLD or not str(row[1]).startswith(OF_THE_SENSOR)
