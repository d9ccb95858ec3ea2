"""As much of curl as the documentation uses, for machines without it."""

from __future__ import annotations

import http.client
import sys
import urllib.parse
from pathlib import Path


def main(words: list[str]) -> int:
    """Ask as the words say, and print the answer. Returns 22 for a refusal with ``--fail``, 7 for no connection."""
    headers, body, out, told, fail, url = {}, None, "", "", False, ""
    rest = iter(words)
    for word in rest:
        match word:
            case "--silent":
                pass
            case "--fail":
                fail = True
            case "--output":
                out = next(rest)
            case "--write-out":
                told = next(rest)
            case "-H":
                name, _, value = next(rest).partition(": ")
                headers[name] = value
            case "-d":
                body = Path(next(rest).removeprefix("@")).read_bytes()
            case _:
                url = word
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    try:
        connection.request("GET" if body is None else "POST", parts.path, body, headers)
        reply = connection.getresponse()
    except OSError:
        return 7
    text = reply.read().decode()
    if fail and reply.status >= 400:
        return 22
    if not out:
        sys.stdout.write(text)
    sys.stdout.write(told.replace("\\n", "\n").replace("%{http_code}", str(reply.status)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
