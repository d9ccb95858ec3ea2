"""Secrets come from environment or file, and show nowhere."""

import pytest

from proxy.edge.admin.callers import KnownToken, digest_of
from proxy.edge.configuration import credentials
from proxy.edge.configuration.document import ConfigProblem
from proxy.settings import LaterReplies, Role, Settings

SECRET = "sk-canary-7319"


def settings(credential=None, token=None, **recipient) -> Settings:
    return Settings.model_validate(
        {
            "version": 1,
            "recipients": {
                "acme": {"base_url": "https://x", "terms": {"version": "1"}, "credential": credential} | recipient
            },
            "routes": [{"name": "r", "path": "/v1/x", "dialect": "transcript", "purpose": "qa", "recipient": "acme"}],
            "clients": [{"name": "c", "key_sha256": "a" * 64, "routes": ["r"]}],
            "admin": {"port": 1, "token": token},
        }
    )


def test_reads_from_the_environment():
    header = credentials.read(settings({"env": "KEY"}), {"KEY": SECRET})["acme"]

    assert (header.name, header.value) == ("Authorization", f"Bearer {SECRET}")


def test_reads_from_a_file_without_surrounding_space(tmp_path):
    file = tmp_path / "key"
    file.write_text(f"\n {SECRET}\n")

    header = credentials.read(settings({"file": str(file), "header": "api-key", "scheme": ""}), {})["acme"]

    assert (header.name, header.value) == ("api-key", SECRET)


def test_a_recipient_without_credential_gets_none():
    assert credentials.read(settings(), {}) == {}


def test_a_secret_is_in_no_repr():
    found = credentials.read(settings({"env": "KEY"}), {"KEY": SECRET})

    assert "canary" not in repr(found) + str(found)


def test_what_may_be_a_secret_in_place_of_a_name_is_not_repeated():
    with pytest.raises(ConfigProblem) as caught:
        credentials.read(settings({"env": "canary7319"}), {})

    assert "canary" not in str(caught.value)
    assert "the environment variable that is named here is not set" in str(caught.value)


@pytest.mark.parametrize("value", [None, "", "  \n", "a\nb", "a\x00b", "clé", "a\x7f"])
def test_a_secret_that_cannot_be_used_is_a_problem_without_its_value(tmp_path, value):
    with pytest.raises(ConfigProblem) as caught:
        credentials.read(settings({"env": "KEY"}), {} if value is None else {"KEY": value})
    assert "recipients.acme.credential.env" in str(caught.value)
    assert "KEY" in str(caught.value)
    assert "remedy" in str(caught.value)

    file = tmp_path / "key"
    if value is not None:
        file.write_text(value)
    with pytest.raises(ConfigProblem) as caught:
        credentials.read(settings({"file": str(file)}), {})
    assert "recipients.acme.credential.file" in str(caught.value)
    assert not value or value.strip() in ("", "a\nb") or value not in str(caught.value)


def test_a_file_that_is_no_text_is_a_problem(tmp_path):
    (tmp_path / "key").write_bytes(b"\xff\xfe")

    for path in (tmp_path / "key", tmp_path):
        with pytest.raises(ConfigProblem):
            credentials.read(settings({"file": str(path)}), {})


def test_the_admin_token_is_read_alike():
    assert credentials.admin_tokens(settings(), {}) == []
    assert credentials.admin_tokens(settings(token={"env": "T"}), {"T": "t1"}) == [KnownToken("admin", digest_of("t1"))]
    with pytest.raises(ConfigProblem, match=r"admin\.token\.env"):
        credentials.admin_tokens(settings(token={"env": "T"}), {})


def named(*tokens: tuple[str, str], token: str | None = None) -> Settings:
    admin = {"tokens": [{"name": name, "token": {"env": env}} for name, env in tokens]}
    admin |= {"token": {"env": token}} if token else {}
    return Settings.model_validate(settings().model_dump(exclude={"admin", "routes"}, mode="json") | {
        "admin": admin,
        "routes": [{"name": "r", "path": "/v1/x", "dialect": "transcript", "purpose": "qa", "recipient": "acme"}],
    })  # fmt: skip


def test_further_admin_tokens_have_names_of_their_own():
    environment = {"A": "one", "B": "two", "C": "three", "SAME": "one"}
    found = credentials.admin_tokens(named(("hr", "B"), ("bot", "C"), token="A"), environment)

    assert {each.name: each.digest for each in found} == {
        "admin": digest_of("one"), "hr": digest_of("two"), "bot": digest_of("three"),
    }  # fmt: skip
    assert {each.role for each in found} == {Role.ADMIN}
    with pytest.raises(ConfigProblem, match=r"admin\.tokens\[1\]\.token: another name has the same token"):
        credentials.admin_tokens(named(("hr", "A"), ("bot", "SAME")), environment)
    with pytest.raises(ConfigProblem, match=r"admin\.tokens\[0\]\.token\.env"):
        credentials.admin_tokens(named(("hr", "NONE")), environment)
    for twice in ([("hr", "A"), ("hr", "B")], [("admin", "B")]):
        with pytest.raises(ValueError, match="two admin tokens have the same name"):
            named(*twice, token="A")


def test_the_key_of_later_replies_is_read_alike_and_long_enough():
    later = settings().model_copy(update={"later_replies": LaterReplies.model_validate({"key": {"env": "L"}})})
    assert credentials.later_secret(settings(), {}) is None
    assert credentials.later_secret(later, {"L": "k" * 32}) == "k" * 32
    with pytest.raises(ConfigProblem, match=r"later_replies\.key: .*openssl rand -hex 32"):
        credentials.later_secret(later, {"L": "k" * 31})
    assert any("later_replies.key.env" in problem for problem in credentials.problems(later, {}))


def test_all_problems_are_listed_at_once(tmp_path):
    broken = settings(
        {"env": "KEY"},
        {"env": "T"},
        terms={"version": "1", "file": str(tmp_path / "terms.txt")},
        ca_file=str(tmp_path / "ca.pem"),
    )

    found = credentials.problems(broken, {})

    for place in ("credential.env", "admin.token.env", "terms.file", "ca_file"):
        assert any(place in problem for problem in found)
    assert credentials.problems(settings(), {}) == []
