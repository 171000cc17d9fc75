"""The clip's program: small parts, each with a ``step``; ``app`` calls them in one pass."""

IMAGE = ""  # what the installer's image was made from; "" = this source itself
