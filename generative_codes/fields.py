"""Frozen dataclasses that say their limits once: for the constructor, for JSON and for the schema.

A field's limits stand in its annotation (`Told`). `check_fields` enforces them at construction,
`from_plain` reads JSON values, `to_plain` writes them and `schema_of` publishes a JSON Schema
(draft 2020-12) from the same words.
"""

import dataclasses
import difflib
import json
import math
import re
import types
import typing
from collections.abc import Sized
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from generative_codes.errors import GenerativeCodeError, StyleError

Model = TypeVar("Model")
Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]

MAX_ITEMS = 16
MAX_JSON_BYTES = 64 * 1024


class DesignError(StyleError):
    """A design that cannot be read, printed or understood.

    Attributes:
        path: Field the message is about, dotted ("finders.top_left.ring"); "" for the whole.
        reason: The message without the path.
        reason_zh: The same in Chinese.
        text_zh: The whole message in Chinese.
    """

    def __init__(self, path: str, reason: str, reason_zh: str = "") -> None:
        super().__init__(f"{path}: {reason}" if path else reason)
        self.path = path
        self.reason = reason
        self.reason_zh = reason_zh or f"此项无法使用（{reason}）"
        self.text_zh = f"{path}：{self.reason_zh}" if path else self.reason_zh

    def below(self, parent: str) -> "DesignError":
        """The same refusal, seen from the object that holds the field."""
        path = ".".join(part for part in (parent, self.path) if part)
        return DesignError(path, self.reason, self.reason_zh)


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
            raise _too_many(name, value)
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
        raise DesignError(
            name, f"Expected {expected}, not {value!r}.", f"值 {value!r} 的类型不对。"
        )
    elif isinstance(value, str) and not isinstance(value, StrEnum):
        _check_text(name, value, limits)


def _too_many(path: str, value: Sized) -> DesignError:
    return DesignError(
        path,
        f"At most {MAX_ITEMS} entries, not {len(value)}.",
        f"最多 {MAX_ITEMS} 项，现有 {len(value)} 项。",
    )


def _check_number(name: str, value: float, limits: Told) -> None:
    low, high = limits.minimum, limits.maximum
    if not low <= value <= high:  # also true of NaN
        nearest = high if value > high else low
        shown = f"{value:g}" if abs(value) < 1e15 else "This"
        raise DesignError(
            name,
            f"{shown} is out of range; choose {low:g} to {high:g} (nearest: {nearest:g}).",
            f"超出范围；请在 {low:g} 到 {high:g} 之间选择（最接近的是 {nearest:g}）。",
        )


def _check_text(name: str, value: str, limits: Told) -> None:
    if limits.longest and len(value) > limits.longest:
        raise DesignError(
            name,
            f"{len(value)} characters are too many; {limits.longest} fit.",
            f"{len(value)} 个字符太长；最多 {limits.longest} 个。",
        )
    if limits.pattern and not re.fullmatch(limits.pattern, value, re.ASCII):
        raise DesignError(
            name,
            f"{value[:40]!r} is not {limits.description}.",
            f"{value[:40]!r} 的写法不对（{limits.description}）。",
        )


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
        raise DesignError(path, f"Expected an object, not {value!r}.", "这里应为一个 JSON 对象。")
    fields = {field.name: field for field in dataclasses.fields(typing.cast("Any", kind))}
    hints = _hints(kind)
    for key in value:
        if key not in fields:
            close = difflib.get_close_matches(str(key), fields, 1)
            hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(fields)}."
            hint_zh = f"您是否想写 {close[0]!r}？" if close else f"可用的有 {', '.join(fields)}。"
            raise DesignError(
                path, f"Unknown key {key!r}; {hint}", f"没有名为 {key!r} 的字段；{hint_zh}"
            )
    for name, field in fields.items():
        has_default = field.default is not dataclasses.MISSING
        if name not in value and not has_default:
            raise DesignError(path, f"The key {name!r} is missing.", f"缺少字段 {name!r}。")
    arguments = {
        name: _read_value(hints[name][0], entry, f"{path}.{name}" if path else name)
        for name, entry in value.items()
    }
    try:
        return kind(**arguments)
    except DesignError as error:
        raise error.below(path) from None
    except GenerativeCodeError as error:
        raise DesignError(path, str(error), getattr(error, "text_zh", "")) from None


def model_from_json(kind: type[Model], text: str | bytes, name: str) -> Model:
    """Read the JSON text of a model, of at most `MAX_JSON_BYTES`.

    Raises:
        DesignError: If it is too long, no JSON, or no such model; the message calls it `name`.
    """
    if len(text) > MAX_JSON_BYTES:
        raise DesignError(
            "",
            f"A {name} has at most {MAX_JSON_BYTES} bytes, not {len(text)}.",
            f"内容最多 {MAX_JSON_BYTES} 字节，现有 {len(text)} 字节。",
        )
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except DesignError:
        raise
    except (ValueError, RecursionError) as error:
        raise DesignError("", f"This is not JSON: {error}.", "内容不是有效的 JSON。") from None
    return from_plain(kind, value)


def model_to_json(model: Any) -> str:  # noqa: ANN401 - any value of a model
    """JSON text that `model_from_json` reads back into an equal value."""
    return json.dumps(to_plain(model), ensure_ascii=False, indent=2)


def _refuse_constant(name: str) -> NoReturn:
    raise DesignError("", f"{name} is not a number of JSON.", f"{name} 不是 JSON 的数字。")


def _read_value(hint: Any, value: object, path: str) -> Any:  # noqa: ANN401
    options = _options(hint)
    if value is None and type(None) in options:
        return None
    for option in options:
        if isinstance(option, type) and issubclass(option, StrEnum):
            if isinstance(value, str) and value in list(option):
                return option(value)
            raise DesignError(
                path,
                f"Expected one of {', '.join(option)}, not {value!r}.",
                f"没有 {value!r} 这个选项；可选 {'、'.join(option)}。",
            )
        if typing.get_origin(option) is tuple and isinstance(value, list):
            if len(value) > MAX_ITEMS:
                raise _too_many(path, value)
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
