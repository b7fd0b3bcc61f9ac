"""The blueprint of the room with all its pages attached to it."""

from lms_plugin.secretariat import (
    record_pages,
    records_pages,
    resend_pages,
    sign_in_pages,
    statement_pages,
)
from lms_plugin.secretariat.blueprint import blueprint

__all__ = ["blueprint", "record_pages", "records_pages", "resend_pages", "sign_in_pages", "statement_pages"]
