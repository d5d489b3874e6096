"""The queue: waiting, progress, cancelling, coalescing, the cache, dead workers, restarts."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from PIL import Image

from iterscope_backend.jobs.job import ProbeJob
from iterscope_backend.workers.messages import Cancelled, Done
from iterscope_db import open_store

from .conftest import SLOW, Server, locked

MakeServer = Callable[..., Any]


def events(server: Server, job: str, **headers: str) -> list[tuple[str, str, dict[str, Any]]]:
    """(id, event, data) of a job's whole stream."""
    found: list[tuple[str, str, dict[str, Any]]] = []
    with server.client.stream("GET", f"/jobs/{job}/events", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        fields: dict[str, str] = {}
        for line in answer.iter_lines():
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif "event" in fields:
                found.append((fields["id"], fields["event"], json.loads(fields["data"])))
                fields = {}
    return found


def at_work(server: Server, job: str) -> None:
    """Waits until the worker has begun with it."""
    while server.client.get(f"/jobs/{job}").json()["progress"] == 0:
        time.sleep(0.1)


def test_a_probe_that_takes_longer_is_a_job_and_ends_in_the_cache(server: Server) -> None:
    request = {"checkpoint": "latest", "limit": 300, "seed": 1}
    first = server.post("/probe/drop", **request, wait=0)
    assert first.status_code == 202
    job = first.json()
    assert first.headers["location"] == f"/jobs/{job['id']}"
    assert job["state"] in ("queued", "running")
    assert "result" not in job
    done = server.until(job["id"], "done")
    assert done["progress"] == 1
    assert done["result"]["samples"] == 300
    assert not done["result"]["provenance"]["cached"]
    again = server.post("/probe/drop", **request, wait=0)
    assert again.status_code == 200
    assert again.json()["provenance"]["cached"]
    assert again.json()["plans"] == done["result"]["plans"]


def test_wait_in_the_query_goes_before_the_body(server: Server) -> None:
    body = {"checkpoint": "latest", "limit": 300, "seed": 2}
    assert server.client.post("/probe/drop?wait=0", json=body | {"wait": 60}).status_code == 202
    assert server.client.post("/probe/drop?wait=60", json=body | {"wait": 0}).status_code == 200


def test_a_cached_answer_takes_less_than_50_ms(server: Server) -> None:
    server.probe("block-metrics", seed=3)
    times = []
    for _ in range(9):
        answer = server.post("/probe/block-metrics", checkpoint="latest", limit=40, seed=3)
        assert answer.json()["provenance"]["cached"]
        times.append(float(answer.headers["server-timing"].removeprefix("total;dur=")))
    assert sorted(times)[4] < 50


def test_a_cached_answer_is_the_bytes_that_were_stored(server: Server) -> None:
    job = server.post("/probe/drop", checkpoint="latest", limit=40, seed=9, wait=0).json()["id"]
    server.until(job, "done")
    answer = server.post("/probe/drop", checkpoint="latest", limit=40, seed=9)
    key = server.services.store.jobs.get(job).key
    assert key is not None
    stored = server.services.store.probe_results.get(key)
    assert stored is not None
    before_provenance, _, provenance = stored.result_json.rpartition(b'"provenance":{')
    assert before_provenance[1:] in answer.content
    value = answer.json()
    assert value["provenance"] == json.loads(b"{" + provenance[:-1]) | {"cached": True}
    assert value["checkpoint"] == server.client.get("/checkpoints").json()["checkpoints"][0]["id"]
    assert server.client.get(f"/jobs/{job}").json()["result"] == value | {
        "provenance": value["provenance"] | {"cached": False}
    }


def test_events_tell_of_progress_and_continue_after_the_last_seen(server: Server) -> None:
    job = server.post("/probe/drop", checkpoint="latest", limit=359, seed=4, wait=0).json()["id"]
    seen = events(server, job)
    names = [name for _, name, _ in seen]
    assert names[-1] == "done"
    assert set(names[:-1]) == {"progress", "partial"}
    assert [int(number) for number, *_ in seen] == list(range(1, len(seen) + 1))
    progress = [data["progress"] for _, name, data in seen if name == "progress"]
    assert progress == sorted(progress)
    assert seen[-1][2]["job"]["result"]["samples"] == 359
    again = [event for event in seen if event[1] != "partial"]  # these are out of date
    assert events(server, job, **{"Last-Event-ID": "1"}) == again[1:]
    assert events(server, job, **{"Last-Event-ID": "nonsense"}) == again
    over = server.client.get(f"/jobs/{job}/events", headers={"Last-Event-ID": seen[-1][0]})
    assert over.status_code == 204


def test_a_running_job_tells_the_answer_so_far(server: Server) -> None:
    job = server.post("/probe/plan", checkpoint="latest", limit=359, seed=11, plan="0 2..8", wait=0).json()["id"]
    grown = [data for _, name, data in events(server, job) if name == "partial"]
    final = server.client.get(f"/jobs/{job}").json()["result"]
    first = grown[0]["partial"]
    assert first["samples"] == 32
    assert first.keys() - final.keys() == {"of"}
    assert first["of"] == final["samples"]
    assert first["checkpoint"] == final["checkpoint"]
    assert first["baseline"]["groups"]["all"]["n"] == 32
    assert first["result"]["cosine_loss"]["mean"] == []
    assert all(0 <= one["progress"] < 1 for one in grown)
    polled = server.post("/probe/shuffle", **SLOW, seed=12).json()["id"]
    while "partial" not in (told := server.client.get(f"/jobs/{polled}").json()):
        assert told["state"] in ("queued", "running")
    assert told["partial"]["samples"] in (32, 1056)
    server.client.delete(f"/jobs/{polled}")
    assert "partial" not in server.client.get(f"/jobs/{polled}").json()


def ahead(server: Server, seed: int) -> str:
    answer = server.client.post("/probe/shuffle", json={**SLOW, "seed": seed}, headers={"Priority": "u=7"})
    assert answer.status_code == 202
    return str(answer.json()["id"])


def test_what_is_computed_ahead_gives_way_and_runs_again(server: Server) -> None:
    job = ahead(server, 21)
    server.until(job, "running")
    assert server.probe("early-exit", seed=21)["samples"] == 40  # while it has long to go
    other = server.post("/probe/shuffle", **SLOW, seed=22).json()["id"]
    server.until(other, "running")
    assert server.client.get(f"/jobs/{job}").json()["state"] == "queued"
    assert server.client.get("/health").json()["queue_length"] == 0
    server.client.delete(f"/jobs/{other}")
    server.until(job, "running")
    server.client.delete(f"/jobs/{job}")
    assert server.client.get(f"/jobs/{job}").json()["state"] == "cancelled"


def test_what_is_computed_ahead_stays_once_it_is_asked_for(server: Server) -> None:
    job = ahead(server, 23)
    assert server.post("/probe/shuffle", **SLOW, seed=23).json()["id"] == job
    server.until(job, "running")
    other = server.post("/probe/shuffle", **SLOW, seed=24).json()["id"]
    server.until(job, "running")
    assert server.client.get(f"/jobs/{other}").json()["state"] == "queued"
    for each in (other, job):
        server.client.delete(f"/jobs/{each}")
    refused = server.client.post("/probe/drop", json={"checkpoint": "latest"}, headers={"Priority": "soon"})
    assert refused.status_code == 422


def test_a_cancellation_before_a_task_is_sent_does_not_end_its_next_run(server: Server) -> None:
    """What gives way just then runs again under the same id."""
    job = server.services.jobs.get(
        server.post("/probe/early-exit", checkpoint="latest", limit=40, seed=25, wait=0).json()["id"]
    )
    assert isinstance(job, ProbeJob)
    server.until(job.id, "done")
    worker, task = server.services.jobs.workers[0], replace(job.task, id="displaced")  # it has nothing else to do
    cancelling = threading.Thread(target=worker.cancel, args=(task.id,))

    def cancelled() -> bool:
        cancelling.start()
        cancelling.join(timeout=0.5)  # as long as it may take here; it may also have to wait
        return True

    assert isinstance(worker.run(task, job, cancelled), Cancelled)
    cancelling.join()
    assert isinstance(worker.run(task, job, lambda: False), Done)


def test_cancelling_is_acknowledged_and_heeded(server: Server) -> None:
    """`python -m benchmarks.page` measures how soon."""
    job = server.post("/probe/shuffle", **SLOW, seed=1).json()["id"]
    waiting = server.post("/probe/shuffle", **SLOW, seed=2).json()["id"]
    server.until(job, "running")
    answer = server.client.delete(f"/jobs/{job}")
    assert answer.status_code == 200
    assert answer.json()["state"] == "cancelled"
    server.until(waiting, "running")  # the worker is free again
    assert server.client.delete(f"/jobs/{waiting}").json()["state"] == "cancelled"
    assert events(server, waiting)[-1][1] == "cancelled"
    assert server.client.delete(f"/jobs/{job}").status_code == 200  # again: it is cancelled, as asked
    server.probe("early-exit", seed=1)


def leased(server: Server, seconds: str, **body: Any) -> str:
    answer = server.client.post("/probe/shuffle", json={**SLOW, **body}, headers={"Iterscope-Lease": seconds})
    assert answer.status_code == 202
    return str(answer.json()["id"])


def stored_state(server: Server, job: str) -> str:
    """Read from the store: that is not a reader of the job."""
    return server.services.store.jobs.get(job).state


def test_a_job_that_nobody_reads_ends_with_its_lease(server: Server) -> None:
    """A page that is closed while it asks doesn't know which job to cancel."""
    running, waiting = leased(server, "1", seed=31), leased(server, "1", seed=32)
    while (stored_state(server, running), stored_state(server, waiting)) != ("cancelled", "cancelled"):
        time.sleep(0.1)
    assert server.probe("early-exit", seed=31)["samples"] == 40  # the worker is free again
    for seconds in ("0", "soon", "nan"):
        refused = server.client.post("/probe/drop", json={"checkpoint": "latest"}, headers={"Iterscope-Lease": seconds})
        assert refused.status_code == 422
        assert "Iterscope-Lease" in refused.text


def test_a_job_goes_on_while_it_is_read_or_once_it_is_asked_for_without_a_lease(server: Server) -> None:
    followed = leased(server, "2", seed=33)
    with server.client.stream("GET", f"/jobs/{followed}/events") as stream:
        polled, kept = (leased(server, "2", seed=seed) for seed in (34, 35))
        assert server.post("/probe/shuffle", **SLOW, seed=35).json()["id"] == kept
        until = time.monotonic() + 4.5
        while time.monotonic() < until:
            assert server.client.get(f"/jobs/{polled}").json()["state"] == "queued"
            time.sleep(0.1)
        assert stored_state(server, followed) == "running"
        stream.close()
    while (stored_state(server, followed), stored_state(server, polled)) != ("cancelled", "cancelled"):
        time.sleep(0.1)
    assert server.client.delete(f"/jobs/{kept}").json()["state"] == "cancelled"
    server.probe("early-exit", seed=36)  # the worker is free again


def test_a_waiting_job_is_cancelled_without_ever_running(server: Server) -> None:
    running = server.post("/probe/shuffle", **SLOW, seed=3).json()["id"]
    waiting = server.post("/probe/shuffle", **SLOW, seed=4).json()["id"]
    assert server.client.get(f"/jobs/{waiting}").json()["state"] == "queued"
    assert server.client.get("/health").json()["queue_length"] == 1
    assert server.client.delete(f"/jobs/{waiting}").json()["state"] == "cancelled"
    assert server.client.get("/health").json()["queue_length"] == 0
    server.client.delete(f"/jobs/{running}")


def test_a_request_whose_job_is_cancelled_is_told(server: Server) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(server.post, "/probe/shuffle", **SLOW | {"wait": 30}, seed=5)
        while not (running := server.services.store.jobs.list("running")):
            time.sleep(0.01)
        server.client.delete(f"/jobs/{running[0].id}")
        answer = waiting.result(timeout=10)
    assert answer.status_code == 409
    assert "cancelled" in answer.json()["detail"]


def test_a_finished_job_cannot_be_cancelled(server: Server) -> None:
    job = server.post("/probe/early-exit", checkpoint="latest", limit=30, seed=6, wait=0).json()["id"]
    server.until(job, "done")
    answer = server.client.delete(f"/jobs/{job}")
    assert answer.status_code == 409
    assert "is done" in answer.json()["detail"]


def test_the_same_probe_at_once_is_one_computation(server: Server) -> None:
    body = {"checkpoint": "latest", "limit": 300, "seed": 7}
    with ThreadPoolExecutor(6) as pool:
        jobs = list(pool.map(lambda _: server.post("/probe/drop", **body, wait=0).json(), range(6)))
    assert len({job["id"] for job in jobs}) == 1
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: server.post("/probe/drop", **body, wait=60), range(3)))
    assert [answer.status_code for answer in answers] == [200] * 3
    created = {answer.json()["provenance"]["created_at"] for answer in answers}
    assert len(created) == 1


