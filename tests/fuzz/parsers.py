"""Every parser of what comes from outside, each with valid samples: what a fuzz test feeds, and how.

`Parser.take` gives back whether the sample was taken, and raises whatever the parser raises but for the one kind of
fault that it may. What was taken is used as the proxy uses it, so that a value which only breaks later is found too.
"""

from __future__ import annotations

from fuzz import client_requests, directories, files, sign_ins, transcripts
from fuzz.taking import Parser

PARSERS: dict[str, Parser] = {
    parser.name: parser
    for parser in (
        *client_requests.parsers(),
        *transcripts.parsers(),
        *files.parsers(),
        *sign_ins.parsers(),
        *directories.parsers(),
    )
}
