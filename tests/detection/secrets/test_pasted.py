"""Secrets that are pasted: keys, tokens, connection strings, random strings; and look-alikes that stay."""

from __future__ import annotations

import random
import string
import subprocess
import sys

import pytest
from harness.growth import linear

from proxy.detection.recognizers.table import TRIGGER
from proxy.detection.secrets.pasted import Secrets

_CHANCE = random.Random(3)
ALNUM = string.ascii_letters + string.digits
RECOGNIZER = Secrets()


def made_up(count: int, letters: str = ALNUM) -> str:
    return "".join(_CHANCE.choice(letters) for _ in range(count))


def found(text: str) -> list[str]:
    return [text[r.start : r.end] for r in RECOGNIZER.analyze(text, [])]


LINES = [made_up(64, ALNUM + "+/") for _ in range(25)]
PEM = "-----BEGIN RSA PRIVATE KEY-----\n" + "\n".join(LINES) + "\nAb3=\n-----END RSA PRIVATE KEY-----"
PASTED = {
    "private key": PEM,
    "private key, cut off": PEM[:700],
    "private key in JSON": PEM.replace("\n", "\\n"),
    "AWS": "AKIA" + made_up(16, string.ascii_uppercase + string.digits),
    "GitHub": "ghp_" + made_up(36),
    "GitLab": "glpat-" + made_up(20),
    "Slack": "xoxb-1234567890-1234567890-" + made_up(24),
    "Google": "AIza" + made_up(35),
    "OpenAI": "sk-proj-4" + made_up(48),
    "Stripe, longer than the library knows": "sk_live_" + made_up(90),
    "npm": "npm_" + made_up(36),
    "SendGrid": "SG." + made_up(22) + "." + made_up(43),
    "PyPI": "pypi-AgEIcHlwaS5vcmc" + made_up(80),
    "web token": f"eyJ{made_up(30)}.eyJ{made_up(200)}.{made_up(43)}",
    "connection string": "postgres://app:s3cr3t@db.fjord.example:5432/main",
    "connection string, no user": "redis://:hunter2@cache.fjord.example",
    "Slack webhook": "https://hooks.slack.com/services/T0001/B0001/" + made_up(24),
    "Discord webhook": "https://discord.com/api/webhooks/12345678/" + made_up(40),
    "random, long": made_up(44),
    "random, short": "aK9dQ2mZx7Lp4Rt8Wn3Yb6Vc",
}
NAMED = [
    ("Set-Cookie: sid=abcd; Path=/; HttpOnly", "sid=abcd; Path=/; HttpOnly"),
    ("DB_PASSWORD=hunter2", "hunter2"),
    ("pw: hunter2", "hunter2"),
    ("creds: admin:hunter2", "admin:hunter2"),
    ('password = "open sesame 9"', "open sesame 9"),
    ("'api_key': 'a1b2c3d4e5'", "a1b2c3d4e5"),
    ("https://meet.example/j/123?pwd=aB3dE5fG now", "aB3dE5fG"),
    ("https://blob.example/x?se=2026&sig=aB3dE5fG%2B now", "aB3dE5fG%2B"),
    ("Server=db;User Id=sa;Password=Foo12345;", "Foo12345"),
    ("Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
    ("the signing secret is 9fceb02d0ae598e95dc970b74767f193", "9fceb02d0ae598e95dc970b74767f193"),
    ("482913 is your Fjord verification code", "482913"),
]
LOOK_ALIKES = [
    "fixed in commit 9fceb02d0ae598e95dc970b74767f19372d61af8, see 9fceb02",
    "sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 of the file",
    "id 123e4567-e89b-42d3-a456-426614174000",
    "AbstractTransactionalTestNGSpringContextTests42 fails",
    "OAuth2AuthorizationServerConfiguration and Base64HighEntropyString",
    "iPhone15ProMax256GBSpaceBlack",
    "look at docs/2024/Q3-Report/Final_v2_REVIEW.pdf",
    "ENG-1234-fix-Login-Button-v2-final",
    "kubernetes-deployment-manifest-v2",
    "us-east-1a-prod-cluster-02",
    "2024-11-03T10:22:33.123456Z",
    "INVOICE-2024-000123-DE",
    "risk-assessment-framework-2024",
    "desk-and-chair-arrangements-for-all",
    "the bearer of internationalization",
    "a basic internationalization framework",
    "password reset: done",
    "the token: ask Kim",
    "tokens: 3000",
    "pass: 12/14 tests, pass: mostly",
    "api_key: os.environ['X']",
    "password=*** or password=${DB_PASSWORD} or password=<your password>",
    "Password: required",
    "call +442079460018 or 00442079460018",
    "see https://host.example:443/path/@maya",
]


@pytest.mark.parametrize("secret", PASTED.values(), ids=PASTED)
def test_what_is_pasted_is_found_whole(secret: str) -> None:
    text = f"take this: {secret} and go"
    assert secret in found(text)


@pytest.mark.parametrize(("text", "secret"), NAMED)
def test_what_has_a_name_is_found_by_it(text: str, secret: str) -> None:
    assert secret in found(text)


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_look_alikes_stay(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", [*PASTED.values(), *(text for text, _ in NAMED), "the pin is 4419", "cvv is 913"])
def test_every_secret_has_what_makes_the_recognizer_look(text: str) -> None:
    assert TRIGGER.search(text)


HOSTILE = ["eyJ-", "aws key ", "https://a:b", "a:", "x://a:b@", "xoxb-1-", "1234567890", "password='", "password=",
           "cookie: ", "-----BEGIN PRIVATE KEY-----", "key", "key-", "sessionid", "_", "a.", "cl key token ", "token ",
           "1234 is your ", "ab12", "hf_", "password is ", "sk-", "AKIA", "://"]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_is_linear_in_hostile_lines_and_they_are_read_to_the_end(piece: str) -> None:
    """With a quadratic expression these would run into the limit of the worker; the last secret is found."""
    secret = "postgres://app:s3cr3t@db.fjord.example"
    hits = linear(found, lambda size: piece * (size // len(piece)) + f" \n {secret}", 16_000)
    assert any(secret in hit for hit in hits)


def test_the_library_is_kept_from_files_and_networks() -> None:
    """Nothing is opened for writing, no program is run, and no connection made, while it is imported and used."""
    script = (
        "import sys\n"
        "def watch(event, args):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo', 'subprocess.Popen', 'os.system', 'os.mkdir'):\n"
        "        raise SystemExit(f'event {event}')\n"
        "    written = event == 'open' and isinstance(args[1], str) and set(args[1]) & set('wax+')\n"
        "    if written and '.pyc' not in str(args[0]):\n"
        "        raise SystemExit('open')\n"
        "sys.addaudithook(watch)\n"
        "from proxy.detection.secrets.pasted import Secrets\n"
        "print(len(Secrets().analyze('sk_live_' + 'a1B2' * 6 + ' AKIA' + 'A1B2' * 4, [])))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert int(done.stdout) >= 2, done.stderr