def test_a_client_that_leaves_does_not_stop_the_job(server: Server) -> None:
    body = {"checkpoint": "latest", "limit": 359, "seed": 8, "wait": 60}
    with pytest.raises(httpx2.TimeoutException), httpx2.Client(base_url=server.url, timeout=0.1) as hasty:
        hasty.post("/probe/drop", json=body)
    answer = server.post("/probe/drop", **body)
    assert answer.status_code == 200
    assert len([job for job in server.services.store.jobs.list() if job.request.get("seed") == 8]) == 1


def test_a_full_queue_is_503(make_server: MakeServer) -> None:
    with make_server(queue_size=2) as server:
        answers = [server.post("/probe/shuffle", **SLOW, seed=seed) for seed in range(4)]
        while len(answers) < 8 and answers[-1].status_code == 202:
            answers.append(server.post("/probe/shuffle", **SLOW, seed=len(answers)))
        refused = answers[-1]
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) > 0
        assert "2 waiting probes" in refused.json()["detail"]
        for answer in answers:
            if answer.status_code == 202:
                server.client.delete(f"/jobs/{answer.json()['id']}")
        assert server.probe("early-exit")["samples"] == 40


def test_a_killed_worker_is_replaced_and_the_next_job_runs(make_server: MakeServer) -> None:
    with make_server() as server:
        job = server.post("/probe/shuffle", **SLOW).json()["id"]
        server.until(job, "running")
        at_work(server, job)
        worker = server.services.jobs.workers[0]
        dead = worker.process_id
        assert dead is not None
        os.kill(dead, signal.SIGKILL)
        failed = server.until(job, "failed")
        assert failed["error"]["status"] == 500
        assert "SIGKILL" in failed["error"]["detail"]
        assert "smaller limit" in failed["error"]["detail"]
        assert server.probe("early-exit")["samples"] == 40
        assert worker.process_id != dead
        assert events(server, job)[-1][1] == "failed"


