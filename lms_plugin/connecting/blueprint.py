"""The room's blueprint; every module of pages attaches its routes to it."""

from flask import Blueprint

blueprint = Blueprint("connecting", __name__, url_prefix="/administration")
