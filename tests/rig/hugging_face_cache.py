"""Lays a model out as a Hugging Face cache, the way a download would have left it: blobs, refs, snapshots."""

import hashlib
import shutil
from pathlib import Path


def lay_out(model: Path, cache: Path, name: str) -> None:
    """Put the files of *model* into *cache* (what a container mounts at /root/.cache/huggingface) as the model *name*."""
    root = cache / "hub" / f"models--{name.replace('/', '--')}"
    revision = hashlib.sha256(name.encode()).hexdigest()[:40]
    snapshot = root / "snapshots" / revision
    blobs = root / "blobs"
    for folder in (snapshot, blobs, root / "refs"):
        folder.mkdir(parents=True, exist_ok=True)
    (root / "refs" / "main").write_text(revision)
    for source in sorted(path for path in model.iterdir() if path.is_file()):
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        shutil.copyfile(source, blobs / digest)
        link = snapshot / source.name
        link.unlink(missing_ok=True)
        link.symlink_to(Path("../../blobs") / digest)
