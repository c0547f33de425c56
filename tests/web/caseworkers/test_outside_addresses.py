"""Whoever types an address is told who else may read it."""

from dataclasses import replace

import pytest

from directory.app import FanalApp
from directory.web.runtime import EXTENSION, Runtime
from tests.web.conftest import Visitor


@pytest.mark.parametrize(
    ("url", "is_told"), [("https://data.geopf.fr/geocodage", True), ("", False)]
)
def test_the_outside_service_is_named_where_there_is_one(
    app: FanalApp, visitor: Visitor, url: str, is_told: bool
) -> None:
    process: Runtime = app.extensions[EXTENSION]
    settings = process.settings.model_copy(update={"geocoder_url": url})
    app.extensions[EXTENSION] = replace(process, settings=settings)
    told = "il la demande à data.geopf.fr" in visitor.get("/recherche").text
    assert told == is_told
