"""Who the unit is and how it is reached."""

import socket
from pathlib import Path

import pytest

from tests.telemetry.thor_tree import build, write
from thorhud.domain.reading import Reading
from thorhud.telemetry import machine_names as names
from thorhud.telemetry.internet import InternetLook
from thorhud.telemetry.machine import MachineSource
from thorhud.telemetry.network import NetworkInterface, hardware_address, labelled_v6, read_gateway
from thorhud.telemetry.network_rates import bytes_moved, rates
from thorhud.telemetry.psutil_reader import PsutilSource, interfaces_here

ROUTES = """Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT
wlP1p1s0 00000000 0101000A 0003 0 0 600 00000000 0 0 0
enP2p1s0 00000000 FE0A0A0A 0003 0 0 100 00000000 0 0 0
enP2p1s0 000A0A0A 00000000 0001 0 0 100 00FFFFFF 0 0 0
"""
NET_DEV = """Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 99 1 0 0 0 0 0 0 99 1 0 0 0 0 0 0
mgbe0_0: {received} 5 0 0 0 0 0 0 {sent} 5 0 0 0 0 0 0
veth12:7 1 0 0 0 0 0 0 7 1 0 0 0 0 0 0
"""


@pytest.mark.parametrize(
    ("l4t", "jetpack"),
    [
        ("38.2.0", "7.0"),
        ("38.2.2", "7.0"),
        ("38.4.0", "7.1"),
        ("39.0.0", "7.2 EA"),
        ("39.2.0", "7.2"),
        ("39.2.2", "7.2.2"),
    ],
)
def test_the_jetpack_belongs_to_the_release(l4t: str, jetpack: str) -> None:
    assert names.jetpack_of(Reading(value=l4t)).value == jetpack


def test_a_release_that_is_not_known_keeps_its_number() -> None:
    unknown = names.jetpack_of(Reading(value="40.1.0"))

    assert unknown.value is None
    assert unknown.reason == "thorhud does not know which JetPack L4T 40.1.0 belongs to."


@pytest.mark.parametrize(
    ("compatible", "module"),
    [
        ("nvidia,p4071-0000+p3834-0008\0nvidia,p3834-0008\0nvidia,tegra264\0", "Jetson T5000 (p3834-0008)"),
        ("nvidia,p4071-0000+p3834-0005\0nvidia,p3834-0005\0nvidia,tegra264\0", "p3834-0005"),
        ("raspberrypi,4-model-b\0brcm,bcm2711\0", None),
    ],
)
def test_a_module_is_told_by_name_or_by_number(tmp_path: Path, compatible: str, module: str | None) -> None:
    write(tmp_path, {"proc/device-tree/compatible": compatible})

    assert names.read_module(tmp_path).value == module


def test_the_serial_is_masked_unless_it_is_asked_for(tmp_path: Path) -> None:
    write(tmp_path, {"sys/firmware/devicetree/base/serial-number": "1424125012345\0"})

    assert names.read_serial(tmp_path, masked=True).value == "••••••••••345"
    assert names.read_serial(tmp_path, masked=False).value == "1424125012345"


async def test_the_unmasked_serial_leaves_only_where_the_settings_say_so(tmp_path: Path) -> None:
    write(build(tmp_path), {"proc/device-tree/serial-number": "1424125012345\0"})

    assert "1424" not in repr(await MachineSource(tmp_path).identity())
    assert "1424" in repr(await MachineSource(tmp_path, show_serial=True).identity())


def test_kernel_and_driver_are_told_where_they_are(tmp_path: Path) -> None:
    write(tmp_path, {"proc/sys/kernel/osrelease": "6.8.12-tegra\n", "sys/module/nvidia/version": "580.00\n"})

    assert names.read_kernel(tmp_path).value == "6.8.12-tegra"
    assert names.read_gpu_driver(tmp_path).value == "580.00"
    assert names.read_gpu_driver(tmp_path / "no").reason == "No driver of NVIDIA is loaded."


def test_of_several_gateways_the_one_that_the_kernel_takes_is_told(tmp_path: Path) -> None:
    write(tmp_path, {"proc/net/route": ROUTES})

    assert read_gateway(tmp_path).value == "10.10.10.254"


def test_without_a_way_out_there_is_no_gateway_and_no_internet(tmp_path: Path) -> None:
    gateway = read_gateway(tmp_path)

    assert gateway.reason == "This machine has no default gateway."
    assert InternetLook().look(gateway).value is False


def test_a_host_outside_that_answers_is_the_internet() -> None:
    with socket.create_server(("127.0.0.1", 0)) as outside:
        look = InternetLook([outside.getsockname()])

        assert look.look(Reading(value="10.0.0.1")) == Reading(value=True, source="127.0.0.1")


def test_hosts_that_refuse_are_no_internet() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = closed.getsockname()

    assert InternetLook([address]).look(Reading(value="10.0.0.1")).value is False


def test_a_network_that_swallows_everything_is_looked_at_later_and_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A listener whose queue is full takes no more connections and refuses none."""
    monkeypatch.setattr("thorhud.telemetry.internet.PATIENCE_S", 0.02)
    now_s = 0.0
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for filler in (first, second):
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        look = InternetLook([full.getsockname()], clock=lambda: now_s)
        waiting = look.look(Reading(value="10.0.0.1"))
        now_s = 60.0
        given_up = look.look(Reading(value="10.0.0.1"))
        look.close()

    assert (waiting.value, waiting.reason) == (None, "The internet has not answered yet.")
    assert given_up.value is False


def test_the_label_carries_the_wired_address_even_while_nothing_is_plugged_in() -> None:
    interfaces = [
        NetworkInterface(name="docker0", mac="02:42:00:00:00:01"),
        NetworkInterface(name="wlP1p1s0", mac="AA:00:00:00:00:02"),
        NetworkInterface(name="mgbe0_0", mac="4C:BB:47:00:00:03", up=False),
        NetworkInterface(name="enP9", mac="00:00:00:00:00:00"),
    ]

    assert hardware_address(interfaces) == Reading(value="4c:bb:47:00:00:03", source="mgbe0_0")
    assert hardware_address([]).reason


def test_ipv6_is_told_where_another_network_can_use_it() -> None:
    interfaces = [
        NetworkInterface(name="eth0", ipv6=("fe80::1%eth0", "2001:db8::7")),
        NetworkInterface(name="eth1", ipv6=("2001:db8::8",), up=False),
        NetworkInterface(name="lo", ipv6=("::1",)),
    ]

    assert [each.ip for each in labelled_v6(interfaces)] == ["2001:db8::7"]


def test_rates_of_an_interface_are_between_two_looks() -> None:
    before, now = (bytes_moved(NET_DEV.format(received=r, sent=s)) for r, s in ((1000, 500), (3000, 600)))

    (rate,) = rates(before, now, 2.0)

    assert (rate.interface, rate.received_bytes_per_s, rate.sent_bytes_per_s) == ("mgbe0_0", 1000, 50)
    assert rates(now, before, 2.0)[0].received_bytes_per_s == 0
    assert rates({}, now, 2.0) == ()


def test_this_machine_shows_its_interfaces() -> None:
    assert any(each.name == "lo" and "127.0.0.1" in each.ipv4 for each in interfaces_here())


async def test_psutil_is_asked_only_where_the_kernels_files_say_nothing() -> None:
    source = PsutilSource()
    unwanted = await source.read()
    source.wanted = True
    values = (await source.read()).values

    assert unwanted.values.memory.value is None
    assert values.memory.value is not None
    assert values.memory.value.available_bytes <= values.memory.value.total_bytes
    assert values.uptime_s.value
