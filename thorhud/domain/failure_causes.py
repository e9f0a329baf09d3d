"""What a person is told about each cause, in plain words; the ids in `KINDS` are stable.

Those of the unit and of Docker are in `unit_causes`. What vLLM itself says:

memory-at-start        less memory was free than the share the model may take
kv-memory              the asked conversation cache is larger than the free memory (CPU)
kv-cache-too-small     what is left after the weights holds no full conversation
memory-moved           another program took or gave back memory while vLLM measured it
out-of-memory          memory ran out while loading or answering
killed                 the kernel or Docker ended the process at once
gpt-oss-vocabulary     the word list of GPT-OSS is missing or damaged
gpu-not-visible        the container does not see the GPU
gpu-code-unsupported   the image holds no code for this GPU
ptxas                  the image's assembler does not know this GPU
gpu-error              the GPU reported an error
port-in-use            another program listens on the port
model-not-found        neither a folder nor a name of a model
gated                  the model asked for a login
weights-missing        offline, and the files are not on the unit
no-network             the model hub did not answer
weights-damaged        a weight file is missing or cut short
weights-layout         the folder holds something else than a model
tokenizer              the tokenizer's files are missing or too new
unknown-architecture   this vLLM does not know the model's type
remote-code            the model brings code of its own
max-model-len          longer context asked than the model has
unknown-flag           an argument this vLLM does not have
compile-option         a key of --compilation-config this vLLM does not have
bad-json               an argument is not valid JSON
bad-value              an argument has a value vLLM refuses
compiler-missing       the image has no C++ compiler
openssl-missing        the image has no openssl
command-missing        the image has no vllm command
slow-start             loading took longer than vLLM waits
swap-space             more swap space asked than memory allows
too-many-files         the limit of open files is too low
engine-died            the engine ended under a running server
chat-failed            the server is healthy and answers no chat
stopped-outside        something else stopped the server
crashed                the process crashed
unknown                nobody knows
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from thorhud.domain.cause import Cause
from thorhud.domain.unit_causes import UNIT_CAUSES

__all__ = ["ALIASES", "CAUSES", "KINDS", "Cause", "cause_of"]

_CAUSES: Final = {
    "memory-at-start": Cause(
        headline="Too little memory is free",
        explanation="vLLM takes its share of memory at the start and found less free than that.",
        explanation_with_figures=(
            "vLLM needs {needed} GiB and found {free} GiB free of {total} GiB. Copies of files and what the last model"
            " left behind count as taken."
        ),
        next_step="Clear memory and try again. If that does not help, restart Docker, then reboot.",
    ),
    "kv-memory": Cause(
        headline="The conversation cache does not fit",
        explanation="More memory was asked for conversations than is free.",
        explanation_with_figures="{needed} GiB were asked for conversations, and {free} GiB of {total} GiB are free.",
        next_step="Ask for a smaller conversation cache, or clear memory and try again.",
    ),
    "kv-cache-too-small": Cause(
        headline="No room for one full conversation",
        explanation="The weights leave too little of the model's share of memory for a conversation.",
        explanation_with_figures=(
            "One conversation of {length} tokens needs {needed} GiB, and {free} GiB are left after the weights."
        ),
        next_step="Give the model a larger share of memory or a shorter context.",
    ),
    "memory-moved": Cause(
        headline="Memory changed while vLLM measured it",
        explanation="Another program took or gave back memory during the start.",
        next_step="Wait until nothing else starts or stops, then try again.",
    ),
    "out-of-memory": Cause(
        headline="Memory ran out",
        explanation="The model, its conversations and the rest of the unit need more memory than there is.",
        next_step="Clear memory and try again, with a smaller share of memory or a shorter context.",
    ),
    "killed": Cause(
        headline="The system ended vLLM",
        explanation="It was killed at once, without a word in its log; most often because memory ran out.",
        next_step="Clear memory and try again, with a smaller share of memory.",
        seen_by="exit code 137, or Docker says that memory ran out",
    ),
    "gpt-oss-vocabulary": Cause(
        headline="The word list for GPT-OSS is missing",
        explanation="GPT-OSS reads two token files before it can answer, and they are missing or damaged.",
        next_step="Put the two token files in place and start again.",
    ),
    "gpu-not-visible": Cause(
        headline="Docker does not use the NVIDIA runtime by default",
        explanation="The container does not see the GPU.",
        next_step="Add the default runtime to daemon.json, restart Docker and start again.",
    ),
    "gpu-code-unsupported": Cause(
        headline="This image was not built for this GPU",
        explanation="It holds no code that the GPU of this unit can run.",
        next_step="Use the workshop's image.",
    ),
    "ptxas": Cause(
        headline="The assembler in this image does not know this GPU",
        explanation="Triton uses its own ptxas, which is older than the GPU.",
        next_step="Set TRITON_PTXAS_PATH=/usr/local/cuda/bin/ptxas and start again.",
    ),
    "gpu-error": Cause(
        headline="The GPU reported an error",
        explanation="A computation on the GPU failed and took the engine with it.",
        next_step="Start again. If it comes back, reboot the unit.",
    ),
    "port-in-use": Cause(
        headline="Another program uses the port",
        explanation="vLLM cannot listen where something else already does; often it is another vLLM.",
        next_step="Stop the other server, then start again.",
    ),
    "model-not-found": Cause(
        headline="The model was not found",
        explanation="What was given is neither a folder on the unit nor the name of a model.",
        explanation_with_figures="{model} is neither a folder on the unit nor the name of a model.",
        next_step="Check the model's name or path.",
    ),
    "gated": Cause(
        headline="The model asked for a login, the copy on disk was not found",
        explanation="The model hub gives this model only to accounts that were granted access.",
        next_step="Use the copy on disk; if it is absent, copy it from the rack server.",
    ),
    "weights-missing": Cause(
        headline="The model's files are not on this unit",
        explanation="The start is offline and the files are not where the cache should hold them.",
        next_step="Copy the model's files to this unit, then start again.",
    ),
    "no-network": Cause(
        headline="The model hub does not answer",
        explanation="vLLM looked for files on the network, and there is no way out of this unit.",
        next_step="If the files are on the unit, start offline (HF_HUB_OFFLINE=1); else connect it to the network.",
    ),
    "weights-damaged": Cause(
        headline="A weight file is damaged or missing",
        explanation="The copy of the model on this unit is not complete.",
        next_step="Copy the model's files again and start again.",
    ),
    "weights-layout": Cause(
        headline="The model's folder does not hold a model",
        explanation="A file that every model has is not in it; the copy was laid out in another way than the hub does.",
        next_step="Copy the model's whole folder again, with its blobs, refs and snapshots.",
    ),
    "tokenizer": Cause(
        headline="The tokenizer cannot be loaded",
        explanation="The tokenizer's files are missing, damaged, or newer than this vLLM understands.",
        next_step="Copy the model's files again, or use an image with a newer vLLM.",
    ),
    "unknown-architecture": Cause(
        headline="This vLLM does not know this kind of model",
        explanation="The model's type is newer than the image, or nothing vLLM can serve.",
        next_step="Use an image with a newer vLLM, or another model.",
    ),
    "remote-code": Cause(
        headline="The model brings code of its own",
        explanation="vLLM runs such code only when it is told to.",
        next_step="Add --trust-remote-code if you trust the model's author.",
    ),
    "max-model-len": Cause(
        headline="The context is longer than the model's",
        explanation="A longer context was asked for than the model was made for.",
        explanation_with_figures="{asked} tokens were asked for, and the model was made for {limit}.",
        next_step="Set a smaller --max-model-len or leave it out.",
    ),
    "unknown-flag": Cause(
        headline="This vLLM does not know an argument",
        explanation="Arguments come and go between versions of vLLM.",
        explanation_with_figures="This version of vLLM has no {argument}.",
        next_step="Remove the argument, or use the image that the workshop names.",
    ),
    "compile-option": Cause(
        headline="This vLLM refuses a key of --compilation-config",
        explanation='The key "level" became "mode" in newer versions of vLLM.',
        explanation_with_figures='This vLLM has no key "{key}" there; "level" became "mode" in newer versions.',
        next_step='Use {"mode": 0} instead of {"level": 0}, or --enforce-eager, which every version knows.',
    ),
    "bad-json": Cause(
        headline="An argument is not valid JSON",
        explanation="vLLM could not read the value; a shell may have eaten the quotation marks.",
        explanation_with_figures=(
            "vLLM could not read the value of {argument}; a shell may have eaten the quotation marks."
        ),
        next_step="Put single quotation marks around the whole value.",
    ),
    "bad-value": Cause(
        headline="vLLM refuses the value of an argument",
        explanation="The arguments do not fit this version of vLLM.",
        explanation_with_figures="This version of vLLM does not take the value of {argument}.",
        next_step="Correct the argument that the log line names.",
    ),
    "compiler-missing": Cause(
        headline="The image has no C++ compiler",
        explanation="torch.compile writes code and needs a compiler for it.",
        next_step="Use an image with a compiler, or start with --enforce-eager.",
    ),
    "openssl-missing": Cause(
        headline="The image has no openssl",
        explanation="vLLM calls it during the start.",
        next_step="Use an image with openssl.",
    ),
    "slow-start": Cause(
        headline="Loading took longer than vLLM waits",
        explanation="The engine was not ready in time; a slow disk or a unit that swaps does that.",
        next_step="Start again: what was read lies in memory now. Or set VLLM_ENGINE_READY_TIMEOUT_S higher.",
    ),
    "swap-space": Cause(
        headline="More swap space was asked for than memory allows",
        explanation="vLLM sets memory of the CPU aside for --swap-space, and refuses more than most of it.",
        explanation_with_figures="--swap-space asks for {asked} of {total} GiB, and vLLM refuses so much.",
        next_step="Set a smaller --swap-space, or 0.",
    ),
    "too-many-files": Cause(
        headline="The limit of open files is too low",
        explanation="vLLM needs more open files than the container may have.",
        next_step="Start the container with --ulimit nofile=65536:65536.",
    ),
    "command-missing": Cause(
        headline="The image has no vllm command",
        explanation="The container started and found nothing to run.",
        next_step="Use the workshop's image.",
    ),
    "engine-died": Cause(
        headline="The engine stopped while serving",
        explanation="The server noticed that its engine was gone and shut itself down.",
        next_step="Start the model again.",
    ),
    "chat-failed": Cause(
        headline="The server is up but does not answer a chat",
        explanation="One short chat was sent to prove that the model is usable, and it failed.",
        next_step="Read the last lines of the log, then stop it and start it again.",
        seen_by="one short chat after /health answers, for models that need the proof",
    ),
    "stopped-outside": Cause(
        headline="Something else stopped the server",
        explanation="vLLM was told to end, and not by this HUD.",
        next_step="Start the model again.",
        seen_by="the lines of a shutdown, or exit code 130 or 143, and nobody asked for it here",
    ),
    "crashed": Cause(
        headline="vLLM crashed",
        explanation="The process broke off without an error message of its own.",
        next_step="Try once more. If it comes back, raise the red cup and keep the log.",
        seen_by="exit code 132, 134, 135 or 139, and no line that explains it",
    ),
    "unknown": Cause(
        headline="vLLM stopped and we do not know why",
        explanation="Nothing in its log is known to us.",
        explanation_with_figures="The first error in its log is: {error}",
        next_step="Try once more. If it comes back, raise the red cup and show the full log.",
        seen_by="an end that nothing above explains; the first error and the last 20 lines are kept",
    ),
}

CAUSES: Final[Mapping[str, Cause]] = MappingProxyType({**_CAUSES, **UNIT_CAUSES})
KINDS: Final = tuple(CAUSES)

ALIASES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "docker-not-running": "docker-unreachable",
        "resource-limit": "memlock",
        "harmony": "gpt-oss-vocabulary",
    }
)
"""Ids that records of earlier versions and errors of a prompt carry for the same thing."""


def cause_of(kind: str) -> Cause | None:
    """Return the words for a kind or one of its aliases, or None for a kind that is not in the table."""
    return CAUSES.get(ALIASES.get(kind, kind))
