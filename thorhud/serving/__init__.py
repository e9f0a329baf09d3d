"""Start, watch and stop vLLM in a container."""
