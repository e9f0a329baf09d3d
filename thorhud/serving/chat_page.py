"""From the workshop's chat page to one container, and to the same typed by hand.

The names of the variables are those of Open WebUI 0.12.4 (`open_webui/env.py`, `config.py`); older ones ignore what
they do not know.
"""

import pwd
import shlex
from pathlib import Path
from types import MappingProxyType
from typing import Final

from thorhud.domain.chat_page import ADDRESS_VARIABLES, DATA_INSIDE, FROM_START_VARIABLE, LABEL, ChatAccounts
from thorhud.domain.containers import ContainerSpec
from thorhud.domain.workshop import ChatPage, Mount
from thorhud.serving.launch_plan import docker_run

OWN_PORT: Final = 8080
"""Where Open WebUI listens unless PORT says otherwise."""
OFFLINE: Final = MappingProxyType(
    {
        "OFFLINE_MODE": "true",
        "HF_HUB_OFFLINE": "1",
        "ENABLE_VERSION_UPDATE_CHECK": "false",
        "SCARF_NO_ANALYTICS": "true",
        "DO_NOT_TRACK": "true",
        "ANONYMIZED_TELEMETRY": "false",
        "ENABLE_OLLAMA_API": "false",
    }
)
"""Without internet it would wait for answers that never come, and nothing of a unit is told to anybody."""
_ACCOUNTS: Final = MappingProxyType(
    {
        ChatAccounts.FIRST: {"WEBUI_AUTH": "true", "DEFAULT_USER_ROLE": "pending"},
        ChatAccounts.EVERYONE: {"WEBUI_AUTH": "true", "DEFAULT_USER_ROLE": "user"},
        ChatAccounts.NOBODY: {"WEBUI_AUTH": "false"},
    }
)


def chat_page_spec(page: ChatPage, *, port: int, data: Path, accounts: ChatAccounts) -> ContainerSpec:
    """Return the document's container, with what makes it work offline and list the model on *port* by itself."""
    address = f"http://127.0.0.1:{port}/v1"
    environment = {
        **dict.fromkeys(ADDRESS_VARIABLES, address),
        "OPENAI_API_KEY": "none",  # vLLM asks for no key, and Open WebUI sends one
        "no_proxy": "127.0.0.1,localhost",
        # what it keeps of its first start would otherwise count for ever, the address of the model among it
        FROM_START_VARIABLE: "False",
        # whoever was let in sees the served model: nobody has to share it with them first
        "BYPASS_MODEL_ACCESS_CONTROL": "true",
        # beside the accounts, so that people stay signed in when the container is made anew
        "WEBUI_SECRET_KEY_FILE": f"{DATA_INSIDE}/.webui_secret_key",
        **_ACCOUNTS[accounts],
        **OFFLINE,
    }
    if page.port != OWN_PORT:
        environment["PORT"] = str(page.port)
    return ContainerSpec(
        image=page.image,
        name=page.name,
        command=(),
        environment=environment,
        labels={LABEL: "1"},
        mounts=(Mount(host=str(data), container=DATA_INSIDE),),
        network="host",
    )


def typed(spec: ContainerSpec) -> str:
    """Return what a person would type to do the same by hand."""
    return docker_run(spec).rstrip(" \\\n")  # it has no command of its own


def data_folder(page: ChatPage, data_dir: Path) -> Path:
    """Return the unit's folder of accounts and conversations, in the home of whom the models belong to."""
    return Path(page.data.replace("{home}", str(_home_of(data_dir))).replace("{data_dir}", str(data_dir)))


def how_to_remove(data: Path) -> str:
    """Return what a person types to remove accounts and chats: they belong to root."""
    return f"sudo rm -r {shlex.quote(str(data))}"


def _home_of(folder: Path) -> Path:
    try:
        return Path(pwd.getpwuid(folder.stat().st_uid).pw_dir)
    except (OSError, KeyError):  # not there yet, or an owner without a name
        return Path.home()
