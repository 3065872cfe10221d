"""Photo or payload -> reading -> evidence -> verdict -> record -> answer, in one transaction."""

from ar_service.verify.door import Door, make_door
from ar_service.verify.endpoints import PAYLOAD_PATH, PHOTO_PATH, router
from ar_service.verify.flow import Asker, PhotoQuestion, Question, verify_payload, verify_photo
from ar_service.verify.schemas import PlaceIn

__all__ = [
    "PAYLOAD_PATH",
    "PHOTO_PATH",
    "Asker",
    "Door",
    "PhotoQuestion",
    "PlaceIn",
    "Question",
    "make_door",
    "router",
    "verify_payload",
    "verify_photo",
]
