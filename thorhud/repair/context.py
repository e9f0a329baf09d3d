"""What a repair needs to know of the unit it runs on."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from thorhud.domain.containers import ContainerEngine
from thorhud.domain.repairs import Situation
from thorhud.domain.workshop import ChatPage, Configuration, RequiredFile, Workshop
from thorhud.repair.root import Root, root_of_this_machine
from thorhud.settings.declared import Settings

DAEMON_JSON = Path("/etc/docker/daemon.json")
DOCKER_SOCKET = "unix:///var/run/docker.sock"


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairContext:
    """One unit as its repairs see it."""

    engine: ContainerEngine
    root: Root = field(default_factory=root_of_this_machine)
    data_dir: Path
    required_files: tuple[RequiredFile, ...] = ()
    """The token files that the workshop's configurations need."""
    port: int = 8000
    unit: str = "this unit"
    docker_address: str = DOCKER_SOCKET
    daemon_json: Path = DAEMON_JSON
    in_use: frozenset[str] = frozenset()
    """Ids of the launches that somebody watches: their containers are no leftovers."""
    files_from: Path | None = None
    """Where a person says that the token files lie; None looks at the usual places."""
    need_bytes: int | None = None
    """How much memory must be free for the launch that failed; None where nobody knows."""
    runtime_program: str = "nvidia-container-runtime"
    logs_to: Path | None = None
    """Where the log of a leftover is kept before its container is removed."""
    root_folder: Path = Path("/")
    """Where /proc lies; tests name another."""
    chat_page: ChatPage = field(default_factory=ChatPage)
    configurations: tuple[Configuration, ...] = ()
    """Those of the workshop."""
    configuration: Configuration | None = None
    """The one that is served, or whose start failed."""
    served_model: str | None = None
    """The name under which a model is ready now."""
    agreed: bool = False
    """A person said yes to what the repair ends."""

    def knowing(self, situation: Situation) -> "RepairContext":
        """Return the same unit in that situation."""
        failed = next((each for each in self.configurations if each.id == situation.configuration_id), None)
        return replace(
            self,
            in_use=situation.in_use,
            need_bytes=situation.need_bytes,
            configuration=failed,
            served_model=situation.served_model,
            agreed=situation.agreed,
        )


def context_for(settings: Settings, workshop: Workshop, engine: ContainerEngine, **more: object) -> RepairContext:
    """Return this machine's context, as ``thorhud doctor`` and the agent use it; *more* replaces fields."""
    files = {each.host: each for one in workshop.configurations for each in one.required_files}
    fields: dict[str, object] = {
        "engine": engine,
        "data_dir": settings.data_dir,
        "required_files": tuple(files.values()),
        "port": settings.port,
        "chat_page": workshop.chat_page,
        "configurations": workshop.configurations,
        "docker_address": getattr(engine, "address", DOCKER_SOCKET),
        **more,
    }
    return RepairContext(**fields)  # type: ignore[arg-type]
