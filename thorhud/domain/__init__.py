"""What is true about a unit: frozen values and pure functions, no I/O, no clock, no threads."""
