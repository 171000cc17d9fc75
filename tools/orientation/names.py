"""The recordings with optical ground truth used by the orientation bench, and their motions."""

OPTICAL = {
    "optical_05": "slow rotation", "optical_07": "fast rotation",
    "optical_15": "fast translation", "optical_24": "tapping",
}  # fmt: skip
SACRAL = "sacral_run_1"
RUNS = (SACRAL, "rbds_s001_25", "rbds_s001_35")
