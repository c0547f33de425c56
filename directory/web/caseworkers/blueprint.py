"""The blueprint that the pages of this audience hang on."""

from flask import Blueprint

blueprint = Blueprint("caseworkers", __name__)
