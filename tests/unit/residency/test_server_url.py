"""A server's root can be written in one way only, or is refused with a remedy."""

from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.residency.server_url import host_of, root


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("HTTPS://Model.Internal", "https://model.internal"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://[FD00::1]", "http://[fd00::1]"),
        ("https://xn--mnchen-3ya.example:443", "https://xn--mnchen-3ya.example:443"),
    ],
)
def test_a_root_is_kept_without_its_slash_and_in_small_letters(url: str, expected: str) -> None:
    assert root(url) == expected


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://user:pass@10.0.0.1", "api_key_file"),
        ("http://user@10.0.0.1", "api_key_file"),
        ("http://api.openai.com@10.0.0.1", "api_key_file"),
        ("http://10.0.0.1@api.openai.com", "api_key_file"),
        ("http://10.0.0.1\\@api.openai.com", "root alone"),
        ("http://10.0.0.1/v1", "root alone"),
        ("http://10.0.0.1?x=1", "root alone"),
        ("http://10.0.0.1/?", "root alone"),
        ("http://10.0.0.1#", "root alone"),
        ("http://10.0.0.1 ", "root alone"),
        ("http://10.0.0.1\t.example", "root alone"),
        ("http://api%2eopenai.com", "root alone"),
        ("http://10.0.0.1:99999", "port"),
        ("http://10.0.0.1:0", "port"),
        ("http://10.0.0.1:http", "port"),
        ("http://[::1", "port or host"),
        ("ftp://10.0.0.1", "http:// nor https://"),
        ("10.0.0.1:8080", "http:// nor https://"),
        ("//10.0.0.1", "http:// nor https://"),
        ("", "http:// nor https://"),
        ("http://", "no name"),
        ("http://:80", "no name"),
        ("http://2130706433:80", "usual form"),
        ("http://0x7f000001", "usual form"),
        ("http://api.openai.com.", "dot"),
        ("http://münchen.example", "xn--"),
    ],
)
def test_what_is_no_root_is_refused_with_a_remedy(url: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        root(url)


_TELLING = ["http://", "https://", "10.0.0.1", "[::1]", "api.openai.com", "a", "b.c", "80", "%2e", "xn--a", "0x7f"]
_PIECES = [*_TELLING, *"@:/\\?#.[] \té\u3002ａ"]


@given(st.lists(st.sampled_from(_PIECES), max_size=8).map("".join) | st.text(max_size=30).map("http://".__add__))
def test_what_is_accepted_is_read_alike_by_the_http_client(url: str) -> None:
    try:
        accepted = root(url)
    except ValueError:
        return
    client = httpx.URL(accepted)
    assert client.host == host_of(accepted).strip("[]")
    assert (client.userinfo, client.path, client.query, client.fragment) == (b"", "/", b"", "")
    assert client.port in (urlsplit(accepted).port, None)
    assert root(accepted) == accepted
