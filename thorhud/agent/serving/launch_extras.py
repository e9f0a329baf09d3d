"""What a launch may be told besides the configuration."""

from dataclasses import dataclass, field

from thorhud.domain.launch_options import LaunchOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchExtras:
    """Nothing of it is set where somebody just presses a model."""

    options: LaunchOptions = field(default_factory=LaunchOptions)
    take_over: bool = False
    """Cancel what somebody else is starting; they said yes, or the asker did after being told."""
    hf_token: str = field(default="", repr=False)
    """For gated models; goes into the container's environment and nowhere else."""


PLAIN = LaunchExtras()
