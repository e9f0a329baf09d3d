"""Inside the faked Thor only: the kernel's name, the host's name, and where jtop keeps its settings."""

import os
import socket
import sys

if folder := os.environ.get("THOR_FAKE_DIR"):
    machine = ("Linux", "thor-07", "6.8.12-tegra", "#1 SMP PREEMPT Wed Dec 31 00:15:19 UTC 2025", "aarch64")
    os.uname = lambda: os.uname_result(machine)
    socket.gethostname = lambda: "thor-07"
    sys.base_prefix = f"{folder}/prefix"
