"""One exception class for each way an LTI message can be wrong, in the order of the checks (docs/lti.md)."""

from lms_plugin.errors import Refusal


class LtiRefusal(Refusal):
    """A message of an LMS that we do not accept."""

    code = "lti_refused"


# Login initiation


class LoginMalformed(LtiRefusal):
    """A parameter of the login initiation is missing, repeated, too long or not text."""

    code = "login_malformed"


class PlatformUnknown(LtiRefusal):
    """No registration has this issuer and client id."""

    code = "platform_unknown"


class PlatformAmbiguous(LtiRefusal):
    """The LMS sent no client id and several registrations share its issuer."""

    code = "platform_ambiguous"


class TargetLinkUnknown(LtiRefusal):
    """`target_link_uri` is not the address of an activity of ours."""

    code = "target_link_unknown"


# Launch, checks 1 to 18


class MalformedResponse(LtiRefusal):
    """1: `id_token` or `state` is missing or is not what it should be."""

    code = "malformed_response"


class StateUnknown(LtiRefusal):
    """2: we never issued this state."""

    code = "state_unknown"


class StateExpired(LtiRefusal):
    """2: the launch took longer than ten minutes."""

    code = "state_expired"


class StateReplayed(LtiRefusal):
    """2: this launch was already used."""

    code = "state_replayed"


class StateNotBound(LtiRefusal):
    """3: the browser did not bring back the cookie of its login."""

    code = "state_not_bound"


class NoLongerWaiting(LtiRefusal):
    """3: the message that waited for its browser is not there: taken already, or over after two minutes."""

    code = "launch_not_waiting"


class AlgorithmNotAllowed(LtiRefusal):
    """4: not signed with RS256, or the header brings a key of its own."""

    code = "alg_not_allowed"
    status = 401


class KidMissing(LtiRefusal):
    """4: the header does not say which key signed."""

    code = "kid_missing"
    status = 401


class IssuerMismatch(LtiRefusal):
    """5: issued by another LMS than the one that began the login."""

    code = "issuer_mismatch"
    status = 401


class RegistrationSuspended(LtiRefusal):
    """5: this registration has been suspended here."""

    code = "registration_suspended"
    status = 401


class RegistrationPending(LtiRefusal):
    """5: this registration waits until an administrator of ours approves it (also at login initiation)."""

    code = "registration_pending"
    status = 403


class KeyNotFound(LtiRefusal):
    """6: the LMS publishes no usable key of this name."""

    code = "key_not_found"
    status = 401


class JwksUnavailable(LtiRefusal):
    """6: the keys of the LMS cannot be fetched."""

    code = "jwks_unavailable"
    status = 502


class BadSignature(LtiRefusal):
    """6: the signature is not by the key it names."""

    code = "bad_signature"
    status = 401


class AudienceMismatch(LtiRefusal):
    """7: not, or not only, for us."""

    code = "audience_mismatch"
    status = 401


class AuthorizedPartyMismatch(LtiRefusal):
    """8: `azp` is missing beside several audiences, or is somebody else."""

    code = "azp_mismatch"
    status = 401


class TokenExpired(LtiRefusal):
    """9: `exp` has passed or is missing."""

    code = "token_expired"
    status = 401


class TokenNotYetValid(LtiRefusal):
    """10: `iat` or `nbf` lies ahead, or `iat` is missing."""

    code = "token_not_yet_valid"
    status = 401


class TokenTooOld(LtiRefusal):
    """10: issued more than ten minutes ago."""

    code = "token_too_old"
    status = 401


class NonceMismatch(LtiRefusal):
    """11: the nonce is not the one sent with this state."""

    code = "nonce_mismatch"
    status = 401


class NonceReplayed(LtiRefusal):
    """11: another request with the same message was faster."""

    code = "nonce_replayed"
    status = 401


class VersionUnsupported(LtiRefusal):
    """12: not LTI 1.3.0."""

    code = "version_unsupported"


class MessageTypeUnsupported(LtiRefusal):
    """13: a kind of message that we do not serve."""

    code = "message_type_unsupported"


class DeploymentUnknown(LtiRefusal):
    """14: no deployment is named, or another than at login."""

    code = "deployment_unknown"
    status = 403


class DeploymentPending(LtiRefusal):
    """14: a new deployment of a known registration waits for our administrator."""

    code = "deployment_pending"
    status = 403


class DeploymentSuspended(LtiRefusal):
    """14: this deployment has been suspended here."""

    code = "deployment_suspended"
    status = 403


class TargetLinkMismatch(LtiRefusal):
    """15: another target than at login, or none of ours."""

    code = "target_link_mismatch"


class ClaimMissing(LtiRefusal):
    """16: a claim that this message needs is missing; `detail` names it."""

    code = "claim_missing"


class ClaimInvalid(LtiRefusal):
    """16: a claim has the wrong type or length; `detail` names it."""

    code = "claim_invalid"


class ReturnUrlForeign(LtiRefusal):
    """16: the deep linking answer is wanted at an address that does not belong to the LMS."""

    code = "return_url_foreign"


class SubjectMissing(LtiRefusal):
    """17: the message does not say who the person is."""

    code = "sub_missing"


class ForbiddenRole(LtiRefusal):
    """18: the person's part in the LMS does not open this page."""

    code = "forbidden_role"
    status = 403


class ModuleUnavailable(LtiRefusal):
    """18: the activity does not exist or is not ready yet."""

    code = "module_unavailable"
    status = 403
