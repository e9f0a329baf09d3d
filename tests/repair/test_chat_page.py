"""The chat page on a real Docker Engine: started again with the right address, and back as it was where that fails."""

import http.server
import json
import subprocess
import tarfile
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.repair.asking import proof_of
from tests.serving import own_engine
from tests.serving.own_engine import IMAGE, OwnEngine
from thorhud.domain.chat_page import FROM_START_VARIABLE, LABEL
from thorhud.domain.repairs import Situation
from thorhud.domain.workshop import ChatPage
from thorhud.repair import chat_page
from thorhud.repair.chat_page import models_in
from thorhud.repair.context import RepairContext
from thorhud.repair.root import NoRoot
from thorhud.repair.run import plan
from thorhud.serving.docker_engine import DockerEngine

pytestmark = pytest.mark.docker

PAGE = "thorhud/chat-page:1"
MODEL = "meta-llama/Llama-3.1-8B-Instruct"
PYTHON = '#!/bin/sh\nexec wget -q -O - "$3/models"\n'
"""Stands in for the image's python3: it asks the address that it is given, and no other."""
FOREVER = "trap 'exit 0' INT TERM; while :; do usleep 50000; done"
WRONG = "http://127.0.0.1:9/v1"


class Models(http.server.BaseHTTPRequestHandler):
    """Answers ``/v1/models`` as vLLM does."""

    def do_GET(self) -> None:
        body = json.dumps({"object": "list", "data": [{"id": MODEL}]}).encode()
        self.send_response(200 if self.path == "/v1/models" else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature of the library
        pass


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Models) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture(scope="module")
def dockerd() -> Iterator[OwnEngine]:
    if reason := own_engine.obstacle():
        pytest.skip(reason)
    with own_engine.folder() as folder, OwnEngine(folder) as running:
        running.import_image()
        import_page(running)
        yield running


def import_page(engine: OwnEngine) -> None:
    """Make an image whose python3 asks what it is told to ask."""
    made = engine.docker("create", IMAGE, "true").strip()
    packed = BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        program = tarfile.TarInfo("python3")
        program.mode, program.size = 0o755, len(PYTHON)
        archive.addfile(program, BytesIO(PYTHON.encode()))
        link = tarfile.TarInfo("wget")
        link.type, link.linkname = tarfile.SYMTYPE, "/bin/busybox"
        archive.addfile(link)
    subprocess.run(["docker", "cp", "-", f"{made}:/bin"], env=engine.environment, check=True, input=packed.getvalue())
    engine.docker("commit", made, PAGE)
    engine.docker("rm", made)


