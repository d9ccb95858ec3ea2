"""A first configuration, short and complete, from the few things that nobody can guess."""

from __future__ import annotations

import json
from typing import NamedTuple


class Api(NamedTuple):
    """An API that a first route may speak: its usual path, and the header that carries a key."""

    path: str
    header: str = "Authorization"
    scheme: str = "Bearer"


APIS = {
    "openai-chat": Api("/v1/chat/completions"),
    "openai-responses": Api("/v1/responses"),
    "anthropic-messages": Api("/v1/messages", "x-api-key", ""),
    "ollama-chat": Api("/api/chat"),
}
"""By the name of the dialect."""

RECIPIENT = "ai"
ROUTE = "summary"
"""What the one recipient and the one route are called."""


class Answers(NamedTuple):
    """What is asked. `key` names an environment variable, or with a slash in it a file; empty: no key is needed."""

    organization: str
    base_url: str
    api: str
    key: str
    terms: str
    data: str
    clients_file: str


def text_of(answers: Answers) -> str:
    """Return the text of ``proxy.yaml``. It may hold what is not valid, which is told by reading it."""
    api, quoted = APIS[answers.api], Answers(*map(json.dumps, answers))
    return f"""# First configuration, written by 'meeting-proxy init'. All settings: config/proxy.yaml of the release.
version: 1
organization: {quoted.organization}

listen: {{host: 127.0.0.1, port: 8080}}    # where meeting clients connect
admin: {{host: 127.0.0.1, port: 8081}}     # health and metrics; keep it off networks that clients can reach

recipients:
  {RECIPIENT}:
    base_url: {quoted.base_url}
{_credential(answers.key, api)}    terms:
      version: {quoted.terms}             # grants name it; after a change of terms people are asked again
    # region: eu                         # what the contract says; the ledger shows it
    # retention_days: 30
    # may_train: false

routes:
  - name: {ROUTE}
    path: {api.path}
    dialect: {answers.api}
    purpose: summary                     # what people are asked to allow
    recipient: {RECIPIENT}

clients: []                              # those of the file below, which 'meeting-proxy client' writes
clients_file: {quoted.clients_file}

store: {json.dumps(f"sqlite:///{answers.data}/proxy.db")}
ledger:
  directory: {json.dumps(f"{answers.data}/ledger")}
  signing_key: {json.dumps(f"{answers.data}/ledger.key")}
"""


def _credential(key: str, api: Api) -> str:
    if not key:
        return ""
    source = "file" if "/" in key else "env"
    lines = [f"{source}: {json.dumps(key)}"]
    if (api.header, api.scheme) != ("Authorization", "Bearer"):
        lines += [f"header: {api.header}", f"scheme: {json.dumps(api.scheme)}"]
    return "    credential: {" + ", ".join(lines) + "}\n"
