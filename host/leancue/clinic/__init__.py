"""The clinic's page: a local web page for the therapist (``leancue clinic``).

Nothing here is imported by another room; NiceGUI, SQLAlchemy and typst come with the extra
``clinic``.
"""
