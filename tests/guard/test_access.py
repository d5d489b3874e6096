"""Who may send requests."""

from __future__ import annotations

import socket

import pytest

from iterscope_guard.access import Access, AccessError, choose_token, url_host, with_token


@pytest.mark.parametrize(
    ("origin", "host", "ours"),
    [
        ("http://localhost:8050", "localhost:8050", True),
        ("http://LOCALHOST:8050", "localhost:8050", True),
        ("http://[::1]:8050", "[::1]:8050", True),
        ("http://[0:0::0:1]:8050", "[::1]:8050", True),
        ("http://[2001:DB8:0::1]:8050", "[2001:db8::1]:8050", True),
        ("http://hub.example", "hub.example", True),
        ("http://hub.example:80", "hub.example", True),
        ("http://hub.example", "hub.example:80", True),
        (
            "https://hub.example:8443",
            "hub.example:8443",
            True,
        ),  # TLS ends at the proxy, which passes the name and port on
        ("https://hub.example", "hub.example", False),  # port 443: another program than port 80's
        ("https://secure.example", "secure.example", True),  # named
        ("https://secure.example:443", "secure.example", True),
        ("http://localhost:9999", "localhost:8050", False),  # another program of this machine
        ("http://localhost", "localhost:8050", False),
        ("http://127.0.0.1:8050", "localhost:8050", False),
        ("http://evil.example:8050", "localhost:8050", False),
        ("http://localhost:8050@evil.example", "localhost:8050", False),
        ("http://localhost:8050.evil.example", "localhost:8050", False),
        ("http://localhost:8050/path", "localhost:8050", False),
        ("file://localhost:8050", "localhost:8050", False),
        ("null", "localhost:8050", False),
        ("", "localhost:8050", False),
        ("http://", "", False),
        ("https://named.example:8443", "localhost:8050", True),
        ("https://named.example", "localhost:8050", False),
        ("http://named.example:8443", "localhost:8050", False),
    ],
)
def test_an_origin_is_the_host_with_its_port_or_one_that_is_named(origin: str, host: str, ours: bool) -> None:
    named = ("https://Named.example:8443/", "https://secure.example")
    assert Access(allowed_origins=named).accepts_origin(origin, host) is ours


@pytest.mark.parametrize(
    ("scheme", "origin", "ours"),
    [
        ("http", "http://samehost", True),
        ("http", "https://samehost", False),
        ("https", "https://samehost", True),
        ("https", "http://samehost", False),
        ("https", "http://samehost:443", True),
    ],
)
def test_a_host_without_a_port_has_the_port_of_the_requests_scheme(scheme: str, origin: str, ours: bool) -> None:
    assert Access().accepts_origin(origin, "samehost", scheme) is ours


@pytest.mark.parametrize(
    ("bound", "header", "accepted"),
    [
        ("127.0.0.1", "localhost:1", True),
        ("127.0.0.1", "[::1]:8000", True),
        ("127.0.0.1", "192.168.1.5:8000", False),
        ("127.0.0.1", "evil.example", False),
        ("127.0.0.1", "named.example:1", True),
        ("127.0.0.1", "", False),
        ("127.0.0.1", "localhost@evil.example", False),
        ("192.168.1.5", "192.168.1.5:8000", True),
        ("192.168.1.5", "192.168.1.6:8000", False),
        ("fd00::5", "[fd00::5]:8000", True),
        ("2001:db8:0:0::1", "[2001:db8::1]:8000", True),  # as a browser writes it
        ("2001:DB8::1", "[2001:0db8::0:1]", True),
        ("2001:db8::1", "[2001:db8::2]", False),
        ("fe80::1%eth0", "[fe80::1]:8000", True),
        ("fe80::1", "[fe80::1%25eth0]:8000", True),
        ("127.0.0.1", "[2001:DB8:0::9]", True),  # named
        ("127.0.0.1", "[2001:db8::a]:1", True),
        ("127.0.0.1", "[fe80::7]:1", True),
        ("127.0.0.1", "127.0.0.2%eth0", False),
        ("0:0::0", "[fd00::5]:8000", True),
        ("box.example", "BOX.example:8000", True),
        ("0.0.0.0", "192.168.1.5:8000", True),  # every address of this machine; a name could be anybody's
        ("::", "[fd00::5]:8000", True),
        ("0.0.0.0", socket.gethostname(), True),
        ("0.0.0.0", "evil.example", False),
    ],
)
def test_the_address_listened_on_is_accepted(bound: str, header: str, accepted: bool) -> None:
    named = ("Named.example:8443", "2001:db8:0:0::9", "[2001:DB8:0::A]:8000", "FE80::7%eth0")
    assert Access(bound, allowed_hosts=named).accepts_host(header) is accepted


@pytest.mark.parametrize(
    ("host", "given", "kind"),
    [
        ("127.0.0.1", None, "none"),
        ("localhost", "", "none"),
        ("::1", None, "none"),
        ("0:0::0:1", None, "none"),
        ("LOCALHOST", None, "none"),
        ("0:0::0", None, "made"),
        ("127.0.0.1", "new", "made"),
        ("127.0.0.1", "mine", "mine"),
        ("0.0.0.0", None, "made"),
        ("::", "", "made"),
        ("192.168.1.5", None, "made"),
        ("box.example", None, "made"),
        ("0.0.0.0", "none", "none"),
        ("0.0.0.0", "mine", "mine"),
    ],
)
def test_off_this_machine_there_is_a_token_unless_it_is_declined(host: str, given: str | None, kind: str) -> None:
    token = choose_token(host, given)
    if kind == "made":
        assert token is not None
        assert len(token) >= 32
        assert token != choose_token(host, given)
    else:
        assert token == (None if kind == "none" else kind)


def test_a_token_is_a_bearer_or_a_cookie_that_does_not_hold_it() -> None:
    access = Access(token="secret")
    assert access.accepts_token({"authorization": "Bearer secret"})
    assert access.accepts_token({"cookie": f"other=1; {access.cookie_name}={access.cookie_value}"})
    assert "secret" not in access.cookie_name + access.cookie_value
    for headers in (
        {},
        {"authorization": "Bearer "},
        {"authorization": "Bearer secre"},
        {"authorization": "Bearer \udcff"},
        {"authorization": "Basic secret"},
        {"cookie": f"{access.cookie_name}=secret"},
        {"cookie": f"{Access(token='other').cookie_name}={access.cookie_value}"},
    ):
        assert not access.accepts_token(headers), headers
    assert Access().accepts_token({})


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: Access(allowed_hosts=("http://x",)), "--allowed-host 'http://x'"),
        (lambda: Access(allowed_origins=("hub.example",)), "--allowed-origin 'hub.example'"),
        (lambda: Access(allowed_origins=("null",)), "--allowed-origin 'null'"),
        (lambda: choose_token("127.0.0.1", "a b"), "--token"),
    ],
)
def test_options_that_cannot_be_used_are_named(make: object, named: str) -> None:
    with pytest.raises(AccessError) as refused:
        make()  # type: ignore[operator]
    assert named in str(refused.value)


def test_addresses_to_open() -> None:
    assert with_token("http://127.0.0.1:8050", "t") == "http://127.0.0.1:8050/?token=t"
    assert with_token("http://127.0.0.1:8000/docs", "t") == "http://127.0.0.1:8000/docs?token=t"
    assert with_token("http://127.0.0.1:8050", None) == "http://127.0.0.1:8050"
    assert [url_host(host) for host in ("0.0.0.0", "::", "::1", "a.b")] == ["127.0.0.1", "127.0.0.1", "[::1]", "a.b"]
