"""Errors of the models room."""


class ModelError(Exception):
    """Base of every error that this room raises on purpose."""


class ModelNotFoundError(ModelError):
    """There is no model of that name and version in the store."""


class ModelDamagedError(ModelError):
    """A stored model, manifest or card is not what it says, or is too large."""


class ModelInputError(ModelError, ValueError):
    """Arrays that the model does not take: names, types or shapes differ."""


class ModelRunError(ModelError):
    """The runtime failed while it ran a model."""
