"""Routes of the room `launching`."""

from flask import Blueprint

blueprint = Blueprint("launching", __name__)
