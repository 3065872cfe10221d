"""The demo: journeys 1 and 2 on made prints, through the HTTP API of a server of its own."""

from ar_service.demo.brand import MAX_CODES, MIN_CODES
from ar_service.demo.report import case_document, summary_document, write_report
from ar_service.demo.run import DemoOptions, DemoRun, Stage, Watcher, run_demo
from ar_service.demo.table import result_table

__all__ = [
    "MAX_CODES",
    "MIN_CODES",
    "DemoOptions",
    "DemoRun",
    "Stage",
    "Watcher",
    "case_document",
    "result_table",
    "run_demo",
    "summary_document",
    "write_report",
]
