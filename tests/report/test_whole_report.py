"""The report of a whole ladder: everything that can be measured stands in it, plainly and with its figures."""

import csv
import io
import json
import re
import statistics
from dataclasses import fields, replace
from pathlib import Path

import pytest

from tests.report.page_reader import Page
from tests.report.sample_runs import whole_comparison, whole_runs
from thorhud.cli.main import main
from thorhud.domain.comparison import Comparison, compare
from thorhud.domain.ladder_gates import LABEL
from thorhud.domain.run_record import RunConditions, RunRecord
from thorhud.domain.timing import PromptResult, ServerFigures
from thorhud.domain.workshop import Workshop
from thorhud.report.chart_data import without_label
from thorhud.report.figures import read_figures
from thorhud.report.run_table import COLUMNS, as_csv, run_rows
from thorhud.report.write import EVERY_FORMAT, Format, make_report, write_report
from thorhud.settings.workshop_file import load_workshop

LARGEST_PAGE = 600_000


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return load_workshop()


@pytest.fixture(scope="module")
def comparison(workshop: Workshop) -> Comparison:
    return whole_comparison(workshop)


@pytest.fixture(scope="module")
def files(workshop: Workshop, comparison: Comparison) -> dict[str, bytes]:
    return make_report(comparison, whole_runs(workshop), workshop)


@pytest.fixture(scope="module")
def source(files: dict[str, bytes]) -> str:
    return files["report.html"].decode()


@pytest.fixture(scope="module")
def page(source: str) -> Page:
    return Page(source)


def test_the_same_runs_in_any_order_give_the_same_bytes(
    workshop: Workshop, comparison: Comparison, files: dict[str, bytes]
) -> None:
    again = make_report(comparison, list(reversed(whole_runs(workshop))), workshop)

    assert sorted(again) == sorted(files)
    assert [name for name in files if again[name] != files[name]] == []


def test_the_page_is_small_enough_to_be_kept_and_sent(source: str) -> None:
    assert len(source.encode()) < LARGEST_PAGE


def test_the_page_asks_nobody_for_anything(source: str, page: Page) -> None:
    loading = {"src", "href", "srcset", "data", "xlink:href", "action", "poster", "background", "ping"}

    assert [value for name, value in page.attributes if name in loading and not value.startswith("#")] == []
    assert {"script", "link", "iframe", "object", "embed", "form", "base", "img", "a"} & set(page.tags) == set()
    assert re.findall(r"url\((?!#|\"data:)", source) == []
    assert "@import" not in source
    assert "default-src 'none'" in source


def test_every_plot_has_a_name_for_a_screen_reader_and_its_figures_as_a_table(source: str) -> None:
    plots = re.findall(r"<svg [^>]*>", source)

    assert len(plots) == 11
    assert all('role="img"' in each and re.search(r'aria-label="[^"]+"', each) for each in plots)
    for card in re.findall(r'<section class="card (?:speed|limit|ttft|memory|energy|lengths|acceptance|shape)".*?</section>',
                           source, re.DOTALL):  # fmt: skip
        assert "<table>" in card


def test_every_table_has_a_caption_and_heads_that_say_what_they_head(source: str) -> None:
    assert source.count("<table>") == source.count("<caption")
    assert not re.search(r"<th(?! scope=)[ >]", source)


def test_headings_do_not_skip_a_level_and_every_section_has_its_own(source: str, page: Page) -> None:
    assert page.tags.count("h1") == 1
    assert "h3" not in page.tags
    named = re.findall(r'<section [^>]*aria-labelledby="([^"]+)"', source)
    assert len(named) == len(set(named)) == page.tags.count("section")
    assert all(f'id="{each}"' in source for each in named)


def test_what_was_found_is_told_in_sentences(comparison: Comparison, page: Page) -> None:
    told = [*(each.sentence for each in comparison.verdicts), *(each.sentence for each in comparison.findings)]
    told += [*(each.sentence for each in comparison.parity), *(each.sentence for each in comparison.break_evens)]

    assert len(told) >= 8
    assert [each for each in told if each not in page.text] == []


def test_not_comparable_stands_at_the_bar_in_the_table_and_above_everything(source: str, page: Page) -> None:
    gate = "The power mode was 120W, not MAXN."

    assert source.count(">not comparable</text>") == 2  # the short and the long bar
    assert f"Not comparable: {gate}" in page.text
    assert "Not comparable: Not comparable" not in page.text
    assert page.text.index(f"Llama-3.1-8B FP8: {gate}") < page.text.index("Generation speed")


@pytest.mark.parametrize(
    ("sentences", "said"),
    [
        ([], ""),
        ([f"{LABEL}the unit throttles."], "the unit throttles."),
        ([f"{LABEL}the unit throttles.", f"{LABEL}others asked."], "the unit throttles. Others asked."),
    ],
)
def test_what_is_not_comparable_is_said_once_for_all_gates(sentences: list[str], said: str) -> None:
    assert without_label(sentences) == said


