"""Print the part of the server's OpenAPI document that the web client speaks.

Run in the repository: `python web_client/scripts/openapi_snapshot.py > web_client/openapi.json`,
then `npm run wire` in web_client makes the wire types of both pages (wire/wire.ts) from it.
The part is kept small so that changes of other endpoints leave the pages alone.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from ar_service.app import create_app
from ar_service.settings import Settings

PATHS = frozenset(
    {
        "/v1/verify",
        "/v1/verify/photo",
        "/v1/read",
        "/v1/session",
        "/v1/session/password",
        "/v1/products",
        "/v1/products/{product_id}",
        "/v1/code-orders",
        "/v1/code-orders/{order_id}",
        "/v1/codes",
        "/v1/codes/{serial}",
    }
)
FOLDERS = ("/v1/studio/",)
"""Of these the web client speaks every path."""
PROSE = {"title", "description", "summary", "examples", "tags"}
REFERENCE = "#/components/schemas/"


def _named(node: object) -> set[str]:
    """Names of the schemas that a part of the document refers to."""
    if isinstance(node, dict):
        found = {name for value in node.values() for name in _named(value)}
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith(REFERENCE):
            found.add(reference.removeprefix(REFERENCE))
        return found
    if isinstance(node, list):
        return {name for value in node for name in _named(value)}
    return set()


def _without_prose(node: Any) -> Any:
    """Leave out what only people read, so that a reworded sentence changes no type.

    A field that is called `title` or `description` holds a schema, not a text, and stays.
    """
    if isinstance(node, dict):
        return {
            key: _without_prose(value)
            for key, value in node.items()
            if key not in PROSE or not isinstance(value, str | list)
        }
    if isinstance(node, list):
        return [_without_prose(value) for value in node]
    return node


def snapshot() -> object:
    """The paths of the web client and every schema that they need, in name order."""
    with tempfile.TemporaryDirectory() as folder:
        document = create_app(Settings(data_dir=Path(folder))).openapi()
    schemas = document["components"]["schemas"]
    paths = {
        path: operations
        for path, operations in document["paths"].items()
        if path in PATHS or path.startswith(FOLDERS)
    }
    wanted, waiting = set[str](), _named(paths)
    while waiting:
        wanted |= waiting
        waiting = {name for known in wanted for name in _named(schemas[known])} - wanted
    bare = _without_prose(
        {
            "paths": paths,
            "components": {"schemas": {name: schemas[name] for name in sorted(wanted)}},
        }
    )
    return {
        "openapi": document["openapi"],
        "info": {"title": "dianjin, the part that the web client speaks", "version": "1"},
        **bare,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(snapshot(), ensure_ascii=False, indent=1) + "\n")
