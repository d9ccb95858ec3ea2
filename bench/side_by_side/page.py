"""The tables of docs/performance.md, as Markdown between markers, so that the prose around them stays."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.side_by_side.cases import BUFFERED, CASES, Case
from bench.side_by_side.growth import WORDS_A_MINUTE, Grown, shares
from bench.side_by_side.ours import NAME
from bench.side_by_side.plot import shown
from bench.side_by_side.rounds import Figures
from bench.side_by_side.sizing import BUSY, Line, Meeting, Model, Sizing, main_and_workers, proxies
from bench.side_by_side.speech import PLANTED
from bench.side_by_side.steps import Spent
from bench.side_by_side.targets import Target

SECTIONS = ("setup", "table", "length", "roster", "steps", "sizing")
"""Each stands between ``<!-- SECTION: begin -->`` and ``<!-- SECTION: end -->``."""
MEETINGS = (100, 1_000, 10_000, 100_000)
"""Meetings an hour for which the page says how many proxies they need."""
CORES = (2, 4)
"""Cores of a proxy for which it says so."""


@dataclass(frozen=True)
class Results:
    """All that one run of the bench has measured."""

    cores: int
    targets: Sequence[Target]
    figures: Figures
    length: Sequence[Grown]
    roster: Sequence[Grown]
    steps: Sequence[Spent]
    sizing: Sizing
    load: float
    """The machine's load average before the bench began: what else it was busy with."""
    absent: Mapping[str, str] = field(default_factory=dict)


def written(page: str, sections: Mapping[str, str]) -> str:
    """Return the page with each section between its markers. Raises `ValueError` if one lacks exactly one pair."""
    for name, text in sections.items():
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        if page.count(begin) != 1 or page.count(end) != 1 or page.index(end) < page.index(begin):
            raise ValueError(f"the page needs one {begin} and, behind it, one {end}")
        before, after = page[: page.index(begin)], page[page.index(end) :]
        page = f"{before}{begin}\n\n{text.strip()}\n\n{after}"
    return page


def sections(results: Results) -> dict[str, str]:
    """Return all sections of the page."""
    return {
        "setup": setup(results),
        "table": table(results),
        "length": length(results.length),
        "roster": roster(results.roster),
        "steps": steps(results.steps),
        "sizing": sizing(results),
    }


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def setup(results: Results) -> str:
    """Say on what was measured, and which releases in which set-up."""
    machine = f"{results.cores} cores ({_processor()}), Python {platform.python_version()}, {platform.system()}"
    count = results.figures.rounds
    rounds = "one round" if count == 1 else f"medians of {count} rounds"
    said = f"{machine}; {rounds}; load before the bench {results.load:.1f}. What is not here: {_absent(results)}."
    rows = [(target.name, target.about) for target in results.targets]
    return f"{said}\n\n{_table(('', 'release and set-up'), rows)}"


def _absent(results: Results) -> str:
    reasons = {**results.absent, **results.figures.failed}
    return "; ".join(f"{name} ({reason.replace('|', '/')[:200]})" for name, reason in reasons.items()) or "nothing"


def _processor() -> str:
    found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text("utf-8"), re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def table(results: Results) -> str:
    """Return the table of cases: each target's figure, and behind it how many times better ours is."""
    figures = results.figures
    names = [target.name for target in results.targets]
    rows = [[f"{case.title}, {case.unit}", *(_cell(figures, case, name) for name in names)] for case in CASES]
    rows += [[f"planted {kind} that reached the recipient", *(_arrived(figures, kind, name) for name in names)]
             for kind in PLANTED]  # fmt: skip
    return _table(["", *names], rows)


def _cell(figures: Figures, case: Case, name: str) -> str:
    figure = figures.figure(case, name)
    if figure is None:
        return "–"
    said = "holds all back" if case.beyond_recipient and figure > BUFFERED else shown(max(figure, 0.0))
    ratio = figures.ratio(case, NAME, name) if name != NAME else None
    return f"**{said}**" if name == NAME else f"{said} ({shown(ratio)} ×)" if ratio else said


def _arrived(figures: Figures, kind: str, name: str) -> str:
    planted = figures.planted[name][kind] if name in figures.planted else 0
    return f"{100 * figures.arrived[name][kind] / planted:.1f} %" if planted else "–"