def test_a_comparable_ladder_says_nothing_of_gates(workshop: Workshop) -> None:
    runs = whole_runs(workshop)

    written = make_report(compare(workshop, runs), runs, workshop, {Format.HTML})["report.html"].decode()

    assert "ot comparable" not in Page(written).text


def test_the_interval_of_a_bar_is_drawn_and_written(source: str, comparison: Comparison) -> None:
    interval = next(row.long.interval for row in comparison.rows if row.long.interval is not None)

    assert f"{interval.low:.2f} to {interval.high:.2f}" in source


def test_the_gib_of_a_point_and_its_share_agree_with_the_line(source: str) -> None:
    card = source[source.index('<section class="card limit"') :]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", card[: card.index("</section>")])
    read_gib, speed, share = float(cells[0]), float(cells[1]), float(cells[2].removesuffix(" %"))

    assert speed * read_gib * 2**30 / 273e9 == pytest.approx(share / 100, abs=0.006)


def test_a_p95_is_only_where_forty_answers_came(comparison: Comparison, source: str) -> None:
    card = source[source.index('aria-labelledby="several-users-at-once"') :]
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", card[: card.index("</section>")])
    p95 = {int(cells[1]): cells[6] for row in rows if (cells := re.findall(r"<td[^>]*>(.*?)</td>", row))}

    assert len(rows) == sum(len(row.sweep.levels) for row in comparison.rows if row.sweep)
    assert {answers for answers, value in p95.items() if value != "\N{EN DASH}"} == {64}


def test_figures_of_others_have_their_address_and_stand_apart(page: Page, workshop: Workshop) -> None:
    for figure in workshop.published_elsewhere:
        assert (figure.source in page.text) == (figure.shape == "2048/128")
    assert "Not measured here and never part of a median or a verdict." in page.text


def test_without_a_measured_shape_nothing_of_others_is_shown(workshop: Workshop) -> None:
    runs = whole_runs(workshop)

    written = make_report(compare(workshop, runs), runs, workshop, {Format.HTML})["report.html"].decode()

    assert "jetson-ai-lab" not in written


def test_where_two_answers_part_is_shown(page: Page) -> None:
    assert "the memory bandwidth is plain:  the, drafted:  what" in page.text
    assert "identical" not in page.text


def test_what_is_needed_to_repeat_it_can_be_typed(page: Page) -> None:
    names = "llama-3.1-8b-fp16 llama-3.1-8b-fp8 llama-3.1-8b-fp4 llama-3.1-8b-fp4-eagle3"
    assert f"thorhud ladder {names} --repeats 7" in page.text
    assert "thorhud report --ladder ladder-1" in page.text
    assert "nvcr.io/nvidia/vllm@sha256:5f1d" in page.text
    assert '"temperature": 0.0' in page.text


def test_provenance_is_whole(page: Page) -> None:
    for known in (
        "0e9e39f249a16976918f6564b8830bc894c89659",
        "38.2.2",
        "locked at their highest (jetson_clocks)",
        "1575 MHz",
        "4266 MHz",
        "58 °C",
        "VIN",
        "ladder-1",
    ):
        assert known in page.text


def test_marked_runs_are_listed_with_their_reason(workshop: Workshop) -> None:
    runs = whole_runs(workshop)
    spoiled = [replace(runs[1], throttled="The unit throttled."), *runs[2:]]

    written = make_report(compare(workshop, spoiled), spoiled, workshop, {Format.HTML})["report.html"].decode()

    card = written[written.index("What does not count, and why") :]
    assert card[: card.index("</section>")].count("The unit throttled.") == 1


def test_the_same_answer_is_shown_once(workshop: Workshop) -> None:
    runs = [replace(each, result=replace(each.result, text="Always this.")) for each in whole_runs(workshop)]

    written = make_report(compare(workshop, runs), runs, workshop, {Format.HTML})["report.html"].decode()

    assert written.count("Always this.") == 8
    assert "7 times the same" in written


def test_long_answers_do_not_make_the_page_too_large_to_send(workshop: Workshop) -> None:
    runs = [replace(each, result=replace(each.result, text=f"{index} " + 6000 * "word "))
            for index, each in enumerate(whole_runs(workshop))]  # fmt: skip

    written = make_report(compare(workshop, runs), runs, workshop, {Format.HTML})["report.html"]

    assert len(written) < LARGEST_PAGE
    assert b"more in the JSON file." in written


def test_a_simulated_unit_is_on_every_screenful_and_across_the_pictures(
    workshop: Workshop, files: dict[str, bytes]
) -> None:
    runs = whole_runs(workshop, simulated=True)

    made = make_report(whole_comparison(workshop, simulated=True), runs, workshop)

    page = made["report.html"].decode()
    assert '<div class="banner" role="alert">' in page
    assert "position: sticky" in page
    assert b'class="banner"' not in files["report.html"]
    assert len(made["card.png"]) != len(files["card.png"])
    assert "--simulate" in page


