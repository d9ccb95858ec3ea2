import pytest
from dialects.dialect_fakes import cuts, pieces_of
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.dialects.wire.streams import SseParser
from proxy.errors import UpstreamFault

EXAMPLES = invented(300)


def parse(pieces, **limits):
    parser = SseParser(**limits)
    events = [event for piece in pieces for event in parser.feed(piece)]
    last = parser.close()
    return events + ([last] if last else [])


def with_data(events):
    return [(event.event, event.data, event.id, event.retry) for event in events if event.data is not None]


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (b"data: a\n\n", ["a"]),
        (b"data:a\n\ndata:  b\n\n", ["a", " b"]),
        (b"data: YHOO\ndata: +2\ndata: 10\n\n", ["YHOO\n+2\n10"]),
        (b": comment\n\ndata: a\nid: 1\n\ndata:b\nid\n\n", ["a", "b"]),
        (b"data\n\ndata\ndata\n\n", ["", "\n"]),
        (b"data: a\r\n\r\ndata: b\r\rdata: c\n\n", ["a", "b", "c"]),
        (b"\xef\xbb\xbfdata: a\n\n", ["a"]),
        (b"\xef\xbb\xbf\ndata: a\n\n", ["a"]),
        (b"data: a: b\n\n", ["a: b"]),
        (b"dat: a\n\nxdata: b\n\n", []),
        (b"data: a", ["a"]),
        (b"data: a\n", ["a"]),
        (b"data: a\r", ["a"]),
        (b"data: a\r\n\r", ["a"]),
    ],
)
def test_streams_are_read_as_the_standard_says(stream, expected):
    assert [event.data for event in parse([stream]) if event.data is not None] == expected
    assert b"".join(event.raw for event in parse([stream])) == stream


def test_the_other_fields_are_read():
    events = with_data(parse([b"event: add\ndata: 1\nid: 7\nretry: 300\n\ndata: 2\nretry: soon\nid: \0\n\n"]))

    assert events == [("add", "1", "7", 300), ("message", "2", None, None)]


@settings(max_examples=EXAMPLES)
@given(
    st.lists(
        st.sampled_from(
            [b"data: a", b"data:", b"data: \xc3\xa9", b": c", b":", b"event: x", b"id: 1", b"retry: 5", b"", b""]
        ),
        max_size=12,
    ),
    st.lists(st.sampled_from([b"\n", b"\r", b"\r\n"]), min_size=1, max_size=5),
    cuts,
)
def test_any_split_gives_the_same_events_and_the_same_bytes(lines, ends, places):
    stream = b"".join(line + ends[n % len(ends)] for n, line in enumerate(lines))
    whole = parse([stream])

    for pieces in (pieces_of(stream, places), [stream[n : n + 1] for n in range(len(stream))]):
        assert with_data(parse(pieces)) == with_data(whole)
        assert b"".join(event.raw for event in parse(pieces)) == stream


def test_comments_and_whole_events_come_out_at_once():
    parser = SseParser()

    assert [event.raw for event in parser.feed(b": keep-alive\n")] == [b": keep-alive\n"]
    assert [event.raw for event in parser.feed(b"\ndata: a\n\ndata: b\n")] == [b"\n", b"data: a\n\n"]


def test_new_data_takes_the_place_of_the_old_and_nothing_else_changes():
    event = parse([b": c\r\nevent: x\r\ndata: a\r\n: inside\r\ndata:bc\r\nid: 1\r\n\r\n"])[-1]

    assert event.data == "a\nbc"
    assert event.with_data("é\nz") == "event: x\r\ndata: é\r\n: inside\r\ndata:z\r\nid: 1\r\n\r\n".encode()
    with pytest.raises(ValueError, match="zip"):
        event.with_data("one line")


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_an_event_may_not_grow_without_bound(size):
    fits, big = b"data: " + b"x" * 92 + b"\n\n", b"data: " + b"x" * 93 + b"\n\n"

    def split(stream):
        return [stream[n : n + size] for n in range(0, len(stream), size)]

    assert len(parse(split(fits * 5), max_event_bytes=100)) == 5
    with pytest.raises(UpstreamFault) as caught:
        parse(split(fits + big), max_event_bytes=100)
    assert caught.value.reason == "event_too_large"


def test_other_encodings_are_a_fault_of_the_recipient():
    with pytest.raises(UpstreamFault) as caught:
        parse([b"data: \xff\n\n"])
    assert caught.value.reason == "bad_encoding"
