"""Which programme and which platform a credential is to belong to, as people name them."""

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms_plugin.lrs.credential import CredentialRefused
from lms_plugin.lti.platform import Platform


def checked_programme(offered: Collection[str], given: str | None) -> str | None:
    """The id of a programme on offer, or none; raises CredentialRefused."""
    if given and given not in offered:
        raise CredentialRefused(f"there is no programme {given[:200]!r}: choose from {', '.join(offered)}")
    return given or None


def home_page_of(database: Session, given: str | None) -> str | None:
    """The home page of the accounts of the platform with this name, issuer or home page, or none.

    Raises CredentialRefused when no platform has it, or several with other home pages do.
    """
    if not given:
        return None
    same = or_(Platform.name == given, Platform.issuer == given, Platform.actor_home_page == given)
    found = set(database.scalars(select(Platform.actor_home_page).where(same)))
    if len(found) != 1:
        how_many = "no platform has" if not found else "several platforms have"
        raise CredentialRefused(
            f"{how_many} the name, issuer or home page {given[:200]!r}: see `coalizione platform list`"
        )
    return found.pop()


def home_pages(database: Session) -> dict[str, str]:
    """The home pages of the accounts of all platforms, with the platforms' names, in their order."""
    names: dict[str, list[str]] = {}
    rows = database.execute(select(Platform.actor_home_page, Platform.name).order_by(Platform.name))
    for home_page, name in rows:
        names.setdefault(home_page, []).append(name)
    return {home_page: ", ".join(those) for home_page, those in names.items()}
