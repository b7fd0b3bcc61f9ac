"""The identifiers of LTI Advantage that the practice LMS writes: claims, scopes, roles, media types."""

from typing import Final

CLAIM: Final = "https://purl.imsglobal.org/spec/lti/claim/"
DL_CLAIM: Final = "https://purl.imsglobal.org/spec/lti-dl/claim/"
AGS_ENDPOINT_CLAIM: Final = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS_CLAIM: Final = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
PLATFORM_CONFIGURATION: Final = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOOL_CONFIGURATION: Final = "https://purl.imsglobal.org/spec/lti-tool-configuration"

RESOURCE_LINK_REQUEST: Final = "LtiResourceLinkRequest"
DEEP_LINKING_REQUEST: Final = "LtiDeepLinkingRequest"
SUBMISSION_REVIEW_REQUEST: Final = "LtiSubmissionReviewRequest"
DEEP_LINKING_RESPONSE: Final = "LtiDeepLinkingResponse"
LTI_VERSION: Final = "1.3.0"

_AGS_SCOPE: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/"
LINE_ITEM_SCOPE: Final = f"{_AGS_SCOPE}lineitem"
LINE_ITEM_READ_SCOPE: Final = f"{_AGS_SCOPE}lineitem.readonly"
RESULT_SCOPE: Final = f"{_AGS_SCOPE}result.readonly"
SCORE_SCOPE: Final = f"{_AGS_SCOPE}score"
ROSTER_SCOPE: Final = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
AGS_SCOPES: Final = (LINE_ITEM_SCOPE, LINE_ITEM_READ_SCOPE, RESULT_SCOPE, SCORE_SCOPE)
SERVICE_SCOPES: Final = (*AGS_SCOPES, ROSTER_SCOPE)

LINE_ITEM_TYPE: Final = "application/vnd.ims.lis.v2.lineitem+json"
LINE_ITEMS_TYPE: Final = "application/vnd.ims.lis.v2.lineitemcontainer+json"
SCORE_TYPE: Final = "application/vnd.ims.lis.v1.score+json"
RESULTS_TYPE: Final = "application/vnd.ims.lis.v2.resultcontainer+json"
ROSTER_TYPE: Final = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"

_LIS: Final = "http://purl.imsglobal.org/vocab/lis/v2/"
LEARNER_ROLE: Final = f"{_LIS}membership#Learner"
INSTRUCTOR_ROLE: Final = f"{_LIS}membership#Instructor"
CONTEXT_ADMINISTRATOR_ROLE: Final = f"{_LIS}membership#Administrator"
SYSTEM_ADMINISTRATOR_ROLE: Final = f"{_LIS}system/person#Administrator"
COURSE_OFFERING: Final = f"{_LIS}course#CourseOffering"

ACTIVITY_PROGRESS: Final = ("Initialized", "Started", "InProgress", "Submitted", "Completed")
GRADING_PROGRESS: Final = ("FullyGraded", "Pending", "PendingManual", "Failed", "NotReady")
ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
