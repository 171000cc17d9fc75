"""The catalogues of words: what is in the source, what is missing, what stands outside."""
