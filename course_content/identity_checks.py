"""Checks that ids are unique, say where they belong, and that what refers to them finds them."""

from collections.abc import Iterator

from course_content.documents import At, Document
from course_content.problems import ContentError
from course_content.sources import ModuleSource, ProgrammeSource

Place = tuple[Document, At, str]
"""A document, where in it, and the id written there."""


def identity_problems(source: ProgrammeSource) -> Iterator[ContentError]:
    """Repeated ids, ids that contradict their place, roles and modules that do not exist, wrong counts."""
    yield from _repeated(source)
    for number, module in enumerate(source.modules, 1):
        yield from _module_ids(module, number)
    yield from _roles(source)
    yield from _module_count(source)


def _repeated(source: ProgrammeSource) -> Iterator[ContentError]:
    seen: dict[str, Place] = {}
    for place in _declared(source):
        document, at, name = place
        if name in seen:
            first, first_at, _ = seen[name]
            message = f"the id {name!r} is already used in {first.path.name}, line {first.line(first_at)}"
            yield document.error(at, message, "give one of the two another id")
        else:
            seen[name] = place


def _declared(source: ProgrammeSource) -> Iterator[Place]:
    """Every id of the programme with its place."""
    yield source.programme, ("id",), source.programme.data["id"]
    yield from _listed(source.programme, "roles")
    yield from _listed(source.programme, "indicators")
    if "final_assessment" in source.programme.data:
        at: At = ("final_assessment", "id")
        yield source.programme, at, source.programme.data["final_assessment"]["id"]
    for module in source.modules:
        yield module.module, ("id",), module.module.data["id"]
        for lesson in module.lessons:
            yield lesson.front, ("id",), lesson.front.data["id"]
            yield from _listed(lesson.front, "self_checks")
        if module.assessment:
            yield module.assessment, ("id",), module.assessment.data["id"]
            yield from _listed(module.assessment, "questions")
        for simulation in module.simulations:
            yield from _of_simulation(simulation)
    yield from _listed(source.webinars, "webinars")
    yield from _listed(source.sessions, "sessions")


def _of_simulation(document: Document) -> Iterator[Place]:
    """Its id, and those by which records name its situations."""
    name = document.data["id"]
    yield document, ("id",), name
    for place, node in enumerate(document.data["nodes"]):
        yield document, ("nodes", place, "id"), f"{name}-{node['id']}"


def _listed(document: Document | None, key: str) -> Iterator[Place]:
    items = document.data.get(key, ()) if document else ()
    for index, item in enumerate(items):
        if document:
            yield document, (key, index, "id"), item["id"]


def _module_ids(module: ModuleSource, number: int) -> Iterator[ContentError]:
    document, name = module.module, module.folder.name
    if document.data["id"] != name:
        yield document.error(("id",), f"the id is not {name!r}, the name of the folder", "make them the same")
    if document.data["number"] != number:
        message = f"number is not {number}, the module's place in programme.yaml"
        yield document.error(("number",), message, "correct one of the two")
    for index, lesson in enumerate(module.lessons, 1):
        if lesson.front.data["id"] != f"{name}-l{index}":
            hint = "ids follow the order of the files"
            yield lesson.front.error(("id",), f"the id of this lesson must be {name}-l{index}", hint)
        yield from _prefixed(lesson.front, "self_checks", name)
    if module.assessment:
        if module.assessment.data["id"] != f"{name}-assessment":
            yield module.assessment.error(("id",), f"the id must be {name}-assessment", "correct it")
        yield from _prefixed(module.assessment, "questions", name)
    yield from _simulation_ids(module)


def _simulation_ids(module: ModuleSource) -> Iterator[ContentError]:
    for index, simulation in enumerate(module.simulations, 1):
        if simulation.data["id"] != f"{module.folder.name}-s{index}":
            hint = "ids follow the order of the list in module.yaml"
            yield simulation.error(
                ("id",), f"the id of this simulation must be {module.folder.name}-s{index}", hint
            )


def _prefixed(document: Document, key: str, module_id: str) -> Iterator[ContentError]:
    for place, at, name in _listed(document, key):
        if not name.startswith(f"{module_id}-"):
            yield place.error(at, f"the id {name!r} must begin with {module_id}-", "rename it")


def _roles(source: ProgrammeSource) -> Iterator[ContentError]:
    roles = {role["id"] for role in source.programme.data["roles"]}
    for lesson in source.lessons:
        for index, role in enumerate(lesson.front.data.get("roles", ())):
            if role not in roles:
                hint = f"use one of {', '.join(sorted(roles))}, or add the role to programme.yaml"
                yield lesson.front.error(("roles", index), f"there is no role {role!r}", hint)


def _module_count(source: ProgrammeSource) -> Iterator[ContentError]:
    promised, found = source.programme.data["counts"]["modules"], len(source.modules)
    if promised != found:
        message = f"{promised} modules are promised, {found} are listed"
        yield source.programme.error(("counts", "modules"), message, "correct the count or the list")
