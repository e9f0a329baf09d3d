"""The take-home card: off until somebody asks, for those who know its address, and bounded on every side."""

import asyncio
import base64
import hashlib
import json
import re
import socket
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.agent.conftest import Face, Unit, end_containers, face_of, run_unit
from tests.report.sample_runs import HOSTILE, ladder_runs
from thorhud.agent.card_files import PAGE_NAME, card_files
from thorhud.agent.request_rate import RequestRate
from thorhud.agent.sharing import _Card, _listeners
from thorhud.domain.comparison import compare
from thorhud.domain.errors import ThorHudError
from thorhud.domain.messages import AnswerKind, Verb
from thorhud.domain.state import PromptPhase
from thorhud.http_server import Request
from thorhud.settings.workshop_file import load_workshop


class Answered:
    """One whole answer."""

    def __init__(self, data: bytes) -> None:
        head, _, self.body = data.partition(b"\r\n\r\n")
        first, *fields = head.decode("latin-1").split("\r\n")
        self.status = int(first.split(" ")[1])
        self.fields = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in fields)}


async def ask(url: str, *, path: str | None = None, method: str = "GET", host: str | None = None) -> Answered:
    parts = urlsplit(url)
    assert parts.hostname is not None
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    wanted = parts.path if path is None else path
    writer.write(f"{method} {wanted} HTTP/1.1\r\nHost: {host or parts.netloc}\r\n\r\n".encode())
    data = await reader.read()
    writer.close()
    return Answered(data)


@pytest.fixture
async def recorded(unit: Unit) -> Unit:
    """Measure two configurations."""
    for run in ladder_runs(unit.parts.workshop)[:16]:
        await asyncio.to_thread(unit.parts.records.add_run, run)
    unit.agent.hub.run_recorded()
    return unit


async def shared(face: Face, **args: int) -> str:
    end = await face.do(Verb.SHARE, on=True, **args)
    assert end.kind is AnswerKind.DONE, end.reason
    return str(end.details["url"])


# Switching


async def test_nothing_is_shared_until_somebody_asks(face: Face) -> None:
    state = await face.until(lambda _: True)

    assert (state.shared_card.url, state.shared_card.reason) == (None, None)


async def test_what_is_shared_can_be_read_and_ends_when_it_is_switched_off(recorded: Unit, face: Face) -> None:
    assert recorded.agent.hub.state.shared_card.url is None
    url = await shared(face)
    assert (await face.until(lambda state: state.shared_card.url is not None)).shared_card.url == url

    page = await ask(url)
    assert page.status == 200
    assert "Llama-3.1-8B FP16" in page.body.decode()

    assert (await face.do(Verb.SHARE, on=False)).kind is AnswerKind.DONE
    assert (await face.until(lambda state: state.shared_card.url is None)).shared_card.reason is None
    with pytest.raises(ConnectionRefusedError):
        await ask(url)


async def test_it_ends_with_the_agent_and_does_not_come_back_with_the_next(tmp_path: Path) -> None:
    first = await run_unit(tmp_path, boot="one")
    async with face_of(first) as face:
        url = await shared(face)
    await first.end()
    with pytest.raises(ConnectionRefusedError):
        await ask(url)

    second = await run_unit(tmp_path, boot="two")
    assert second.agent.hub.state.shared_card.url is None
    await second.end()
    await end_containers(tmp_path)


async def test_each_sharing_has_another_path_that_nobody_guesses(face: Face) -> None:
    paths = [urlsplit(await shared(face)).path for _ in range(2)]

    assert paths[0] != paths[1]
    assert all(re.fullmatch(r"/[A-Za-z0-9_-]{22}/", each) for each in paths)


async def test_a_chosen_port_is_taken_and_a_taken_one_is_a_sentence(face: Face) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        failed = await face.do(Verb.SHARE, on=True, port=port)

        assert failed.kind is AnswerKind.FAILED
        assert "in use" in failed.reason
        state = await face.until(lambda state: state.shared_card.reason is not None)
        assert state.shared_card.url is None
    assert urlsplit(await shared(face, port=port)).port == port


@pytest.mark.parametrize(
    "args", [{}, {"on": "yes"}, {"on": True, "port": 80}, {"on": True, "port": 70000}, {"on": True, "port": "8000"}]
)
async def test_a_wish_that_is_none_is_refused(face: Face, args: dict[str, object]) -> None:
    assert (await face.first(Verb.SHARE, args)).kind is AnswerKind.REFUSED


async def test_nothing_is_drawn_while_something_is_measured(unit: Unit, face: Face) -> None:
    unit.agent.hub.change_prompt(phase=PromptPhase.STREAMING)

    refused = await face.first(Verb.SHARE, {"on": True})

    assert refused.kind is AnswerKind.REFUSED
    assert "measured" in refused.reason


async def test_what_was_measured_since_is_on_the_card_once_nothing_is_measured(recorded: Unit, face: Face) -> None:
    url = await shared(face)
    later = [replace(each, unit="thor-77") for each in ladder_runs(recorded.parts.workshop)[-3:]]
    for run in later:
        await asyncio.to_thread(recorded.parts.records.add_run, run)
    recorded.agent.hub.run_recorded()

    recorded.agent.hub.change_prompt(phase=PromptPhase.STREAMING)
    before = (await ask(url, path=f"{urlsplit(url).path}report.json")).body
    recorded.agent.hub.change_prompt(phase=PromptPhase.DONE)
    after = (await ask(url, path=f"{urlsplit(url).path}report.json")).body

    assert len(json.loads(before)["records"]) == 16
    assert len(json.loads(after)["records"]) == 19


