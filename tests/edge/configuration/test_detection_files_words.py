"""Files of words: what is read, what is refused with place and remedy, and that the digest of settings knows."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from proxy.edge.configuration import detection_files
from proxy.edge.configuration.document import ConfigProblem
from proxy.settings import Detection, Settings


def settings(**detection: object) -> Settings:
    return Settings.model_validate(
        {
            "version": 1,
            "recipients": {"acme": {"base_url": "https://x", "terms": {"version": "1"}}},
            "routes": [{"name": "r", "path": "/v1/x", "dialect": "transcript", "purpose": "qa", "recipient": "acme"}],
            "clients": [{"name": "c", "key_sha256": "a" * 64, "routes": ["r"]}],
            "detection": detection,
        }
    )


def of(path: Path, **more: object) -> Settings:
    return settings(dictionaries=[{"kind": "PROJECT", "file": str(path), **more}])


def words(path: Path, **more: object) -> tuple[str, ...] | None:
    return detection_files.filled(of(path, **more)).detection.dictionaries[0].words


def test_one_entry_a_line_without_comments(tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_bytes("\ufeff# ours\r\nBlue Heron\r\n\r\n  Grauwölfe \nC#\nBlue Heron\n".encode())
    assert words(file) == ("Blue Heron", "Grauwölfe", "C#")


def test_a_column_of_csv(tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text('id,name\n1,"Fjord, Inc."\n2,Heron Ltd\n3,\n', encoding="utf-8")
    assert words(file, column="name") == ("Fjord, Inc.", "Heron Ltd")


@pytest.mark.parametrize("sign", [";", "\t"])
def test_a_column_of_a_table_with_other_separators(tmp_path: Path, sign: str) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(f"\ufeffid{sign}name\n1{sign}Fjord, Inc.\n2{sign}Heron Ltd\n", encoding="utf-8")
    assert words(file, column="name") == ("Fjord, Inc.", "Heron Ltd")


def test_files_of_allowed_strings(tmp_path: Path) -> None:
    file = tmp_path / "allow.txt"
    file.write_text("Fjord\n")
    (read,) = detection_files.filled(settings(allow_files=[{"file": str(file)}])).detection.allow_files
    assert read.words == ("Fjord",)


@pytest.mark.parametrize(
    ("content", "more", "field", "what"),
    [
        (None, {}, "file", "No such file"),
        (b"", {}, "file", "no entries"),
        (b"# none\n", {}, "file", "no entries"),
        (b"one\ntwo\n\xff\n", {}, "file", "line 3"),
        (b"one\nx\n", {}, "file", "line 2"),
        (b"one\n--\n", {}, "file", "line 2"),
        (b"one\n" + b"w" * (detection_files.MAX_CHARS + 1), {}, "file", "line 2"),
        (b"one\n", {"sha256": "0" * 64}, "sha256", "another digest"),
        (b"a,b\n1,2\n", {"column": "name"}, "column", "'name'"),
        (b'name\n"x\n', {"column": "name"}, "file", "CSV"),
        (b"w" * (detection_files.MAX_BYTES + 1), {}, "file", "larger than"),
    ],
)
def test_what_is_wrong_names_place_and_remedy_and_no_entry(
    tmp_path: Path, content: bytes | None, more: dict[str, str], field: str, what: str
) -> None:
    file = tmp_path / "names.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigProblem) as caught:
        words(file, **more)
    (problem,) = caught.value.problems
    assert problem.field == f"detection.dictionaries[0].{field}"
    assert what in problem.message
    assert problem.remedy
    assert "two" not in str(problem)


def test_all_files_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigProblem) as caught:
        detection_files.filled(
            settings(
                dictionaries=[{"kind": "PROJECT", "file": str(tmp_path / n)} for n in "ab"],
                allow_files=[{"file": str(tmp_path / "c")}],
            )
        )
    assert [p.field for p in caught.value.problems] == [
        "detection.dictionaries[0].file",
        "detection.dictionaries[1].file",
        "detection.allow_files[0].file",
    ]


def test_a_change_of_the_file_changes_the_digest_of_the_settings(tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_text("Blue Heron\n")
    before = detection_files.filled(of(file))
    assert before.detection.dictionaries[0].sha256 == hashlib.sha256(b"Blue Heron\n").hexdigest()
    file.write_text("Blue Herring\n")
    assert detection_files.filled(of(file)).digest() != before.digest()


def test_entries_are_in_no_dump_and_no_repr(tmp_path: Path) -> None:
    """Code names are secrets of the organization; and a dump for each request would be slow."""
    file = tmp_path / "names.txt"
    file.write_text("Blue Heron\n")
    filled = detection_files.filled(of(file))
    assert "Heron" not in filled.model_dump_json() + repr(filled) + str(filled)


def routed(base: dict[str, object], own: dict[str, object]) -> Settings:
    given = settings(**base).model_dump(mode="json", exclude_unset=True)
    given["routes"][0]["detection"] = own
    return Settings.model_validate(given)


def test_files_of_a_route_are_read_and_added_to_those_of_all(tmp_path: Path) -> None:
    """A route that names one more dictionary loses neither the others nor the strings that are allowed."""
    for name, word in (("all", "Blue Heron"), ("own", "Grauwölfe"), ("allowed", "Fjord"), ("other", "Kanal")):
        (tmp_path / name).write_text(word + "\n")
    base = {
        "dictionaries": [{"kind": "PROJECT", "file": str(tmp_path / "all")}],
        "allow_files": [{"file": str(tmp_path / "allowed")}],
    }
    own = {"dictionaries": [{"kind": "CUSTOMER", "file": str(tmp_path / "own")}]}
    filled = detection_files.filled(routed(base, own))
    found = filled.detections()["r"]
    assert [file.words for file in found.dictionaries] == [("Blue Heron",), ("Grauwölfe",)]
    assert [file.words for file in found.allow_files] == [("Fjord",)]
    assert Detection.unpacked(found.packed()) == found
    assert "Heron" not in filled.model_dump_json() + repr(filled.detections())

    replaced = detection_files.filled(routed(base, own | {"allow_files": [{"file": str(tmp_path / "other")}]}))
    assert [file.words for file in replaced.detections()["r"].allow_files] == [("Kanal",)]
    assert detection_files.filled(routed(base, {"allow_files": []})).detections()["r"].allow_files == ()


def test_a_change_of_a_routes_file_changes_digest_and_repr_of_the_settings(tmp_path: Path) -> None:
    """The ledger names the settings by their digest; rehearsals share a detector between settings of equal repr."""
    file = tmp_path / "names.txt"
    seen = set()
    for word in ("Blue Heron", "Blue Herring"):
        file.write_text(word + "\n")
        filled = detection_files.filled(routed({}, {"dictionaries": [{"kind": "PROJECT", "file": str(file)}]}))
        seen |= {filled.digest(), repr((filled.detection, filled.detections()))}
    assert len(seen) == 4


def test_files_of_a_route_are_told_by_their_place(tmp_path: Path) -> None:
    absent = [{"kind": "PROJECT", "file": str(tmp_path / "absent")}]
    with pytest.raises(ConfigProblem) as caught:
        detection_files.filled(routed({"dictionaries": absent}, {"dictionaries": absent}))
    assert [p.field for p in caught.value.problems] == [
        "detection.dictionaries[0].file",
        "routes[0].detection.dictionaries[0].file",
    ]
    (tmp_path / "absent").write_text("Will\n")
    first, second = detection_files.doubts(
        detection_files.filled(routed({"dictionaries": absent}, {"dictionaries": absent}))
    )
    assert first.startswith("detection.dictionaries[0]: 1 of")
    assert second.startswith("routes[0].detection.dictionaries[0]: 1 of")


def test_workers_get_the_entries(tmp_path: Path) -> None:
    names, allowed = tmp_path / "names.txt", tmp_path / "allow.txt"
    names.write_text("Blue Heron\nGrauwölfe\n")
    allowed.write_text("Fjord\n")
    filled = detection_files.filled(
        settings(
            allow_files=[{"file": str(allowed)}],
            dictionaries=[{"kind": "PROJECT", "file": str(names), "case": "exact"}],
        )
    ).detection
    arrived = Detection.unpacked(filled.packed())
    assert arrived == filled
    assert arrived.dictionaries[0].words == ("Blue Heron", "Grauwölfe")
    assert arrived.allow_files[0].words == ("Fjord",)


def test_plain_words_in_any_case_are_doubtful(tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_text("Will\nBlue Heron\n")
    (doubt,) = detection_files.doubts(detection_files.filled(of(file)))
    assert "detection.dictionaries[0]: 1 of" in doubt
    assert "case: exact" in doubt
    assert detection_files.doubts(detection_files.filled(of(file, case="exact"))) == []
