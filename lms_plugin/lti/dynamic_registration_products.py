"""What we tell an LMS about ourselves (LTI Dynamic Registration 1.0 §3.6): one small class per product."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlsplit

from lms_plugin.lti.dynamic_registration_reading import PlatformConfiguration

TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
RESOURCE_LINK, DEEP_LINKING = "LtiResourceLinkRequest", "LtiDeepLinkingRequest"
AGS, NRPS = (
    "https://purl.imsglobal.org/spec/lti-ags/scope/",
    "https://purl.imsglobal.org/spec/lti-nrps/scope/",
)
# The least we need: one grade column per activity, its score, what the LMS kept of it, who is enrolled.
SCOPES = (f"{AGS}lineitem", f"{AGS}score", f"{AGS}result.readonly", f"{NRPS}contextmembership.readonly")
CANVAS = "https://canvas.instructure.com/lti/"
Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ToolFacts:
    """Our own addresses and names; `start` is what opens when nobody chose an activity."""

    public_url: str
    start: str
    name: str = "CO-AliZIONE Formazione"
    description: str = "Moduli, webinar e registro per la formazione dei Comuni."

    @property
    def login(self) -> str:
        """Where an LMS begins a launch."""
        return f"{self.public_url}/lti/login"

    @property
    def launch(self) -> str:
        """The one redirection URI."""
        return f"{self.public_url}/lti/launch"

    @property
    def jwks(self) -> str:
        """Our public keys."""
        return f"{self.public_url}/lti/jwks.json"

    @property
    def icon(self) -> str:
        """A picture for menus."""
        return f"{self.public_url}/static/icon.svg"

    @property
    def domain(self) -> str:
        """Host, with its port if it has one; no scheme."""
        return urlsplit(self.public_url).netloc


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What an administrator lets the LMS tell us of a person, beside an id."""

    name: bool = True
    email: bool = False

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims asked for (OIDC Core §5.1); LMSs know a name under any of three."""
        names = ("name", "given_name", "family_name") if self.name else ()
        return ("iss", "sub", *names, *(("email",) if self.email else ()))


class Product:
    """The specification read strictly; subclasses change only what the LMS they name wants otherwise."""

    name: ClassVar[str] = "strict"
    families: ClassVar[tuple[str, ...]] = ()
    # Whether the LMS's administrator must still switch the tool on over there.
    activates_there: ClassVar[bool] = False
    # Whether the page that frames us is of another origin than the OpenID configuration.
    framed_by_others: ClassVar[bool] = False

    def scopes(self, offered: Sequence[str]) -> tuple[str, ...]:
        """Those of ours that the LMS offers; all when it does not say."""
        return tuple(scope for scope in SCOPES if not offered or scope in offered)

    def messages(self, tool: ToolFacts, platform: PlatformConfiguration) -> list[Message]:
        """What we answer: an activity opened, activities chosen."""
        del platform
        return [self.opening(tool), self.choosing(tool)]

    def opening(self, tool: ToolFacts, **more: Any) -> Message:
        """A message that opens the programme."""
        return {"type": RESOURCE_LINK, "target_link_uri": tool.start, "label": tool.name, **more}

    def choosing(self, tool: ToolFacts, **more: Any) -> Message:
        """A message that chooses activities (Deep Linking 2.0)."""
        label = "Scegli le attività di CO-AliZIONE"
        return {"type": DEEP_LINKING, "target_link_uri": tool.launch, "label": label, **more}

    def extensions(self, personal: PersonalData) -> Mapping[str, Any]:
        """Members of the tool configuration that only this product knows."""
        del personal
        return {}

    def registration(
        self, tool: ToolFacts, platform: PlatformConfiguration, personal: PersonalData
    ) -> dict[str, Any]:
        """The whole body that is posted to the registration end point."""
        return {
            "application_type": "web",
            "grant_types": ["client_credentials", "implicit"],
            "response_types": ["id_token"],
            "redirect_uris": [tool.launch],
            "initiate_login_uri": tool.login,
            "client_name": tool.name,
            "client_name#it": tool.name,
            "jwks_uri": tool.jwks,
            "logo_uri": tool.icon,
            "token_endpoint_auth_method": "private_key_jwt",
            "client_uri": tool.public_url,
            "policy_uri": f"{tool.public_url}/privacy",
            "scope": " ".join(self.scopes(platform.scopes)),
            TOOL_CONFIGURATION: {
                "domain": tool.domain,
                "target_link_uri": tool.start,
                "description": tool.description,
                "custom_parameters": {},
                "claims": list(personal.claims),
                "messages": self.messages(tool, platform),
                **self.extensions(personal),
            },
        }


class Moodle(Product):
    """Moodle from 3.10: keeps one deep-linking message, the last; the tool waits to be activated."""

    name = "moodle"
    families = ("moodle", "totara")
    activates_there = True


class Canvas(Product):
    """Canvas: each place in its pages is named, and privacy is a level instead of claims."""

    name = "canvas"
    families = ("canvas",)
    activates_there = True
    framed_by_others = True
    choosing_places: ClassVar[tuple[str, ...]] = ("assignment_selection", "link_selection", "editor_button")

    def messages(self, tool: ToolFacts, platform: PlatformConfiguration) -> list[Message]:
        """The programme in the course menu, the records for administrators, the chooser in three places."""
        del platform
        course = self.opening(
            tool, placements=["course_navigation"], **{f"{CANVAS}course_navigation/default_enabled": False}
        )
        records = {
            "type": RESOURCE_LINK,
            "target_link_uri": f"{tool.public_url}/secretariat",
            "label": "CO-AliZIONE: registro",
            "placements": ["account_navigation"],
            f"{CANVAS}visibility": "admins",
        }
        chooser = self.choosing(tool, placements=list(self.choosing_places), icon_uri=tool.icon)
        return [course, records, chooser]

    def extensions(self, personal: PersonalData) -> Mapping[str, Any]:
        """Canvas's own names."""
        return {
            f"{CANVAS}privacy_level": privacy_level(personal),
            f"{CANVAS}tool_id": "co-alizione",
            f"{CANVAS}vendor": "CO-AliZIONE",
        }


