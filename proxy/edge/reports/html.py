"""The reports as HTML: of a month of the ledger, of a person, of a meeting, and the record of processing activities.

Each is one self-contained page in the look of the consent pages, in light and dark, to read and to print. Every value
is escaped; there is no script, image or font, and nothing is loaded. A page is printed whole: charts are not cut over
pages, and the heads of tables are repeated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from proxy.audit.findings import Report
from proxy.audit.period import Period, Tally
from proxy.desk.titles import purpose_shown, recipient_shown
from proxy.settings import Settings


def _environment_of(style_sheet: str) -> Environment:
    """Return an environment for the templates, with the style of the consent pages and one sheet of their own."""
    environment = Environment(
        loader=PackageLoader("proxy.edge.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = "\n".join(
        resources.files(package).joinpath(f"templates/{name}").read_text("utf-8").strip()
        for package, name in (("proxy.edge.pages", "page.css"), ("proxy.edge.reports", style_sheet))
    )
    # The style sheets are our own, and contain no "<".
    environment.globals["style"] = Markup(style)  # noqa: S704
    return environment


def rendered(template: str, **facts: Any) -> str:
    """Return a template of the reports, filled."""
    return _environment().get_template(template).render(**facts)


def meeting_page(report: Mapping[str, Any]) -> str:
    """Return the report of one meeting (`desk.meeting_reports.plain`) as a page."""
    return _environment().get_template("meeting.html").render(report=report)


def activities_page(record: Mapping[str, Any]) -> str:
    """Return the record of processing activities (`desk.activities.plain`) as a page."""
    return _environment().get_template("activities.html").render(record=record)


@cache
def _environment() -> Environment:
    environment = _environment_of("report.css")
    environment.filters["when"] = _when
    environment.filters["number"] = _number
    environment.filters["counts"] = _counts
    environment.filters["or_none"] = _or_none
    environment.filters["called"] = _called
    environment.filters["listed"] = _listed
    return environment


def _when(instant: str | None) -> str:
    """Format an instant (ISO 8601, UTC) to the minute."""
    return "not known" if instant is None else f"{instant[:10]} {instant[11:16]} UTC"


def _number(number: int, one: str) -> str:
    return f"{number} {one if number == 1 else one + 's'}"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.items()) or "none"


def _called(recipient: Mapping[str, Any] | None) -> str:
    """Return the name under which people know a recipient."""
    return "nobody" if recipient is None else recipient["display_name"] or recipient["name"]


def _listed(numbers: Sequence[int]) -> str:
    """Numbers as people list them; runs of three and more by their ends."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [text for run in runs for text in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else map(str, run))]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts) or "none"


def _or_none(values: list[str]) -> str:
    return ", ".join(values) or "none"


VERDICTS = {
    "ok": "in order",
    "tampered": "TAMPERED with, or its disk is broken",
    "incomplete": "incomplete",
    "unanchored": "in order, not anchored",
}


@dataclass(frozen=True, slots=True)
class Health:
    """What a check of one ledger said."""

    report: Report
    key: str
    """The id of the key that it was checked with."""

    @property
    def verdict(self) -> str:
        """The verdict in words."""
        return VERDICTS.get(self.report.verdict, self.report.verdict)


def month_page(
    made: Period, organization: str, health: Sequence[Health], at: datetime, settings: Settings | None = None
) -> str:
    """The report as HTML. `at` is when it was made; `settings` say what recipients and purposes are called."""
    recipients, purposes = made.recipients, made.purposes
    if settings is not None:
        recipients = {recipient_shown(settings, key) or key: tally for key, tally in made.recipients.items()}
        purposes = {purpose_shown(settings, key) or key: tally for key, tally in made.purposes.items()}
    return (
        _month_environment()
        .get_template("month.html")
        .render(
            made=made,
            organization=organization,
            health=health,
            at=at.astimezone(UTC),
            title=title(made),
            chart=columns(made.days),
            peak=max(made.days.items(), key=lambda each: each[1].left + each[1].refused, default=("", Tally())),
            groups=(
                ("To whom", "Recipient", recipients),
                ("For which purpose", "Purpose", purposes),
                ("By which client", "Client", made.clients),
                ("By which route", "Route", made.routes),
            ),
            kinds=sorted({*made.removed, *made.kept}, key=lambda kind: (-made.removed[kind] - made.kept[kind], kind)),
            moment=lambda milliseconds: datetime.fromtimestamp(milliseconds / 1000, UTC),
        )
    )


def title(made: Period) -> str:
    """The period in words: a month by its name, anything else by its days."""
    since, until = made.since.astimezone(UTC), made.until.astimezone(UTC)
    next_month = (since.replace(day=1) + timedelta(days=32)).replace(day=1)
    if since == since.replace(day=1, hour=0, minute=0, second=0, microsecond=0) and until == next_month:
        return f"{since:%B %Y}"
    last = until - timedelta(microseconds=1)
    return f"{since.day} {since:%B %Y} to {last.day} {last:%B %Y}"


WIDTH, HEIGHT = 720, 160


def columns(days: Mapping[str, Tally]) -> Markup:
    """A column for each day as an SVG drawing: what left below, what was refused above. The table has the numbers."""
    highest = max((tally.left + tally.refused for tally in days.values()), default=0) or 1
    step = WIDTH / max(len(days), 1)
    drawn = []
    for n, (day, tally) in enumerate(days.items()):
        left, refused = (HEIGHT * count / highest for count in (tally.left, tally.refused))
        at, wide = n * step + step * 0.1, step * 0.8
        parts = (("left", HEIGHT - left, left), ("refused", HEIGHT - left - refused, refused))
        told = f"<title>{day}: {tally.left} left, {tally.refused} refused</title>"
        rects = "".join(
            f'<rect class="{kind}" x="{at:.2f}" y="{top:.2f}" width="{wide:.2f}" height="{high:.2f}"/>'
            for kind, top, high in parts
            if high
        )
        drawn.append(f"<g>{told}{rects}</g>")
    # All of it is made here: numbers and dates.
    return Markup(  # noqa: S704
        f'<svg class="columns" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="Requests by day; the table below has the numbers">{"".join(drawn)}</svg>'
    )


def bar(part: float, whole: float, kind: str = "left") -> Markup:
    """A bar beside a number: how much it is of a whole."""
    share = 100 * part / whole if whole else 0
    return Markup(  # noqa: S704
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="rest" width="100" height="10"/><rect class="{kind}" width="{share:.2f}" height="10"/></svg>'
    )


def share(part: float, whole: float) -> str:
    """A part of a whole in percent; without a whole there is none."""
    return f"{100 * part / whole:.1f} %" if whole else "–"


def amount(size: int) -> str:
    """A number of bytes, in the unit that reads best."""
    value = float(size)
    for unit in ("B", "kB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


def _month_environment() -> Environment:
    found = _environment_of("month.css")
    found.globals |= {"bar": bar, "share": share, "amount": amount}
    found.filters["number"] = lambda value: f"{value:,}"
    return found
