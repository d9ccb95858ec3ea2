"""A first configuration, short and complete, from the few things that nobody can guess."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from proxy.edge.configuration.document import ConfigProblem
from proxy.edge.configuration.file import parse
from proxy.edge.configuration.listed_files import CLIENTS, TOKENS
from proxy.settings.base import VARIABLE


class Api(NamedTuple):
    """An API that a first route may speak: its usual path, that of its list of models, and the header with a key."""

    path: str
    models: str = ""
    header: str = "Authorization"
    scheme: str = "Bearer"


APIS = {
    "openai-chat": Api("/v1/chat/completions", "/v1/models"),
    "openai-responses": Api("/v1/responses", "/v1/models"),
    "anthropic-messages": Api("/v1/messages", header="x-api-key", scheme=""),
    "ollama-chat": Api("/api/chat", "/api/tags"),
}
"""By the name of the dialect."""

RECIPIENT = "ai"
ROUTE = "summary"
"""What the one recipient and the one route with words are called."""
MODELS = "models"
"""What the route of the list of models is called."""

_FILE = ("/", "./", "../")
NO_KEY = (
    "this is no name of an environment variable (capitals, digits and _) and no path of a file (which begins with / or "
    "./); never write the key itself here: put it into a variable or a file, and name that"
)


class Answers(NamedTuple):
    """What is asked. `key` names an environment variable, or by its path a file; empty: no key is needed."""

    organization: str = "acme"
    base_url: str = "https://llm.example/v1"
    api: str = "openai-chat"
    key: str = ""
    terms: str = "v1"
    display_name: str = ""
    may_train: bool | None = None
    """None: not stated, which people who are asked read as not known."""
    data: str = "var"
    clients_file: str = "clients.yaml"
    tokens_file: str = "tokens.yaml"


def unwritable(field: str, answer: str) -> str | None:
    """Why an answer cannot be written at all; None if the configuration's own reading judges it."""
    if field == "api" and answer not in APIS:
        return f"one of: {', '.join(APIS)}; for others, see docs/dialects.md"
    return NO_KEY if field == "key" and answer and not _names_a_key(answer) else None


def problem_of(field: str, answer: str) -> str | None:
    """What is wrong with one answer, whatever the others are, and what to do; None if it is valid."""
    if problem := unwritable(field, answer):
        return problem
    fields: dict[str, Any] = {field: answer}
    try:
        parse(text_of(Answers()._replace(**fields)), "", listed={CLIENTS: [], TOKENS: []})
    except ConfigProblem as found:
        return "; ".join(f"{each.message}; {each.remedy}" for each in found.problems)
    return None


def _names_a_key(answer: str) -> bool:
    return VARIABLE.fullmatch(answer) is not None or is_file(answer)


def is_file(key: str) -> bool:
    """Whether this says that the key is in a file; else it names an environment variable."""
    return key.startswith(_FILE) or ("/" in key and Path(key).is_file())


def routes_of(api: str) -> list[str]:
    """The names of the routes that a first client may use."""
    return [ROUTE, MODELS] if APIS[api].models else [ROUTE]


def text_of(answers: Answers) -> str:
    """Return the text of ``proxy.yaml``. It may hold what is not valid, which is told by reading it."""
    links = str(Path(answers.clients_file).with_name("links.key"))
    api, quoted = APIS[answers.api], {name: json.dumps(each) for name, each in answers._asdict().items()}
    return f"""# First configuration, written by 'meeting-proxy init'. All settings: meeting-proxy config example
version: 1
organization: {quoted["organization"]}

listen: {{host: 127.0.0.1, port: 8080}}    # where meeting clients connect
admin:                                   # health, metrics, and the console; keep it off networks that clients reach
  host: 127.0.0.1
  port: 8081
  tokens_file: {quoted["tokens_file"]}           # made by 'meeting-proxy token add NAME --role admin'

recipients:
  {RECIPIENT}:
    base_url: {quoted["base_url"]}
{_display_name(answers)}{_credential(answers.key, api)}    terms:
      version: {quoted["terms"]}             # grants name it; after a change of terms people are asked again
{_may_train(answers)}    # region: eu                       # by its terms; people who are asked read it or "not known"
    # retention_days: 30
    # address: Quay 1, 0150 Oslo         # of the company, which people who are asked read as well
    # country: Norway

routes:
  - name: {ROUTE}
    path: {api.path}
    dialect: {answers.api}
    purpose: summary                     # what people are asked to allow
    recipient: {RECIPIENT}
{_models(api)}
clients: []                              # those of the file below, which 'meeting-proxy client' writes
clients_file: {quoted["clients_file"]}

store: {json.dumps(f"sqlite:///{answers.data}/proxy.db")}
ledger:
  directory: {json.dumps(f"{answers.data}/ledger")}
  signing_key: {json.dumps(f"{answers.data}/ledger.key")}

# Where people are asked, each by a personal link. Take the '# ' away, and make the key, which signs the links, by:
# (umask 077; openssl rand -hex 32 > {links})
# consent_pages:
#   port: 8082
#   base_url: http://127.0.0.1:8082      # how people reach it: https, unless it is loopback
#   signing_key: {{file: {json.dumps(links)}}}
#   organization: Example Ltd            # who asks, as people know it
#   contact: privacy@example.com         # whom they ask
"""


def _display_name(answers: Answers) -> str:
    if answers.display_name:
        return f"    display_name: {json.dumps(answers.display_name)}\n"
    return f"    # display_name: Example AI Inc     # who runs it, as people know them; else they read '{RECIPIENT}'\n"


def _may_train(answers: Answers) -> str:
    told = "# by its terms; people are told, and asked for that as well"
    if answers.may_train is None:
        return f"    # may_train: false                   {told}\n"
    return f"    may_train: {json.dumps(answers.may_train)}                     {told}\n"


def _models(api: Api) -> str:
    if not api.models:
        return ""
    return (
        f"  - {{name: {MODELS}, path: {api.models}, dialect: content-free, recipient: {RECIPIENT}}}"
        "    # clients ask which there are\n"
    )


def _credential(key: str, api: Api) -> str:
    if not key:
        return ""
    source = "file" if is_file(key) else "env"
    lines = [f"{source}: {json.dumps(key)}"]
    if (api.header, api.scheme) != ("Authorization", "Bearer"):
        lines += [f"header: {api.header}", f"scheme: {json.dumps(api.scheme)}"]
    return "    credential: {" + ", ".join(lines) + "}\n"
