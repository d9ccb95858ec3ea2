"""``make bench`` works without peers and leaves nothing behind; docs/performance.md has the tables that it writes."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from harness.patience import PATIENCE

from bench.meetings import family
from bench.side_by_side import growth, page, sizing
from bench.side_by_side.__main__ import Effort, plots, run
from bench.side_by_side.cases import CASES, Counts
from bench.side_by_side.ours import NAME, ROOT
from bench.side_by_side.peers import FORWARDER, PEERS, PLAIN
from bench.side_by_side.processes import Absent, answering, started
from bench.side_by_side.rounds import Extent, Figures
from bench.side_by_side.sizing import Kind, Line, Meeting, Model
from bench.side_by_side.speech import PLANTED, Speech

LEAST = Effort(
    Extent(1, 0, Counts(alone=1, at_once=1, composed=1, resent=1, streamed=1)),
    growth.Extent(minutes=(1, 2), people=(1, 5), times=1),
    sizing.Extent(
        1,
        (Kind("message", 30, 30, typed=True), Kind("transcript", 100, 100), Kind("meeting sent again", 200, 50)),
        ((Kind("transcript", 150, 150), 2),),
    ),
    steps=1,
)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> page.Results:
    """One round at count one: the proxy, the least of forwarders, and a peer that is not installed."""
    peers = {name: PEERS[name] for name in (FORWARDER, PLAIN)}
    return run(tmp_path_factory.mktemp("bench"), peers, Path("/nowhere/bin/python"), LEAST, 1)


def tables(text: str) -> list[list[list[str]]]:
    """The tables of a text, as rows of cells, without the line of dashes."""
    found: list[list[list[str]]] = []
    for block in re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE):
        rows = [[cell.strip() for cell in line.strip()[1:-1].split("|")] for line in block.splitlines()]
        found.append([rows[0], *rows[2:]])
    return found


def in_page(section: str) -> list[list[list[str]]]:
    text = (ROOT / "docs" / "performance.md").read_text("utf-8")
    return tables(text.partition(f"<!-- {section}: begin -->")[2].partition(f"<!-- {section}: end -->")[0])


def test_each_case_is_measured_with_each_target(results: page.Results) -> None:
    assert [target.name for target in results.targets] == [NAME, FORWARDER]
    assert not results.figures.failed
    for case in CASES:
        for name in (NAME, FORWARDER):
            assert len(results.figures.measured[case.title, name]) == 1


def test_what_the_proxy_sends_holds_no_planted_address_and_what_a_forwarder_sends_all(results: page.Results) -> None:
    planted, arrived = results.figures.planted, results.figures.arrived
    assert all(planted[NAME][kind] > 0 for kind in PLANTED)
    assert arrived[NAME]["e-mail addresses"] == 0
    assert arrived[FORWARDER] == planted[FORWARDER]


def test_a_peer_that_is_not_installed_is_named_with_the_remedy(results: page.Results) -> None:
    assert results.absent.keys() == {PLAIN}
    assert "make bench installs it" in results.absent[PLAIN]
    assert f"{PLAIN} (" in page.setup(results)


def test_all_parts_of_a_request_and_all_sizes_are_there(results: page.Results) -> None:
    assert [each.size for each in results.length] == [150, 300]
    assert [each.size for each in results.roster] == [1, 5]
    assert all(sum(each.parts.values()) > 0 and each.workers > 0 for each in results.steps)
    assert all(each.rate > 0 and each.cost > 0 for each in results.sizing.held)


def test_the_plots_are_drawn(results: page.Results) -> None:
    for drawn in plots(results).values():
        assert drawn.startswith("<svg ")
        assert drawn.endswith("</svg>\n")


@pytest.mark.parametrize("section", page.SECTIONS)
def test_the_page_has_the_tables_that_the_bench_writes(section: str, results: page.Results) -> None:
    written, shown = tables(page.sections(results)[section]), in_page(section)
    assert len(shown) == len(written) > 0
    for ours, theirs in zip(written, shown, strict=True):
        assert all(len(row) == len(theirs[0]) for row in theirs)
        if section == "table":
            assert theirs[0][:2] == ["", NAME]
            assert set(theirs[0][2:]) <= set(PEERS)
            assert [row[0] for row in theirs] == [row[0] for row in ours]
        else:
            assert theirs[0] == ours[0]


def test_the_page_has_every_size_and_kind_of_a_full_run(results: page.Results) -> None:
    [[_, *lengths]], [[_, *rosters]], [[_, *steps]] = (in_page(section) for section in ("length", "roster", "steps"))
    full = growth.Extent()
    assert [row[1] for row in lengths] == [f"{minutes * growth.WORDS_A_MINUTE:,}" for minutes in full.minutes]
    assert [row[0] for row in rosters] == [str(count) for count in full.people]
    assert [row[0] for row in steps] == [row[0] for row in tables(page.steps(results.steps))[0][1:]]
    _, held, needed = in_page("sizing")
    assert len(held) == 1 + len(sizing.FORETOLD)
    assert [row[0] for row in needed[1:]] == [f"{count:,}" for count in page.MEETINGS]


@pytest.mark.parametrize("text", ["", "<!-- x: begin -->", "<!-- x: end --><!-- x: begin -->", 2 * "<!-- x: begin -->"])
def test_a_page_without_one_pair_of_markers_is_left_alone(text: str) -> None:
    with pytest.raises(ValueError, match="the page needs one"):
        page.written(text, {"x": "table"})


def test_a_page_keeps_what_stands_around_the_markers() -> None:
    text = "before\n<!-- x: begin -->\nold\n<!-- x: end -->\nafter\n"
    once = page.written(text, {"x": "new"})
    assert once == "before\n<!-- x: begin -->\n\nnew\n\n<!-- x: end -->\nafter\n"
    assert page.written(once, {"x": "new"}) == once


def test_a_ratio_is_the_median_of_the_ratios_of_rounds_and_above_one_where_ours_is_better() -> None:
    less, more = CASES[0], CASES[1]
    measured = {(less.title, NAME): [10.0, 20.0, 40.0], (less.title, "other"): [20.0, 60.0, 80.0]}
    measured |= {(more.title, NAME): [8.0], (more.title, "other"): [4.0], (more.title, "cut short"): []}
    figures = Figures(3, measured)
    assert figures.ratio(less, NAME, "other") == 2
    assert figures.ratio(more, NAME, "other") == 2
    assert figures.ratio(more, NAME, "cut short") is None


def test_the_model_finds_the_costs_again_that_requests_were_made_of() -> None:
    line = Line(12, 3, 80, 40)
    fitted = sizing.fitted(sizing.LEARNT, [line.of(kind) for kind in sizing.LEARNT])
    assert fitted.fixed == pytest.approx(12)
    assert fitted.thousand == pytest.approx(3)
    assert fitted.thousand_new == pytest.approx(80)
    assert fitted.again == pytest.approx(40)


def test_a_model_never_takes_a_part_for_less_than_nothing() -> None:
    fitted = sizing.fitted(sizing.LEARNT, [50, 40, 30, 20, 10])
    assert min(fitted.fixed, fitted.thousand, fitted.thousand_new, fitted.again) >= 0


def test_what_holds_a_proxy_back_is_its_main_process_its_workers_or_its_cores() -> None:
    kind, nothing = Kind("transcript", 1000, 1000), Line(0, 0, 0, 0)
    assert Model(Line(20, 0, 0, 0), Line(10, 0, 0, 0), nothing).capacity(kind, 4) == pytest.approx(50)
    assert Model(Line(1, 0, 0, 0), Line(0, 0, 100, 0), nothing).capacity(kind, 4) == pytest.approx(20)
    assert Model(Line(20, 0, 0, 0), Line(0, 0, 20, 0), nothing).capacity(kind, 1) == pytest.approx(25)


def test_ten_times_the_meetings_need_ten_times_the_proxies() -> None:
    model = Model(Line(20, 5, 5, 0), Line(1, 5, 90, 0), Line(0, 0, 0, 0))
    few, many = (sizing.proxies(model, Meeting(), count, 2) for count in (10_000, 100_000))
    assert sizing.proxies(model, Meeting(), 1, 2) == 1
    assert 10 * (few - 1) <= many <= 10 * few


def test_speech_is_new_with_each_call_and_the_same_with_each_seed() -> None:
    one, same, other = Speech(1), Speech(1), Speech(2)
    first = one.transcript(300)
    assert first == same.transcript(300) != other.transcript(300)
    assert not set(one.turns(300)) & set(first.split("\n"))
    assert len(first.split()) == pytest.approx(300, abs=60)


def test_a_group_has_ended_with_all_its_processes_even_those_that_do_not_listen(tmp_path: Path) -> None:
    deaf = "trap '' TERM; sleep 1000 & echo ready; wait"
    with started("deaf", ["sh", "-c", f'sh -c "{deaf}" & wait'], tmp_path) as process:
        while "ready" not in (tmp_path / "deaf.log").read_text():
            assert process.poll() is None
        members = family(process.pid)
        assert len(members) > 2
    until = time.monotonic() + PATIENCE  # a process that was killed is there until the system has come to it
    while any(map(_runs, members)):
        assert time.monotonic() < until
        time.sleep(0.01)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_program_that_ends_at_once_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    with (
        pytest.raises(Absent, match="brief does not start: ended with 3; its log ends with: no such setting"),
        started("brief", ["sh", "-c", "echo no such setting; exit 3"], tmp_path) as process,
    ):
        process.wait()
        answering("brief", process, "http://127.0.0.1:9/", tmp_path)


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Absent, match="missing does not start"), started("missing", ["/nowhere/at/all"], tmp_path):
        pass
