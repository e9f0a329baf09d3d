"""The options of `thorhud launch` as they are typed, and as the unit's agent takes them."""

import argparse
import os
from pathlib import Path
from typing import Any

from thorhud.domain.custom_model import PREFIX
from thorhud.domain.errors import ThorHudError
from thorhud.domain.option_rules import parse_options

TOKEN_VARIABLE = "HF_TOKEN"  # noqa: S105 - a name, not a token


def add_launch_options(parser: argparse.ArgumentParser) -> None:
    """Describe what may be changed about one launch."""
    changes = parser.add_argument_group(
        "changes for this launch", "Without them a model is served as the workshop does."
    )
    changes.add_argument("--gpu-memory-utilization", type=float, metavar="SHARE", help="share of memory, 0.05 to 0.98")
    changes.add_argument("--max-model-len", type=int, metavar="TOKENS", help="the longest conversation")
    changes.add_argument("--max-num-seqs", type=int, metavar="N", help="answers at a time")
    changes.add_argument("--enforce-eager", action="store_true", help="without torch.compile and CUDA graphs")
    changes.add_argument("--fast-start", action="store_true", help="without torch.compile, as this vLLM says it")
    changes.add_argument("--image", metavar="NAME", help="another image, which must be on the unit")
    changes.add_argument("--model", metavar="MODEL", help="another model: an id in the cache, or a folder of the unit")
    extra = "one further argument of vllm serve; again for the next one: --extra=--seed --extra=7"
    changes.add_argument("--extra", action="append", default=[], metavar="WORD", help=extra)
    parser.add_argument("--take-over", action="store_true", help="cancel what somebody else is starting here")
    token = parser.add_mutually_exclusive_group()
    never = "It is handed to the container only and written down nowhere."
    token.add_argument("--hf-token-file", type=Path, metavar="FILE", help=f"a token for gated models. {never}")
    token.add_argument("--hf-token-env", action="store_true", help=f"the same from {TOKEN_VARIABLE}")


def wanted(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return what is typed as arguments of the command; raise a `ThorHudError` with what is wrong with it."""
    values: dict[str, Any] = {
        "gpu_memory_utilization": arguments.gpu_memory_utilization,
        "max_model_len": arguments.max_model_len,
        "max_num_seqs": arguments.max_num_seqs,
        "enforce_eager": arguments.enforce_eager or None,
        "fast_start": arguments.fast_start or None,
        "image": arguments.image,
        "model": arguments.model,
        "extra_arguments": arguments.extra or None,
    }
    options = {name: value for name, value in values.items() if value is not None}
    _, faults = parse_options(options)
    if faults:
        raise ThorHudError(" ".join(each.sentence for each in faults), next_step="See: thorhud launch --help")
    asked: dict[str, Any] = {"configuration_id": _named(arguments.id)}
    if options:
        asked["options"] = options
    if arguments.take_over:
        asked["take_over"] = True
    if token := _token(arguments):
        asked["hf_token"] = token
    return asked


def _named(name: str) -> str:
    """Return the configuration's id; what holds a slash is a model's own."""
    return f"{PREFIX}{name}" if "/" in name and not name.startswith(PREFIX) else name


def _token(arguments: argparse.Namespace) -> str:
    if arguments.hf_token_env:
        token = os.environ.get(TOKEN_VARIABLE, "").strip()
        if not token:
            raise ThorHudError(f"{TOKEN_VARIABLE} is not set.", next_step=f"Type: read -s {TOKEN_VARIABLE}; export it.")
        return token
    if arguments.hf_token_file is None:
        return ""
    try:
        return str(arguments.hf_token_file.read_text(encoding="ascii")).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ThorHudError(f"The token's file {arguments.hf_token_file} cannot be read.") from error
