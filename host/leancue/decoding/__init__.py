"""The core's records and samples as arrays."""
