"""The addresses an LMS may launch: /programmes/…, /secretariat; /lti/launch, /lti/deep-linking for all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from course_content.programme import Programme
from lms_plugin.lti.errors import ModuleUnavailable
from lms_plugin.lti.known import KnownPlatform
from lms_plugin.lti.origins import origins_of
from lms_plugin.lti.return_addresses import is_own_address
from lms_plugin.lti.targets import Target, TargetKind

ACTIVITY_PATH = re.compile(
    r"/programmes/(?P<programme>[A-Za-z0-9_-]+)"
    r"(?:/modules/(?P<module>[A-Za-z0-9_-]+)|/webinars/(?P<webinar>[A-Za-z0-9_-]+)"
    r"|/(?P<calendar>calendar)|/(?P<final>final-assessment))?"
)
FIXED = {
    "/secretariat": Target(TargetKind.SECRETARIAT),
    "/lti/launch": Target(TargetKind.GENERIC),
    "/lti/deep-linking": Target(TargetKind.GENERIC),
    "/lti/self-test": Target(TargetKind.SELF_TEST),
}
# Custom parameters that decide where a generic address leads.
CUSTOM_PROGRAMME, CUSTOM_ACTIVITY = "programme", "activity"


@dataclass(frozen=True, slots=True)
class ProgrammeTargets:
    """Knows our addresses from the public URL and the programmes on offer."""

    public_url: str
    programmes: Mapping[str, Programme]
    trusted_hosts: frozenset[str] = frozenset()

    def find(self, uri: str) -> Target | None:
        """The target at exactly this address; None for any other site, page or spelling."""
        if not uri.startswith(f"{self.public_url}/"):
            return None
        path = uri.removeprefix(self.public_url)
        found = ACTIVITY_PATH.fullmatch(path)
        return self._activity(found) if found else FIXED.get(path)

    def _activity(self, found: re.Match[str]) -> Target | None:
        programme = self.programmes.get(found["programme"])
        if programme is None:
            return None
        if found["final"]:
            final = programme.final_assessment
            return named_activity(programme, final.id) if final else None
        activity_id = found["module"] or found["webinar"]
        if found["calendar"]:
            return Target(TargetKind.CALENDAR, programme.id)
        if activity_id is None:
            return Target(TargetKind.PROGRAMME, programme.id)
        target = named_activity(programme, activity_id)
        wanted = TargetKind.MODULE if found["module"] else TargetKind.WEBINAR
        return target if target is not None and target.kind is wanted else None

    def takes_answers(self, platform: KnownPlatform, product_family: str, address: str) -> bool:
        """Whether this address belongs to the LMS, so that our answer may be sent there."""
        return is_own_address(address, origins_of(platform), product_family, self.trusted_hosts)

    def settle(self, target: Target, custom: Mapping[str, str]) -> Target:
        """The activity to open, never generic; raises ModuleUnavailable."""
        if target.kind is TargetKind.GENERIC:
            target = self._chosen(custom)
        if target.kind is TargetKind.MODULE:
            self._require_ready(target)
        return target

    def _chosen(self, custom: Mapping[str, str]) -> Target:
        activity_id, programme_id = custom.get(CUSTOM_ACTIVITY, ""), custom.get(CUSTOM_PROGRAMME, "")
        offered = [each for each in self.programmes.values() if programme_id in {"", each.id}]
        if activity_id:
            found = [target for each in offered if (target := named_activity(each, activity_id))]
        else:
            found = [Target(TargetKind.PROGRAMME, each.id) for each in offered]
        if len(found) != 1:
            raise ModuleUnavailable("the custom parameters name no activity, or several")
        return found[0]

    def _require_ready(self, target: Target) -> None:
        if not self.programmes[target.programme_id].module(target.activity_id).ready:
            raise ModuleUnavailable("in preparation")


def named_activity(programme: Programme, activity_id: str) -> Target | None:
    """The module, webinar or final assessment of this id."""
    if programme.final_assessment is not None and programme.final_assessment.id == activity_id:
        return Target(TargetKind.FINAL_ASSESSMENT, programme.id, activity_id)
    if any(module.id == activity_id for module in programme.modules):
        return Target(TargetKind.MODULE, programme.id, activity_id)
    if any(webinar.id == activity_id for webinar in programme.webinars):
        return Target(TargetKind.WEBINAR, programme.id, activity_id)
    return None
