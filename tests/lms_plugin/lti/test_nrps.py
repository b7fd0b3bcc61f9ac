"""Reading a roster: what honest LMSs answer, and what hostile or broken ones do."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lms_plugin.lti.nrps import (
    CONTAINER_TYPE,
    Roster,
    RosterBroken,
    RosterUnavailable,
    read_roster,
    roster_address,
)
from lms_plugin.lti.roles import part_of
from lms_plugin.lti.service_call import ServiceRefused
from lms_plugin.outbound import Outbound
from lms_plugin.people.role import Role
from tests.lms_plugin.lti.roster_peer import RosterPeer, member, page, serving_roster


@pytest.fixture
def peer() -> Iterator[RosterPeer]:
    with serving_roster() as peer:
        yield peer


def read(peer: RosterPeer, **options: Any) -> Roster:
    return read_roster(
        Outbound(frozenset({"127.0.0.1"}), timeout=(10, 20)), peer.roster_url, "token", **options
    )


def answering(peer: RosterPeer, *pages: Any) -> None:
    """Page n at `?page=n`, each leading to the next."""

    def answer(path: str) -> Any:
        number = int(path.partition("page=")[2] or 0)
        last = number == len(pages) - 1
        return page(pages[number], "" if last else f'<{peer.roster_url}?page={number + 1}>; rel="next"')

    peer.answer = answer


def test_members_of_all_pages_with_token_and_exact_media_type(peer: RosterPeer) -> None:
    answering(peer, [member("1"), member("2")], [member("3")])
    roster = read(peer)
    assert (list(roster.members), roster.pages) == (["1", "2", "3"], 2)
    for _path, headers in peer.asked:
        assert headers["Accept"] == CONTAINER_TYPE
        assert headers["Authorization"] == "Bearer token"


def test_what_the_lms_shares_is_read_and_missing_status_is_active(peer: RosterPeer) -> None:
    answering(peer, [member("1", name="Ada Bianchi", email="ada@example.it"), member("2")])
    ada, other = read(peer).members.values()
    assert (ada.name, ada.email, ada.status) == ("Ada Bianchi", "ada@example.it", "Active")
    assert (other.name, other.email, other.status) == ("", "", "Active")


def test_given_and_family_name_make_a_name(peer: RosterPeer) -> None:
    answering(peer, [member("1", given_name="Siñé", family_name="Tre-Łódź")])
    assert read(peer).members["1"].name == "Siñé Tre-Łódź"


@pytest.mark.parametrize(
    ("entry", "reason", "doubtful"),
    [
        ("a text", "not an object", set()),
        (None, "not an object", set()),
        ({"roles": []}, "no usable user_id", set()),
        (member(5), "no usable user_id", set()),
        (member(""), "no usable user_id", set()),
        (member("x" * 256), "no usable user_id", set()),
        (member("è"), "no usable user_id", set()),
        (member("9", roles="Learner"), "roles are not a list of texts", {"9"}),
        (member("9", roles=[{}]), "roles are not a list of texts", {"9"}),
        ({"user_id": "9"}, "roles are not a list of texts", {"9"}),
        (member("9", status="Sleeping"), "unknown status", {"9"}),
        (member("9", status=1), "unknown status", {"9"}),
    ],
)
def test_a_broken_entry_is_left_out_with_a_reason_and_the_others_stay(
    peer: RosterPeer, entry: Any, reason: str, doubtful: set[str]
) -> None:
    answering(peer, [member("1"), entry, member("2")])
    roster = read(peer)
    assert list(roster.members) == ["1", "2"]
    assert dict(roster.unreadable) == {reason: 1}
    assert roster.doubtful == doubtful


def test_texts_of_the_wrong_type_count_as_not_shared(peer: RosterPeer) -> None:
    answering(peer, [member("1", name=7, email=["a@example.it"])])
    assert (read(peer).members["1"].name, read(peer).members["1"].email) == ("", "")


def test_text_that_postgresql_cannot_store_is_cleaned(peer: RosterPeer) -> None:
    answering(peer, [member("1", name="A\x00da\ud800", roles=["Lear\x00ner"])])
    ada = read(peer).members["1"]
    assert (ada.name, ada.roles) == ("Ada?", ("Learner",))


def test_somebody_listed_twice_is_one_with_all_roles_and_the_livelier_status(peer: RosterPeer) -> None:
    answering(peer, [member("1", status="Inactive")], [member("1", roles=["Instructor"])])
    one = read(peer).members["1"]
    assert (one.roles, one.status) == (("Learner", "Instructor"), "Active")


def test_a_roster_of_which_nothing_can_be_read_is_no_empty_course(peer: RosterPeer) -> None:
    answering(peer, [member(1), member(2)])
    with pytest.raises(RosterBroken, match="not one entry"):
        read(peer)


def test_an_empty_course_is_an_empty_roster(peer: RosterPeer) -> None:
    answering(peer, [])
    assert read(peer).members == {}


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"{}", b'{"members": {}}', b"null", b"[" * 100_000, b"\xff\xfe"],
    ids=["empty", "html", "list", "no-members", "members-object", "null", "deep", "not-utf-8"],
)
def test_an_answer_that_is_no_roster_is_refused(peer: RosterPeer, body: bytes) -> None:
    peer.answer = lambda _path: (200, body, {})
    with pytest.raises(RosterBroken):
        read(peer)


def test_endless_pages_end_at_the_hundredth(peer: RosterPeer) -> None:
    def endless(path: str) -> Any:
        number = int(path.partition("page=")[2] or 0)
        return page([member(str(number))], f"<{peer.roster_url}?page={number + 1}>; rel=next")

    peer.answer = endless
    with pytest.raises(RosterBroken, match="100 pages"):
        read(peer)
    assert len(peer.asked) == 100


@pytest.mark.parametrize(
    "link",
    ["https://evil.example/memberships", "http://127.0.0.1:9/memberships", "//evil.example/x", "http://[x"],
)
def test_the_token_never_goes_to_another_origin(peer: RosterPeer, link: str) -> None:
    peer.answer = lambda _path: page([member("1")], f'<{link}>; rel="next"')
    with pytest.raises(RosterBroken):
        read(peer)
    assert len(peer.asked) == 1


def test_an_enormous_body_is_not_read_to_its_end(peer: RosterPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms_plugin.lti.nrps.LARGEST_PAGE", 100_000)
    peer.answer = lambda _path: (200, b'{"members": [' + b" " * 5_000_000, {})
    with pytest.raises(RosterUnavailable, match="longer than"):
        read(peer)


def test_too_many_members_are_refused(peer: RosterPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms_plugin.lti.nrps.MOST_MEMBERS", 3)
    answering(peer, [member("1"), member("2")], [member("3"), member("4")])
    with pytest.raises(RosterBroken, match="more than 3"):
        read(peer)


def test_patience_is_for_all_pages_together(peer: RosterPeer) -> None:
    answering(peer, [member("1")], [member("2")])
    with pytest.raises(RosterUnavailable, match="too long"):
        read(peer, patience=-1)


def test_a_redirect_is_not_followed(peer: RosterPeer) -> None:
    peer.answer = lambda _path: (302, b"", {"Location": f"{peer.url}/elsewhere"})
    with pytest.raises(ServiceRefused):
        read(peer)
    assert len(peer.asked) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
def test_a_refusal_keeps_the_lms_s_words(peer: RosterPeer, status: int) -> None:
    peer.answer = lambda _path: (status, b"no roster today", {})
    with pytest.raises(ServiceRefused) as refused:
        read(peer)
    assert (refused.value.status, refused.value.told) == (status, "no roster today")
    assert len(peer.asked) == 1


def test_open_edx_is_asked_in_pieces_when_a_course_is_too_big(peer: RosterPeer) -> None:
    def in_pieces(path: str) -> Any:
        return page([member("1")]) if "limit=100" in path else (403, b'{"error": "above_response_limit"}', {})

    peer.answer = in_pieces
    assert list(read(peer).members) == ["1"]
    assert [path for path, _ in peer.asked] == ["/memberships", "/memberships?limit=100"]


def test_open_edx_that_refuses_pieces_too_is_a_refusal(peer: RosterPeer) -> None:
    peer.answer = lambda _path: (403, b'{"error": "above_response_limit"}', {})
    with pytest.raises(ServiceRefused):
        read(peer)
    assert len(peer.asked) == 2


@pytest.mark.parametrize(
    ("address", "wanted", "expected"),
    [
        ("https://lms/m", {"rlid": "a b"}, "https://lms/m?rlid=a+b"),
        ("https://lms/m?rlid=1", {"rlid": "2"}, "https://lms/m?rlid=1"),
        ("https://lms/m?type=7", {"rlid": "2", "limit": "100"}, "https://lms/m?type=7&rlid=2&limit=100"),
        ("https://lms/m?Cursor=Ab%2Fc#x", {"rlid": ""}, "https://lms/m?Cursor=Ab%2Fc"),
    ],
)
def test_nothing_is_added_twice_to_the_address(address: str, wanted: dict[str, str], expected: str) -> None:
    assert roster_address(address, **wanted) == expected


RECORDED = json.loads((Path(__file__).parent / "captures" / "moodle_roster.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("recorded", RECORDED, ids=["whole course", "of one link"])
def test_a_real_moodle_is_read(peer: RosterPeer, recorded: dict[str, Any]) -> None:
    body = json.dumps(recorded["body"], ensure_ascii=False).encode()
    headers = {"Content-Type": recorded["headers"]["Content-Type"]}
    peer.answer = lambda _path: (200, body, headers)
    people = read(peer).members
    assert sorted(people) == ["3", "4", "5", "6", "7"]
    assert people["6"].name == "Siñé Tre-Łódź"
    assert (people["3"].roles, people["3"].email) == (("Instructor",), "teacher1@example.com")
    # A non-editing teacher: Instructor at a launch, Learner here. What she may do is decided at the launch.
    assert part_of(people["7"].roles) is Role.LEARNER
