"""What is prescribed, how a session goes, and when a cue is given."""
