"""Compressed bodies are decoded within limits or refused, whoever sends them; what cannot be read never passes."""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib
from collections.abc import Callable

import pytest

TEXT = "Annika Solberg: Ask Annika.\nBenedikt Oyelaran: canary-packed\n"
BODY = json.dumps({"model": "m", "messages": [{"role": "user", "content": TEXT}]}).encode()


def bomb(pack: Callable[[bytes], bytes]) -> bytes:
    """A hundred megabytes of spaces, packed."""
    return pack(b" " * (100 << 20))


# "hello" as brotli (RFC 7932, an uncompressed metablock) and Zstandard (RFC 8878: magic, a raw block) write it.
BROTLI = b"\x0b\x02\x80hello\x03"
ZSTD = b"\x28\xb5\x2f\xfd\x20\x05\x29\x00\x00hello"
ZSTD_SKIPPABLE = b"\x50\x2a\x4d\x18\x04\x00\x00\x00skip" + ZSTD
ZSTD_HUGE_WINDOW = b"\x28\xb5\x2f\xfd\x00\xf8\x01\x00\x00"


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def named(body: bytes) -> bytes:
    """A gzip member with a file name and a comment in its head (RFC 1952)."""
    packed = gzip.compress(body, mtime=0)
    return packed[:3] + b"\x18" + packed[4:10] + b"notes.json\0by hand\0" + packed[10:]


TAKEN: dict[str, tuple[str | None, Callable[[bytes], bytes]]] = {
    "none": (None, bytes),
    "empty": ("", bytes),
    "identity": ("identity", bytes),
    "gzip": ("gzip", gzip.compress),
    "GZip": (" GZip ", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "gzip with a name": ("gzip", named),
    "gzip, not compressed": ("gzip", lambda body: gzip.compress(body, 0)),
    "deflate": ("deflate", zlib.compress),
    "deflate, flushed": ("deflate", lambda body: zlib.compress(body, 9)),
}
REFUSED: dict[str, tuple[str, bytes | Callable[[], bytes], str]] = {
    "br": ("br", BROTLI, "content_encoding"),
    "zstd": ("zstd", ZSTD, "content_encoding"),
    "zstd, skippable": ("zstd", ZSTD_SKIPPABLE, "content_encoding"),
    "zstd, huge window": ("zstd", ZSTD_HUGE_WINDOW, "content_encoding"),
    "compress": ("compress", b"\x1f\x9d\x90", "content_encoding"),
    "unknown": ("canary", BODY, "content_encoding"),
    "with a parameter": ("gzip;q=1", gzip.compress(BODY), "content_encoding"),
    "twice": ("gzip, gzip", gzip.compress(gzip.compress(BODY)), "content_encoding"),
    "two": ("deflate, gzip", gzip.compress(zlib.compress(BODY)), "content_encoding"),
    "with identity": ("identity, gzip", gzip.compress(BODY), "content_encoding"),
    "a bomb in a bomb": ("gzip", lambda: gzip.compress(bomb(gzip.compress)), "body_too_large"),
    "a bomb": ("gzip", lambda: bomb(gzip.compress), "body_too_large"),
    "a bomb in zlib": ("deflate", lambda: bomb(zlib.compress), "body_too_large"),
    "raw deflate": ("deflate", raw_deflate(BODY), "body_malformed"),
    "zlib as gzip": ("gzip", zlib.compress(BODY), "body_malformed"),
    "gzip as zlib": ("deflate", gzip.compress(BODY), "body_malformed"),
    "brotli as gzip": ("gzip", BROTLI, "body_malformed"),
    "zstd as gzip": ("gzip", ZSTD, "body_malformed"),
    "plain as gzip": ("gzip", BODY, "body_malformed"),
    "gzip as plain": ("identity", gzip.compress(BODY), "invalid_utf8"),
    "cut off": ("gzip", gzip.compress(BODY)[:-1], "body_malformed"),
    "zlib, cut off": ("deflate", zlib.compress(BODY)[:-1], "body_malformed"),
    "more behind": ("gzip", gzip.compress(BODY) + b"canary", "body_malformed"),
    "zlib, more behind": ("deflate", zlib.compress(BODY) + b"canary", "body_malformed"),
    "several members": ("gzip", gzip.compress(BODY[:9]) + gzip.compress(BODY[9:]), "body_malformed"),
    "a wrong checksum": ("gzip", gzip.compress(BODY)[:-8] + bytes(8), "body_malformed"),
    "a dictionary": ("deflate", b"\x78\xbb\x00\x00\x00\x01" + raw_deflate(BODY), "body_malformed"),
}


def made(payload: bytes | Callable[[], bytes]) -> bytes:
    """A payload. What takes seconds to pack is packed by the test that sends it."""
    return payload() if callable(payload) else payload


def headers(coding: str | None) -> dict[str, str]:
    return {} if coding is None else {"Content-Encoding": coding}


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_decoded_is_inspected_and_leaves_plain(stand, name: str) -> None:
    coding, packed = TAKEN[name]
    mark = stand.mark()
    assert stand.proxy.post("/m/m1/v1/chat/completions", packed(BODY), headers(coding)).status == 200
    (received,) = stand.since(mark)
    assert b"canary" not in received.raw
    assert b"content-encoding" not in received.head.lower()
    assert b"accept-encoding: identity" in received.head.lower()


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_decoded_is_refused_and_says_what_is(stand, name: str) -> None:
    coding, payload, code = REFUSED[name]
    mark = stand.mark()
    reply = stand.proxy.post("/m/m1/v1/chat/completions", made(payload), headers(coding))
    assert reply.json["error"]["code"] == code
    assert b"canary" not in reply.body
    assert code != "content_encoding" or (reply.status == 415 and b"identity, gzip, deflate" in reply.body)
    assert stand.since(mark) == []


def test_a_reply_is_decoded_within_limits_or_is_the_recipients_fault(alone) -> None:
    """The proxy asks for none; a recipient that compresses all the same is read like a client."""
    completion = json.dumps(
        {"choices": [{"index": 0, "message": {"role": "assistant", "content": "We agree."}, "finish_reason": "stop"}]}
    ).encode()
    sent: list[tuple[str | None, bytes]] = []

    async def answer(received: object, writer: asyncio.StreamWriter) -> None:
        coding, packed = sent[-1]
        line = f"Content-Encoding: {coding}\r\n" if coding is not None else ""
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{line}Content-Length: {len(packed)}\r\n\r\n"
        writer.write(head.encode() + packed)

    alone.recorder.reply = answer
    alone.proxy.document["limits"] = {"reply_bytes": 1 << 20}
    alone.proxy.meeting()
    alone.proxy.consent("grant", "p-ann")
    alone.proxy.start()

    for coding, packed in TAKEN.values():
        sent.append((coding, packed(completion)))
        assert alone.proxy.chat("Annika Solberg: We agree.\n").text == "We agree."
    for name, (coding, packed, code) in REFUSED.items():
        sent.append((coding, made(packed).replace(BODY, completion)))
        reply = alone.proxy.chat("Annika Solberg: We agree.\n")
        expected = {
            "content_encoding": "upstream_encoding",
            "body_too_large": "upstream_too_large",
            "body_malformed": "upstream_broken",
            "invalid_utf8": "bad_reply",
        }[code]
        assert (reply.status, reply.json["error"]["code"]) == (502, expected), name
        assert b"canary" not in reply.body