class Brightspace(Product):
    """D2L Brightspace: offers its places by name, and refuses messages for places that it does not have."""

    name = "brightspace"
    families = ("desire2learn", "brightspace", "d2l")
    activates_there = True

    def messages(self, tool: ToolFacts, platform: PlatformConfiguration) -> list[Message]:
        """The chooser names the places that this installation offers."""
        places = [place for place in ("ContentArea", "RichTextEditor") if place in platform.placements]
        return [self.opening(tool), self.choosing(tool, **({"placements": places} if places else {}))]


class Blackboard(Product):
    """Blackboard: registered once for the world in its developer portal; it knows no optional documents."""

    name = "blackboard"
    families = ("blackboardlearn", "blackboard")
    activates_there = True

    def registration(
        self, tool: ToolFacts, platform: PlatformConfiguration, personal: PersonalData
    ) -> dict[str, Any]:
        """Without members in several languages, which its portal takes for unknown ones."""
        body = super().registration(tool, platform, personal)
        return {name: value for name, value in body.items() if "#" not in name}


class Sakai(Product):
    """Sakai: of several deep-linking messages the first counts, so the chooser stands first."""

    name = "sakai"
    families = ("sakai", "sakailms.org")

    def messages(self, tool: ToolFacts, platform: PlatformConfiguration) -> list[Message]:
        """The chooser first."""
        del platform
        return [self.choosing(tool), self.opening(tool)]


PRODUCTS = (Moodle(), Canvas(), Brightspace(), Blackboard(), Sakai())
STRICT = Product()


def product_of(family: str) -> Product:
    """The product behind a product_family_code, whatever its capitals; the strict one when unknown."""
    wanted = family.lower()
    return next((product for product in PRODUCTS if wanted in product.families), STRICT)


def privacy_level(personal: PersonalData) -> str:
    """What Canvas calls this choice."""
    levels = {(True, True): "public", (True, False): "name_only", (False, True): "email_only"}
    return levels.get((personal.name, personal.email), "anonymous")
