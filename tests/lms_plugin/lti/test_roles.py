"""Which part a role of the LMS gives, and that none raises a learner up by accident."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_plugin.lti.roles import CONTEXT_ROLE, part_of, reads_records
from lms_plugin.people.role import Role

LIS = "http://purl.imsglobal.org/vocab/lis/v2/"
LEARNER, INSTRUCTOR = f"{LIS}membership#Learner", f"{LIS}membership#Instructor"
ADMINISTRATOR = f"{LIS}membership#Administrator"
SYSTEM_ADMINISTRATOR, SCHOOL_ADMINISTRATOR = (
    f"{LIS}system/person#Administrator",
    f"{LIS}institution/person#Administrator",
)
SCHOOL_TEACHER = f"{LIS}institution/person#Instructor"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"


@pytest.mark.parametrize(
    ("roles", "part"),
    [
        ([], Role.OBSERVER),
        ([LEARNER], Role.LEARNER),
        ([INSTRUCTOR], Role.TRAINER),
        ([ADMINISTRATOR], Role.LMS_ADMINISTRATOR),
        ([f"{LIS}membership#Mentor"], Role.OBSERVER),
        ([f"{LIS}membership#ContentDeveloper"], Role.TRAINER),
        ([f"{LIS}membership#Manager"], Role.LEARNER),
        ([f"{LIS}membership/Instructor#TeachingAssistant"], Role.TRAINER),
        ([f"{LIS}membership/Learner#GuestLearner"], Role.LEARNER),
        (["Instructor"], Role.TRAINER),
        (["Learner"], Role.LEARNER),
        (["urn:lti:role:ims/lis/Instructor"], Role.TRAINER),
        ([INSTRUCTOR.replace("http:", "https:")], Role.TRAINER),
        ([LEARNER, INSTRUCTOR], Role.TRAINER),
        (["https://example.org/roles#Wizard"], Role.LEARNER),
        ([SCHOOL_TEACHER], Role.LEARNER),
        ([SCHOOL_TEACHER, LEARNER], Role.LEARNER),
        ([SYSTEM_ADMINISTRATOR], Role.LMS_ADMINISTRATOR),
        ([SCHOOL_ADMINISTRATOR], Role.LMS_ADMINISTRATOR),
        (["urn:lti:sysrole:ims/lis/SysAdmin"], Role.LMS_ADMINISTRATOR),
        ([f"{LIS}person#Administrator"], Role.LMS_ADMINISTRATOR),
        ([SYSTEM_ADMINISTRATOR, LEARNER], Role.LEARNER),
        ([SYSTEM_ADMINISTRATOR, INSTRUCTOR], Role.TRAINER),
        ([TEST_USER, INSTRUCTOR], Role.OBSERVER),
        ([f"{INSTRUCTOR}x"], Role.LEARNER),
        ([f"x{INSTRUCTOR}"], Role.LEARNER),
        ([INSTRUCTOR.replace(".", "x")], Role.LEARNER),
        ([f"{INSTRUCTOR}\n"], Role.LEARNER),
    ],
)
def test_roles_give_parts(roles: list[str], part: Role) -> None:
    assert part_of(roles) is part


@pytest.mark.parametrize(
    ("roles", "reads"),
    [
        ([], False),
        ([LEARNER], False),
        ([INSTRUCTOR], False),
        ([ADMINISTRATOR], True),
        ([SYSTEM_ADMINISTRATOR], True),
        ([SCHOOL_ADMINISTRATOR, INSTRUCTOR, SYSTEM_ADMINISTRATOR], True),  # Moodle's site administrator
        ([SYSTEM_ADMINISTRATOR, LEARNER], False),
        ([SYSTEM_ADMINISTRATOR, f"{LIS}membership#Mentor"], False),
        ([TEST_USER, ADMINISTRATOR], False),
        ([SCHOOL_TEACHER], False),
    ],
)
def test_only_administrators_who_do_not_learn_read_records(roles: list[str], *, reads: bool) -> None:
    assert reads_records(roles) is reads


ODD = (
    f"{INSTRUCTOR} ", f" {INSTRUCTOR}", INSTRUCTOR.lower(), INSTRUCTOR.upper(), f"{INSTRUCTOR}/",
    f"{INSTRUCTOR}#x", f"{INSTRUCTOR}?a=b", INSTRUCTOR.replace("Instructor", "Instruct\u043er"),
    INSTRUCTOR.replace("#", "%23"), "instructor", "INSTRUCTOR", "Instructor\u200b", "\uff29nstructor",
    "Administrator;Learner", "urn:lti:role:ims/lis/", f"{LIS}membership#", f"{LIS}membership/Instructor",
    f"{LIS}membership/Learner#Instructor", f"{LIS}system/person#User", f"{LIS}institution/person#Faculty",
    "urn:lti:instrole:ims/lis/Instructor", "urn:lti:role:ims/lis/Learner/Instructor", "",
    "ftp://purl.imsglobal.org/vocab/lis/v2/membership#Instructor",
    "https://evil.example/membership#Administrator",
)  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_odd_roles_neither_raise_a_learner_up_nor_lock_an_administrator_out(odd: str) -> None:
    assert part_of([odd, LEARNER]) is Role.LEARNER
    assert not reads_records([odd, LEARNER])
    assert part_of([ADMINISTRATOR, odd]) is Role.LMS_ADMINISTRATOR
    assert reads_records([ADMINISTRATOR, odd])
    if part_of([odd]) is Role.LEARNER and not CONTEXT_ROLE.fullmatch(odd):
        assert reads_records([SCHOOL_ADMINISTRATOR, odd])


@pytest.mark.parametrize("odd", ["Wizard", "urn:lti:role:ims/lis/Wizard", f"{LIS}membership#Wizard"])
def test_a_context_role_that_nobody_knows_does_not_lock_a_platform_administrator_out(odd: str) -> None:
    assert part_of([odd]) is Role.LEARNER
    assert part_of([odd, SCHOOL_ADMINISTRATOR]) is Role.LMS_ADMINISTRATOR
    assert reads_records([odd, SCHOOL_ADMINISTRATOR])


@pytest.mark.parametrize(
    ("roles", "overrides", "part", "reads"),
    [
        ([SCHOOL_TEACHER], {SCHOOL_TEACHER: Role.TRAINER}, Role.TRAINER, False),
        ([LEARNER, "Tutor"], {"Tutor": Role.TRAINER}, Role.TRAINER, False),
        ([INSTRUCTOR], {INSTRUCTOR: Role.OBSERVER}, Role.OBSERVER, False),
        ([INSTRUCTOR, LEARNER], {INSTRUCTOR: Role.OBSERVER}, Role.LEARNER, False),
        (["Referente"], {"Referente": Role.LMS_ADMINISTRATOR}, Role.LMS_ADMINISTRATOR, True),
        ([SCHOOL_ADMINISTRATOR], {SCHOOL_ADMINISTRATOR: Role.LEARNER}, Role.LEARNER, False),
        ([SCHOOL_ADMINISTRATOR, INSTRUCTOR], {SCHOOL_ADMINISTRATOR: Role.LEARNER}, Role.TRAINER, False),
        ([TEST_USER, "Tutor"], {"Tutor": Role.TRAINER, TEST_USER: Role.TRAINER}, Role.OBSERVER, False),
        ([], {"": Role.TRAINER}, Role.OBSERVER, False),
        (["tutor"], {"Tutor": Role.TRAINER}, Role.LEARNER, False),
    ],
)
def test_an_override_replaces_what_the_role_usually_means(
    roles: list[str], overrides: dict[str, Role], part: Role, *, reads: bool
) -> None:
    assert part_of(roles, overrides) is part
    assert reads_records(roles, overrides) is reads


@given(st.lists(st.text(max_size=60), max_size=4))
def test_unknown_roles_never_raise_a_learner_up(strangers: list[str]) -> None:
    known = {"Instructor", "Administrator", "ContentDeveloper"}
    roles = [LEARNER, *(role for role in strangers if role not in known)]
    assert part_of(roles) is Role.LEARNER
    assert not reads_records(roles)
