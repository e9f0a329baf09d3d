"""Serving on one unit: launched, watched, switched, found again, and ended."""
