"""``meeting-proxy consent room``, and ``consent invite --requested``: a room's link, and links for who asked there."""

from __future__ import annotations

import io
import json
import secrets
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from proxy.cli.asking import EarlierOption, RecipientsOption, lifetime, show_links
from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, JsonOption, iso, note, read, with_store
from proxy.errors import ClientFault
from proxy.settings import ConsentPages, Settings

if TYPE_CHECKING:
    from segno import QRCode

    from proxy.consent.rooms import RoomLink
    from proxy.desk.rooms import Wanting

_WHY = {
    "not_on_file": "nobody on file has it",
    "not_on_roster": "its owner is not on the roster of this meeting",
    "shared": "several people on file have it",
    "not_asked": "its owner is a room or a bot, has an id that tells who they are, or left the directory",
}


def room(
    meeting: Annotated[str, typer.Option(help="Ask the people of this meeting.")],
    purpose: Annotated[
        list[str] | None, typer.Option(help="What to ask for; repeat for more. Default: whatever a route is for.")
    ] = None,
    recipient: RecipientsOption = None,
    expires: Annotated[
        timedelta, typer.Option(parser=lifetime, metavar="4h", help="When the room's link ends.")
    ] = "4h",  # type: ignore[assignment]
    answers: Annotated[
        timedelta, typer.Option(parser=lifetime, metavar="30d", help="When people's own links end, and a yes with it.")
    ] = "30d",  # type: ignore[assignment]
    covers_earlier: EarlierOption = False,
    svg: Annotated[Path | None, typer.Option(help="Write the QR code to this new file, as SVG.")] = None,
    png: Annotated[Path | None, typer.Option(help="Write the QR code to this new file, as PNG.")] = None,
    revoke: Annotated[
        bool, typer.Option("--revoke", help="End the links of this meeting's room, and forget who asked by them.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Print a short link for the room of a meeting, and its QR code: in the terminal, or as a file.

    Whoever follows it reads what is asked, and asks for a link of their own by their address. The room's link is
    nobody's word: it allows, refuses and takes back nothing. 'consent invite --requested --send' answers who asked.
    """
    from proxy.consent.rooms import CODE_BITS, new_code, room_link_of
    from proxy.desk import invitations, rooms

    settings, now = read(config), datetime.now(UTC)
    pages = invitations.pages_of(settings)
    if revoke:
        ended = with_store(settings, lambda store: rooms.revoke(store, meeting, now=now))
        typer.echo(json.dumps({"meeting": meeting, "ended": ended}) if as_json else f"{ended} links ended")
        return
    asked = list(dict.fromkeys(purpose or rooms.asked_by_default(settings)))
    offers, code = invitations.offers(settings, asked, recipient), new_code(secrets.randbits(CODE_BITS))
    make = partial(rooms.make, now=now, life=expires, answers=answers, covers_earlier=covers_earlier)
    made = with_store(settings, lambda store: make(store, meeting, settings, offers, code))
    _show(made, room_link_of(code, pages.base_url), svg, png, as_json=as_json)


def _show(made: RoomLink, link: str, svg: Path | None, png: Path | None, *, as_json: bool) -> None:
    import segno

    picture = segno.make(link, error="m", micro=False)
    for file, kind in ((svg, "svg"), (png, "png")):
        if file is not None:
            _write(picture, file, kind)
    if as_json:
        facts = {"meeting": made.meeting, "code": made.code, "link": link, "ends": iso(made.ends)}
        typer.echo(json.dumps(facts | {"answers_end": iso(made.expires)}))
        return
    typer.echo(link)
    if svg is None and png is None:
        shown = io.StringIO()
        picture.terminal(out=shown, compact=True)
        typer.echo(shown.getvalue(), nl=False)


def _write(picture: QRCode, file: Path, kind: str) -> None:
    """Write the picture to a new file, black on white, with the margin that readers need."""
    drawn = io.BytesIO()
    picture.save(drawn, kind=kind, scale=12, border=4, dark="black", light="white")
    try:
        with file.open("xb") as into:
            into.write(drawn.getvalue())
    except OSError:
        raise ClientFault("file_not_written", "name a new file in a directory that exists", where=f"--{kind}") from None


def answer(
    settings: Settings, pages: ConsentPages, secret: str, meeting: str | None, *, send: bool, as_json: bool
) -> None:
    """Give out links for what was asked in the room of a meeting (None: of all), and list the addresses without one."""
    from proxy.cli.sending import send as by_mail
    from proxy.consent.records import Scope
    from proxy.desk import invitations, rooms

    now, new_id = datetime.now(UTC), partial(secrets.token_urlsafe, 12)
    missed = False
    for found in with_store(settings, lambda store: rooms.requested(store, meeting, new_id, now=now)):
        for each in found.unmet:
            _tell(each, as_json=as_json)
        for invited, again in ((found.new, False), (found.again, True)):
            if send:
                missed |= by_mail(settings, pages, secret, invited, again=again, as_json=as_json)
                continue
            give = partial(invitations.given_out, now=now, again=again, scope=Scope.MEETING, scope_id=found.meeting)
            with_store(settings, partial(give, invited=invited))
            show_links(invited, pages, secret, as_json=as_json)
    if missed:
        raise typer.Exit(1)


def _tell(each: Wanting, *, as_json: bool) -> None:
    if as_json:
        facts = {"meeting": each.meeting, "address": each.address, "sent": False, "why": each.why.value}
        typer.echo(json.dumps(facts))
        return
    # In ASCII: letters that look like others would pass for an address that is on file.
    shown = each.address.encode("ascii", "backslashreplace").decode()
    note(f"{each.meeting}: {shown} asked for a link and gets none: {_WHY[each.why.value]}")