# Reading


async def test_the_report_can_be_taken_along(recorded: Unit, face: Face) -> None:
    assert recorded.parts.simulated
    url = await shared(face)
    base = urlsplit(url).path

    files = {name: await ask(url, path=base + name) for name in ("report.html", "card.png", "runs.csv", "report.json")}

    assert {each.status for each in files.values()} == {200}
    assert files["card.png"].body.startswith(b"\x89PNG")
    assert files["card.png"].fields["content-type"] == "image/png"
    for name in ("report.html", "runs.csv", "report.json"):
        assert files[name].fields["content-disposition"] == f'attachment; filename="{name}"'
    assert "sandbox" in files["report.html"].fields["content-security-policy"]


async def test_nothing_but_the_files_can_be_read(face: Face) -> None:
    url = await shared(face)
    base = urlsplit(url).path

    for path in (
        "/", "//", "", "*", f"{base}..", f"{base}../", f"{base}%2e%2e/", f"{base}report.html/",
        f"{base}/report.html", "/report.html", f"{base[:-2]}x/", f"/x{base}", "/metrics", f"{base}\xe4",
    ):  # fmt: skip
        answered = await ask(url, path=path or " ")
        assert answered.status == 404, path
        assert answered.body == b"Not Found\n"
    without_slash = await ask(url, path=base.rstrip("/"))
    assert (without_slash.status, without_slash.fields["location"]) == (308, base)


async def test_the_card_can_only_be_read_and_by_its_own_address(face: Face) -> None:
    url = await shared(face)

    for method in ("HEAD", "POST", "PUT", "DELETE", "OPTIONS", "get"):
        assert (await ask(url, method=method)).status == 405
        assert (await ask(url, method=method, path="/")).status == 404
    assert (await ask(url, host="evil.example")).status == 404
    assert (await ask(url, host=f"evil.example:{urlsplit(url).port}")).status == 404


async def test_every_answer_forbids_to_keep_and_to_load(face: Face) -> None:
    url = await shared(face)

    for answered in (await ask(url), await ask(url, path="/"), await ask(url, method="POST")):
        assert answered.fields["cache-control"] == "no-store"
        assert answered.fields["referrer-policy"] == "no-referrer"
        assert answered.fields["x-content-type-options"] == "nosniff"
        assert answered.fields["content-security-policy"].startswith("default-src 'none'")
        assert "server" not in answered.fields


async def test_only_the_page_s_own_style_may_be_applied(face: Face) -> None:
    page = await ask(await shared(face))

    style = re.search(r"<style>(.*?)</style>", page.body.decode(), re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style.group(1).encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page.fields["content-security-policy"]
    assert " style=" not in page.body.decode()
    assert "unsafe" not in page.fields["content-security-policy"]


def test_text_of_a_stranger_is_harmless_on_the_card() -> None:
    workshop = load_workshop()
    first = replace(workshop.configurations[2], name=HOSTILE, family=HOSTILE)
    spoiled = replace(workshop, title=HOSTILE, configurations=(first,))
    runs = [replace(each, image=HOSTILE, serve_arguments=(HOSTILE,)) for each in ladder_runs(workshop)[:4]]

    files = card_files(compare(spoiled, runs, unit=HOSTILE, not_measured={first.id: HOSTILE}), runs, spoiled)

    page = files[PAGE_NAME].content.decode()
    assert "<script" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page


# Bounds


def test_an_address_that_asks_too_often_waits_and_others_do_not() -> None:
    now_s = 0.0
    rate = RequestRate(lambda: now_s)

    allowed = [rate.allows("a") for _ in range(60)]

    assert allowed.count(True) == 40
    assert rate.allows("b")
    now_s = 1.0
    assert [rate.allows("a") for _ in range(6)].count(True) == 4


def test_many_addresses_together_are_bounded_and_forgotten() -> None:
    rate = RequestRate(lambda: 0.0)

    allowed = [rate.allows(f"10.0.{number // 250}.{number % 250}") for number in range(2000)]

    assert allowed.count(True) == 400
    assert len(rate._of) <= 512


async def test_too_many_requests_are_told_to_wait() -> None:
    async def make() -> dict[str, object]:
        return {}

    card = _Card(make, "secret", frozenset({"unit"}), lambda: 1)  # type: ignore[arg-type]
    request = Request("GET", "/secret/", {"host": "unit"}, peer="a")

    answers = [Answered(await card.respond(request)) for _ in range(50)]

    assert {each.status for each in answers[:40]} == {404}
    assert {each.status for each in answers[40:]} == {429}
    assert answers[-1].fields["retry-after"] == "2"


def test_only_the_unit_s_own_addresses_listen_and_one_that_is_gone_is_left_out() -> None:
    listeners = _listeners(["127.0.0.1", "203.0.113.9", "127.0.0.3"], 0)
    names = [each.getsockname() for each in listeners]
    for each in listeners:
        each.close()

    assert [name[0] for name in names] == ["127.0.0.1", "127.0.0.3"]
    assert len({name[1] for name in names}) == 1


def test_a_unit_whose_addresses_are_all_gone_says_so() -> None:
    with pytest.raises(ThorHudError, match="cannot be shared"):
        _listeners(["203.0.113.9"], 0)
