"""What holds for every test."""

import os
import shutil

import pytest
from hypothesis import settings

# A loaded machine is no failed property; and every run tries the same examples.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")


@pytest.fixture
def needs_program():
    """Skips the test where a program is missing; in CI, which installs it, that is a failure."""

    def check(name, package):
        if shutil.which(name) is None:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{name} ({package}) is missing")

    return check