@pytest.fixture
async def context(
    dockerd: OwnEngine, tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[RepairContext]:
    monkeypatch.setattr(chat_page, "POLL_S", 0.1)
    engine = DockerEngine(dockerd.host)
    unit = RepairContext(
        engine=engine,
        root=NoRoot(),
        data_dir=tmp_path,
        port=port,
        docker_address=engine.address,
        chat_page=ChatPage(image=PAGE),
    )
    yield unit.knowing(Situation(served_model=MODEL, agreed=True))
    await engine.close()
    if names := dockerd.docker("ps", "--all", "--quiet").split():
        dockerd.docker("rm", "--force", *names)


def start(dockerd: OwnEngine, tmp_path: Path, *options: str, address: str = WRONG) -> None:
    dockerd.docker(
        "run", "-d", "--name", "open-webui", "--network=host", "-v", f"{tmp_path}/page:/app/backend/data",
        "-e", f"OPENAI_API_BASE_URL={address}", "-e", "WEBUI_SECRET_KEY=kept", *options, PAGE, "sh", "-c", FOREVER,
    )  # fmt: skip


def inspect(dockerd: OwnEngine, name: str = "open-webui") -> dict[str, Any]:
    told: dict[str, Any] = json.loads(dockerd.docker("inspect", name))[0]
    return told


def environment(dockerd: OwnEngine) -> dict[str, str]:
    return dict(each.partition("=")[::2] for each in inspect(dockerd)["Config"]["Env"])


def names(dockerd: OwnEngine) -> list[str]:
    return dockerd.docker("ps", "--all", "--format", "{{.Names}}").split()


async def test_it_asks_the_model_s_address_from_then_on_and_keeps_all_else(
    context: RepairContext, dockerd: OwnEngine, tmp_path: Path, port: int
) -> None:
    start(dockerd, tmp_path)
    before = inspect(dockerd)

    shown, proof = await plan("reconnect-chat", context), await proof_of("reconnect-chat", context)

    after, variables = inspect(dockerd), environment(dockerd)
    assert shown.stops == ("open-webui",)
    assert proof.proven, proof
    assert MODEL in proof.sentence
    assert (proof.before, proof.after) == (f"asks {WRONG}", f"asks http://127.0.0.1:{port}/v1")
    assert variables["OPENAI_API_BASE_URL"] == variables["OPENAI_API_BASE_URLS"] == f"http://127.0.0.1:{port}/v1"
    assert (variables["WEBUI_SECRET_KEY"], variables[FROM_START_VARIABLE]) == ("kept", "False")
    assert after["HostConfig"]["Binds"] == before["HostConfig"]["Binds"]
    assert after["HostConfig"]["NetworkMode"] == "host"
    assert LABEL in after["Config"]["Labels"]
    assert names(dockerd) == ["open-webui"]


async def test_where_nothing_answers_the_old_one_is_back_as_it_was(
    context: RepairContext, dockerd: OwnEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_page, "ANSWERS_WITHIN_S", 1.0)
    start(dockerd, tmp_path)
    before = inspect(dockerd)["Id"]

    proof = await proof_of("reconnect-chat", replace(context, port=9))

    assert not proof.proven
    assert "the old one is back" in proof.sentence
    assert (inspect(dockerd)["Id"], inspect(dockerd)["State"]["Running"]) == (before, True)
    assert names(dockerd) == ["open-webui"]


async def test_a_stopped_one_is_started(context: RepairContext, dockerd: OwnEngine, tmp_path: Path) -> None:
    start(dockerd, tmp_path)
    dockerd.docker("kill", "open-webui")

    proof = await proof_of("reconnect-chat", context)

    assert proof.proven, proof
    assert inspect(dockerd)["State"]["Running"]


async def test_what_somebody_else_started_is_not_stopped_without_a_yes(
    context: RepairContext, dockerd: OwnEngine, tmp_path: Path
) -> None:
    start(dockerd, tmp_path)
    before = inspect(dockerd)["Id"]

    proof = await proof_of("reconnect-chat", replace(context, agreed=False))

    assert not proof.proven
    assert "only after an explicit yes" in proof.sentence
    assert inspect(dockerd)["Id"] == before


async def test_one_that_would_lose_its_accounts_is_left_alone(context: RepairContext, dockerd: OwnEngine) -> None:
    dockerd.docker("run", "-d", "--name", "open-webui", PAGE, "sh", "-c", FOREVER)
    before = inspect(dockerd)["Id"]

    shown, proof = await plan("reconnect-chat", context), await proof_of("reconnect-chat", context)

    assert shown.obstacle == proof.sentence
    assert "would be lost" in proof.sentence
    assert inspect(dockerd)["Id"] == before


async def test_without_a_chat_page_or_a_model_it_says_so(
    context: RepairContext, dockerd: OwnEngine, tmp_path: Path
) -> None:
    absent = await proof_of("reconnect-chat", context)
    start(dockerd, tmp_path)
    nothing_served = await proof_of("reconnect-chat", replace(context, served_model=None))

    assert "There is no container called open-webui." in absent.sentence
    assert "No model is ready" in nothing_served.sentence


@pytest.mark.parametrize("text", ["", "nonsense", "{}", "[]", '{"data": [{}]}', "404 page not found"])
def test_what_is_no_list_of_models_lists_none(text: str) -> None:
    assert models_in(text) == ()
