"""An HTTP client over the product room."""

import pytest

from trace_backend.products import router


@pytest.fixture
def http(http_of):
    """A client of an app that has just this room."""
    return http_of(router)
