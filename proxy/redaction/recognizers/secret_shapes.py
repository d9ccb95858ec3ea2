"""Shapes of secrets as they are pasted, as data: those that the library of detectors has not.

Where an expression has a group, the group is the secret. Repetitions are bounded, so that time is linear.
"""

from __future__ import annotations

import re

_PEM = r"PRIVATE KEY(?: BLOCK)?-----"
_GAP = r"(?:\s|\\[nr]){0,4}"
_VALUE = r"""(?:"([^"\r\n]{3,300})"|'([^'\r\n]{3,300})'|`([^`\r\n]{3,300})`|([^\s"'`,;&<>)\]}]{3,300}))"""

TRIGGER = re.compile(
    r"[A-Za-z0-9+/=_-]{16}|://|-----BEGIN|pass|pwd|\bpw\b|secret|token|key|cookie|sess|\bcred|\bsig\b|authorization"
    r"|is your |\bpin\b|code|cvv|cvc|\botps?\b|combination",
    re.IGNORECASE,
)
"""What every secret holds, or has before it: texts without it are not searched."""

PREFIXES = (
    "npm_ hf_ dop_v1_ shpat_ shpss_ shpca_ shppa_ glsa_ hvs. hvb. lin_api_ figd_ ATATT3 dapi NRAK- xapp- GOCSPX- ya29. "
    "sntrys_ phc_ phx_ rpa_ gsk_ r8_ AGE-SECRET-KEY-1 EAACEdEose0cBA whsec_ tfp_ pul- doo_v1_ dckr_pat_ PMAK- glptt- "
    "glrt- sbp_ vercel_ fly_ secret_"
).split()
"""With which services begin their keys."""

SHAPES: tuple[tuple[re.Pattern[str], float], ...] = (
    (
        # Pasted keys are often cut off: what follows the heading is base64, to an end or not.
        re.compile(
            rf"-----BEGIN [A-Z0-9 ]{{0,40}}{_PEM}(?:{_GAP}[A-Z][\w-]{{2,30}}: [^\n\\]{{0,100}})*"
            rf"(?:{_GAP}[A-Za-z0-9+/=]{{16,100}})*(?:{_GAP}[A-Za-z0-9+/=]{{1,100}}(?={_GAP}-----END))?"
            rf"(?:{_GAP}-----END [A-Z0-9 ]{{0,40}}{_PEM})?"
        ),
        1.0,
    ),
    (re.compile(r"\b(?:sk|pk|rk)[-_](?:live|test|proj|ant|or)?[-_]?(?=[A-Za-z_-]{0,200}\d)[\w-]{16,200}"), 0.9),
    # Without a figure, one long word of letters tells a key from words with hyphens.
    (
        re.compile(
            r"\b(?:sk|pk|rk)[-_](?:(?:live|test|proj|ant|or|svcacct)[-_])?(?=[\w-]{0,80}[A-Za-z]{16})[\w-]{16,200}"
        ),
        0.9,
    ),
    (re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, PREFIXES))})[\w.=-]{{20,400}}"), 0.9),
    (re.compile(r"\bgithub_pat_\w{30,200}"), 1.0),
    (re.compile(r"\bglpat-[\w-]{16,100}"), 1.0),
    (re.compile(r"\bxox[abceoprsd]-[\w-]{10,300}", re.I), 1.0),
    (re.compile(r"\bAIza[\w-]{35}"), 1.0),
    (re.compile(r"(?<![\w-])eyJ[\w-]{10,4000}\.[\w-]{10,4000}(?:\.[\w-]{0,2000})?"), 1.0),
    (re.compile(r"\bauthorization[\"']?\s{0,2}[:=]\s{0,2}[\"']?\w{2,20} ([\w.~+/=-]{8,4000})", re.I), 1.0),
    (re.compile(r"\bbearer ([\w.~+/-]{20,4000}={0,2})", re.I), 0.9),
    # A connection string whole: the host behind the password is nobody's business either.
    (
        re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@\"'<>]{0,80}:[^\s/\"'<>]{1,200}@[^\s\"'<>]{0,299}[\w/]", re.I),
        1.0,
    ),
    (
        re.compile(
            r"https://(?:hooks\.slack\.com/(?:services|workflows|triggers)/|(?:ptb\.|canary\.)?discord(?:app)?\.com/api/"
            r"webhooks/|hooks\.zapier\.com/hooks/|hook\.[a-z0-9.]{0,20}make\.com/|chat\.googleapis\.com/v1/spaces/|"
            r"maker\.ifttt\.com/trigger/|[a-z0-9-]{1,60}\.webhook\.office\.com/|outlook\.office(?:365)?\.com/webhook|"
            r"[\w.-]{1,80}\.logic\.azure\.com[:/])[^\s\"'<>)]{6,600}",
            re.I,
        ),
        1.0,
    ),
    (re.compile(r"\b(?:set-)?cookie2?[\"']?\s{0,2}:\s{0,2}[\"']?([^\s=;,\"']{1,80}=[^\r\n\"']{4,3000})", re.I), 0.9),
    (
        re.compile(
            r"\b(?:\w{0,30}sess(?:ion)?[_.-]?(?:id|key|token)|jsessionid|phpsessid|connect\.sid|(?:csrf|xsrf)[_-]?token)"
            r"[\"']?\s{0,2}[=:]\s{0,2}[\"']?([\w%.~+/=:-]{12,600})",
            re.I,
        ),
        0.9,
    ),
    (
        re.compile(
            r"(?<![\d.,-])(\d{3}[ -]\d{3,4}|\d{4,8}|[A-Z]-\d{4,8}) is your (?:[\w.'-]{1,30} ){0,4}"
            r"(?:code|pin|otp|passcode|password)\b",
            re.I,
        ),
        0.9,
    ),
)

ASSIGNED = re.compile(
    r"(?P<name>pass[_-]?(?:word|wd|phrase|code)|pwd|\bpw\b|\bpass\b|\bcreds?\b|secret|credentials?|(?:api|access|auth|account|private|encryption|"
    r"signing|client|service|master|storage|shared)[_-]?key|token|(?<=[?&])(?:sig|signature|key|code))[\w.-]{0,20}"
    r"[\"'\]]{0,2}\s{0,3}(?::=|=>|={1,2}|:)\s{0,3}" + _VALUE,
    re.IGNORECASE,
)
"""A name and what it is set to: in code, configuration files, addresses of pages, connection strings."""

NO_VALUE = re.compile(
    r"[*•x.…_#-]+|<.*>?|\$?\{.*|\$\w+|%\w+%|\[.*|(?:null|none|nil|true|false|yes|no|n/?a|tbd|todo|undefined|empty|optional|"
    r"required|string|str|int|bool|text|redacted|hidden|masked|changeme|example|os\.environ.*|process\.env.*|env\(.*|"
    r"getenv.*|vault:.*|secrets?\..*|secrets?\[.*|settings\..*|config\..*|self\..*|https?:?)",
    re.IGNORECASE,
)
"""What stands in the place of a secret without being one."""
