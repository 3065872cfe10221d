"""Codes in bulk: one solve per design, every code tested, sheets in parts, runs that resume.

Needs no database and no network: the command line runs orders in a folder, the service as jobs.
"""

from generative_codes.bulk.certified import CertifiedOrder, certify_order
from generative_codes.bulk.folder import FolderRun, RunResult, run_in_folder
from generative_codes.bulk.order import (
    BulkError,
    BulkFormat,
    BulkItem,
    BulkOrder,
    GatePolicy,
    ItemOutcome,
    LabelText,
    PartReport,
    Way,
)
from generative_codes.bulk.part import join_parts, make_part
from generative_codes.bulk.sample import SampledBound, certify_design, lower_bound, sample_grid
from generative_codes.bulk.serials import SerialList, for_trial, from_csv, from_lines
from generative_codes.bulk.solved import SolvedOrder, solve, with_strength

__all__ = [
    "BulkError",
    "BulkFormat",
    "BulkItem",
    "BulkOrder",
    "CertifiedOrder",
    "FolderRun",
    "GatePolicy",
    "ItemOutcome",
    "LabelText",
    "PartReport",
    "RunResult",
    "SampledBound",
    "SerialList",
    "SolvedOrder",
    "Way",
    "certify_design",
    "certify_order",
    "for_trial",
    "from_csv",
    "from_lines",
    "join_parts",
    "lower_bound",
    "make_part",
    "run_in_folder",
    "sample_grid",
    "solve",
    "with_strength",
]
