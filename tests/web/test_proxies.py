"""Who asks, when reverse proxies stand in front: tries to sign in are counted by that address."""

import pytest
from flask import request

from directory.app import create_app
from directory.config import Settings
from directory.web.runtime import EXTENSION

#: What the visitor wrote herself, what the first proxy saw, what the second one saw.
FORWARDED = "6.6.6.6, 203.0.113.7, 198.51.100.1"


@pytest.mark.parametrize(
    ("proxies", "address"), [(0, "192.0.2.1"), (1, "198.51.100.1"), (2, "203.0.113.7")]
)
def test_no_visitor_names_the_address_she_is_counted_by(
    settings: Settings, proxies: int, address: str
) -> None:
    app = create_app(settings.model_copy(update={"proxies": proxies}))
    seen = []
    app.before_request(lambda: seen.append(request.remote_addr))
    app.test_client().get(
        "/healthz",
        headers={"X-Forwarded-For": FORWARDED},
        environ_base={"REMOTE_ADDR": "192.0.2.1"},
    )
    app.extensions[EXTENSION].dispose()
    assert seen == [address]
