"""Writes turns as tools of linguists, captioners, mailers, trackers and programs export them.

No grammar of the proxy knows these. An export is a block for each turn, or a legend of keys and lines that use them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Turns = Sequence[tuple[str, str]]
"""Names and what they say."""


def _each(block: str, head: str = "", join: str = "\n", foot: str = "") -> Callable[[Turns], str]:
    """A block for each turn: {n} the name, {f} its first word, {u} in capitals, {s} as a handle, {sp} spaced.

    {n_} has a sign for its space; {tier} and {i} are short forms of it. {w} are the words, {k} and {t} their number and
    second.
    """

    def written(turns: Turns) -> str:
        blocks = (_filled(block, at, name, words) for at, (name, words) in enumerate(turns))
        return head.format(n0="Annika Solberg", n1="Benedikt Oyelaran") + join.join(blocks) + foot

    return written


def _filled(block: str, at: int, name: str, words: str) -> str:
    first = name.split(maxsplit=1)[0]
    return block.format(
        n=name, w=words, f=first, u=name.upper(), s=name.lower().replace(" ", "_"), tier=first.upper()[:3],
        sp=" ".join(name), n_=name.replace(" ", "_"), i="".join(part[0] for part in name.split()),
        k=at + 1, t=f"{at * 7:02}",
    )  # fmt: skip


def _keyed(
    legend: str, line: str, key: Callable[[int], str] = lambda at: str(at + 1), *, order: str = "before"
) -> Callable[[Turns], str]:
    """A legend with the key {k} of each name, and lines with keys; `order` says where the legend stands."""

    def written(turns: Turns) -> str:
        names = list(dict.fromkeys(name for name, _ in turns))
        keys = {name: key(at) for at, name in enumerate(names)}
        legends = "\n".join(legend.format(k=keys[name], n=name, f=name.split()[0]) for name in names)
        lines = "\n".join(
            line.format(k=keys[name], w=words, t=f"{at * 7:02}", j=at) for at, (name, words) in enumerate(turns)
        )
        return f"{legends}\n\n{lines}" if order == "before" else f"{lines}\n\n{legends}"

    return written


EXPORTS: dict[str, Callable[[Turns], str]] = {
    "S2= then 2:": _keyed("S{k} = {n}", "{k}: {w}"),
    "S2= then [2]": _keyed("S{k} = {n}", "[{k}] {w}"),
    "Speaker 2 = then 2 -": _keyed("Speaker {k} = {n}", "{k} - {w}"),
    "Speaker 2: then S2:": _keyed("Speaker {k}: {n}", "S{k}: {w}"),
    "spk_1 = then 1>": _keyed("spk_{k} = {n}", "{k}> {w}"),
    "2) then (2)": _keyed("{k}) {n}", "({k}) {w}"),
    "2. then 2:": _keyed("{k}. {n}", "{k}: {w}"),
    "2. then [2]": _keyed("{k}. {n}", "[{k}] {w}"),
    "foot ^2": _keyed("[^{k}]: {n}", "{w} [^{k}]", order="after"),
    "foot ^2 attached": _keyed("[^{k}]: {n}", "{w}.[^{k}]", order="after"),
    "foot sup": _keyed("{k} {n}", "{w}{k}", key=lambda j: "¹²³⁴"[j], order="after"),
    "foot star": _keyed("{k} {n}", "{w}{k}", key=lambda j: "*" * (j + 1), order="after"),
    "foot [1] refs": _keyed("[{k}] {n}", "{w} [{k}]", order="after"),
    "foot (a)": _keyed("({k}) {n}", "{w} ({k})", key=lambda j: "abcd"[j], order="after"),
    "md ref": _keyed("[{k}]: # ({n})", "{w} [{k}]", order="after"),
    "foot before": _keyed("[^{k}]: {n}", "{w} [^{k}]"),
    "spaced": _each("{sp}: {w}"),
    "spaced:": _each("{sp} : {w}"),
    "spaced alone": _each("{sp}\n{w}", join="\n\n"),
    "latex &": _each("{n} & {w} \\\\", head="\\begin{{tabular}}{{ll}}\n", foot="\n\\end{tabular}"),
    "latex first": _each("{f} & {w} \\\\ \\hline"),
    "CHAT": _each("*{tier}:\t{w}.", head="@Begin\n@Participants:\tANN {n0} Adult, BEN {n1} Adult\n", foot="\n@End"),
    "CHAT no part": _each("*{tier}:\t{w}."),
    "TEI u who": _each(
        '<u who="#{tier}">{w}</u>',
        head='<listPerson><person xml:id="ANN"><persName>{n0}</persName></person></listPerson>\n',
    ),
    "TEI u who full": _each('<u who="#{s}"><seg>{w}</seg></u>'),
    "TEI sp": _each("<sp><speaker>{n}</speaker><p>{w}</p></sp>"),
    "ELAN tab": _each("{n}\t00:00:{t}.000\t00:00:{t}.900\t{w}"),
    "EAF xml lines": _each(
        '<TIER TIER_ID="{n}">\n  <ANNOTATION>\n    <ANNOTATION_VALUE>{w}</ANNOTATION_VALUE>\n  </ANNOTATION>\n</TIER>'
    ),
    "EAF participant": _each(
        '<TIER PARTICIPANT="{n}" TIER_ID="t{k}">\n<ANNOTATION_VALUE>{w}</ANNOTATION_VALUE>\n</TIER>'
    ),
    "EXMARaLDA sp": _keyed(
        '<speaker id="SPK{k}"><abbreviation>{f}</abbreviation></speaker>',
        '<tier id="TIE{j}" speaker="SPK{k}" category="v">\n<event start="T0" end="T1">{w}</event>\n</tier>',
    ),
    "Transcriber": _keyed(
        '<Speaker id="spk{k}" name="{n}"/>',
        '<Turn speaker="spk{k}" startTime="{t}.0" endTime="9.9">\n<Sync time="{t}.0"/>\n{w}\n</Turn>',
    ),
    "IRC": _each("[10:{t}] <@{f}> {w}"),
    "IRC +": _each("10:{t} < {f}> {w}"),
    "IRC weechat": _each("10:{t}:00 @{s} | {w}"),
    "IRC weechat tab": _each("2026-03-02 10:{t}:00\t{f}\t{w}"),
    "IRC notice": _each("-{f}- {w}"),
    "WhatsApp RTL": _each("\u200f[02/03/2026, 10:00:{t}] \u200e{n}: \u200e{w}"),
    "WhatsApp RTL2": _each("\u200e02.03.26, 10:{t} - \u202a{n}\u202c: {w}"),
    "WhatsApp ~": _each("[02/03/2026, 10:00:{t}] ~\u202f{n}: {w}"),
    "mail thread": _each("On Mon, Mar 2, 2026 at 10:{t} AM {n} <{s}@x.example> wrote:\n> {w}", join="\n\n"),
    "mail head": _each(
        "From: {n} <{s}@x.example>\nTo: team@x.example\nDate: Mon, 2 Mar 2026 10:00:{t}\nSubject: roof\n\n{w}",
        join="\n\n",
    ),
    "mail orig": _each("-----Original Message-----\nFrom: {n}\nSent: Monday\n\n{w}", join="\n\n"),
    "org": _each("* {n}\n{w}"),
    "org ::": _each("- {n} :: {w}"),
    "org props": _each("** Remark {k}\n:PROPERTIES:\n:AUTHOR: {n}\n:END:\n{w}"),
    "org props created by": _each("** Remark {k}\n:PROPERTIES:\n:CREATED_BY: {n}\n:END:\n{w}"),
    "org quote": _each("#+begin_quote\n{w}\n--- {n}\n#+end_quote"),
    "org tag": _each("** {w} :{s}:"),
    "rst field": _each(":{n}: {w}"),
    "rst line block": _each("| {n}\n|   {w}"),
    "rst deflist": _each("{n}\n    {w}"),
    "rst attribution": _each("    {w}\n\n    -- {n}", join="\n\n"),
    "rst admon": _each(".. note:: {n}\n\n   {w}", join="\n\n"),
    "adoc quote": _each("[quote, {n}]\n____\n{w}\n____", join="\n\n"),
    'adoc "': _each('"{w}"\n-- {n}', join="\n\n"),
    "adoc ::": _each("{n}:: {w}"),
    "adoc .title": _each(".{n}\n{w}", join="\n\n"),
    "adoc attr": _keyed(":p{k}: {n}", "{{p{k}}} {w}"),
    "yaml list": _each("- who: {n}\n  what: {w}"),
    "yaml map": _each("{n}:\n  - {w}"),
    "yaml block": _each("- speaker: {n}\n  text: |\n    {w}"),
    "yaml odd": _each("- handle: {n}\n  body: >-\n    {w}"),
    "toml": _each('[[turn]]\nperson = "{n}"\nremark = "{w}"', join="\n\n"),
    "toml rev": _each('[[turn]]\nremark = "{w}"\nperson = "{n}"', join="\n\n"),
    "toml key": _each('"{n}" = "{w}"'),
    "toml sect": _each("[{n}]\nline1 = {w}", join="\n\n"),
    "ini": _each("[{n}]\nsaid={w}"),
    "ini low": _each("[turn{k}]\nperson={n}\nline={w}"),
    "ini low rev": _each("[turn{k}]\nline={w}\nperson={n}"),
    "logfmt": _each('ts=10:{t} speaker="{n}" msg="{w}"'),
    "logfmt rev": _each('ts=10:{t} msg="{w}" actor="{n}"'),
    "syslog": _each("Mar  2 10:00:{t} host {s}[123]: {w}"),
    "csv nl": _each('"{n}","{w}\nand more"'),
    "csv nl3": _each('{k},"first line\n{w}",{n}'),
    "csv last": _each('{k},"{w}",{n}', head="no,what,who\n"),
    "tsv last": _each("{w}\t{n}"),
    "csv semicolon last": _each("{w};{n}"),
    "dl lines": _each("<dt>{n}</dt>\n<dd>{w}</dd>"),
    "dl b": _each("<b>{n}</b><br>{w}<br>"),
    "html title": _each('<p title="{n}">{w}</p>'),
    "html data": _each('<p data-speaker="{n}">{w}</p>'),
    "html data-x": _each('<p data-x="{n}">{w}</p>'),
    "html cite": _each("<blockquote>{w}<cite>{n}</cite></blockquote>"),
    "html figcaption": _each("<figure><blockquote>{w}</blockquote><figcaption>{n}</figcaption></figure>"),
    "html aria": _each('<li aria-label="{n}">{w}</li>'),
    "html abbr": _each('<abbr title="{n}">{i}</abbr> {w}'),
    "trailers": _each("{w}\n\nSigned-off-by: {n} <{s}@x.example>", join="\n\n"),
    "trailers co": _each("{w}\n\nCo-authored-by: {n} <{s}@x.example>", join="\n\n"),
    "trailers rep": _each("{w}\n\nReported-by: {n}", join="\n\n"),
    "trailers ack": _each("{w}\n\nAcked-by: {n}", join="\n\n"),
    "git log": _each(
        "commit abc{k}\nAuthor: {n} <{s}@x.example>\nDate:   Mon Mar 2 10:00:{t} 2026 +0000\n\n    {w}", join="\n\n"
    ),
    "git oneline": _each("abc{k} {w} ({n})"),
    "git blame": _each("abc{k}1234 ({n} 2026-03-02 10:00:{t} +0000 {k}) {w}"),
    "ASS": _each("Dialogue: 0,0:00:{t}.00,0:00:59.00,Default,{n},0,0,0,,{w}"),
    "ASS style": _each("Dialogue: 0,0:00:{t}.00,0:00:59.00,{f},,0,0,0,,{w}"),
    "ASS nolead": _each("0,0:00:{t}.00,0:00:59.00,Default,{n},0,0,0,,{w}"),
    "SAMI id": _each("<SYNC Start={t}000><P Class=ENUSCC ID=Source>{n}\n<P Class=ENUSCC>{w}"),
    "LRC": _each("[00:{t}.00]{n}: {w}"),
    "LRC D": _each("[00:{t}.00]F: {w} [by:{n}]"),
    "TTML agent": _keyed(
        '<ttm:agent xml:id="p{k}" type="person"><ttm:name type="full">{n}</ttm:name></ttm:agent>',
        '<p begin="00:00:{t}" end="00:00:59" ttm:agent="p{k}">{w}</p>',
    ),
    "TTML agent2": _keyed(
        '<ttm:agent xml:id="p{k}" type="person"><ttm:name type="full">{n}</ttm:name></ttm:agent>',
        '<p ttm:agent="p{k}">{w}</p>',
    ),
    "STL": _each("00:00:{t}:00 , 00:00:59:00 , {n} | {w}"),
    "MPL2": _each("[{t}][99]{n}: {w}"),
    "CTM": _each("meet {s} {t}.0 1.0 {w}"),
    "kaldi": _each("{s}-00{t} {w}"),
    "wiki sig short": _each(":: {w} --[[User:{n}]]"),
    "wiki ;:": _each("; {n}\n: {w}"),
    "bbcode": _each("[quote={n}]{w}[/quote]"),
    'bbcode "': _each('[quote="{n}, post:{k}"]\n{w}\n[/quote]'),
    "jira [~]": _each("[~{s}] {w}"),
    "gh": _each("> {w}\n\n@{s} commented", join="\n\n"),
    "slack <@>": _each("<@U{k}|{n}> {w}"),
    "discord": _each("{n} — Today at 10:{t} AM\n{w}", join="\n\n"),
    "teams": _each("[Monday 10:{t} AM] {n}\n{w}", join="\n\n"),
    "signal": _each("From: {n} (+49 170 000000{k})\nType: incoming\nSent: 2026\n\n{w}", join="\n\n"),
    "sms": _each("{w}\n  {n}, 10:{t}", join="\n\n"),
    "roff": _each(".SH {u}\n{w}"),
    "latex item": _each("\\item[{n}] {w}"),
    "latex cmd": _each("\\say{{{n}}}{{{w}}}"),
    "latex para": _each("\\paragraph{{{n}}} {w}"),
    "fountain": _each("\n{u}\n{w}", join="\n"),
    "fountain @": _each("\n@{f}\n{w}", join="\n"),
    "fdx": _each('<Paragraph Type="Character">{u}</Paragraph>\n<Paragraph Type="Dialogue">{w}</Paragraph>'),
    "vtt note": _each("NOTE {n}\n\n00:{t}.000 --> 00:59.000\n{w}", join="\n\n"),
    "vtt id": _each("{n}\n00:00:{t}.000 --> 00:00:59.000\n{w}", head="WEBVTT\n\n", join="\n\n"),
    "vtt c": _each("00:00:{t}.000 --> 00:00:59.000\n<c.{f}>{w}</c>", head="WEBVTT\n\n", join="\n\n"),
    "xml idref": _keyed('<who id="{k}">{n}</who>', '<line ref="{k}">{w}</line>'),
    "xml attr both": _each('<l n="{n}" t="{w}"/>'),
    "python dict": _each("{{'a': '{n}', 'b': '{w}'}},", head="[", foot="]"),
    "python tuple": _each("('{n}', '{w}'),", head="[", foot="]"),
    "sexp": _each('(turn "{n}" "{w}")'),
    "prolog": _each("said('{n}', '{w}')."),
    "sql": _each("INSERT INTO turns VALUES ({k}, '{n}', '{w}');"),
    "sql last": _each("INSERT INTO turns VALUES ({k}, '{w}', '{n}');"),
    "graphviz": _each('"{n}" -> "all" [label="{w}"];'),
    "mermaid": _each("{f}->>All: {w}", head="sequenceDiagram\nparticipant {n0}\n"),
    "mermaid alias": _keyed("participant {k} as {n}", "{k}->>Z: {w}", key=lambda j: "PQ"[j]),
    "plantuml": _each('"{n}" -> Team : {w}'),
    "ical": _each("BEGIN:VJOURNAL\nORGANIZER;CN={n}:mailto:{s}@x.example\nDESCRIPTION:{w}\nEND:VJOURNAL"),
    "ical rev": _each("BEGIN:VJOURNAL\nDESCRIPTION:{w}\nORGANIZER;CN={n}:mailto:{s}@x.example\nEND:VJOURNAL"),
    "vcard note": _each("BEGIN:VCARD\nFN:{n}\nNOTE:{w}\nEND:VCARD"),
    "ris": _each("TY  - GEN\nAU  - {n}\nN1  - {w}\nER  -"),
    "po": _each('#. {n}\nmsgid "{w}"\nmsgstr ""', join="\n\n"),
    "todo": _each("- [ ] {w} @{s}"),
    "todo +": _each("(A) {w} +{f}"),
    "mediation table": _each("{n}............{w}"),
    "tilde": _each("{n} ~~~ {w}"),
    "num paren name": _each("{k}. ({n}) {w}"),
    "QA": _each("Q ({n}): {w}"),
    "emoji": _each("🎤 {n} 🎤 {w}"),
    "backtick": _each("`{n}`\n```\n{w}\n```"),
    "callout": _each("> [!NOTE] {n}\n> {w}"),
    "details": _each("<details><summary>{n}</summary>\n{w}\n</details>"),
    "json content": _each('{{"speaker": "{n}", "content": "{w}"}}', head="[", join=",\n", foot="]"),
    "json body indented": _each('  {{\n    "speaker": "{n}",\n    "body": "{w}"\n  }}', "[\n", ",\n", "\n]"),
    "json author": _each('{{"author": {{"name": "{n}"}}, "text": "{w}"}}', head="[", join=", ", foot="]"),
    "json forwarded": _each('{{"from": "Annika Solberg", "forwarded_from": "{n}", "text": "{w}"}}', join="\n"),
    "json attachment": _each('{{"text": "see", "attachments": [{{"author_name": "{n}", "text": "{w}"}}]}}'),
    "json rows": _each('["{n}", "{w}"]', head='{{"rows": [', join=", ", foot="]}"),
    "logfmt level": _each('ts=2026-03-02T10:00:{t}Z level=info component=asr speaker="{n}" text="{w}"'),
    "logfmt level rev": _each("level=info msg='{w}' req={k} user='{n}'"),
    "xml utterance": _each("<utterance><speaker>{n}</speaker><text>{w}</text></utterance>"),
    "xml utterance rev": _each("<utterance><text>{w}</text><speaker>{n}</speaker></utterance>"),
    "html link": _each('<a href="https://chat.example/people/{k}" class="who">{n}</a>: {w}'),
    "html mention": _each('<span class="mention-user" data-id="{k}">@{n}</span> {w}'),
    "xml attr last": _each('<seg start="{t}" text="{w}" spk="{n}"/>'),
    "python call": _each("Segment(start={t}.0, text='{w}', speaker='{n}')"),
    "python call list": _each("Turn(speaker='{n}', text='{w}'),", head="turns = [", foot="]"),
    "rust debug": _each('Segment {{ text: "{w}", speaker: Some("{n}") }}'),
    "go debug": _each("{{Text:{w} Speaker:{n} Start:{t}}}"),
    "js object": _each("{{ text: '{w}', speaker: '{n}' }},"),
    "js call": _each('turns.push({{ id: {k}, said: "{w}", by: "{n}" }});'),
    "sql columns": _each("INSERT INTO turns (said, who, at) VALUES ('{w}', '{n}', {t});"),
    "content and metadata": _each("Content: {w}\nMetadata: {{'page': {k}, 'speaker': '{n}'}}", join="\n\n"),
    "document call": _each("Document(page_content='{w}', metadata={{'speaker': '{n}', 'start': {t}}})"),
    "csv question": _each("{w};{n};{k}", head="Question;Author;Upvotes\n"),
    "csv asker": _each('{k},"{w}",{n},open', head="No,Question,Asker Name,Status\n"),
    "tsv company": _each("{w}\t{n}\tSkerry", head="Quote\tPerson\tCompany\n"),
    "md quote": _each("| {w} | {n} | Skerry |", head="| Quote | Person | Company |\n|---|---|---|\n"),
    "md bare quote": _each("{w} | {n} | Skerry", head="Quote | Person | Company\n---|---|---\n"),
    "chat template": _each("<|start|>user:{n}<|message|>{w}<|end|>"),
    "chat template im": _each("<|im_start|>user name={n}\n{w}<|im_end|>"),
    "chat template header": _each("<|start_header_id|>{n}<|end_header_id|>\n\n{w}<|eot_id|>", join=""),
    "rttm": _each("SPEAKER call 1 {t}.25 6.25 <NA> <NA> {n_} <NA> <NA> {w}"),
    "chunk head": _each("Chunk {k} (score 0.8{k}, speaker {n}, 10:{t}): {w}"),
    "grep context": _each("call.txt-{k}-{n}: {w}"),
    "grep line": _each("notes/call.txt:{k}:{n}: {w}"),
    "xml source": _each("<doc><source>call.vtt ({n})</source><content>{w}</content></doc>"),
    "xml source lines": _each(
        '<document index="{k}">\n<source>call.vtt ({n})</source>\n<content>\n{w}\n</content>\n</document>'
    ),
}
"""By tool or layout."""
