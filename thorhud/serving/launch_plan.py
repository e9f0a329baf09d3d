"""From a configuration of the workshop to one container, and to the same typed by hand."""

import json
import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePath

from thorhud.domain.containers import OUR_CONFIGURATION, OUR_UNIT, OURS, ContainerSpec
from thorhud.domain.launch_options import LaunchOptions
from thorhud.domain.messages import TypedCommands
from thorhud.domain.option_arguments import with_options
from thorhud.domain.workshop import Configuration, Mount, ReferencePrompt, Workshop

NEXT_LINE = " \\\n  "
OFFLINE = {"HF_HUB_OFFLINE": "1"}
"""Without it vLLM asks the hub about files that lie here, and a unit without a network fails to start."""
TOKEN_VARIABLE = "HF_TOKEN"  # noqa: S105 - a name, not a token
"""The variable in which vLLM looks for the key to gated models."""
_PLAIN = LaunchOptions()


def plan(
    workshop: Workshop,
    configuration: Configuration,
    *,
    data_dir: Path,
    launch_id: str,
    unit: str,
    offline: bool,
    files_whole: bool = True,
    options: LaunchOptions = _PLAIN,
    vllm_version: str | None = None,
    hf_token: str = "",
) -> ContainerSpec:
    """Return the container that serves *configuration*; *offline* where its weights are complete on this unit.

    *options* change it for this launch; how they are said may depend on what *vllm_version* the image is known to hold.
    Where its further files are not whole (*files_whole* is False) their folder and the variables that point to it are
    left out: a missing or damaged vocabulary breaks a server that may work without.
    """
    container = workshop.container
    if not files_whole:
        configuration = _without_files(configuration)
    environment = {name: _in_data(value, data_dir) for name, value in configuration.environment.items()}
    return ContainerSpec(
        image=options.image or container.image,
        name=container.name,
        command=("vllm", "serve", *with_options(configuration.serve_arguments, options, vllm_version=vllm_version)),
        environment=environment | OFFLINE if offline else environment,
        labels={OURS: launch_id, OUR_CONFIGURATION: configuration.id, OUR_UNIT: unit},
        mounts=tuple(_placed(mount, data_dir) for mount in (*container.mounts, *configuration.mounts)),
        network=container.network,
        shm_size=container.shm_size,
        ulimits=container.ulimits,
        runtime=container.runtime,
        secrets={TOKEN_VARIABLE: hf_token} if hf_token else {},
    )


def serve_arguments_of(spec: ContainerSpec) -> tuple[str, ...]:
    """Return the arguments after `vllm serve`, as they were really given."""
    return spec.command[2:]


def typed_commands(spec: ContainerSpec, configuration: Configuration, workshop: Workshop) -> TypedCommands:
    """Return what a person would type to do the same by hand, ready to paste into a shell."""
    return TypedCommands(
        docker_run=docker_run(spec),
        vllm_serve=shlex.join(spec.command),
        curl=curl(configuration.model, workshop.prompt(workshop.short_prompt), workshop.container.port),
    )


def docker_run(spec: ContainerSpec) -> str:
    """Print *spec* in the document's order, one option a line, with what the HUD adds: -d, environment and labels.

    It is detached and stays after its end (no ``-it``, no ``--rm``), so that log and exit code outlive the server.
    """
    return NEXT_LINE.join(("docker run -d", *_options(spec), spec.image, shlex.join(spec.command)))


def curl(model: str, prompt: ReferencePrompt | None, port: int) -> str:
    """Print the request that sends *prompt*; without one it asks which models are served."""
    base = f"http://localhost:{port}/v1"
    if prompt is None:
        return f"curl {base}/models"
    body: dict[str, object] = {
        "model": model,
        "messages": [{"role": "user", "content": prompt.text}],
        "max_tokens": prompt.max_tokens,
    }
    if prompt.temperature is not None:
        body["temperature"] = prompt.temperature
    data = shlex.quote(json.dumps(body, indent=2, ensure_ascii=False))
    return NEXT_LINE.join((f"curl {base}/chat/completions", '-H "Content-Type: application/json"', f"-d {data}"))


def _options(spec: ContainerSpec) -> Iterator[str]:
    if spec.network:
        yield f"--network {shlex.quote(spec.network)}"
    if spec.shm_size:
        yield f"--shm-size={shlex.quote(spec.shm_size)}"
    for limit in spec.ulimits:
        yield f"--ulimit {shlex.quote(f'{limit.name}={limit.value}')}"
    if spec.runtime:
        yield f"--runtime={shlex.quote(spec.runtime)}"
    yield f"--name={shlex.quote(spec.name)}"
    for name, value in spec.labels.items():
        yield f"--label {shlex.quote(f'{name}={value}')}"
    for name, value in spec.environment.items():
        yield f"-e {shlex.quote(f'{name}={value}')}"
    for name in spec.secrets:
        yield f"-e {shlex.quote(name)}"  # its value stays in the shell of whoever types it
    for mount in spec.mounts:
        yield f"-v {shlex.quote(bind(mount))}"


def bind(mount: Mount) -> str:
    """Return *mount* as ``docker run -v`` takes it."""
    return f"{mount.host}:{mount.container}{':ro' if mount.read_only else ''}"


def _without_files(configuration: Configuration) -> Configuration:
    needed = tuple(required.host for required in configuration.required_files)
    left_out = [mount for mount in configuration.mounts if _holds(mount, needed)]
    inside = {mount.container for mount in left_out}
    return replace(
        configuration,
        mounts=tuple(mount for mount in configuration.mounts if mount not in left_out),
        environment={name: value for name, value in configuration.environment.items() if value not in inside},
    )


def _holds(mount: Mount, files: tuple[str, ...]) -> bool:
    return any(PurePath(mount.host) in PurePath(file).parents for file in files)


def _placed(mount: Mount, data_dir: Path) -> Mount:
    return Mount(host=_in_data(mount.host, data_dir), container=mount.container, read_only=mount.read_only)


def _in_data(text: str, data_dir: Path) -> str:
    return text.replace("{data_dir}", str(data_dir))
