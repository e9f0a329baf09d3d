"""The unit agent: the one place where the parts of a unit meet."""
