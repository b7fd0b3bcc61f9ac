"""Data of attachments: taken by its hash, kept once, given back (1.0.3 Data 2.4.11, Communication 1.5.2)."""

import hashlib
import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lms_plugin.lrs.multipart import Part, read_boundary, split_parts
from lms_plugin.records.attachment import Attachment, delete_unreferenced
from lms_plugin.records.statement import Statement
from lms_plugin.records.statement_unlocking import statements_unlocked
from lms_plugin.storage import writing
from lms_plugin.web.configuration import settings
from tests.lms_plugin.lrs.conftest import Lrs, LrsMaker, made
from tests.lms_plugin.lrs.multipart_bodies import TYPE, described, joined, json_part, part
from tests.lms_plugin.lti.fixtures import on_sqlite

PDF = b"%PDF-1.7 \x00\xff\r\n--cu\r\n"
OTHER = b"another"


def send(lrs: Lrs, statements: Any, *parts: bytes, method: str = "POST", **options: Any) -> Any:
    raw = json_part(json.dumps(statements).encode())
    options.setdefault("headers", {"Content-Type": TYPE})
    return lrs.call(method, data=joined(raw, *parts), **options)


def parts_of(answer: Any) -> list[Part]:
    assert answer.content_type.startswith("multipart/mixed")
    return split_parts(answer.data, read_boundary(answer.content_type))


def test_data_is_kept_once_and_given_back_with_one_statement_and_a_page(lrs: Lrs, database: Session) -> None:
    first = made(attachments=[described(PDF), described(OTHER, contentType="text/plain; charset=ascii")])
    inner = {name: value for name, value in made(attachments=[described(PDF)]).items() if name != "id"}
    second = made(object={**inner, "objectType": "SubStatement"})
    text = part(OTHER, Content_Type="text/plain", Content_Transfer_Encoding=None)
    assert send(lrs, [first, second, made()], part(PDF), text).status_code == 200
    put = made(attachments=[described(PDF, sha2=hashlib.sha512(PDF).hexdigest().upper())])
    hashed = part(PDF, X_Experience_API_Hash=hashlib.sha512(PDF).hexdigest())
    query = {"statementId": put["id"]}
    for _once_and_again in range(2):
        assert send(lrs, put, hashed, method="PUT", query_string=query).status_code == 204
    assert database.scalar(select(func.count()).select_from(Attachment)) == 3

    body, *data = parts_of(lrs.get(attachments="true", statementId=first["id"]))
    assert json.loads(bytes(body.data))["attachments"] == first["attachments"]
    assert [bytes(one.data) for one in data] == [PDF, OTHER]
    assert [one.headers for one in data] == [
        {
            "content-type": attachment["contentType"],
            "content-transfer-encoding": "binary",
            "x-experience-api-hash": attachment["sha2"],
        }
        for attachment in first["attachments"]
    ]
    body, *data = parts_of(lrs.get(attachments="true", ascending="true", format="canonical"))
    assert len(json.loads(bytes(body.data))["statements"]) == 4
    assert sorted(bytes(one.data) for one in data) == sorted([PDF, OTHER, PDF])
    assert lrs.get(statementId=second["id"]).json["object"]["attachments"] == [described(PDF)]
    head = lrs.call("HEAD", query_string={"attachments": "true"})
    assert (head.status_code, head.data) == (200, b"")


BY_URL = {"fileUrl": "https://x.example/f.pdf"}


@pytest.mark.parametrize(
    ("attachments", "parts", "rule"),
    [
        ([described(PDF)], [], "fileUrl"),
        ([described(PDF), described(OTHER)], [part(PDF)], "fileUrl"),
        ([described(PDF)], [part(PDF), part(OTHER)], "part 3 has the hash of no attachment"),
        ([], [part(PDF)], "part 2 has the hash of no attachment"),
        ([described(PDF)], [part(PDF, X_Experience_API_Hash=None)], "part 2 must have the header"),
        ([described(PDF)], [part(PDF, X_Experience_API_Hash="abc")], "part 2 must have the header"),
        ([described(PDF)], [part(PDF, X_Experience_API_Hash="é" * 64)], "does not have the hash"),
        ([described(PDF)], [part(PDF, X_Experience_API_Hash=described(OTHER)["sha2"])], "not have the hash"),
        (
            [described(PDF)],
            [part(PDF[:-1], X_Experience_API_Hash=described(PDF)["sha2"])],
            "not have the hash",
        ),
        ([described(PDF)], [part(PDF, Content_Transfer_Encoding="base64")], "binary"),
        ([described(PDF)], [part(PDF, Content_Type="text/plain")], "Content-Type"),
        ([described(PDF)], [part(PDF, Content_Length="1")], "Content-Length"),
        ([described(PDF, length=1)], [part(PDF, Content_Length="1")], "as many bytes"),
        ([described(PDF, **BY_URL)], [part(OTHER)], "no attachment"),
    ],
)
@on_sqlite
def test_parts_must_be_the_data_of_the_attachments(
    lrs: Lrs, attachments: list[Any], parts: list[bytes], rule: str
) -> None:
    answer = send(lrs, [made(), made(attachments=attachments)], *parts)
    assert answer.status_code == 400
    assert rule in f"{answer.json['path']} {answer.json['rule']}"
    assert lrs.ids() == []


