"""Authenticity: from a query to its verdict and its reply, and the log of all queries."""

from trace_backend.authenticity.endpoints import router
from trace_backend.authenticity.evidence import Layer, LayerFinding, LayerOutcome
from trace_backend.authenticity.flows import (
    CodeQuery,
    HistoryFacts,
    ProductFacts,
    QueryAnswer,
    query,
)
from trace_backend.authenticity.reply_texts import Language
from trace_backend.authenticity.scans import Place, QueryMethod
from trace_backend.authenticity.verdict import Seal, Verdict, VerdictStatus

__all__ = [
    "CodeQuery",
    "HistoryFacts",
    "Language",
    "Layer",
    "LayerFinding",
    "LayerOutcome",
    "Place",
    "ProductFacts",
    "QueryAnswer",
    "QueryMethod",
    "Seal",
    "Verdict",
    "VerdictStatus",
    "query",
    "router",
]
