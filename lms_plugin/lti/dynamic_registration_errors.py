"""What can go wrong while an LMS registers itself; `about` is a host or a member for the page to name."""

from lms_plugin.errors import Refusal


class RegistrationRefusal(Refusal):
    """Nothing was registered."""

    code = "registration_refused"

    def __init__(self, about: str = "") -> None:
        super().__init__(about)
        self.about = about


class AddressRefused(RegistrationRefusal):
    """An address of the LMS is one we do not call; nothing was sent there."""

    code = "registration_address_refused"


class LmsUnreachable(RegistrationRefusal):
    """An address of the LMS does not answer, or not with what belongs there."""

    code = "registration_lms_unreachable"
    status = 502


class LmsRedirects(RegistrationRefusal):
    """An address of the LMS leads to another one; redirects are never followed."""

    code = "registration_lms_redirects"
    status = 502


class ConfigurationDenied(RegistrationRefusal):
    """The LMS does not show its configuration to our registration token (401, 403)."""

    code = "registration_configuration_denied"
    status = 502


class ConfigurationInvalid(RegistrationRefusal):
    """The OpenID configuration is not JSON, or a member is missing or of another type."""

    code = "registration_configuration_invalid"
    status = 502


class IssuerForeign(RegistrationRefusal):
    """The configuration was found at another host than its issuer's."""

    code = "registration_issuer_foreign"


class EndpointForeign(RegistrationRefusal):
    """The registration end point lies at another host than the configuration."""

    code = "registration_endpoint_foreign"


class AlgorithmNotOffered(RegistrationRefusal):
    """The LMS does not sign with RS256."""

    code = "registration_alg_not_offered"


class KeysUnusable(RegistrationRefusal):
    """The key set holds no key that could verify a launch."""

    code = "registration_keys_unusable"
    status = 502


class LmsRefused(RegistrationRefusal):
    """The LMS answered our registration with an error; `words` are its own."""

    code = "registration_refused_by_lms"
    status = 502

    def __init__(self, lms_status: int, words: tuple[str, ...]) -> None:
        super().__init__()
        self.detail = f"status {lms_status}"
        self.lms_status = lms_status
        self.words = words


class RegistrationConflict(RegistrationRefusal):
    """The client id the LMS gave is registered here already, with other addresses."""

    code = "registration_conflict"
    status = 409


class AnswerInvalid(RegistrationRefusal):
    """The LMS says that it registered us, but not under which client id."""

    code = "registration_answer_invalid"
    status = 502
