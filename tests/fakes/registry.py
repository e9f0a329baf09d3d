"""A tiny image registry over plain HTTP on this machine: Docker trusts 127.0.0.1 without TLS.

It speaks as much of the Registry HTTP API v2 as a pull needs, and it can be slow, stop in the middle of a layer, break
off, want a login, and send something else than what a digest promises.
"""

import base64
import gzip
import hashlib
import io
import json
import tarfile
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
MANIFEST_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
CONFIG = "application/vnd.docker.container.image.v1+json"
PIECE_BYTES = 16384
GIVEN_UP_S = 60.0


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def layer_of(files: dict[str, bytes]) -> bytes:
    """Pack *files* as the tar of one layer; executable, as a busybox must be."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o755
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


@dataclass(frozen=True)
class Published:
    """An image as it lies in the registry."""

    digest: str
    layers: tuple[str, ...]
    """Digests of its layers, as they are sent."""


@dataclass
class Registry:
    """Serves what was published; a context manager."""

    bytes_per_s: float | None = None
    login: tuple[str, str] | None = None
    """Name and password that every request must carry."""
    sent: Counter[str] = field(default_factory=Counter)
    """How often each layer was sent to its end, by digest."""
    asked: Counter[str] = field(default_factory=Counter)
    """How often each blob was asked for, by digest."""
    held: dict[str, threading.Event] = field(default_factory=dict)
    """Blobs that stop half way until the event is set."""
    broken: set[str] = field(default_factory=set)
    """Blobs whose connection is closed half way, once."""
    refused: dict[str, int] = field(default_factory=dict)
    """Blobs that are answered with a status of their own."""

    def __post_init__(self) -> None:
        self._blobs: dict[str, bytes] = {}
        self._manifests: dict[str, tuple[str, bytes]] = {}

        class Handler(_Handler):
            registry = self

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="registry", daemon=True)

    @property
    def name(self) -> str:
        """How an image's name begins."""
        return f"127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in self.held.values():
            each.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def publish(
        self, repository: str, tag: str, layers: Sequence[bytes], *, architecture: str = "amd64", **config: Any
    ) -> Published:
        """Put an image of these layers (tar files) under *tag*."""
        packed = [gzip.compress(layer, compresslevel=1, mtime=0) for layer in layers]
        described = self._add_blob(
            json.dumps(
                {
                    "architecture": architecture,
                    "os": "linux",
                    "config": {"Cmd": ["sh"], **config},
                    "rootfs": {"type": "layers", "diff_ids": [digest_of(layer) for layer in layers]},
                }
            ).encode()
        )
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {"mediaType": CONFIG, "size": len(self._blobs[described]), "digest": described},
            "layers": [{"mediaType": LAYER, "size": len(layer), "digest": self._add_blob(layer)} for layer in packed],
        }
        digest = self._add_manifest(repository, tag, MANIFEST, manifest)
        return Published(digest, tuple(map(digest_of, packed)))

    def publish_list(self, repository: str, tag: str, images: dict[str, Published]) -> str:
        """Put one name over images of several architectures; return its digest."""
        manifests = [
            {
                "mediaType": MANIFEST,
                "size": len(self._manifests[f"{repository}@{image.digest}"][1]),
                "digest": image.digest,
                "platform": {"architecture": architecture, "os": "linux"},
            }
            for architecture, image in images.items()
        ]
        told = {"schemaVersion": 2, "mediaType": MANIFEST_LIST, "manifests": manifests}
        return self._add_manifest(repository, tag, MANIFEST_LIST, told)

    def spoil(self, digest: str) -> None:
        """Send other bytes than that digest promises, as many."""
        self._blobs[digest] = bytes(reversed(self._blobs[digest]))

    def spoil_manifest(self, repository: str, digest: str) -> None:
        """Answer with another manifest than the digest that is asked for."""
        media_type, content = self._manifests[f"{repository}@{digest}"]
        self._manifests[f"{repository}@{digest}"] = (media_type, content + b" ")

    def blob(self, digest: str) -> bytes | None:
        return self._blobs.get(digest)

    def manifest(self, repository: str, reference: str) -> tuple[str, bytes] | None:
        sign = "@" if reference.startswith("sha256:") else ":"
        return self._manifests.get(f"{repository}{sign}{reference}")

    def admits(self, header: str) -> bool:
        if self.login is None:
            return True
        return header == "Basic " + base64.b64encode(":".join(self.login).encode()).decode()

    def _add_blob(self, content: bytes) -> str:
        digest = digest_of(content)
        self._blobs[digest] = content
        return digest

    def _add_manifest(self, repository: str, tag: str, media_type: str, told: dict[str, Any]) -> str:
        content = json.dumps(told).encode()
        digest = digest_of(content)
        self._manifests[f"{repository}:{tag}"] = self._manifests[f"{repository}@{digest}"] = (media_type, content)
        return digest


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    registry: Registry

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        if not self.registry.admits(self.headers.get("Authorization", "")):
            self._refuse(401, "UNAUTHORIZED", "authentication required")
            return
        parts = self.path.strip("/").split("/")
        if parts == ["v2"]:
            self._answer("application/json", b"{}")
        elif len(parts) >= 4 and parts[-2] == "manifests":
            found = self.registry.manifest("/".join(parts[1:-2]), parts[-1])
            if found is None:
                self._refuse(404, "MANIFEST_UNKNOWN", "manifest unknown")
            else:
                self._answer(*found)
        elif len(parts) >= 4 and parts[-2] == "blobs":
            self._send_blob(parts[-1])
        else:
            self._refuse(404, "NAME_UNKNOWN", "repository name not known to registry")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own word
        """Keep quiet."""

    def _send_blob(self, digest: str) -> None:
        registry = self.registry
        content = registry.blob(digest)
        if content is None:
            self._refuse(404, "BLOB_UNKNOWN", "blob unknown to registry")
            return
        if digest in registry.refused:
            self._refuse(registry.refused[digest], "DENIED", "requested access to the resource is denied")
            return
        first = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")[0])
        self.send_response(206 if first else 200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(content) - first))
        if first:
            self.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        if self.command == "HEAD":
            return
        registry.asked[digest] += 1
        try:
            if self._pour(digest, content, first):
                registry.sent[digest] += 1
        except OSError:  # whoever pulled has gone
            self.close_connection = True

    def _pour(self, digest: str, content: bytes, first: int) -> bool:
        for at in range(first, len(content), PIECE_BYTES):
            if at >= len(content) // 2:
                if digest in self.registry.broken:
                    self.registry.broken.discard(digest)
                    self.close_connection = True
                    return False
                if digest in self.registry.held:
                    self.wfile.flush()
                    self.registry.held[digest].wait(GIVEN_UP_S)
            piece = content[at : at + PIECE_BYTES]
            self.wfile.write(piece)
            if self.registry.bytes_per_s is not None:
                threading.Event().wait(len(piece) / self.registry.bytes_per_s)
        return True

    def _answer(self, media_type: str, content: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        if status == 200:
            self.send_header("Docker-Content-Digest", digest_of(content))
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="registry"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _refuse(self, status: int, code: str, words: str) -> None:
        body = json.dumps({"errors": [{"code": code, "message": words}]}).encode()
        self._answer("application/json", body, status)
