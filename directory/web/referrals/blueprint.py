"""The blueprint that the pages of referrals hang on."""

from flask import Blueprint

blueprint = Blueprint("referrals", __name__)
