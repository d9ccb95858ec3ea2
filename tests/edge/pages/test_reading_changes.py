"""What a person is told of a change in terms."""

from proxy.edge.pages.reading import SHOWN, changes


def test_the_same_text_has_no_changes():
    assert changes("1", "We keep it. We sell it.", "We keep it.\nWe sell it.")[1:] == ((), (), False)


def test_new_and_gone_sentences_are_told_apart():
    found = changes("1", "We keep it for a day. We never train.", "We keep it for a day. We train on it all.")
    assert found == ("1", ("We train on it all.",), ("We never train.",), False)


def test_a_long_list_is_cut_and_says_so():
    found = changes("1", "", " ".join(f"Clause number {n} says something." for n in range(9)))
    assert (len(found.new), found.more) == (SHOWN, True)


def test_a_long_sentence_is_cut_at_a_word():
    (cut,) = changes("1", "", "word " * 500 + "end.").new
    assert len(cut) < 410
    assert cut.endswith("word …")
