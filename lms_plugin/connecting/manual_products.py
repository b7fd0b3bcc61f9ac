"""LMSs connected by hand: what each calls our values, and what is known of its own beforehand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from flask_babel import lazy_gettext as _

from lms_plugin.lti.dynamic_registration_products import ToolFacts

Values = Mapping[str, str]
Rows = tuple[tuple[str, str], ...]  # what the LMS calls it, and the value or what to choose
CLIENT_ID = "CLIENT_ID"  # stands in an address for what only the LMS knows
CANVAS_SSO = "https://sso.canvaslms.com"
BLACKBOARD = "https://developer.blackboard.com/api/v1"


@dataclass(frozen=True, slots=True)
class ManualProduct:
    """One LMS: `labels` name our values, `fixed` and `from_root` fill its own in."""

    name: str
    title: str
    where: str  # where in the LMS
    labels: tuple[tuple[str, str], ...]
    family: str = ""  # its product_family_code
    fixed: Values = field(default_factory=dict)
    from_root: Values = field(default_factory=dict)
    give_back: str = ""  # where the LMS shows its own values

    def rows(self, tool: ToolFacts) -> Rows:
        """What to write where."""
        ours = values_of(tool)
        return tuple((label, ours.get(value, value)) for label, value in self.labels)

    def known(self, root: str) -> dict[str, str]:
        """The LMS's own values as far as they are known, with its root address or without."""
        derived = {name: root.rstrip("/") + path for name, path in self.from_root.items()} if root else {}
        return dict(self.fixed) | derived


def values_of(tool: ToolFacts) -> dict[str, str]:
    """Every value an LMS may ask for, by name."""
    return {
        "name": tool.name,
        "description": tool.description,
        "initiate_login_uri": tool.login,
        "redirect_uri": tool.launch,
        "jwks_uri": tool.jwks,
        "target_link_uri": tool.start,
        "deep_linking_uri": tool.launch,
        "domain": tool.domain,
        "origin": tool.public_url,
        "icon_uri": tool.icon,
        "policy_uri": f"{tool.public_url}/privacy",
        "canvas_json": f"{tool.public_url}/lti/canvas.json",
    }


