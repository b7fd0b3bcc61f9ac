"""The vocabulary as an xAPI Profile: the JSON-LD document of one version.

Specification 1.0 (https://w3id.org/xapi/profiles#1.0), Structure 6 to 9. Concepts of published profiles
are used by their IRI and not defined again, as Structure 7.0 asks; only our extensions are ours.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from course_content.patterns import Pattern, patterns_of
from course_content.profile import (
    ACTIVITY_TYPES,
    ATTENDED,
    PROFILE_TYPE,
    extension_iri,
    profile_iri,
    profile_version_iri,
)
from course_content.programme import LanguageMap
from course_content.template_rules import Rule
from course_content.templates import Template, templates_of

CONTEXT = "https://w3id.org/xapi/profiles/context"
CONFORMS_TO = "https://w3id.org/xapi/profiles#1.0"
NAME: LanguageMap = {
    "it": "Profilo xAPI di CO-AliZIONE Formazione",
    "en": "CO-AliZIONE Formazione xAPI Profile",
}
PURPOSE: LanguageMap = {
    "it": "Come i programmi di formazione dicono in xAPI ciò che una persona ha fatto: lezioni, verifiche,"
    " moduli, webinar, giornate in presenza, attestati.",
    "en": "How training programmes say in xAPI what a person did: lessons, assessments, modules, webinars,"
    " in-person sessions, certificates.",
}


@dataclass(frozen=True)
class Version:
    """One version of the profile; each is a revision of the one before."""

    number: int
    generated_at: str


VERSIONS = (Version(1, "2026-11-23T00:00:00Z"), Version(2, "2026-11-25T00:00:00Z"))


@dataclass(frozen=True)
class Extension:
    """A context extension of ours; `schema` is the JSON Schema of its value."""

    name: str
    label: LanguageMap
    definition: LanguageMap
    schema: Mapping[str, Any]
    verbs: tuple[str, ...] = ()


_LTI_MEMBERS = ("iss", "client_id", "deployment_id", "context_id", "resource_link_id")
EXTENSIONS = (
    Extension(
        "lti",
        {"it": "Origine LTI", "en": "LTI origin"},
        {
            "it": "Da quale registrazione, installazione, corso e collegamento di una piattaforma (LMS) la"
            " persona è arrivata. Nessun dato della persona.",
            "en": "From which registration, deployment, context and resource link of an LMS the person came."
            " Nothing about the person.",
        },
        {
            "type": "object",
            "properties": {name: {"type": "string"} for name in _LTI_MEMBERS},
            "required": ["iss", "client_id", "deployment_id"],
            "additionalProperties": False,
        },
    ),
    Extension(
        "denominator-seconds",
        {"it": "Durata di riferimento", "en": "Reference duration"},
        {
            "it": "I secondi rispetto ai quali si calcola la presenza.",
            "en": "The seconds that presence is measured against.",
        },
        {"type": "number", "minimum": 0},
        (ATTENDED.iri,),
    ),
    Extension(
        "attendance-rule-version",
        {"it": "Versione della regola di presenza", "en": "Version of the attendance rule"},
        {"it": "Quale versione della regola ha deciso.", "en": "Which version of the rule decided."},
        {"type": "integer", "minimum": 1},
        (ATTENDED.iri,),
    ),
    Extension(
        "attendance-estimated",
        {"it": "Presenza stimata", "en": "Attendance estimated"},
        {
            "it": "Vero se una parte degli orari è stimata: il servizio video non li ha inviati tutti.",
            "en": "True when some of the times are estimated: the video service did not send all of them.",
        },
        {"type": "boolean"},
        (ATTENDED.iri,),
    ),
)


def profile_document(base_url: str, version: int) -> dict[str, Any]:
    """The document of one version, for the installation at `base_url`; raises LookupError for no version."""
    if version not in {one.number for one in VERSIONS}:
        raise LookupError(f"the profile has no version {version}")
    scheme = profile_version_iri(base_url, version)
    document: dict[str, Any] = {
        "@context": CONTEXT,
        "id": profile_iri(base_url),
        "type": "Profile",
        "conformsTo": CONFORMS_TO,
        "prefLabel": dict(NAME),
        "definition": dict(PURPOSE),
        "seeAlso": scheme,
        "versions": [_version(base_url, one) for one in reversed(VERSIONS) if one.number <= version],
        "author": {"type": "Organization", "name": "CO-AliZIONE Formazione", "url": base_url},
        "templates": [_template(base_url, version, one) for one in templates_of(version)],
        "patterns": [_pattern(scheme, one) for one in patterns_of(version)],
    }
    concepts = [_extension(base_url, scheme, one) for one in EXTENSIONS]
    return document | ({"concepts": concepts} if version > 1 else {})


def part_iri(scheme: str, name: str) -> str:
    """The IRI of a template or pattern: a place in the document of its version."""
    return f"{scheme}#{name}"


def _version(base_url: str, version: Version) -> dict[str, Any]:
    before = [profile_version_iri(base_url, version.number - 1)] if version.number > 1 else []
    return {
        "id": profile_version_iri(base_url, version.number),
        **({"wasRevisionOf": before} if before else {}),
        "generatedAtTime": version.generated_at,
    }


def _extension(base_url: str, scheme: str, extension: Extension) -> dict[str, Any]:
    return {
        "id": extension_iri(base_url, extension.name),
        "type": "ContextExtension",
        "inScheme": scheme,
        "prefLabel": dict(extension.label),
        "definition": dict(extension.definition),
        **({"recommendedVerbs": list(extension.verbs)} if extension.verbs else {}),
        "inlineSchema": json.dumps(extension.schema),
    }


def _template(base_url: str, version: int, template: Template) -> dict[str, Any]:
    scheme = profile_version_iri(base_url, version)
    parent = [ACTIVITY_TYPES[template.parent]] if template.parent else []
    return {
        "id": part_iri(scheme, template.name),
        "type": "StatementTemplate",
        "inScheme": scheme,
        "prefLabel": dict(template.label),
        "definition": dict(template.definition),
        "verb": template.verb.iri,
        "objectActivityType": ACTIVITY_TYPES[template.kind],
        **({"contextParentActivityType": parent} if parent else {}),
        "contextCategoryActivityType": [PROFILE_TYPE],
        "rules": [_rule(base_url, scheme, rule) for rule in template.all_rules(version)],
    }


def _rule(base_url: str, scheme: str, rule: Rule) -> dict[str, Any]:
    def here(value: object) -> object:
        if not isinstance(value, str):
            return value
        return value.replace("{base}", base_url.rstrip("/")).replace("{version}", scheme)

    return {
        "location": here(rule.location),
        "presence": rule.presence,
        **({"any": [here(value) for value in rule.any]} if rule.any else {}),
        **({"all": [here(value) for value in rule.all]} if rule.all else {}),
        "scopeNote": dict(rule.note),
    }


def _pattern(scheme: str, pattern: Pattern) -> dict[str, Any]:
    members = [part_iri(scheme, name) for name in pattern.members]
    many = pattern.operator in {"alternates", "sequence"}
    return {
        "id": part_iri(scheme, pattern.name),
        "type": "Pattern",
        **({"primary": True} if pattern.primary else {}),
        "inScheme": scheme,
        "prefLabel": dict(pattern.label),
        "definition": dict(pattern.definition),
        pattern.operator: members if many else members[0],
    }