def test_a_worker_starts_where_the_server_that_forks_it_has_no_place(
    make_server: MakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its socket's address may have 107 bytes, and its folder may be emptied."""

    def gone(*_arguments: object) -> None:
        raise OSError("AF_UNIX path too long")

    monkeypatch.setattr("multiprocessing.forkserver.connect_to_new_process", gone)
    with make_server() as server:
        assert server.probe("early-exit")["samples"] == 40


def test_a_worker_killed_at_rest_is_replaced(make_server: MakeServer) -> None:
    with make_server() as server:
        server.probe("early-exit")
        dead = server.services.jobs.workers[0].process_id
        os.kill(dead, signal.SIGKILL)
        assert server.probe("early-exit", seed=1)["samples"] == 40


def key_once_stored_as(server: Server, job: str, wanted: str) -> str | None:
    """Waits until the store says that the job is in this state; the job's key."""
    end = time.monotonic() + 60
    with open_store(server.home) as store:
        while (record := store.jobs.get(job)).state != wanted:
            assert time.monotonic() < end, record
            time.sleep(0.1)
    return record.key


@pytest.mark.usefixtures("impatient")
def test_ends_are_stored_once_the_store_can_be_written_again(make_server: MakeServer) -> None:
    with make_server() as server:
        cancelled = server.post("/probe/shuffle", **SLOW).json()["id"]
        at_work(server, cancelled)
        queued = server.post("/probe/early-exit", checkpoint="latest", limit=40, wait=0).json()["id"]
        with locked(server.home):
            assert server.client.delete(f"/jobs/{cancelled}").json()["state"] == "cancelled"
            assert server.until(queued, "done", "failed")["state"] == "done"
            with open_store(server.home, migrate=False) as store:
                assert [store.jobs.get(job).state for job in (cancelled, queued)] == ["running", "queued"]
        key_once_stored_as(server, cancelled, "cancelled")
        key = key_once_stored_as(server, queued, "done")
        end = time.monotonic() + 60
        while server.services.store.probe_results.get(str(key)) is None:
            assert time.monotonic() < end
            time.sleep(0.1)


@pytest.mark.usefixtures("impatient")
def test_ends_are_stored_when_the_service_stops(make_server: MakeServer) -> None:
    with make_server() as server:
        job = server.post("/probe/shuffle", **SLOW).json()["id"]
        at_work(server, job)
        with locked(server.home):
            server.client.delete(f"/jobs/{job}")
    with open_store(server.home) as store:
        assert store.jobs.get(job).state == "cancelled"


def test_a_folder_that_changes_is_read_again(make_server: MakeServer, tmp_path_factory: pytest.TempPathFactory) -> None:
    photos = tmp_path_factory.mktemp("photos")

    def add(name: str, grey: int) -> None:
        for folder in (photos / split / f"class-{label}" for split in ("train", "val") for label in range(10)):
            folder.mkdir(parents=True, exist_ok=True)
            Image.new("L", (8, 8), grey).save(folder / name)

    def asked(server: Server, seen: Collection[str]) -> tuple[int, str]:
        """The first answer on images that weren't seen before: how many, and their fingerprint."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            answer = server.post(
                "/probe/early-exit", dataset=f"folder:{photos}", checkpoint="latest", limit=40, wait=60
            )
            if answer.status_code == 200 and answer.json()["provenance"]["dataset_fingerprint"] not in seen:
                return answer.json()["samples"], answer.json()["provenance"]["dataset_fingerprint"]
        raise TimeoutError(answer.text)

    add("one.png", 50)
    with make_server() as server:
        count, first = asked(server, ())
        add("two.png", 100)
        more, second = asked(server, {first})
        add("two.png", 200)
        os.kill(server.services.jobs.workers[0].process_id, signal.SIGKILL)
        same, _ = asked(server, {first, second})
    assert (count, more, same) == (10, 20, 20)


def test_a_worker_that_does_not_heed_is_replaced(make_server: MakeServer) -> None:
    with make_server(cancel_grace=0.5) as server:
        job = server.post("/probe/shuffle", **SLOW).json()["id"]
        server.until(job, "running")
        worker = server.services.jobs.workers[0]
        stuck = worker.process_id
        at_work(server, job)
        os.kill(stuck, signal.SIGSTOP)
        server.client.delete(f"/jobs/{job}")
        assert server.probe("early-exit")["samples"] == 40
        assert worker.process_id != stuck


def test_a_probe_without_progress_is_ended(make_server: MakeServer) -> None:
    with make_server(hang_after=5.0) as server:
        worker = server.services.jobs.workers[0]
        assert worker.ready.wait(60)
        stuck = worker.process_id
        os.kill(stuck, signal.SIGSTOP)
        job = server.post("/probe/shuffle", **SLOW).json()["id"]
        assert "no progress for 5 seconds" in server.until(job, "failed")["error"]["detail"]
        assert worker.process_id not in (stuck, None)


def test_a_job_of_another_service_is_followed_and_cancelled(make_server: MakeServer) -> None:
    with make_server() as server, make_server() as other, ThreadPoolExecutor(1) as pool:
        job = server.post("/probe/shuffle", **SLOW).json()["id"]
        at_work(server, job)
        followed = pool.submit(events, other, job)
        assert other.client.delete(f"/jobs/{job}").json()["state"] == "cancelled"
        assert server.until(job, "cancelled", "done")["state"] == "cancelled"
        assert [name for _, name, _ in followed.result(60)] == ["cancelled"]
        done = server.post("/probe/early-exit", checkpoint="latest", limit=40, wait=0).json()["id"]
        key_once_stored_as(server, done, "done")  # the worker is free
        refused = other.client.delete(f"/jobs/{done}")
        assert refused.status_code == 409
        assert "is done: only a queued or running job can be cancelled" in refused.json()["detail"]


def test_results_and_jobs_survive_a_restart(make_server: MakeServer) -> None:
    with make_server() as server:
        job = server.post("/probe/drop", checkpoint="latest", limit=40, wait=0).json()["id"]
        done = server.until(job, "done")
    with make_server() as server:
        again = server.client.get(f"/jobs/{job}").json()
        assert again["state"] == "done"
        assert again["result"]["plans"] == done["result"]["plans"]
        assert again["result"]["provenance"]["cached"]
        assert [name for _, name, _ in events(server, job)] == ["done"]
        answer = server.post("/probe/drop", checkpoint="latest", limit=40, wait=0)
        assert answer.status_code == 200
        assert server.client.delete(f"/jobs/{job}").status_code == 409


def test_jobs_of_a_dead_server_are_failed(make_server: MakeServer, tmp_path: Any) -> None:
    with open_store(tmp_path) as store:
        lost = store.jobs.create("probe", "drop", {}, "some key")
        store.jobs.update(lost.id, state="running")
    with make_server() as server:
        job = server.client.get(f"/jobs/{lost.id}").json()
        assert job["state"] == "failed"
        assert "again" in job["error"]["detail"]
        assert [name for _, name, _ in events(server, lost.id)] == ["failed"]


def test_stopping_the_service_ends_its_jobs_and_workers(make_server: MakeServer) -> None:
    before = set(threading.enumerate())
    with make_server() as server:
        job = server.post("/probe/shuffle", **SLOW).json()["id"]
        server.until(job, "running")
        worker = server.services.jobs.workers[0].process_id
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)
    assert not [thread for thread in set(threading.enumerate()) - before if thread.name.startswith("jobs on")]
    with make_server() as server:
        assert server.client.get(f"/jobs/{job}").json()["error"]["status"] == 503


def test_health(server: Server) -> None:
    health = server.client.get("/health").json()
    assert health["status"] == "ok"
    assert health["device"] == "cpu"
    assert health["torch_threads"] == 1
    assert health["workers"] == [{"device": "cpu", "state": "ready"}]
    assert health["home"] == str(server.home)
