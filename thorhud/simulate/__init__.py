"""A simulated unit behind the interfaces of a real one: containers are processes, values are made."""
