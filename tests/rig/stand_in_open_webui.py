"""Stands in for the image of Open WebUI: one file, run by python3 in a container.

It does what thorhud relies on, as the source of Open WebUI 0.12.4 does it: its settings are kept in ``webui.db`` and
count before its variables unless ENABLE_PERSISTENT_CONFIG is off, one signs in unless WEBUI_AUTH is false, the first
account is the administrator's, and the list of models takes a token. ``stand-in.json`` in its data folder slows its
start or lets it fail.
"""

import http.server
import json
import os
import signal
import sqlite3
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

VERSION = "0.12.4"
SHARED = "admin@localhost"
EXISTING_USERS = "You can't turn off authentication because there are existing users."
DATA = Path(os.environ.get("DATA_DIR") or "/app/backend/data")
AUTH = os.environ.get("WEBUI_AUTH", "True").lower() == "true"
PERSISTENT = os.environ.get("ENABLE_PERSISTENT_CONFIG", "True").lower() == "true"
KEY = "openai.api_base_urls"
TOKEN = "token-of-the-stand-in"


def say(text: str) -> None:
    """Write a line of its log."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def base() -> sqlite3.Connection:
    """Open its database."""
    return sqlite3.connect(DATA / "webui.db")


def prepare() -> None:
    """Make the tables, and keep what it was first started with."""
    say("INFO  [alembic.runtime.migration] Context impl SQLiteImpl.")
    with base() as tables:
        tables.execute("create table if not exists config (key text primary key, value json, updated_at integer)")
        tables.execute("create table if not exists user (email text primary key, role text)")
        tables.execute("insert or ignore into config values (?, ?, 0)", (KEY, json.dumps(from_variables())))


def from_variables() -> list[str]:
    """Return the addresses of its variables."""
    text = os.environ.get("OPENAI_API_BASE_URLS") or os.environ.get("OPENAI_API_BASE_URL") or ""
    return [each.strip() or "https://api.openai.com/v1" for each in text.split(";")]


def addresses() -> list[str]:
    """Return the addresses that count."""
    if not PERSISTENT:
        return from_variables()
    with base() as tables:
        found: list[str] = json.loads(tables.execute("select value from config where key = ?", (KEY,)).fetchone()[0])
    return found


def users() -> list[str]:
    """Return the accounts."""
    with base() as tables:
        return [row[0] for row in tables.execute("select email from user")]


def models() -> list[Any]:
    """Ask every address."""
    found: list[Any] = []
    for address in addresses():
        try:
            with urllib.request.urlopen(f"{address}/models", timeout=2) as answer:  # noqa: S310 - http of a test
                found += json.load(answer)["data"]
        except (OSError, ValueError) as error:
            say(f"ERROR    | open_webui.routers.openai:send_get_request - Connection error: {error}")
    return found


class Page(http.server.BaseHTTPRequestHandler):
    """The four answers that thorhud asks for, and signing up."""

    def do_GET(self) -> None:
        """Answer the first page, what it is, and its models."""
        match self.path:
            case "/":
                self._answer(200, "<!doctype html><title>Open WebUI</title>", kind="text/html")
            case "/api/config":
                more = {} if users() else {"onboarding": True}
                config = {"status": True, "name": "Open WebUI", "version": VERSION, "features": {"auth": AUTH}}
                self._answer(200, {**more, **config})
            case "/api/models" if self.headers.get("Authorization") == f"Bearer {TOKEN}":
                self._answer(200, {"data": models()})
            case "/api/models":
                self._answer(401, {"detail": "Not authenticated"})
            case _:
                self._answer(404, {"detail": "Not Found"})

    def do_POST(self) -> None:
        """Sign in or up."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        match self.path:
            case "/api/v1/auths/signin" if AUTH:
                self._answer(400, {"detail": "The email or password provided is incorrect."})
            case "/api/v1/auths/signin" if SHARED not in users() and users():
                self._answer(400, {"detail": EXISTING_USERS})
            case "/api/v1/auths/signin":
                self._add(SHARED)
                self._answer(200, {"token": TOKEN, "token_type": "Bearer", "role": "admin"})
            case "/api/v1/auths/signup":
                self._add(str(asked["email"]))
                self._answer(200, {"token": TOKEN})
            case _:
                self._answer(404, {"detail": "Not Found"})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature of the library
        """Write as uvicorn does."""
        say(f'INFO:     127.0.0.1 - "{format % args}"')

    def _add(self, email: str) -> None:
        role = "user" if users() else "admin"
        with base() as tables:
            tables.execute("insert or ignore into user values (?, ?)", (email, role))

    def _answer(self, status: int, body: object, *, kind: str = "application/json") -> None:
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def main() -> int:
    """Start as slowly as told, then serve until the end."""
    # the first process of a container hears of no signal that it does not handle
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    say("No WEBUI_SECRET_KEY environment variable set, loading from file.")
    told_file = DATA / "stand-in.json"
    told = json.loads(told_file.read_text()) if told_file.exists() else {}
    prepare()
    time.sleep(float(told.get("slow_s", 0)))
    if told.get("exit"):
        say("sqlalchemy.exc.DatabaseError: file is not a database")
        return int(told["exit"])
    port = int(os.environ.get("PORT") or 8080)
    with http.server.ThreadingHTTPServer(("0.0.0.0", port), Page) as server:
        say(f"INFO:     Uvicorn running on http://0.0.0.0:{port} (Press CTRL+C to quit)")
        server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
