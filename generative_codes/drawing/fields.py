"""Frozen dataclasses that say their limits once: for the constructor, for JSON and for the schema.

A field's limits stand in its annotation (`Told`). `check_fields` enforces them at construction,
`from_plain` reads JSON values, `to_plain` writes them and `schema_of` publishes a JSON Schema
(draft 2020-12) from the same words.
"""

import dataclasses
import difflib
import math
import re
import types
import typing
from enum import StrEnum
from typing import Any, TypeVar

from generative_codes.errors import StyleError

Model = TypeVar("Model")
Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]

MAX_ITEMS = 16


class DesignError(StyleError):
    """A design that cannot be read, printed or understood.

    Attributes:
        path: Field the message is about, dotted ("finders.top_left.ring"); "" for the whole.
        reason: The message without the path.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}" if path else reason)
        self.path = path
        self.reason = reason

    def below(self, parent: str) -> "DesignError":
        """The same refusal, seen from the object that holds the field."""
        return DesignError(".".join(part for part in (parent, self.path) if part), self.reason)


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """What a field is for and which values it takes, as annotation of its type.

    Attributes:
        description: For people; a value that misses `pattern` "is not <description>".
        minimum: Least number.
        maximum: Greatest number.
        pattern: Full-match regular expression of a text; "" for any.
        longest: Most characters of a text; 0 for any number.
    """

    description: str
    minimum: float = -math.inf
    maximum: float = math.inf
    pattern: str = ""
    longest: int = 0


def check_fields(model: Any) -> None:  # noqa: ANN401 - any dataclass of this module's kind
    """Enforce types and limits of every field.

    Raises:
        DesignError: With the field's name as path.
    """
    hints = _hints(type(model))
    for field in dataclasses.fields(model):
        value = getattr(model, field.name)
        hint, limits = hints[field.name]
        _check_value(field.name, value, hint, limits)


def _check_value(name: str, value: Any, hint: Any, limits: Told) -> None:  # noqa: ANN401
    options = _options(hint)
    if value is None and type(None) in options:
        return
    if isinstance(value, tuple) and any(typing.get_origin(o) is tuple for o in options):
        if len(value) > MAX_ITEMS:
            raise DesignError(name, f"At most {MAX_ITEMS} entries, not {len(value)}.")
        (item,) = {a for o in options for a in typing.get_args(o) if a is not Ellipsis}
        for index, entry in enumerate(value):
            _check_value(f"{name}.{index}", entry, item, limits)
        return
    kinds = [o for o in options if isinstance(o, type) and o is not type(None)]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if (float in kinds and is_number) or (int in kinds and is_number and isinstance(value, int)):
        _check_number(name, value, limits)
    elif not any(isinstance(value, kind) and kind is not int for kind in kinds):
        expected = " or ".join(_kind_name(kind) for kind in kinds) or "a list"
        raise DesignError(name, f"Expected {expected}, not {value!r}.")
    elif isinstance(value, str) and not isinstance(value, StrEnum):
        _check_text(name, value, limits)


def _check_number(name: str, value: float, limits: Told) -> None:
    low, high = limits.minimum, limits.maximum
    if not low <= value <= high:  # also true of NaN
        nearest = high if value > high else low
        shown = f"{value:g}" if abs(value) < 1e15 else "This"
        raise DesignError(
            name, f"{shown} is out of range; choose {low:g} to {high:g} (nearest: {nearest:g})."
        )


def _check_text(name: str, value: str, limits: Told) -> None:
    if limits.longest and len(value) > limits.longest:
        raise DesignError(name, f"{len(value)} characters are too many; {limits.longest} fit.")
    if limits.pattern and not re.fullmatch(limits.pattern, value, re.ASCII):
        raise DesignError(name, f"{value[:40]!r} is not {limits.description}.")


def to_plain(model: Any) -> Plain:  # noqa: ANN401 - any value of a model
    """A model as JSON values; fields at their default are left out."""
    if isinstance(model, StrEnum):
        return model.value
    if isinstance(model, tuple):
        return [to_plain(entry) for entry in model]
    if not dataclasses.is_dataclass(model) or isinstance(model, type):
        return typing.cast("Plain", model)
    plain = {
        field.name: to_plain(getattr(model, field.name))
        for field in dataclasses.fields(model)
        if getattr(model, field.name) != field.default
    }
    short = _shorthand(type(model))
    return plain[short] if short and set(plain) == {short} else plain


def from_plain(kind: type[Model], value: object, path: str = "") -> Model:
    """Read JSON values into a model.

    Raises:
        DesignError: Unknown or missing keys, wrong types, values out of range; the path names the
            field and the message what would be accepted.
    """
    short = _shorthand(kind)
    if short and isinstance(value, str):
        value = {short: value}
    if not isinstance(value, dict):
        raise DesignError(path, f"Expected an object, not {value!r}.")
    fields = {field.name: field for field in dataclasses.fields(typing.cast("Any", kind))}
    hints = _hints(kind)
    for key in value:
        if key not in fields:
            close = difflib.get_close_matches(str(key), fields, 1)
            hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(fields)}."
            raise DesignError(path, f"Unknown key {key!r}; {hint}")
    for name, field in fields.items():
        has_default = field.default is not dataclasses.MISSING
        if name not in value and not has_default:
            raise DesignError(path, f"The key {name!r} is missing.")
    arguments = {
        name: _read_value(hints[name][0], entry, f"{path}.{name}" if path else name)
        for name, entry in value.items()
    }
    try:
        return kind(**arguments)
    except DesignError as error:
        raise error.below(path) from None


def _read_value(hint: Any, value: object, path: str) -> Any:  # noqa: ANN401
    options = _options(hint)
    if value is None and type(None) in options:
        return None
    for option in options:
        if isinstance(option, type) and issubclass(option, StrEnum):
            if isinstance(value, str) and value in list(option):
                return option(value)
            raise DesignError(path, f"Expected one of {', '.join(option)}, not {value!r}.")
        if typing.get_origin(option) is tuple and isinstance(value, list):
            if len(value) > MAX_ITEMS:
                raise DesignError(path, f"At most {MAX_ITEMS} entries, not {len(value)}.")
            item = typing.get_args(option)[0]
            return tuple(
                _read_value(item, entry, f"{path}.{index}") for index, entry in enumerate(value)
            )
    models = [option for option in options if dataclasses.is_dataclass(option)]
    if models:
        return from_plain(typing.cast("type[Any]", _best_model(models, value)), value, path)
    return value


def _best_model(models: list[Any], value: object) -> Any:  # noqa: ANN401
    """The model of a union whose field names the value shares most."""
    keys = set(value) if isinstance(value, dict) else set()
    if not isinstance(value, dict):
        return next((model for model in models if _shorthand(model)), models[0])
    return max(models, key=lambda model: len(keys & {f.name for f in dataclasses.fields(model)}))


def schema_of(kind: type[Any], title: str) -> dict[str, Plain]:
    """JSON Schema (draft 2020-12) of a model."""
    definitions: dict[str, Plain] = {}
    root = _model_schema(kind, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


def _model_schema(kind: type[Any], definitions: dict[str, Plain]) -> dict[str, Plain]:
    hints = _hints(kind)
    properties: dict[str, Plain] = {}
    required: list[Plain] = []
    for field in dataclasses.fields(kind):
        hint, limits = hints[field.name]
        entry = _value_schema(hint, limits, definitions)
        entry["description"] = limits.description
        if field.default is dataclasses.MISSING:
            required.append(field.name)
        else:
            entry["default"] = to_plain(field.default)
        properties[field.name] = entry
    schema: dict[str, Plain] = {
        "type": "object",
        "description": (kind.__doc__ or "").split("\n")[0],
        "properties": properties,
        "additionalProperties": False,
    }
    if required:
        schema["required"] = required
    short = _shorthand(kind)
    return {"anyOf": [properties[short], schema]} if short else schema


def _value_schema(
    hint: Any,  # noqa: ANN401 - a type hint
    limits: Told,
    definitions: dict[str, Plain],
) -> dict[str, Plain]:
    schemas = [_option_schema(option, limits, definitions) for option in _options(hint)]
    return schemas[0] if len(schemas) == 1 else {"anyOf": list(schemas)}


def _option_schema(
    option: Any,  # noqa: ANN401 - one type of a hint
    limits: Told,
    definitions: dict[str, Plain],
) -> dict[str, Plain]:
    if typing.get_origin(option) is tuple:
        item = _value_schema(typing.get_args(option)[0], limits, definitions)
        return {"type": "array", "items": item, "maxItems": MAX_ITEMS}
    if option is type(None):
        return {"type": "null"}
    if dataclasses.is_dataclass(option):
        name = typing.cast("type[Any]", option).__name__
        if name not in definitions:
            definitions[name] = {}
            definitions[name] = _model_schema(typing.cast("type[Any]", option), definitions)
        return {"$ref": f"#/$defs/{name}"}
    if issubclass(option, StrEnum):
        return {"enum": [member.value for member in option]}
    names = {str: "string", bool: "boolean", int: "integer", float: "number"}
    schema: dict[str, Plain] = {"type": names[option]}
    if option is str and limits.pattern:
        schema["pattern"] = f"^(?:{limits.pattern})$"
    if option is str and limits.longest:
        schema["maxLength"] = limits.longest
    if option in (int, float) and math.isfinite(limits.minimum):
        schema["minimum"] = limits.minimum
    if option in (int, float) and math.isfinite(limits.maximum):
        schema["maximum"] = limits.maximum
    return schema


def _hints(kind: type[Any]) -> dict[str, tuple[Any, Told]]:
    """Type and limits of every annotated field."""
    return {
        name: typing.get_args(hint)
        for name, hint in typing.get_type_hints(kind, include_extras=True).items()
        if typing.get_origin(hint) is typing.Annotated
    }


def _options(hint: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a type hint
    is_union = isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union
    return typing.get_args(hint) if is_union else (hint,)


def _shorthand(kind: Any) -> str:  # noqa: ANN401 - a model class
    """Name of the field that alone may stand for the whole model in JSON."""
    return str(getattr(kind, "SHORTHAND", ""))


def _kind_name(kind: type) -> str:
    if issubclass(kind, StrEnum):
        return "one of " + ", ".join(kind)
    names = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}
    return names.get(kind, kind.__name__)
