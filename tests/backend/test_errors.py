"""Bad input of every kind: each answer is a problem that names thing, value and remedy."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from .conftest import Server


def problem(answer: httpx2.Response, status: int, *words: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    value = answer.json()
    assert value["status"] == status
    assert {"type", "title", "detail"} <= value.keys()
    for word in words:
        assert word in value["detail"], value["detail"]
    assert "Traceback" not in answer.text
    return value


@pytest.mark.parametrize(
    ("probe", "fields", "field"),
    [
        ("drop", {"limit": 0}, "body.limit"),
        ("drop", {"limit": -5}, "body.limit"),
        ("drop", {"limit": "many"}, "body.limit"),
        ("drop", {"seed": -1}, "body.seed"),
        ("drop", {"split": "test"}, "body.split"),
        ("drop", {"colour": "red"}, "body.colour"),
        ("drop", {"blocks": []}, "body.blocks"),
        ("drop", {"blocks": [[]]}, "body.blocks"),
        ("drop", {"blocks": "some"}, "body.blocks"),
        ("drop", {"checkpoint": ""}, "body.checkpoint"),
        ("drop", {"wait": -1}, "body.wait"),
        ("unroll", {"steps": -1}, "body.steps"),
        ("unroll", {"steps": 1.5}, "body.steps"),
        ("unroll", {"scale": "large"}, "body.scale"),
        ("unroll", {"borderline": {"threshold": 0}}, "body.borderline.threshold"),
        ("unroll", {"borderline": {"reference": "middle"}}, "body.borderline.reference"),
        ("unroll", {"gradient": "sideways"}, "body.gradient"),
        ("plan", {"plan": []}, "body.plan"),
        ("plan", {"plan": ""}, "body.plan"),
        ("plan", {"plan": " "}, "body.plan"),
        ("predictions", {"indices": [0], "plans": ["\n"]}, "body.plans"),
        ("plan", {"plan": [[0]]}, "body.plan"),
        ("plan", {"plan": "0..2 4 x"}, "body.plan"),
        ("plan", {"plan": "0x2001"}, "body.plan"),
        ("plan", {"plan": "0..8", "against": "0x99999999"}, "body.against"),
        ("plan", {"plan": "0@1e7"}, "body.plan"),
        ("plan", {"plan": "100001"}, "body.plan"),
        ("plan", {"plan": "9" * 5000}, "body.plan"),
        ("plan", {"plan": [[10**4000, 1]]}, "body.plan"),
        ("block-metrics", {"plan": "0x2001"}, "body.plan"),
        ("predictions", {"indices": [0], "plans": ["0x2001"]}, "body.plans"),
        ("drop", {"seed": 10**4000}, "body.seed"),
        ("plan", {}, "body.plan"),
        ("samples", {"group": "strange"}, "body.group"),
        ("samples", {"offset": -1}, "body.offset"),
        ("sample", {"index": -1}, "body.index"),
        ("shuffle", {"swaps": [-1]}, "body.swaps"),
        ("shuffle", {"repeats": 0}, "body.repeats"),
    ],
)
def test_requests_that_are_wrong_by_themselves(server: Server, probe: str, fields: dict[str, Any], field: str) -> None:
    answer = server.post(f"/probe/{probe}", **{"checkpoint": "latest"} | fields)
    value = problem(answer, 422)
    assert any(entry["field"].startswith(field) for entry in value["errors"]), value["errors"]
    assert field in value["detail"]


@pytest.mark.parametrize(
    ("probe", "fields", "errors"),
    [
        ("drop", {"blocks": "all"}, {"body.blocks": "Input should be 'each' or a valid list, got 'all'"}),
        ("unroll", {"scale": "x"}, {"body.scale": "Input should be a valid number or 'auto', got 'x'"}),
        ("plan", {"plan": 5}, {"body.plan": "Input should be a valid list or a valid string, got 5"}),
        ("plan", {"plan": "0..x"}, {
            "body.plan": "can't read '0..x' in the plan: write 3, 0..26, 3@0.5 (scale) or 26@0.1x20 (repetition), got '0..x'",
        }),
        ("drop", {"blocks": [["a"]]}, {
            "body.blocks": "Input should be 'each'", "body.blocks.0.0": "Input should be a valid integer, got 'a'",
        }),
        ("unroll", {"borderline": {"threshold": "a"}}, {"body.borderline.threshold": "Input should be a valid number, got 'a'"}),
        ("plan", {}, {"body.plan": "Field required"}),
    ],
)  # fmt: skip
def test_a_field_of_several_kinds_is_named_once(
    server: Server, probe: str, fields: dict[str, Any], errors: dict[str, str]
) -> None:
    value = problem(server.post(f"/probe/{probe}", **{"checkpoint": "latest"} | fields), 422)
    assert {entry["field"]: entry["message"] for entry in value["errors"]} == errors
    assert len(value["errors"]) == len(errors)


@pytest.mark.parametrize(
    ("probe", "fields", "words"),
    [
        ("drop", {"blocks": [[60]]}, ["block 60 is out of range", "0 to 8"]),
        ("drop", {"blocks": [[-10]]}, ["block -10 is out of range"]),
        ("unroll", {"block": 9}, ["block 9 is out of range"]),
        ("unroll", {"block": 6, "gradient": "end_to_end"}, ["the head reads"]),
        ("unroll", {"block": 1, "gradient": "plugged"}, ["end_to_end"]),
        ("unroll", {"borderline": {"reference": 2}}, ["reference block 2", "6 to 8"]),
        ("plan", {"plan": [[0, 1.0], [8, 1.0]]}, ["block 8 can't run"]),
        ("plan", {"plan": "0..200"}, ["out of range"]),
        ("block-metrics", {"plan": [[0, 1.0]]}, ["the head reads"]),
        ("samples", {"block": 0}, ["reference block 0"]),
        ("sample", {"index": 5000}, ["image 5000 is out of range", "0 to 358"]),
        ("samples", {"group": "corrected", "corrected_by": 0}, ["reference block 0"]),
        ("predictions", {"indices": [3, 5000], "plans": [None]}, ["image 5000 is out of range", "0 to 358"]),
        ("predictions", {"indices": [3], "plans": ["0..99"]}, ["block 9 is out of range"]),
        ("drop", {"dataset": "mnist"}, ["'mnist' is unknown", "digits"]),
        ("drop", {"dataset": "folder:/nowhere"}, ["/nowhere"]),
        (
            "drop",
            {"dataset": "folder:~nobody-here/x"},
            ["'~nobody-here/x'", "no home folder", "give the folder's whole path"],
        ),
        ("drop", {"dataset": "cifar10"}, ["cifar10"]),
    ],
)
def test_requests_that_do_not_fit_the_network(
    server: Server, probe: str, fields: dict[str, Any], words: list[str]
) -> None:
    body = {"checkpoint": "latest", "limit": 20, "wait": 60} | fields
    problem(server.post(f"/probe/{probe}", **body), 422, *words)


def test_text_is_refused_with_what_is_wrong(server: Server) -> None:
    for text, words in (
        ("0..2 4 x", "can't read 'x' in the plan"),
        ("0x2001", "'0x2001' makes the plan longer than 2000 steps"),
        ("0 1@1e7", "step 1: Input should be less than or equal to 1000000"),
    ):
        problem(server.post("/probe/plan", checkpoint="latest", plan=text), 422, words)


@pytest.mark.parametrize("probe", ["plan", "unroll"])
def test_numbers_of_any_length(server: Server, probe: str) -> None:
    for number in ("1" * 5000, "1" * 500, "-" + "1" * 5000):
        body = f'{{"checkpoint": "latest", "plan": [[{number}, 1]], "steps": {number}, "scale": {number}}}'
        answer = server.client.post(f"/probe/{probe}", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 422), answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert len(answer.text) < 3000


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999"])
@pytest.mark.parametrize("field", ["scale", "wait"])
def test_numbers_that_are_none(server: Server, text: str, field: str) -> None:
    body = f'{{"checkpoint": "latest", "{field}": {text}}}'
    answer = server.client.post("/probe/unroll", content=body, headers={"Content-Type": "application/json"})
    problem(answer, 422, field)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/runs/r00000000"),
        ("GET", "/runs/r00000000/metrics"),
        ("DELETE", "/runs/r00000000"),
        ("POST", "/runs/r00000000/stop"),
        ("GET", "/checkpoints/c00000000"),
        ("GET", "/checkpoints?run=r00000000"),
        ("GET", "/jobs/j00000000"),
        ("DELETE", "/jobs/j00000000"),
        ("GET", "/jobs/j00000000/events"),
    ],
)
def test_unknown_things(server: Server, method: str, path: str) -> None:
    problem(server.client.request(method, path), 404, "does not exist")


def test_unknown_checkpoint_of_a_probe(server: Server) -> None:
    problem(server.post("/probe/drop", checkpoint="c00000000"), 404, "c00000000", "GET /checkpoints")


def test_unknown_addresses_and_methods(server: Server) -> None:
    problem(server.client.get("/nothing"), 404, "/docs")
    answer = server.client.get("/probe/drop")
    problem(answer, 405)
    assert answer.headers["allow"] == "POST"


def test_bodies_that_are_no_json(server: Server) -> None:
    json_type = {"Content-Type": "application/json"}
    problem(server.client.post("/probe/drop", content="{nope", headers=json_type), 400, "not JSON")
    problem(server.client.post("/probe/drop", content="", headers=json_type), 422, "body")
    problem(server.client.post("/probe/drop", content="[1]", headers=json_type), 422)
    problem(server.client.post("/probe/drop", content="a=1", headers={"Content-Type": "text/plain"}), 415, "text/plain")
    problem(server.client.post("/probe/drop", data={"checkpoint": "latest"}), 415, "application/json")
    problem(server.client.post("/checkpoints", json={}), 415, "multipart/form-data")


def test_bodies_that_are_too_large(server: Server) -> None:
    text = '{"checkpoint": "latest", "plan": "' + "0 " * 600_000 + '"}'
    problem(
        server.client.post("/probe/plan", content=text, headers={"Content-Type": "application/json"}), 413, "1,048,576"
    )

    def pieces() -> Any:  # without a Content-Length
        for start in range(0, len(text), 100_000):
            yield text[start : start + 100_000].encode()

    answer = server.client.post("/probe/plan", content=pieces(), headers={"Content-Type": "application/json"})
    problem(answer, 413, "1,048,576")


def test_only_our_own_names_and_pages(server: Server) -> None:
    problem(
        server.client.get("/health", headers={"Host": "evil.example"}), 400, "evil.example", "ITERSCOPE_ALLOWED_HOSTS"
    )
    problem(server.client.get("/health", headers={"Host": "backend:8000"}), 400, "backend:8000")  # only Docker's name
    problem(server.client.get("/health", headers={"Origin": "http://evil.example"}), 403, "evil.example")
    problem(server.client.get("/health", headers={"Origin": "null"}), 403)
    for host in ("localhost:8000", "127.0.0.1", "[::1]:8000"):
        answer = server.client.get("/health", headers={"Host": host, "Origin": f"http://{host}"})
        assert answer.status_code == 200
        assert "access-control-allow-origin" not in answer.headers


def test_images_that_are_not_there(server: Server) -> None:
    problem(server.client.get("/datasets/image?dataset=digits&split=validation&index=5000"), 422, "0 to 358")
    problem(server.client.get("/datasets/image?dataset=digits&split=test&index=0"), 422, "query.split")
    problem(server.client.get("/datasets/image?dataset=none&split=train&index=0"), 422, "'none' is unknown")


def test_an_unexpected_error_is_a_problem_and_a_line_in_the_log(
    server: Server, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(server.services.jobs, "workers")  # what no request could do
    value = problem(server.client.get("/health"), 500, "AttributeError", "GET /health")
    assert "Traceback" not in str(value)
    assert any("GET /health failed" in record.getMessage() for record in caplog.records)
