import io
import json
import logging

import pytest

from ar_service.edge.logs import configure_logs, log_event, log_failure

SECRET = "0123456789ABCDEFGHJK"


@pytest.fixture
def lines():
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure_logs("INFO", stream)

    def read() -> list[dict[str, object]]:
        return [json.loads(line) for line in stream.getvalue().splitlines()]

    yield read
    root.handlers, root.level = handlers, level


def test_an_event_is_one_json_object_on_one_line(lines) -> None:
    log_event(logging.INFO, "verify", verdict="GENUINE_FIRST", ms=1.5)
    (line,) = lines()
    assert line["event"] == "verify"
    assert line["verdict"] == "GENUINE_FIRST"
    assert line["level"] == "info"
    assert line["time"].endswith("+00:00")


def test_an_unexpected_error_is_logged_without_its_message(lines) -> None:
    def refuse() -> None:
        raise ValueError(f"bad code {SECRET}")

    try:
        refuse()
    except ValueError as error:
        log_failure("unexpected", error)
    (line,) = lines()
    assert line["exception"] == "ValueError"
    assert line["frames"][-1].startswith("test_logs.py:")
    assert SECRET not in json.dumps(line)


def test_what_a_library_interpolates_never_reaches_the_log(lines) -> None:
    logging.getLogger("somelib").warning("payload %s refused", SECRET)
    logging.getLogger("somelib").warning(f"payload {SECRET} refused")
    with_args, interpolated = lines()
    assert with_args["event"] == "payload %s refused"
    assert interpolated["event"] == "library"
    assert SECRET not in json.dumps([with_args, interpolated])


def test_the_access_log_of_the_server_is_off(lines) -> None:
    logging.getLogger("uvicorn.access").info('%s - "GET /01/%s"', "198.51.100.7", SECRET)
    assert lines() == []
