"""Leaves: each shows one domain value."""
