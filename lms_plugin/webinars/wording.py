"""One name for a webinar of a programme wherever a single string is wanted: `programme.webinar`."""


def qualified(programme_id: str, webinar_id: str) -> str:
    """The id that the connector knows the webinar by; programmes may both have a `w01`."""
    return f"{programme_id}.{webinar_id}"


def taken_apart(name: str) -> tuple[str, str]:
    """(programme id, webinar id) of a qualified name."""
    programme_id, _, webinar_id = name.partition(".")
    return programme_id, webinar_id
