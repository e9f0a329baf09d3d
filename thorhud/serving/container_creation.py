"""From a specification to the engine's request for one container; nothing is started here."""

from typing import Any

from thorhud.domain.containers import ContainerSpec

Client = Any
"""A `docker.APIClient`, which we do not import."""


def create(client: Client, spec: ContainerSpec) -> str:
    """Create the container of *spec* and return its id."""
    limits = [{"name": each.name, "soft": each.value, "hard": each.value} for each in spec.ulimits]
    binds = [f"{each.host}:{each.container}{':ro' if each.read_only else ''}" for each in spec.mounts]
    host_config = client.create_host_config(
        binds=binds,
        network_mode=spec.network or None,
        shm_size=spec.shm_size or None,
        ulimits=limits or None,
        runtime=spec.runtime or None,
    )
    answer = client.create_container(
        spec.image,
        command=list(spec.command),
        name=spec.name,
        environment={**spec.environment, **spec.secrets},
        labels=dict(spec.labels),
        host_config=host_config,
    )
    return str(answer["Id"])
