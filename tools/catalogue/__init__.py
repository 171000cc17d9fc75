"""Translation catalogues: messages in the source, missing ones, untranslatable text."""
