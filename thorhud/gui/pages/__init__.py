"""Leaves laid out."""
