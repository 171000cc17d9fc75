"""Prescriptions as files and as text."""
