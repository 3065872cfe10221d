"""A house with an artwork, and the calls that a designer's page makes."""

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

PAYLOAD = "HTTPS://DIANJIN.EXAMPLE/01/09521234543213/21/0123456789ABCDEFGHJK"


def _logo_png(side_px: int = 400, colour: str = "#b3261e") -> bytes:
    """A disc with a bar cut out of it, on a transparent ground, as PNG."""
    image = Image.new("RGBA", (side_px, side_px), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.ellipse((side_px * 0.1,) * 2 + (side_px * 0.9,) * 2, fill=colour)
    pen.rectangle((side_px * 0.45, side_px * 0.25, side_px * 0.55, side_px * 0.75), fill="white")
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


@dataclass(slots=True)
class Studio:
    """The studio as a designer sees it."""

    house: Any
    headers: dict[str, str]
    artwork_id: str = ""

    def upload(self, content: bytes, name: str = "红印 Seal", **more: Any) -> Any:
        files = {"file": ("my logo.png", content, "image/png")}
        return self.house.client.post(
            "/v1/studio/artworks", files=files, data={"name": name}, headers=self.headers, **more
        )

    def post(self, path: str, **body: Any) -> Any:
        return self.house.client.post(f"/v1/studio/{path}", json=body, headers=self.headers)

    def put(self, path: str, **body: Any) -> Any:
        return self.house.client.request(
            "PUT", f"/v1/studio/{path}", json=body, headers=self.headers
        )

    def get(self, path: str) -> Any:
        return self.house.client.get(f"/v1/studio/{path}", headers=self.headers)

    def design(self, path: str, **more: Any) -> Any:
        body = {"artwork_id": self.artwork_id, "payload": PAYLOAD, "brief": {}, **more}
        return self.post(path, **body)


def _enter(house: Any) -> Studio:
    """The studio of a house's brand, with one artwork."""
    studio = Studio(house, house.staff)
    answer = studio.upload(_logo_png())
    assert answer.status_code == 201, answer.text
    studio.artwork_id = answer.json()["id"]
    return studio


@pytest.fixture(scope="session")
def shared_studio(
    tmp_path_factory: pytest.TempPathFactory,
    new_house: Callable[..., AbstractContextManager[Any]],
) -> Iterator[Studio]:
    """One studio without limits for all tests that leave nothing that others would see."""
    folder: Path = tmp_path_factory.mktemp("studio") / "house"
    with new_house(folder, studio_burst=0, studio_costly_burst=0) as house:
        yield _enter(house)


@pytest.fixture
def studio(house: Any) -> Studio:
    """A studio of its own."""
    return _enter(house)


@pytest.fixture(scope="session")
def logo_png() -> Callable[..., bytes]:
    """Draws a logo of a size and colour."""
    return _logo_png


@pytest.fixture(scope="session")
def payload() -> str:
    """A Digital Link in upper case, as labels carry it."""
    return PAYLOAD


@pytest.fixture
def enter_studio() -> Callable[[Any], Studio]:
    """Enters the studio of a house."""
    return _enter
