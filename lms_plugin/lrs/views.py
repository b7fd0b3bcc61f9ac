"""Routes of the room `lrs`."""

from flask import Blueprint

blueprint = Blueprint("lrs", __name__)