@on_sqlite
def test_what_comes_by_url_needs_no_data_and_may_bring_it(lrs: Lrs) -> None:
    statement = made(attachments=[described(PDF, **BY_URL)])
    lrs.store(statement)
    assert len(parts_of(lrs.get(attachments="true", statementId=statement["id"]))) == 1
    assert send(lrs, made(attachments=[described(PDF, **BY_URL)])).status_code == 200
    assert send(lrs, made()).status_code == 200
    # The same statement again, now with its data: the data is no part of what makes a statement another.
    assert send(lrs, statement, part(PDF)).status_code == 200
    assert len(parts_of(lrs.get(attachments="true", statementId=statement["id"]))) == 2
    answer = lrs.post([made(), made(attachments=[described(PDF)])])
    assert (answer.status_code, answer.json["path"]) == (400, "$[1].attachments[0].fileUrl")


@on_sqlite
def test_hash_alone_does_not_open_what_another_sent(lrs: Lrs, lrs_with: LrsMaker) -> None:
    assert send(lrs, made(attachments=[described(PDF)]), part(PDF)).status_code == 200
    curious = lrs_with("statements/write", "statements/read/mine")
    curious.store(made(attachments=[described(PDF, **BY_URL)]))
    assert len(parts_of(curious.get(attachments="true"))) == 1


@pytest.mark.parametrize(
    "body",
    [
        joined(json_part(b"[]", "text/plain")),
        joined(json_part(b"[]", "application/json; charset=utf-16")),
        joined(b"Content-Type: application/json\r\nContent-Transfer-Encoding: base64\r\n\r\nW10="),
        joined(b"\r\n[]"),
        joined(part(PDF), json_part(b"[]")),
        joined(json_part(b"[]"), json_part(b"[]")),
        joined(json_part(b"")),
        b"Content-Type: application/json\r\n\r\n[]\r\n--cut\r\n\r\nx\r\n--cut--",
        b"",
    ],
)
@on_sqlite
def test_first_part_is_the_statements_in_json(lrs: Lrs, body: bytes) -> None:
    answer = lrs.call("POST", data=body, headers={"Content-Type": TYPE})
    assert (answer.status_code, answer.json["code"]) == (400, "invalid")


@pytest.mark.parametrize("kind", ["multipart/mixed", "multipart/form-data; boundary=cut", "text/plain", None])
@on_sqlite
def test_other_media_types_are_refused(lrs: Lrs, kind: str | None) -> None:
    answer = send(lrs, [], headers={"Content-Type": kind})
    assert answer.status_code == 400
    assert "Content-Type" in answer.json["rule"]


@on_sqlite
def test_too_much_is_refused_with_the_limit(app: Flask, lrs: Lrs) -> None:
    with app.app_context():
        small = replace(settings(), lrs_attachment_mib=1, lrs_request_mib=2)
    app.extensions["settings"] = small
    large = b"x" * (1024 * 1024 + 1)
    for parts, limit in (([part(large)], "1 MiB"), ([part(large), part(large + b"x")], "2 MiB")):
        answer = send(lrs, made(attachments=[described(large)]), *parts)
        assert (answer.status_code, answer.json["code"]) == (413, "too_large")
        assert limit in answer.json["rule"]
    spaces = json_part(b"[" + b" " * 5 * 1024 * 1024 + b"]")
    app.extensions["settings"] = replace(small, lrs_request_mib=6)
    answer = lrs.call("POST", data=joined(spaces), headers={"Content-Type": TYPE})
    assert (answer.status_code, "5 MiB" in answer.json["rule"]) == (413, True)


@on_sqlite
def test_type_of_an_attachment_cannot_write_headers_of_our_answer(lrs: Lrs) -> None:
    forged = described(PDF, contentType="text/plain; x=\rX-Forged: 1")
    answer = send(lrs, made(attachments=[forged]), part(PDF, Content_Type="text/plain"))
    if answer.status_code == 200:
        _body, data = parts_of(lrs.get(attachments="true"))
        assert data.headers["content-type"] == "application/octet-stream"


def test_data_that_no_statement_needs_is_deleted(lrs: Lrs, database: Session) -> None:
    going, staying = made(attachments=[described(PDF), described(OTHER)]), made(attachments=[described(PDF)])
    assert send(lrs, [going, staying], part(PDF), part(OTHER)).status_code == 200
    with writing(database):
        assert delete_unreferenced(database) == 0
        with statements_unlocked(database):
            database.execute(delete(Statement).where(Statement.id == UUID(going["id"])))
        assert delete_unreferenced(database) == 1
    _body, data = parts_of(lrs.get(attachments="true"))
    assert bytes(data.data) == PDF
