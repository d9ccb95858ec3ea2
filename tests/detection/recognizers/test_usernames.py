"""User names: what is one, and what only begins with ``@`` or stands behind "username"."""

from __future__ import annotations

import pytest
from harness.growth import linear

from proxy.detection.recognizers.usernames import Usernames

USERNAMES = Usernames()


def found(text: str) -> list[str]:
    return [text[one.start : one.end] for one in USERNAMES.analyze(text, [])]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ping @mkowalski92 about it", ["@mkowalski92"]),
        ("@fox can you look?", ["@fox"]),
        ("RT @fox: so true", ["@fox"]),
        ("@anna_k\n@bob hi", ["@anna_k", "@bob"]),
        ("hello @anna @fox", ["@anna", "@fox"]),
        ("cc @dev_anna, @tobi.w and @J-Weber.", ["@dev_anna", "@tobi.w", "@J-Weber"]),
        ("thanks to @KenjiOno!", ["@KenjiOno"]),
        ("follow @anna or @solbergk", ["@anna", "@solbergk"]),
        ("she is @lena@chaos.example now", ["@lena@chaos.example"]),
        ("he is @lena:fjord.example on matrix", ["@lena:fjord.example"]),
        ("my handle is dev_anna", ["dev_anna"]),
        ("username: mkowalski", ["mkowalski"]),
        ("her user name is kowa92, I think", ["kowa92"]),
        ("on Twitter as @solberg_k", ["@solberg_k"]),
        ("on github as solbergk", ["solbergk"]),
        ("Discord: foo#1234", ["foo#1234"]),
        ("add me, I am weberj#4711", ["weberj#4711"]),
        ("my gamertag is XxLenaxX", ["XxLenaxX"]),
        ("Insta: anna.kow", ["anna.kow"]),
        ("posted by u/solberg_k today", ["u/solberg_k"]),
        ("my handle is dev underscore anna", ["dev underscore anna"]),
        ("mein Benutzername ist kowalskim", ["kowalskim"]),
        ("mon pseudo est lena_w", ["lena_w"]),
        ("mi usuario es jortega7", ["jortega7"]),
        ("il mio nome utente è gferri", ["gferri"]),
        ("o meu nome de utilizador é tmoura", ["tmoura"]),
        ("mijn gebruikersnaam is rmulder", ["rmulder"]),
        ('{"username": "solbergk"}', ["solbergk"]),
    ],
)
def test_user_names_are_found(text: str, names: list[str]) -> None:
    got = found(text)
    assert [each.lstrip("@") for each in got] == [each.lstrip("@") for each in names]


@pytest.mark.parametrize(
    "text",
    [
        "write to anna@fjord.example or git@code.example:solberg/tools.git",
        "@Override\npublic String name() {",
        "use `@property` here, and @Override there",
        "@app.route('/x')\ndef x():",
        "    @pytest.fixture\n    def stand():",
        "@Audited\n@Traced(level=2)\npublic class Fjord {",
        "@media (max-width: 600px) {",
        "npm i @angular/core @types/node react@18.2.0",
        "let us meet @ 5pm, or @5pm, or @10:30",
        "@everyone @here @channel please read",
        "we are @work today, meet me @lunch",
        "DECLARE @total INT; SET @total = 4",
        " * @param name the name\n * @return nothing",
        "self.x @ self.y",
        "https://fjord.example/@solberg/post",
        "the username is wrong",
        "the handle is broken, the login is slow",
        "username = request.form['x']",
        "username: string;",
        "a username is required",
        "see issue#1234 and PR#4321",
        "GitHub is down, Discord is slow, and Twitter is loud",
        "Steam: is it on sale?",
        "the door handle was loose",
        "km/u/s and r/python",
        "log in is the first step, then log in as admin",
    ],
)
def test_look_alikes_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_time_is_linear_in_hostile_text() -> None:
    for piece in (
        "@",
        "@a ",
        "@a(",
        "@fox @a(x) ",
        "@a",
        "@a.",
        "username ",
        "u/",
        "a#1234",
        "twitter: ",
        "@a:b.",
        "handle is a underscore ",
    ):
        linear(found, lambda size, piece=piece: (piece * size)[:size], 10_000)
