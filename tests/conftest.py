"""What holds for every test."""

from hypothesis import settings

# A loaded machine is no failed property; and every run tries the same examples.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")
