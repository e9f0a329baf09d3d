"""Repairs: what a person would type, run for them, and proven."""
