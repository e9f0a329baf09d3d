"""Readers of the machine at hand: kernel files first, each missing thing with its reason."""
