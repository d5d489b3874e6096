"""GET /literature: over HTTP, from a stored answer to a verdict, and which runs are seeds of one network."""

from __future__ import annotations

from iterscope.literature.works import CLAIMS, WORKS
from iterscope_backend.schemas.literature import Literature

from .conftest import Server
from .test_errors import problem


def test_an_answer_is_asked_for_stored_and_judged(server: Server) -> None:
    run = server.services.store.checkpoints.latest()
    assert run is not None
    before = server.client.get("/literature", params={"run": run.run}).json()
    Literature.model_validate(before)
    assert [work["id"] for work in before["works"]] == [work.id for work in WORKS]
    assert [claim["id"] for claim in before["claims"]] == [claim.id for claim in CLAIMS]
    cka = next(work for work in before["works"] if work["id"] == "cka")["measurements"][0]
    assert cka["request"] == {"checkpoint": run.id}
    server.probe(cka["probe"], **cka["request"], limit=500)
    after = server.client.get("/literature", params={"run": run.run}).json()
    assert next(work for work in after["works"] if work["id"] == "cka")["measurements"][0]["stored"]
    assert after["wanted"] == before["wanted"] - 1
    near = next(claim for claim in after["claims"] if claim["id"] == "cka-near")
    assert (near["verdict"], near["figures"], near["n_runs"], near["n_samples"]) == ("inconclusive", ["cka"], 1, 359)
    assert near["note"] == "the accuracy of resnet20 on digits isn't known"  # it was never trained
    assert server.client.get("/literature").json()["run"]["id"] == run.run  # it has the most answers


def test_a_block_goes_back_only_where_its_first_weights_are_kept(server: Server) -> None:
    """The only checkpoint is that of epoch 0, so there is nothing to go back from."""
    found = server.client.get("/literature").json()
    work = next(work for work in found["works"] if work["id"] == "criticality")
    assert "earlier" not in work["measurements"][0]["request"]


def test_other_seeds_are_completed_runs_that_differ_in_nothing_else(server: Server, repeated: list[str]) -> None:
    found = server.client.get("/literature", params={"run": repeated[1]}).json()
    assert [seed["run"] for seed in found["seeds"]] == repeated[:2]
    assert found["wanted"] == 0  # they have no checkpoint
    assert {claim["verdict"] for claim in found["claims"]} == {"not yet run"}


def test_an_unknown_run_is_a_problem(server: Server) -> None:
    detail = problem(server.client.get("/literature", params={"run": "r2nowhere"}), 404)["detail"]
    assert "r2nowhere" in detail
