"""Routes of the room `information`."""

from flask import Blueprint

blueprint = Blueprint("information", __name__)
