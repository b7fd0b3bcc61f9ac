"""The parts a visitor can play."""

from enum import StrEnum


class Role(StrEnum):
    """One part, from an LMS launch (first four) or from the secretariat's own sign-in (last three)."""

    LEARNER = "learner"
    TRAINER = "trainer"
    OBSERVER = "observer"
    LMS_ADMINISTRATOR = "lms_administrator"
    SECRETARY = "secretary"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


STAFF_ROLES = frozenset({Role.SECRETARY, Role.AUDITOR, Role.ADMINISTRATOR})
# An LMS administrator reads the records of the own deployment only.
RECORD_READERS = STAFF_ROLES | {Role.LMS_ADMINISTRATOR}
EVERYBODY = frozenset(Role)
LAUNCHED_ROLES = EVERYBODY - STAFF_ROLES
# Those who put activities in a course and look at what its learners hand in.
COURSE_STAFF = frozenset({Role.TRAINER, Role.LMS_ADMINISTRATOR})
