"""What one simulated server is to be: handed from the agent to the server's process as JSON."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPlan:
    """Everything that a simulated `vllm serve` needs to know; made by `thorhud.simulate.planning`.

    ``stages`` are seconds by `StageName`, in order, at normal speed; ``start_speed`` divides them and nothing else.
    """

    model: str
    port: int
    stages: dict[str, float]
    draft_model: str | None = None
    shards: int = 1
    draft_shards: int = 0
    model_memory_gib: float = 1.0
    kv_cache_gib: float = 1.0
    kv_cache_tokens: int = 8192
    max_model_len: int = 131072
    tokens_per_s_short: float = 20.0
    """Mean decode rate of an answer of up to `SHORT_TOKENS` tokens."""
    tokens_per_s_long: float = 20.0
    """Mean decode rate of an answer of ``long_tokens`` tokens."""
    long_tokens: int = 1024
    speculative_tokens: int = 0
    """How many tokens the draft model proposes in a step; 0 without speculation."""
    reasoning: bool = False
    start_speed: float = 1.0
    fault: str | None = None
    warm: bool = False
    """torch.compile finds the result of an earlier start."""

    def to_json(self) -> str:
        """Return the plan as text for the server's process."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "ServerPlan":
        """Read what `to_json` wrote."""
        return cls(**json.loads(text))
