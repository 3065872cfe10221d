"""Between the wire and the record: the query in, the answer out."""

from ar_service.verify.reading import Ours
from ar_service.verify.schemas import (
    HistoryOut,
    LayerOut,
    PlaceIn,
    ProductOut,
    ReplyOut,
    VerifyOut,
)
from trace_backend.authenticity import (
    CodeQuery,
    Language,
    Place,
    QueryAnswer,
    QueryMethod,
)
from trace_backend.codes import OurLink

NOWHERE = Place()


def code_query(
    ours: Ours, visitor: str, place: PlaceIn | None, method: QueryMethod, language: Language
) -> CodeQuery:
    """The query of the record for what was asked at the door."""
    return CodeQuery(
        code=ours.code,
        gtin=ours.gtin if isinstance(ours, OurLink) else None,
        visitor=visitor,
        method=method,
        place=NOWHERE if place is None else _place(place),
        language=language,
    )


def _place(place: PlaceIn) -> Place:
    return Place(
        latitude_deg=place.latitude,
        longitude_deg=place.longitude,
        accuracy_m=place.accuracy_m,
        province=place.province,
        city=place.city,
        district=place.district,
        street=place.street,
    )


def answer_out(answer: QueryAnswer) -> VerifyOut:
    """The answer as it goes over the wire; the same members whatever the verdict."""
    return VerifyOut(
        scan_id=answer.scan_id,
        verdict=answer.verdict.status,
        seal=answer.verdict.seal,
        reply=ReplyOut(language=answer.reply.language, text=answer.reply.text),
        code=answer.code,
        product=_product_out(answer),
        history=_history_out(answer),
        layers=[
            LayerOut(layer=finding.layer, outcome=finding.outcome)
            for finding in answer.verdict.layers
        ],
        queried_at=answer.queried_at,
    )


def _product_out(answer: QueryAnswer) -> ProductOut | None:
    if answer.product is None:
        return None
    facts = answer.product
    return ProductOut(
        name=facts.name,
        brand=facts.brand or None,
        gtin=facts.gtin,
        spec=facts.spec or None,
        batch=facts.batch,
        production_date=facts.production_date,
        expiry_date=facts.expiry_date,
    )


def _history_out(answer: QueryAnswer) -> HistoryOut | None:
    if answer.history is None:
        return None
    facts = answer.history
    return HistoryOut(
        ordinal=facts.ordinal,
        query_count=facts.query_count,
        max_queries=facts.max_queries,
        scan_count=facts.scan_count,
        first_queried_at=facts.first_queried_at,
        first_place=facts.first_place,
    )
