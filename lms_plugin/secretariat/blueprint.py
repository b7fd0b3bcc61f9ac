"""The room's blueprint; every module of pages attaches its routes to it."""

from flask import Blueprint

blueprint = Blueprint("secretariat", __name__, url_prefix="/secretariat")
