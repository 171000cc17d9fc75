"""The device as an object: found, asked, sent to."""
