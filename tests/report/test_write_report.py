"""The report as a reader finds it: one page, every run, nothing from elsewhere."""

import csv
import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.report.page_reader import Page
from tests.report.sample_runs import ladder_runs, whole_comparison, whole_runs
from thorhud.domain.comparison import Comparison, compare
from thorhud.domain.errors import ThorHudError
from thorhud.domain.workshop import Workshop
from thorhud.report.page import page as page_of
from thorhud.report.write import draw_plots, write_report
from thorhud.settings.workshop_file import load_workshop


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return load_workshop()


@pytest.fixture(scope="module")
def comparison(workshop: Workshop) -> Comparison:
    return compare(
        workshop,
        ladder_runs(workshop),
        unit="thor-07",
        not_measured={"gpt-oss-20b": "The weights are not on this unit"},
        start_s={"llama-3.1-8b-fp8": 20.9},
    )


@pytest.fixture(scope="module")
def folder(comparison: Comparison, workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(comparison, ladder_runs(workshop), workshop, tmp_path_factory.mktemp("report")).parent


@pytest.fixture(scope="module")
def source(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(source: str) -> Page:
    return Page(source)


PICTURES = ["card.png", "limit.png", "memory.png", "speed.png", "ttft.png"]


def test_a_page_its_pictures_and_its_figures_and_nothing_else(folder: Path) -> None:
    names = sorted(each.name for each in folder.iterdir())

    assert names == sorted([*PICTURES, "report.html", "report.json", "runs.csv"])


def test_the_pictures_are_pictures(folder: Path) -> None:
    for name in PICTURES:
        assert (folder / name).read_bytes().startswith(b"\x89PNG")


def test_the_page_loads_nothing_from_elsewhere(source: str, page: Page) -> None:
    loading = [value for name, value in page.attributes if name in {"src", "href", "srcset", "data", "xlink:href"}]

    assert all(value.startswith("#") for value in loading)
    assert not re.findall(r"url\((?!#|\"data:)", source)
    assert not re.findall(r"@import|<script|<link|<iframe|<object", source)
    assert "default-src 'none'" in source


def test_every_run_stands_in_the_page(page: Page, workshop: Workshop) -> None:
    for run in ladder_runs(workshop):
        assert f"{run.result.ttft_s:.3f}" in page.text
        assert f"{run.result.completion_tokens} tokens" in page.text or run.warm_up


def test_text_of_a_model_is_shown_and_never_carried_out(source: str, page: Page) -> None:
    assert "script" not in page.tags
    assert "img" not in page.tags
    assert '<script>alert("1")</script> & <img src=x onerror=alert(1)>' in page.text
    assert "\x1b" not in source
    assert r"\x1b[31mred" in page.text


def test_hostile_names_are_harmless_in_every_place(workshop: Workshop, tmp_path: Path) -> None:
    evil = '"><script>alert(2)</script>'
    first = replace(workshop.configurations[2], name=evil, short_name=evil, tile_name=evil, family=evil, model=evil)
    spoiled = replace(workshop, title=evil, source=evil, configurations=(first,))
    runs = [
        replace(each, image=evil, image_digest=evil, unit=evil, power_mode=evil, vllm_version=evil, hud_version=evil,
                serve_arguments=(evil,), result=replace(each.result, finish_reason=evil, disagreement=evil))
        for each in ladder_runs(workshop, lengths=("reference",))[:4]
    ]  # fmt: skip
    compared = compare(spoiled, runs, unit=evil, conditions=[evil], not_measured={first.id: evil})

    written = write_report(compared, runs, spoiled, tmp_path).read_text(encoding="utf-8")

    assert "<script" not in written
    assert evil in Page(written).text


def test_a_first_look_is_called_so_above_everything_else(page: Page) -> None:
    assert "First look" in page.text
    assert page.text.index("A first look, not a verdict.") < page.text.index("Generation speed")
    assert "4 of 6 were measured." in page.text


def test_five_repeats_are_not_called_a_first_look(workshop: Workshop) -> None:
    runs = ladder_runs(workshop, repeats=5)

    written = page_of(compare(workshop, runs), runs, workshop, {})

    assert "irst look" not in Page(written).text


def test_a_simulated_unit_is_told_above_everything(workshop: Workshop) -> None:
    runs = ladder_runs(workshop, simulated=True)

    text = Page(page_of(compare(workshop, runs), runs, workshop, {})).text

    notice = "Simulated unit: nothing on this page was measured on a Thor. Starts were hurried 10 times."
    assert text.index(notice) < text.index("This unitWhat each step buys you")
    assert "yes: token rates are the published ones, start hurried 10 times" in text
    assert "Start s, hurried" in text


def test_a_measured_report_says_nothing_of_a_simulation(page: Page) -> None:
    assert "no: measured on a real server" in page.text
    assert "Simulated unit" not in page.text
    assert "hurried" not in page.text


def test_what_is_needed_to_repeat_it_is_there(page: Page) -> None:
    for needed in (
        "nvcr.io/nvidia/vllm:25.09-py3",
        "sha256:5f1d",
        "0.10.1.1",
        """--speculative-config '{"method":"eagle3",""",
        "reference: temperature 0, seed 7, max_tokens 256",
        "MAXN",
        "thor-07",
        "0.1.0",
    ):
        assert needed in page.text


def test_the_plots_are_pictures_of_text_in_the_page_s_colours(source: str, page: Page) -> None:
    assert page.tags.count("svg") == 4
    for words in (
        "FP4 + EAGLE3",
        "Bandwidth limit, 273 GB/s",
        "Not measured: the weights are not on this unit",
        "25.1",
    ):
        assert f">{words}</text>" in source
    assert "#fe00" not in source
    assert "fill: var(--c5)" in source
    assert "'DejaVu Sans'" not in source


def test_ids_of_the_plots_do_not_meet(page: Page) -> None:
    ids = [value for name, value in page.attributes if name == "id"]

    assert len(ids) == len(set(ids))
    referenced = {value[1:] for name, value in page.attributes if name == "xlink:href"}
    assert referenced <= set(ids)


def test_published_figures_stand_beside_and_are_never_mixed(page: Page, source: str) -> None:
    summary = source[source.index('id="measured-beside-published"') :]
    eagle = summary[summary.index("Llama-3.1-8B FP4 + EAGLE3</th>") :]
    cells = re.findall(r'<td class="n">(.*?)</td>', eagle)[:9]

    assert [re.sub(r"<[^>]+>", "", each) for each in cells] == [
        "14.6 n=3", "14.3", "25.1 n=3", "25.6", "0.23", "6.86", "6.86", "\N{EN DASH}", "\N{EN DASH}",
    ]  # fmt: skip


def test_what_was_not_measured_is_a_sentence_and_never_zero(source: str, page: Page) -> None:
    assert "Not measured: the weights are not on this unit" in page.text
    assert not re.search(r">0\.0+<", source)


def test_the_findings_are_told(page: Page) -> None:
    assert "+79 %" in page.text
    assert "62 → 45 %" in page.text


def test_the_csv_holds_every_run_with_empty_cells_for_the_unknown(folder: Path, workshop: Workshop) -> None:
    with (folder / "runs.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    assert {row["id"] for row in rows} == {each.id for each in ladder_runs(workshop)}
    assert rows[0]["configuration"] == "llama-3.1-8b-fp16"
    assert rows[0]["left_out_because"] == "warm-up"
    assert rows[0]["ttfa_s"] == ""
    assert float(rows[1]["tokens_per_s"]) == 10.6


def test_the_json_file_holds_comparison_published_figures_and_runs(folder: Path, workshop: Workshop) -> None:
    figures = json.loads((folder / "report.json").read_text(encoding="utf-8"))

    assert len(figures["runs"]) == len(ladder_runs(workshop))
    assert figures["comparison"]["preliminary"] is True
    assert figures["published"]["gpt-oss-20b"]["start_s"]["value"] is None
    assert figures["published"]["llama-3.1-8b-fp4"]["short_tokens_per_s"]["value"] == 19.1


def test_short_answers_alone_make_a_report(workshop: Workshop, tmp_path: Path) -> None:
    runs = ladder_runs(workshop, lengths=("reference",))

    source = write_report(compare(workshop, runs), runs, workshop, tmp_path).read_text(encoding="utf-8")

    assert "tok/s, short answer" in source
    assert ">long</text>" not in source


def test_a_report_of_nothing_is_a_report(workshop: Workshop, tmp_path: Path) -> None:
    page = Page(write_report(compare(workshop, []), [], workshop, tmp_path).read_text(encoding="utf-8"))

    assert page.text.count("Not measured: no run yet") == 2 * len(workshop.configurations)
    assert "0 of 6 were measured." in page.text
    assert (tmp_path / "runs.csv").read_text(encoding="utf-8-sig").startswith("id,")


def test_a_workshop_without_a_bandwidth_has_no_limit_to_draw(workshop: Workshop, comparison: Comparison) -> None:
    assert set(draw_plots(comparison, replace(workshop, bandwidth_gb_per_s=None)).svg) == {"speed", "ttft", "memory"}


def test_plots_that_cannot_be_drawn_leave_the_tables(
    workshop: Workshop, comparison: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    def broken(*args: object, **kwargs: object) -> None:
        raise subprocess.CalledProcessError(1, "plots", stderr="No module named matplotlib\n")

    monkeypatch.setattr(subprocess, "run", broken)
    (tmp_path / "speed.png").write_bytes(b"an older one")

    text = Page(write_report(comparison, [], workshop, tmp_path).read_text(encoding="utf-8")).text

    assert "The plots could not be drawn; the tables hold the same figures." in text
    assert "No module named matplotlib" in caplog.text
    assert not (tmp_path / "speed.png").exists()


def test_a_folder_that_cannot_be_written_is_a_sentence(
    workshop: Workshop, comparison: Comparison, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ThorHudError, match="cannot be written") as caught:
        write_report(comparison, [], workshop, tmp_path / "file")

    assert caught.value.next_step


def test_writing_again_replaces_the_files(workshop: Workshop, comparison: Comparison, tmp_path: Path) -> None:
    write_report(comparison, ladder_runs(workshop), workshop, tmp_path)
    page = write_report(compare(workshop, [], unit="thor-08"), [], workshop, tmp_path)

    assert "thor-08" in page.read_text(encoding="utf-8")
    assert len(list(tmp_path.iterdir())) == 3 + len(PICTURES)


def test_a_picture_that_a_newer_report_does_not_have_is_taken_away(workshop: Workshop, tmp_path: Path) -> None:
    write_report(whole_comparison(workshop), whole_runs(workshop), workshop, tmp_path)
    assert (tmp_path / "sweep_total.png").exists()

    write_report(compare(workshop, []), [], workshop, tmp_path)

    assert list(tmp_path.glob("sweep_*.png")) == []
