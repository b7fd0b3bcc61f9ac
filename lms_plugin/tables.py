"""Every table of the application in one list, for the migrations."""

from lms_plugin.delivery.forwarding.tables import ForwardingLetter, ForwardingTarget
from lms_plugin.launching.picking_table import PickingRequest
from lms_plugin.lrs.credential import LrsCredential
from lms_plugin.lti.invitations import RegistrationInvitation
from lms_plugin.lti.launch_report import LaunchReport
from lms_plugin.lti.parking import ParkedLaunch
from lms_plugin.lti.platform import Deployment, LtiContext, Placement, Platform, ResourceLink
from lms_plugin.lti.protocol_state import AccessToken, FetchedKeySet, ToolKey
from lms_plugin.lti.role_overrides import RoleOverride
from lms_plugin.lti.submission_review import SubmissionReview
from lms_plugin.people.learner import Learner
from lms_plugin.people.staff import Staff, StaffInvitation
from lms_plugin.proofs.tables import (
    Erasure,
    KeptForm,
    PersonSecret,
    ProofDay,
    ProofKey,
    ProofLeaf,
    ProofNode,
)
from lms_plugin.records.attachment import Attachment, StatementAttachment
from lms_plugin.records.completion import Completion
from lms_plugin.records.document import Document
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.late_statement import LateStatement
from lms_plugin.records.outbox import DeliveryAttempt, OutboxItem
from lms_plugin.records.statement import (
    Activity,
    Agent,
    AgentName,
    Statement,
    StatementActivity,
    StatementAgent,
)
from lms_plugin.records.statement_unlocking import StatementUnlock
from lms_plugin.rosters.tables import CourseRoster, Membership, RosterSync
from lms_plugin.web.visit_table import Visit, VisitTicket
from lms_plugin.webinars.booking import JoinTicket, WebinarBooking, WebinarSitting

TABLES = (
    AccessToken,
    Activity,
    Agent,
    AgentName,
    Attachment,
    Completion,
    CourseRoster,
    DeliveryAttempt,
    Deployment,
    Document,
    Erasure,
    Evidence,
    FetchedKeySet,
    ForwardingLetter,
    ForwardingTarget,
    JoinTicket,
    LateStatement,
    LaunchReport,
    KeptForm,
    Learner,
    LrsCredential,
    LtiContext,
    Membership,
    OutboxItem,
    PersonSecret,
    PickingRequest,
    Placement,
    ParkedLaunch,
    Platform,
    ProofDay,
    ProofKey,
    ProofLeaf,
    ProofNode,
    RegistrationInvitation,
    ResourceLink,
    RosterSync,
    RoleOverride,
    Staff,
    StaffInvitation,
    Statement,
    StatementActivity,
    StatementAgent,
    StatementUnlock,
    StatementAttachment,
    SubmissionReview,
    ToolKey,
    Visit,
    VisitTicket,
    WebinarBooking,
    WebinarSitting,
)
