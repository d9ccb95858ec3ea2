"""Content codings are undone within limits, whatever the pieces."""

import gzip
import itertools
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.edge.http.decoding import BrokenCoding, Decoder, TooLarge, UnknownCoding

LIMIT = 1 << 20
ENCODE = {"identity": bytes, "gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress}


def decode(coding: str | None, pieces: list[bytes], limit: int = LIMIT) -> bytes:
    decoder = Decoder(coding, limit)
    decoded = b"".join(each for piece in pieces for each in decoder.feed(piece))
    decoder.close()
    return decoded


@given(st.sampled_from(sorted(ENCODE)), st.binary(max_size=2000), st.lists(st.integers(0, 2100), max_size=6))
def test_any_split_decodes_to_the_same(coding, body, cuts):
    encoded = ENCODE[coding](body)
    edges = [0, *sorted(min(cut, len(encoded)) for cut in cuts), len(encoded)]

    assert decode(coding, [encoded[a:b] for a, b in itertools.pairwise(edges)]) == body


@pytest.mark.parametrize(
    ("coding", "written"),
    [(None, "identity"), ("", "identity"), ("Identity", "identity"), (" GZIP ", "gzip"), ("Deflate", "deflate")],
)
def test_names_are_read_whatever_their_case(coding, written):
    assert decode(coding, [ENCODE[written](b"body")]) == b"body"


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, gzip", "identity, gzip", "gzip;q=1"])
def test_codings_that_are_not_listed_are_refused(coding):
    with pytest.raises(UnknownCoding):
        Decoder(coding, LIMIT)


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = gzip.compress(bytes(500_000_000 // 50))
    decoder, given_out = Decoder("gzip", 1 << 30), 0

    with pytest.raises(TooLarge):
        for piece in decoder.feed(bomb[:20_000]):
            given_out += len(piece)
    assert given_out < 100 * 20_000 + (1 << 17)


@pytest.mark.parametrize("coding", sorted(ENCODE))
def test_the_limit_holds_for_the_decoded_size(coding):
    body = bytes(range(256)) * 40
    encoded = ENCODE[coding](body)

    assert decode(coding, [encoded], len(body)) == body
    with pytest.raises(TooLarge):
        decode(coding, [encoded], len(body) - 1)


@pytest.mark.parametrize(
    "broken",
    [
        gzip.compress(b"body")[:-1],
        gzip.compress(b"body") + b"more",
        gzip.compress(b"a") + gzip.compress(b"b"),
        b"plain text",
        gzip.compress(b"body")[:-8] + bytes(8),
    ],
    ids=["cut", "more behind it", "two members", "not packed", "wrong checksum"],
)
def test_what_is_not_of_its_coding_is_refused(broken):
    for pieces in ([broken], [broken[i : i + 1] for i in range(len(broken))]):
        with pytest.raises(BrokenCoding):
            decode("gzip", pieces)


@given(st.binary(max_size=300), st.sampled_from(sorted(ENCODE)))
def test_never_fails_in_another_way(raw, coding):
    try:
        decoded = decode(coding, [raw], 200)
    except (BrokenCoding, TooLarge):
        return
    assert len(decoded) <= 200
    assert coding != "identity" or decoded == raw
