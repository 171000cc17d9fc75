"""The project's site: its pages, its pictures, its build. Start at ``pages`` and ``build``."""