def test_the_card_is_a_picture_for_a_slide(files: dict[str, bytes]) -> None:
    picture = files["card.png"]

    assert picture.startswith(b"\x89PNG")
    width, height = int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])
    assert (width, height) == (2400, 1260)


# The figures


def test_every_field_of_a_run_stands_in_the_table(workshop: Workshop) -> None:
    elsewhere = {
        "at_unix_s": "at",
        "configuration_id": "configuration",
        "prompt_name": "prompt",
        "accepted": "accepted",
    }
    in_the_json_file = {
        "text",
        "reasoning",
        "token_ids",
        "token_times",
        "result",
        "conditions",
        "server",
        "itl_s",
        "error",
        "acceptance",
    }
    own = {each.name for each in (*fields(RunRecord), *fields(PromptResult), *fields(RunConditions))}
    server = {f"server_{each.name}" for each in fields(ServerFigures)} | {each.name for each in fields(ServerFigures)}

    missing = {elsewhere.get(each, each) for each in own - in_the_json_file} - set(COLUMNS)
    assert missing == set()
    for name in (each.name for each in fields(ServerFigures)):
        assert {name, f"server_{name}"} & set(COLUMNS) or name in in_the_json_file
    assert server


def test_the_medians_can_be_computed_from_the_json_file(files: dict[str, bytes], comparison: Comparison) -> None:
    figures = json.loads(files["report.json"])

    assert (figures["schema"], figures["version"]) == ("thorhud-report", 1)
    checked = 0
    for row in comparison.rows:
        for prompt, cell in (("reference", row.short), ("long", row.long)):
            speeds = [
                run["tokens_per_s"]
                for run in figures["runs"]
                if run["configuration"] == row.configuration_id and run["prompt"] == prompt and run["counts"]
            ]
            if speeds:
                assert statistics.median(speeds) == cell.median_tokens_per_s
                checked += 1
    assert checked == 8


def test_a_report_can_be_written_again_from_its_figures(
    files: dict[str, bytes], comparison: Comparison, workshop: Workshop, tmp_path: Path
) -> None:
    (tmp_path / "report.json").write_bytes(files["report.json"])

    read, runs = read_figures(tmp_path / "report.json")

    assert read == comparison
    assert make_report(read, runs, workshop) == files


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[1]", "is no report of thorhud"),
        ("{", "is no report of thorhud"),
        ('{"schema": "other", "version": 1}', "is no report of thorhud"),
        ('{"schema": "thorhud-report", "version": 2}', "version 2; this program reads version 1"),
        ('{"schema": "thorhud-report", "version": 1, "comparison": {}, "records": []}', "This is no Comparison"),
    ],
)
def test_figures_that_are_none_are_a_sentence(
    content: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "report.json").write_text(content)

    assert main(["report", "--from", str(tmp_path / "report.json"), "--output", str(tmp_path / "out")]) == 1

    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_figure_with_a_line_break_or_a_formula_stays_one_harmless_cell(workshop: Workshop) -> None:
    evil = ("=1+1", "\t=1+1", " =1+1", "\N{FULLWIDTH EQUALS SIGN}1", '"=1', "a\r\n=1+1", "@x", "-2+3", "\x00=1")
    first = whole_runs(workshop)[0]
    runs = [replace(first, id=f"r{index}", unit=each) for index, each in enumerate(evil)]

    rows = list(csv.DictReader(io.StringIO(as_csv(run_rows(runs, workshop)).decode("utf-8-sig"), newline="")))

    assert len(rows) == len(evil)
    for row in rows:
        assert row["unit"].isprintable()
        assert row["unit"].lstrip()[:1] not in set("=+-@\N{FULLWIDTH EQUALS SIGN}")


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Format.HTML, {"report.html"}),
        (Format.CSV, {"runs.csv"}),
        (Format.JSON, {"report.json"}),
    ],
)
def test_one_format_alone_writes_its_file_alone(
    wanted: Format, names: set[str], workshop: Workshop, comparison: Comparison, tmp_path: Path
) -> None:
    first = write_report(comparison, whole_runs(workshop), workshop, tmp_path / "out", formats={wanted})

    assert {each.name for each in first.parent.iterdir()} == names


def test_pictures_alone_begin_with_the_card(workshop: Workshop, comparison: Comparison, tmp_path: Path) -> None:
    first = write_report(comparison, whole_runs(workshop), workshop, tmp_path, formats={Format.PNG})

    assert first.name == "card.png"
    assert all(each.suffix == ".png" for each in tmp_path.iterdir())


def test_all_formats_are_what_nobody_has_to_choose() -> None:
    assert set(EVERY_FORMAT) == set(Format)
