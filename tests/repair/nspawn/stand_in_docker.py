"""Stands where dockerd stands: reads daemon.json at its start, says when it is ready, and answers on its socket.

It refuses to start with NVIDIA's default runtime where ``/run/refuse-nvidia`` lies.
"""

import json
import os
import socket
import sys
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import UnixStreamServer

SOCKET = "/run/docker.sock"


def default_runtime() -> str:
    """Return what daemon.json says."""
    path = Path("/etc/docker/daemon.json")
    settings = json.loads(path.read_text()) if path.exists() else {}
    return str(settings.get("default-runtime", "runc"))


class Handler(BaseHTTPRequestHandler):
    """Answers as little as the helper asks."""

    runtime = "runc"

    def do_GET(self) -> None:
        """Answer."""
        body = b"OK" if self.path == "/_ping" else json.dumps({"DefaultRuntime": self.runtime}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        """Name who asks; a local socket has no address."""
        return "local"

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    Handler.runtime = default_runtime()
    if Handler.runtime == "nvidia" and Path("/run/refuse-nvidia").exists():
        sys.exit("failed to start daemon: nothing of the kind")
    Path(SOCKET).unlink(missing_ok=True)
    with UnixStreamServer(SOCKET, Handler) as server:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.connect(os.environ["NOTIFY_SOCKET"])
            told.send(b"READY=1")
        server.serve_forever()
