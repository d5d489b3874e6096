"""All faults. docs/RELIABILITY.md has their promises; a test compares both."""

from tests.chaos.contests import cancelled_jobs, contested_claims
from tests.chaos.full_disks import full_disks
from tests.chaos.hostile_files import damaged_headers, hostile_images, hostile_weights
from tests.chaos.hostile_requests import hostile_requests
from tests.chaos.probing import killed_services
from tests.chaos.restarts import restarted_servers
from tests.chaos.saves import flipped_bytes, killed_saves
from tests.chaos.trainings import killed_trainings
from tests.chaos.trials import Fault

FAULTS = (
    Fault(
        "killed saves",
        "A training state or checkpoint is either whole or as it was before, and nothing else is left.",
        4,
        killed_saves,
    ),
    Fault(
        "killed trainings",
        "A run that was killed is dead at once, can be resumed at once, and ends with the same bits as one that was not killed.",
        14,
        killed_trainings,
    ),
    Fault(
        "killed services",
        "A killed service leaves no worker behind; jobs that had ended stay as they ended, and the others say that they failed.",
        10,
        killed_services,
    ),
    Fault("cancelled jobs", "A job has one end: what was cancelled stays cancelled.", 5, cancelled_jobs),
    Fault("contested claims", "A queued run is claimed by one process.", 5, contested_claims),
    Fault(
        "full disks",
        "A full disk is an error that says so; earlier files and all acknowledged epochs are kept, and with free space work goes on.",
        3,
        full_disks,
    ),
    Fault(
        "flipped bytes",
        "A damaged training state or checkpoint is refused by its name; a damaged cached result is computed again.",
        3,
        flipped_bytes,
    ),
    Fault(
        "hostile weights",
        "Opening a file of weights runs no code of the file, ends, names the file where it refuses it, and leaves nothing.",
        8,
        hostile_weights,
    ),
    Fault(
        "damaged headers",
        "Listing a checkpoint whose header is damaged describes it or refuses it by its name.",
        1,
        damaged_headers,
    ),
    Fault(
        "hostile images",
        "An image is decoded to the wanted size, or refused by its name; EPS and PDF are not opened.",
        2,
        hostile_images,
    ),
    Fault(
        "hostile requests",
        "No request is answered with a server error or a traceback, and the servers answer the next one.",
        5,
        hostile_requests,
    ),
    Fault(
        "restarted servers",
        "When PostgreSQL stops, acknowledged epochs are kept, refusals say that it does not answer, and work goes on when it is back.",
        4,
        restarted_servers,
    ),
)
