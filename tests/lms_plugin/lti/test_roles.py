"""Which part a role of the LMS gives, and that none raises a learner up by accident."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_plugin.lti.roles import part_of, reads_records
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
        (["urn:lti:sysrole:ims/lis/SysAdmin"], Role.LEARNER),
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


@given(st.lists(st.text(max_size=60), max_size=4))
def test_unknown_roles_never_raise_a_learner_up(strangers: list[str]) -> None:
    known = {"Instructor", "Administrator", "ContentDeveloper"}
    roles = [LEARNER, *(role for role in strangers if role not in known)]
    assert part_of(roles) is Role.LEARNER
    assert not reads_records(roles)
