"""The one course of the practice LMS: its activities (resource links) and grade book columns (line items)."""

from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True)
class Course:
    id: str
    label: str
    title: str


COURSE: Final = Course("co-alizione-2026", "COA-2026", "CO-AliZIONE 2026")


@dataclass
class ResourceLink:
    """One activity as placed in the course, belonging to one deployment of one tool."""

    id: str
    title: str
    description: str
    target_link_uri: str
    client_id: str
    deployment_id: str
    custom: dict[str, str] = field(default_factory=dict)
    # As a deep linking answer may ask: in which presentation to open it, and when it can be opened.
    shown_in: str = ""
    available_from: str = ""
    available_until: str = ""


@dataclass
class LineItem:
    """One column of the grade book (AGS 2.0 §3.2)."""

    id: str
    client_id: str
    label: str
    maximum: float
    resource_link_id: str | None = None
    resource_id: str = ""
    tag: str = ""
    start: str | None = None
    end: str | None = None

    def __post_init__(self) -> None:
        self.maximum = float(self.maximum)


@dataclass(frozen=True)
class _FirstActivity:
    id: str
    title: str
    description: str
    path: str
    custom: dict[str, str]
    maximum: float | None = None


_FIRST_ACTIVITIES: Final = (
    _FirstActivity(
        "link-m1",
        "Modulo 1 – La progettazione di servizi pubblici per un nuovo modello di welfare",
        "Lezioni, esercizi e verifica finale del primo modulo.",
        "/programmes/co-alizione/modules/m1",
        {"programme_id": "co-alizione", "activity_id": "m1"},
        maximum=100,
    ),
    _FirstActivity(
        "link-final",
        "Verifica finale del programma",
        "Ventiquattro domande sui sei moduli: il risultato migliore va nel registro.",
        "/programmes/co-alizione/final-assessment",
        {"programme_id": "co-alizione", "activity_id": "final-assessment"},
        maximum=100,
    ),
    _FirstActivity(
        "link-w01",
        "Webinar 1 – Leggere i bisogni dei nuovi cittadini con i dati del Comune",
        "Incontro dal vivo di 60 minuti: la presenza conta per il registro.",
        "/programmes/co-alizione/webinars/w01",
        {"programme_id": "co-alizione", "activity_id": "w01"},
        maximum=100,
    ),
    _FirstActivity(
        "link-programme",
        "Il programma CO-AliZIONE",
        "Tutti i moduli, i webinar e le giornate in presenza.",
        "/programmes/co-alizione",
        {"programme_id": "co-alizione"},
    ),
    _FirstActivity(
        "link-secretariat",
        "Segreteria",
        "Registro delle attività, con le prove e l'esportazione. Solo per chi amministra l'LMS.",
        "/secretariat",
        {},
    ),
)


def first_links(tool_url: str, client_id: str, deployment_id: str) -> list[ResourceLink]:
    return [
        ResourceLink(
            id=activity.id,
            title=activity.title,
            description=activity.description,
            target_link_uri=f"{tool_url}{activity.path}",
            client_id=client_id,
            deployment_id=deployment_id,
            custom=dict(activity.custom),
        )
        for activity in _FIRST_ACTIVITIES
    ]


def first_line_items(client_id: str) -> list[LineItem]:
    return [
        LineItem(
            id=f"column-{activity.id.removeprefix('link-')}",
            client_id=client_id,
            label=activity.title,
            maximum=activity.maximum,
            resource_link_id=activity.id,
        )
        for activity in _FIRST_ACTIVITIES
        if activity.maximum is not None
    ]
