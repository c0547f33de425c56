"""Logs tell what happened and never what was typed."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from directory import logs
from directory.config import Settings

INSERT = text(
    "INSERT INTO commune (insee_code, name, kind, departement, region, postal_codes,"
    " is_approximate, former_codes, former_names)"
    " VALUES ('93010', 'Zénobie', 'commune', '93', '11', '{}', true, '{}', '{}')"
)


@contextmanager
def configured(settings: Settings) -> Iterator[None]:
    """Have our configuration for the block, and pytest's again afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure(settings)
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_an_error_of_the_database_is_its_class_and_its_constraint(
    settings: Settings, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    session.execute(INSERT)
    with configured(settings):
        try:
            session.execute(INSERT)
        except IntegrityError:
            structlog.get_logger("test").exception("failed")
    (line,) = lines(capsys)
    assert line["error"] == "IntegrityError"
    assert line["cause"] == "UniqueViolation"
    assert line["constraint"] == "pk_commune"
    assert "Zénobie" not in str(line)
    assert "93010" not in str(line)


def test_an_exception_is_its_class_and_its_place(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with configured(settings):
        try:
            raise ValueError("3 rue de la Paix")
        except ValueError:
            logging.getLogger("library").exception("failed")
    (line,) = lines(capsys)
    assert line["error"] == "ValueError"
    assert "test_logs.py" in str(line["trace"])
    assert "rue de la Paix" not in str(line)


@pytest.mark.parametrize(
    ("written", "logged"),
    [
        ("GET https://host/search?q=3+rue&limit=1 200", "GET https://host/search 200"),
        ('"GET /recherche?adresse=Lille HTTP/1.1"', '"GET /recherche HTTP/1.1"'),
        ("Really? Yes", "Really? Yes"),
    ],
)
def test_what_follows_a_question_mark_is_cut_from_the_lines_of_libraries(
    written: str, logged: str, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with configured(settings):
        logging.getLogger("library").warning(written)
    assert lines(capsys)[0]["event"] == logged


def test_a_line_is_one_object_with_level_and_time(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with configured(settings):
        structlog.get_logger("test").info("done", count=3)
    (line,) = lines(capsys)
    assert (line["event"], line["count"], line["level"]) == ("done", 3, "info")
    assert str(line["timestamp"]).endswith("Z")


def test_less_serious_lines_are_dropped(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with configured(settings):
        structlog.get_logger("test").debug("detail")
        logging.getLogger("httpx").info("HTTP Request")
    assert lines(capsys) == []


def test_a_process_that_sets_nothing_up_tells_no_text_either() -> None:
    """Another server than ours, on a database that refuses the search."""
    program = """
import structlog
from directory.logs import keep_texts_out
keep_texts_out()
typed = "12 rue Tres Secrete"
try:
    raise ValueError(typed)
except ValueError as error:
    structlog.get_logger().error("unforeseen_error", exc_info=error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    told = done.stdout + done.stderr
    assert "unforeseen_error" in told
    assert "ValueError" in told
    assert "Secrete" not in told
