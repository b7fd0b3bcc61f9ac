"""What the filter form of the register offers, with what is chosen now."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from lms_plugin.secretariat import words
from lms_plugin.secretariat.activities import Names
from lms_plugin.secretariat.filters import KINDS, OUTCOMES, Order, RecordFilter
from lms_plugin.secretariat.words import short_day

Option = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class FilterForm:
    """Options for each field; a chosen value that is not on offer stays among them, so that it shows."""

    chosen: RecordFilter
    names: Names
    deployments: list[tuple[UUID, str]]

    def programmes(self) -> list[Option]:
        """Every programme on offer."""
        return self._with_chosen(_("Tutti"), list(self.names.programmes.items()), self.chosen.programme)

    def activities(self) -> list[tuple[str, list[Option]]]:
        """Groups of activities, one group a programme."""
        groups: list[tuple[str, list[Option]]] = [
            (self.names.programme(programme), [(name.code, name.title) for name in names])
            for programme, names in self.names.by_programme.items()
            if self.chosen.programme in {None, programme}
        ]
        code = self.chosen.activity
        if code and not self.names.knows_activity(code):
            groups.append((_("Non più in programma"), [(code, code)]))
        return groups

    def platforms(self) -> list[Option]:
        """Every deployment; empty for a reader who sees one only."""
        options: list[Option] = [(str(key), label) for key, label in self.deployments]
        chosen = self.chosen.deployment_id
        return self._with_chosen(_("Tutte"), options, str(chosen) if chosen else None)

    @staticmethod
    def _with_chosen(all_of_them: str, options: list[Option], chosen: str | None) -> list[Option]:
        known = {value for value, _label in options}
        extra: list[Option] = [(chosen, chosen)] if chosen and chosen not in known else []
        return [("", all_of_them), *options, *extra] if options or extra else []

    def kinds(self) -> list[Option]:
        """Every kind of activity."""
        return [(kind, words.KIND_WORDS[kind]) for kind in KINDS]

    def outcomes(self) -> list[Option]:
        """Every outcome, and none in particular."""
        return [("", _("Tutti")), *((outcome, words.OUTCOME_WORDS[outcome]) for outcome in OUTCOMES)]

    def orders(self) -> list[Option]:
        """Every order of the rows."""
        return [(order.value, words.ORDER_WORDS[order]) for order in Order]

    def in_words(self) -> Iterator[str]:
        """What the filter keeps, a phrase for each part of it."""
        chosen = self.chosen
        yield ", ".join(str(words.KIND_WORDS[kind]) for kind in chosen.kinds)
        if chosen.programme:
            yield self.names.programme(chosen.programme)
        if chosen.activity:
            yield self.names.activity(*chosen.activity.split("/", 1))
        if chosen.outcome:
            yield str(words.OUTCOME_WORDS[chosen.outcome])
        if chosen.first_day:
            yield _("dal %(day)s", day=short_day(chosen.first_day))
        if chosen.last_day:
            yield _("al %(day)s", day=short_day(chosen.last_day))
        if chosen.text:
            yield _("«%(text)s» nel nome o nell'account", text=chosen.text)
        if chosen.deployment_id:
            labels = dict(self.deployments)
            yield labels.get(chosen.deployment_id, str(chosen.deployment_id))
