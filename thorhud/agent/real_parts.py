"""The parts of the machine at hand."""

import socket
from functools import partial
from pathlib import Path

from thorhud.agent.parts import Availability, Parts
from thorhud.domain.chat_page import ChatAccounts
from thorhud.domain.workshop import Configuration, Workshop
from thorhud.measure.runner import ChildPromptRunner
from thorhud.records.store import Records
from thorhud.repair.context import context_for
from thorhud.repair.run import RepairsHere
from thorhud.serving.chat_page import data_folder
from thorhud.serving.chat_pages import UnitChatPages
from thorhud.serving.docker_engine import DockerEngine
from thorhud.serving.model_needs import need_for_launch
from thorhud.serving.weights import files_fault, read_per_token, revision, weights_state
from thorhud.settings.declared import Settings
from thorhud.settings.pin_file import NAME as PIN_FILE
from thorhud.telemetry.internet import InternetLook
from thorhud.telemetry.machine import MachineSource


def real_parts(settings: Settings, workshop: Workshop, folder: Path) -> Parts:
    """Return this machine with its Docker Engine; records lie in *folder*."""

    def availability(configuration: Configuration) -> Availability:
        weights = weights_state(settings.data_dir, configuration)
        return Availability(
            complete=weights.complete,
            reason=weights.reason,
            label=None if weights.complete else "No weights",
            files_fault=files_fault(settings.data_dir, configuration),
            next_step=weights.next_step,
        )

    runner = ChildPromptRunner()
    engine, unit = DockerEngine(settings.docker_host), socket.gethostname()
    context = context_for(settings, workshop, engine, unit=unit, logs_to=folder / "left-behind")
    return Parts(
        engine=engine,
        images=engine,
        source=MachineSource(
            number=settings.unit_number,
            rack=settings.rack,
            slot=settings.slot,
            ssh_user=settings.ssh_user,
            data_dir=settings.data_dir,
            internet=InternetLook() if settings.internet_check == "on" else None,
        ),
        runner=runner,
        sweeper=runner,
        records=Records(folder / "records.sqlite3"),
        history=folder / "history.sqlite3",
        workshop=workshop,
        data_dir=settings.data_dir,
        unit=unit,
        base_url=f"http://127.0.0.1:{settings.port}",
        availability=availability,
        repairs=RepairsHere(context),
        read_per_token=partial(read_per_token, settings.data_dir, workshop),
        revision=partial(revision, settings.data_dir),
        model_need=partial(need_for_launch, settings.data_dir, workshop),
        pin_file=folder / PIN_FILE,
        chat_pages=UnitChatPages(
            engine,
            workshop.chat_page,
            docker_address=engine.address,
            port=settings.port,
            data=data_folder(workshop.chat_page, settings.data_dir),
            accounts=ChatAccounts(settings.chat_accounts),
        ),
    )
