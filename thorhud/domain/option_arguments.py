"""From the options of a launch to the arguments of `vllm serve`."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from thorhud.domain.launch_options import LaunchOptions
from thorhud.domain.messages import LaunchRecord
from thorhud.domain.serve_arguments import AT_A_TIME, CONTEXT, UTILIZATION, parse_version

EAGER: Final = "--enforce-eager"
"""Every version knows it: no torch.compile and no CUDA graphs."""
LEVEL_KNOWN_SINCE: Final = (0, 10)
MODE_KNOWN_SINCE: Final = (0, 11, 1)
"""From then on the key of ``--compilation-config`` is ``mode``; 0.20 refuses ``level`` and ends with exit code 2."""
_COMPILATION: Final = ("--compilation-config", "-cc", "-O", "--optimization-level")


def with_options(
    serve_arguments: Sequence[str], options: LaunchOptions, *, vllm_version: str | None = None
) -> tuple[str, ...]:
    """Return the arguments with *options* behind them, where the last one counts."""
    return (*serve_arguments, *_of_options(options, serve_arguments, vllm_version))


def _of_options(options: LaunchOptions, before: Sequence[str], vllm_version: str | None) -> Iterator[str]:
    if options.gpu_memory_utilization is not None:
        yield from (UTILIZATION, f"{options.gpu_memory_utilization:g}")
    if options.max_model_len is not None:
        yield from (CONTEXT, str(options.max_model_len))
    if options.max_num_seqs is not None:
        yield from (AT_A_TIME, str(options.max_num_seqs))
    if options.enforce_eager:
        yield EAGER
    elif options.fast_start:
        yield from fast_start(vllm_version, beside=(*before, *options.extra_arguments))
    yield from options.extra_arguments


def fast_start(vllm_version: str | None, *, beside: Iterable[str] = ()) -> tuple[str, ...]:
    """Return how this version of vLLM is told not to compile; CUDA graphs stay where it can be said apart.

    A version that nobody knows gets the flag that every version understands, and so does a command that configures
    its compilation already: of two configurations one would be lost.
    """
    if vllm_version is None or any(_configures_compilation(each) for each in beside):
        return (EAGER,)
    version = parse_version(vllm_version)
    if version >= MODE_KNOWN_SINCE:
        return ("--compilation-config", '{"mode":0}')
    if version >= LEVEL_KNOWN_SINCE:
        return ("--compilation-config", '{"level":0}')
    return (EAGER,)


def _configures_compilation(word: str) -> bool:
    name = word.partition("=")[0].partition(".")[0].replace("_", "-")
    return name in _COMPILATION or (name.startswith("-O") and name[2:].isdigit())


def version_in(image: str, launches: Iterable[LaunchRecord], *, digest: str | None = None) -> str | None:
    """Return which vLLM an image holds, as the newest launch of it said; None where none did.

    The digest counts where it is known: a name may be given to another image.
    """
    for launch in launches:
        same = launch.image_digest == digest if digest and launch.image_digest else launch.image == image
        if same and launch.vllm_version:
            return launch.vllm_version
    return None
