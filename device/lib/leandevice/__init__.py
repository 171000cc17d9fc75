"""The clip's program: small parts, each with a ``step``; ``app`` calls them in one pass."""

IMAGE = ""  # hash of the image's source; "" = this source itself
