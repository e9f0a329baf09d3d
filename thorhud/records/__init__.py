"""What was run on this unit, in SQLite."""
