"""Texts that are cut in two, with the cut right behind a head: who speaks stands in one unit, the words in the next.

A case is drawn from a seed alone: what stands above the head, the head, the words and two neighbouring places of a
request. `SYSTEM`, `TOOLS` and `SCHEMA` are what clients send: their units adjoin as well, and hold nobody's words.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from promises.bodies import ASKED, AZURE, CHAT, FUNCTION, MESSAGES, RESPONSES, anthropic, ollama, openai, user

Body = dict[str, Any]
Split = Callable[[str, str], Body]

_SAID = (
    "quartz anchor bishop cobalt dagger ember falcon garnet harbor indigo jasper kernel lantern marble nectar orchid "
    "pepper quiver ribbon saddle timber umber velvet walnut yonder zephyr amber barley cedar dune elder flint grove"
).split()
HEADS = (
    "{full}:",
    "{full}: ",
    "{first}:",
    "{full} —",
    "{first} —",
    "{first} – ",
    "{full} -",
    "[{full}]",
    "[{first}]",
    "[{first}]:",
    "<{full}>",
    "<{first}>",
    "({first})",
    "{full}",
    "{first}",
    "{full} >",
    "{first} ->",
    "{first} →",
    "{full} |",
    "**{full}**",
    "**{first}:**",
    "## {full}",
    "- {full}:",
    "> {first}:",
    "10:02 {full}",
    "[10:02] {first}",
    "[00:01:12] {full}:",
    "{full} 10:02",
    "{full} (10:02)",
    "{full}, [02.03.2026 10:02]",
    "{full}, 02.03.2026 10:02",
    "{full} — 03/02/2026 10:02 AM",
    "{first}, 10:02:",
    "10:02\n{full}",
    "{full}\n10:02",
    "00:01:00.000 --> 00:01:09.000\n<v {full}>",
    "{full} wrote:",
    "{first} said:",
    "On Monday {full} wrote:",
    "Le 3 mars 2026 à 10:02, {full} a écrit :",
    "Am 3. März schrieb {full}:",
    "From: {full}",
    "From: {full}\nSent: Monday\nSubject: Harbour",
    "Speaker: {full}",
    "speaker={full}",
    "Here is what {full} said:",
    "Quote from {first}:",
    "{first}'s answer:",
    "According to {first},",
    "{full}, CFO:",
    "{first} (CFO):",
    "{upper}",
    "{upper}:",
    "@{first}:",
    '"{full}": "',
    '{{"speaker": "{full}", "text": "',
    "{last}, {first}:",
    "{initial}. {last}:",
)
"""What names a speaker above or before the words."""
FULL = tuple(head for head in HEADS if "{full}" in head)
"""Those by which somebody whom nobody knows is known as well."""
LEADS = (
    "",
    "",
    "",
    "You write minutes.\n\n",
    "You write minutes.\n",
    "Annika Solberg: Hello all and welcome.\n",
    "Annika Solberg: Hello all and welcome.\n\n",
)
"""What stands above the head in its unit."""
WORDS = (
    "The {0} plan is dead and the {1} never arrived.",
    "the {0} must go, and so must the {1}.",
    "I think that the {0} is too late for the {1}.",
    "{0} first, then {1}; nobody told us.",
    "No. We lost the {0} and the {1} in March.",
    "We lost the {0}.\n\nAnd the {1} went with it.",
)
"""What somebody says: with two words that stand nowhere else."""
_TURN = "We look at the roof first.\n"
"""What a person says above a name in a turn of theirs: a name alone is a word that people say."""


@dataclass(frozen=True)
class Case:
    """One text, cut into what stands above the head and the head itself (`above`), and the words (`below`)."""

    above: str
    below: str
    planted: tuple[str, str]
    place: str


def invent(seed: int, name: str, heads: Sequence[str] = HEADS) -> Case:
    """The case of a seed, in which somebody of this name speaks; every head meets every place after some seeds."""
    draw = random.Random(seed)
    first, _, last = name.partition(" ")
    head = heads[seed % len(heads)].format(full=name, first=first, last=last, initial=name[0], upper=name.upper())
    places = list(PLACES)
    place = places[(seed // len(heads) + seed) % len(places)]
    planted = draw.sample(_SAID, 2)
    lead = draw.choice(LEADS)
    if place.startswith("chat named") and head.replace(" ", "").isalpha():
        lead = lead or _TURN
    return Case(lead + head, draw.choice(WORDS).format(*planted), (planted[0], planted[1]), place)


def _system(text: str) -> Body:
    return {"role": "system", "content": text}


def _parts(kind: str, *texts: str) -> list[Body]:
    return [{"type": kind, "text": text} for text in texts]


def _tool(description: str, **schema: Any) -> Body:
    return {**FUNCTION, "description": description, "parameters": {"type": "object", "properties": schema}}


def _chat_tools(*functions: Body) -> Body:
    return {**openai(ASKED), "tools": [{"type": "function", "function": each} for each in functions]}


def _text(**more: Any) -> Body:
    return {"type": "string", **more}


def _prompts(schema: Body) -> Body:
    shape = {"name": "minutes", "schema": {"type": "object", "properties": {"note": schema}}}
    return {**openai(ASKED), "response_format": {"type": "json_schema", "json_schema": shape}}


_SCHEMAS: dict[str, Split] = {
    "title, description": lambda a, b: _text(title=a, description=b),
    "description, enum": lambda a, b: _text(description=a, enum=["none", b]),
    "description, enum only": lambda a, b: _text(description=a, enum=[b]),
    "description, const": lambda a, b: _text(description=a, const=b),
    "description, default": lambda a, b: _text(description=a, default=b),
    "description, examples": lambda a, b: _text(description=a, examples=[b]),
    "enum": lambda a, b: _text(enum=[a, b]),
    "examples": lambda a, b: _text(examples=[a, b]),
    "description, pattern": lambda a, b: _text(description=a, pattern=b),
    "description, property": lambda a, b: {
        "type": "object", "description": a, "properties": {"x": _text(description=b)}
    },
    "properties": lambda a, b: {"type": "object", "properties": {"x": _text(description=a), "y": _text(description=b)}},
    "property, definition": lambda a, b: {
        "type": "object", "properties": {"x": _text(description=a)}, "$defs": {"y": _text(description=b)}
    },
    "$comment": lambda a, b: {"$comment": a, **_text(description=b)},
    "items": lambda a, b: {"type": "array", "description": a, "items": _text(description=b)},
    "anyOf": lambda a, b: {"anyOf": [_text(description=a), _text(description=b)]},
    "key, description": lambda a, b: {"type": "object", "properties": {a: _text(description=b)}},
}  # fmt: skip
"""Two strings of one schema."""


def _cut(text: str) -> tuple[str, str]:
    """A text, cut behind its fourth word."""
    words = text.split(" ")
    return " ".join(words[:4]), " ".join(words[4:])


def _with_schema(wrapped: Callable[[Body], Body], split: Split) -> Split:
    return lambda a, b: wrapped(split(a, b))


PLACES: dict[str, tuple[str, Split]] = {
    "chat system messages": (CHAT, lambda a, b: openai(_system(a), _system(b), ASKED)),
    "chat system messages, a rule between": (CHAT, lambda a, b: openai(_system(a), _system("---"), _system(b), ASKED)),
    "chat system messages, cut again": (CHAT, lambda a, b: openai(_system(a), *map(_system, _cut(b)), ASKED)),
    "chat system parts, cut again": (
        CHAT, lambda a, b: openai({"role": "system", "content": _parts("text", a, *_cut(b))}, ASKED)
    ),
    "messages blocks, cut again": (MESSAGES, lambda a, b: {**anthropic(ASKED), "system": _parts("text", a, *_cut(b))}),
    "chat system, developer": (CHAT, lambda a, b: openai(_system(a), {"role": "developer", "content": b}, ASKED)),
    "chat system parts": (CHAT, lambda a, b: openai({"role": "system", "content": _parts("text", a, b)}, ASKED)),
    "chat system parts, a rule between": (
        CHAT, lambda a, b: openai({"role": "system", "content": _parts("text", a, "***", b)}, ASKED)
    ),
    "chat system, user, system": (CHAT, lambda a, b: openai(_system(a), ASKED, _system(b))),
    "chat user, system": (CHAT, lambda a, b: openai(user(a), _system(b))),
    "chat user, system, user": (CHAT, lambda a, b: openai(user(a), _system(b), ASKED)),
    "chat system, user": (CHAT, lambda a, b: openai(_system(a), user(b), ASKED)),
    "chat user, user": (CHAT, lambda a, b: openai(user(a), user(b))),
    "chat user parts": (CHAT, lambda a, b: openai({"role": "user", "content": _parts("text", a, b)})),
    "chat user parts, system": (
        CHAT, lambda a, b: openai({"role": "user", "content": _parts("text", ASKED["content"], a)}, _system(b))
    ),
    "chat assistant, system": (CHAT, lambda a, b: openai(ASKED, {"role": "assistant", "content": a}, _system(b))),
    "chat named, named": (
        CHAT, lambda a, b: openai({**user(a), "name": "Annika Solberg"}, {**user(b), "name": "Annika Solberg"})
    ),
    "chat named, system, named": (
        CHAT,
        lambda a, b: openai(
            {**user(a), "name": "Annika Solberg"}, _system("---"), {**user(b), "name": "Annika Solberg"}
        ),
    ),
    "chat named, assistant, named": (
        CHAT,
        lambda a, b: openai(
            {**user(a), "name": "Annika Solberg"},
            {"role": "assistant", "content": "Yes."},
            {**user(b), "name": "Annika Solberg"},
        ),
    ),
    "chat named, system": (CHAT, lambda a, b: openai({**user(a), "name": "Annika Solberg"}, _system(b))),
    "chat named, user": (CHAT, lambda a, b: openai({**user(a), "name": "Annika Solberg"}, user(b))),
    "chat system, named": (CHAT, lambda a, b: openai(_system(a), {**user(b), "name": "Annika Solberg"})),
    "chat system, tool": (
        CHAT, lambda a, b: {**openai(_system(a), ASKED), "tools": _chat_tools(_tool(b))["tools"]}
    ),
    "chat tools first, system": (CHAT, lambda a, b: {**_chat_tools(_tool(a)), **openai(_system(b), ASKED)}),
    "chat tool, property": (CHAT, lambda a, b: _chat_tools(_tool(a, x=_text(description=b)))),
    "chat tool, enum": (CHAT, lambda a, b: _chat_tools(_tool(a, x=_text(enum=[b])))),
    "chat tool, default": (CHAT, lambda a, b: _chat_tools(_tool(a, x=_text(default=b)))),
    "chat property, next tool": (
        CHAT, lambda a, b: _chat_tools(_tool("Look", x=_text(description=a)), {**_tool(b), "name": "find"})
    ),
    "chat two tools": (CHAT, lambda a, b: _chat_tools(_tool(a), {**_tool(b), "name": "find"})),
    "chat two tools, one between": (
        CHAT,
        lambda a, b: _chat_tools(_tool(a), {"name": "seek", "parameters": {}}, {**_tool(b), "name": "find"}),
    ),
    "chat format, description": (
        CHAT,
        lambda a, b: {
            **openai(ASKED),
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "m", "description": a, "schema": {"type": "object", "description": b}},
            },
        },
    ),
    "chat stop": (CHAT, lambda a, b: {**openai(ASKED), "stop": [a, b]}),
    "azure system messages": (AZURE, lambda a, b: {"messages": [_system(a), _system(b), ASKED]}),
    "responses instructions, input": (RESPONSES, lambda a, b: {"model": "m", "instructions": a, "input": [user(b)]}),
    "responses input, instructions": (RESPONSES, lambda a, b: {"model": "m", "input": a, "instructions": b}),
    "responses items, instructions": (RESPONSES, lambda a, b: {"model": "m", "input": [user(a)], "instructions": b}),
    "responses instructions, system": (
        RESPONSES, lambda a, b: {"model": "m", "instructions": a, "input": [_system(b), ASKED]}
    ),
    "responses system, user, system": (
        RESPONSES, lambda a, b: {"model": "m", "input": [_system(a), ASKED, _system(b)]}
    ),
    "responses system parts": (
        RESPONSES,
        lambda a, b: {"model": "m", "input": [{"role": "system", "content": _parts("input_text", a, b)}, ASKED]},
    ),
    "responses user parts": (
        RESPONSES, lambda a, b: {"model": "m", "input": [{"role": "user", "content": _parts("input_text", a, b)}]}
    ),
    "responses tool, property": (
        RESPONSES,
        lambda a, b: {
            "model": "m", "input": [ASKED], "tools": [{"type": "function", **_tool(a, x=_text(description=b))}]
        },
    ),
    "responses instructions, tool": (
        RESPONSES,
        lambda a, b: {"model": "m", "input": [ASKED], "instructions": a, "tools": [{"type": "function", **_tool(b)}]},
    ),
    "messages blocks": (MESSAGES, lambda a, b: {**anthropic(ASKED), "system": _parts("text", a, b)}),
    "messages blocks, a rule between": (
        MESSAGES, lambda a, b: {**anthropic(ASKED), "system": _parts("text", a, "---", b)}
    ),
    "messages block, user": (MESSAGES, lambda a, b: {**{"system": a}, **anthropic(user(b))}),
    "messages user, system": (MESSAGES, lambda a, b: {**anthropic(user(a)), "system": b}),
    "messages user parts": (
        MESSAGES, lambda a, b: anthropic({"role": "user", "content": _parts("text", a, b)})
    ),
    "messages two tools": (
        MESSAGES,
        lambda a, b: {
            **anthropic(ASKED),
            "tools": [
                {"name": "look", "description": a, "input_schema": {"type": "object"}},
                {"name": "find", "description": b, "input_schema": {"type": "object"}},
            ],
        },
    ),
    "messages tool, property": (
        MESSAGES,
        lambda a, b: {
            **anthropic(ASKED),
            "tools": [
                {
                    "name": "look",
                    "description": a,
                    "input_schema": {"type": "object", "properties": {"x": _text(description=b)}},
                }
            ],
        },
    ),
    "messages tool, example": (
        MESSAGES,
        lambda a, b: {
            **anthropic(ASKED),
            "tools": [
                {"name": "look", "description": a, "input_schema": {"type": "object"}, "input_examples": [{"x": b}]}
            ],
        },
    ),
    "ollama system messages": ("/api/chat", lambda a, b: ollama(_system(a), _system(b), ASKED)),
    "ollama system, user, system": ("/api/chat", lambda a, b: ollama(_system(a), ASKED, _system(b))),
    "ollama user, system": ("/api/chat", lambda a, b: ollama(user(a), _system(b))),
    "ollama system, prompt": (
        "/api/generate", lambda a, b: {"model": "m", "stream": False, "system": a, "prompt": b}
    ),
    "ollama prompt, system": (
        "/api/generate", lambda a, b: {"model": "m", "stream": False, "prompt": a, "system": b}
    ),
    "ollama format": ("/api/chat", lambda a, b: {**ollama(ASKED), "format": _text(title=a, description=b)}),
    "json prompt, notes": ("/v1/notes", lambda a, b: {"prompt": a, "notes": b}),
    "json notes, prompt": ("/v1/notes", lambda a, b: {"notes": a, "prompt": b}),
    **{
        f"chat format: {name}": (CHAT, _with_schema(_prompts, split)) for name, split in _SCHEMAS.items()
    },
    **{
        f"chat tool: {name}": (CHAT, _with_schema(lambda schema: _chat_tools(_tool("Look.", x=schema)), split))
        for name, split in _SCHEMAS.items()
    },
}  # fmt: skip
"""Neighbouring places of a request, in which a client could have cut one text: the path, and a request with both."""


SYSTEM = (
    ("You are a note taker.", "Write minutes with the headings Decisions and Tasks.", "Keep it under 300 words."),
    ("# Role\nYou are an experienced secretary.\n", "# Task\nSum the call up.\n- use bullets\n", "# Output\nMarkdown"),
    ("Today is 2026-03-02. The user's name is Annika Solberg.", "Never invent ticket numbers.", "---", "Be brief."),
    ("Attendees: Annika Solberg, Benedikt Oyelaran", "Write the minutes of this meeting for the attendees above."),
    ("Attendees:\n- Annika Solberg\n- Benedikt Oyelaran", "Write the minutes, and who has to do what by when."),
    ("Participants:\nAnnika Solberg\nBenedikt Oyelaran\n", "Summarize in five bullets what remains open."),
    ("You write mails for Annika Solberg.", "Address the mail to Benedikt Oyelaran", "List the action items in it."),
    ("Draft a reply from Annika Solberg to Benedikt Oyelaran", "The mail should be polite and short."),
    ("Meeting: Release planning\nHost: Annika Solberg", "Task:\nWrite a summary that somebody absent can follow."),
    ("Meeting: Release planning\nOrganizer: Benedikt Oyelaran", "Write a summary that somebody absent can follow."),
    ("Requested by: Benedikt Oyelaran", "You are an assistant that writes minutes of meetings in English."),
    ("User: Annika Solberg", "You are an assistant that writes minutes of meetings in English."),
    ("Speaker names: Annika Solberg, Benedikt Oyelaran.", "Use these spellings whenever you name somebody."),
    ("Glossary:\n- BO: Benedikt Oyelaran", "Use the glossary to expand abbreviations in the summary."),
    ("Sign the mail with:\nBest regards,\nAnnika Solberg", "Leave out the greeting if the mail is a reply."),
    ("Write the mail to Benedikt Oyelaran <ben.o@fjord.example>", "Mention the open points and ask for an answer."),
    ("The following people were in the room: Annika, Benedikt", "Write down what was decided in the meeting."),
    ("Answer as if you were Benedikt Oyelaran's assistant:", "keep answers short, polite and to the point"),
    ("Never mention Benedikt", "Leave out what is marked as off the record in the transcript below."),
)  # fmt: skip
"""System prompts in blocks, as clients cut them; some name people of the meeting."""


def _function(name: str, description: str, **properties: Body) -> Body:
    return {"name": name, "description": description, "parameters": {"type": "object", "properties": properties}}


_PEOPLE = ["Annika Solberg", "Benedikt Oyelaran"]
TOOLS = (
    _function(
        "save_minutes",
        "Save the minutes of the meeting.",
        title=_text(description="A short title of the meeting"),
        body=_text(description="The minutes as Markdown, with one heading for each topic"),
        language=_text(description="Language of the minutes", enum=["en", "de", "fr"]),
    ),
    _function(
        "create_task",
        "Create a task in the tracker for somebody who attended. Owners: Annika Solberg, Benedikt Oyelaran",
        title=_text(description="What has to be done, in one sentence that starts with a verb"),
        owner=_text(description="Who has to do it", enum=_PEOPLE),
        priority=_text(description="How urgent it is", enum=["low", "medium", "high"], default="medium"),
    ),
    _function(
        "search_notes",
        "Search notes of earlier meetings by words and dates.",
        query=_text(description="The words to look for in the notes of earlier meetings"),
        by=_text(description="Full name, for example: Benedikt Oyelaran"),
        limit={"type": "integer", "description": "The most notes to return, newest first"},
    ),
    _function(
        "send_mail",
        "Send a mail to people who attended. Use it only after the user has agreed to the draft.",
        to={"type": "array", "items": _text(examples=_PEOPLE), "description": "Who gets the mail"},
        subject=_text(description="Subject line of the mail, without Re: or Fwd:"),
    ),
    _function(
        "remind",
        "Send a reminder to Benedikt Oyelaran",
        when=_text(description="When to send it, as a date and a time in ISO 8601"),
    ),
)
SCHEMA: Body = {
    "type": "object",
    "title": "Minutes",
    "description": "The minutes of one meeting as the client's archive keeps them",
    "properties": {
        "summary": _text(description="Three sentences that somebody who was absent can follow"),
        "decisions": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": _text(description="The decision in one sentence, in the past tense"),
                    "by": _text(description="Who decided it", enum=_PEOPLE),
                },
            },
        },
    },
}
