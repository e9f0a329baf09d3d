"""Every check of a unit, once: the doctor runs them on one unit and the preflight on sixty.

How each is looked at stands in `thorhud.checks`; how what was seen is judged, in `docker_judgement` and
`unit_judgement`. `docs/troubleshooting.md` is made from this table.
"""

from typing import Final

from thorhud.domain.checks import Check

CHECKS: Final = (
    Check(id="docker", title="Docker", why="Every model is served from a container."),
    Check(
        id="docker-group",
        title="Docker group",
        why="Docker refuses an account that is not in its group, and a new group counts from the next sign-in on.",
    ),
    Check(
        id="docker-settings",
        title="daemon.json",
        why="With a mistake in daemon.json Docker does not start again.",
    ),
    Check(
        id="nvidia-runtime",
        title="NVIDIA runtime",
        why="Without it no container sees the GPU.",
        jetson_only=True,
    ),
    Check(
        id="default-runtime",
        title="Default runtime",
        why=(
            "Otherwise a container started without --runtime=nvidia has no GPU, and vLLM ends with NVML errors or with"
            ' "Model architectures failed to be inspected".'
        ),
        jetson_only=True,
    ),
    Check(
        id="runtime-test",
        title="GPU in a container",
        why="Only a container that runs nvidia-smi proves the whole way from Docker to the driver.",
        jetson_only=True,
        deep=True,
        limit_s=60.0,
    ),
    Check(id="gpu", title="GPU driver", why="Nothing runs without it.", jetson_only=True),
    Check(
        id="images",
        title="Workshop images",
        why="An image that is not on the unit is gigabytes away when it is needed.",
    ),
    Check(
        id="container-name",
        title="Container name",
        why="Docker gives a name only once.",
    ),
    Check(
        id="leftovers",
        title="Leftovers",
        why="A vLLM that nobody asks any more keeps its memory.",
    ),
    Check(
        id="weights",
        title="Weights",
        why="A model that is not on the unit as a whole is downloaded in the workshop, or its start fails offline.",
        limit_s=15.0,
    ),
    Check(
        id="encodings",
        title="Token files of GPT-OSS",
        why="Without them the server looks healthy and answers every question with an error.",
    ),
    Check(
        id="compile-cache",
        title="Compile cache",
        why="Without it the first start of each model compiles, about 45 seconds for the largest.",
        limit_s=15.0,
    ),
    Check(id="disk", title="Space for models", why="Models, images and caches need about 165 GB.", limit_s=15.0),
    Check(id="docker-disk", title="Space for Docker", why="Docker keeps images, containers and their logs on it."),
    Check(
        id="memory",
        title="Idle memory",
        why="vLLM asks at its start for a share of all memory, and counts file cache and leftovers as taken.",
        jetson_only=True,
    ),
    Check(id="swap", title="Swap", why="Without swap the kernel ends a program at the moment when memory is short."),
    Check(id="api-port", title="Model port", why="vLLM cannot listen where something else does."),
    Check(id="chat-port", title="Chat page port", why="Open WebUI cannot listen where something else does."),
    Check(
        id="chat-page",
        title="Chat page address",
        why="Otherwise Open WebUI opens and lists no model.",
    ),
    Check(
        id="time",
        title="Clock",
        why="Certificates and the times of a whole room's units are compared with it.",
    ),
    Check(
        id="power-mode",
        title="Power mode",
        why="A unit in the 120 W mode looks fine and is slower than the published figures.",
        jetson_only=True,
    ),
    Check(
        id="clocks",
        title="GPU clocks",
        why="Clocks that follow the load make measurements differ from run to run.",
        jetson_only=True,
    ),
    Check(
        id="throttling",
        title="Throttling",
        why="A hot unit answers more slowly, and its figures are its cooling's.",
        jetson_only=True,
    ),
    Check(
        id="l4t",
        title="Jetson Linux",
        why="The workshop was tested on 38.2.2, and the GPU of Thor needs 38.2 or newer.",
        jetson_only=True,
    ),
    Check(id="internet", title="Internet", why="Only missing models and images need it; a prepared unit does not."),
    Check(
        id="ta-pin",
        title="PIN of the TAs",
        why="Without it whoever stands at the touch display can restart Docker or the unit, and leave the kiosk.",
        jetson_only=True,
    ),
    Check(
        id="agent-socket",
        title="Agent socket",
        why="Who may write to it may start and stop models.",
    ),
)

BY_ID: Final = {check.id: check for check in CHECKS}
