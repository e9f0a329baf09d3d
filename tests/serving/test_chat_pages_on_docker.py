"""The chat page on a real Docker Engine, with a stand-in that behaves as Open WebUI 0.12.4 does."""

import asyncio
import contextlib
import http.server
import json
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from tests.repair.asking import proof_of
from tests.rig.chat_page_image import PAGE_IMAGE, ChatPageEngine
from tests.rig.stand_in import free_port
from tests.serving import own_engine
from thorhud.domain.chat_page import ChatAccounts, ChatPagePhase
from thorhud.domain.chat_page_cause import ServedHere, Verdict, judge
from thorhud.domain.chat_page_look import PageLook
from thorhud.domain.chat_page_start import stage_of
from thorhud.domain.errors import EngineError
from thorhud.domain.repairs import RepairProof, Situation
from thorhud.domain.workshop import ChatPage
from thorhud.repair.context import RepairContext
from thorhud.repair.root import NoRoot
from thorhud.serving.chat_pages import UnitChatPages
from thorhud.serving.docker_engine import DockerEngine

pytestmark = pytest.mark.docker

MODEL = "openai/gpt-oss-120b"
LIMIT_S = 60.0


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
def model_port() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Models) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture(scope="module")
def dockerd() -> Iterator[ChatPageEngine]:
    if reason := own_engine.obstacle():
        pytest.skip(reason)
    with own_engine.folder() as folder, ChatPageEngine(folder) as running:
        running.import_page()
        yield running


class Unit:
    """One unit with its chat page's folder, its model, and what a person would do beside the HUD."""

    def __init__(self, dockerd: ChatPageEngine, engine: DockerEngine, data: Path, model_port: int) -> None:
        self.dockerd, self.engine, self.data, self.model_port = dockerd, engine, data, model_port
        self.page = ChatPage(image=PAGE_IMAGE, port=free_port())
        data.mkdir()

    def pages(self, accounts: ChatAccounts = ChatAccounts.FIRST, page: ChatPage | None = None) -> UnitChatPages:
        return UnitChatPages(
            self.engine,
            page or self.page,
            docker_address=self.engine.address,
            port=self.model_port,
            data=self.data,
            accounts=accounts,
        )

    def tell(self, **told: object) -> None:
        (self.data / "stand-in.json").write_text(json.dumps(told))

    def start_outside(self, address: str, *options: str, network: str = "host", name: str = "open-webui") -> None:
        self.dockerd.docker(
            "run", "-d", "--name", name, f"--network={network}", "-v", f"{self.data}:/app/backend/data",
            "-e", f"PORT={self.page.port}", "-e", f"OPENAI_API_BASE_URL={address}", *options, PAGE_IMAGE,
        )  # fmt: skip

    @property
    def right(self) -> str:
        return f"http://127.0.0.1:{self.model_port}/v1"

    def judged(self, look: PageLook, model: str | None = MODEL) -> Verdict:
        return judge(look, ServedHere(model=model, port=self.model_port))

    async def answering(self, pages: UnitChatPages, model: str | None = MODEL) -> PageLook:
        async with asyncio.timeout(LIMIT_S):
            while not (look := await pages.look(model, deep=True)).answers:
                assert look.container is None or look.container.running, look.lines
                await asyncio.sleep(0.1)
        return look

    async def reconnect(self) -> RepairProof:
        context = RepairContext(
            engine=self.engine,
            root=NoRoot(),
            data_dir=self.data,
            port=self.model_port,
            docker_address=self.engine.address,
            chat_page=self.page,
        )
        return await proof_of("reconnect-chat", context.knowing(Situation(served_model=MODEL, agreed=True)))

    async def sign_up(self, email: str) -> None:
        async with httpx.AsyncClient(trust_env=False) as talk:
            told = {"name": "A", "email": email, "password": "p"}
            await talk.post(f"http://127.0.0.1:{self.page.port}/api/v1/auths/signup", json=told)


@pytest.fixture
async def unit(dockerd: ChatPageEngine, tmp_path: Path, model_port: int) -> AsyncIterator[Unit]:
    engine = DockerEngine(dockerd.host)
    yield Unit(dockerd, engine, tmp_path / "open-webui", model_port)
    await engine.close()
    if names := dockerd.docker("ps", "--all", "--quiet").split():
        dockerd.docker("rm", "--force", *names)


