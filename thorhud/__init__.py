"""thorhud: the heads-up display of an LLM serving workshop on NVIDIA Jetson AGX Thor."""

__version__ = "0.1.0"
