"""Which letters belong to which script, for regular expressions: what the model of other scripts reads, and how.

Its scripts are Cyrillic, Arabic, Devanagari, and those of Chinese, Japanese and Korean.
"""

from __future__ import annotations

import re

HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
HIRAGANA = "\u3041-\u309f"
KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3"
CYRILLIC = "\u0400-\u052f"
ARABIC = "\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c9\ufb50-\ufdfb\ufe70-\ufefc"
DEVANAGARI = "\u0904-\u0939\u0958-\u0961\u0971-\u097f"

OTHER = re.compile(f"[{HAN}{HIRAGANA}{KATAKANA}{HANGUL}{CYRILLIC}{ARABIC}{DEVANAGARI}]")
"""A letter of one of the scripts."""

MARKS = (
    "\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8"
    "\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u200c\u200d"
)
"""Signs within words that are no letters: marks of Latin, Cyrillic, Arabic and Devanagari, and joiners."""


PARTICLES = (
    "으로서 에게서 한테서 이라고 으로 에서 에게 한테 께서 이랑 보다 까지 부터 처럼 라고 이나 마다 밖에 조차 "
    "은 는 이 가 을 를 의 에 와 과 도 만 로 나 야 아 랑 께 씨 님 군 양"
).split()
"""What may stand attached to the end of a Korean name: particles and short titles."""


def has_other(text: str) -> bool:
    """Whether a text has a letter of one of the scripts."""
    return not text.isascii() and OTHER.search(text) is not None