async def test_it_starts_with_accounts_and_is_proven_from_inside(unit: Unit) -> None:
    unit.tell(slow_s=1.0)
    pages = unit.pages()
    before = unit.judged(await pages.look(MODEL, deep=False))

    await pages.start()
    early = await pages.look(MODEL, deep=False)
    look = await unit.answering(pages)

    assert (before.phase, unit.judged(early).phase) == (ChatPagePhase.ABSENT, ChatPagePhase.STARTING)
    assert look.version == "0.12.4"
    assert look.onboarding
    assert look.listed is None
    assert unit.judged(look) == Verdict(
        phase=ChatPagePhase.READY, evidence=f"from inside it {unit.right} lists {MODEL}"
    )
    assert look.container is not None
    assert look.container.ours
    assert (look.container.on_host, look.container.keeps_data, look.container.port) == (True, True, unit.page.port)


async def test_a_slow_start_is_seen_in_its_own_log(unit: Unit) -> None:
    unit.tell(slow_s=30.0)
    pages = unit.pages()
    await pages.start()

    async with asyncio.timeout(LIMIT_S):
        while "alembic" not in " ".join((look := await pages.look(None, deep=False)).lines):
            await asyncio.sleep(0.1)

    assert unit.judged(look).phase is ChatPagePhase.STARTING
    assert stage_of(look.lines) == "Preparing its database"


async def test_a_page_where_nobody_signs_in_is_proven_by_its_own_list(unit: Unit) -> None:
    pages = unit.pages(ChatAccounts.NOBODY)
    await pages.start()

    look = await unit.answering(pages)

    assert look.listed == (MODEL,)
    assert unit.judged(look).evidence == f"its own list has {MODEL}"


async def test_nobody_is_let_in_where_accounts_exist_and_that_is_said(unit: Unit) -> None:
    first = unit.pages()
    await first.start()
    look = await unit.answering(first)
    await unit.sign_up("anna@example.org")
    assert look.container is not None
    await first.stop(look.container.id)
    later = unit.pages(ChatAccounts.NOBODY)
    await later.start()

    verdict = unit.judged(await unit.answering(later))

    assert (verdict.phase, verdict.cause, verdict.repair) == (ChatPagePhase.NO_MODEL, "accounts-exist", "")
    assert "existing users" in verdict.evidence


async def test_the_shared_account_of_former_starts_is_warned_of(unit: Unit) -> None:
    nobody = unit.pages(ChatAccounts.NOBODY)
    await nobody.start()
    look = await unit.answering(nobody)
    assert look.container is not None
    await nobody.stop(look.container.id)
    later = unit.pages()
    await later.start()

    verdict = unit.judged(await unit.answering(later))

    assert (verdict.phase, verdict.cause) == (ChatPagePhase.READY, "shared-account")


async def test_what_it_has_kept_counts_before_its_variables_until_it_is_reconnected(unit: Unit) -> None:
    wrong = f"http://127.0.0.1:{free_port()}/v1"
    unit.start_outside(wrong)
    await unit.answering(unit.pages())
    unit.dockerd.docker("rm", "--force", "open-webui")
    unit.start_outside(unit.right)

    look = await unit.answering(unit.pages())
    verdict = unit.judged(look)

    assert look.kept == (wrong,)
    assert (verdict.phase, verdict.cause, verdict.repair) == (ChatPagePhase.NO_MODEL, "wrong-port", "reconnect-chat")
    assert f"kept in its own settings, started with {unit.right}" in verdict.evidence

    proof = await unit.reconnect()
    assert proof.proven, proof
    assert unit.judged(await unit.answering(unit.pages())).phase is ChatPagePhase.READY


async def test_a_page_that_cannot_reach_a_model_of_the_unit_alone_moves_into_its_network(unit: Unit) -> None:
    unit.start_outside(unit.right, "-e", "ENABLE_PERSISTENT_CONFIG=False", network="none")

    proof = await unit.reconnect()
    look = await unit.answering(unit.pages())

    assert proof.proven, proof
    assert look.container is not None
    assert look.container.on_host
    assert unit.judged(look).phase is ChatPagePhase.READY


async def test_another_computer_is_never_asked(unit: Unit) -> None:
    unit.start_outside("http://192.0.2.1:8000/v1")

    look = await unit.answering(unit.pages())

    assert [each.trouble for each in look.asked] == ["not asked, since it is not this unit"]
    assert unit.judged(look).cause == "wrong-host"


