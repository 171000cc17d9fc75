"""Mutation testing: small changes of the code that no test detects."""
