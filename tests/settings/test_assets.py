"""Shipped files are found beside the package or inside it."""

from pathlib import Path

import pytest

import thorhud.assets


def test_a_shipped_file_is_found() -> None:
    assert thorhud.assets.asset("workshops/gtc-dc-2025.toml").is_file()


def test_what_is_not_shipped_is_an_error_that_names_it() -> None:
    with pytest.raises(FileNotFoundError, match=r"workshops/none\.toml"):
        thorhud.assets.asset("workshops/none.toml")


def test_a_file_inside_the_package_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in (tmp_path / "thorhud" / "resources", tmp_path / "resources"):
        folder.mkdir(parents=True)
        (folder / "x.toml").write_text("")
    monkeypatch.setattr(thorhud.assets, "_PACKAGE", tmp_path / "thorhud")

    assert thorhud.assets.asset("x.toml") == tmp_path / "thorhud" / "resources" / "x.toml"
