"""Pages framed."""
