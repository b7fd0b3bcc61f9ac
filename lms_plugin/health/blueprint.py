"""The room's blueprint; every module of its pages attaches its routes to it."""

from flask import Blueprint

blueprint = Blueprint("health", __name__)
