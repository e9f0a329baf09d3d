"""What a person may change about one launch; closed by default, checked before anything starts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchOptions:
    """Changes to a configuration for one launch; None leaves what the workshop says."""

    gpu_memory_utilization: float | None = None
    """Share of the memory that vLLM may claim, 0.05 to 0.98."""
    max_model_len: int | None = None
    """Tokens of the longest prompt and answer together."""
    max_num_seqs: int | None = None
    """Answers at a time."""
    enforce_eager: bool = False
    """Without torch.compile and CUDA graphs: starts sooner, answers slower."""
    fast_start: bool = False
    """Without torch.compile; how that is said differs by vLLM's version."""
    image: str | None = None
    model: str | None = None
    """Another model to serve with this configuration's container: an id in the cache, or a folder of the unit."""
    extra_arguments: tuple[str, ...] = ()
    """Further arguments of `vllm serve`, one word each."""

    @property
    def any_set(self) -> bool:
        """Whether anything differs from the workshop's way."""
        return self != LaunchOptions()