def length(grown: Sequence[Grown]) -> str:
    """Return what meetings of growing length cost."""
    rows = (
        (_hours(each.size // WORDS_A_MINUTE), f"{each.size:,}", shown(each.seconds), f"{share:.2f}", f"{each.mib:,.0f}")
        for each, share in zip(grown, shares(grown), strict=True)
    )
    return _table(("meeting", "words", "seconds", "cost of a word, the first row's being 1", "MiB afterwards"), rows)


def _hours(minutes: int) -> str:
    return f"{minutes} minutes" if minutes < 120 else f"{minutes / 60:g} hours"


def roster(grown: Sequence[Grown]) -> str:
    """Return what a transcript costs in meetings of more and more people."""
    rows = ((f"{each.size:,}", shown(each.seconds * 1e3), f"{each.seconds / grown[0].seconds:.2f}") for each in grown)
    return _table(("people on the roster", "ms", "the first row's being 1"), rows)


def steps(spent: Sequence[Spent]) -> str:
    """Return where the processor's time goes."""
    rows = [[name, *(_share(each.parts[name], each) for each in spent)] for name in spent[0].parts]
    rows.append(["detection workers: languages and findings", *(_share(each.workers, each) for each in spent)])
    rows.append(["together", *(f"{shown(_whole(each))} ms" for each in spent)])
    rows.append(["until the reply is read, alone", *(f"{shown(each.wall)} ms" for each in spent)])
    return _table(["processor's time of a request", *(each.title for each in spent)], rows)


def _whole(spent: Spent) -> float:
    return sum(spent.parts.values()) + spent.workers


def _share(milliseconds: float, spent: Spent) -> str:
    return f"{shown(milliseconds)} ms ({100 * milliseconds / _whole(spent):.0f} %)"


def sizing(results: Results) -> str:
    """Return the model, the model beside what was measured, and how many proxies a load needs."""
    model, meeting = results.sizing.model, Meeting()
    lines = {"main process": model.main, "detection workers": model.workers, "the bench and its recipient": model.bench}
    main, workers = main_and_workers(model, meeting)
    mib = max(results.figures.measured.get((CASES[-1].title, NAME), [0]))
    return "\n\n".join(
        [
            _table(_TERMS, map(_terms, lines.items())),
            _table(_HELD, _held(results.sizing)),
            f"A meeting of {meeting.words:,} words ({meeting.words // WORDS_A_MINUTE} minutes) with {meeting.updates} "
            f"live summaries, a last one and {meeting.messages} composed messages costs {shown(main)} s of the main "
            f"process and {shown(workers)} s of the workers. With {100 * BUSY:.0f} % of each proxy's capacity planned "
            f"with, and {mib:.0f} MiB each:",
            _table(_needed_head(), _needed(model, meeting, mib)),
        ]
    )  # fmt: skip


def _terms(line: tuple[str, Line]) -> tuple[str, ...]:
    name, terms = line
    return name, *map(shown, (terms.fixed, terms.thousand, terms.thousand_new, terms.again))


_TERMS = ("ms of the processor", "a request", "each 1,000 words", "each 1,000 new words", "a meeting sent again")
_HELD = (
    "request", "predicted, ms of the processor", "measured", "of predicted",
    "predicted, req/s", "measured", "of predicted",
)  # fmt: skip


def _held(sizing: Sizing) -> Iterator[tuple[str, ...]]:
    for each in sizing.held:
        kind = each.kind
        new = f" ({kind.new} new)" if kind.new != kind.words else ""
        pairs = ((each.predicted_cost, each.cost), (each.predicted_rate, each.rate))
        figures = [(shown(first), shown(second), f"{second / first:.2f}") for first, second in pairs]
        yield f"{kind.title} of {kind.words:,} words{new}, {each.at_once} at once", *figures[0], *figures[1]


def _needed_head() -> tuple[str, ...]:
    return (
        "meetings an hour",
        "requests/s",
        "cores",
        *(f"proxies of {cores} cores" for cores in CORES),
        "memory of those",
    )


def _needed(model: Model, meeting: Meeting, mib: float) -> Iterator[tuple[str, ...]]:
    a_meeting = sum(count for _, count in meeting.requests())
    for an_hour in MEETINGS:
        needed = [proxies(model, meeting, an_hour, cores) for cores in CORES]
        cores = sum(main_and_workers(model, meeting)) * an_hour / 3600 / BUSY
        yield (
            f"{an_hour:,}", shown(a_meeting * an_hour / 3600), shown(cores), *(f"{count:,}" for count in needed),
            " or ".join(f"{count * mib / 1024:,.1f}" for count in needed) + " GiB",
        )  # fmt: skip
