"""The wire between device and host: frames, messages, the clinic's lock."""
