"""Who may send requests: host names, origins of pages, and the token.

Another site's page can make a browser send requests to this machine, and with DNS rebinding to 127.0.0.1 it can even read the answers.
It can forge neither the header Host nor the header Origin. Other people on this machine or network can forge both: the token is for them.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")
"""Accepted everywhere."""
EVERY_ADDRESS = ("0.0.0.0", "::", "")
"""Addresses that stand for all of a machine's addresses."""
NEW_TOKEN, NO_TOKEN = "new", "none"
"""Values of --token that make a token, and that do without one."""
_ADDRESS = re.compile(r"(\[[0-9a-fA-F:.]+(?:%[^\s/?#@\[\]\\]+)?\]|[^\s:/?#@\[\]\\]+)(?::(\d{1,5}))?")
_ORIGIN = re.compile(rf"(https?)://{_ADDRESS.pattern}")
_TOKEN = re.compile(r"[A-Za-z0-9._~-]{1,200}")
_PORTS = {"http": 80, "https": 443}


class AccessError(ValueError):
    """An option about access has a value that can't be used; the message names option, value and remedy."""


def same_name(text: str) -> str:
    """The form in which host names are compared: lower case, without brackets, and IP addresses as browsers write them.

    2001:DB8:0:0::1 is 2001:db8::1. A zone (%eth0) is left out: it names this machine's interface, and browsers don't send it.
    """
    bare = text.strip("[]").lower()
    try:
        return str(ipaddress.ip_address(bare.partition("%")[0] if ":" in bare else bare))
    except ValueError:
        return bare


def split_address(text: str) -> tuple[str, int | None] | None:
    """Name and port of a Host header, the name as it is compared; None where it is not one."""
    match = _ADDRESS.fullmatch(text)
    return None if match is None else (same_name(match[1]), int(match[2]) if match[2] else None)


def split_origin(text: str) -> tuple[str, str, int] | None:
    """Scheme, name and port of an Origin header; None for `null` and everything else that is not one."""
    match = _ORIGIN.fullmatch(text)
    if match is None:
        return None
    return match[1], same_name(match[2]), int(match[3]) if match[3] else _PORTS[match[1]]


def host_name(text: str) -> str:
    """The name given with --allowed-host, in the form in which it is compared. Raises AccessError."""
    bare = same_name(text.strip())
    if is_ip(bare):
        return bare
    found = split_address(text.strip())
    if found is None:
        raise AccessError(f"--allowed-host {text!r} is not a host name: give a name such as hub.example.org")
    return found[0]


def origin_name(text: str) -> str:
    """The origin given with --allowed-origin. Raises AccessError."""
    bare = text.strip().rstrip("/").lower()
    if split_origin(bare) is None:
        raise AccessError(
            f"--allowed-origin {text!r} is not an origin: give scheme, host and port, such as https://hub.example.org:8443"
        )
    return bare


def is_ip(text: str) -> bool:
    """Whether the text is an IP address, without brackets."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    name = same_name(host)
    return name == "localhost" or (is_ip(name) and ipaddress.ip_address(name).is_loopback)


def is_everywhere(host: str) -> bool:
    """Whether the address stands for all of a machine's addresses."""
    return same_name(host) in EVERY_ADDRESS


def choose_token(host: str, given: str | None) -> str | None:
    """The token of a server that listens on `host`, or None if it needs none.

    Off this machine a token is required and made where none is given, unless it is declined with `none`. On loopback it is optional.
    Raises AccessError.
    """
    if given == NO_TOKEN or (not given and is_loopback(host)):
        return None
    if not given or given == NEW_TOKEN:
        return secrets.token_urlsafe(24)
    if not _TOKEN.fullmatch(given):
        raise AccessError(
            "--token holds characters that can't be used in an address: use letters, digits and - . _ ~ (at most 200), or "
            f"--token {NEW_TOKEN} to make one"
        )
    return given


def with_token(address: str, token: str | None) -> str:
    """The address to open in a browser for the first time."""
    return address if token is None else f"{address}{'' if address.count('/') > 2 else '/'}?token={token}"


def url_host(host: str) -> str:
    """The host as an address names it: IPv6 addresses in brackets, and 127.0.0.1 where every address is listened on."""
    reached = "127.0.0.1" if is_everywhere(host) else host
    return f"[{reached}]" if ":" in reached else reached


@dataclass(frozen=True)
class Access:
    """Which requests a server accepts."""

    host: str = "127.0.0.1"
    """The address that the server listens on; it is accepted in the Host header."""
    allowed_hosts: Sequence[str] = ()
    """Host names accepted besides."""
    allowed_origins: Sequence[str] = ()
    """Origins of pages accepted besides the server's own, such as https://hub.example.org."""
    token: str | None = None
    """What every request must present; None: nothing."""

    def __post_init__(self) -> None:
        for name in self.allowed_hosts:
            host_name(name)
        for origin in self.allowed_origins:
            origin_name(origin)

    @cached_property
    def names(self) -> frozenset[str]:
        """All accepted host names."""
        own = socket.gethostname() if is_everywhere(self.host) else self.host
        return frozenset((*LOCAL_NAMES, same_name(own), *map(host_name, self.allowed_hosts)))

    @cached_property
    def origins(self) -> frozenset[tuple[str, str, int] | None]:
        """The allowed origins as scheme, name and port."""
        return frozenset(split_origin(origin_name(each)) for each in self.allowed_origins)

    def accepts_host(self, header: str) -> bool:
        """Whether a request with this Host header is for this server. Where it listens on every address, each IP address is its own."""
        found = split_address(header)
        if found is None:
            return False
        return found[0] in self.names or (is_everywhere(self.host) and is_ip(found[0]))

    def accepts_origin(self, origin: str, host: str, scheme: str = "http") -> bool:
        """Whether a page of this origin may send requests: the server's own page, or one that is allowed.

        Its own page has the name and port of the Host header. A Host header without a port has that of the request's scheme: the origin
        can't supply it, because https://host and http://host may be two programs. Behind TLS, the proxy says `https` (X-Forwarded-Proto).
        """
        sender, sent_to = split_origin(origin.lower()), split_address(host)
        if sender is None or sent_to is None:
            return False
        own = (sent_to[0], _PORTS.get(scheme, 80) if sent_to[1] is None else sent_to[1])
        return sender[1:] == own or sender in self.origins

    def accepts_token(self, headers: Mapping[str, str]) -> bool:
        """Whether a request presents the token: as a bearer, or in the cookie."""
        if self.token is None:
            return True
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.is_token(bearer.strip()):
            return True
        cookies = (part.strip().partition("=") for part in headers.get("cookie", "").split(";"))
        return any(name == self.cookie_name and _same(value, self.cookie_value) for name, _, value in cookies)

    def is_token(self, text: str) -> bool:
        """Whether the text is the token, in a time that doesn't depend on how much of it is right."""
        return self.token is not None and _same(text, self.token)

    @property
    def cookie_name(self) -> str:
        """The cookie's name. It depends on the token, because browsers send cookies to every port of a host."""
        return "iterscope-" + _digest("name", self.token)[:8]

    @property
    def cookie_value(self) -> str:
        """The cookie's value, from which the token can't be computed."""
        return _digest("value", self.token)


def _same(first: str, second: str) -> bool:
    return hmac.compare_digest(first.encode(errors="replace"), second.encode())


def _digest(purpose: str, token: str | None) -> str:
    return hashlib.sha256(f"iterscope {purpose} {token}".encode()).hexdigest()
