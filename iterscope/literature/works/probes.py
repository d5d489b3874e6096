"""Linear probes on every state: Alain and Bengio 2016; Belrose et al. 2023."""

from __future__ import annotations

from iterscope.literature.studied import Answer, Studied, Value, estimated, measured
from iterscope.literature.work import Asked, Drawn, Work, claims_of
from iterscope.paper.measures import Measurement, need, number, points


def probes_rise(studied: Studied) -> Measurement:
    """Spearman's correlation of position and accuracy is above 0.9: "monotonically", where single images change the order of neighbours."""
    return measured(
        studied,
        "probes",
        lambda answer: estimated(answer["trend"]),
        ">",
        0.9,
        lambda mean: f"rank correlation {number(mean, 2)} of position and accuracy of linear probes",
        undefined="all probes are equally accurate",
    )


def last_probe_close(studied: Studied) -> Measurement:
    """The last probe's accuracy is within 3 points of the network's, whose head reads the same features if a ReLU ends each block."""

    def distance(answer: Answer) -> Value:
        need(
            answer["provenance"]["convention"] == "post-activation",
            f"{studied.net.label} is not a post-activation network, in which the probe reads what the head reads",
            studied.net,
        )
        gain = estimated(answer["last_gain"])
        ends = sorted((abs(gain.low), abs(gain.high)))
        return Value(abs(gain.number), 0.0 if gain.low <= 0 <= gain.high else ends[0], ends[1])

    return measured(
        studied,
        "probes",
        distance,
        "<",
        0.03,
        lambda mean: f"the last probe's accuracy is {points(mean).lstrip('+')} from the network's",
        undefined="the accuracy is not defined",
    )


WORK = Work(
    "probes",
    "Alain and Bengio 2016; Belrose et al. 2023",
    "after arXiv:1610.01644 and arXiv:2303.08112",
    "Linear probes on every state",
    "From which block on can a linear probe predict the class, or the network's own prediction?",
    "The accuracy of linear probes rises with depth, monotonically.",
    (
        Asked(
            "probes",
            "probes",
            (
                Drawn(
                    "accuracy",
                    "Accuracy of linear probes",
                    "Share of images that a linear probe of the state at each position classifies correctly.",
                ),
                Drawn(
                    "agreement",
                    "Agreement of probes with the network",
                    "Share of images for which this probe and the network predict the same class.",
                ),
            ),
        ),
        Asked(
            "network-probes",
            "probes",
            (
                Drawn(
                    "divergence",
                    "Divergence from the network's output",
                    "KL divergence from the network's output to a probe that was fitted to it, at each position.",
                ),
            ),
            {"target": "network"},
        ),
    ),
    claims_of(
        "probes",
        ("rise", "The accuracy of linear probes rises with depth.", probes_rise),
        (
            "last",
            "In post-activation networks, the probe of the last state is as accurate as the network, within 3 points.",
            last_probe_close,
        ),
    ),
)
