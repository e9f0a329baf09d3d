"""Readers of one machine's hardware."""
