"""Prescriptions as files and in words."""
