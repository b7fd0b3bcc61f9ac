"""The protocol end points a browser or tool meets at a launch: authorization, key set, configuration."""

from flask import Blueprint, Response, jsonify, make_response, render_template, request

from lms_plugin.rehearsal import authentication
from lms_plugin.rehearsal.drafting import NoEarlierLaunch
from lms_plugin.rehearsal.failing import failing
from lms_plugin.rehearsal.here import here
from lms_plugin.rehearsal.registration import RegistrationRefused, require_token
from lms_plugin.rehearsal.vocabulary import (
    DEEP_LINKING_REQUEST,
    PLATFORM_CONFIGURATION,
    RESOURCE_LINK_REQUEST,
    SERVICE_SCOPES,
)

oidc = Blueprint("oidc", __name__)


@oidc.route("/auth", methods=["GET", "POST"])
def authorize() -> str | tuple[str, int]:
    """OIDC authorization end point: always answers with a form to be posted, or a page when it must not."""
    try:
        response = authentication.answer(here(), request.values.to_dict())
    except (authentication.RefusedRequest, NoEarlierLaunch) as error:
        return render_template("problem.html", code=400, detail=str(error)), 400
    return render_template("post_form.html", action=response.redirect_uri, fields=response.form)


@oidc.get("/jwks.json")
@failing("jwks")
def jwks() -> Response:
    answer = jsonify(here().keys.jwks())
    answer.cache_control.max_age = 300
    return answer


@oidc.get("/.well-known/openid-configuration")
def openid_configuration() -> Response:
    """OpenID configuration with the LTI platform part (LTI Dynamic Registration 1.0 §2.1)."""
    installation = here()
    url, profile = installation.settings.url, installation.profile
    if profile.configuration_needs_token:
        try:
            require_token(installation)
        except RegistrationRefused:
            return make_response(jsonify(errors=[{"message": "registration token required"}]), 401)
    document: dict[str, object] = {
        "issuer": installation.issuer,
        "authorization_endpoint": f"{url}/auth",
        "token_endpoint": installation.token_url,
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "jwks_uri": f"{url}/jwks.json",
        "registration_endpoint": f"{url}/registration",
        "scopes_supported": ["openid", *SERVICE_SCOPES],
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["iss", "sub", "name", "given_name", "family_name", "email", "locale"],
        PLATFORM_CONFIGURATION: {
            "product_family_code": profile.family,
            "version": profile.version,
            "messages_supported": [
                {"type": RESOURCE_LINK_REQUEST},
                {"type": DEEP_LINKING_REQUEST, "placements": ["ContentArea"]},
            ],
            "variables": [],
        },
    }
    if profile.assertion_audience:
        document["authorization_server"] = profile.assertion_audience
    return jsonify(document)
