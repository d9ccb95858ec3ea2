"""AWS Signature Version 4: the examples of the Amazon S3 API reference."""

from datetime import UTC, datetime

import pytest

from proxy.edge.ledger.anchors.by_http import AwsKey, signed_headers

KEY = AwsKey("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
AT = datetime(2013, 5, 24, tzinfo=UTC)
HOST = "https://examplebucket.s3.amazonaws.com"


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "signature"),
    [
        ("GET", "/test.txt", {"Range": "bytes=0-9"}, b"",
         "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
        ("PUT", "/test$file.text",
         {"Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"},
         b"Welcome to Amazon S3.", "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
        ("GET", "/?lifecycle", {}, b"", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        ("GET", "/?max-keys=2&prefix=J", {}, b"", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ],
)  # fmt: skip
def test_the_published_examples(method, path, headers, body, signature):
    signed = signed_headers(method, HOST + path, headers, body, key=KEY, now=AT)
    assert signed["Authorization"].endswith(f"Signature={signature}")
    assert signed["x-amz-date"] == "20130524T000000Z"


def test_a_path_is_signed_once_decoded_and_a_port_belongs_to_the_host():
    one = signed_headers("PUT", "http://127.0.0.1:9000/b/a%20b", {}, b"x", key=KEY, now=AT)
    other = signed_headers("PUT", "http://127.0.0.1:9001/b/a%20b", {}, b"x", key=KEY, now=AT)
    assert one["Authorization"] != other["Authorization"]
    assert "SignedHeaders=host;x-amz-content-sha256;x-amz-date," in one["Authorization"]


def test_the_secret_is_in_no_repr():
    assert "wJalr" not in repr(KEY)