MOODLE = ManualProduct(
    "moodle",
    "Moodle",
    _(
        "Amministrazione del sito, Plugin, Tool esterno, Gestione tool, «Configura uno strumento"
        " manualmente»."
    ),
    (
        ("Tool name", "name"),
        ("Tool URL", "target_link_uri"),
        ("LTI version", "LTI 1.3"),
        ("Public key type", "Keyset URL"),
        ("Public keyset", "jwks_uri"),
        ("Initiate login URL", "initiate_login_uri"),
        ("Redirection URI(s)", "redirect_uri"),
        ("Supports Deep Linking (Content-Item Message)", "✓"),
        ("Content Selection URL", "deep_linking_uri"),
        ("IMS LTI Assignment and Grade Services", "Use this service for grade sync and column management"),
        ("IMS LTI Names and Role Provisioning", "Use this service to retrieve members' information"),
        ("Share launcher's name with tool", "Always"),
        ("Share launcher's email with tool", "Never"),
    ),
    family="moodle",
    from_root={
        "issuer": "",
        "auth_login_url": "/mod/lti/auth.php",
        "auth_token_url": "/mod/lti/token.php",
        "jwks_url": "/mod/lti/certs.php",
    },
    give_back=_(
        "Nell'elenco degli strumenti, l'icona «Visualizza dettagli della configurazione» mostra tutto."
    ),
)
CANVAS = ManualProduct(
    "canvas",
    "Canvas",
    _("Amministrazione, Developer Keys, «+ Developer Key», «+ LTI Key», metodo «Enter URL»."),
    (
        ("JSON URL", "canvas_json"),
        ("Redirect URIs", "redirect_uri"),
        ("Title", "name"),
        ("Target Link URI", "target_link_uri"),
        ("OpenID Connect Initiation Url", "initiate_login_uri"),
        ("JWK Method", "Public JWK URL"),
        ("Public JWK URL", "jwks_uri"),
    ),
    family="canvas",
    fixed={
        "issuer": "https://canvas.instructure.com",
        "auth_login_url": f"{CANVAS_SSO}/api/lti/authorize_redirect",
        "auth_token_url": "https://canvas.instructure.com/login/oauth2/token",
        "jwks_url": f"{CANVAS_SSO}/api/lti/security/jwks",
    },
    give_back=_(
        "Il client id è il numero nella colonna «Details» delle Developer Keys; il deployment id si legge"
        " nelle impostazioni dell'app installata. Con Canvas installato in proprio correggi gli indirizzi."
    ),
)
BLACKBOARD_LEARN = ManualProduct(
    "blackboard",
    "Blackboard",
    _("Nel portale developer.blackboard.com registra l'applicazione con «My integrations supports LTI 1.3»."),
    (
        ("Application Name", "name"),
        ("Domain(s)", "domain"),
        ("Login Initiation URL", "initiate_login_uri"),
        ("Tool Redirect URL(s)", "redirect_uri"),
        ("Tool JWKS URL", "jwks_uri"),
        ("Signing Algorithm", "RS256"),
        ("Target Link URI (Deep Linking content tool)", "deep_linking_uri"),
        ("Target Link URI (Course tool)", "target_link_uri"),
    ),
    family="BlackboardLearn",
    fixed={
        "issuer": "https://blackboard.com",
        "auth_login_url": f"{BLACKBOARD}/gateway/oidcauth",
        "auth_token_url": f"{BLACKBOARD}/gateway/oauth2/jwttoken",
        "jwks_url": f"{BLACKBOARD}/management/applications/{CLIENT_ID}/jwks.json",
    },
    give_back=_(
        "Il portale mostra l'Application ID, che è il client id per tutte le istituzioni; il deployment id"
        " si legge in Learn, Provider di strumenti LTI."
    ),
)
BRIGHTSPACE = ManualProduct(
    "brightspace",
    "Brightspace (D2L)",
    _(
        "Strumenti di amministrazione, Gestisci estensibilità, LTI Advantage, «Registra strumento»,"
        " «Standard»."
    ),
    (
        ("Name", "name"),
        ("Domain", "origin"),
        ("Redirect URLs", "redirect_uri"),
        ("OpenID Connect Login URL", "initiate_login_uri"),
        ("Target Link URI", "target_link_uri"),
        ("Keyset URL", "jwks_uri"),
        ("Extensions", "Assignment and Grade Services, Deep Linking, Names and Role Provisioning Services"),
        ("Security settings (deployment)", "Org Unit Information, User Information (Name), Link Information"),
    ),
    family="desire2learn",
    fixed={
        "auth_token_url": "https://auth.brightspace.com/core/connect/token",
        "token_audience": "https://api.brightspace.com/auth/token",
    },
    from_root={
        "issuer": "",
        "auth_login_url": "/d2l/lti/authenticate",
        "jwks_url": "/d2l/.well-known/jwks",
    },
    give_back=_(
        "Brightspace mostra i suoi valori subito dopo la registrazione; il deployment id nasce con il"
        " deployment."
    ),
)
OPEN_EDX = ManualProduct(
    "openedx",
    "Open edX",
    _("In Studio aggiungi un componente «LTI Consumer» e aprine le impostazioni, versione LTI 1.3."),
    (
        ("LTI Version", "LTI 1.3"),
        ("Tool Launch URL", "target_link_uri"),
        ("Registered Redirect URIs", "redirect_uri"),
        ("Tool Initiate Login URL", "initiate_login_uri"),
        ("Tool Public Key Mode", "Keyset URL"),
        ("Tool Keyset URL", "jwks_uri"),
        ("Enable LTI NRPS", "True"),
        ("Deep linking", "True"),
        ("Deep Linking Launch URL", "deep_linking_uri"),
        ("LTI Assignment and Grades Service", "Allow tools to submit grades only (declarative)"),
        ("Scored", "True"),
        ("Request user's full name", "True"),
    ),
    family="OpenedX",
    fixed={"deployment_ids": "1"},
    from_root={"issuer": "", "auth_login_url": "/api/lti_consumer/v1/launch/"},
    give_back=_(
        "Dopo il salvataggio il componente mostra client id, indirizzo del token e delle chiavi (keyset)."
    ),
)
SAKAI = ManualProduct(
    "sakai",
    "Sakai",
    _("Strumenti esterni, «Installa strumento LTI 1.3»."),
    (
        ("Tool Title", "name"),
        ("Tool Launch URL", "target_link_uri"),
        ("LTI 1.3 Tool OpenID Connect/Initialization Endpoint", "initiate_login_uri"),
        ("LTI 1.3 Tool Redirect Endpoint(s)", "redirect_uri"),
        ("LTI 1.3 Tool Keyset URL", "jwks_uri"),
        ("Supports Deep Linking", "✓"),
        ("Send User Names to External Tool", "✓"),
        ("Allow External Tool to return grades", "✓"),
        ("Allow External Tool to create grade columns", "✓"),
        ("Provide Roster to External Tool", "✓"),
    ),
    family="sakai",
    fixed={"deployment_ids": "1"},
    from_root={
        "issuer": "",
        "auth_login_url": "/imsoidc/lti13/oidc_auth",
        "jwks_url": "/imsblis/lti13/keyset",
    },
    give_back=_(
        "Sakai mostra client id, deployment id e gli indirizzi nella pagina dello strumento installato."
    ),
)
OTHER = ManualProduct(
    "other",
    _("Altro LMS"),
    _("Dove l'LMS registra uno strumento esterno LTI 1.3."),
    (
        ("Tool name", "name"),
        ("Target link URI, Launch URL", "target_link_uri"),
        ("OIDC initiate login URL", "initiate_login_uri"),
        ("Redirect URI", "redirect_uri"),
        ("JWKS URL, public key set", "jwks_uri"),
        ("Deep linking URL", "deep_linking_uri"),
        ("Domain", "domain"),
        ("Logo, icon", "icon_uri"),
        ("Privacy policy", "policy_uri"),
    ),
    give_back=_("L'LMS deve mostrare issuer, client id, deployment id e i tre indirizzi qui sotto."),
)
PRODUCTS: Mapping[str, ManualProduct] = MappingProxyType(
    {each.name: each for each in (MOODLE, CANVAS, BLACKBOARD_LEARN, BRIGHTSPACE, OPEN_EDX, SAKAI, OTHER)}
)
