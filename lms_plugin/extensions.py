"""The Flask extensions, made once and bound by `create_app`."""

from flask import g
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from lms_plugin.storage import Base

db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


class FormTokens(CSRFProtect):  # type: ignore[misc]  # the package has no types
    """Asks every form for its token, but those that prove a visit by its secret instead of a cookie.

    The token stops other sites from using a cookie that the browser adds by itself. The secret of a carried
    visit is added by nobody but our own pages (`web.visit`, which has looked before we are asked).
    """

    def protect(self, apply_exemptions: bool = False) -> None:  # noqa: FBT001, FBT002 - as in the base class
        """Refuses a form without its token."""
        if not g.get("visit_secret"):
            super().protect(apply_exemptions)


csrf = FormTokens()
babel = Babel()
