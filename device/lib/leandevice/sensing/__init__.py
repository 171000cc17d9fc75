"""The sensor: start-up, reading, watchdog, sleep."""
