"""Words for purposes: one for all languages, or one for each; what is not written falls back."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from proxy.settings import ConsentPages, PurposeWords


def test_one_text_counts_in_all_languages() -> None:
    words = PurposeWords(title="Minutes", description={"de": "Ein Protokoll.", "en": "Minutes are written."})
    assert (words.title_in("pl"), words.description_in("en")) == ("Minutes", "Minutes are written.")
    assert words.description_in("fr") == "Ein Protokoll."
    assert PurposeWords().title_in("en") is None


@pytest.mark.parametrize("written", [{"title": "a\nb"}, {"title": {}}, {"description": {"xx": "?"}}, {"title": ""}])
def test_other_words_are_refused(written: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PurposeWords.model_validate(written)


def test_where_explanations_were_is_said_where_they_are_now() -> None:
    pages = {"base_url": "https://consent.example", "signing_key": {"env": "KEY"}, "explanations": {}}
    with pytest.raises(ValidationError, match="purposes"):
        ConsentPages.model_validate(pages)
