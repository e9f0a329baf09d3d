"""Runs as rows of plain values."""

from dataclasses import replace

import pytest

from tests.report.sample_runs import ladder_runs
from thorhud.domain.run_record import RunRecord
from thorhud.domain.timing import PromptError
from thorhud.domain.workshop import Workshop
from thorhud.report.run_table import as_csv, left_out, run_rows
from thorhud.settings.workshop_file import load_workshop


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return load_workshop()


@pytest.fixture
def run(workshop: Workshop) -> RunRecord:
    return ladder_runs(workshop)[1]


def test_rows_stand_in_the_workshop_s_order_and_then_in_time(workshop: Workshop) -> None:
    runs = ladder_runs(workshop)

    rows = run_rows(reversed(runs), workshop)

    assert [row["id"] for row in rows] == [each.id for each in runs]


def test_a_run_of_a_configuration_that_is_gone_stands_last(workshop: Workshop, run: RunRecord) -> None:
    old = replace(run, id="old", configuration_id="removed", at_unix_s=0.0)

    assert [row["id"] for row in run_rows([old, run], workshop)] == [run.id, "old"]


def test_why_a_run_does_not_count(run: RunRecord) -> None:
    def changed(**result: object) -> RunRecord:
        return replace(run, result=replace(run.result, **result))  # type: ignore[arg-type]

    assert left_out(run) is None
    assert left_out(replace(run, warm_up=True)) == "warm-up"
    assert left_out(changed(disagreement="10 here, 12 there")) == "10 here, 12 there"
    assert left_out(changed(error=PromptError(kind="http", headline="HTTP 500"))) == "HTTP 500"
    assert left_out(changed(tokens_per_s=None, note="too few tokens")) == "too few tokens"
    assert left_out(changed(tokens_per_s=None)) == "no speed"


def test_a_run_counts_exactly_where_nothing_leaves_it_out(run: RunRecord) -> None:
    for each in (run, replace(run, warm_up=True), replace(run, result=replace(run.result, tokens_per_s=None))):
        assert each.counts == (left_out(each) is None)


@pytest.mark.parametrize("formula", ['=HYPERLINK("http://x")', "+1", "-1+1", "@SUM(A1)"])
def test_a_spreadsheet_does_not_take_a_text_for_a_formula(workshop: Workshop, run: RunRecord, formula: str) -> None:
    table = as_csv(run_rows([replace(run, unit=formula)], workshop))

    assert f"'{formula[0]}" in table.decode()


def test_a_negative_number_stays_a_number(workshop: Workshop, run: RunRecord) -> None:
    table = as_csv(run_rows([replace(run, temperature=-1.5)], workshop))

    assert ",-1.5," in table.decode()


def test_time_is_utc(workshop: Workshop, run: RunRecord) -> None:
    rows = run_rows([replace(run, at_unix_s=0.0)], workshop)

    assert rows[0]["at"] == "1970-01-01T00:00:00+00:00"
