"""Routes of the room `secretariat`."""

from flask import Blueprint

blueprint = Blueprint("secretariat", __name__)
