"""What the chat page finds when it asks for models, asked from inside its own container.

Nothing is installed there: the image brings python3. Only addresses of the unit itself are asked, so that looking at a
unit tells nobody outside that it exists.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import httpx

from thorhud.domain.chat_page_look import Asked
from thorhud.domain.errors import EngineError
from thorhud.serving.engine_http import ask, ask_json

NOT_THIS_UNIT: Final = "not asked, since it is not this unit"
MOST_SHOWN: Final = 300
_MARK: Final = "thorhud:"
PROGRAM: Final = """
import json, os, sqlite3, sys, urllib.parse, urllib.request
names = sys.argv[1:]
def kept():
    if os.environ.get("ENABLE_PERSISTENT_CONFIG", "true").lower() == "false":
        return []
    path = os.path.join(os.environ.get("DATA_DIR") or "/app/backend/data", "webui.db")
    try:
        base = sqlite3.connect("file:" + urllib.parse.quote(path) + "?mode=ro", uri=True, timeout=2)
        if "key" in [row[1] for row in base.execute("pragma table_info(config)")]:
            rows = base.execute("select value from config where key = 'openai.api_base_urls'").fetchall()
            return json.loads(rows[0][0]) if rows else []
        rows = base.execute("select data from config order by id desc limit 1").fetchall()
        return json.loads(rows[0][0])["openai"]["api_base_urls"] if rows else []
    except Exception:
        return []
def asked(address):
    told = {"address": address, "models": [], "trouble": ""}
    try:
        host = urllib.parse.urlsplit(address).hostname or ""
        if host not in names and not host.startswith("127."):
            told["trouble"] = "not asked, since it is not this unit"
            return told
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(address.rstrip("/") + "/models", timeout=5) as answer:
            told["models"] = [str(each["id"]) for each in json.loads(answer.read(4000000))["data"]][:100]
    except Exception as error:
        told["trouble"] = str(getattr(error, "reason", "") or error) or type(error).__name__
    return told
def shared():
    path = os.path.join(os.environ.get("DATA_DIR") or "/app/backend/data", "webui.db")
    try:
        base = sqlite3.connect("file:" + urllib.parse.quote(path) + "?mode=ro", uri=True, timeout=2)
        if not base.execute("select count(*) from user where email = 'admin@localhost'").fetchone()[0]:
            return False
    except Exception:
        return False
    try:
        import bcrypt
        kept = base.execute("select password from auth where email = 'admin@localhost'").fetchone()[0]
        return bcrypt.checkpw(b"admin", kept.encode())
    except Exception:
        return True
stored = [str(each) for each in kept()]
typed = os.environ.get("OPENAI_API_BASE_URLS") or os.environ.get("OPENAI_API_BASE_URL") or ""
addresses = [each.strip() for each in (stored or typed.split(";")) if each.strip()][:8]
print("thorhud:" + json.dumps({"kept": stored, "shared": shared(),
    "asked": [asked(each) for each in addresses]}))
"""
"""Its words for an address that is not asked are `NOT_THIS_UNIT`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What was found inside."""

    asked: tuple[Asked, ...] = ()
    kept: tuple[str, ...] = ()
    shared_account: bool = False
    """The account of a page where nobody signs in is among its accounts."""
    trouble: str = ""
    """Why nobody could ask; empty where somebody did."""


async def ask_inside(talk: httpx.AsyncClient, container: str, names: Iterable[str]) -> Inside:
    """Ask each address of the page for models, from inside; *names* are what the unit is called."""
    wanted = {
        "Cmd": ["python3", "-c", PROGRAM, *sorted(names)],
        "AttachStdout": True,
        "AttachStderr": True,
        "Tty": True,
    }
    try:
        made = await ask_json(talk, "POST", f"/containers/{container}/exec", json=wanted)
        answer = await ask(talk, "POST", f"/exec/{made['Id']}/start", json={"Detach": False, "Tty": True})
    except EngineError as error:
        return Inside(trouble=str(error))
    return read_inside(answer.text)


def read_inside(text: str) -> Inside:
    """Read what the program inside printed; what is something else is a trouble, in its own words."""
    _, mark, told = text.rpartition(_MARK)
    try:
        found: Any = json.loads(told) if mark else None
        return Inside(
            asked=tuple(
                Asked(
                    address=str(each["address"]), models=tuple(map(str, each["models"])), trouble=str(each["trouble"])
                )
                for each in found["asked"]
            ),
            kept=tuple(map(str, found["kept"])),
            shared_account=bool(found["shared"]),
        )
    except (ValueError, KeyError, TypeError):
        return Inside(trouble=text.strip()[-MOST_SHOWN:] or "nothing came back from inside the container")
