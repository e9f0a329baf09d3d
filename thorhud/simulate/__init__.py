"""A simulated unit behind the same interfaces as a real one."""