async def test_a_page_started_outside_is_known_by_its_image(unit: Unit) -> None:
    unit.start_outside(unit.right, name="somebodys-page")

    look = await unit.answering(unit.pages())

    assert look.container is not None
    assert (look.container.name, look.container.ours) == ("somebodys-page", False)
    assert unit.judged(look).phase is ChatPagePhase.READY


async def test_looking_at_a_page_of_others_makes_no_account_there(unit: Unit) -> None:
    unit.start_outside(unit.right, "-e", "WEBUI_AUTH=False")

    look = await unit.answering(unit.pages())

    assert look.listed is None
    assert (await unit.answering(unit.pages())).onboarding


async def test_a_page_that_no_port_leads_to_is_not_called_starting(unit: Unit) -> None:
    unit.start_outside(unit.right, network="none")

    verdict = unit.judged(await unit.pages().look(MODEL, deep=False))

    assert (verdict.phase, verdict.cause) == (ChatPagePhase.FAILED, "no-port")


async def test_one_that_ends_by_itself_says_its_last_line(unit: Unit) -> None:
    unit.tell(exit=3)
    pages = unit.pages()
    await pages.start()

    async with asyncio.timeout(LIMIT_S):
        while (verdict := unit.judged(await pages.look(MODEL, deep=False))).phase is ChatPagePhase.STARTING:
            await asyncio.sleep(0.1)

    assert (verdict.phase, verdict.cause) == (ChatPagePhase.FAILED, "ended")
    assert verdict.evidence == "sqlalchemy.exc.DatabaseError: file is not a database"
    unit.tell()
    await pages.start()
    assert unit.judged(await unit.answering(pages)).phase is ChatPagePhase.READY


async def test_stopping_keeps_the_accounts_and_removing_leaves_nothing(unit: Unit) -> None:
    pages = unit.pages()
    await pages.start()
    look = await unit.answering(pages)
    assert look.container is not None

    (unit.data / "uploads").mkdir()
    (unit.data / "uploads/one").write_text("kept by a person")
    (unit.data / "way-out").symlink_to("/opt")

    await pages.stop(look.container.id)
    kept = (unit.data / "webui.db").exists(), await pages.measure_data()
    await pages.remove_data()

    assert kept[0]
    assert kept[1]
    assert list(unit.data.iterdir()) == []
    assert unit.judged(await pages.look(MODEL, deep=False)).phase is ChatPagePhase.ABSENT
    assert unit.dockerd.docker("ps", "--all", "--quiet") == ""


async def test_an_image_that_is_not_here_is_said_and_nothing_is_pulled(unit: Unit) -> None:
    with pytest.raises(EngineError) as error:
        await unit.pages(page=ChatPage(image="ghcr.io/open-webui/open-webui:main", port=unit.page.port)).start()

    assert error.value.kind == "image-missing"


async def test_a_second_page_is_not_started_beside_the_first(unit: Unit) -> None:
    unit.start_outside(unit.right)

    with pytest.raises(EngineError, match="runs already"):
        await unit.pages().start()


async def test_something_else_on_its_port_is_not_taken_for_it(unit: Unit, model_port: int) -> None:
    verdict = unit.judged(await unit.pages(page=ChatPage(image=PAGE_IMAGE, port=model_port)).look(MODEL, deep=False))

    assert (verdict.phase, verdict.cause) == (ChatPagePhase.FAILED, "port-taken")


async def test_a_model_that_stopped_answering_is_told_from_a_wrong_address(unit: Unit) -> None:
    unit.model_port = free_port()
    pages = unit.pages()
    await pages.start()

    verdict = unit.judged(await unit.answering(pages))

    assert (verdict.phase, verdict.cause) == (ChatPagePhase.NO_MODEL, "backend-down")


async def test_without_an_engine_it_is_an_error_and_not_an_absent_page(tmp_path: Path) -> None:
    engine = DockerEngine(f"unix://{tmp_path}/none.sock")
    pages = UnitChatPages(engine, ChatPage(), docker_address=engine.address, port=8000, data=tmp_path)

    with contextlib.suppress(TimeoutError), pytest.raises(EngineError):
        await pages.look(MODEL, deep=False)
