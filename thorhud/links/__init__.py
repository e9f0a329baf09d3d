"""How a face talks to an agent: the same messages, whatever carries them."""
